//! What the use cases take, keep and answer.

use std::sync::Arc;

use easymart_core::UnixMillis;
use serde::{Deserialize, Serialize};

use crate::domain::{Cart, CartId, RequestId, Sync, SyncStatus};

/// Which cart a request is about, and which request it is.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    /// The cart.
    pub(crate) cart_id: CartId,
    /// Idempotency key.
    pub(crate) request_id: RequestId,
}

/// What is asked for, whole: also tells a repeated request from another one under the same key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Request {
    /// The change.
    pub(crate) wish: Wish,
    /// The only version at which it may happen.
    pub(crate) expected_version: Option<u64>,
}

/// A change in the caller's words: a product is still a reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Wish {
    /// Add pieces of a product.
    Add { product_id: String, quantity: u32 },
    /// Set the pieces of a line.
    Set { line_id: String, quantity: u32 },
    /// Remove a line.
    Remove { line_id: String },
    /// Remove all lines.
    Clear,
    /// Go to the checkout.
    BeginCheckout,
}

impl Wish {
    /// Its name in metrics.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Add { .. } => "add",
            Self::Set { .. } => "set",
            Self::Remove { .. } => "remove",
            Self::Clear => "clear",
            Self::BeginCheckout => "begin_checkout",
        }
    }
}

/// A cart as it is kept.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The cart.
    pub(crate) cart: Arc<Cart>,
    /// How it stands with the backend.
    pub(crate) sync: Sync,
    /// When the shopper last changed it; its life counts from here.
    pub(crate) changed_at_ms: UnixMillis,
}

/// A cart as callers see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CartView {
    /// Key.
    pub(crate) cart_id: CartId,
    /// The cart.
    pub(crate) cart: Arc<Cart>,
    /// How it stands with the backend.
    pub(crate) sync: SyncStatus,
}

/// The answer to a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answer {
    /// The cart after it.
    pub(crate) view: Arc<CartView>,
    /// Line that was added to.
    pub(crate) line_id: Option<String>,
    /// Page to check out at.
    pub(crate) checkout_url: Option<String>,
    /// What was sent to the backend to mend its copy.
    pub(crate) corrections: Vec<String>,
}

impl Answer {
    /// An answer that is nothing but the cart.
    pub(crate) fn of(view: Arc<CartView>) -> Self {
        Self { view, line_id: None, checkout_url: None, corrections: Vec::new() }
    }
}

/// A request and its answer, kept for those who repeat it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Answered {
    /// What was asked; `None` is a reconciliation.
    pub(crate) request: Option<Request>,
    /// What was answered.
    pub(crate) answer: Answer,
}
