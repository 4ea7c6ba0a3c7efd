//! What products cost and whether they are there, as changed since the import: a layer over the columns.
//!
//! A catalogue with changed offers shares everything else with the one it was made of, and unchanged offers, too: a change costs memory
//! for itself and not for the catalogue, so that many states can be kept at once.

use std::sync::Arc;

use easymart_core::Money;
use itertools::Itertools as _;
use rpds::HashTrieMapSync;
use serde::{Deserialize, Serialize};

use super::{Catalogue, NumberColumn, Places};
use crate::domain::product::{Availability, Product};

/// A set of at least this share of the catalogue, one in so many, is much of it.
const MUCH: u32 = 4;

/// A change of one product. What is `None` stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OfferChange {
    /// New price; the inner `None` makes it a price on request.
    pub price: Option<Option<Money>>,
    /// New earlier price; the inner `None` takes it away.
    pub was_price: Option<Option<Money>>,
    /// New stock.
    pub availability: Option<Availability>,
    /// New number of units in stock.
    pub stock_quantity: Option<u32>,
}

impl OfferChange {
    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A value that was stated after the import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Stated<T> {
    value: T,
    /// Revision of the catalogue that it came with.
    revision: u32,
}

/// All that was stated about one product after the import, the latest of each field.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Offer {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    price: Option<Stated<Option<Money>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    was_price: Option<Stated<Option<Money>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    availability: Option<Stated<Availability>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stock_quantity: Option<Stated<Option<u32>>>,
}

impl Offer {
    /// Takes a change in. A quantity says whether there is stock; stock stated alone makes the quantity unknown, which could
    /// contradict it otherwise.
    pub fn state(&mut self, change: &OfferChange, revision: u32) {
        if let Some(value) = change.price {
            self.price = Some(Stated { value, revision });
        }
        if let Some(value) = change.was_price {
            self.was_price = Some(Stated { value, revision });
        }
        let by_quantity = change.stock_quantity.map(|count| match count {
            0 => Availability::OutOfStock,
            _ => Availability::InStock,
        });
        if let Some(value) = change.availability.or(by_quantity) {
            self.availability = Some(Stated { value, revision });
            self.stock_quantity = Some(Stated { value: change.stock_quantity, revision });
        }
    }

    /// What of it was stated after a revision; `None` when nothing was.
    #[must_use]
    pub fn since(&self, revision: u32) -> Option<Self> {
        fn newer<T: Copy>(field: &Option<Stated<T>>, revision: u32) -> Option<Stated<T>> {
            field.filter(|stated| stated.revision > revision)
        }
        let newer = Self {
            price: newer(&self.price, revision),
            was_price: newer(&self.was_price, revision),
            availability: newer(&self.availability, revision),
            stock_quantity: newer(&self.stock_quantity, revision),
        };
        (newer != Self::default()).then_some(newer)
    }

    /// The same as if all of it had been stated with one revision: what it was stated with belongs to another import.
    #[must_use]
    pub fn restated(mut self, revision: u32) -> Self {
        self.price.iter_mut().for_each(|stated| stated.revision = revision);
        self.was_price.iter_mut().for_each(|stated| stated.revision = revision);
        self.availability.iter_mut().for_each(|stated| stated.revision = revision);
        self.stock_quantity.iter_mut().for_each(|stated| stated.revision = revision);
        self
    }

    /// The price with it, over the one before.
    #[must_use]
    pub fn price(&self, before: Option<Money>) -> Option<Money> {
        self.price.map_or(before, |stated| stated.value)
    }

    /// Puts it over an imported product. An earlier price that is not higher is none.
    pub fn apply(&self, product: &mut Product) {
        product.price = self.price(product.price);
        product.was_price = self.was_price.map_or(product.was_price, |stated| stated.value);
        let (price, higher) =
            (product.price, |was: &Money, now: Money| was.currency == now.currency && was.minor > now.minor);
        product.was_price = product.was_price.filter(|was| price.is_some_and(|now| higher(was, now)));
        product.availability = self.availability.map_or(product.availability, |stated| stated.value);
        product.stock_quantity = self.stock_quantity.map_or(product.stock_quantity, |stated| stated.value);
    }
}

