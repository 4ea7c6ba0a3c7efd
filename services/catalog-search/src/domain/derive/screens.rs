//! What sizes of screen a bracket or a stand takes: "fits 32 to 65 inch TVs", "Fits screen: up to 32'", "32 42 55 65 inch" in a title.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    pattern::pattern,
    reading::{Part, Reading},
};
use crate::domain::{
    attribute::{Attribute, name},
    taxonomy::{Category, Taxonomy, WordSet},
};

/// Screens that are believed, in inches across.
const PLAUSIBLE: std::ops::RangeInclusive<f64> = 10.0..=120.0;
const STATED: f64 = 0.9;
const TITLE: f64 = 0.8;

/// Reads the smallest and the largest screen, of things that carry one.
pub(super) fn read(reading: &Reading<'_>, taxonomy: &Taxonomy, categories: &[String]) -> Vec<Attribute> {
    let category = categories.first().and_then(|id| taxonomy.categories.get(id));
    if !category.is_some_and(Category::holds_screen) {
        return Vec::new();
    }
    let stated = reading.parts.iter().filter(|part| says_what_fits(part, taxonomy));
    let stated = stated.filter_map(|part| Some((sizes(part.text)?, part.source, STATED))).next();
    // In the title of a stand inches may be its own; a list or a span of them is what fits.
    let titled = || {
        let sizes = sizes(&reading.record.title).filter(|(least, most)| least.is_some_and(|least| least < *most))?;
        Some((sizes, "Title", TITLE))
    };
    let Some(((least, most), source, confidence)) = stated.or_else(titled) else { return Vec::new() };
    let fact = |name, inches| Attribute::number(name, inches, "inch", source, confidence);
    let least = least.map(|least| fact(name::SCREEN_MIN, least));
    least.into_iter().chain([fact(name::SCREEN_MAX, most)]).collect()
}

fn says_what_fits(part: &Part<'_>, taxonomy: &Taxonomy) -> bool {
    let has = |list: &WordSet| part.words.stems.iter().any(|word| list.contains(word));
    has(&taxonomy.words.screens) && has(&taxonomy.words.fitting)
}

/// The smallest and the largest size; no smallest where the text says "up to".
fn sizes(text: &str) -> Option<(Option<f64>, f64)> {
    let captures = INCHES.as_ref()?.captures(text)?;
    let run = captures.get(0)?.as_str();
    let numbers =
        NUMBER.iter().flat_map(|pattern| pattern.find_iter(run)).filter_map(|found| found.as_str().parse().ok());
    let numbers: Vec<f64> = numbers.filter(|inches| PLAUSIBLE.contains(inches)).collect();
    let most = numbers.iter().copied().reduce(f64::max)?;
    let least = numbers.iter().copied().reduce(f64::min).filter(|_| captures.name("up").is_none());
    Some((least, most))
}

/// Numbers in a row of which the last one is in inches. Feeds write the sign in many ways.
static INCHES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let inch = r#"(?:inch(?:es)?\b|in\b|"|''|[”″’'])"#;
    let joint = r"(?:to|and|or|[-–~,/&])?";
    let row = format!(r"(?:\d{{2,3}}\s*-?\s*{inch}?\s*{joint}\s*)*\d{{2,3}}\s*-?\s*{inch}");
    pattern(&format!(r"(?i)(?P<up>\bup\s+to\s+)?\b{row}"))
});
static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"\d{2,3}"));
