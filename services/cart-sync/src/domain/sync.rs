//! How a cart stands with the shop's backend.

use easymart_core::UnixMillis;
use serde::{Deserialize, Serialize};

use super::{Cart, Change, Difference, Outbox, RemoteCart, differences};

/// How many differences a conflict's text names.
const DIFFERENCES_NAMED: usize = 5;

/// Everything that is known about the backend's copy of one cart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Sync {
    /// What it still has to be told.
    pub(crate) outbox: Outbox,
    /// Its own key of the cart; empty until it told one.
    pub(crate) remote_cart_id: String,
    /// Its checkout page for the cart; empty until it told one.
    pub(crate) checkout_url: String,
    /// Whether it was ever told the whole cart. A cart from before a backend was configured was not.
    pub(crate) introduced: bool,
    /// Whether the differences found after the last change were already sent once.
    pub(crate) mended: bool,
    /// The differences that stayed although they were sent.
    pub(crate) conflict: Option<String>,
}

/// One word for how a cart stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SyncState {
    /// There is no backend: this cart is the cart.
    Local,
    /// Changes wait to be sent or confirmed.
    Pending,
    /// The backend has everything.
    Synced,
    /// The backend's copy differs in a way that only people can mend.
    Conflict,
    /// The backend refused a change for good.
    Failed,
}

/// What callers are told about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SyncStatus {
    /// One word.
    pub(crate) state: SyncState,
    /// The backend's key of the cart; empty when it told none.
    pub(crate) remote_cart_id: String,
    /// The backend's checkout page; empty when it told none.
    pub(crate) checkout_url: String,
    /// What is wrong; empty when nothing is.
    pub(crate) detail: String,
}

impl SyncStatus {
    /// How a cart stands where there is no backend.
    #[must_use]
    pub(crate) fn local() -> Self {
        Self {
            state: SyncState::Local,
            remote_cart_id: String::new(),
            checkout_url: String::new(),
            detail: String::new(),
        }
    }
}

impl Sync {
    /// Queues what a command changed in `cart`. `keys` gives each change its idempotency key.
    ///
    /// A backend that was never told about the cart is told everything that is in it.
    pub(crate) fn enqueue(
        &mut self,
        cart: &Cart,
        changes: Vec<Change>,
        now: UnixMillis,
        mut keys: impl FnMut() -> String,
    ) {
        if !self.introduced {
            for line in cart.lines() {
                let change = cart.change_at(line.product().remote_key());
                self.outbox.push(change, keys(), now);
            }
            self.introduced = true;
        }
        for change in changes {
            self.outbox.push(change, keys(), now);
        }
        // The cart is another one now: what was found about the former says nothing about it.
        self.mended = false;
        self.conflict = None;
    }

    /// Compares the cart with the backend's copy once everything was sent. Differences are sent once; those that stay are a
    /// conflict. Products that the backend refused are known to differ and are left out.
    pub(crate) fn compare(&mut self, cart: &Cart, remote: &RemoteCart, now: UnixMillis, keys: impl FnMut() -> String) {
        if self.outbox.next().is_some() {
            // The shopper went on meanwhile: the comparison after the newest change counts.
            return;
        }
        let found = self.unexplained(cart, remote);
        if found.is_empty() {
            (self.mended, self.conflict) = (false, None);
        } else if self.mended {
            self.conflict = Some(describe(&found));
        } else {
            self.correct(&found, now, keys);
        }
    }

    /// Differences from the backend's copy that no refusal explains.
    #[must_use]
    pub(crate) fn unexplained(&self, cart: &Cart, remote: &RemoteCart) -> Vec<Difference> {
        let refused = |key: &str| {
            let entries = self.outbox.refused();
            entries.iter().any(|entry| entry.change.key().is_none_or(|refused| refused == key))
        };
        let mut found = differences(cart, remote);
        found.retain(|difference| !refused(&difference.key));
        found
    }

    /// Sends everything that differs, refused or not, and forgets refusals that no longer matter. For operators.
    ///
    /// Returns what differed.
    pub(crate) fn reconcile(
        &mut self,
        cart: &Cart,
        remote: &RemoteCart,
        now: UnixMillis,
        keys: impl FnMut() -> String,
    ) -> Vec<Difference> {
        let found = differences(cart, remote);
        self.outbox.forgive();
        self.introduced = true;
        self.conflict = None;
        self.correct(&found, now, keys);
        found
    }

    fn correct(&mut self, found: &[Difference], now: UnixMillis, mut keys: impl FnMut() -> String) {
        for difference in found {
            self.outbox.push(difference.correction(), keys(), now);
        }
        self.mended = true;
    }

    /// What callers are told about `cart`.
    #[must_use]
    pub(crate) fn status(&self, cart: &Cart) -> SyncStatus {
        let (state, detail) = self.state(cart);
        SyncStatus {
            state,
            remote_cart_id: self.remote_cart_id.clone(),
            checkout_url: self.checkout_url.clone(),
            detail,
        }
    }

    fn state(&self, cart: &Cart) -> (SyncState, String) {
        if let Some(entry) = self.outbox.refused().last() {
            let count = self.outbox.refused().len();
            let detail = format!("the shop's backend refused {count} change(s), last: {}", entry.last_error);
            return (SyncState::Failed, detail);
        }
        if let Some(entry) = self.outbox.next() {
            return (SyncState::Pending, entry.last_error.clone());
        }
        if !self.introduced && !cart.lines().is_empty() {
            let detail = "the shop's backend is told with the next change".to_owned();
            return (SyncState::Pending, detail);
        }
        match &self.conflict {
            Some(detail) => (SyncState::Conflict, detail.clone()),
            None => (SyncState::Synced, String::new()),
        }
    }
}

fn describe(found: &[Difference]) -> String {
    let named: Vec<String> = found.iter().take(DIFFERENCES_NAMED).map(Difference::to_string).collect();
    let more = match found.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("the shop's backend has another cart: {}{more}", named.join("; "))
}
