use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::system::{Answer, System, send};

struct Shopper<'a> {
    system: &'a System,
    cart: String,
}

impl<'a> Shopper<'a> {
    async fn new(system: &'a System) -> Self {
        let session = system.session().await;
        Self { system, cart: format!("/v1/sessions/{session}/cart") }
    }

    async fn read(&self) -> Answer {
        self.system.get(&self.cart).await
    }

    async fn change(&self, method: Method, path: &str, body: Option<Value>, headers: &[(&str, &str)]) -> Answer {
        let mut call = self.system.request(method, &format!("{}{path}", self.cart));
        for (name, value) in headers {
            call = call.header(*name, *value);
        }
        if let Some(body) = body {
            call = call.json(&body);
        }
        send(call).await
    }

    async fn add(&self, body: Value) -> Answer {
        self.change(Method::POST, "/items", Some(body), &[]).await
    }
}

#[tokio::test]
async fn a_cart_is_filled_changed_and_emptied() {
    let system = System::start().await;
    let shopper = Shopper::new(&system).await;
    assert_eq!(shopper.read().await.json["subtotal"]["amount_minor"], 0);
    let added = shopper.add(json!({"sku": "D-1", "quantity": 2})).await;
    assert_eq!(added.status, StatusCode::OK, "{}", added.json);
    assert_eq!(
        added.json["items"][0]["line_total"],
        json!({"amount_minor": 25800, "currency": "AUD", "display": "$258.00"})
    );
    assert_eq!(added.header("etag"), "\"1\"");
    shopper.add(json!({"product_id": "chair"})).await;
    let set = shopper.change(Method::PATCH, "/items/line-desk", Some(json!({"quantity": 1})), &[]).await;
    assert_eq!(set.json["item_count"], 2);
    assert_eq!(set.json["distinct_count"], 2);
    let removed = shopper.change(Method::PATCH, "/items/line-desk", Some(json!({"quantity": 0})), &[]).await;
    assert_eq!(removed.json["distinct_count"], 1);
    let removed = shopper.change(Method::DELETE, "/items/line-chair", None, &[]).await;
    assert_eq!(removed.json["items"], json!([]));
    shopper.add(json!({"product_id": "chair"})).await;
    let cleared = shopper.change(Method::DELETE, "", None, &[]).await;
    assert_eq!(cleared.json["item_count"], 0);
    assert_eq!(shopper.read().await.json, cleared.json);
}

#[tokio::test]
async fn a_repeated_change_happens_once() {
    let system = System::start().await;
    let shopper = Shopper::new(&system).await;
    let add = || shopper.change(Method::POST, "/items", Some(json!({"sku": "D-1"})), &[("Idempotency-Key", "k-1")]);
    assert_eq!(add().await.json, add().await.json);
    assert_eq!(shopper.read().await.json["item_count"], 1);
    let other = Shopper::new(&system).await;
    other.change(Method::POST, "/items", Some(json!({"sku": "D-1"})), &[("Idempotency-Key", "k-1")]).await;
    assert_eq!(other.read().await.json["item_count"], 1, "another shopper may use the same key");
}

#[tokio::test]
async fn a_change_can_insist_on_a_version() {
    let system = System::start().await;
    let shopper = Shopper::new(&system).await;
    shopper.add(json!({"sku": "D-1"})).await;
    let add = |version| shopper.change(Method::POST, "/items", Some(json!({"sku": "D-1"})), version);
    add(&[("If-Match", "\"0\"")]).await.assert_problem(412, "CART_VERSION_CONFLICT");
    assert_eq!(add(&[("If-Match", "\"1\"")]).await.json["version"], 2);
    add(&[("If-Match", "latest")]).await.assert_problem(400, "REQUEST_MALFORMED");
}

#[tokio::test]
async fn a_checkout_names_its_page() {
    let system = System::start().await;
    let shopper = Shopper::new(&system).await;
    shopper.change(Method::POST, "/checkout", None, &[]).await.assert_problem(409, "CART_EMPTY");
    shopper.add(json!({"sku": "D-1"})).await;
    let checkout = shopper.change(Method::POST, "/checkout", None, &[]).await;
    assert_eq!(checkout.text("/checkout_url"), "https://shop.example/checkout");
    assert_eq!(checkout.json["cart"]["item_count"], 1);
}

#[tokio::test]
async fn wrong_changes_are_refused() {
    let system = System::start().await;
    let shopper = Shopper::new(&system).await;
    for quantity in [json!(0), json!(-1), json!(100), json!(99_999_999)] {
        let refused = shopper.add(json!({"sku": "D-1", "quantity": quantity})).await;
        refused.assert_problem(400, "QUANTITY_OUT_OF_RANGE");
    }
    for quantity in [json!(1.5), json!("1"), json!(null), json!(1e300)] {
        let refused = shopper.add(json!({"sku": "D-1", "quantity": quantity})).await;
        refused.assert_problem(400, "REQUEST_MALFORMED");
    }
    shopper.add(json!({"quantity": 1})).await.assert_problem(400, "FIELD_INVALID");
    shopper.add(json!({"sku": "no such"})).await.assert_problem(404, "PRODUCT_UNKNOWN");
    let set = |quantity: i32| shopper.change(Method::PATCH, "/items/line-x", Some(json!({"quantity": quantity})), &[]);
    set(100).await.assert_problem(400, "QUANTITY_OUT_OF_RANGE");
    set(1).await.assert_problem(404, "CART_LINE_UNKNOWN");
    let keyed = |key| shopper.change(Method::DELETE, "", None, key);
    keyed(&[("Idempotency-Key", "with space")]).await.assert_problem(400, "REQUEST_MALFORMED");
    assert_eq!(shopper.read().await.json["version"], 0, "nothing of all that changed the cart");
}
