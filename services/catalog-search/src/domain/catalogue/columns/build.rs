//! Building columns, product by product, so that never all products have to be in memory.

use std::{cmp::Reverse, collections::HashMap};

use easymart_core::{Currency, Money};
use rustc_hash::FxHashMap;

use super::{
    ColumnRow, Columns, KINDS, NumberColumn, ValueColumn,
    references::ReferencesBuilder,
    row::{List, NUMBERS},
    slot,
    titles::TitlesBuilder,
};
use crate::domain::{
    catalogue::{Arrangement, Places, facets},
    taxonomy::{Taxonomy, TermKind},
};

/// Columns on their way.
pub struct ColumnsBuilder {
    taxonomy: &'static Taxonomy,
    added: u32,
    references: ReferencesBuilder,
    titles: TitlesBuilder,
    values: [FamilyColumn; KINDS],
    brand_names: Vec<String>,
    mentioned_colours: FamilyColumn,
    mentioned_materials: FamilyColumn,
    mentioned_features: FamilyColumn,
    counts: ValueColumn,
    main_categories: FamilyColumn,
    prices: Vec<Option<Money>>,
    /// In the order of [`NUMBERS`].
    numbers: [Vec<Option<f64>>; NUMBERS.len()],
    ratings: Vec<f32>,
    /// Numbers of the products that are out of stock.
    sold_out: Vec<u32>,
    /// Products that have a category.
    filed: usize,
}

/// A column whose values stand for everything broader as well.
#[derive(Default)]
struct FamilyColumn {
    column: ValueColumn,
    /// The numbers that each value stands for: few different values, each looked up in the taxonomy once.
    families: FxHashMap<String, Vec<u32>>,
    /// The numbers of the last product's values: their memory is used again.
    numbers: Vec<u32>,
}

impl FamilyColumn {
    fn push<'v>(&mut self, values: impl Iterator<Item = &'v str>, family: impl Fn(&str) -> Vec<String>) {
        let Self { column, families, numbers } = self;
        numbers.clear();
        for value in values {
            let known = match families.get(value) {
                Some(known) => known,
                None => {
                    let members = family(value).iter().map(|member| column.intern(member)).collect();
                    families.entry(value.to_owned()).or_insert(members)
                }
            };
            numbers.extend(known);
        }
        column.push(numbers.iter().copied());
    }

    fn finish(self, arrangement: &Arrangement) -> ValueColumn {
        self.column.arranged(arrangement)
    }
}

impl ColumnsBuilder {
    /// No products yet.
    #[must_use]
    pub fn new(taxonomy: &'static Taxonomy) -> Self {
        Self {
            taxonomy,
            added: 0,
            references: ReferencesBuilder::default(),
            titles: TitlesBuilder::default(),
            values: Default::default(),
            brand_names: Vec::new(),
            mentioned_colours: FamilyColumn::default(),
            mentioned_materials: FamilyColumn::default(),
            mentioned_features: FamilyColumn::default(),
            counts: ValueColumn::default(),
            main_categories: FamilyColumn::default(),
            prices: Vec::new(),
            numbers: Default::default(),
            ratings: Vec::new(),
            sold_out: Vec::new(),
            filed: 0,
        }
    }

    /// Adds the next product.
    pub fn add(&mut self, row: ColumnRow) {
        let number = self.added;
        self.added += 1;
        self.references.add(&row.references, number);
        self.add_categories(&row);
        self.add_brand(&row);
        self.add_facts(&row);
        self.add_counts(&row);
        self.prices.push(row.price);
        self.numbers.iter_mut().zip(row.numbers).for_each(|(numbers, number)| numbers.push(number));
        self.ratings.push(row.rating);
        if row.is_sold_out {
            self.sold_out.push(number);
        }
        self.titles.add(row.id, row.title, row.words, row.liking, number);
    }

    fn add_categories(&mut self, row: &ColumnRow) {
        let categories = || row.list(List::Categories);
        self.filed += usize::from(categories().next().is_some());
        let path = |category: &str| self.taxonomy.categories.path(category);
        self.values[slot(TermKind::Category)].push(categories(), path);
        self.main_categories.push(categories().take(1), path);
    }

