//! What the product's own text says about warranty and assembly.

use super::reading::{Part, Reading};
use crate::domain::{
    attribute::{Attribute, name},
    text::clip,
};

/// A longer statement is a paragraph that only mentions the word.
const LONGEST: usize = 160;

/// A word of every phrase about it begins so.
const ASSEMBLE: &str = "assembl";
/// Phrases that tell whether it has to be assembled, and how surely, the first that is said counting.
const ASSEMBLY: [(&[&str], &str, f64); 8] = [
    (&["fully", "assembled"], "not required", 0.9),
    (&["no", "assembly"], "not required", 0.9),
    (&["pre", "assembled"], "not required", 0.8),
    (&["assembly", "manual"], "required", 0.7),
    (&["assembly", "instruction"], "required", 0.7),
    (&["assembly", "required"], "required", 0.8),
    (&["easy", "assembly"], "required", 0.7),
    (&["easy", "to", "assemble"], "required", 0.7),
];

/// Reads both.
pub(super) fn read(reading: &Reading<'_>) -> Vec<Attribute> {
    [warranty(reading), assembly(reading)].into_iter().flatten().collect()
}

fn warranty(reading: &Reading<'_>) -> Option<Attribute> {
    let mentions = |part: &&Part<'_>| part.words.stems.iter().any(|word| word == "warranty");
    let part = reading.parts.iter().filter(mentions).min_by_key(|part| part.words.stems.len())?;
    let keyed = part.key().iter().any(|word| word == "warranty");
    let text = if keyed { part.value } else { part.text };
    Some(Attribute::text(name::WARRANTY, vec![clip(text, LONGEST).into()], part.source, 0.9))
}

fn assembly(reading: &Reading<'_>) -> Option<Attribute> {
    let fact = |value: &str, source: &str, confidence| {
        Some(Attribute::text(name::ASSEMBLY, vec![value.into()], source, confidence))
    };
    for part in reading.keyed(&["assembly"]) {
        match part.value.to_lowercase().split(|c: char| !c.is_alphanumeric()).next() {
            Some("yes" | "required") => return fact("required", part.source, 0.95),
            Some("no" | "not" | "none") => return fact("not required", part.source, 0.95),
            _ => {}
        }
    }
    let about_it: Vec<&Part<'_>> =
        reading.parts.iter().filter(|part| part.words.stems.iter().any(|word| word.starts_with(ASSEMBLE))).collect();
    let says = |phrase: &[&str]| {
        about_it.iter().find(|part| part.words.stems.windows(phrase.len()).any(|words| words == phrase))
    };
    let mut said = ASSEMBLY.iter().filter_map(|(phrase, value, confidence)| Some((says(phrase)?, value, confidence)));
    said.next().and_then(|(part, value, confidence)| fact(value, part.source, *confidence))
}
