//! Merges the batches of one round into one atomic write of the tree, and keeps pieces and the index by expiry in step with the records.

use std::collections::HashMap;

use easymart_core::UnixMillis;

use crate::{
    StoreError,
    batch::Change,
    keys::Address,
    record::{Body, Head, PIECE_BYTES},
};

/// One round of the committer.
pub(crate) struct Round<'tree> {
    tree: &'tree sled::Tree,
    writes: sled::Batch,
    /// Heads as they are after the changes so far, where these touched them.
    heads: HashMap<Address, Option<Head>>,
    /// Counts the versions of large records, so that each has a stamp of its own.
    stamps: &'tree mut u64,
}

impl<'tree> Round<'tree> {
    pub(crate) fn new(tree: &'tree sled::Tree, stamps: &'tree mut u64) -> Self {
        Self { tree, writes: sled::Batch::default(), heads: HashMap::new(), stamps }
    }

    /// Adds a change; a later one wins. Returns how many records it found expired.
    pub(crate) fn add(&mut self, change: Change) -> Result<usize, StoreError> {
        match change {
            Change::Put { address, json, expires_at } => self.put(address, &json, expires_at).map(|()| 0),
            Change::Delete { address } => self.delete(address).map(|()| 0),
            Change::Expire { address, at } => self.expire(address, at),
        }
    }

    /// Writes everything, atomically, into sled's log. Not durable yet.
    pub(crate) fn apply(self) -> Result<(), StoreError> {
        Ok(self.tree.apply_batch(self.writes)?)
    }

    fn put(&mut self, address: Address, json: &[u8], expires_at: Option<UnixMillis>) -> Result<(), StoreError> {
        let old = self.head(&address)?;
        if let Some(old) = old {
            self.remove_pieces(&address, old);
        }
        let old_expiry = old.and_then(|old| old.expires_at);
        self.move_in_index(&address, old_expiry, expires_at);
        let head = Head { expires_at, body: self.write_pieces(&address, json)? };
        let mut record = head.encode();
        if head.body == Body::Inline {
            record.extend_from_slice(json);
        }
        self.writes.insert(address.record(), record);
        self.heads.insert(address, Some(head));
        Ok(())
    }

    fn delete(&mut self, address: Address) -> Result<(), StoreError> {
        let Some(old) = self.head(&address)? else {
            return Ok(());
        };
        self.remove_pieces(&address, old);
        self.move_in_index(&address, old.expires_at, None);
        self.writes.remove(address.record());
        self.heads.insert(address, None);
        Ok(())
    }

    fn expire(&mut self, address: Address, at: UnixMillis) -> Result<usize, StoreError> {
        // The record may have been set anew after the sweep saw it.
        let current = self.head(&address)?.and_then(|head| head.expires_at);
        if current == Some(at) {
            self.delete(address).map(|()| 1)
        } else {
            self.writes.remove(address.expiry(at));
            Ok(0)
        }
    }

    fn head(&self, address: &Address) -> Result<Option<Head>, StoreError> {
        if let Some(head) = self.heads.get(address) {
            return Ok(*head);
        }
        let stored = self.tree.get(address.record())?;
        stored.map(|bytes| Head::decode(&bytes).map(|(head, _)| head)).transpose()
    }

    fn move_in_index(&mut self, address: &Address, from: Option<UnixMillis>, to: Option<UnixMillis>) {
        if from == to {
            return;
        }
        if let Some(from) = from {
            self.writes.remove(address.expiry(from));
        }
        if let Some(to) = to {
            self.writes.insert(address.expiry(to), &[]);
        }
    }

    fn write_pieces(&mut self, address: &Address, json: &[u8]) -> Result<Body, StoreError> {
        if json.len() <= PIECE_BYTES {
            return Ok(Body::Inline);
        }
        *self.stamps += 1;
        let stamp = *self.stamps;
        let mut count = 0;
        for piece in json.chunks(PIECE_BYTES) {
            self.writes.insert(address.piece(stamp, count), piece);
            count += 1;
        }
        Ok(Body::Pieces { stamp, count })
    }

    fn remove_pieces(&mut self, address: &Address, head: Head) {
        if let Body::Pieces { stamp, count } = head.body {
            for number in 0..count {
                self.writes.remove(address.piece(stamp, number));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> sled::Db {
        sled::Config::new().temporary(true).open().unwrap()
    }

    fn address() -> Address {
        Address::new("t", "k").unwrap()
    }

    fn put(bytes: usize, expires_at: Option<UnixMillis>) -> Change {
        Change::Put { address: address(), json: vec![b'x'; bytes], expires_at }
    }

    fn expire(at: UnixMillis) -> Change {
        Change::Expire { address: address(), at }
    }

    /// Applies the changes as one round. Returns how many records expired.
    fn apply(tree: &sled::Tree, stamps: &mut u64, changes: Vec<Change>) -> usize {
        let mut round = Round::new(tree, stamps);
        let expired = changes.into_iter().map(|change| round.add(change).unwrap()).sum();
        round.apply().unwrap();
        expired
    }

    #[test]
    fn no_piece_and_no_index_entry_outlives_its_record() {
        let sizes = [10, PIECE_BYTES, PIECE_BYTES + 1, 200_000, 11_000, 10];
        let expiries = [Some(5), Some(7), None, Some(7), Some(7), None];
        for in_one_round in [false, true] {
            let tree = tree();
            let mut stamps = 0;
            let mut changes: Vec<_> =
                std::iter::zip(sizes, expiries).map(|(bytes, expires_at)| put(bytes, expires_at)).collect();
            let address = address();
            changes.push(Change::Delete { address });
            if in_one_round {
                apply(&tree, &mut stamps, changes);
            } else {
                for change in changes {
                    apply(&tree, &mut stamps, vec![change]);
                }
            }
            assert_eq!(tree.iter().count(), 0);
        }
    }

    #[test]
    fn a_record_extended_since_it_was_found_expired_is_spared() {
        let tree = tree();
        apply(&tree, &mut 0, vec![put(10, Some(5))]);
        assert_eq!(apply(&tree, &mut 0, vec![put(10, Some(9)), expire(5)]), 0);
        assert!(tree.contains_key(address().record()).unwrap());
        assert_eq!(apply(&tree, &mut 0, vec![expire(5), expire(9)]), 1);
        assert!(tree.is_empty());
    }
}
