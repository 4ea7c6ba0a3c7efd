//! Comparing a cart with the backend's copy of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::{Cart, Change};

/// The backend's copy of a cart: pieces by the backend's name of the product.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RemoteCart(BTreeMap<String, u64>);

impl FromIterator<(String, u64)> for RemoteCart {
    /// Lines of the same product are summed, lines without pieces are none.
    fn from_iter<I: IntoIterator<Item = (String, u64)>>(lines: I) -> Self {
        let mut quantities = BTreeMap::<String, u64>::new();
        for (key, quantity) in lines.into_iter().filter(|(_, quantity)| *quantity > 0) {
            let sum = quantities.entry(key).or_default();
            *sum = sum.saturating_add(quantity);
        }
        Self(quantities)
    }
}

/// One product of which the backend has another quantity than we do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// The backend's name of the product.
    pub(crate) key: String,
    /// Pieces that the cart has.
    pub(crate) ours: u32,
    /// Pieces that the backend has.
    pub(crate) theirs: u64,
}

impl Difference {
    /// What mends it.
    #[must_use]
    pub(crate) fn correction(&self) -> Change {
        let key = self.key.clone();
        match self.ours {
            0 => Change::Remove { key },
            quantity => Change::Set { key, quantity },
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, ours, theirs } = self;
        write!(f, "{key}: {ours} in the cart, {theirs} at the backend")
    }
}

/// Where the backend's copy differs from the cart, by name of the product.
#[must_use]
pub(crate) fn differences(cart: &Cart, remote: &RemoteCart) -> Vec<Difference> {
    let ours = quantities(cart);
    let keys: BTreeSet<&str> = ours.keys().copied().chain(remote.0.keys().map(String::as_str)).collect();
    keys.into_iter()
        .map(|key| Difference {
            key: key.to_owned(),
            ours: ours.get(key).copied().unwrap_or(0),
            theirs: remote.0.get(key).copied().unwrap_or(0),
        })
        .filter(|difference| u64::from(difference.ours) != difference.theirs)
        .collect()
}

fn quantities(cart: &Cart) -> BTreeMap<&str, u32> {
    let mut quantities = BTreeMap::new();
    for line in cart.lines() {
        *quantities.entry(line.product().remote_key()).or_default() += line.quantity();
    }
    quantities
}
