//! What is told about all matches together, found beside the page when there are many.

use crate::domain::catalogue::{Catalogue, Facet, Places};

/// Matches from which on it pays to find the page and to sum all up at the same time.
pub(super) const MANY: usize = 50_000;

/// The results of both, on two cores when it is worth it.
pub(super) fn at_once<A, B: Send>(worth: bool, a: impl FnOnce() -> A, b: impl FnOnce() -> B + Send) -> (A, B) {
    if !worth {
        return (a(), b());
    }
    std::thread::scope(|scope| {
        let b = scope.spawn(b);
        let a = a();
        (a, b.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

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
            prices: price_span(catalogue, matched),
        }
    }
}

fn price_span(catalogue: &Catalogue, places: &Places) -> Option<(i64, i64)> {
    let mut prices = places.iter().filter_map(|place| catalogue.prices().get(place)).map(|price| price as i64);
    let first = prices.next()?;
    Some(prices.fold((first, first), |(low, high), price| (low.min(price), high.max(price))))
}
