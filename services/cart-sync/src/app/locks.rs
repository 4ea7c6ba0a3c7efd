//! One lock per cart, there only while somebody holds or awaits it.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use crate::domain::CartId;

/// Number of tables that the locks are spread over, so that carts do not wait for each other's bookkeeping.
const SHARDS: usize = 64;

type Shard = Mutex<HashMap<CartId, Arc<AsyncMutex<()>>>>;

/// The locks of all carts.
#[derive(Debug)]
pub(crate) struct CartLocks {
    shards: Arc<[Shard]>,
    hasher: RandomState,
}

/// Holds a cart until it is dropped.
#[derive(Debug)]
pub(crate) struct CartGuard {
    // Dropped in this order: the place is only given up once the lock is free.
    _held: OwnedMutexGuard<()>,
    _place: Place,
}

/// A claim on a cart's lock, by its holder or by one who waits.
#[derive(Debug)]
struct Place {
    shards: Arc<[Shard]>,
    shard: usize,
    cart_id: CartId,
    lock: Arc<AsyncMutex<()>>,
}

impl CartLocks {
    /// No locks yet.
    pub(crate) fn new() -> Self {
        Self { shards: (0..SHARDS).map(|_| Shard::default()).collect(), hasher: RandomState::new() }
    }

    /// Waits for a cart, in the order of arrival.
    pub(crate) async fn lock(&self, cart_id: &CartId) -> CartGuard {
        let place = self.place(cart_id);
        let held = Arc::clone(&place.lock).lock_owned().await;
        CartGuard { _held: held, _place: place }
    }

    fn place(&self, cart_id: &CartId) -> Place {
        let hash = self.hasher.hash_one(cart_id);
        let shard = usize::try_from(hash % SHARDS as u64).unwrap_or(0);
        let lock = Arc::clone(entries(&self.shards[shard]).entry(cart_id.clone()).or_default());
        Place { shards: Arc::clone(&self.shards), shard, cart_id: cart_id.clone(), lock }
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.shards.iter().map(|shard| entries(shard).len()).sum()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut entries = entries(&self.shards[self.shard]);
        // The table's and ours: nobody else holds or awaits it, and nobody can start to while the table is locked.
        if Arc::strong_count(&self.lock) == 2 {
            entries.remove(&self.cart_id);
        }
    }
}

/// The table is whole at every moment, so a poisoned lock is as good as any.
fn entries(shard: &Shard) -> MutexGuard<'_, HashMap<CartId, Arc<AsyncMutex<()>>>> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn a_lock_is_held_by_one_and_gone_when_nobody_wants_it() {
        let locks = CartLocks::new();
        let id = CartId::parse("a").unwrap();
        let first = locks.lock(&id).await;
        let mut second = Box::pin(locks.lock(&id));
        assert!(second.as_mut().now_or_never().is_none());
        assert!(locks.lock(&CartId::parse("b").unwrap()).now_or_never().is_some());
        drop(first);
        let second = second.await;
        assert_eq!(locks.len(), 1);
        drop(second);
        assert_eq!(locks.len(), 0);
    }

    #[tokio::test]
    async fn one_who_gives_up_waiting_leaves_nothing_behind() {
        let locks = CartLocks::new();
        let id = CartId::parse("a").unwrap();
        let holder = locks.lock(&id).await;
        let mut waiter = Box::pin(locks.lock(&id));
        assert!(waiter.as_mut().now_or_never().is_none());
        drop(holder);
        drop(waiter);
        assert_eq!(locks.len(), 0);
    }
}
