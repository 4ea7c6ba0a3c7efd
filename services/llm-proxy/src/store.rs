//! Usage per day and purpose, kept over restarts.
//!
//! Calls only add to counters in memory; one task writes what changed, so that no answer waits for the disk and a burst of calls is one
//! write. A `kill -9` loses at most what was counted in the last moments.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use easymart_core::{Clock, UnixMillis};
use easymart_store::{Batch, Schema, Store, StoreConfig, StoreError, Table};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{
    app::UsageLog,
    config::Config,
    domain::{Counters, Purpose, day_of},
    metrics,
};

const SCHEMA: Schema = Schema { name: "llm_proxy", version: 1 };

/// Key: day/model/purpose.
const USAGE: Table<DayUsage> = Table::new("usage");

/// One record: what a day came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct DayUsage {
    /// In UTC.
    day: String,
    model: String,
    purpose: String,
    #[serde(flatten)]
    counters: Counters,
}

/// The usage counters.
pub(crate) struct UsageStore {
    store: Store,
    clock: Arc<dyn Clock>,
    model: String,
    retention: Duration,
    entries: Mutex<BTreeMap<EntryKey, Entry>>,
    changed: Notify,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct EntryKey {
    day: String,
    purpose: String,
}

#[derive(Debug, Default)]
struct Entry {
    counters: Counters,
    is_unsaved: bool,
}

impl UsageStore {
    /// Opens the counters and goes on with today's. Blocks.
    pub(crate) fn open(config: &Config, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let store_config = StoreConfig { path: config.data_dir.clone(), cache_mb: config.cache_mb };
        let store = Store::open(&store_config, SCHEMA, Arc::clone(&clock))?;
        let usage = Self {
            store,
            clock,
            model: config.model.clone(),
            retention: config.usage_retention,
            entries: Mutex::default(),
            changed: Notify::new(),
        };
        usage.load_today()?;
        Ok(usage)
    }

