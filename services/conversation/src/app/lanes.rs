//! Turns of one session go one after the other, and only so many may wait.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use easymart_core::{Error, reason};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

/// When a caller that found the queue full may try again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// One lane for each session that has a turn in work.
#[derive(Clone)]
pub(super) struct Lanes(Arc<Inner>);

struct Inner {
    lanes: Mutex<HashMap<String, Lane>>,
    most: usize,
}

#[derive(Default)]
struct Lane {
    lock: Arc<AsyncMutex<()>>,
    /// Turns that wait or are in work.
    taken: usize,
}

/// A place in a lane: the turn in work while it lives.
pub(super) struct Place {
    _turn: OwnedMutexGuard<()>,
    _queued: Queued,
}

struct Queued {
    lanes: Lanes,
    session_id: String,
}

impl Lanes {
    pub(super) fn new(most_waiting: usize) -> Self {
        Self(Arc::new(Inner { lanes: Mutex::default(), most: most_waiting.saturating_add(1) }))
    }

    /// Waits for the session's turn.
    ///
    /// # Errors
    /// `SESSION_BUSY` when too many wait already.
    pub(super) async fn enter(&self, session_id: &str) -> Result<Place, Error> {
        let (queued, lock) = self.queue(session_id)?;
        let turn = lock.lock_owned().await;
        Ok(Place { _turn: turn, _queued: queued })
    }

    fn queue(&self, session_id: &str) -> Result<(Queued, Arc<AsyncMutex<()>>), Error> {
        let mut lanes = self.lock();
        let lane = lanes.entry(session_id.to_owned()).or_default();
        if lane.taken >= self.0.most {
            let message = "too many messages of this session wait for their turn";
            return Err(Error::new(reason::SESSION_BUSY, message).retry_after(RETRY_AFTER));
        }
        lane.taken += 1;
        let queued = Queued { lanes: self.clone(), session_id: session_id.to_owned() };
        Ok((queued, Arc::clone(&lane.lock)))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Lane>> {
        self.0.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Queued {
    fn drop(&mut self) {
        let mut lanes = self.lanes.lock();
        if let Some(lane) = lanes.get_mut(&self.session_id) {
            lane.taken -= 1;
            if lane.taken == 0 {
                lanes.remove(&self.session_id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_at_a_time_and_only_so_many_wait() {
        let lanes = Lanes::new(1);
        let first = lanes.enter("s").await.unwrap();
        let second = tokio::spawn({
            let lanes = lanes.clone();
            async move { lanes.enter("s").await.map(drop) }
        });
        while lanes.lock().get("s").map(|lane| lane.taken) != Some(2) {
            tokio::task::yield_now().await;
        }
        let refused = lanes.enter("s").await.err().map(|error| error.reason);
        assert_eq!(refused, Some(reason::SESSION_BUSY));
        assert!(lanes.enter("other").await.is_ok());
        drop(first);
        assert!(second.await.unwrap().is_ok());
        assert!(lanes.lock().is_empty());
    }
}
