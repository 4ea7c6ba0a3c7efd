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

/// A constraint and what holds all the others.
struct Loosened {
    constraint: &'static str,
    subject: String,
    limit: Option<Limit>,
    places: Places,
}

/// What was said in one breath ("120 by 60") is one wish: it is dropped as a whole only when no part of it alone is the obstacle.
struct Wish {
    parts: Vec<Loosened>,
    whole: Option<Loosened>,
}

impl Catalogue {
    /// Each constraint whose loosening alone gives matches, most matches first. `matching` finds among some products those that the words
    /// match, when there are words.
    #[must_use]
    pub fn relaxations(&self, filters: &Filters, matching: Option<&dyn Fn(&Places) -> Places>) -> Vec<Relaxation> {
        let mut wishes = self.wishes(filters);
        if let Some(matching) = matching {
            self.keep_matching(&mut wishes, matching);
        }
        let helping = |loosened: Vec<Loosened>| -> Vec<Relaxation> {
            loosened.into_iter().filter_map(|loosened| self.relaxation(filters, loosened)).collect()
        };
        let mut relaxations = Vec::new();
        for Wish { parts, whole } in wishes {
            let helpful = helping(parts);
            let whole = whole.filter(|_| helpful.is_empty());
            relaxations.extend(helpful);
            relaxations.extend(helping(whole.into_iter().collect()));
        }
        relaxations.extend(
            matching
                .filter(|_| !filters.is_empty())
                .and_then(|_| self.relaxation(filters, self.loosened("query", "", filters))),
        );
        relaxations.sort_by(|a, b| b.total.cmp(&a.total).then(a.constraint.cmp(b.constraint)));
        relaxations
    }

    fn wishes(&self, filters: &Filters) -> Vec<Wish> {
        let mut wishes = self.value_wishes(filters);
        wishes.extend([self.size_wish(filters), self.feature_wish(filters)]);
        wishes
    }

    /// Keeps what the words match. They are looked up once, and only where one constraint at most is missed.
    fn keep_matching(&self, wishes: &mut [Wish], matching: &dyn Fn(&Places) -> Places) {
        let mut loosened: Vec<&mut Loosened> =
            wishes.iter_mut().flat_map(|wish| wish.parts.iter_mut().chain(&mut wish.whole)).collect();
        let mut within = self.no_places();
        loosened.iter().for_each(|loosened| within.unite(&loosened.places));
        let matched = matching(&within);
        loosened.iter_mut().for_each(|loosened| loosened.places.intersect(&matched));
    }

    fn relaxation(&self, filters: &Filters, loosened: Loosened) -> Option<Relaxation> {
        let Loosened { constraint, subject, limit, places } = loosened;
        let total = places.count();
        if total == 0 {
            return None;
        }
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

    /// Lists, switches, and limits that are not sizes.
    fn value_wishes(&self, filters: &Filters) -> Vec<Wish> {
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
        let drops = DROPS.into_iter().map(|(constraint, subject, drop)| (constraint, subject, without(filters, drop)));
        let set = drops.filter(|(_, _, without)| without != filters);
        let set = set.map(|(constraint, subject, without)| self.loosened(constraint, subject, &without));
        let limits = filters.limits().into_iter().filter(|limit| !limit.is_of_size());
        let single = set.chain(limits.map(|limit| self.lifted(filters, limit.name(filters), "", limit)));
        single.map(|loosened| Wish { parts: vec![loosened], whole: None }).collect()
    }

    fn size_wish(&self, filters: &Filters) -> Wish {
        let limits = filters.limits().into_iter().filter(|limit| limit.is_of_size());
        let parts = limits.map(|limit| self.lifted(filters, "size", limit.name(filters), limit));
        self.wish("size", parts.collect(), || without(filters, |filters| filters.sizes.clear()))
    }

    fn feature_wish(&self, filters: &Filters) -> Wish {
        let one = |at: usize| without(filters, |filters| drop(filters.features.remove(at)));
        let listed = filters.features.iter().enumerate();
        let parts = listed.map(|(at, feature)| self.loosened("feature", feature, &one(at)));
        self.wish("feature", parts.collect(), || without(filters, |filters| filters.features.clear()))
    }

    fn wish(&self, constraint: &'static str, parts: Vec<Loosened>, whole: impl FnOnce() -> Filters) -> Wish {
        let whole = (parts.len() > 1).then(|| self.loosened(constraint, "", &whole()));
        Wish { parts, whole }
    }

    fn lifted(&self, filters: &Filters, constraint: &'static str, subject: &str, limit: Limit) -> Loosened {
        let lifted = self.loosened(constraint, subject, &without(filters, |filters| limit.lift(filters)));
        Loosened { limit: Some(limit), ..lifted }
    }

    fn loosened(&self, constraint: &'static str, subject: &str, filters: &Filters) -> Loosened {
        Loosened { constraint, subject: subject.to_owned(), limit: None, places: self.matching(filters) }
    }
}

impl Loosening {
    fn display(self) -> String {
        match self.unit {
            MINOR => format!("{:.0}", self.needed),
            unit => display_number(self.needed, unit).into_string(),
        }
    }
}

fn without(filters: &Filters, drop: impl FnOnce(&mut Filters)) -> Filters {
    let mut without = filters.clone();
    drop(&mut without);
    without
}
