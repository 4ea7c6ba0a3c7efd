//! What the backend has not confirmed, over all carts: an index in memory of what the carts' records say.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use easymart_core::{Error, UnixMillis};

use crate::{
    domain::{CartId, Entry, Outbox},
    metrics as names,
    store::CartStore,
};

/// A change that the backend has not confirmed.
#[derive(Debug, Clone)]
pub(crate) struct Unsynced {
    /// Its cart.
    pub(crate) cart_id: CartId,
    /// The change.
    pub(crate) entry: Entry,
}

/// The carts with such changes.
#[derive(Debug, Default)]
pub(crate) struct Backlog(Mutex<Index>);

#[derive(Debug, Default)]
struct Index {
    carts: HashMap<CartId, Share>,
    total: usize,
}

/// One cart's part.
#[derive(Debug, Clone, Copy)]
struct Share {
    changes: usize,
    oldest: UnixMillis,
}

impl Backlog {
    /// Takes over what a cart's outbox says now.
    pub(crate) fn note(&self, cart_id: &CartId, outbox: &Outbox) {
        let mut index = self.index();
        let former = match outbox.oldest_ms() {
            Some(oldest) => {
                let changes = outbox.unsynced().count();
                index.total += changes;
                index.carts.insert(cart_id.clone(), Share { changes, oldest })
            }
            None => index.carts.remove(cart_id),
        };
        index.total -= former.map_or(0, |share| share.changes);
    }

    /// Forgets a cart that is no more.
    pub(crate) fn forget(&self, cart_id: &CartId) {
        self.note(cart_id, &Outbox::default());
    }

    /// The oldest changes, at most `limit`, and how many there are in all.
    pub(crate) fn read(&self, limit: usize, store: &CartStore) -> Result<(Vec<Unsynced>, usize), Error> {
        let (carts, total) = self.oldest_carts(limit);
        let mut changes = Vec::new();
        for cart_id in carts {
            let Some(record) = store.load(&cart_id)? else {
                continue;
            };
            changes.extend(
                record.sync.outbox.unsynced().map(|entry| Unsynced { cart_id: cart_id.clone(), entry: entry.clone() }),
            );
        }
        changes.sort_by_key(|change| (change.entry.created_at_ms, change.entry.sequence));
        changes.truncate(limit);
        Ok((changes, total))
    }

    /// Reports depth and age.
    pub(crate) fn report(&self, now: UnixMillis) {
        let index = self.index();
        let oldest = index.carts.values().map(|share| share.oldest).min();
        let age_ms = oldest.map_or(0, |oldest| now.saturating_sub(oldest).max(0));
        metrics::gauge!(names::OUTBOX_DEPTH).set(index.total as f64);
        metrics::gauge!(names::OUTBOX_OLDEST).set(age_ms as f64 / 1_000.0);
    }

    /// So many carts hold the so many oldest changes, as each has at least one.
    fn oldest_carts(&self, limit: usize) -> (Vec<CartId>, usize) {
        let index = self.index();
        let mut carts: Vec<_> = index.carts.iter().map(|(cart_id, share)| (share.oldest, cart_id.clone())).collect();
        carts.sort_unstable();
        carts.truncate(limit);
        let carts = carts.into_iter().map(|(_, cart_id)| cart_id).collect();
        (carts, index.total)
    }

    fn index(&self) -> MutexGuard<'_, Index> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Change;

    fn outbox(keys: &[&str], created: UnixMillis) -> Outbox {
        let mut outbox = Outbox::default();
        for key in keys {
            let key = (*key).to_owned();
            outbox.push(Change::Set { key, quantity: 1 }, String::new(), created);
        }
        outbox
    }

    #[test]
    fn the_index_follows_the_outboxes() {
        let backlog = Backlog::default();
        let (a, b) = (CartId::parse("a").unwrap(), CartId::parse("b").unwrap());
        backlog.note(&a, &outbox(&["x", "y"], 20));
        backlog.note(&b, &outbox(&["x"], 10));
        assert_eq!(backlog.oldest_carts(1), (vec![b.clone()], 3));
        backlog.note(&a, &outbox(&["x"], 20));
        assert_eq!(backlog.oldest_carts(9).1, 2);
        backlog.forget(&b);
        assert_eq!(backlog.oldest_carts(9), (vec![a], 1));
    }
}
