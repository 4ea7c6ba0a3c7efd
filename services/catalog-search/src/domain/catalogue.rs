//! One generation of the catalogue in memory: the products and, beside them, what makes filters, sorting and counting fast.
//!
//! A product is known by its place (a `u32`). For every value that can be filtered by there is the sorted list of places that have it;
//! a filter is a union within a field and an intersection across fields, so that nothing is ever cut before it was filtered.

mod columns;
mod facets;
mod filters;
mod fit;
mod offers;
mod places;
mod relax;

use std::{collections::HashMap, ops::Deref, sync::Arc};

use easymart_core::Currency;

use super::{
    product::Product,
    taxonomy::{Taxonomy, TermKind},
    text::reference_key,
};

pub use columns::{NumberColumn, ValueColumn};
pub use facets::{Facet, FacetValue};
pub use filters::{Exclusions, Filters, Opening, Range, Side};
pub use fit::{Rejected, Rejections};
use offers::Offers;
pub use offers::{Offer, OfferChange, Prices};
pub use places::Places;
pub use relax::{Loosening, Relaxation};

/// The products of one generation: what was imported, which several generations may share, and what offers changed since.
#[derive(Clone)]
pub struct Catalogue {
    columns: Arc<Columns>,
    offers: Offers,
}

/// What was imported is read as if it were the catalogue's own; only what an offer can change goes through `offers`.
impl Deref for Catalogue {
    type Target = Columns;

    fn deref(&self) -> &Columns {
        &self.columns
    }
}

/// The products of one import with their columns.
pub struct Columns {
    /// Products by place, as they were imported.
    pub products: Vec<Product>,
    /// The words that values are given in.
    pub taxonomy: &'static Taxonomy,
    /// Currency of the shop: that of most prices.
    pub currency: Currency,
    by_id: HashMap<String, u32>,
    by_reference: HashMap<String, Vec<u32>>,
    /// Values by kind, families included.
    values: HashMap<TermKind, ValueColumn>,
    mentioned_colours: ValueColumn,
    mentioned_materials: ValueColumn,
    /// Main categories alone, with everything broader.
    main_categories: ValueColumn,
    listed_prices: NumberColumn,
    widths: NumberColumn,
    depths: NumberColumn,
    heights: NumberColumn,
    seats: NumberColumn,
    capacities: NumberColumn,
    listed_out_of_stock: Places,
    /// What was out of stock or without a price when it was imported.
    unbuyable: Places,
    /// Rank of each place in the shop window among what can be bought: what is shown when nothing else decides.
    liking: Vec<u32>,
    /// Products that have a category.
    filed: usize,
}

impl Catalogue {
    /// Builds the columns.
    #[must_use]
    pub fn new(products: Vec<Product>, taxonomy: &'static Taxonomy, fallback: Currency) -> Self {
        Self { columns: Arc::new(columns::build(products, taxonomy, fallback)), offers: Offers::default() }
    }

    /// How many products there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.products.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.products.is_empty()
    }

    /// The product at a place, as it was imported.
    fn imported(&self, place: u32) -> Option<&Product> {
        self.products.get(place as usize)
    }

    /// Places of the products that a reference names: an id, else a handle or SKU, whatever its case and white space.
    #[must_use]
    pub fn find(&self, reference: &str) -> Vec<u32> {
        if let Some(place) = self.by_id.get(reference.trim()) {
            return vec![*place];
        }
        self.by_reference.get(&reference_key(reference)).cloned().unwrap_or_default()
    }

    /// The product of an id, exactly.
    #[must_use]
    pub fn with_id(&self, id: &str) -> Option<u32> {
        self.by_id.get(id).copied()
    }

    /// The one product that a reference names; the first when several share a SKU.
    #[must_use]
    pub fn find_one(&self, reference: &str) -> Option<u32> {
        self.find(reference).first().copied()
    }

    /// Values of one kind with the places that have them.
    #[must_use]
    pub fn values(&self, kind: TermKind) -> &ValueColumn {
        static NONE: ValueColumn = ValueColumn::EMPTY;
        self.values.get(&kind).unwrap_or(&NONE)
    }

    /// Whether this is a shop that the taxonomy was made for: it can file most of the goods. Elsewhere a word that names one of its
    /// categories ("desktop", "light") may mean another thing.
    #[must_use]
    pub fn is_furniture(&self) -> bool {
        self.filed * 2 >= self.len()
    }

    /// Whether the main category of a product is `category` or below it.
    #[must_use]
    pub fn is_mainly(&self, place: u32, category: &str) -> bool {
        self.main_categories.has(category, place)
    }

    /// Text for people of a value.
    #[must_use]
    pub fn label(&self, kind: TermKind, value: &str) -> String {
        let taxonomy = self.taxonomy;
        match kind {
            TermKind::Category => taxonomy.categories.label(value).to_owned(),
            TermKind::Colour => taxonomy.colours.label(value).to_owned(),
            TermKind::Material => taxonomy.materials.label(value).to_owned(),
            TermKind::Style => taxonomy.styles.label(value).to_owned(),
            TermKind::Room => taxonomy.rooms.label(value).to_owned(),
            TermKind::Feature => taxonomy.features.label(value).to_owned(),
            TermKind::BedSize => taxonomy.bed_sizes.label(value).to_owned(),
            TermKind::Brand => value.to_owned(),
        }
    }
}
