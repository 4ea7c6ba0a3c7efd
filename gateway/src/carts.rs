//! Changing carts: what the cart's routes and the original's have in common.

use std::sync::Arc;

use easymart_core::{CallContext, reason};
use easymart_proto::cart_sync::v1::{
    AddItemRequest, Cart, ClearCartRequest, GetCartRequest, RemoveItemRequest, SetQuantityRequest,
};
use http::HeaderMap;
use uuid::Uuid;

use crate::{
    edge::Call,
    extract::{expected_version, idempotency_key},
    gateway::{Gateway, context},
    problem::{Failure, Result},
    turns::request_id,
};

/// Most pieces on one line.
pub(crate) const MOST_PIECES: i64 = 99;

/// The longest reference to a product or line that is passed on.
const LONGEST_REFERENCE: usize = 200;

/// One session's cart, with what a change carries.
pub(crate) struct CartCall {
    gateway: Arc<Gateway>,
    context: CallContext,
    cart_id: String,
    request_id: String,
    is_keyed: bool,
    expected_version: Option<u64>,
}

/// A change to a cart.
#[derive(Debug)]
pub(crate) enum Change {
    /// More pieces of a product.
    Add { product: String, quantity: u32 },
    /// So many pieces on a line; 0 removes it.
    Set { line_id: String, quantity: u32 },
    /// A line less.
    Remove { line_id: String },
    /// No lines.
    Clear,
}

impl CartCall {
    /// Reads `Idempotency-Key` and `If-Match`.
    pub(crate) fn new(gateway: &Arc<Gateway>, call: &Call, headers: &HeaderMap, session: Uuid) -> Result<Self> {
        let client_key = idempotency_key(headers)?;
        Ok(Self {
            context: context(call, gateway.config.deadlines.cart, Some(session)),
            cart_id: session.to_string(),
            request_id: request_id(gateway, session, client_key),
            is_keyed: client_key.is_some(),
            expected_version: expected_version(headers)?,
            gateway: Arc::clone(gateway),
        })
    }

    /// Whether the client sent an idempotency key.
    pub(crate) fn is_keyed(&self) -> bool {
        self.is_keyed
    }

    /// The same call under a key for one of several steps.
    pub(crate) fn keyed_for(mut self, step: &str) -> Self {
        if let Ok(request_id) = self.request_id.parse() {
            self.request_id = self.gateway.sessions.request_id(request_id, step).to_string();
        }
        self
    }

    /// The cart.
    pub(crate) async fn read(&self) -> Result<Cart> {
        let cart_id = self.cart_id.clone();
        let request = GetCartRequest { cart_id };
        let answer = self.gateway.peers.get_cart(&self.context, request).await?;
        Ok(answer.cart.unwrap_or_default())
    }

    /// Changes the cart and gives it back; goes on when the client hangs up.
    pub(crate) async fn change(self, change: Change) -> Result<Cart> {
        let gateway = Arc::clone(&self.gateway);
        gateway.see_through(self.send(change)).await
    }

    async fn send(self, change: Change) -> Result<Cart> {
        let Self { gateway, context, cart_id, request_id, expected_version, .. } = self;
        let (peers, ctx) = (&gateway.peers, &context);
        let cart = match change {
            Change::Add { product, quantity } => {
                let request = AddItemRequest { request_id, cart_id, product_id: product, quantity, expected_version };
                peers.add_item(ctx, request).await?.cart
            }
            Change::Set { line_id, quantity } => {
                let request = SetQuantityRequest { request_id, cart_id, line_id, quantity, expected_version };
                peers.set_quantity(ctx, request).await?.cart
            }
            Change::Remove { line_id } => {
                let request = RemoveItemRequest { request_id, cart_id, line_id, expected_version };
                peers.remove_item(ctx, request).await?.cart
            }
            Change::Clear => {
                let request = ClearCartRequest { request_id, cart_id, expected_version };
                peers.clear_cart(ctx, request).await?.cart
            }
        };
        Ok(cart.unwrap_or_default())
    }

    /// What a checkout needs of it.
    pub(crate) fn into_parts(self) -> (CallContext, String, String) {
        (self.context, self.cart_id, self.request_id)
    }
}

/// A quantity within `least` and 99.
pub(crate) fn checked_quantity(quantity: i64, least: i64) -> Result<u32> {
    if (least..=MOST_PIECES).contains(&quantity)
        && let Ok(quantity) = u32::try_from(quantity)
    {
        return Ok(quantity);
    }
    let problem = format!("{quantity} is not within {least} to {MOST_PIECES}");
    Err(Failure::field(reason::QUANTITY_OUT_OF_RANGE, "quantity", problem))
}

/// A reference that is there and not absurdly long.
pub(crate) fn checked_reference(field: &str, text: Option<String>) -> Result<String> {
    let text = text.unwrap_or_default();
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(Failure::field(reason::FIELD_INVALID, field, "is missing"));
    }
    if trimmed.chars().count() > LONGEST_REFERENCE {
        let problem = format!("longer than {LONGEST_REFERENCE} characters");
        return Err(Failure::field(reason::FIELD_INVALID, field, problem));
    }
    Ok(trimmed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_bounded() {
        assert_eq!(checked_quantity(1, 1).unwrap(), 1);
        assert_eq!(checked_quantity(0, 0).unwrap(), 0);
        assert_eq!(checked_quantity(99, 1).unwrap(), 99);
        for (quantity, least) in [(0, 1), (-1, 0), (100, 1), (i64::MAX, 0), (i64::MIN, 0)] {
            let refused = checked_quantity(quantity, least).unwrap_err();
            assert_eq!(refused.reason(), reason::QUANTITY_OUT_OF_RANGE);
        }
    }

    #[test]
    fn references_must_be_there() {
        assert_eq!(checked_reference("sku", Some(" D-1 ".into())).unwrap(), "D-1");
        assert!(checked_reference("sku", None).is_err());
        assert!(checked_reference("sku", Some(" ".into())).is_err());
        assert!(checked_reference("sku", Some("x".repeat(201))).is_err());
    }
}
