use std::{
    fmt,
    future::Future,
    io::{BufRead, Write},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
};

use easymart_core::{Clock, UnixMillis};
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;

use crate::{
    Batch, Schema, StoreError, Table,
    committer::Committer,
    disk::{self, DataFile},
    health::Health,
    keys::{self, Address},
    measure::Measure,
    queue::{Outcome, Queue},
    read, schema, transfer,
};

/// Records that [`Store::sweep_all`] deletes in one commit.
const SWEEP_STEP: usize = 1_000;

/// Where a store lies and what it may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreConfig {
    /// Its directory; created when missing. One process at a time.
    pub path: PathBuf,
    /// Memory for the page cache, in MiB.
    pub cache_mb: u64,
}

/// An open store. Clones are cheap and mean the same store, which closes, with everything committed, when the last one is dropped.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    db: sled::Db,
    schema: Schema,
    clock: Arc<dyn Clock>,
    queue: Arc<Queue>,
    health: Arc<Health>,
    committer: Mutex<Option<JoinHandle<()>>>,
}

impl Store {
    /// Opens the store, or creates it. Blocks: reads the log's tail and waits for the disk.
    ///
    /// # Errors
    /// When another process has it, the schema is another one, or the disk fails.
    pub fn open(config: &StoreConfig, schema: Schema, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let (db, file) = disk::open(&config.path, config.cache_mb * 1024 * 1024)?;
        schema::check_or_record(&db, schema)?;
        db.flush()?;
        disk::settle(&config.path)?;
        Self::start(db, file, schema, clock)
            .map_err(|error| StoreError::Open { path: config.path.clone(), cause: error.to_string().into() })
    }

    fn start(db: sled::Db, file: DataFile, schema: Schema, clock: Arc<dyn Clock>) -> std::io::Result<Self> {
        let queue = Arc::new(Queue::default());
        let health = Arc::new(Health::default());
        let committer = Committer {
            db: db.clone(),
            file,
            queue: Arc::clone(&queue),
            health: Arc::clone(&health),
            measure: Measure::new(schema.name),
            stamps: first_stamp(clock.now_ms()),
        };
        let committer = Mutex::new(Some(committer.spawn(schema.name)?));
        let inner = Inner { db, schema, clock, queue, health, committer };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The record, unless it is absent or has expired. Fast when cached, and never waits for a commit's disk barrier.
    ///
    /// # Errors
    /// When the record is not what the table's type says, or the disk fails.
    pub fn get<T: DeserializeOwned>(&self, table: &Table<T>, key: &str) -> Result<Option<T>, StoreError> {
        let Ok(address) = Address::new(table.name(), key) else {
            return Ok(None); // too long to have been stored
        };
        let now = self.inner.clock.now_ms();
        read::record(&self.inner.db, &address, now)?.map(|found| found.decode(table.name())).transpose()
    }

    /// The records whose key starts with `prefix`, in byte order of the keys, without the expired ones. Not a snapshot: commits that
    /// happen meanwhile may be seen in part.
    pub fn scan<T: DeserializeOwned>(
        &self,
        table: &Table<T>,
        prefix: &str,
    ) -> impl Iterator<Item = Result<(String, T), StoreError>> + use<T> {
        let table = table.name();
        let now = self.inner.clock.now_ms();
        let records = read::records(&self.inner.db, &Address::prefix(table, prefix).record(), now);
        records.map(move |record| {
            let (address, found) = record?;
            let (_, key) = address.parts().ok_or(StoreError::Damaged("a record has no key"))?;
            Ok((key.to_owned(), found.decode(table)?))
        })
    }

    /// Makes a batch durable: when this returns without an error, all of it survives a power cut. Batches take effect in the order of
    /// the calls. The batch is on its way once this was called, whether or not the future is polled or dropped.
    ///
    /// # Errors
    /// When the disk fails now or failed before: then the batch may or may not be there after a restart.
    pub fn commit(&self, batch: Batch) -> impl Future<Output = Result<(), StoreError>> + Send + 'static + use<> {
        let outcome = self.enqueue(batch);
        async move { outcome.wait().await.map(drop) }
    }

    /// [`Self::commit`] for threads. Must not be called from async code.
    ///
    /// # Errors
    /// As [`Self::commit`].
    pub fn commit_blocking(&self, batch: Batch) -> Result<(), StoreError> {
        self.enqueue(batch).wait_blocking().map(drop)
    }

