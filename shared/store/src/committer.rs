//! The one thread that writes: applies every commit that waits as one, makes it durable, and only then tells the callers.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use tokio::sync::oneshot;

use crate::{
    Batch, StoreError,
    disk::DataFile,
    health::Health,
    measure::Measure,
    queue::{Commit, Outcome, Patience, Queue},
    round::Round,
};

/// About how much a round writes before it is made durable. Bounds what a commit waits for those before it.
const MAX_ROUND_BYTES: usize = 1024 * 1024;

/// Longest time that a commit waits for others to share its round.
const MOST_PATIENCE: Duration = Duration::from_millis(2);

/// How often the size on disk is measured.
const SIZE_EVERY: Duration = Duration::from_secs(5);

/// What the committer's thread owns.
pub(crate) struct Committer {
    pub(crate) db: sled::Db,
    pub(crate) file: DataFile,
    pub(crate) queue: Arc<Queue>,
    pub(crate) health: Arc<Health>,
    pub(crate) measure: Measure,
    /// Last stamp given to a version of a large record.
    pub(crate) stamps: u64,
}

impl Committer {
    /// Starts the thread. It ends when the queue is closed and empty.
    pub(crate) fn spawn(self, name: &str) -> std::io::Result<JoinHandle<()>> {
        thread::Builder::new().name(format!("store-{name}")).spawn(move || self.run())
    }

    fn run(mut self) {
        let mut size_due = Instant::now();
        let mut patience = Patience::default();
        while let Some(commits) = self.queue.take(patience) {
            let (size, started) = (commits.len(), Instant::now());
            for round in rounds(commits) {
                self.commit(round);
            }
            patience = patience_after(size, started.elapsed());
            if size_due <= Instant::now() {
                self.measure_size();
                size_due = Instant::now() + SIZE_EVERY;
            }
        }
    }

    fn commit(&mut self, commits: Vec<Commit>) {
        let started = Instant::now();
        let size = commits.len();
        let (batches, callers): (Vec<_>, Vec<_>) =
            commits.into_iter().map(|commit| (commit.batch, commit.done)).unzip();
        let written = self.write(batches);
        if written.is_ok() {
            self.measure.round(size, started.elapsed());
        }
        acknowledge(callers, written);
    }

    /// Everything or an error, after which there is no more writing.
    fn write(&mut self, batches: Vec<Batch>) -> Result<Vec<usize>, StoreError> {
        self.health.check()?;
        // sled panics on some broken invariants; the callers must hear of it, and of nothing good after it.
        let written = catch_unwind(AssertUnwindSafe(|| self.try_write(batches)))
            .unwrap_or(Err(StoreError::Damaged("sled panicked while writing")));
        written.inspect_err(|error| self.health.poison(&error.to_string()))
    }

    fn try_write(&mut self, batches: Vec<Batch>) -> Result<Vec<usize>, StoreError> {
        let mut round = Round::new(&self.db, &mut self.stamps);
        let expired = batches.into_iter().map(|batch| add_all(&mut round, batch)).collect::<Result<_, _>>()?;
        round.apply()?;
        self.db.flush()?;
        self.file.sync()?;
        Ok(expired)
    }

    fn measure_size(&self) {
        match self.db.size_on_disk() {
            Ok(bytes) => self.measure.size(bytes),
            Err(error) => tracing::warn!(%error, "the store's size cannot be read"),
        }
    }
}

/// Who shared a round will, by and large, be back for the next: waiting for as many, and some more, makes fewer rounds of the same
/// work. A lone writer waits for nobody.
fn patience_after(size: usize, took: Duration) -> Patience {
    if size < 2 {
        return Patience::default();
    }
    Patience { enough: size + size.div_ceil(4), at_most: took.min(MOST_PATIENCE) }
}

fn add_all(round: &mut Round<'_>, batch: Batch) -> Result<usize, StoreError> {
    batch.into_changes().into_iter().try_fold(0, |expired, change| Ok(expired + round.add(change)?))
}

fn acknowledge(callers: Vec<oneshot::Sender<Outcome>>, written: Result<Vec<usize>, StoreError>) {
    match written {
        Ok(expired) => {
            for (caller, expired) in callers.into_iter().zip(expired) {
                // A caller that went away has no use for the outcome.
                let _ = caller.send(Ok(expired));
            }
        }
        Err(error) => {
            for caller in callers {
                let _ = caller.send(Err(error.clone()));
            }
        }
    }
}