    /// Brands are compared without case.
    fn add_brand(&mut self, row: &ColumnRow) {
        let column = &mut self.values[slot(TermKind::Brand)].column;
        if row.brand.is_empty() {
            column.push([]);
            return;
        }
        let number = column.intern(&row.brand.to_lowercase());
        if number as usize == self.brand_names.len() {
            self.brand_names.push(row.brand.to_string());
        }
        column.push([number]);
    }

    fn add_facts(&mut self, row: &ColumnRow) {
        let taxonomy = self.taxonomy;
        let facts = [
            (TermKind::Colour, List::Colours, &taxonomy.colours),
            (TermKind::Material, List::Materials, &taxonomy.materials),
            (TermKind::Style, List::Styles, &taxonomy.styles),
            (TermKind::Room, List::Rooms, &taxonomy.rooms),
            (TermKind::Feature, List::Features, &taxonomy.features),
            (TermKind::BedSize, List::BedSizes, &taxonomy.bed_sizes),
        ];
        for (kind, list, terms) in facts {
            self.values[slot(kind)].push(row.list(list), |value| terms.with_ancestors(value));
        }
        let colours = row.list(List::MentionedColours);
        self.mentioned_colours.push(colours, |value| taxonomy.colours.with_ancestors(value));
        let materials = row.list(List::MentionedMaterials);
        self.mentioned_materials.push(materials, |value| taxonomy.materials.with_ancestors(value));
        let features = row.list(List::MentionedFeatures).chain(row.list(List::Features));
        self.mentioned_features.push(features, |value| taxonomy.features.with_ancestors(value));
    }

    fn add_counts(&mut self, row: &ColumnRow) {
        let numbers: Vec<u32> = row.list(List::Counts).map(|key| self.counts.intern(key)).collect();
        self.counts.push(numbers);
    }

    /// The columns of everything that was added, each product at its place. `fallback` is the currency when no product has a price.
    #[must_use]
    pub fn finish(self, arrangement: &Arrangement, fallback: Currency) -> Columns {
        let prices = arrangement.arrange(&self.prices);
        let currency = main_currency(&prices).unwrap_or(fallback);
        // A price in another currency than the shop's cannot be compared: such a product passes no price filter.
        let minor = |price: Option<Money>| price.filter(|price| price.currency == currency).map(|p| p.minor as f64);
        let mut listed_out_of_stock = Places::none(self.added);
        listed_out_of_stock.extend(self.sold_out.into_iter().map(|number| arrangement.place(number)));
        let mut unbuyable = listed_out_of_stock.clone();
        unbuyable.extend((0..).zip(&prices).filter(|(_, price)| price.is_none()).map(|(place, _)| place));
        let listed_prices: Vec<Option<f64>> = prices.into_iter().map(minor).collect();
        let [widths, depths, heights, seats, capacities] =
            self.numbers.map(|numbers| NumberColumn::new(arrangement.arrange(&numbers)));
        Columns {
            currency,
            references: self.references.finish(arrangement),
            values: self.values.map(|column| column.finish(arrangement)),
            brand_names: self.brand_names,
            mentioned_colours: self.mentioned_colours.finish(arrangement),
            mentioned_materials: self.mentioned_materials.finish(arrangement),
            mentioned_features: self.mentioned_features.finish(arrangement),
            counts: self.counts.arranged(arrangement),
            main_categories: self.main_categories.finish(arrangement),
            price_bands: price_bands(&listed_prices, currency),
            listed_prices: NumberColumn::new(listed_prices),
            widths,
            depths,
            heights,
            seats,
            capacities,
            ratings: arrangement.arrange(&self.ratings),
            listed_out_of_stock,
            unbuyable,
            titles: self.titles.finish(arrangement),
            filed: self.filed,
        }
    }
}

fn price_bands(prices: &[Option<f64>], currency: Currency) -> ValueColumn {
    let mut column = ValueColumn::default();
    for number in 0..facets::BANDS.len() {
        column.intern(&number.to_string());
    }
    prices.iter().for_each(|price| column.push(price.map(|price| facets::band(price, currency))));
    column.arranged(&Arrangement::as_they_came(prices.len() as u32))
}

fn main_currency(prices: &[Option<Money>]) -> Option<Currency> {
    let mut uses: HashMap<Currency, usize> = HashMap::new();
    prices.iter().flatten().for_each(|price| *uses.entry(price.currency).or_default() += 1);
    uses.into_iter().max_by_key(|(currency, uses)| (*uses, Reverse(*currency))).map(|(currency, _)| currency)
}
