//! Weight capacity, seats, bed size, pieces in a set.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    pattern::pattern,
    reading::{Part, Reading},
};
use crate::domain::{
    attribute::{Attribute, name},
    import::RawValue,
    taxonomy::Taxonomy,
    text::ShortText,
};

/// Most pieces that one purchase is believed to have.
const LARGEST_SET: u32 = 100;
/// Most seats that are believed.
const MOST_SEATS: f64 = 20.0;

/// Reads weight capacity, seats and bed size.
pub(super) fn read(reading: &Reading<'_>, taxonomy: &Taxonomy, categories: &[String]) -> Vec<Attribute> {
    let facts = [weight_capacity(reading, taxonomy), seats(reading), bed_size(reading, taxonomy, categories)];
    facts.into_iter().flatten().collect()
}

/// Of several figures the lowest counts: who asks what a chair holds must not be told too much.
fn weight_capacity(reading: &Reading<'_>, taxonomy: &Taxonomy) -> Option<Attribute> {
    let kilograms = |part: &Part<'_>| {
        let found = KILOGRAMS.iter().flat_map(|pattern| pattern.captures_iter(part.value));
        let figures = found.filter_map(|captures| captures.name("n")?.as_str().parse::<f64>().ok());
        figures.filter(|kg| (1.0..=5_000.0).contains(kg)).min_by(f64::total_cmp)
    };
    let (own, of_parts): (Vec<&Part<'_>>, Vec<&Part<'_>>) = reading
        .parts
        .iter()
        .filter(|part| states_capacity(part))
        .partition(|part| !part.key().iter().any(|word| word != "seat" && taxonomy.words.parts.contains(word)));
    let lowest = |parts: &[&Part<'_>]| parts.iter().filter_map(|part| kilograms(part)).min_by(f64::total_cmp);
    let (kg, confidence) = match lowest(&own) {
        Some(kg) => (kg, if own.len() == 1 { 0.9 } else { 0.6 }),
        None => (lowest(&of_parts)?, 0.5),
    };
    Some(Attribute::number(name::WEIGHT_CAPACITY, kg, "kg", "Features", confidence))
}

fn states_capacity(part: &Part<'_>) -> bool {
    let words = if part.key().is_empty() { &part.words.stems } else { part.key() };
    let (mut weight, mut load, mut capacity, mut limit, mut most, mut holds) = Default::default();
    for word in words {
        match word.as_str() {
            "weight" => weight = true,
            "load" => load = true,
            "capacity" => capacity = true,
            "limit" => limit = true,
            "max" | "maximum" => most = true,
            "support" | "hold" | "withstand" => holds = part.key().is_empty(),
            _ => {}
        }
    }
    let in_kilograms = || part.value.to_lowercase().contains("kg");
    (weight && (capacity || limit || most)) || (load && (most || capacity)) || ((capacity || holds) && in_kilograms())
}

/// "3 Seater" in the title, "seats 6" anywhere.
fn seats(reading: &Reading<'_>) -> Option<Attribute> {
    let of = |text: &str| -> Option<f64> {
        let captures = SEATS.as_ref()?.captures(text)?;
        let number = captures.name("n").or_else(|| captures.name("m"))?;
        number.as_str().parse().ok().filter(|seats| (1.0..=MOST_SEATS).contains(seats))
    };
    let title = of(&reading.record.title).map(|seats| (seats, "Title", 0.95));
    let figures = || reading.parts.iter().filter(|part| part.has_figures);
    let text = || figures().find_map(|part| of(part.value).map(|seats| (seats, part.source, 0.8)));
    let (seats, source, confidence) = title.or_else(text)?;
    Some(Attribute::number(name::SEATS, seats, "seats", source, confidence))
}

/// Only what stands in a field of its own, or in the title of a bed.
fn bed_size(reading: &Reading<'_>, taxonomy: &Taxonomy, categories: &[String]) -> Option<Attribute> {
    let field = reading.record.attributes.iter().find(|raw| raw.name == name::BED_SIZE);
    if let Some(RawValue::Texts(texts)) = field.map(|raw| &raw.value) {
        let values: Vec<ShortText> =
            texts.iter().filter_map(|text| taxonomy.bed_sizes.resolve(text)).map(ShortText::new).collect();
        if !values.is_empty() {
            return Some(Attribute::text(name::BED_SIZE, values, "attributes.bed_size", 1.0));
        }
    }
    let sleeps = |id: &String| ["bed", "mattress"].iter().any(|kind| taxonomy.categories.is_within(id, kind));
    if !categories.first().is_some_and(sleeps) {
        return None;
    }
    let found = taxonomy.bed_sizes.in_text(&reading.title.numbers);
    let value = found.first()?.meaning.value.as_str();
    Some(Attribute::text(name::BED_SIZE, vec![value.into()], "Title", 0.95))
}

/// Pieces in one purchase, when there is more than one: the price is for all of them.
pub(super) fn set_size(reading: &Reading<'_>) -> Option<Attribute> {
    let field = reading.record.attributes.iter().find(|raw| raw.name == name::SET_SIZE);
    if let Some(RawValue::Number(pieces)) = field.map(|raw| &raw.value) {
        return set(*pieces as u32, "attributes.set_size", 1.0);
    }
    match title_pieces(&reading.record.title) {
        Some(pieces) => set(pieces, "Title", 0.95),
        None => set(sku_pieces(&reading.record.sku)?, "SKU", 0.8),
    }
}

fn set(pieces: u32, source: &str, confidence: f64) -> Option<Attribute> {
    (2..=LARGEST_SET)
        .contains(&pieces)
        .then(|| Attribute::number(name::SET_SIZE, f64::from(pieces), "", source, confidence))
}

fn title_pieces(title: &str) -> Option<u32> {
    let captures = SET.as_ref()?.captures(title)?;
    ["of", "lead", "pieces", "tail"].iter().find_map(|group| captures.name(group)).and_then(|n| n.as_str().parse().ok())
}

fn sku_pieces(sku: &str) -> Option<u32> {
    let captures = SKU_SET.as_ref()?.captures(sku)?;
    captures.name("n")?.as_str().parse().ok().filter(|pieces| *pieces <= 12)
}

static KILOGRAMS: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"(?i)(?P<n>\d+(?:\.\d+)?)\s*kgs?\b"));
static SEATS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(r"(?i)\b(?P<n>\d{1,2})[\s-]*seat(?:er|ers|s)?\b|\bseats\s+(?:up\s+to\s+)?(?P<m>\d{1,2})\b")
});
static SET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)\bsett?\s+of\s+(?P<of>\d{1,3})\b|^(?:\w+\s+)?(?P<lead>\d{1,2})\s?x(?:\s|[a-z])|\b(?P<pieces>\d{1,3})\s?(?:pcs?|pieces?|pack)\b|\bx(?P<tail>\d{1,2})$",
    )
});
static SKU_SET: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"(?i)[a-z0-9-]x(?P<n>\d{1,2})(?:-ab)?$"));
