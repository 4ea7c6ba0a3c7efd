//! Reading what the backend says about a cart. Backends differ in details, so the reader is generous: what it does not find is
//! unknown, not an error.

use reqwest::Url;
use serde_json::Value;

use crate::{app::RemoteAnswer, domain::RemoteCart};

/// Most characters of a backend's own words that are kept.
const MAX_WORDS: usize = 200;

/// What an answer tells, its key and page at the top or inside `cart`.
pub(super) fn read(body: &Value) -> RemoteAnswer {
    RemoteAnswer {
        cart: items(body).map(|items| items.iter().filter_map(line).collect::<RemoteCart>()),
        cart_id: text(body, &["cart_id", "cartId", "remote_cart_id"]),
        checkout_url: text(body, &["checkout_url", "checkoutUrl"]).filter(|url| is_page(url)),
    }
}

/// Whether a body says that nothing was done although the status says success.
pub(super) fn says_no(body: &Value) -> bool {
    body.get("success") == Some(&Value::Bool(false))
}

/// The backend's own words about what is wrong, shortened; empty when it has none.
pub(super) fn words(body: &Value) -> String {
    let found = ["error", "message", "detail"].iter().find_map(|name| body.get(name)?.as_str());
    let shown = |c: &char| !c.is_control();
    found.unwrap_or_default().chars().filter(shown).take(MAX_WORDS).collect()
}

fn items(body: &Value) -> Option<&Vec<Value>> {
    let inside = body.get("cart").and_then(|cart| cart.get("items"));
    inside.or_else(|| body.get("items"))?.as_array()
}

fn line(item: &Value) -> Option<(String, u64)> {
    let key = ["product_id", "sku", "id"].iter().find_map(|name| item.get(name)?.as_str())?;
    Some((key.to_owned(), item.get("quantity")?.as_u64()?))
}

fn text(body: &Value, names: &[&str]) -> Option<String> {
    let places = [Some(body), body.get("cart")];
    let mut found =
        places.into_iter().flatten().flat_map(|place| names.iter().filter_map(|name| place.get(name)?.as_str()));
    found.find(|text| !text.is_empty() && text.len() <= 2_048).map(str::to_owned)
}

/// A shopper is sent there, so it must be a page and not a script.
fn is_page(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn cart(lines: &[(&str, u64)]) -> Option<RemoteCart> {
        let lines = lines.iter().map(|(key, n)| ((*key).to_owned(), *n));
        Some(lines.collect())
    }

    #[test]
    fn a_cart_is_found_inside_or_at_the_top() {
        let items = json!([{"product_id": "A-1", "quantity": 2}, {"sku": "B", "quantity": 1}, {"quantity": 3}]);
        let expected = cart(&[("A-1", 2), ("B", 1)]);
        assert_eq!(read(&json!({"cart": {"items": items}})).cart, expected);
        assert_eq!(read(&json!({"items": items})).cart, expected);
        assert_eq!(read(&json!({"success": true})).cart, None);
        assert_eq!(read(&json!({"cart": {"items": []}})).cart, cart(&[]));
    }

    #[test]
    fn key_and_page_are_learnt_but_not_scripts() {
        let body = json!({"cart": {"cartId": "r1", "checkout_url": "https://shop.example/c/r1"}});
        let answer = read(&body);
        assert_eq!(answer.cart_id.as_deref(), Some("r1"));
        assert_eq!(answer.checkout_url.as_deref(), Some("https://shop.example/c/r1"));
        let script = read(&json!({"checkout_url": "javascript:alert(1)"}));
        assert_eq!(script.checkout_url, None);
    }

    #[test]
    fn a_refusal_in_the_body_is_one() {
        let body = json!({"success": false, "error": "no such\u{7} product"});
        assert!(says_no(&body));
        assert_eq!(words(&body), "no such product");
        assert!(!says_no(&json!({"success": true})));
        assert!(!says_no(&json!([])));
    }
}
