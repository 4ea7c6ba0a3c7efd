//! Counts of values among the products that match.

use super::{Catalogue, Places, ValueColumn};
use crate::domain::taxonomy::TermKind;

/// Counts of one attribute's values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// category, colour, material, brand or price_band.
    pub name: &'static str,
    /// Values, most frequent first; price bands ascending.
    pub values: Vec<FacetValue>,
}

/// One value with its count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetValue {
    /// Canonical value.
    pub value: String,
    /// Text for people.
    pub label: String,
    /// How many have it.
    pub count: u32,
}

const COUNTED: [(&str, TermKind); 4] = [
    ("category", TermKind::Category),
    ("colour", TermKind::Colour),
    ("material", TermKind::Material),
    ("brand", TermKind::Brand),
];

/// Lower ends of the price bands, in whole units of the currency.
const BANDS: [u32; 8] = [0, 50, 100, 200, 300, 500, 1_000, 2_000];

/// Whether counting what is left out is less work.
fn is_most(places: &Places) -> bool {
    places.count() > places.size() / 2
}

/// How many of the places have each value, by the values' numbers. Of most of the catalogue it is told by what is left out.
fn counts(column: &ValueColumn, places: &Places) -> Vec<u32> {
    if !is_most(places) {
        return counts_one_by_one(column, places);
    }
    let left_out = counts_one_by_one(column, &places.others());
    column.sizes().zip(left_out).map(|(all, left_out)| all - left_out).collect()
}

fn counts_one_by_one(column: &ValueColumn, places: &Places) -> Vec<u32> {
    let mut counts = vec![0; column.distinct()];
    places.iter().for_each(|place| column.of(place).iter().for_each(|value| counts[*value as usize] += 1));
    counts
}

impl Catalogue {
    /// Counts under the current constraints.
    #[must_use]
    pub fn facets(&self, places: &Places) -> Vec<Facet> {
        let mut facets: Vec<Facet> = COUNTED.into_iter().map(|(name, kind)| self.facet(name, kind, places)).collect();
        facets.push(self.price_bands(places));
        facets.retain(|facet| !facet.values.is_empty());
        facets
    }

    /// The most frequent values of a kind among some products, with their counts.
    #[must_use]
    pub fn counted(&self, kind: TermKind, places: &Places) -> Vec<(String, u32)> {
        let column = self.values(kind);
        let counts = counts(column, places).into_iter().zip(0..).filter(|(count, _)| *count > 0);
        let mut counted: Vec<(String, u32)> =
            counts.map(|(count, number)| (column.name(number).to_owned(), count)).collect();
        counted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counted
    }

    fn facet(&self, name: &'static str, kind: TermKind, places: &Places) -> Facet {
        let counted = self.counted(kind, places).into_iter();
        let values = counted.map(|(value, count)| FacetValue { label: self.facet_label(kind, &value), value, count });
        Facet { name, values: values.collect() }
    }

    /// Brands are kept in lower case for comparing; people read them as the shop writes them.
    fn facet_label(&self, kind: TermKind, value: &str) -> String {
        if kind != TermKind::Brand {
            return self.label(kind, value);
        }
        self.brand_name(value)
    }

    /// How many of the places cost from each of the lower ends to the next. Of most of the catalogue it is told by what is left out.
    fn counts_by_price(&self, lower_ends: &[f64; BANDS.len()], places: &Places) -> [u32; BANDS.len()] {
        let prices = self.prices();
        let one_by_one = |places: &Places| {
            let mut counts = [0; BANDS.len()];
            places.iter().filter_map(|place| prices.get(place)).for_each(|price| {
                counts[lower_ends.partition_point(|from| *from <= price).saturating_sub(1)] += 1;
            });
            counts
        };
        if !is_most(places) {
            return one_by_one(places);
        }
        let left_out = one_by_one(&places.others());
        let below = |band: usize| match lower_ends.get(band) {
            Some(_) if band == 0 => 0,
            Some(end) => prices.count_below(*end) as u32,
            None => prices.count_below(f64::INFINITY) as u32,
        };
        std::array::from_fn(|band| below(band + 1) - below(band) - left_out[band])
    }

    fn price_bands(&self, places: &Places) -> Facet {
        let unit = f64::from(10_u32.pow(self.currency.exponent()));
        let lower_ends = BANDS.map(|from| f64::from(from) * unit);
        let counts = self.counts_by_price(&lower_ends, places);
        let band = |i: usize| {
            let (from, to) = (BANDS[i], BANDS.get(i + 1));
            match to {
                Some(to) => {
                    (format!("{from}-{to}"), if i == 0 { format!("under ${to}") } else { format!("${from} to ${to}") })
                }
                None => (format!("{from}-"), format!("${from} and over")),
            }
        };
        let values = (0..BANDS.len()).filter(|i| counts[*i] > 0).map(|i| {
            let ((value, label), count) = (band(i), counts[i]);
            FacetValue { value, label, count }
        });
        Facet { name: "price_band", values: values.collect() }
    }
}
