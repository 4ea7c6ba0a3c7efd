//! The columns of a generation: compact, plain data that can be kept on disk beside the text index and read back.

mod build;
mod number;
mod references;
mod row;
mod titles;
mod value;

use easymart_core::Currency;
use serde::{Deserialize, Serialize};

use super::Places;
use crate::domain::taxonomy::TermKind;

pub use build::ColumnsBuilder;
pub use number::NumberColumn;
pub use references::key_hash;
pub use row::ColumnRow;
pub use value::ValueColumn;

use references::References;
use titles::Titles;

/// How many kinds of values there are.
const KINDS: usize = 8;

/// Everything about the products of a generation that searching, filtering, sorting and counting need.
#[derive(Debug, Serialize, Deserialize)]
pub struct Columns {
    /// Currency of the prices.
    pub(super) currency: Currency,
    pub(super) references: References,
    /// Values by kind, families included.
    values: [ValueColumn; KINDS],
    /// Brands as their first product writes them, by their number in the brands' column.
    brand_names: Vec<String>,
    pub(super) mentioned_colours: ValueColumn,
    pub(super) mentioned_materials: ValueColumn,
    pub(super) mentioned_features: ValueColumn,
    /// How many of a part each product has, by [`crate::domain::taxonomy::Count::key`].
    pub(super) counts: ValueColumn,
    /// Main categories alone, with everything broader.
    pub(super) main_categories: ValueColumn,
    pub(super) listed_prices: NumberColumn,
    /// The band of each listed price, numbered as the bands are.
    pub(super) price_bands: ValueColumn,
    pub(super) widths: NumberColumn,
    pub(super) depths: NumberColumn,
    pub(super) heights: NumberColumn,
    pub(super) seats: NumberColumn,
    pub(super) capacities: NumberColumn,
    /// Mean ratings; not a number where there is none.
    pub(super) ratings: Vec<f32>,
    pub(super) listed_out_of_stock: Places,
    /// What was out of stock or without a price when it was imported.
    pub(super) unbuyable: Places,
    pub(super) titles: Titles,
    /// Products that have a category.
    pub(super) filed: usize,
}

impl Columns {
    /// Bump when the columns' form or meaning changes: older ones on disk are then built anew.
    pub const FORMAT: u32 = 3;

    /// How many products they are of.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ratings.len()
    }

    /// Whether they are of none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ratings.is_empty()
    }

    /// Values of one kind.
    pub(super) fn values(&self, kind: TermKind) -> &ValueColumn {
        &self.values[slot(kind)]
    }

    pub(super) fn brand_name(&self, brand: &str) -> Option<&str> {
        let number = self.values(TermKind::Brand).number(brand)?;
        self.brand_names.get(number as usize).map(String::as_str)
    }

    /// Makes what is not kept on disk. Call it once on columns that were read back.
    pub fn restore(&mut self) {
        let mentioned = [&mut self.mentioned_colours, &mut self.mentioned_materials, &mut self.mentioned_features];
        let others = mentioned.into_iter().chain([&mut self.counts, &mut self.main_categories, &mut self.price_bands]);
        self.values.iter_mut().chain(others).for_each(ValueColumn::restore);
    }
}

/// The kind's place among the columns.
fn slot(kind: TermKind) -> usize {
    match kind {
        TermKind::Category => 0,
        TermKind::Colour => 1,
        TermKind::Material => 2,
        TermKind::Style => 3,
        TermKind::Room => 4,
        TermKind::Brand => 5,
        TermKind::Feature => 6,
        TermKind::BedSize => 7,
    }
}
