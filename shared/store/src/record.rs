//! How a record lies on disk: a small head with its expiry, then its JSON, inline or in pieces.
//!
//! Large values are cut into pieces because sled moves any page of more than a quarter of a segment (128 KiB) to a file of its own
//! under `blobs/`, which it never syncs. A leaf has at most some 20 entries before it is split; with entries of at most
//! [`PIECE_BYTES`] and a key a page stays below that size, and everything lies in the one file that the committer syncs.

use easymart_core::UnixMillis;

use crate::StoreError;

/// Most bytes of JSON in one entry of the tree.
pub(crate) const PIECE_BYTES: usize = 5 * 1024;

/// Most bytes of JSON in a value. More would stall every other commit for too long.
pub(crate) const MAX_VALUE_BYTES: usize = 8 * 1024 * 1024;

const INLINE: u8 = 1;
const PIECES: u8 = 2;
/// Stands for "does not expire".
const NEVER: UnixMillis = UnixMillis::MAX;

/// A record's head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    /// When it ceases to be, if ever.
    pub(crate) expires_at: Option<UnixMillis>,
    /// Where its JSON is.
    pub(crate) body: Body,
}

/// Where a record's JSON is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    /// Right behind the head.
    Inline,
    /// In pieces of their own. A new version of the record has a new stamp, so that a reader never mixes two.
    Pieces { stamp: u64, count: u16 },
}

impl Head {
    /// The head as bytes.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let expires_at = self.expires_at.unwrap_or(NEVER).to_be_bytes();
        match self.body {
            Body::Inline => [&[INLINE], &expires_at[..]].concat(),
            Body::Pieces { stamp, count } => {
                [&[PIECES], &expires_at[..], &stamp.to_be_bytes(), &count.to_be_bytes()].concat()
            }
        }
    }

    /// Reads a head; also returns what stands behind it.
    pub(crate) fn decode(bytes: &[u8]) -> Result<(Self, &[u8]), StoreError> {
        Self::try_decode(bytes).ok_or(StoreError::Damaged("a record has no head"))
    }

    fn try_decode(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (kind, rest) = bytes.split_first()?;
        let (expires_at, rest) = rest.split_first_chunk()?;
        let expires_at = UnixMillis::from_be_bytes(*expires_at);
        let expires_at = (expires_at != NEVER).then_some(expires_at);
        match *kind {
            INLINE => {
                let body = Body::Inline;
                Some((Self { expires_at, body }, rest))
            }
            PIECES => {
                let (stamp, rest) = rest.split_first_chunk()?;
                let (count, rest) = rest.split_first_chunk()?;
                let body = Body::Pieces { stamp: u64::from_be_bytes(*stamp), count: u16::from_be_bytes(*count) };
                Some((Self { expires_at, body }, rest))
            }
            _ => None,
        }
    }

    /// Whether the record has ceased to be.
    pub(crate) fn is_expired(&self, now: UnixMillis) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_read_back() {
        let bodies = [Body::Inline, Body::Pieces { stamp: 7, count: 40 }];
        for body in bodies {
            for expires_at in [None, Some(0), Some(1_700_000_000_000)] {
                let head = Head { expires_at, body };
                let bytes = [head.encode(), b"{}".to_vec()].concat();
                assert_eq!(Head::decode(&bytes).unwrap(), (head, &b"{}"[..]));
            }
        }
    }

    #[test]
    fn foreign_bytes_are_refused() {
        for bytes in [&b""[..], b"\x01short", b"\x09123456789", b"\x02123456781234567"] {
            assert!(Head::decode(bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn a_record_expires_at_its_very_time() {
        let head = Head { expires_at: Some(10), body: Body::Inline };
        assert!(!head.is_expired(9));
        assert!(head.is_expired(10));
    }
}
