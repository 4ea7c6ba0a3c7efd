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
    queue::{Commit, Outcome, Queue},
    round::Round,
};

/// About how much a round writes before it is made durable. Bounds what a commit waits for those before it.
const MAX_ROUND_BYTES: usize = 1024 * 1024;

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
        thread::Builder::new()
            .name(format!("store-{name}"))
            .spawn(move || self.run())
    }

    fn run(mut self) {
        let mut size_due = Instant::now();
        while let Some(commits) = self.queue.take() {
            for round in rounds(commits) {
                self.commit(round);
            }
            if size_due <= Instant::now() {
                self.measure_size();
                size_due = Instant::now() + SIZE_EVERY;
            }
        }
    }

    fn commit(&mut self, commits: Vec<Commit>) {
        let started = Instant::now();
        let size = commits.len();
        let (batches, callers): (Vec<_>, Vec<_>) = commits
            .into_iter()
            .map(|commit| (commit.batch, commit.done))
            .unzip();
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
        written.map_err(|error| {
            self.health.poison(&error.to_string());
            error
        })
    }

    fn try_write(&mut self, batches: Vec<Batch>) -> Result<Vec<usize>, StoreError> {
        let mut round = Round::new(&self.db, &mut self.stamps);
        let expired = batches
            .into_iter()
            .map(|batch| add_all(&mut round, batch))
            .collect::<Result<_, _>>()?;
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

fn add_all(round: &mut Round<'_>, batch: Batch) -> Result<usize, StoreError> {
    batch
        .into_changes()
        .into_iter()
        .try_fold(0, |expired, change| Ok(expired + round.add(change)?))
}

fn acknowledge(
    callers: Vec<oneshot::Sender<Outcome>>,
    written: Result<Vec<usize>, StoreError>,
) {
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
