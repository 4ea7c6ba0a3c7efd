//! Counts of values among the products that match.

use easymart_core::Currency;

use super::{Catalogue, Places, ValueColumn};
use crate::domain::{taxonomy::TermKind, two_cores::at_once};

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
pub(super) const BANDS: [u32; 8] = [0, 50, 100, 200, 300, 500, 1_000, 2_000];

/// The price band of a price in minor units.
pub(super) fn band(price: f64, currency: Currency) -> u32 {
    let unit = f64::from(10_u32.pow(currency.exponent()));
    BANDS.partition_point(|from| f64::from(*from) * unit <= price).saturating_sub(1) as u32
}

/// How many of the places have each value of each column, by the values' numbers. Of most of the catalogue it is told by what is left out.
fn counts<const N: usize>(columns: [&ValueColumn; N], places: &Places) -> [Vec<u32>; N] {
    if places.count() <= places.size() / 2 {
        return ValueColumn::counts(columns, places);
    }
    let mut left_out = ValueColumn::counts(columns, &places.others());
    for (left_out, column) in left_out.iter_mut().zip(columns) {
        left_out.iter_mut().zip(column.sizes()).for_each(|(count, all)| *count = all - *count);
    }
    left_out
}

impl Catalogue {
    /// Counts under the current constraints.
    #[must_use]
    pub fn facets(&self, places: &Places) -> Vec<Facet> {
        let [category, colour, material, brand] = COUNTED.map(|(_, kind)| self.values(kind));
        let bands = &self.columns.price_bands;
        let ([category, colour, material], [brand, mut bands]) = at_once(
            places.count() as usize,
            || counts([category, colour, material], places),
            || counts([brand, bands], places),
        );
        let counted = COUNTED.into_iter().zip([category, colour, material, brand]);
        let mut facets: Vec<Facet> = counted.map(|((name, kind), counts)| self.facet(name, kind, &counts)).collect();
        self.move_changed(&mut bands, places);
        facets.push(self.price_bands(&bands));
        facets.retain(|facet| !facet.values.is_empty());
        facets
    }

    /// The most frequent values of a kind among some products, with their counts.
    #[must_use]
    pub fn counted(&self, kind: TermKind, places: &Places) -> Vec<(String, u32)> {
        let [counts] = counts([self.values(kind)], places);
        self.most_frequent(kind, &counts)
    }

    fn most_frequent(&self, kind: TermKind, counts: &[u32]) -> Vec<(String, u32)> {
        let column = self.values(kind);
        let counts = counts.iter().zip(0..).filter(|(count, _)| **count > 0);
        let mut counted: Vec<(String, u32)> =
            counts.map(|(count, number)| (column.name(number).to_owned(), *count)).collect();
        counted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counted
    }

    fn facet(&self, name: &'static str, kind: TermKind, counts: &[u32]) -> Facet {
        let counted = self.most_frequent(kind, counts).into_iter();
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

    /// Counts the places whose price was changed since the import in the bands of what they cost now.
    fn move_changed(&self, bands: &mut [u32], places: &Places) {
        for (_, before, now) in self.changed_prices().filter(|(place, ..)| places.contains(*place)) {
            before.into_iter().for_each(|price| bands[band(price, self.currency) as usize] -= 1);
            now.into_iter().for_each(|price| bands[band(price, self.currency) as usize] += 1);
        }
    }

    fn price_bands(&self, counts: &[u32]) -> Facet {
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
