//! What is being looked for: a typed state that each message patches.
//!
//! Only what the shopper said, or what a rule made of it and the reply states, ever stands here.

mod apply;

pub use apply::{Applied, Rule};

use easymart_core::Money;
use serde::{Deserialize, Serialize};

use super::understanding::{Dimension, Exclusions, PriceWord, SizeLimit, SortOrder};

/// The search in force.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SearchState {
    /// Free words beside the slots.
    pub query: Option<String>,
    /// Category identifier.
    pub category: Option<String>,
    /// Colours, any of.
    pub colours: Vec<String>,
    /// Materials, any of.
    pub materials: Vec<String>,
    /// Style.
    pub style: Option<String>,
    /// Room.
    pub room: Option<String>,
    /// Brand.
    pub brand: Option<String>,
    /// Least price, inclusive.
    pub price_min: Option<Money>,
    /// Highest price, inclusive.
    pub price_max: Option<Money>,
    /// How the price limits came about, when no limit was said in so many words.
    pub price_rule: Option<PriceRule>,
    /// Size limits, one for each dimension.
    pub sizes: Vec<SizeLimit>,
    /// Bed size.
    pub bed_size: Option<String>,
    /// Least number of seats.
    pub seats: Option<u32>,
    /// Least weight capacity in kg.
    pub weight_capacity_kg: Option<f64>,
    /// Wanted features.
    pub features: Vec<String>,
    /// What must not be there.
    #[serde(skip_serializing_if = "Exclusions::is_empty")]
    pub exclude: Exclusions,
    /// Order; `None`: best match first.
    pub sort: Option<SortOrder>,
    /// Word about price that chose the order.
    pub price_word: Option<PriceWord>,
    /// Page shown, from 1; 0 before the first.
    pub page: u32,
}

/// How price limits that nobody said came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "rule")]
pub enum PriceRule {
    /// "around": a band about this price.
    Around {
        /// The price said.
        price: Money,
    },
    /// "cheaper": below this price of something shown.
    Below {
        /// The price it must be below.
        price: Money,
        /// The highest price that was said before, which still holds.
        #[serde(default)]
        said: Option<Money>,
    },
    /// "dearer": above this price of something shown.
    Above {
        /// The price it must be above.
        price: Money,
        /// The least price that was said before, which still holds.
        #[serde(default)]
        said: Option<Money>,
    },
}

impl SearchState {
    /// Whether nothing is being looked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self { page: self.page, ..Self::default() }
    }

    /// Whether there is something to search by: a room, an order or a word about price alone leaves the whole shop.
    #[must_use]
    pub fn is_searchable(&self) -> bool {
        let soft = Self {
            room: self.room.clone(),
            style: self.style.clone(),
            sort: self.sort,
            price_word: self.price_word,
            page: self.page,
            exclude: self.exclude.clone(),
            ..Self::default()
        };
        *self != soft
    }

    /// Whether a bare category is all that is known: then one question helps.
    #[must_use]
    pub fn is_bare_category(&self) -> bool {
        let bare = Self { category: self.category.clone(), page: self.page, ..Self::default() };
        self.category.is_some() && *self == bare
    }

    /// The limit on one dimension.
    #[must_use]
    pub fn size(&self, dimension: Dimension) -> Option<&SizeLimit> {
        self.sizes.iter().find(|limit| limit.dimension == dimension)
    }

    /// Forgets one named slot. Returns whether it held anything.
    pub fn remove(&mut self, slot: &str) -> bool {
        let before = self.clone();
        match slot {
            "query" => self.query = None,
            "category" => self.category = None,
            "colour" => {
                self.colours.clear();
                self.exclude.colours.clear();
            }
            "material" => {
                self.materials.clear();
                self.exclude.materials.clear();
            }
            "style" => self.style = None,
            "room" => self.room = None,
            "brand" => self.brand = None,
            "price" => self.forget_price(),
            "price_min" => self.price_min = None,
            "price_max" => self.price_max = None,
            "size" | "width" | "depth" | "height" => self.forget_size(slot),
            "bed_size" => self.bed_size = None,
            "seats" => self.seats = None,
            "weight_capacity" | "weight_capacity_kg" => self.weight_capacity_kg = None,
            "feature" | "features" => self.features.clear(),
            "exclude" | "exclusion" => self.exclude = Exclusions::default(),
            "sort" => (self.sort, self.price_word) = (None, None),
            _ => {}
        }
        if self.price_min.is_none() && self.price_max.is_none() {
            self.price_rule = None;
        }
        *self != before
    }

    /// Takes a limit back that came from what was shown, down to what was said in so many words.
    pub fn forget_relative_price(&mut self) {
        (self.price_min, self.price_max) = self.said_prices();
        self.price_rule = None;
    }

    /// Least and highest price as far as they were said, and not made of what was shown.
    fn said_prices(&self) -> (Option<Money>, Option<Money>) {
        match self.price_rule {
            Some(PriceRule::Below { said, .. }) => (self.price_min, said),
            Some(PriceRule::Above { said, .. }) => (said, self.price_max),
            Some(PriceRule::Around { .. }) | None => (self.price_min, self.price_max),
        }
    }

    fn forget_price(&mut self) {
        (self.price_min, self.price_max, self.price_rule) = (None, None, None);
        if self.price_word.take().is_some() {
            self.sort = None;
        }
    }

    fn forget_size(&mut self, slot: &str) {
        match slot {
            "width" => self.drop_dimension(Dimension::Width),
            "depth" => self.drop_dimension(Dimension::Depth),
            "height" => self.drop_dimension(Dimension::Height),
            _ => self.sizes.clear(),
        }
    }

    fn drop_dimension(&mut self, dimension: Dimension) {
        self.sizes.retain(|limit| limit.dimension != dimension);
    }
}
