//! Telling the backend what one cart has to say, entry by entry, and comparing its copy at the end.

use std::{sync::Arc, time::Duration};

use easymart_core::Error;
use easymart_runtime::Backoff;
use tokio::time::Instant;

use super::{Carts, Delivery, Record, RemoteAnswer, Storefront, new_key};
use crate::{
    domain::{CartId, Entry, Sync},
    metrics as names,
};

/// Wait after a failure of our own, such as a full disk.
const FAULT_WAIT: Duration = Duration::from_secs(5);

impl Carts {
    /// Sends a cart's entries in order. Returns when to come again if something is left.
    pub(super) async fn deliver(&self, cart_id: &CartId, backoff: Backoff) -> Option<Instant> {
        let storefront = Arc::clone(self.0.storefront.as_ref()?);
        match self.deliver_all(cart_id, storefront.as_ref(), backoff).await {
            Ok(wait) => wait.map(|wait| Instant::now() + wait),
            Err(error) => {
                metrics::counter!(names::DELIVERY_FAULTS).increment(1);
                tracing::error!(cart = cart_id.log_hash(), %error, "cannot send the cart");
                Some(Instant::now() + FAULT_WAIT)
            }
        }
    }

    async fn deliver_all(
        &self,
        cart_id: &CartId,
        storefront: &dyn Storefront,
        backoff: Backoff,
    ) -> Result<Option<Duration>, Error> {
        while let Some(entry) = self.next_entry(cart_id).await? {
            let delivery = storefront.send(cart_id, &entry).await;
            let wait = match delivery {
                Delivery::Done(answer) => {
                    let answer = self.second_look(cart_id, storefront, &entry, answer).await?;
                    self.conclude(cart_id, &entry, answer).await?;
                    None
                }
                Delivery::Refused { error } => {
                    self.give_up(cart_id, &entry, error).await?;
                    None
                }
                Delivery::Retry { error, after } => {
                    let note = |record: &mut Record| record.sync.outbox.note_failure(entry.sequence, error);
                    self.update(cart_id, note).await?;
                    Some(backoff.wait(entry.attempts + 1, after))
                }
                Delivery::Held { wait } => Some(backoff.wait(1, Some(wait))),
            };
            if wait.is_some() {
                return Ok(wait);
            }
        }
        Ok(None)
    }

    /// The next entry, once it is on disk: the lock is free only then.
    async fn next_entry(&self, cart_id: &CartId) -> Result<Option<Entry>, Error> {
        let _guard = self.0.locks.lock(cart_id).await;
        match self.0.store.load(cart_id)? {
            Some(record) => Ok(record.sync.outbox.next().cloned()),
            None => {
                self.0.backlog.forget(cart_id);
                Ok(None)
            }
        }
    }

    /// Asks for the backend's whole copy when the answer to the last change differs from the cart: it may show a part only.
    async fn second_look(
        &self,
        cart_id: &CartId,
        storefront: &dyn Storefront,
        entry: &Entry,
        answer: RemoteAnswer,
    ) -> Result<RemoteAnswer, Error> {
        let record = self.0.store.load(cart_id)?;
        let (Some(copy), Some(mut record)) = (&answer.cart, record) else {
            return Ok(answer);
        };
        record.sync.outbox.confirm(entry.sequence);
        let last = record.sync.outbox.next().is_none();
        if !last || record.sync.unexplained(&record.cart, copy).is_empty() {
            return Ok(answer);
        }
        let whole = storefront.read(cart_id).await.ok().and_then(|read| read.cart);
        Ok(RemoteAnswer { cart: whole.or(answer.cart), ..answer })
    }

    /// Takes a done entry out and, after the last one, compares the carts.
    async fn conclude(&self, cart_id: &CartId, entry: &Entry, answer: RemoteAnswer) -> Result<(), Error> {
        let now = self.now();
        let conclude = |record: &mut Record| {
            let Record { cart, sync, .. } = record;
            sync.outbox.confirm(entry.sequence);
            learn(sync, &answer);
            if let Some(copy) = &answer.cart {
                sync.compare(cart, copy, now, new_key);
            }
            sync.conflict.is_some()
        };
        if self.update(cart_id, conclude).await? == Some(true) {
            metrics::counter!(names::CONFLICTS).increment(1);
            tracing::warn!(cart = cart_id.log_hash(), "the backend keeps another cart");
        }
        Ok(())
    }

    async fn give_up(&self, cart_id: &CartId, entry: &Entry, error: String) -> Result<(), Error> {
        let action = entry.change.action();
        tracing::warn!(cart = cart_id.log_hash(), action, "the backend refused a change");
        self.update(cart_id, |record| record.sync.outbox.refuse(entry.sequence, error)).await?;
        Ok(())
    }

    /// Changes what is known about the backend's copy; the cart itself stays as it is. `None` when the cart is no more.
    pub(super) async fn update<T>(
        &self,
        cart_id: &CartId,
        change: impl FnOnce(&mut Record) -> T,
    ) -> Result<Option<T>, Error> {
        let _guard = self.0.locks.lock(cart_id).await;
        let Some(mut record) = self.0.store.load(cart_id)? else {
            self.0.backlog.forget(cart_id);
            return Ok(None);
        };
        let was_unsynced = record.sync.outbox.oldest_ms().is_some();
        let outcome = change(&mut record);
        let until = self.expiry(&record);
        self.0.store.save(cart_id, (&record, until), was_unsynced, None).await?;
        let view = self.view(cart_id, &record);
        self.announce(&record, &view);
        Ok(Some(outcome))
    }
}

/// Keeps the backend's key and checkout page.
pub(super) fn learn(sync: &mut Sync, answer: &RemoteAnswer) {
    if let Some(cart_id) = &answer.cart_id {
        sync.remote_cart_id.clone_from(cart_id);
    }
    if let Some(url) = &answer.checkout_url {
        sync.checkout_url.clone_from(url);
    }
}