/// The changed offers of a catalogue.
#[derive(Clone, Default)]
pub(super) struct Offers {
    changed: HashTrieMapSync<u32, Arc<Changed>>,
}

/// A changed offer with what filters and sorting need of it.
struct Changed {
    offer: Offer,
    /// Price in minor units of the catalogue's currency.
    price: Option<f64>,
    sold_out: bool,
    buyable: bool,
}

impl Offers {
    fn get(&self, place: u32) -> Option<&Changed> {
        // Most catalogues have no changed offers: that costs no look-up.
        if self.changed.is_empty() { None } else { self.changed.get(&place).map(Arc::as_ref) }
    }
}

/// Prices in minor units, as they are now.
#[derive(Clone, Copy)]
pub struct Prices<'c> {
    listed: &'c NumberColumn,
    offers: &'c Offers,
}

impl<'c> Prices<'c> {
    /// The price of a place.
    #[must_use]
    pub fn get(self, place: u32) -> Option<f64> {
        self.offers.get(place).map_or_else(|| self.listed.get(place), |changed| changed.price)
    }

    /// Keeps the places whose price is within limits, both inclusive.
    pub fn keep_within(self, places: &mut Places, least: f64, most: f64) {
        let fits = |price: f64| (least..=most).contains(&price);
        let changed = self.offers.changed.iter().filter(|(place, _)| places.contains(**place));
        let changed: Vec<(u32, bool)> =
            changed.map(|(place, changed)| (*place, changed.price.is_some_and(fits))).collect();
        self.listed.keep_within(places, least, most);
        for (place, fits) in changed {
            if fits { places.insert(place) } else { places.remove(place) }
        }
    }

    /// The lowest and the highest price among some places. Of much of the catalogue it is found from the ends of all prices.
    #[must_use]
    pub fn span(self, places: &Places) -> Option<(f64, f64)> {
        if places.count() < places.size() / MUCH {
            let prices = places.iter().filter_map(|place| self.get(place));
            return prices.minmax_by(f64::total_cmp).into_option();
        }
        let is_listed = |place: &&u32| places.contains(**place) && self.offers.get(**place).is_none();
        let ascending = self.listed.within(None, None);
        let ends = [ascending.iter().find(is_listed), ascending.iter().rev().find(is_listed)];
        let listed = ends.into_iter().flatten().filter_map(|place| self.listed.get(*place));
        let changed = self.offers.changed.iter().filter(|(place, _)| places.contains(**place));
        let prices = listed.chain(changed.filter_map(|(_, changed)| changed.price));
        prices.minmax_by(f64::total_cmp).into_option()
    }

    /// Places whose price is within limits, both inclusive, in no order.
    pub fn within(self, least: Option<f64>, most: Option<f64>) -> impl Iterator<Item = u32> + use<'c> {
        let listed =
            self.listed.within(least, most).iter().copied().filter(move |place| self.offers.get(*place).is_none());
        let fits = move |price: f64| least.is_none_or(|least| price >= least) && most.is_none_or(|most| price <= most);
        let changed = self.offers.changed.iter().filter(move |(_, changed)| changed.price.is_some_and(fits));
        listed.chain(changed.map(|(place, _)| *place))
    }
}

