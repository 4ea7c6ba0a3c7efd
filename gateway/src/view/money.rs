//! Money as `{amount_minor, currency, display}`.

use easymart_core::{Currency, Money};
use easymart_proto::common::v1 as proto;
use easymart_rpc::from_wire_money;
use serde::Serialize;
use utoipa::ToSchema;

/// An exact amount.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Money, example = json!({"amount_minor": 12900, "currency": "AUD", "display": "$129.00"}))]
pub(crate) struct MoneyView<'a> {
    /// The amount in the currency's minor unit: cents for AUD.
    pub amount_minor: i64,
    /// ISO 4217 code.
    pub currency: &'a str,
    /// What a shopper reads.
    pub display: String,
}

impl<'a> From<&'a proto::Money> for MoneyView<'a> {
    fn from(money: &'a proto::Money) -> Self {
        let display = match exact(money) {
            Some(exact) => exact.to_string(),
            None => format!("{} {}", money.amount_minor, money.currency_code),
        };
        Self { amount_minor: money.amount_minor, currency: &money.currency_code, display }
    }
}

impl<'a> MoneyView<'a> {
    /// The amount, or nothing at all in the shop's currency: what a cart that was never used costs.
    pub(crate) fn or_zero(money: Option<&'a proto::Money>) -> Self {
        money.map_or_else(Self::zero, Self::from)
    }

    fn zero() -> Self {
        Self { amount_minor: 0, currency: "AUD", display: Money::zero(Currency::AUD).to_string() }
    }
}

/// The amount as a JSON number of whole units, without a fraction where there is none: 129, 129.5.
pub(crate) fn decimal(money: &proto::Money) -> serde_json::Number {
    let exponent = exact(money).map_or(2, |money| money.currency.exponent());
    let unit = 10_i64.pow(exponent);
    let whole = serde_json::Number::from(money.amount_minor / unit);
    if money.amount_minor % unit == 0 {
        return whole;
    }
    // Prices are far below 2^53 minor units, where the division is the nearest decimal.
    #[allow(clippy::cast_precision_loss)]
    let fraction = money.amount_minor as f64 / unit as f64;
    serde_json::Number::from_f64(fraction).unwrap_or(whole)
}

fn exact(money: &proto::Money) -> Option<Money> {
    from_wire_money(money).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(amount_minor: i64, code: &str) -> proto::Money {
        proto::Money { amount_minor, currency_code: code.to_owned() }
    }

    #[test]
    fn money_carries_what_a_shopper_reads() {
        assert_eq!(MoneyView::from(&money(129_900, "AUD")).display, "$1,299.00");
        assert_eq!(MoneyView::from(&money(5, "??")).display, "5 ??");
        assert_eq!(MoneyView::or_zero(None).display, "$0.00");
    }

    #[test]
    fn decimals_have_a_fraction_only_where_there_is_one() {
        assert_eq!(decimal(&money(6_500, "AUD")).to_string(), "65");
        assert_eq!(decimal(&money(12_950, "AUD")).to_string(), "129.5");
        assert_eq!(decimal(&money(1_999, "AUD")).to_string(), "19.99");
        assert_eq!(decimal(&money(1_200, "JPY")).to_string(), "1200");
    }
}
