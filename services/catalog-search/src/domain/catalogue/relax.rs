//! When nothing matches: what would, if one single constraint were dropped. Computed, not guessed.

use super::{Catalogue, Filters, Places, Range, Side};
use crate::domain::{attribute::display_number, taxonomy::TermKind};

/// What would match without one constraint.
#[derive(Debug, Clone, PartialEq)]
pub struct Relaxation {
    /// The constraint.
    pub constraint: &'static str,
    /// Matches without it.
    pub total: u32,
    /// Nearest values that do match.
    pub nearest: Vec<String>,
}

/// Most values that are named as nearest.
const NEAREST: usize = 5;

impl Catalogue {
    /// Each constraint whose removal alone gives matches, most matches first. `query` are the products that the words match, when
    /// there are words.
    #[must_use]
    pub fn relaxations(&self, filters: &Filters, query: Option<&Places>) -> Vec<Relaxation> {
        let mut relaxations: Vec<Relaxation> = loosened(filters)
            .into_iter()
            .filter_map(|(constraint, loosened)| {
                let mut places = self.matching(&loosened);
                if let Some(query) = query {
                    places.intersect(query);
                }
                let total = places.count();
                (total > 0).then(|| Relaxation {
                    constraint,
                    total,
                    nearest: self.nearest(constraint, filters, &places),
                })
            })
            .collect();
        if query.is_some() && !filters.is_empty() {
            let total = self.matching(filters).count();
            relaxations.extend((total > 0).then_some(Relaxation { constraint: "query", total, nearest: Vec::new() }));
        }
        relaxations.sort_by(|a, b| b.total.cmp(&a.total).then(a.constraint.cmp(b.constraint)));
        relaxations
    }

    fn nearest(&self, constraint: &str, filters: &Filters, places: &Places) -> Vec<String> {
        let values = |kind| self.counted(kind, places).into_iter().take(NEAREST).map(|(value, _)| value).collect();
        let prices = || places.iter().filter_map(|place| self.prices.get(place));
        let minor = |price: Option<f64>| price.map(|price| format!("{price:.0}")).into_iter().collect();
        match constraint {
            "price_max" => minor(prices().min_by(f64::total_cmp)),
            "price_min" => minor(prices().max_by(f64::total_cmp)),
            "category" => values(TermKind::Category),
            "colour" => values(TermKind::Colour),
            "material" => values(TermKind::Material),
            "brand" => values(TermKind::Brand),
            "room" => values(TermKind::Room),
            "style" => values(TermKind::Style),
            "bed_size" => values(TermKind::BedSize),
            "size" => {
                filters.sizes.iter().filter_map(|(side, range)| self.nearest_size(*side, *range, places)).collect()
            }
            "seats" => places
                .iter()
                .filter_map(|place| self.columns.seats.get(place))
                .max_by(f64::total_cmp)
                .map(|n| n.to_string())
                .into_iter()
                .collect(),
            "weight_capacity" => {
                let most = places.iter().filter_map(|place| self.columns.capacities.get(place)).max_by(f64::total_cmp);
                most.map(|kg| display_number(kg, "kg")).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// The size of a side that misses its limits by the least.
    fn nearest_size(&self, side: Side, range: Range, places: &Places) -> Option<String> {
        let miss = |cm: f64| {
            let over = range.max.map_or(0.0, |max| cm - max);
            let under = range.min.map_or(0.0, |min| min - cm);
            over.max(under).max(0.0)
        };
        let sizes = places.iter().filter_map(|place| self.side(side).get(place));
        sizes.min_by(|a, b| miss(*a).total_cmp(&miss(*b))).map(|cm| display_number(cm, "cm"))
    }
}

/// The filters with one constraint dropped, for each constraint there is.
fn loosened(filters: &Filters) -> Vec<(&'static str, Filters)> {
    type Drop = (&'static str, fn(&mut Filters));
    const DROPS: [Drop; 15] = [
        ("category", |filters| filters.categories.clear()),
        ("colour", |filters| filters.colours.clear()),
        ("material", |filters| filters.materials.clear()),
        ("brand", |filters| filters.brands.clear()),
        ("room", |filters| filters.rooms.clear()),
        ("style", |filters| filters.styles.clear()),
        ("bed_size", |filters| filters.bed_sizes.clear()),
        ("feature", |filters| filters.features.clear()),
        ("price_min", |filters| filters.price.min = None),
        ("price_max", |filters| filters.price.max = None),
        ("size", |filters| filters.sizes.clear()),
        ("seats", |filters| filters.seats_min = None),
        ("weight_capacity", |filters| filters.weight_capacity_kg_min = None),
        ("stock", |filters| filters.exclude_out_of_stock = false),
        ("exclude", |filters| filters.exclude = super::Exclusions::default()),
    ];
    DROPS
        .into_iter()
        .filter_map(|(constraint, drop)| {
            let mut loosened = filters.clone();
            drop(&mut loosened);
            (loosened != *filters).then_some((constraint, loosened))
        })
        .collect()
}
