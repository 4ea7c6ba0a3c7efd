//! Changes of offers as they come in, and the answer to them.

use easymart_core::{Error, Money, reason};
use easymart_proto::{
    catalog_search::v1::{self as proto, OfferChange as Change, UpsertOffersRequest, UpsertOffersResponse},
    common::v1 as common,
};
use prost::Message as _;
use sha2::{Digest as _, Sha256};

use super::{LONGEST_GENERATION, validate};
use crate::{
    app::{OfferBatch, Refusal},
    domain::{catalogue::OfferChange, product::Availability, taxonomy::hex},
    store::OfferAnswer,
};

const MAX_CHANGES: usize = 1_000;
const LONGEST_REQUEST_ID: usize = 128;

/// Checks the request as a whole; what is wrong with single changes stays with them.
pub(super) fn batch(request: UpsertOffersRequest) -> Result<OfferBatch, Error> {
    validate::present("request_id", &request.request_id)?;
    validate::length("request_id", &request.request_id, LONGEST_REQUEST_ID)?;
    validate::length("generation", &request.generation, LONGEST_GENERATION)?;
    validate::at_most("changes", request.changes.len(), MAX_CHANGES)?;
    if request.changes.is_empty() {
        return Err(Error::invalid(reason::FIELD_INVALID, "changes", "are missing"));
    }
    let sha256 = hex(&Sha256::digest(request.encode_to_vec()));
    let changes = request.changes.into_iter().map(|change| {
        let checked = checked(&change);
        (change.product_id, checked)
    });
    Ok(OfferBatch {
        changes: changes.collect(),
        sha256,
        request_id: request.request_id,
        generation: request.generation,
    })
}

fn checked(change: &Change) -> Result<OfferChange, Refusal> {
    let availability = match proto::Availability::try_from(change.availability) {
        Ok(proto::Availability::Unspecified) => None,
        Ok(proto::Availability::InStock) => Some(Availability::InStock),
        Ok(proto::Availability::OutOfStock) => Some(Availability::OutOfStock),
        Err(_) => return Err(Refusal::field("availability", "is none that is known")),
    };
    let change = OfferChange {
        price: money("price", change.price.as_ref(), change.clear_price)?,
        was_price: money("was_price", change.was_price.as_ref(), change.clear_was_price)?,
        availability,
        stock_quantity: change.stock_quantity,
    };
    if change.is_empty() {
        return Err(Refusal::field("", "changes nothing"));
    }
    if availability == Some(Availability::InStock) && change.stock_quantity == Some(0) {
        return Err(Refusal::field("stock_quantity", "is 0 for what is in stock"));
    }
    Ok(change)
}

fn money(field: &'static str, money: Option<&common::Money>, clear: bool) -> Result<Option<Option<Money>>, Refusal> {
    let Some(money) = money else { return Ok(clear.then_some(None)) };
    if clear {
        return Err(Refusal::field(field, "cannot be set and taken away at once"));
    }
    if money.amount_minor <= 0 {
        return Err(Refusal::field(field, "must be above 0"));
    }
    let currency = money.currency_code.parse();
    let currency = currency.map_err(|error: easymart_core::MoneyError| Refusal::field(field, error.to_string()))?;
    Ok(Some(Some(Money::new(money.amount_minor, currency))))
}

/// The answer.
pub(super) fn response(answer: OfferAnswer) -> UpsertOffersResponse {
    let rejected = answer.rejected.into_iter().map(|refused| proto::RejectedOffer {
        index: refused.index,
        product_id: refused.product_id,
        reason: refused.reason,
        field: refused.field,
        message: refused.message,
    });
    UpsertOffersResponse { generation: answer.generation, applied: answer.applied, rejected: rejected.collect() }
}
