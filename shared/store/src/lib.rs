//! The state store: typed tables over one sled tree, on disk before a commit is acknowledged.
//!
//! It exists because sled's own `flush` does not survive a power cut on Linux: it asks for write-back (`sync_file_range`), not for
//! durability. Here one committer thread per store takes every commit that waits, applies them as one atomic batch, flushes, calls
//! `fdatasync` on the data file and only then acknowledges them all: one disk barrier pays for everybody who was waiting.
//!
//! What holds:
//! * A [`Batch`] is atomic over tables: after any crash all of it is there, or none.
//! * An acknowledged commit survives `kill -9` and a power cut; commits take effect in the order of the calls.
//! * After a failed write or `fdatasync` nothing is acknowledged any more until the process has been restarted ([`Store::is_healthy`]).
//! * A record may expire; an expired record reads as absent at once and is deleted by [`Store::sweep`].
//! * Values are JSON, so that fields can be added (`#[serde(default)]`) without touching what is stored.
//!
//! Reads see a commit as soon as it is applied, which is moments before it is durable. Whoever must not act on state that a power
//! cut could undo commits an empty batch first: its acknowledgement covers everything that was applied before it.
//!
//! This is the only crate that knows sled. It knows no service.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod batch;
mod committer;
mod disk;
mod error;
mod health;
mod keys;
mod measure;
mod queue;
mod read;
mod record;
mod round;
mod schema;
mod store;
mod table;
mod transfer;

pub use batch::Batch;
pub use error::StoreError;
pub use schema::Schema;
pub use store::{Store, StoreConfig};
pub use table::Table;
