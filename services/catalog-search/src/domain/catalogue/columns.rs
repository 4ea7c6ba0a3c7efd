//! The columns of a generation and how they are built.

use std::{cmp::Reverse, collections::HashMap};

use easymart_core::{Currency, Money};

use super::{Columns, Places};
use crate::domain::{
    attribute::name,
    product::{Availability, Product},
    taxonomy::{Taxonomy, TermKind, Terms},
    text::reference_key,
};

/// Values with the places that have them.
#[derive(Debug, Default)]
pub struct ValueColumn {
    places: Option<HashMap<String, Vec<u32>>>,
}

impl ValueColumn {
    /// A column without values.
    pub(super) const EMPTY: Self = Self { places: None };

    fn add(&mut self, value: &str, place: u32) {
        let places = self.places.get_or_insert_with(HashMap::new).entry(value.to_owned()).or_default();
        // Places are added in ascending order, so that only the last one can be this one.
        if places.last() != Some(&place) {
            places.push(place);
        }
    }

    /// Places that have a value, ascending.
    #[must_use]
    pub fn with(&self, value: &str) -> &[u32] {
        self.places.as_ref().and_then(|places| places.get(value)).map_or(&[], Vec::as_slice)
    }

    /// Whether a place has a value.
    #[must_use]
    pub fn has(&self, value: &str, place: u32) -> bool {
        self.with(value).binary_search(&place).is_ok()
    }

    /// All values with their places, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u32])> {
        self.places.iter().flatten().map(|(value, places)| (value.as_str(), places.as_slice()))
    }
}

/// A number for each place that has one.
#[derive(Debug, Default)]
pub struct NumberColumn {
    ascending: Vec<(f64, u32)>,
    of_place: Vec<f64>,
}

impl NumberColumn {
    fn new(of_place: Vec<Option<f64>>) -> Self {
        let numbers = of_place.iter().zip(0..);
        let mut ascending: Vec<(f64, u32)> = numbers.filter_map(|(number, place)| number.map(|n| (n, place))).collect();
        ascending.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        Self { ascending, of_place: of_place.into_iter().map(|number| number.unwrap_or(f64::NAN)).collect() }
    }

    /// The number of a place.
    #[must_use]
    pub fn get(&self, place: u32) -> Option<f64> {
        self.of_place.get(place as usize).copied().filter(|number| !number.is_nan())
    }

    /// Places whose number is within limits, both inclusive.
    pub fn within(&self, least: Option<f64>, most: Option<f64>) -> impl Iterator<Item = u32> + '_ {
        let from = least.map_or(0, |least| self.ascending.partition_point(|(number, _)| *number < least));
        let to =
            most.map_or(self.ascending.len(), |most| self.ascending.partition_point(|(number, _)| *number <= most));
        self.ascending.get(from..to.max(from)).unwrap_or_default().iter().map(|(_, place)| *place)
    }
}

/// Builds a generation.
pub(super) fn build(products: Vec<Product>, taxonomy: &'static Taxonomy, fallback: Currency) -> Columns {
    let size = u32::try_from(products.len()).unwrap_or(u32::MAX);
    let number = |name: &str| NumberColumn::new(products.iter().map(|product| product.number(name)).collect());
    let currency = main_currency(&products).unwrap_or(fallback);
    // A price in another currency than the shop's cannot be compared: such a product passes no price filter.
    let minor = |price: Option<Money>| price.filter(|price| price.currency == currency).map(|price| price.minor as f64);
    let places = |is: fn(&Product) -> bool| {
        let mut places = Places::none(size);
        places.extend(products.iter().zip(0..).filter(|(product, _)| is(product)).map(|(_, place)| place));
        places
    };
    let sold_out = |product: &Product| product.availability == Availability::OutOfStock;
    Columns {
        by_id: products.iter().zip(0..).map(|(product, place)| (product.id.clone(), place)).collect(),
        by_reference: references(&products),
        values: value_columns(&products, taxonomy),
        mentioned_colours: families(&products, &taxonomy.colours, |product| {
            product.mentions.colours.iter().map(String::as_str).collect()
        }),
        mentioned_materials: families(&products, &taxonomy.materials, |product| {
            product.mentions.materials.iter().map(String::as_str).collect()
        }),
        main_categories: paths(&products, taxonomy, |product| product.categories.iter().take(1).collect()),
        listed_prices: NumberColumn::new(products.iter().map(|product| minor(product.price)).collect()),
        widths: number(name::WIDTH),
        depths: number(name::DEPTH),
        heights: number(name::HEIGHT),
        seats: number(name::SEATS),
        capacities: number(name::WEIGHT_CAPACITY),
        liking: liking(&products),
        listed_out_of_stock: places(sold_out),
        unbuyable: places(|product| product.availability == Availability::OutOfStock || product.price.is_none()),
        filed: products.iter().filter(|product| !product.categories.is_empty()).count(),
        currency,
        taxonomy,
        products,
    }
}

