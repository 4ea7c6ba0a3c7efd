//! The cart.

use easymart_proto::cart_sync::v1::{Cart, CartLine};
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use crate::view::{
    money::{MoneyView, decimal},
    non_empty,
};

/// A cart in the original's form.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OriginalCart)]
pub(crate) struct OriginalCart<'a> {
    /// Lines.
    items: Vec<OriginalLine<'a>>,
    /// Sum of the quantities.
    item_count: u32,
    /// Subtotal in whole units.
    #[schema(value_type = f64)]
    total: Number,
    /// Currency.
    currency: &'a str,
}

/// One product in a cart.
#[derive(Debug, Serialize, ToSchema)]
struct OriginalLine<'a> {
    /// Stock keeping unit.
    product_id: &'a str,
    /// The same.
    id: &'a str,
    /// Name.
    title: &'a str,
    /// Price of one piece in whole units.
    #[schema(value_type = Option<f64>)]
    price: Option<Number>,
    /// Pieces.
    quantity: u32,
    /// Picture.
    image: &'a str,
}

impl<'a> From<&'a Cart> for OriginalCart<'a> {
    fn from(cart: &'a Cart) -> Self {
        let subtotal = MoneyView::or_zero(cart.subtotal.as_ref());
        Self {
            items: cart.lines.iter().map(OriginalLine::from).collect(),
            item_count: cart.item_count,
            total: cart.subtotal.as_ref().map_or_else(|| 0.into(), decimal),
            currency: subtotal.currency,
        }
    }
}

impl<'a> From<&'a CartLine> for OriginalLine<'a> {
    fn from(line: &'a CartLine) -> Self {
        let id = non_empty(&line.sku).unwrap_or(&line.product_id);
        Self {
            product_id: id,
            id,
            title: &line.title,
            price: line.unit_price.as_ref().map(decimal),
            quantity: line.quantity,
            image: &line.image_url,
        }
    }
}

#[cfg(test)]
mod tests {
    use easymart_proto::common::v1::Money;

    use super::*;

    fn aud(amount_minor: i64) -> Option<Money> {
        Some(Money { amount_minor, currency_code: "AUD".into() })
    }

    #[test]
    fn carts_count_in_whole_units() {
        let cart = Cart {
            lines: vec![CartLine { sku: "D-1".into(), quantity: 2, unit_price: aud(6_500), ..Default::default() }],
            item_count: 2,
            subtotal: aud(13_000),
            ..Default::default()
        };
        let view = serde_json::to_value(OriginalCart::from(&cart)).unwrap();
        assert_eq!(view["items"][0]["product_id"], "D-1");
        assert_eq!(view["items"][0]["price"], 65);
        assert_eq!(view["total"], 130);
        let empty = serde_json::to_value(OriginalCart::from(&Cart::default())).unwrap();
        assert_eq!(empty["total"], 0);
    }
}
