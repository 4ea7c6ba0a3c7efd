//! The line in front of the committer.

use std::{
    mem,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
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
    is_committer_asleep: bool,
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
        // Waking costs a system call: only one of those who arrive while the committer sleeps needs to pay it.
        let wake = mem::take(&mut line.is_committer_asleep);
        drop(line);
        if wake {
            self.arrived.notify_one();
        }
        Ok(outcome)
    }

    /// Everything that waits, once something does. `None` when the line is closed and empty.
    pub(crate) fn take(&self) -> Option<Vec<Commit>> {
        let mut line = self.lock();
        loop {
            if !line.waiting.is_empty() {
                return Some(mem::take(&mut line.waiting));
            }
            if line.is_closed {
                return None;
            }
            line.is_committer_asleep = true;
            line = self.arrived.wait(line).unwrap_or_else(PoisonError::into_inner);
        }
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
