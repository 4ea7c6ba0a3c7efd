//! What the use cases need from outside.

use std::time::Duration;

use easymart_core::{CallContext, Error};
use futures::future::BoxFuture;

use crate::domain::{Candidate, CartId, Entry, RemoteCart};

/// The catalogue: what a reference stands for.
pub(crate) trait Catalogue: Send + Sync {
    /// The products that `reference` names by id, handle or SKU; none when it is unknown.
    fn find<'a>(&'a self, ctx: &'a CallContext, reference: &'a str) -> BoxFuture<'a, Result<Vec<Candidate>, Error>>;
}

/// The shop's backend.
pub(crate) trait Storefront: Send + Sync {
    /// Tells it one change.
    fn send<'a>(&'a self, cart_id: &'a CartId, entry: &'a Entry) -> BoxFuture<'a, Delivery>;

    /// Reads its copy of a cart. The error is for people.
    fn read<'a>(&'a self, cart_id: &'a CartId) -> BoxFuture<'a, Result<RemoteAnswer, String>>;
}

/// How an attempt to tell the backend ended.
#[derive(Debug)]
pub(crate) enum Delivery {
    /// It has done it.
    Done(RemoteAnswer),
    /// Perhaps it has, perhaps not: to be said again.
    Retry {
        /// What happened, for people.
        error: String,
        /// How long it asked to be left alone.
        after: Option<Duration>,
    },
    /// It will never do it.
    Refused {
        /// What it said, for people.
        error: String,
    },
    /// Nothing was sent: it fails for everybody at the moment.
    Held {
        /// How long it is being left alone.
        wait: Duration,
    },
}

/// What the backend told about a cart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct RemoteAnswer {
    /// Its copy, when the answer has one.
    pub(crate) cart: Option<RemoteCart>,
    /// Its key of the cart.
    pub(crate) cart_id: Option<String>,
    /// Its checkout page.
    pub(crate) checkout_url: Option<String>,
}
