//! Reading records while the committer writes.

use std::sync::Arc;

use easymart_core::UnixMillis;
use serde::de::DeserializeOwned;
use sled::IVec;

use crate::{
    StoreError,
    keys::Address,
    record::{Body, Head},
};

/// A record as it was found.
pub(crate) struct Found {
    pub(crate) head: Head,
    json: Json,
}

enum Json {
    /// The tree's own entry, with the head in front.
    Inline(IVec),
    Joined(Vec<u8>),
}

impl Found {
    pub(crate) fn json(&self) -> &[u8] {
        match &self.json {
            // It was decoded once already, so it has a head.
            Json::Inline(entry) => Head::decode(entry).map_or(&[], |(_, json)| json),
            Json::Joined(json) => json,
        }
    }

    pub(crate) fn decode<T: DeserializeOwned>(&self, table: &str) -> Result<T, StoreError> {
        serde_json::from_slice(self.json())
            .map_err(|cause| StoreError::Decode { table: table.to_owned(), cause: Arc::new(cause) })
    }
}

/// The record at `address`; `None` when it is absent or has expired by `now`.
pub(crate) fn record(tree: &sled::Tree, address: &Address, now: UnixMillis) -> Result<Option<Found>, StoreError> {
    match tree.get(address.record())? {
        Some(entry) => assemble(tree, address, entry, now),
        None => Ok(None),
    }
}

/// The record whose entry is `entry`, or a newer version of it when that was replaced meanwhile.
pub(crate) fn assemble(
    tree: &sled::Tree,
    address: &Address,
    entry: IVec,
    now: UnixMillis,
) -> Result<Option<Found>, StoreError> {
    let mut entry = entry;
    loop {
        let (head, _) = Head::decode(&entry)?;
        if head.is_expired(now) {
            return Ok(None);
        }
        let Body::Pieces { stamp, count } = head.body else {
            let json = Json::Inline(entry);
            return Ok(Some(Found { head, json }));
        };
        if let Some(json) = join(tree, address, stamp, count)? {
            let json = Json::Joined(json);
            return Ok(Some(Found { head, json }));
        }
        // The version went away between its head and its pieces: there must be another by now, or none.
        match tree.get(address.record())? {
            None => return Ok(None),
            Some(same) if same == entry => {
                return Err(StoreError::Damaged("a piece of a record is missing"));
            }
            Some(newer) => entry = newer,
        }
    }
}

fn join(tree: &sled::Tree, address: &Address, stamp: u64, count: u16) -> Result<Option<Vec<u8>>, StoreError> {
    let mut json = Vec::new();
    for number in 0..count {
        match tree.get(address.piece(stamp, number))? {
            Some(piece) => json.extend_from_slice(&piece),
            None => return Ok(None),
        }
    }
    Ok(Some(json))
}

/// The records whose key in the tree starts with `prefix`.
pub(crate) fn records(tree: &sled::Tree, prefix: &[u8], now: UnixMillis) -> Records {
    Records { entries: tree.scan_prefix(prefix), tree: tree.clone(), now }
}

/// Records in order of their addresses, without the expired ones.
pub(crate) struct Records {
    entries: sled::Iter,
    tree: sled::Tree,
    now: UnixMillis,
}

impl Records {
    fn read(&self, entry: sled::Result<(IVec, IVec)>) -> Result<Option<(Address, Found)>, StoreError> {
        let (key, entry) = entry?;
        let address = Address::from_record(&key).ok_or(StoreError::Damaged("a record has no address"))?;
        let found = assemble(&self.tree, &address, entry, self.now)?;
        Ok(found.map(|found| (address, found)))
    }
}

impl Iterator for Records {
    type Item = Result<(Address, Found), StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let entry = self.entries.next()?;
            if let Some(record) = self.read(entry).transpose() {
                return Some(record);
            }
        }
    }
}
