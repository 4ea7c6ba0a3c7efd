//! How the tables, their expiry index and the store's own facts share one key space.
//!
//! One sled tree holds everything, because a sled batch is atomic within one tree. The first byte says what a key is:
//! * `r` table `\0` key — the head of a record
//! * `c` table `\0` key, stamp, number — a piece of a record too large to be inline
//! * `e` expiry, table `\0` key — the index by expiry, soonest first
//! * `m` name — facts about the store itself
//!
//! Numbers are big-endian, so that byte order is number order. A table's name never contains `\0`; a key may.

use easymart_core::UnixMillis;

use crate::StoreError;

/// Longest key, in bytes. Keeps sled's index pages well below the size at which it would move them to files of their own.
pub(crate) const MAX_KEY_BYTES: usize = 192;

/// Under which the schema stands.
pub(crate) const SCHEMA: &[u8] = b"mschema";

const RECORD: u8 = b'r';
const PIECE: u8 = b'c';
const EXPIRY: u8 = b'e';
const TIME_BYTES: usize = size_of::<UnixMillis>();

/// The address of a record: table and key, as every kind of key embeds them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Address(Box<[u8]>);

impl Address {
    pub(crate) fn new(table: &'static str, key: &str) -> Result<Self, StoreError> {
        Self::checked(table, key).ok_or(StoreError::KeyTooLong { table, limit: MAX_KEY_BYTES })
    }

    /// The address, unless the key is too long.
    pub(crate) fn checked(table: &str, key: &str) -> Option<Self> {
        (key.len() <= MAX_KEY_BYTES).then(|| Self::prefix(table, key))
    }

    /// The bytes that all addresses in `table` whose key starts with `key` begin with.
    pub(crate) fn prefix(table: &str, key: &str) -> Self {
        Self([table.as_bytes(), &[0], key.as_bytes()].concat().into())
    }

    /// Table and key. `None` when the bytes were not written by this crate.
    pub(crate) fn parts(&self) -> Option<(&str, &str)> {
        let end = self.0.iter().position(|byte| *byte == 0)?;
        let table = std::str::from_utf8(self.0.get(..end)?).ok()?;
        let key = std::str::from_utf8(self.0.get(end + 1..)?).ok()?;
        Some((table, key))
    }

    /// Where the record's head stands.
    pub(crate) fn record(&self) -> Vec<u8> {
        [&[RECORD], &*self.0].concat()
    }

    /// Where piece `number` of the version `stamp` of the record stands.
    pub(crate) fn piece(&self, stamp: u64, number: u16) -> Vec<u8> {
        // The tail has a fixed length: pieces of different keys can never meet, whatever bytes the keys have.
        [&[PIECE], &*self.0, &stamp.to_be_bytes(), &number.to_be_bytes()].concat()
    }

    /// The record's entry in the index by expiry.
    pub(crate) fn expiry(&self, at: UnixMillis) -> Vec<u8> {
        [&[EXPIRY], &sortable(at)[..], &*self.0].concat()
    }

    /// Reads back what [`Self::record`] made.
    pub(crate) fn from_record(key: &[u8]) -> Option<Self> {
        let (kind, address) = key.split_first()?;
        (*kind == RECORD).then(|| Self(address.into()))
    }

    /// Reads back what [`Self::expiry`] made.
    pub(crate) fn from_expiry(key: &[u8]) -> Option<(UnixMillis, Self)> {
        let (kind, rest) = key.split_first()?;
        let (time, address) = rest.split_first_chunk::<TIME_BYTES>()?;
        (*kind == EXPIRY).then(|| (unsortable(*time), Self(address.into())))
    }
}

/// The part of the index by expiry that has come to its time at `now`.
pub(crate) fn expired_by(now: UnixMillis) -> std::ops::Range<Vec<u8>> {
    let end = [&[EXPIRY], &sortable(now.saturating_add(1))[..]].concat();
    vec![EXPIRY]..end
}

/// Every record of every table.
pub(crate) fn all_records() -> &'static [u8] {
    &[RECORD]
}

/// Flips the sign so that byte order is number order for negative times too.
fn sortable(time: UnixMillis) -> [u8; TIME_BYTES] {
    (time ^ UnixMillis::MIN).to_be_bytes()
}

fn unsortable(bytes: [u8; TIME_BYTES]) -> UnixMillis {
    UnixMillis::from_be_bytes(bytes) ^ UnixMillis::MIN
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn keys_read_back(key in ".{0,40}", at in any::<i64>()) {
            let address = Address::new("carts", &key).unwrap();
            prop_assert_eq!(address.parts(), Some(("carts", key.as_str())));
            prop_assert_eq!(Address::from_record(&address.record()), Some(address.clone()));
            prop_assert_eq!(Address::from_expiry(&address.expiry(at)), Some((at, address)));
        }

        #[test]
        fn the_index_is_in_order_of_time(one in any::<i64>(), other in any::<i64>()) {
            let address = Address::new("carts", "k").unwrap();
            prop_assert_eq!(one.cmp(&other), address.expiry(one).cmp(&address.expiry(other)));
        }

        #[test]
        fn expired_means_at_or_before(at in any::<i64>(), now in -1_000_000_i64..i64::MAX - 1) {
            let address = Address::new("carts", "k").unwrap();
            prop_assert_eq!(expired_by(now).contains(&address.expiry(at)), at <= now);
        }
    }

    #[test]
    fn pieces_of_different_keys_never_meet() {
        let short = Address::new("t", "a").unwrap();
        let long = Address::new("t", "a\0\0\0\0\0\0\0\0\0\0").unwrap();
        assert_ne!(short.piece(0, 0), long.piece(0, 0));
        assert_ne!(short.piece(1, 0), short.piece(0, 1));
    }

    #[test]
    fn long_keys_are_refused() {
        let longest = "k".repeat(MAX_KEY_BYTES);
        assert!(Address::new("t", &longest).is_ok());
        assert!(matches!(Address::new("t", &(longest + "k")), Err(StoreError::KeyTooLong { table: "t", .. })));
    }
}
