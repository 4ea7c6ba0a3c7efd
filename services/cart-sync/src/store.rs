//! Carts on disk: what a change writes, it writes in one batch.

use std::{path::PathBuf, sync::Arc};

use easymart_core::{Clock, Error, UnixMillis};
use easymart_store::{Batch, Schema, Store, StoreConfig, StoreError, Table};
use sha2::{Digest, Sha256};

use crate::{
    app::{Answered, Record},
    domain::{CartId, RequestId},
};

const SCHEMA: Schema = Schema { name: "cart_sync", version: 1 };
const CARTS: Table<Record> = Table::new("carts");
/// Answers by hash of cart and request.
const ANSWERS: Table<Answered> = Table::new("answers");
/// Carts that the backend has not confirmed, by when the oldest such change was made: what a start has to look at.
const UNSYNCED: Table<UnixMillis> = Table::new("unsynced");

/// The carts' part of the disk.
#[derive(Clone)]
pub(crate) struct CartStore {
    store: Store,
}

/// An answer to keep with the change that it answers.
pub(crate) struct Keep<'a> {
    /// Idempotency key.
    pub(crate) request_id: &'a RequestId,
    /// Request and answer.
    pub(crate) answered: &'a Answered,
    /// Until when.
    pub(crate) until: UnixMillis,
}

impl CartStore {
    /// Opens the store. Blocks.
    pub(crate) fn open(path: PathBuf, cache_mb: u64, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let store = Store::open(&StoreConfig { path, cache_mb }, SCHEMA, clock)?;
        Ok(Self { store })
    }

    /// The cart, if it was ever changed and has not expired.
    pub(crate) fn load(&self, cart_id: &CartId) -> Result<Option<Record>, Error> {
        Ok(self.store.get(&CARTS, cart_id.as_str())?)
    }

    /// What the request was answered with, if it was made before.
    pub(crate) fn answered(&self, cart_id: &CartId, request_id: &RequestId) -> Result<Option<Answered>, Error> {
        Ok(self.store.get(&ANSWERS, &answer_key(cart_id, request_id))?)
    }

    /// Keeps a cart until `until`, and the answer with it, in one batch. `was_unsynced` says whether the backend had something
    /// to be told before.
    pub(crate) async fn save(
        &self,
        cart_id: &CartId,
        (record, until): (&Record, UnixMillis),
        was_unsynced: bool,
        keep: Option<Keep<'_>>,
    ) -> Result<(), Error> {
        let mut batch = Batch::new();
        batch.put_until(&CARTS, cart_id.as_str(), record, until)?;
        match record.sync.outbox.oldest_ms() {
            Some(oldest) => batch.put_until(&UNSYNCED, cart_id.as_str(), &oldest, until)?,
            None if was_unsynced => batch.delete(&UNSYNCED, cart_id.as_str()),
            None => {}
        }
        if let Some(keep) = keep {
            put_answer(&mut batch, cart_id, &keep)?;
        }
        Ok(self.store.commit(batch).await?)
    }

    /// Keeps an answer whose request left the cart as it was.
    pub(crate) async fn keep(&self, cart_id: &CartId, keep: Keep<'_>) -> Result<(), Error> {
        let mut batch = Batch::new();
        put_answer(&mut batch, cart_id, &keep)?;
        Ok(self.store.commit(batch).await?)
    }

    /// Waits until everything that was read so far is on disk.
    pub(crate) async fn settle(&self) -> Result<(), Error> {
        Ok(self.store.commit(Batch::new()).await?)
    }

    /// The carts that the backend has not confirmed. Blocks.
    pub(crate) fn unsynced(&self) -> Result<Vec<CartId>, Error> {
        let mut carts = Vec::new();
        for record in self.store.scan(&UNSYNCED, "") {
            let (key, _) = record?;
            carts.push(CartId::parse(&key)?);
        }
        Ok(carts)
    }

    /// Deletes what has expired and returns how much that was.
    pub(crate) async fn sweep(&self) -> Result<usize, Error> {
        Ok(self.store.sweep_all().await?)
    }

    /// Whether changes can still be written.
    pub(crate) fn is_healthy(&self) -> bool {
        self.store.is_healthy()
    }
}

fn put_answer(batch: &mut Batch, cart_id: &CartId, keep: &Keep<'_>) -> Result<(), StoreError> {
    let key = answer_key(cart_id, keep.request_id);
    batch.put_until(&ANSWERS, &key, keep.answered, keep.until)
}

/// A hash, because both keys together may be longer than the store takes. A cart's key has no slash.
fn answer_key(cart_id: &CartId, request_id: &RequestId) -> String {
    let digest =
        Sha256::new().chain_update(cart_id.as_str()).chain_update("/").chain_update(request_id.as_str()).finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
