//! What is told about all matches together.

use crate::domain::catalogue::{Catalogue, Facet, Places};

/// What is told about all matches together.
pub(super) struct Summary {
    pub(super) total: u32,
    pub(super) facets: Vec<Facet>,
    /// Lowest and highest price, in minor units.
    pub(super) prices: Option<(i64, i64)>,
}

impl Summary {
    pub(super) fn of(matched: &Places, catalogue: &Catalogue, with_facets: bool) -> Self {
        Self {
            total: matched.count(),
            facets: if with_facets { catalogue.facets(matched) } else { Vec::new() },
            prices: catalogue.prices().span(matched).map(|(low, high)| (low as i64, high as i64)),
        }
    }
}
