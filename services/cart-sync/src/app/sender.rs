//! Sends carts to the backend: several at a time, each in its own order, for as long as the process runs.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use anyhow::Context as _;
use easymart_core::Error;
use easymart_runtime::Backoff;
use tokio::{
    sync::Notify,
    task::JoinSet,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{Carts, schedule::Schedule};
use crate::domain::CartId;

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
        backoff: Backoff,
        max_concurrent: usize,
        stop: CancellationToken,
    ) -> anyhow::Result<()> {
        let mut schedule = Schedule::default();
        let mut deliveries = JoinSet::new();
        loop {
            while schedule.in_flight() < max_concurrent
                && let Some(cart_id) = schedule.take(Instant::now())
            {
                let delivery = self.clone().deliver_and_name(cart_id, backoff);
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

    async fn deliver_and_name(self, cart_id: CartId, backoff: Backoff) -> (CartId, Option<Instant>) {
        let retry_at = self.deliver(&cart_id, backoff).await;
        (cart_id, retry_at)
    }
}

async fn due(next: Option<Instant>) {
    match next {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}
