//! How many doors, drawers, tiers, panels and shelves a thing has: "Eight Door Locker", "With 3 drawers".

use super::reading::Reading;
use crate::domain::{
    attribute::{Attribute, name},
    taxonomy::{Count, Taxonomy},
    wording::Words,
};

const IN_TITLE: f64 = 0.95;
const IN_STATEMENT: f64 = 0.8;
/// Up to so many words a statement is a plain one. A sentence may count what is opened at a time, or what other models have.
const PLAIN_STATEMENT: usize = 8;

/// Reads each count from the title, else from the first plain statement that has it.
pub(super) fn read(reading: &Reading<'_>, taxonomy: &Taxonomy) -> Vec<Attribute> {
    let counted = |words: &Words| taxonomy.counts.in_text(&words.stems, &words.numbers, &taxonomy.words);
    let titled = counted(reading.title).into_iter().map(|count| (count, "Title", IN_TITLE));
    let plain = reading.parts.iter().filter(|part| part.words.stems.len() <= PLAIN_STATEMENT);
    let stated =
        plain.flat_map(|part| counted(part.words).into_iter().map(move |count| (count, part.source, IN_STATEMENT)));
    let mut facts: Vec<Attribute> = Vec::new();
    for (Count { name, number, .. }, source, confidence) in titled.chain(stated) {
        // The pieces of a set have rules of their own.
        if name != name::SET_SIZE && !facts.iter().any(|known| known.name == name) {
            facts.push(Attribute::number(&name, f64::from(number), "", source, confidence));
        }
    }
    facts
}
