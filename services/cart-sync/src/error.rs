//! How refusals look from outside.

use easymart_core::{Error, Reason, reason};

use crate::domain::{IdError, Refusal};

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        match field_at_fault(&refusal) {
            Some(field) => Error::invalid(reason_of(&refusal), field, message),
            None => Error::new(reason_of(&refusal), message),
        }
    }
}

impl From<IdError> for Error {
    fn from(error: IdError) -> Self {
        Error::invalid(reason::FIELD_INVALID, error.field, error.description)
    }
}

fn reason_of(refusal: &Refusal) -> Reason {
    match refusal {
        Refusal::QuantityOutOfRange { .. } => reason::QUANTITY_OUT_OF_RANGE,
        Refusal::CartFull => reason::CART_FULL,
        Refusal::LineUnknown(_) => reason::CART_LINE_UNKNOWN,
        Refusal::VersionConflict { .. } => reason::CART_VERSION_CONFLICT,
        Refusal::CartEmpty => reason::CART_EMPTY,
        Refusal::CurrencyMismatch { .. } | Refusal::TotalTooLarge => reason::FIELD_INVALID,
        Refusal::ProductUnknown(_) => reason::PRODUCT_UNKNOWN,
        Refusal::SkuAmbiguous { .. } => reason::SKU_AMBIGUOUS,
        Refusal::PriceOnRequest => reason::PRICE_ON_REQUEST,
        Refusal::OutOfStock => reason::OUT_OF_STOCK,
    }
}

fn field_at_fault(refusal: &Refusal) -> Option<&'static str> {
    match refusal {
        Refusal::QuantityOutOfRange { .. } | Refusal::TotalTooLarge => Some("quantity"),
        Refusal::CurrencyMismatch { .. } => Some("product_id"),
        _ => None,
    }
}
