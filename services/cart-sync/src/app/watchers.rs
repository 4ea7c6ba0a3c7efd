//! Tells those who watch a cart what becomes of it. Each keeps the latest state only, so a slow one costs nothing.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use super::CartView;
use crate::domain::CartId;

type Channels = HashMap<CartId, watch::Sender<Arc<CartView>>>;

/// The watched carts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watchers(Arc<Mutex<Channels>>);

/// One who watches a cart.
#[derive(Debug)]
pub(crate) struct Watcher {
    // Dropped in this order: the last one to leave is seen as such.
    receiver: watch::Receiver<Arc<CartView>>,
    _place: Place,
}

#[derive(Debug)]
struct Place {
    watchers: Watchers,
    cart_id: CartId,
}

impl Watchers {
    /// Starts watching. `now` must have been read while nothing could change the cart.
    pub(crate) fn subscribe(&self, now: Arc<CartView>) -> Watcher {
        let cart_id = now.cart_id.clone();
        let mut channels = self.channels();
        let channel = channels.entry(cart_id.clone()).or_insert_with(|| watch::Sender::new(Arc::clone(&now)));
        Watcher { receiver: channel.subscribe(), _place: Place { watchers: self.clone(), cart_id } }
    }

    /// Tells what a cart is now.
    pub(crate) fn publish(&self, view: &Arc<CartView>) {
        if let Some(channel) = self.channels().get(&view.cart_id) {
            channel.send_replace(Arc::clone(view));
        }
    }

    fn channels(&self) -> MutexGuard<'_, Channels> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watcher {
    /// The cart as it is now.
    pub(crate) fn current(&mut self) -> Arc<CartView> {
        Arc::clone(&self.receiver.borrow_and_update())
    }

    /// Waits for the next change; `None` when there will be none.
    pub(crate) async fn next(&mut self) -> Option<Arc<CartView>> {
        self.receiver.changed().await.ok()?;
        Some(self.current())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut channels = self.watchers.channels();
        let unwatched = |channel: &watch::Sender<_>| channel.receiver_count() == 0;
        if channels.get(&self.cart_id).is_some_and(unwatched) {
            channels.remove(&self.cart_id);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;
    use crate::domain::{Cart, SyncStatus};

    fn view(detail: &str) -> Arc<CartView> {
        Arc::new(CartView {
            cart_id: CartId::parse("cart").unwrap(),
            cart: Arc::new(Cart::default()),
            sync: SyncStatus { detail: detail.to_owned(), ..SyncStatus::local() },
        })
    }

    #[tokio::test]
    async fn a_slow_watcher_sees_the_latest_state_only() {
        let watchers = Watchers::default();
        let mut watcher = watchers.subscribe(view("first"));
        assert_eq!(watcher.current().sync.detail, "first");
        watchers.publish(&view("second"));
        watchers.publish(&view("third"));
        assert_eq!(watcher.next().await.unwrap().sync.detail, "third");
        assert!(watcher.next().now_or_never().is_none());
    }

    #[tokio::test]
    async fn nothing_is_kept_for_a_cart_that_nobody_watches() {
        let watchers = Watchers::default();
        let (first, second) = (watchers.subscribe(view("")), watchers.subscribe(view("")));
        drop(first);
        assert_eq!(watchers.channels().len(), 1);
        drop(second);
        assert_eq!(watchers.channels().len(), 0);
    }
}