    /// Writes what changes, and deletes what expires, until `stop`.
    pub(crate) async fn keep(self: Arc<Self>, sweep_interval: Duration, stop: CancellationToken) {
        let mut sweeps = tokio::time::interval(sweep_interval);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.changed.notified() => self.save().await,
                _ = sweeps.tick() => self.sweep().await,
            }
        }
    }

    /// Writes what has not been written yet.
    pub(crate) async fn save(&self) {
        let saved = match self.take_unsaved() {
            Ok(Some(batch)) => self.store.commit(batch).await,
            Ok(None) => return,
            Err(error) => Err(error),
        };
        if let Err(error) = saved {
            // Answers do not depend on it; the counters in memory and the metrics go on.
            tracing::error!(%error, "usage counters cannot be saved");
        }
    }

    fn load_today(&self) -> Result<(), StoreError> {
        let day = day_of(self.clock.now_ms());
        let prefix = format!("{day}/{}/", self.model);
        let mut entries = self.entries();
        for record in self.store.scan(&USAGE, &prefix) {
            let (_, DayUsage { purpose, counters, .. }) = record?;
            metrics::day(&purpose, counters);
            entries.insert(EntryKey { day: day.clone(), purpose }, Entry { counters, is_unsaved: false });
        }
        Ok(())
    }

    fn take_unsaved(&self) -> Result<Option<Batch>, StoreError> {
        let expires_at = self.expires_at();
        let mut batch = Batch::new();
        let mut entries = self.entries();
        for (key, entry) in entries.iter_mut().filter(|(_, entry)| entry.is_unsaved) {
            let record = DayUsage {
                day: key.day.clone(),
                model: self.model.clone(),
                purpose: key.purpose.clone(),
                counters: entry.counters,
            };
            let key = format!("{}/{}/{}", record.day, record.model, record.purpose);
            batch.put_until(&USAGE, &key, &record, expires_at)?;
            entry.is_unsaved = false;
        }
        let today = day_of(self.clock.now_ms());
        entries.retain(|key, _| key.day == today);
        Ok((!batch.is_empty()).then_some(batch))
    }

    fn expires_at(&self) -> UnixMillis {
        let retention = i64::try_from(self.retention.as_millis()).unwrap_or(i64::MAX);
        self.clock.now_ms().saturating_add(retention)
    }

    async fn sweep(&self) {
        match self.store.sweep_all().await {
            Ok(0) => {}
            Ok(count) => tracing::debug!(count, "deleted expired usage counters"),
            Err(error) => tracing::error!(%error, "expired usage counters cannot be deleted"),
        }
    }

    /// Counters are whole at every moment, so a poisoned lock is as good as any.
    fn entries(&self) -> MutexGuard<'_, BTreeMap<EntryKey, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl UsageLog for UsageStore {
    fn add(&self, purpose: &Purpose, counters: Counters) {
        let key = EntryKey { day: day_of(self.clock.now_ms()), purpose: purpose.to_string() };
        let mut entries = self.entries();
        let is_new_day = entries.keys().next_back().is_some_and(|last| last.day < key.day);
        if is_new_day {
            entries.keys().for_each(|key| metrics::day(&key.purpose, Counters::default()));
        }
        let entry = entries.entry(key).or_default();
        entry.counters.add(counters);
        entry.is_unsaved = true;
        metrics::day(purpose.as_str(), entry.counters);
        drop(entries);
        self.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;
    use crate::domain::Purposes;

    const DAY: i64 = 86_400_000;

    #[derive(Default)]
    struct ManualClock(AtomicI64);

    impl Clock for ManualClock {
        fn now_ms(&self) -> UnixMillis {
            self.0.load(Ordering::SeqCst)
        }
    }

    struct Fixture {
        directory: tempfile::TempDir,
        clock: Arc<ManualClock>,
    }

    impl Fixture {
        fn new() -> Self {
            Self { directory: tempfile::tempdir().unwrap(), clock: Arc::default() }
        }

        fn open(&self) -> UsageStore {
            let config = Config { data_dir: self.directory.path().to_owned(), ..Config::default() };
            UsageStore::open(&config, Arc::clone(&self.clock) as _).unwrap()
        }
    }

    fn add(usage: &UsageStore, purpose: &str, output_tokens: u64) {
        let counters = Counters { calls: 1, output_tokens, ..Counters::default() };
        usage.add(&Purposes::default().named(purpose), counters);
    }

    /// Key and output tokens of every record on disk.
    fn stored(usage: &UsageStore) -> Vec<(String, u64)> {
        usage
            .store
            .scan(&USAGE, "")
            .map(Result::unwrap)
            .map(|(key, record)| (key, record.counters.output_tokens))
            .collect()
    }

    #[tokio::test]
    async fn a_day_goes_on_after_a_restart() {
        let fixture = Fixture::new();
        for _ in 0..2 {
            let usage = fixture.open();
            add(&usage, "help", 10);
            add(&usage, "help", 5);
            usage.save().await;
        }
        assert_eq!(stored(&fixture.open()), [("1970-01-01/default/help".into(), 30)]);
    }

    #[tokio::test]
    async fn days_and_purposes_are_told_apart() {
        let fixture = Fixture::new();
        let usage = fixture.open();
        add(&usage, "help", 1);
        fixture.clock.0.store(DAY, Ordering::SeqCst);
        add(&usage, "help", 2);
        add(&usage, "other_help", 4);
        usage.save().await;
        let expected = [
            ("1970-01-01/default/help".into(), 1),
            ("1970-01-02/default/help".into(), 2),
            ("1970-01-02/default/other_help".into(), 4),
        ];
        assert_eq!(stored(&usage), expected);
    }

    #[tokio::test]
    async fn old_days_are_deleted() {
        let fixture = Fixture::new();
        let usage = fixture.open();
        add(&usage, "help", 1);
        usage.save().await;
        fixture.clock.0.store(89 * DAY, Ordering::SeqCst);
        usage.sweep().await;
        assert_eq!(stored(&usage).len(), 1);
        fixture.clock.0.store(90 * DAY, Ordering::SeqCst);
        usage.sweep().await;
        fixture.clock.0.store(0, Ordering::SeqCst); // what was only hidden would show again
        assert_eq!(stored(&usage), []);
    }
}