impl Catalogue {
    /// Prices in minor units.
    #[must_use]
    pub fn prices(&self) -> Prices<'_> {
        Prices { listed: &self.columns.listed_prices, offers: &self.offers }
    }

    /// Places whose offer was changed since the import, each with its price then and now in minor units.
    pub(super) fn changed_prices(&self) -> impl Iterator<Item = (u32, Option<f64>, Option<f64>)> + '_ {
        let listed = &self.columns.listed_prices;
        self.offers.changed.iter().map(|(place, changed)| (*place, listed.get(*place), changed.price))
    }

    /// The product at a place, with its offer as it is now. May read it: some microseconds, so for those that are shown and not for all
    /// that match.
    #[must_use]
    pub fn product(&self, place: u32) -> Option<Arc<Product>> {
        let mut product = self.imported(place)?;
        if let Some(changed) = self.offers.get(place) {
            changed.offer.apply(Arc::make_mut(&mut product));
        }
        Some(product)
    }

    /// The id of the product at a place. May read it, as [`Self::product`] does.
    #[must_use]
    pub fn id(&self, place: u32) -> Option<String> {
        self.imported(place).map(|product| product.id.clone())
    }

    /// What the product at a place costs now.
    #[must_use]
    pub fn price(&self, place: u32) -> Option<Money> {
        let imported = self.imported(place)?;
        self.offers.get(place).map_or(imported.price, |changed| changed.offer.price(imported.price))
    }

    /// Rank in the shop window: lower stands further to the front, and what can be bought stands before what cannot.
    #[must_use]
    pub fn window_rank(&self, place: u32) -> u32 {
        let rank = self.columns.titles.liking(place);
        if self.is_buyable(place) { rank } else { rank.saturating_add(self.size()) }
    }

    /// Whether it has a price and is not known to be out of stock.
    pub(super) fn is_buyable(&self, place: u32) -> bool {
        let listed = || !self.columns.unbuyable.contains(place);
        self.offers.get(place).map_or_else(listed, |changed| changed.buyable)
    }

    /// This catalogue with other offers of some places. Shares all that did not change.
    #[must_use]
    pub fn with_offers(&self, offers: impl IntoIterator<Item = (u32, Offer)>) -> Self {
        let mut changed = self.offers.changed.clone();
        for (place, offer) in offers {
            if let Some(imported) = self.imported(place) {
                changed.insert_mut(place, Arc::new(self.changed(&imported, offer)));
            }
        }
        Self { offers: Offers { changed }, ..self.clone() }
    }

    fn changed(&self, imported: &Product, offer: Offer) -> Changed {
        let price = offer.price(imported.price);
        let availability = offer.availability.map_or(imported.availability, |stated| stated.value);
        let sold_out = availability == Availability::OutOfStock;
        Changed {
            price: price.filter(|price| price.currency == self.currency).map(|price| price.minor as f64),
            sold_out,
            buyable: !sold_out && price.is_some(),
            offer,
        }
    }

    /// The offer of a place when it was changed since the import.
    #[must_use]
    pub fn offer(&self, place: u32) -> Option<&Offer> {
        self.offers.get(place).map(|changed| &changed.offer)
    }

    /// How many offers were changed since the import.
    #[must_use]
    pub fn changed_offers(&self) -> usize {
        self.offers.changed.size()
    }

    /// What was stated about offers after a revision, by place.
    #[must_use]
    pub fn offers_since(&self, revision: u32) -> Vec<(u32, Offer)> {
        let all = self.offers.changed.iter();
        let mut newer: Vec<(u32, Offer)> =
            all.filter_map(|(place, changed)| Some((*place, changed.offer.since(revision)?))).collect();
        newer.sort_unstable_by_key(|(place, _)| *place);
        newer
    }

    /// Whether it is known to be out of stock.
    pub(super) fn is_sold_out(&self, place: u32) -> bool {
        self.offers
            .get(place)
            .map_or_else(|| self.columns.listed_out_of_stock.contains(place), |changed| changed.sold_out)
    }

    /// Takes away what is known to be out of stock.
    pub(super) fn remove_sold_out(&self, places: &mut Places) {
        let changed = self.offers.changed.iter();
        let back: Vec<u32> = changed
            .filter(|(place, changed)| !changed.sold_out && places.contains(**place))
            .map(|(place, _)| *place)
            .collect();
        places.subtract(&self.columns.listed_out_of_stock);
        for (place, _) in self.offers.changed.iter().filter(|(_, changed)| changed.sold_out) {
            places.remove(*place);
        }
        places.extend(back);
    }
}
