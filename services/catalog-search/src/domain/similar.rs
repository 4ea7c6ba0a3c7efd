//! Products like another one: the same kind first, then by shared attributes and nearness of price.

use std::collections::HashSet;

use super::{
    attribute::name,
    catalogue::{Catalogue, Side},
    product::Product,
    taxonomy::TermKind,
};

/// What each likeness is worth. Kind outweighs everything else together.
const SAME_KIND: f64 = 10.0;
const RELATED_KIND: f64 = 4.0;
const SHARED_VALUE: [(&str, f64); 5] =
    [(name::COLOUR, 1.0), (name::MATERIAL, 1.0), (name::STYLE, 0.7), (name::FEATURE, 0.6), (name::BED_SIZE, 1.5)];
const NEAR_PRICE: f64 = 1.5;
const NEAR_WIDTH: f64 = 0.8;
const SAME_BRAND: f64 = 0.2;
/// Products of a large kind that are read and compared in full: so many for each one that is asked for, and at least so many.
const READ_FOR_ONE: usize = 20;
const LEAST_READ: usize = 400;

/// A product like another, with the reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Similar {
    /// Its place.
    pub place: u32,
    /// How alike, higher is more.
    pub score: f64,
    /// In a shopper's words.
    pub why: String,
}

/// The products most like the one at `place`, nearest first. Only of the same kind, or of a related one when there are too few.
#[must_use]
pub fn similar(catalogue: &Catalogue, place: u32, exclude: &HashSet<u32>, limit: usize) -> Vec<Similar> {
    let Some(source) = catalogue.product(place) else { return Vec::new() };
    let mut candidates = related(catalogue, &source);
    candidates.retain(|other| *other != place && !exclude.contains(other));
    keep_likeliest(catalogue, place, &mut candidates, limit.saturating_mul(READ_FOR_ONE).max(LEAST_READ));
    let mut found: Vec<Similar> = candidates
        .into_iter()
        .filter_map(|other| Some(likeness(catalogue, &source, other, catalogue.product(other)?.as_ref())))
        .collect();
    let id = |similar: &Similar| catalogue.id_rank(similar.place);
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| id(a).cmp(&id(b))));
    found.truncate(limit);
    found
}

/// Cuts a large kind down to the likeliest by what the columns say, which have no products read for it.
fn keep_likeliest(catalogue: &Catalogue, place: u32, candidates: &mut Vec<u32>, most: usize) {
    if candidates.len() <= most {
        return;
    }
    let mut likely: Vec<(f64, u32)> =
        candidates.iter().map(|other| (likelihood(catalogue, place, *other), *other)).collect();
    let order = |a: &(f64, u32), b: &(f64, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
    likely.select_nth_unstable_by(most - 1, order);
    likely.truncate(most);
    *candidates = likely.into_iter().map(|(_, other)| other).collect();
}

/// About the likeness, by the columns alone.
fn likelihood(catalogue: &Catalogue, source: u32, other: u32) -> f64 {
    const KINDS: [(TermKind, f64); 6] = [
        (TermKind::Category, SAME_KIND),
        (TermKind::Colour, 1.0),
        (TermKind::Material, 1.0),
        (TermKind::Style, 0.7),
        (TermKind::Feature, 0.6),
        (TermKind::BedSize, 1.5),
    ];
    let common = |(kind, worth): (TermKind, f64)| {
        let (mine, theirs) = (catalogue.values(kind).of(source), catalogue.values(kind).of(other));
        let shared = mine.iter().filter(|value| theirs.contains(value)).count();
        worth * shared as f64 / (mine.len() + theirs.len() - shared).max(1) as f64
    };
    let width = catalogue.side(Side::Width);
    KINDS.into_iter().map(common).sum::<f64>()
        + NEAR_WIDTH * nearness(width.get(source), width.get(other))
        + NEAR_PRICE * nearness(catalogue.prices().get(source), catalogue.prices().get(other))
}

/// Products of the same kind or of one with the same parent.
fn related(catalogue: &Catalogue, source: &Product) -> Vec<u32> {
    let path = catalogue.taxonomy.categories.path(source.category());
    let root = path.first().map_or("", String::as_str);
    catalogue.values(TermKind::Category).with(root).to_vec()
}

fn likeness(catalogue: &Catalogue, source: &Product, place: u32, other: &Product) -> Similar {
    let mut score = 0.0;
    let mut reasons: Vec<String> = Vec::new();
    if source.category() == other.category() {
        score += SAME_KIND;
    } else if other.categories.iter().any(|category| source.categories.contains(category)) {
        score += RELATED_KIND;
    }
    for (attribute, worth) in SHARED_VALUE {
        let shared = shared(source, other, attribute);
        if let Some(first) = shared.first() {
            score += worth * share(source, other, attribute, shared.len());
            if reasons.len() < 2 {
                reasons.push(reason(catalogue, attribute, first));
            }
        }
    }
    score += NEAR_WIDTH * nearness(source.number(name::WIDTH), other.number(name::WIDTH));
    score += if source.brand == other.brand { SAME_BRAND } else { 0.0 };
    let minor = |product: &Product| product.price.map(|price| price.minor as f64);
    let near = nearness(minor(source), minor(other));
    score += NEAR_PRICE * near;
    reasons.extend(price_reason(source, other, near));
    if reasons.is_empty() {
        reasons.push(format!("also among our {}", catalogue.label(TermKind::Category, other.category())));
    }
    Similar { place, score, why: reasons.join(", ") }
}

fn shared<'a>(source: &'a Product, other: &'a Product, attribute: &'a str) -> Vec<&'a str> {
    source.values(attribute).filter(|value| other.values(attribute).any(|theirs| theirs == *value)).collect()
}

/// Share of the values that both have among all that either has.
fn share(source: &Product, other: &Product, attribute: &str, shared: usize) -> f64 {
    let all = source.values(attribute).count() + other.values(attribute).count() - shared;
    shared as f64 / all.max(1) as f64
}

/// 1 for equal amounts, 0 from twice or half on.
fn nearness(a: Option<f64>, b: Option<f64>) -> f64 {
    match (a, b) {
        (Some(a), Some(b)) if a > 0.0 && b > 0.0 => (1.0 - (a / b).log2().abs()).max(0.0),
        _ => 0.0,
    }
}

fn reason(catalogue: &Catalogue, attribute: &str, value: &str) -> String {
    match attribute {
        name::COLOUR => format!("also in {value}"),
        name::MATERIAL => format!("also {}", catalogue.label(TermKind::Material, value)),
        name::STYLE => format!("same {value} style"),
        name::BED_SIZE => format!("same size: {}", catalogue.label(TermKind::BedSize, value)),
        _ => format!("also {}", catalogue.label(TermKind::Feature, value)),
    }
}

fn price_reason(source: &Product, other: &Product, near: f64) -> Option<String> {
    let (mine, theirs) = (source.price?, other.price?);
    let difference = mine.checked_sub(theirs)?;
    match difference.minor {
        0 => Some("same price".to_owned()),
        minor if minor > 0 => Some(format!("{difference} cheaper")),
        _ if near > 0.8 => Some("similar price".to_owned()),
        _ => None,
    }
}
