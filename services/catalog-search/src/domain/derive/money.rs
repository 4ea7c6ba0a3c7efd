//! Prices. Nothing, zero, is "price on request"; what is no amount rejects the row, because a wrong price is worse than no product.

use easymart_core::{Currency, Money};

use crate::domain::import::{RawPrice, RawRecord, Rejection};

/// The current price.
pub(super) fn price(record: &RawRecord, currency: Currency) -> Result<Option<Money>, Rejection> {
    let Some(raw) = &record.price else { return Ok(None) };
    amount(raw, currency).map_err(|reason| Rejection::new(record.row, "price", reason))
}

/// The earlier price, when there is one that really is higher.
pub(super) fn was_price(
    record: &RawRecord,
    currency: Currency,
    price: Option<Money>,
    warnings: &mut Vec<(&'static str, String)>,
) -> Option<Money> {
    let raw = record.was_price.as_ref()?;
    match amount(raw, currency) {
        Ok(was) => was.filter(|was| price.is_some_and(|now| now.currency == was.currency && now.minor < was.minor)),
        Err(reason) => {
            warnings.push(("was_price_ignored", format!("{}: {reason}", record.title)));
            None
        }
    }
}

/// An amount as written; `None` for nothing and for zero.
pub(super) fn amount(raw: &RawPrice, fallback: Currency) -> Result<Option<Money>, String> {
    if raw.amount.is_empty() {
        return Ok(None);
    }
    let currency = match raw.currency.as_str() {
        "" => fallback,
        code => code.parse().map_err(|error: easymart_core::MoneyError| error.to_string())?,
    };
    let plain = raw.amount.trim_start_matches(['$', '€', '£', ' ']);
    let money = Money::parse(plain, currency).map_err(|error| error.to_string())?;
    match money.minor {
        0 => Ok(None),
        minor if minor < 0 => Err(format!("{:?} is negative", raw.amount)),
        _ => Ok(Some(money)),
    }
}
