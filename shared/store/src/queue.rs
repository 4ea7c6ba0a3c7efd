//! The line in front of the committer.

use std::{
    mem,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::oneshot;

use crate::{Batch, StoreError};

/// What a commit is told when it is over: how many records it found expired and deleted.
pub(crate) type Outcome = Result<usize, StoreError>;

/// One commit in the line.
#[derive(Debug)]
pub(crate) struct Commit {
    pub(crate) batch: Batch,
    /// Where the outcome goes. Nobody may be listening any more; the commit happens all the same.
    pub(crate) done: oneshot::Sender<Outcome>,
}

/// Commits that wait, in the order of the calls.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    line: Mutex<Line>,
    arrived: Condvar,
}

#[derive(Debug, Default)]
struct Line {
    waiting: Vec<Commit>,
    is_closed: bool,
    /// How long the line is when the committer, who sleeps, wants to be woken. 0 while it works.
    wake_at: usize,
}

/// How long it is worth to wait for more once somebody waits. Every round costs a barrier of the disk, whatever it holds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Patience {
    /// Length of the line that is enough.
    pub(crate) enough: usize,
    /// Longest time that the first in the line waits for it.
    pub(crate) at_most: Duration,
}

impl Queue {
    /// Puts a batch at the end of the line. The commit happens whatever becomes of the receiver.
    ///
    /// # Errors
    /// When the line is closed.
    pub(crate) fn push(&self, batch: Batch) -> Result<oneshot::Receiver<Outcome>, StoreError> {
        let (done, outcome) = oneshot::channel();
        let mut line = self.lock();
        if line.is_closed {
            return Err(StoreError::Closed);
        }
        line.waiting.push(Commit { batch, done });
        // Waking costs a system call: only the one who makes the line long enough needs to pay it.
        let wake = line.waiting.len() == line.wake_at;
        drop(line);
        if wake {
            self.arrived.notify_one();
        }
        Ok(outcome)
    }

    /// Everything that waits, once something does and `patience` is over. `None` when the line is closed and empty.
    pub(crate) fn take(&self, patience: Patience) -> Option<Vec<Commit>> {
        let mut line = self.lock();
        while line.waiting.is_empty() {
            if line.is_closed {
                return None;
            }
            line.wake_at = 1;
            line = self.arrived.wait(line).unwrap_or_else(PoisonError::into_inner);
        }
        let deadline = Instant::now() + patience.at_most;
        while line.waiting.len() < patience.enough && !line.is_closed {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            line.wake_at = patience.enough;
            line = self.arrived.wait_timeout(line, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        line.wake_at = 0;
        Some(mem::take(&mut line.waiting))
    }

    /// Lets nobody in any more.
    pub(crate) fn close(&self) {
        self.lock().is_closed = true;
        self.arrived.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Line> {
        // No code that can panic runs under this lock: the line is whole even if some thread died.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
