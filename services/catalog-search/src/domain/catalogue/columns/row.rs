//! What the columns take of a product. It is made of each product by itself, in any thread; only taking it in goes one after the other.

use easymart_core::Money;

use super::references::Hashes;
use crate::domain::{
    attribute::name,
    product::{Availability, Product},
    taxonomy::{Taxonomy, count_key},
    text::{ShortText, Token},
    wording::Wording,
};

/// Names of the facts that are numbers.
pub(super) const NUMBERS: [&str; 5] = [name::WIDTH, name::DEPTH, name::HEIGHT, name::SEATS, name::WEIGHT_CAPACITY];

/// Values that a product may have several of.
#[derive(Debug, Clone, Copy)]
pub(super) enum List {
    /// Categories, the main one first.
    Categories,
    Colours,
    Materials,
    Styles,
    Rooms,
    Features,
    BedSizes,
    MentionedColours,
    MentionedMaterials,
    MentionedFeatures,
    /// How many of its parts it has, as [`count_key`] puts it.
    Counts,
}

impl List {
    /// In the order in which they stand in a row.
    const ALL: [Self; 11] = [
        Self::Categories,
        Self::Colours,
        Self::Materials,
        Self::Styles,
        Self::Rooms,
        Self::Features,
        Self::BedSizes,
        Self::MentionedColours,
        Self::MentionedMaterials,
        Self::MentionedFeatures,
        Self::Counts,
    ];
}

/// A product's row.
#[derive(Debug)]
pub struct ColumnRow {
    pub(super) id: Box<str>,
    pub(super) title: Box<str>,
    /// Words of the title.
    pub(super) words: Vec<Token>,
    pub(super) references: Hashes,
    /// All lists, one behind the other: one piece of memory for all of them.
    texts: Vec<ShortText>,
    /// Where each list ends.
    ends: [usize; List::ALL.len()],
    pub(super) brand: ShortText,
    /// Price; none on request.
    pub(in crate::domain::catalogue) price: Option<Money>,
    pub(super) numbers: [Option<f64>; NUMBERS.len()],
    /// Mean rating; not a number where there is none.
    pub(super) rating: f32,
    /// How well buyers like it.
    pub(super) liking: f64,
    pub(super) is_sold_out: bool,
}

impl ColumnRow {
    /// The row of a product, whose texts are cut into words already.
    #[must_use]
    pub fn of(product: &Product, wording: &Wording, taxonomy: &Taxonomy) -> Self {
        let mut texts = Vec::new();
        let ends = List::ALL.map(|list| {
            append(list, product, taxonomy, &mut texts);
            texts.len()
        });
        let ratings = f64::from(product.rating_count.unwrap_or(0));
        Self {
            id: product.id.as_str().into(),
            title: product.title.as_str().into(),
            words: wording.title.written.clone(),
            references: Hashes::of(product),
            texts,
            ends,
            brand: product.brand.as_str().into(),
            price: product.price,
            numbers: NUMBERS.map(|name| product.number(name)),
            rating: product.rating.map_or(f32::NAN, |rating| rating as f32),
            liking: product.rating.unwrap_or(0.0) * (1.0 + ratings).ln(),
            is_sold_out: product.availability == Availability::OutOfStock,
        }
    }

    /// The values of a list.
    pub(super) fn list(&self, list: List) -> impl Iterator<Item = &str> {
        let at = list as usize;
        let begin = if at == 0 { 0 } else { self.ends[at - 1] };
        self.texts[begin..self.ends[at]].iter().map(ShortText::as_str)
    }

    /// The main category; empty when none fits.
    pub(in crate::domain::catalogue) fn category(&self) -> &str {
        self.list(List::Categories).next().unwrap_or_default()
    }

    /// The hash of the product's id.
    #[must_use]
    pub fn id_hash(&self) -> u64 {
        self.references.id
    }
}

/// Adds the values of a list.
fn append(list: List, product: &Product, taxonomy: &Taxonomy, texts: &mut Vec<ShortText>) {
    let values = |name| product.values(name).map(ShortText::new);
    match list {
        List::Categories => texts.extend(product.categories.iter().map(ShortText::new)),
        List::Colours => texts.extend(values(name::COLOUR)),
        List::Materials => texts.extend(values(name::MATERIAL)),
        List::Styles => texts.extend(values(name::STYLE)),
        List::Rooms => texts.extend(values(name::ROOM)),
        List::Features => texts.extend(values(name::FEATURE)),
        List::BedSizes => texts.extend(values(name::BED_SIZE)),
        List::MentionedColours => texts.extend_from_slice(&product.mentions.colours),
        List::MentionedMaterials => texts.extend_from_slice(&product.mentions.materials),
        List::MentionedFeatures => texts.extend_from_slice(&product.mentions.features),
        List::Counts => {
            let counted = product.attributes.iter().filter(|fact| taxonomy.counts.has(&fact.name));
            let whole = |number: &f64| (1.0..=f64::from(u32::MAX)).contains(number);
            texts.extend(counted.filter_map(|fact| {
                let number = fact.number.filter(whole)? as u32;
                Some(ShortText::from(count_key(&fact.name, number)))
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_list_has_its_own_values() {
        let product: Product = serde_json::from_value(serde_json::json!({
            "id": "a", "handle": "a", "sku": "", "title": "Grey desk", "price": null,
            "categories": ["desk", "table"],
            "attributes": [
                { "name": "colour", "values": ["grey"], "source": "", "confidence": 1.0 },
                { "name": "drawers", "values": ["3"], "number": 3.0, "source": "", "confidence": 1.0 },
            ],
            "mentions": { "features": ["foldable"] },
        }))
        .unwrap();
        let taxonomy = Taxonomy::load().unwrap();
        let row = ColumnRow::of(&product, &Wording::of(&product, &taxonomy), &taxonomy);
        let lists = List::ALL.map(|list| row.list(list).collect::<Vec<_>>().join(","));
        assert_eq!(lists, ["desk,table", "grey", "", "", "", "", "", "", "", "foldable", "3 drawers"]);
        assert_eq!((row.category(), &*row.id, row.words.len()), ("desk", "a", 2));
    }
}