/// Cuts the line into rounds of about [`MAX_ROUND_BYTES`], in order.
fn rounds(commits: Vec<Commit>) -> Vec<Vec<Commit>> {
    let mut rounds = Vec::new();
    let mut round = Vec::new();
    let mut bytes = 0;
    for commit in commits {
        bytes += commit.batch.bytes();
        round.push(commit);
        if bytes >= MAX_ROUND_BYTES {
            rounds.push(std::mem::take(&mut round));
            bytes = 0;
        }
    }
    if !round.is_empty() {
        rounds.push(round);
    }
    rounds
}

#[cfg(test)]
mod tests {
    use easymart_core::SystemClock;

    use super::*;
    use crate::{Store, StoreConfig, Table, disk, store::tests::store_on};

    const NUMBERS: Table<u64> = Table::new("numbers");

    fn put(number: u64) -> Batch {
        let mut batch = Batch::new();
        batch.put(&NUMBERS, "n", &number).unwrap();
        batch
    }

    fn store_with_a_broken_disk(directory: &std::path::Path) -> Store {
        let (db, _) = disk::open(directory, 1024 * 1024).unwrap();
        store_on(db, DataFile::broken(), Arc::new(SystemClock))
    }

    #[test]
    fn a_failed_barrier_is_never_followed_by_an_acknowledgement() {
        let directory = tempfile::tempdir().unwrap();
        let store = store_with_a_broken_disk(directory.path());
        assert!(store.is_healthy());
        assert!(matches!(store.commit_blocking(put(1)), Err(StoreError::Sled(_))));
        assert!(!store.is_healthy());
        for number in 2..5 {
            let refused = store.commit_blocking(put(number));
            assert!(matches!(refused, Err(StoreError::Poisoned { .. })));
        }
        assert_eq!(store.get(&NUMBERS, "n").unwrap(), Some(1)); // reads go on
    }

    #[test]
    fn all_who_shared_the_failed_barrier_are_told() {
        let directory = tempfile::tempdir().unwrap();
        let store = store_with_a_broken_disk(directory.path());
        let commits: Vec<_> = (0..20).map(|number| store.commit(put(number))).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        for commit in commits {
            assert!(runtime.block_on(commit).is_err());
        }
    }

    #[test]
    fn a_dead_disk_is_an_error_at_once_when_opened() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let config = StoreConfig { path: file.path().to_owned(), cache_mb: 1 };
        let schema = crate::Schema { name: "test", version: 1 };
        let opened = Store::open(&config, schema, Arc::new(SystemClock));
        assert!(matches!(opened, Err(StoreError::Open { .. })));
    }

    #[test]
    fn a_lone_writer_waits_for_nobody_and_others_no_longer_than_a_round() {
        let round = Duration::from_micros(300);
        assert_eq!(patience_after(1, round).at_most, Duration::ZERO);
        let patience = patience_after(8, round);
        assert_eq!((patience.enough, patience.at_most), (10, round));
        assert_eq!(patience_after(8, Duration::from_secs(1)).at_most, MOST_PATIENCE);
    }

    #[test]
    fn a_line_that_is_long_enough_is_taken_at_once_and_a_closed_one_too() {
        let patience = Patience { enough: 2, at_most: Duration::from_secs(600) };
        let queue = Queue::default();
        let _outcomes = [queue.push(put(1)).unwrap(), queue.push(put(2)).unwrap()];
        assert_eq!(queue.take(patience).map(|commits| commits.len()), Some(2));
        let _last = queue.push(put(3)).unwrap();
        queue.close();
        assert_eq!(queue.take(patience).map(|commits| commits.len()), Some(1));
        assert!(queue.take(patience).is_none());
    }

    #[test]
    fn rounds_keep_the_order_and_are_bounded() {
        let commit = |bytes: usize| {
            let mut batch = Batch::new();
            batch.put(&Table::new("texts"), "k", &"x".repeat(bytes)).unwrap();
            let (done, _) = oneshot::channel();
            Commit { batch, done }
        };
        let sizes = [10, MAX_ROUND_BYTES, 10, MAX_ROUND_BYTES / 2, 10, MAX_ROUND_BYTES];
        let rounds = rounds(sizes.into_iter().map(commit).collect());
        let lengths: Vec<_> = rounds.iter().map(Vec::len).collect();
        assert_eq!(lengths, [2, 4]);
    }
}