    /// Deletes records that have expired, at most `limit` of them. Returns how many it deleted: fewer than `limit` means that there
    /// were no more.
    ///
    /// # Errors
    /// As [`Self::commit`].
    pub async fn sweep(&self, limit: usize) -> Result<usize, StoreError> {
        let mut batch = Batch::new();
        for entry in self.expired().take(limit) {
            let (at, address) = entry?;
            batch.expire(address, at);
        }
        if batch.is_empty() {
            return Ok(0);
        }
        self.enqueue(batch).wait().await
    }

    /// Deletes all records that have expired, in steps small enough not to hold up other commits. Returns how many there were.
    ///
    /// # Errors
    /// As [`Self::commit`].
    pub async fn sweep_all(&self) -> Result<usize, StoreError> {
        let mut total = 0;
        loop {
            let swept = self.sweep(SWEEP_STEP).await?;
            total += swept;
            if swept < SWEEP_STEP {
                return Ok(total);
            }
        }
    }

    /// Whether commits can still succeed: false once a write or a disk barrier has failed. Belongs into readiness.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.inner.health.check().is_ok()
    }

    /// Writes everything that has not expired as JSON Lines: a header with the schema, then one line per record. Returns the number
    /// of records. What is committed meanwhile may be missing.
    ///
    /// # Errors
    /// When `out` or the store fails.
    pub fn export(&self, out: &mut dyn Write) -> Result<u64, StoreError> {
        transfer::export(self, out)
    }

    /// Reads what [`Self::export`] wrote, of this schema version or an earlier one, into this store, which must be empty. Durable when
    /// it returns; after an error or a crash, start over with an empty directory. Returns the number of records. Blocks.
    ///
    /// # Errors
    /// When the store is not empty, the export is of another schema or cannot be understood, or the disk fails.
    pub fn import(&self, input: &mut dyn BufRead) -> Result<u64, StoreError> {
        transfer::import(self, input)
    }

    /// The whole content, record by record.
    pub(crate) fn records(&self) -> read::Records {
        let now = self.inner.clock.now_ms();
        read::records(&self.inner.db, keys::all_records(), now)
    }

    pub(crate) fn schema(&self) -> Schema {
        self.inner.schema
    }

    fn expired(&self) -> impl Iterator<Item = Result<(UnixMillis, Address), StoreError>> + use<> {
        let due = keys::expired_by(self.inner.clock.now_ms());
        self.inner
            .db
            .range(due)
            .keys()
            .map(|key| Address::from_expiry(&key?).ok_or(StoreError::Damaged("an entry of the index by expiry")))
    }

    fn enqueue(&self, batch: Batch) -> Pending {
        // Refuse at once rather than let a line form in front of a dead disk.
        let health = &self.inner.health;
        let queued = health.check().and_then(|()| self.inner.queue.push(batch));
        Pending { queued, health: Arc::clone(health) }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("schema", &self.inner.schema).finish_non_exhaustive()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if self.health.check().is_err() {
            // Closing sled syncs once more, and it panics when that fails. There is nothing to gain by closing after a failure.
            std::mem::forget(self.db.clone());
        }
        self.queue.close();
        let committer = self.committer.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(committer) = committer {
            // It drains the line first. A panic of its was logged and told to the callers already.
            let _ = committer.join();
        }
    }
}

/// A commit on its way.
struct Pending {
    queued: Result<oneshot::Receiver<Outcome>, StoreError>,
    health: Arc<Health>,
}

impl Pending {
    async fn wait(self) -> Outcome {
        let answer = self.queued?.await;
        answer.unwrap_or_else(|_| Err(abandoned(&self.health)))
    }

    fn wait_blocking(self) -> Outcome {
        let answer = self.queued?.blocking_recv();
        answer.unwrap_or_else(|_| Err(abandoned(&self.health)))
    }
}

/// The committer died with the commit in its hands.
fn abandoned(health: &Health) -> StoreError {
    health.poison("the committer stopped");
    health.check().err().unwrap_or(StoreError::Closed)
}

/// Later opens get higher stamps, as long as the clock does not go back; within one open they are unique in any case.
fn first_stamp(now: UnixMillis) -> u64 {
    now.unsigned_abs() << 20
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A store over parts that a test chose.
    pub(crate) fn store_on(db: sled::Db, file: DataFile, clock: Arc<dyn Clock>) -> Store {
        let schema = Schema { name: "test", version: 1 };
        Store::start(db, file, schema, clock).unwrap()
    }
}
