//! What a cart is and how it changes: pure, so that every rule can be tested without a server, a disk or a clock.

mod cart;
mod command;
mod id;
mod outbox;
mod product;
mod reconcile;
mod refusal;
mod sync;

pub(crate) use cart::{Cart, Line, MAX_LINES, MAX_QUANTITY};
pub(crate) use command::{Applied, Command};
pub(crate) use id::{CartId, IdError, RequestId, check_reference};
pub(crate) use outbox::{Change, Entry, Outbox};
pub(crate) use product::{Candidate, Product, choose, same_reference};
pub(crate) use reconcile::{Difference, RemoteCart, differences};
pub(crate) use refusal::Refusal;
pub(crate) use sync::{Sync, SyncState, SyncStatus};

#[cfg(test)]
mod properties;
