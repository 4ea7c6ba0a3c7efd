//! What the child writes, and what must be found afterwards. Both follow from the numbers of the writes alone.

use std::{collections::BTreeMap, fmt::Write as _, path::Path, sync::Arc};

use easymart_core::SystemClock;
use easymart_store::{Batch, Schema, Store, StoreConfig, StoreError, Table};

/// Concurrent writers.
pub(crate) const WRITERS: u32 = 8;
/// Records that each writer overwrites in turn, so that the log's old parts are reused again and again.
const SLOTS: u64 = 40;
/// Every so many writes a value is this large.
const LARGE: (u64, usize) = (16, 200_000);

const RECORDS: Table<String> = Table::new("records");
const LATEST: Table<u64> = Table::new("latest");

/// The last write of each writer that was acknowledged.
pub(crate) type Acknowledged = BTreeMap<u32, u64>;

pub(crate) fn open(directory: &Path) -> Store {
    let config = StoreConfig { path: directory.to_owned(), cache_mb: 16 };
    let schema = Schema { name: "crash_test", version: 1 };
    Store::open(&config, schema, Arc::new(SystemClock)).expect("the store opens")
}

/// The last write of `writer` that the store has.
pub(crate) fn latest(store: &Store, writer: u32) -> u64 {
    store.get(&LATEST, &writer.to_string()).unwrap().unwrap_or(0)
}

/// Write `number` of `writer`: its slot in one table, and the number in another. Every seventh empties the slot instead.
pub(crate) fn write(store: &Store, writer: u32, number: u64) -> Result<(), StoreError> {
    let mut batch = Batch::new();
    match value(writer, number) {
        Some(value) => batch.put_until(&RECORDS, &key(writer, number), &value, i64::MAX - 1)?,
        None => batch.delete(&RECORDS, &key(writer, number)),
    }
    batch.put(&LATEST, &writer.to_string(), &number)?;
    store.commit_blocking(batch)
}

/// Opens the store and checks that every acknowledged write is there, that no batch is there by half, and that values are whole.
pub(crate) fn verify(directory: &Path, acknowledged: &Acknowledged, when: &str) {
    let store = open(directory);
    for writer in 0..WRITERS {
        let acknowledged = acknowledged.get(&writer).copied().unwrap_or(0);
        let latest = latest(&store, writer);
        assert!(latest >= acknowledged, "{when}: writer {writer} was told {acknowledged}, the store has {latest}");
        for number in latest.saturating_sub(SLOTS - 1).max(1)..=latest {
            let found = store.get(&RECORDS, &key(writer, number)).unwrap();
            assert!(found == value(writer, number), "{when}: write {number} of writer {writer} is not what is stored");
        }
    }
    let blobs = std::fs::read_dir(directory.join("blobs")).unwrap().count();
    assert_eq!(blobs, 0, "{when}: sled made files that nobody syncs");
}

fn key(writer: u32, number: u64) -> String {
    format!("{writer}/{}", number % SLOTS)
}

fn value(writer: u32, number: u64) -> Option<String> {
    if number % 7 == 3 {
        return None;
    }
    let length = if number.is_multiple_of(LARGE.0) { LARGE.1 } else { 900 };
    let mut text = String::with_capacity(length + 24);
    while text.len() < length {
        write!(text, "{writer}:{number}:{};", text.len()).unwrap();
    }
    Some(text)
}