fn main_currency(products: &[Product]) -> Option<Currency> {
    let mut uses: HashMap<Currency, usize> = HashMap::new();
    products.iter().filter_map(|product| product.price).for_each(|price| *uses.entry(price.currency).or_default() += 1);
    uses.into_iter().max_by_key(|(currency, uses)| (*uses, Reverse(*currency))).map(|(currency, _)| currency)
}

fn references(products: &[Product]) -> HashMap<String, Vec<u32>> {
    let mut references: HashMap<String, Vec<u32>> = HashMap::new();
    for (product, place) in products.iter().zip(0..) {
        let skus = product.variants.iter().map(|variant| &variant.sku);
        for reference in [&product.id, &product.handle, &product.sku].into_iter().chain(skus) {
            let places = references.entry(reference_key(reference)).or_default();
            if !reference.is_empty() && !places.contains(&place) {
                places.push(place);
            }
        }
    }
    references.remove("");
    references
}

fn value_columns(products: &[Product], taxonomy: &Taxonomy) -> HashMap<TermKind, ValueColumn> {
    let of = |name: &'static str| {
        move |product: &'_ Product| -> Vec<String> { product.values(name).map(str::to_owned).collect() }
    };
    let column = |terms: &Terms, name: &'static str| {
        let values = of(name);
        let mut column = ValueColumn::EMPTY;
        for (product, place) in products.iter().zip(0..) {
            add_families(&mut column, terms, values(product).iter().map(String::as_str), place);
        }
        column
    };
    HashMap::from([
        (TermKind::Category, paths(products, taxonomy, |product| product.categories.iter().collect())),
        (TermKind::Colour, column(&taxonomy.colours, name::COLOUR)),
        (TermKind::Material, column(&taxonomy.materials, name::MATERIAL)),
        (TermKind::Style, column(&taxonomy.styles, name::STYLE)),
        (TermKind::Room, column(&taxonomy.rooms, name::ROOM)),
        (TermKind::BedSize, column(&taxonomy.bed_sizes, name::BED_SIZE)),
        (TermKind::Feature, column(&taxonomy.features, name::FEATURE)),
        (TermKind::Brand, brands(products)),
    ])
}

fn families<'p>(products: &'p [Product], terms: &Terms, values: impl Fn(&'p Product) -> Vec<&'p str>) -> ValueColumn {
    let mut column = ValueColumn::EMPTY;
    for (product, place) in products.iter().zip(0..) {
        add_families(&mut column, terms, values(product).into_iter(), place);
    }
    column
}

fn add_families<'v>(column: &mut ValueColumn, terms: &Terms, values: impl Iterator<Item = &'v str>, place: u32) {
    for value in values {
        terms.with_ancestors(value).iter().for_each(|value| column.add(value, place));
    }
}

fn paths<'p>(
    products: &'p [Product],
    taxonomy: &Taxonomy,
    categories: impl Fn(&'p Product) -> Vec<&'p String>,
) -> ValueColumn {
    let mut column = ValueColumn::EMPTY;
    for (product, place) in products.iter().zip(0..) {
        for category in categories(product) {
            taxonomy.categories.path(category).iter().for_each(|step| column.add(step, place));
        }
    }
    column
}

/// Brands as their first product writes them, compared without case.
fn brands(products: &[Product]) -> ValueColumn {
    let mut column = ValueColumn::EMPTY;
    for (product, place) in products.iter().zip(0..).filter(|(product, _)| !product.brand.is_empty()) {
        column.add(&product.brand.to_lowercase(), place);
    }
    column
}

/// Rank of each place among what can be bought: what buyers rate well, then the id.
fn liking(products: &[Product]) -> Vec<u32> {
    let liked = |product: &Product| {
        let count = f64::from(product.rating_count.unwrap_or(0));
        product.rating.unwrap_or(0.0) * (1.0 + count).ln()
    };
    let mut order: Vec<(u32, &Product)> = (0..).zip(products).collect();
    order.sort_by(|(_, a), (_, b)| liked(b).total_cmp(&liked(a)).then_with(|| a.id.cmp(&b.id)));
    let mut ranks = vec![0; products.len()];
    for ((place, _), rank) in order.into_iter().zip(0..) {
        ranks[place as usize] = rank;
    }
    ranks
}
