//! The use cases: who may change a cart when, what is kept with it, and who is told.

use std::{sync::Arc, time::Duration};

use easymart_core::{CallContext, Clock, Currency, Error, UnixMillis};
use tokio_util::task::TaskTracker;

use crate::{
    domain::{CartId, SyncStatus},
    store::CartStore,
};

mod backlog;
mod delivery;
mod housekeeping;
mod locks;
mod model;
mod mutation;
mod ports;
mod reconciliation;
mod schedule;
mod sender;
mod watchers;

pub(crate) use backlog::Unsynced;
pub(crate) use model::{Answer, Answered, CartView, Key, Record, Request, Wish};
pub(crate) use ports::{Catalogue, Delivery, RemoteAnswer, Storefront};
pub(crate) use watchers::Watcher;

use backlog::Backlog;
use locks::CartLocks;
use sender::Signal;
use watchers::Watchers;

const MINUTE_MS: i64 = 60_000;
/// A cart is kept longer than it has to by at most this part of its time.
const STEPS: i64 = 100;

/// All carts. Clones are the same.
#[derive(Clone)]
pub(crate) struct Carts(Arc<Inner>);

struct Inner {
    store: CartStore,
    catalogue: Arc<dyn Catalogue>,
    storefront: Option<Arc<dyn Storefront>>,
    clock: Arc<dyn Clock>,
    settings: Settings,
    locks: CartLocks,
    watchers: Watchers,
    backlog: Backlog,
    signal: Signal,
    /// Changes in the making: they finish although their caller has gone.
    changes: TaskTracker,
}

/// What the use cases take from the configuration.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Currency of an empty cart.
    pub(crate) currency: Currency,
    /// Life of a cart after its last change.
    pub(crate) cart_ttl: Duration,
    /// Life of an answer.
    pub(crate) idempotency_ttl: Duration,
    /// Checkout page with the place for the cart's key; empty when there is none.
    pub(crate) checkout_url_template: String,
    /// How long an operator's reconciliation waits for the backend.
    pub(crate) reconcile_wait: Duration,
}

/// What the use cases work with.
pub(crate) struct Ports {
    /// Carts on disk.
    pub(crate) store: CartStore,
    /// The catalogue.
    pub(crate) catalogue: Arc<dyn Catalogue>,
    /// The shop's backend, if there is one.
    pub(crate) storefront: Option<Arc<dyn Storefront>>,
    /// The time.
    pub(crate) clock: Arc<dyn Clock>,
}

impl Carts {
    /// The carts in `ports.store`.
    pub(crate) fn new(ports: Ports, settings: Settings) -> Self {
        Self(Arc::new(Inner {
            store: ports.store,
            catalogue: ports.catalogue,
            storefront: ports.storefront,
            clock: ports.clock,
            settings,
            locks: CartLocks::new(),
            watchers: Watchers::default(),
            backlog: Backlog::default(),
            signal: Signal::default(),
            changes: TaskTracker::new(),
        }))
    }

    /// The cart, empty when it was never used.
    pub(crate) fn get(&self, cart_id: &CartId) -> Result<Arc<CartView>, Error> {
        let record = self.0.store.load(cart_id)?.unwrap_or_default();
        Ok(self.view(cart_id, &record))
    }

    /// The cart now, and a way to follow it.
    pub(crate) async fn watch(&self, cart_id: &CartId) -> Result<Watcher, Error> {
        // Nothing changes it between reading and following.
        let _guard = self.0.locks.lock(cart_id).await;
        Ok(self.0.watchers.subscribe(self.get(cart_id)?))
    }

    /// The oldest changes that the backend has not confirmed, at most `limit`, and how many there are in all.
    pub(crate) fn unsynced(&self, limit: usize) -> Result<(Vec<Unsynced>, usize), Error> {
        self.0.backlog.read(limit, &self.0.store)
    }

    /// Currency of a cart that holds nothing.
    pub(crate) fn currency(&self) -> Currency {
        self.0.settings.currency
    }

    /// Waits for the changes that are in the making. Call it when no more are taken.
    pub(crate) async fn finish(&self) {
        self.0.changes.close();
        self.0.changes.wait().await;
    }

    fn view(&self, cart_id: &CartId, record: &Record) -> Arc<CartView> {
        let sync = match self.0.storefront {
            Some(_) => record.sync.status(&record.cart),
            None => SyncStatus::local(),
        };
        Arc::new(CartView { cart_id: cart_id.clone(), cart: Arc::clone(&record.cart), sync })
    }

    /// Tells everybody who follows a cart, after it was saved.
    fn announce(&self, record: &Record, view: &Arc<CartView>) {
        self.0.backlog.note(&view.cart_id, &record.sync.outbox);
        self.0.watchers.publish(view);
        if record.sync.outbox.next().is_some() {
            self.0.signal.wake(&view.cart_id);
        }
    }

    /// In whole steps of at most a minute: a cart that is changed again soon keeps its place in the store's index by expiry.
    fn expiry(&self, record: &Record) -> UnixMillis {
        let at = after(record.changed_at_ms, self.0.settings.cart_ttl);
        let step = ((at - record.changed_at_ms) / STEPS).clamp(1, MINUTE_MS);
        at.saturating_add(step - 1) / step * step
    }

    fn now(&self) -> UnixMillis {
        self.0.clock.now_ms()
    }
}

fn after(start: UnixMillis, wait: Duration) -> UnixMillis {
    start.saturating_add(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX))
}

fn new_key() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// Refuses work that nobody waits for any more.
fn check_deadline(ctx: &CallContext) -> Result<(), Error> {
    if ctx.is_expired() {
        let message = "the time for this call ran out before the change was made";
        return Err(Error::new(easymart_core::reason::DEADLINE_EXCEEDED, message));
    }
    Ok(())
}
