use easymart_core::{Error, Money};
use easymart_proto::common::v1::Money as WireMoney;

/// An amount as it goes over the wire.
#[must_use]
pub fn to_wire_money(money: Money) -> WireMoney {
    WireMoney { amount_minor: money.minor, currency_code: money.currency.code().to_owned() }
}

/// An amount that came over the wire.
///
/// # Errors
/// `INTERNAL` when its currency is no ISO 4217 code: the contracts promise one.
pub fn from_wire_money(money: &WireMoney) -> Result<Money, Error> {
    let currency = money.currency_code.parse().map_err(Error::internal)?;
    Ok(Money::new(money.amount_minor, currency))
}

#[cfg(test)]
mod tests {
    use easymart_core::{Currency, reason};

    use super::*;

    #[test]
    fn an_amount_survives_the_wire() {
        let money = Money::new(-12_950, Currency::AUD);
        assert_eq!(from_wire_money(&to_wire_money(money)).unwrap(), money);
    }

    #[test]
    fn an_amount_in_no_currency_is_a_fault() {
        let error = from_wire_money(&WireMoney { amount_minor: 1, currency_code: "??".to_owned() }).unwrap_err();
        assert_eq!(error.reason, reason::INTERNAL);
    }
}
