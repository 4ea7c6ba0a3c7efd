use std::sync::Arc;

use easymart_core::UnixMillis;
use serde::Serialize;

use crate::{StoreError, Table, keys::Address, record::MAX_VALUE_BYTES};

/// Changes that take effect together or not at all, over any tables. Within a batch a later change of a record wins.
#[derive(Debug, Default)]
pub struct Batch {
    changes: Vec<Change>,
    bytes: usize,
}

/// One change of one record.
#[derive(Debug)]
pub(crate) enum Change {
    /// Sets it.
    Put { address: Address, json: Vec<u8>, expires_at: Option<UnixMillis> },
    /// Deletes it.
    Delete { address: Address },
    /// Deletes it if it still expires at that time, and its entry in the index in any case.
    Expire { address: Address, at: UnixMillis },
}

impl Batch {
    /// No changes yet. Committing it waits until everything before it is durable.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there are no changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Sets a record that does not expire.
    ///
    /// # Errors
    /// When the key is longer than 192 bytes, the value cannot be written as JSON, or is larger than 8 MiB.
    pub fn put<T: Serialize>(&mut self, table: &Table<T>, key: &str, value: &T) -> Result<(), StoreError> {
        self.put_value(table, key, value, None)
    }

    /// Sets a record that is absent from `expires_at` on.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub fn put_until<T: Serialize>(
        &mut self,
        table: &Table<T>,
        key: &str,
        value: &T,
        expires_at: UnixMillis,
    ) -> Result<(), StoreError> {
        self.put_value(table, key, value, Some(expires_at))
    }

    /// Deletes a record. Deleting what is not there is no error.
    pub fn delete<T>(&mut self, table: &Table<T>, key: &str) {
        // A key too long to be stored is certainly absent.
        if let Ok(address) = Address::new(table.name(), key) {
            self.push(Change::Delete { address }, 0);
        }
    }

    fn put_value<T: Serialize>(
        &mut self,
        table: &Table<T>,
        key: &str,
        value: &T,
        expires_at: Option<UnixMillis>,
    ) -> Result<(), StoreError> {
        let json = serde_json::to_vec(value)
            .map_err(|cause| StoreError::Encode { table: table.name(), cause: Arc::new(cause) })?;
        if json.len() > MAX_VALUE_BYTES {
            return Err(StoreError::ValueTooLarge { table: table.name(), bytes: json.len(), limit: MAX_VALUE_BYTES });
        }
        let address = Address::new(table.name(), key)?;
        self.put_json(address, json, expires_at);
        Ok(())
    }

    /// Sets a record whose JSON is at hand already.
    pub(crate) fn put_json(&mut self, address: Address, json: Vec<u8>, expires_at: Option<UnixMillis>) {
        let bytes = json.len();
        let put = Change::Put { address, json, expires_at };
        self.push(put, bytes);
    }

    /// Deletes a record that the index says has expired.
    pub(crate) fn expire(&mut self, address: Address, at: UnixMillis) {
        self.push(Change::Expire { address, at }, 0);
    }

    /// About how much it writes.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn into_changes(self) -> Vec<Change> {
        self.changes
    }

    fn push(&mut self, change: Change, bytes: usize) {
        /// What an entry costs beside its value.
        const OVERHEAD: usize = 64;
        self.bytes += bytes + OVERHEAD;
        self.changes.push(change);
    }
}
