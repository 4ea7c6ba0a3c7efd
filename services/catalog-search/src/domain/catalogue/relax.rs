//! When nothing matches: what would, if one single constraint were loosened, and by how much. Computed, not guessed.

use std::cmp::Ordering;

use itertools::Itertools as _;

use super::{Catalogue, Filters, Places, fit::Limit, fit::MINOR};
use crate::domain::{attribute::display_number, taxonomy::TermKind};

/// What would match with one constraint loosened.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Relaxation {
    /// The constraint.
    pub constraint: &'static str,
    /// Which one of several of that name: a feature, a side; empty when the name says it all.
    pub subject: String,
    /// Matches without it.
    pub total: u32,
    /// Nearest values that do match.
    pub nearest: Vec<String>,
    /// For a limit in numbers: what was asked for, and the nearest limit that lets something through.
    pub limit: Option<Loosening>,
    /// Matches when it is loosened no further than needed.
    pub total_at_needed: u32,
    /// Places that match then, the front of the shop window first.
    pub places: Vec<u32>,
}

/// How far a limit has to give.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loosening {
    /// The limit.
    pub asked: f64,
    /// The nearest one at which something matches.
    pub needed: f64,
    /// Unit of both.
    pub unit: &'static str,
}

/// Most values that are named as nearest.
const NEAREST: usize = 5;
/// Most products that are named.
const NAMED: usize = 5;

/// A constraint and the filters without it.
struct Loosened {
    constraint: &'static str,
    subject: String,
    limit: Option<Limit>,
    filters: Filters,
}

impl Catalogue {
    /// Each constraint whose loosening alone gives matches, most matches first. `query` are the products that the words match, when
    /// there are words.
    #[must_use]
    pub fn relaxations(&self, filters: &Filters, query: Option<&Places>) -> Vec<Relaxation> {
        let helping = |loosened: Vec<Loosened>| -> Vec<Relaxation> {
            loosened.into_iter().filter_map(|loosened| self.relaxation(filters, loosened, query)).collect()
        };
        let mut relaxations = helping(values(filters));
        // What was said in one breath ("120 by 60") is one wish: it is dropped as a whole only when no part of it alone is the obstacle.
        for (parts, whole) in [(sizes(filters), all_sizes(filters)), (features(filters), all_features(filters))] {
            let several = parts.len() > 1;
            let helpful = helping(parts);
            let none = helpful.is_empty();
            relaxations.extend(helpful);
            if several && none {
                relaxations.extend(helping(vec![whole]));
            }
        }
        relaxations.extend(query.filter(|_| !filters.is_empty()).and_then(|_| {
            let dropped =
                Loosened { constraint: "query", subject: String::new(), limit: None, filters: filters.clone() };
            self.relaxation(filters, dropped, None)
        }));
        relaxations.sort_by(|a, b| b.total.cmp(&a.total).then(a.constraint.cmp(b.constraint)));
        relaxations
    }

    fn relaxation(&self, filters: &Filters, loosened: Loosened, query: Option<&Places>) -> Option<Relaxation> {
        let mut places = self.matching(&loosened.filters);
        if let Some(query) = query {
            places.intersect(query);
        }
        let total = places.count();
        if total == 0 {
            return None;
        }
        let Loosened { constraint, subject, limit, .. } = loosened;
        let loosening = limit.and_then(|limit| self.loosening(filters, limit, &places));
        let mut at_needed = places.clone();
        if let (Some(limit), Some(Loosening { needed, .. })) = (limit, loosening) {
            at_needed.retain(|place| limit.measure(filters, self, place) == Some(needed));
        }
        let first = at_needed.iter().k_smallest_by_key(NAMED, |place| (self.window_rank(*place), *place));
        let nearest = loosening.map_or_else(|| self.nearest_values(constraint, &places), |to| vec![to.display()]);
        Some(Relaxation {
            constraint,
            subject,
            total,
            nearest,
            limit: loosening,
            total_at_needed: at_needed.count(),
            places: first.collect(),
        })
    }

