//! Generations on disk, as far as they are small: their records, which one is served, and what imports were answered. Products, index and
//! columns are files of their own, complete before the record names them; files that it does not name are old or half-made, and go.

use std::{path::PathBuf, sync::Arc};

use easymart_core::{Clock, UnixMillis};
use easymart_store::{Batch, Schema, Store, StoreConfig, StoreError, Table};
use serde::{Deserialize, Serialize};

use crate::domain::import::Report;

/// Version 1 kept the products in here, too.
const SCHEMA: Schema = Schema { name: "catalog_search", version: 2 };
/// Every generation that was begun.
const GENERATIONS: Table<GenerationRecord> = Table::new("generations");
/// The generation that is served, under [`CURRENT_KEY`].
const CURRENT: Table<String> = Table::new("current");
const CURRENT_KEY: &str = "generation";
/// What an import was answered with, by its idempotency key.
const ANSWERS: Table<Answered> = Table::new("answers");

/// What is known of a generation beside its products.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GenerationRecord {
    /// Its name; later ones sort behind earlier ones.
    pub(crate) id: String,
    /// How many products it has.
    pub(crate) product_count: u32,
    /// Currency that prices without one were taken for.
    pub(crate) currency: String,
    /// Where the feed came from.
    pub(crate) source_name: String,
    /// SHA-256 of the feed, hexadecimal.
    pub(crate) content_sha256: String,
    /// Version of the taxonomy that its facts were derived with.
    #[serde(default)]
    pub(crate) taxonomy_version: String,
    /// When it was made.
    pub(crate) imported_at_ms: UnixMillis,
    /// What happened to the feed's rows.
    pub(crate) report: Report,
}

/// What an import was answered with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answered {
    /// SHA-256 of the feed: the same key for another feed is a mistake of the caller.
    pub(crate) content_sha256: String,
    /// Generation served then.
    pub(crate) generation: String,
    /// Whether nothing had to be done.
    pub(crate) unchanged: bool,
    /// The report.
    pub(crate) report: Report,
}

/// An answer to keep, and until when.
pub(crate) struct Keep<'a> {
    /// Idempotency key.
    pub(crate) request_id: &'a str,
    /// The answer.
    pub(crate) answered: &'a Answered,
    /// Until when.
    pub(crate) until: UnixMillis,
}

/// The catalogue's part of the disk. Everything here blocks.
#[derive(Clone)]
pub(crate) struct CatalogueStore {
    store: Store,
}

impl CatalogueStore {
    /// Opens the store.
    pub(crate) fn open(path: PathBuf, cache_mb: u64, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        Ok(Self { store: Store::open(&StoreConfig { path, cache_mb }, SCHEMA, clock)? })
    }

    /// The generation that is served.
    pub(crate) fn current(&self) -> Result<Option<GenerationRecord>, StoreError> {
        match self.store.get(&CURRENT, CURRENT_KEY)? {
            Some(id) => self.store.get(&GENERATIONS, &id),
            None => Ok(None),
        }
    }

    /// What an import was answered with.
    pub(crate) fn answered(&self, request_id: &str) -> Result<Option<Answered>, StoreError> {
        self.store.get(&ANSWERS, request_id)
    }

    /// Makes a generation whose files are complete the one that is served, and keeps the answer to the import, in one commit.
    pub(crate) fn flip(&self, record: &GenerationRecord, keep: Keep<'_>) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        batch.put(&GENERATIONS, &record.id, record)?;
        batch.put(&CURRENT, CURRENT_KEY, &record.id)?;
        batch.put_until(&ANSWERS, keep.request_id, keep.answered, keep.until)?;
        self.store.commit_blocking(batch)
    }

    /// Keeps the answer to an import that changed nothing.
    pub(crate) fn keep(&self, keep: Keep<'_>) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        batch.put_until(&ANSWERS, keep.request_id, keep.answered, keep.until)?;
        self.store.commit_blocking(batch)
    }

    /// Deletes answers that nobody will ask for again.
    pub(crate) async fn sweep(&self) -> Result<usize, StoreError> {
        self.store.sweep_all().await
    }

    /// Whether changes can still be written.
    pub(crate) fn is_healthy(&self) -> bool {
        self.store.is_healthy()
    }

    /// Generations that are not the one that is served.
    pub(crate) fn stale(&self) -> Result<Vec<String>, StoreError> {
        let current: Option<String> = self.store.get(&CURRENT, CURRENT_KEY)?;
        let ids = self.store.scan(&GENERATIONS, "").map(|found| found.map(|(id, _)| id));
        ids.filter(|id| !matches!((id, &current), (Ok(id), Some(current)) if id == current)).collect()
    }

    /// Deletes a generation's record.
    pub(crate) fn delete(&self, generation: &str) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        batch.delete(&GENERATIONS, generation);
        self.store.commit_blocking(batch)
    }
}
