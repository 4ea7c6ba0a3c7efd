//! Sends carts to the backend: several at a time, each in its own order, for as long as the process runs.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context as _;
use easymart_core::Error;
use rand::Rng as _;
use tokio::{
    sync::Notify,
    task::JoinSet,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{Carts, schedule::Schedule};
use crate::domain::CartId;

/// How long a failing backend is left alone: doubling from `min` to `max`, half of it by chance.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RetryWaits {
    /// Wait after the first failure.
    pub(crate) min: Duration,
    /// Longest wait.
    pub(crate) max: Duration,
}

impl RetryWaits {
    /// The wait after so many attempts, at least as long as the backend asked for.
    pub(super) fn after(&self, attempts: u32, asked: Option<Duration>) -> Duration {
        let doublings = attempts.saturating_sub(1).min(31);
        let full = self.min.saturating_mul(1 << doublings).min(self.max);
        let wait = full.mul_f64(rand::rng().random_range(0.5..=1.0));
        wait.max(asked.unwrap_or_default())
    }
}

/// The carts that changed since the sender last looked.
#[derive(Debug, Default)]
pub(super) struct Signal {
    changed: Mutex<HashSet<CartId>>,
    notify: Notify,
}

impl Signal {
    /// A cart has something to send.
    pub(super) fn wake(&self, cart_id: &CartId) {
        self.carts().insert(cart_id.clone());
        self.notify.notify_one();
    }

    fn take(&self) -> HashSet<CartId> {
        std::mem::take(&mut *self.carts())
    }

    fn carts(&self) -> std::sync::MutexGuard<'_, HashSet<CartId>> {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Carts {
    /// Finds what was left unsent when the process last stopped. Blocks.
    pub(crate) fn resume(&self) -> Result<(), Error> {
        if self.0.storefront.is_none() {
            return Ok(());
        }
        for cart_id in self.0.store.unsynced()? {
            if let Some(record) = self.0.store.load(&cart_id)? {
                self.0.backlog.note(&cart_id, &record.sync.outbox);
                self.0.signal.wake(&cart_id);
            }
        }
        Ok(())
    }

    /// Sends until told to stop. What is under way then is broken off and stays queued: it can be said again.
    ///
    /// # Errors
    /// When a delivery panicked.
    pub(crate) async fn send(
        self,
        waits: RetryWaits,
        max_concurrent: usize,
        stop: CancellationToken,
    ) -> anyhow::Result<()> {
        let mut schedule = Schedule::default();
        let mut deliveries = JoinSet::new();
        loop {
            while schedule.in_flight() < max_concurrent
                && let Some(cart_id) = schedule.take(Instant::now())
            {
                let delivery = self.clone().deliver_and_name(cart_id, waits);
                deliveries.spawn(delivery);
            }
            let next = match schedule.in_flight() < max_concurrent {
                true => schedule.next_due(),
                false => None,
            };
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = self.0.signal.notify.notified() => {
                    for cart_id in self.0.signal.take() {
                        schedule.wake(cart_id, Instant::now());
                    }
                }
                Some(delivered) = deliveries.join_next() => {
                    let (cart_id, retry_at) = delivered.context("a delivery panicked")?;
                    schedule.finish(cart_id, retry_at, Instant::now());
                }
                () = due(next) => {}
            }
        }
    }

    async fn deliver_and_name(self, cart_id: CartId, waits: RetryWaits) -> (CartId, Option<Instant>) {
        let retry_at = self.deliver(&cart_id, waits).await;
        (cart_id, retry_at)
    }
}

async fn due(next: Option<Instant>) {
    match next {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAITS: RetryWaits = RetryWaits { min: Duration::from_millis(500), max: Duration::from_secs(300) };

    #[test]
    fn waits_double_up_to_the_longest() {
        for (attempts, full) in [(1, 500), (2, 1_000), (5, 8_000), (40, 300_000)] {
            let wait = WAITS.after(attempts, None).as_millis();
            assert!((full / 2..=full).contains(&wait), "{attempts}: {wait}");
        }
    }

    #[test]
    fn what_the_backend_asks_for_is_granted() {
        let asked = Duration::from_secs(7);
        assert_eq!(WAITS.after(1, Some(asked)), asked);
    }
}
