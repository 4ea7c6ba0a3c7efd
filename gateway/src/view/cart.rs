//! The cart, whole.

use easymart_proto::cart_sync::v1::{self as proto, SyncState};
use serde::Serialize;
use utoipa::ToSchema;

use super::{money::MoneyView, non_empty};

/// A shopper's cart.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cart)]
pub(crate) struct CartView<'a> {
    /// The session's id.
    pub cart_id: &'a str,
    /// Grows with each change; what `If-Match` takes.
    pub version: u64,
    /// Lines in the order they were first added.
    pub items: Vec<LineView<'a>>,
    /// Sum of the quantities.
    pub item_count: u32,
    /// Number of lines.
    pub distinct_count: u32,
    /// Sum of the line totals.
    pub subtotal: MoneyView<'a>,
    /// Currency of the cart.
    pub currency: &'a str,
    /// How it stands with the shop's backend.
    pub sync: SyncView<'a>,
}

/// One product in a cart.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CartItem)]
pub(crate) struct LineView<'a> {
    /// Key within the cart.
    #[schema(example = "0193a1b2-7c00-7000-8000-000000000001")]
    pub line_id: &'a str,
    /// Catalogue key of the product.
    #[schema(example = "desk-oak-120")]
    pub product_id: &'a str,
    /// Stock keeping unit.
    #[schema(example = "DESK-120-OAK")]
    pub sku: &'a str,
    /// Name when it was added.
    #[schema(example = "Oak desk, 120 cm")]
    pub title: &'a str,
    /// Price of one piece.
    pub unit_price: MoneyView<'a>,
    /// Pieces, 1 to 99.
    pub quantity: u32,
    /// unit_price × quantity.
    pub line_total: MoneyView<'a>,
    /// Picture.
    pub image_url: &'a str,
    /// Product page.
    pub url: &'a str,
}

/// How a cart stands with the shop's backend.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CartSync)]
pub(crate) struct SyncView<'a> {
    /// `local`, `pending`, `synced`, `conflict` or `failed`.
    #[schema(example = "local")]
    pub state: &'static str,
    /// The backend's own key of the cart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_cart_id: Option<&'a str>,
    /// Page to check out at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkout_url: Option<&'a str>,
    /// What is wrong, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<&'a str>,
}

/// Where to check out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Checkout)]
pub(crate) struct CheckoutView<'a> {
    /// Page to send the shopper to.
    #[schema(example = "https://shop.example/checkout")]
    pub checkout_url: &'a str,
    /// The cart as it goes to the checkout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cart: Option<CartView<'a>>,
}

impl<'a> CartView<'a> {
    /// The cart under the public id of its session.
    pub(crate) fn new(cart: &'a proto::Cart, session_id: &'a str) -> Self {
        let subtotal = MoneyView::or_zero(cart.subtotal.as_ref());
        Self {
            cart_id: session_id,
            version: cart.version,
            items: cart.lines.iter().map(LineView::from).collect(),
            item_count: cart.item_count,
            distinct_count: cart.distinct_count,
            currency: subtotal.currency,
            subtotal,
            sync: SyncView::new(cart.sync.as_ref()),
        }
    }
}

impl<'a> From<&'a proto::CartLine> for LineView<'a> {
    fn from(line: &'a proto::CartLine) -> Self {
        Self {
            line_id: &line.line_id,
            product_id: &line.product_id,
            sku: &line.sku,
            title: &line.title,
            unit_price: MoneyView::or_zero(line.unit_price.as_ref()),
            quantity: line.quantity,
            line_total: MoneyView::or_zero(line.line_total.as_ref()),
            image_url: &line.image_url,
            url: &line.url,
        }
    }
}

impl<'a> SyncView<'a> {
    fn new(sync: Option<&'a proto::CartSync>) -> Self {
        Self {
            state: state_word(sync.map_or(SyncState::Local, proto::CartSync::state)),
            remote_cart_id: sync.and_then(|sync| non_empty(&sync.remote_cart_id)),
            checkout_url: sync.and_then(|sync| non_empty(&sync.checkout_url)),
            detail: sync.and_then(|sync| non_empty(&sync.detail)),
        }
    }
}

fn state_word(state: SyncState) -> &'static str {
    match state {
        SyncState::Unspecified | SyncState::Local => "local",
        SyncState::Pending => "pending",
        SyncState::Synced => "synced",
        SyncState::Conflict => "conflict",
        SyncState::Failed => "failed",
    }
}

#[cfg(test)]
mod tests {
    use easymart_proto::common::v1::Money;
    use serde_json::json;

    use super::*;

    fn aud(amount_minor: i64) -> Option<Money> {
        Some(Money { amount_minor, currency_code: "AUD".into() })
    }

    #[test]
    fn a_cart_that_was_never_used_costs_nothing() {
        let cart = serde_json::to_value(CartView::new(&proto::Cart::default(), "s")).unwrap();
        assert_eq!(
            cart,
            json!({
                "cart_id": "s", "version": 0, "items": [], "item_count": 0, "distinct_count": 0,
                "subtotal": {"amount_minor": 0, "currency": "AUD", "display": "$0.00"}, "currency": "AUD",
                "sync": {"state": "local"},
            })
        );
    }

    #[test]
    fn lines_carry_their_money() {
        let cart = proto::Cart {
            version: 3,
            lines: vec![proto::CartLine {
                line_id: "l1".into(),
                sku: "D-1".into(),
                unit_price: aud(6_500),
                quantity: 2,
                line_total: aud(13_000),
                ..Default::default()
            }],
            item_count: 2,
            distinct_count: 1,
            subtotal: aud(13_000),
            sync: Some(proto::CartSync {
                state: SyncState::Pending.into(),
                detail: "waiting".into(),
                ..Default::default()
            }),
            ..Default::default()
        };
        let view = serde_json::to_value(CartView::new(&cart, "s")).unwrap();
        assert_eq!(view["items"][0]["line_total"]["display"], "$130.00");
        assert_eq!(view["sync"], json!({"state": "pending", "detail": "waiting"}));
    }
}