    /// The least loosening of a limit that lets one of the places through, all of which hold everything else.
    fn loosening(&self, filters: &Filters, limit: Limit, places: &Places) -> Option<Loosening> {
        let measures = places.iter().filter_map(|place| limit.measure(filters, self, place));
        let nearer = |a: &f64, b: &f64| -> Ordering { if limit.is_most() { a.total_cmp(b) } else { b.total_cmp(a) } };
        Some(Loosening { asked: limit.asked(filters)?, needed: measures.min_by(nearer)?, unit: limit.unit() })
    }

    fn nearest_values(&self, constraint: &str, places: &Places) -> Vec<String> {
        let kind = match constraint {
            "category" => TermKind::Category,
            "colour" => TermKind::Colour,
            "material" => TermKind::Material,
            "brand" => TermKind::Brand,
            "room" => TermKind::Room,
            "style" => TermKind::Style,
            "bed_size" => TermKind::BedSize,
            _ => return Vec::new(),
        };
        self.counted(kind, places).into_iter().take(NEAREST).map(|(value, _)| value).collect()
    }
}

impl Loosening {
    fn display(self) -> String {
        match self.unit {
            MINOR => format!("{:.0}", self.needed),
            unit => display_number(self.needed, unit),
        }
    }
}

fn loosened(filters: &Filters, constraint: &'static str, subject: &str, drop: impl FnOnce(&mut Filters)) -> Loosened {
    let mut without = filters.clone();
    drop(&mut without);
    Loosened { constraint, subject: subject.to_owned(), limit: None, filters: without }
}

/// Lists, switches, and limits that are not sizes.
fn values(filters: &Filters) -> Vec<Loosened> {
    type Drop = (&'static str, &'static str, fn(&mut Filters));
    const DROPS: [Drop; 14] = [
        ("category", "", |filters| filters.categories.clear()),
        ("colour", "", |filters| filters.colours.clear()),
        ("material", "", |filters| filters.materials.clear()),
        ("brand", "", |filters| filters.brands.clear()),
        ("room", "", |filters| filters.rooms.clear()),
        ("style", "", |filters| filters.styles.clear()),
        ("bed_size", "", |filters| filters.bed_sizes.clear()),
        ("stock", "", |filters| filters.exclude_out_of_stock = false),
        ("exclude", "categories", |filters| filters.exclude.categories.clear()),
        ("exclude", "colours", |filters| filters.exclude.colours.clear()),
        ("exclude", "materials", |filters| filters.exclude.materials.clear()),
        ("exclude", "brands", |filters| filters.exclude.brands.clear()),
        ("exclude", "features", |filters| filters.exclude.features.clear()),
        ("exclude", "product_ids", |filters| filters.exclude.product_ids.clear()),
    ];
    let drops = DROPS.into_iter().map(|(constraint, subject, drop)| loosened(filters, constraint, subject, drop));
    let set = drops.filter(|without| without.filters != *filters);
    let limits = filters.limits().into_iter().filter(|limit| !matches!(limit, Limit::SizeMin(_) | Limit::SizeMax(_)));
    set.chain(limits.map(|limit| lifted(filters, limit.name(filters), "", limit))).collect()
}

fn lifted(filters: &Filters, constraint: &'static str, subject: &str, limit: Limit) -> Loosened {
    Loosened { limit: Some(limit), ..loosened(filters, constraint, subject, |filters| limit.lift(filters)) }
}

fn sizes(filters: &Filters) -> Vec<Loosened> {
    let limits = filters.limits().into_iter().filter(|limit| matches!(limit, Limit::SizeMin(_) | Limit::SizeMax(_)));
    limits.map(|limit| lifted(filters, "size", limit.name(filters), limit)).collect()
}

fn all_sizes(filters: &Filters) -> Loosened {
    loosened(filters, "size", "", |filters| filters.sizes.clear())
}

fn features(filters: &Filters) -> Vec<Loosened> {
    let without = |at: usize| {
        move |filters: &mut Filters| {
            filters.features.remove(at);
        }
    };
    let listed = filters.features.iter().enumerate();
    listed.map(|(at, feature)| loosened(filters, "feature", feature, without(at))).collect()
}

fn all_features(filters: &Filters) -> Loosened {
    loosened(filters, "feature", "", |filters| filters.features.clear())
}
