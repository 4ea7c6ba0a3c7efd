//! The store as its users see it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod commits;
mod model;
mod opening;
mod records;
mod transfer;

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use easymart_core::{Clock, UnixMillis};
use easymart_store::{Batch, Schema, Store, StoreConfig, StoreError, Table};
use serde::{Deserialize, Serialize};

const CARTS: Table<Cart> = Table::new("carts");
const NOTES: Table<String> = Table::new("notes");

const SCHEMA: Schema = Schema { name: "test", version: 3 };

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Cart {
    owner: String,
    lines: Vec<u32>,
}

impl Cart {
    fn of(owner: &str) -> Self {
        Self { owner: owner.to_owned(), lines: vec![1, 2, 3] }
    }
}

/// A clock that stands still until a test moves it.
#[derive(Debug, Default)]
struct ManualClock(AtomicI64);

impl ManualClock {
    fn set(&self, now: UnixMillis) {
        self.0.store(now, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now_ms(&self) -> UnixMillis {
        self.0.load(Ordering::SeqCst)
    }
}

/// A store in a directory of its own, with the clock at zero.
struct Fixture {
    store: Store,
    clock: Arc<ManualClock>,
    directory: tempfile::TempDir,
}

impl Fixture {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::default());
        let store = open(directory.path(), SCHEMA, &clock).unwrap();
        Self { store, clock, directory }
    }

    fn reopen(self) -> Self {
        let Self { store, clock, directory } = self;
        drop(store);
        let store = open(directory.path(), SCHEMA, &clock).unwrap();
        Self { store, clock, directory }
    }
}

fn open(path: &Path, schema: Schema, clock: &Arc<ManualClock>) -> Result<Store, StoreError> {
    let config = StoreConfig { path: path.to_owned(), cache_mb: 8 };
    Store::open(&config, schema, Arc::clone(clock) as Arc<dyn Clock>)
}

/// Commits a note, for tests that need just any record.
fn put_note(store: &Store, key: &str, text: &str) {
    let mut batch = Batch::new();
    batch.put(&NOTES, key, &text.to_owned()).unwrap();
    store.commit_blocking(batch).unwrap();
}

fn notes(store: &Store, prefix: &str) -> Vec<(String, String)> {
    store.scan(&NOTES, prefix).map(Result::unwrap).collect()
}
