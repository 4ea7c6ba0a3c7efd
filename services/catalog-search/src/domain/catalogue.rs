//! One generation of the catalogue: what searching, filtering, sorting and counting need lies in compact columns in memory; whole
//! products are read on demand, for the few that are shown.
//!
//! A product is known by its place (a `u32`). For every value that can be filtered by there is the sorted list of places that have it;
//! a filter is a union within a field and an intersection across fields, so that nothing is ever cut before it was filtered. Changes of
//! price and stock lie over the columns, which all states of an import share.

mod arrangement;
mod columns;
mod facets;
mod filters;
mod fit;
mod offers;
mod places;
mod products;
mod relax;

use std::sync::Arc;

use easymart_core::Currency;

use super::{
    product::Product,
    taxonomy::{Taxonomy, TermKind},
    text::Token,
    wording::Wording,
};

pub use arrangement::{Arrangement, Arranger};
pub use columns::{ColumnRow, Columns, ColumnsBuilder, NumberColumn, ValueColumn, key_hash};
pub use facets::{Facet, FacetValue};
pub use filters::{Exclusions, Filters, Opening, Range, Side};
pub use fit::{Rejected, Rejections};
use offers::Offers;
pub use offers::{Offer, OfferChange, Prices};
pub use places::{Places, Stretch};
pub use products::Products;
pub use relax::{Loosening, Relaxation};

/// The products of one generation: what was imported, which several generations may share, and what offers changed since. Clones are
/// cheap.
#[derive(Clone)]
pub struct Catalogue {
    /// The words that values are given in.
    pub taxonomy: &'static Taxonomy,
    /// Currency of the shop: that of most prices.
    pub currency: Currency,
    products: Arc<dyn Products>,
    columns: Arc<Columns>,
    offers: Offers,
}

impl Catalogue {
    /// Builds the columns of products that are in memory.
    #[must_use]
    pub fn new(products: Vec<Product>, taxonomy: &'static Taxonomy, fallback: Currency) -> Self {
        let mut builder = ColumnsBuilder::new(taxonomy);
        let row = |product| ColumnRow::of(product, &Wording::of(product, taxonomy), taxonomy);
        products.iter().map(row).for_each(|row| builder.add(row));
        let arrangement = Arrangement::as_they_came(products.len() as u32);
        Self::with_columns(Arc::new(products), builder.finish(&arrangement, fallback), taxonomy)
    }

    /// Puts columns and the products that they are of together.
    #[must_use]
    pub fn with_columns(products: Arc<dyn Products>, columns: Columns, taxonomy: &'static Taxonomy) -> Self {
        let currency = columns.currency;
        Self { taxonomy, currency, products, columns: Arc::new(columns), offers: Offers::default() }
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

    /// The product at a place, as it was imported. May read it.
    fn imported(&self, place: u32) -> Option<Arc<Product>> {
        self.products.get(place)
    }

    /// Places of the products that a reference names: an id, else a handle or SKU, whatever its case and white space.
    #[must_use]
    pub fn find(&self, reference: &str) -> Vec<u32> {
        self.columns.references.find(reference, self.products.as_ref())
    }

    /// Places of the products whose whole title a text is, with or without the brand.
    #[must_use]
    pub fn with_title(&self, text: &str) -> Vec<u32> {
        self.columns.references.titled(text, self.products.as_ref())
    }

    /// The product of an id, exactly.
    #[must_use]
    pub fn with_id(&self, id: &str) -> Option<u32> {
        self.columns.references.with_id(id, self.products.as_ref())
    }

    /// The one product that a reference names; the first when several share a SKU.
    #[must_use]
    pub fn find_one(&self, reference: &str) -> Option<u32> {
        self.find(reference).first().copied()
    }

    /// How many products have an id that is not among these, given as ascending [`key_hash`]es.
    #[must_use]
    pub fn missing_from(&self, ids: &[u64]) -> usize {
        self.columns.references.missing_from(ids)
    }

    /// Values of one kind with the places that have them.
    #[must_use]
    pub fn values(&self, kind: TermKind) -> &ValueColumn {
        self.columns.values(kind)
    }

    /// Whether this is a shop that the taxonomy was made for: it can file most of the goods. Elsewhere a word that names one of its
    /// categories ("desktop", "light") may mean another thing.
    #[must_use]
    pub fn is_furniture(&self) -> bool {
        self.columns.filed * 2 >= self.len()
    }

    /// Whether the main category of a product is one of these or below it, for asking about many products.
    pub fn mainly(&self, categories: &[String]) -> impl Fn(u32) -> bool {
        let column = &self.columns.main_categories;
        let wanted: Vec<u32> = categories.iter().filter_map(|category| column.number(category)).collect();
        column.having_any(&wanted)
    }

    /// Rank by title; the same for the same title.
    #[must_use]
    pub fn title_rank(&self, place: u32) -> u32 {
        self.columns.titles.title_rank(place)
    }

    /// Rank by id.
    #[must_use]
    pub fn id_rank(&self, place: u32) -> u32 {
        self.columns.titles.id_rank(place)
    }

    /// Mean rating, 0 to 5.
    #[must_use]
    pub fn rating(&self, place: u32) -> Option<f64> {
        self.columns.ratings.get(place as usize).filter(|rating| !rating.is_nan()).map(|rating| f64::from(*rating))
    }

    /// The first places in the order of the shop window whose title has a word that begins with each of these.
    #[must_use]
    pub fn titled(&self, beginnings: &[Token], limit: usize) -> Vec<u32> {
        self.columns.titles.with_all(beginnings, limit, &|place| self.is_buyable(place))
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

    /// A brand, which is compared in lower case, as the shop writes it.
    #[must_use]
    pub fn brand_name(&self, brand: &str) -> String {
        self.columns.brand_name(brand).unwrap_or(brand).to_owned()
    }
}
