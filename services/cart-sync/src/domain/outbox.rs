//! What the shop's backend still has to be told about one cart.
//!
//! The backend may know no idempotency keys, and an answer can get lost after it has done what it was asked. So the
//! queue holds states, not steps: "this SKU has 3 pieces" can be said twice, "add one more" cannot. For the same reason
//! a newer state of a SKU replaces the older one, and a cleared cart everything before it.

use easymart_core::UnixMillis;
use serde::{Deserialize, Serialize};

/// A state to bring about at the backend. Repeating one does no harm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum Change {
    /// There are so many pieces.
    Set {
        /// The backend's name of the product: its SKU.
        key: String,
        /// Pieces, at least 1.
        quantity: u32,
    },
    /// There are none.
    Remove {
        /// The backend's name of the product: its SKU.
        key: String,
    },
    /// There is nothing at all.
    Clear,
}

impl Change {
    /// The word for it in the backend's contract.
    #[must_use]
    pub(crate) fn action(&self) -> &'static str {
        match self {
            Self::Set { .. } => "set",
            Self::Remove { .. } => "remove",
            Self::Clear => "clear",
        }
    }

    /// The product it is about; `None` when it is about all of them.
    #[must_use]
    pub(crate) fn key(&self) -> Option<&str> {
        match self {
            Self::Set { key, .. } | Self::Remove { key } => Some(key),
            Self::Clear => None,
        }
    }

    /// Pieces that there are after it.
    #[must_use]
    pub(crate) fn quantity(&self) -> u32 {
        match self {
            Self::Set { quantity, .. } => *quantity,
            Self::Remove { .. } | Self::Clear => 0,
        }
    }

    fn supersedes(&self, older: &Self) -> bool {
        self.key().is_none() || self.key() == older.key()
    }
}

/// A change with its place in the order and its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Place in the cart's order of changes, from 1.
    pub(crate) sequence: u64,
    /// Idempotency key, the same at each attempt.
    pub(crate) idempotency_key: String,
    /// What to bring about.
    pub(crate) change: Change,
    /// How often it was sent in vain.
    pub(crate) attempts: u32,
    /// What the last attempt ended with; empty before the first.
    pub(crate) last_error: String,
    /// When the shopper made the change.
    pub(crate) created_at_ms: UnixMillis,
}

/// One cart's queue: what waits to be sent, in order, and what the backend refused for good.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Outbox {
    last_sequence: u64,
    waiting: Vec<Entry>,
    refused: Vec<Entry>,
}

impl Outbox {
    /// Queues a change behind all others and drops those that it makes pointless.
    pub(crate) fn push(&mut self, change: Change, idempotency_key: String, now: UnixMillis) {
        self.waiting.retain(|entry| !change.supersedes(&entry.change));
        self.refused.retain(|entry| !change.supersedes(&entry.change));
        self.last_sequence += 1;
        self.waiting.push(Entry {
            sequence: self.last_sequence,
            idempotency_key,
            change,
            attempts: 0,
            last_error: String::new(),
            created_at_ms: now,
        });
    }

    /// The change to send next.
    #[must_use]
    pub(crate) fn next(&self) -> Option<&Entry> {
        self.waiting.first()
    }

    /// The backend has done it. Nothing happens when a newer change has replaced it meanwhile.
    pub(crate) fn confirm(&mut self, sequence: u64) {
        self.waiting.retain(|entry| entry.sequence != sequence);
    }

    /// It could not be delivered this time.
    pub(crate) fn note_failure(&mut self, sequence: u64, error: String) {
        let same = |entry: &&mut Entry| entry.sequence == sequence;
        if let Some(entry) = self.waiting.iter_mut().find(same) {
            entry.attempts += 1;
            entry.last_error = error;
        }
    }

    /// The backend will never do it: it steps aside, so that it does not hold the others up.
    pub(crate) fn refuse(&mut self, sequence: u64, error: String) {
        let same = |entry: &Entry| entry.sequence == sequence;
        if let Some(index) = self.waiting.iter().position(same) {
            let mut entry = self.waiting.remove(index);
            entry.attempts += 1;
            entry.last_error = error;
            self.refused.push(entry);
        }
    }

    /// Forgets what the backend refused.
    pub(crate) fn forgive(&mut self) {
        self.refused.clear();
    }

    /// What the backend refused for good and nothing newer has replaced.
    #[must_use]
    pub(crate) fn refused(&self) -> &[Entry] {
        &self.refused
    }

    /// Everything that the backend has not confirmed.
    pub(crate) fn unsynced(&self) -> impl Iterator<Item = &Entry> {
        self.refused.iter().chain(&self.waiting)
    }

    /// When the oldest unconfirmed change was made.
    #[must_use]
    pub(crate) fn oldest_ms(&self) -> Option<UnixMillis> {
        self.unsynced().map(|entry| entry.created_at_ms).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(key: &str, quantity: u32) -> Change {
        Change::Set { key: key.to_owned(), quantity }
    }

    fn outbox(changes: &[Change]) -> Outbox {
        let mut outbox = Outbox::default();
        for change in changes {
            outbox.push(change.clone(), "key".to_owned(), 1);
        }
        outbox
    }

    fn waiting(outbox: &Outbox) -> Vec<Change> {
        outbox.waiting.iter().map(|e| e.change.clone()).collect()
    }

    #[test]
    fn a_newer_state_replaces_the_older_one_of_its_product() {
        let outbox = outbox(&[set("a", 1), set("b", 1), set("a", 3)]);
        assert_eq!(waiting(&outbox), [set("b", 1), set("a", 3)]);
        assert_eq!(outbox.waiting[1].sequence, 3);
    }

    #[test]
    fn a_cleared_cart_replaces_everything_before_it() {
        let outbox = outbox(&[set("a", 1), set("b", 1), Change::Clear, set("a", 2)]);
        assert_eq!(waiting(&outbox), [Change::Clear, set("a", 2)]);
    }

    #[test]
    fn a_late_confirmation_does_not_touch_what_replaced_the_change() {
        let mut outbox = outbox(&[set("a", 1), set("a", 2)]);
        outbox.confirm(1);
        assert_eq!(waiting(&outbox), [set("a", 2)]);
    }

    #[test]
    fn a_refused_change_steps_aside_until_something_newer_replaces_it() {
        let mut outbox = outbox(&[set("a", 1), set("b", 1)]);
        outbox.refuse(1, "no".to_owned());
        assert_eq!(waiting(&outbox), [set("b", 1)]);
        assert_eq!(outbox.refused()[0].last_error, "no");
        outbox.push(set("a", 2), "key".to_owned(), 2);
        assert!(outbox.refused().is_empty());
    }

    #[test]
    fn attempts_are_counted() {
        let mut outbox = outbox(&[set("a", 1)]);
        outbox.note_failure(1, "timed out".to_owned());
        outbox.note_failure(1, "HTTP 503".to_owned());
        let entry = outbox.next().cloned().unwrap();
        assert_eq!((entry.attempts, entry.last_error.as_str()), (2, "HTTP 503"));
    }
}
