//! What a search request says, as a patch of the search state.

mod category;
mod forget;
mod order;
mod polarity;
mod price;
mod size;
pub(crate) mod words;

use std::collections::HashSet;

pub(crate) use self::category::{is_part_of_product, mentions};
use self::polarity::Polarity;
use super::{line::Line, reading::Unit};
use crate::domain::{
    lexicon::{Lexicon, TermId, TermKind},
    understanding::{SearchPatch, Situation},
};

/// Most words that are left to the ranking; more is no wish.
const MOST_FREE_WORDS: usize = 16;
/// Longest of them, in bytes.
const LONGEST_WORD: usize = 40;

/// Everything that reading the slots of one line needs, and which units they took.
pub(crate) struct SlotReader<'a> {
    line: &'a Line<'a>,
    lexicon: &'a Lexicon,
    situation: &'a Situation,
    polarity: Vec<Polarity>,
    taken: HashSet<usize>,
}

/// Reads the search patch of a line.
pub(crate) fn read<'a>(line: &'a Line<'a>, lexicon: &'a Lexicon, situation: &'a Situation) -> SearchPatch {
    let polarity = polarity::of(line);
    let mut reader = SlotReader { line, lexicon, situation, polarity, taken: HashSet::new() };
    let mut patch = SearchPatch::default();
    reader.leave_second_wish();
    reader.forget(&mut patch);
    reader.prices(&mut patch);
    reader.sizes(&mut patch);
    let counts = reader.counted_parts();
    reader.categories(&mut patch);
    reader.traits(&mut patch);
    reader.numbers(&mut patch);
    reader.order(&mut patch);
    reader.free_words(&mut patch, &counts);
    patch
}

impl SlotReader<'_> {
    fn take(&mut self, from: usize, to: usize) {
        self.taken.extend(from..to);
    }

    /// Colours, materials, styles, rooms, brands, features and bed sizes.
    fn traits(&mut self, patch: &mut SearchPatch) {
        for at in 0..self.line.len() {
            if self.taken.contains(&at) || !self.line.units[at].is_term() {
                continue;
            }
            let Some(id) = self.meaning(at, patch) else { continue };
            self.take(at, at + 1);
            self.add_trait(at, id, patch);
        }
        patch.also = self.line.has("permits") && !(patch.colours.is_empty() && patch.materials.is_empty());
        patch.also &= !self.line.has("correction");
        self.other_colour(patch);
        settle_correction(patch, self.situation, self.line);
    }

    /// "in a different colour", when none is named.
    fn other_colour(&mut self, patch: &mut SearchPatch) {
        let Some((from, to)) = self.line.find("another_colour") else { return };
        let free = !(from..to).any(|at| self.taken.contains(&at));
        if free && self.situation.searching && patch.colours.is_empty() {
            patch.other_colour = true;
            self.take(from, to);
        }
    }

    fn add_trait(&self, at: usize, id: TermId, patch: &mut SearchPatch) {
        let term = self.lexicon.term(id);
        let value = term.value.clone();
        let excluded = self.polarity[at] == Polarity::Negative;
        match (term.kind, excluded) {
            (TermKind::Colour, false) => push(&mut patch.colours, value),
            (TermKind::Colour, true) => push(&mut patch.exclude.colours, value),
            (TermKind::Material, false) => push(&mut patch.materials, value),
            (TermKind::Material, true) => push(&mut patch.exclude.materials, value),
            (TermKind::Feature, false) => push(&mut patch.features, value),
            (TermKind::Feature, true) => push(&mut patch.exclude.features, value),
            (TermKind::Brand, true) => push(&mut patch.exclude.brands, value),
            (TermKind::Brand, false) => patch.brand = Some(value),
            (TermKind::Style, false) => patch.style = patch.style.take().or(Some(value)),
            (TermKind::Room, false) => patch.room = Some(value),
            (TermKind::BedSize, false) => patch.bed_size = patch.bed_size.take().or(Some(value)),
            (TermKind::Style | TermKind::Room | TermKind::BedSize | TermKind::Category, _) => {}
        }
    }

    /// Which of its meanings a name has here; `None` when it is only mentioned.
    fn meaning(&self, at: usize, patch: &SearchPatch) -> Option<TermId> {
        let unit = self.line.units[at];
        let of = |kind: TermKind| unit.terms.iter().copied().find(|id| self.lexicon.term(*id).kind == kind);
        if self.is_part(at) || self.is_landmark(at) || self.is_own_part(at) {
            return None;
        }
        let finish = of(TermKind::Colour).filter(|_| words::is_finish(&unit.stem));
        finish
            .or_else(|| of(TermKind::Material))
            .or_else(|| of(TermKind::Colour))
            .or_else(|| of(TermKind::Brand))
            .or_else(|| of(TermKind::BedSize).filter(|_| self.speaks_of_beds(patch)))
            .or_else(|| of(TermKind::Room))
            .or_else(|| of(TermKind::Style))
            .or_else(|| of(TermKind::Feature))
    }

    /// "with white legs": the colour of a part is not the colour of the thing.
    fn is_part(&self, at: usize) -> bool {
        let unit = self.line.units[at];
        let has_look = unit.has(TermKind::Colour) || unit.has(TermKind::Material);
        let after_with = (at.saturating_sub(3)..at).any(|before| self.line.stem(before) == "with");
        let made_with =
            (at.saturating_sub(4)..at).any(|before| matches!(self.line.stem(before), "made" | "built" | "make"));
        has_look && after_with && !made_with && words::is_part(self.line.stem(at + 1))
    }

    /// "near the door" says where, not what.
    fn is_landmark(&self, at: usize) -> bool {
        let unit = self.line.units[at];
        let beside = |back: usize| {
            at >= back && matches!(self.line.stem(at - back), "near" | "by" | "beside" | "behind" | "against" | "next")
        };
        !unit.has(TermKind::Room) && !unit.has(TermKind::Colour) && (1..=3).any(beside)
    }

    /// "my door is only 80 cm wide" speaks of the home.
    fn is_own_part(&self, at: usize) -> bool {
        let told_of = matches!(self.line.stem(at + 1), "is" | "are" | "was" | "only" | "measures");
        matches!(self.line.stem_before(at), "my" | "our") && (told_of || self.line.units[at].has(TermKind::Feature))
    }

    /// Bed sizes are everyday words ("single", "double", "king") unless a bed is meant.
    fn speaks_of_beds(&self, patch: &SearchPatch) -> bool {
        let is_bed = |category: &str| category.contains("bed") || category.contains("mattress");
        match &patch.category {
            Some(category) => is_bed(category) && category != "bedside_table",
            None => {
                self.situation.category.as_deref().is_none_or(is_bed)
                    && !self.line.units.iter().any(|unit| unit.has(TermKind::Category))
            }
        }
    }

    /// Seats and weights.
    fn numbers(&mut self, patch: &mut SearchPatch) {
        for at in 0..self.line.len() {
            if let Some(weight) = words::weight(self.line.units[at]) {
                patch.weight_capacity_kg = Some(weight);
                self.take(at, at + 1);
            }
            if let Some((seats, from, to)) = words::seats(self.line, at) {
                // "2 or 3 seater": the fewer will do.
                patch.seats = Some(patch.seats.map_or(seats, |other| other.min(seats)));
                self.take(from, to);
            }
        }
    }

    /// "5 doors", "set of 4": how many of a part, in the words of the catalogue, which knows what has so many.
    fn counted_parts(&mut self) -> Vec<String> {
        let mut counts = Vec::new();
        for at in 0..self.line.len() {
            let Some((count, from, to)) = words::count_of_part(self.line, at) else { continue };
            if self.polarity[at] == Polarity::Positive && !(from..to).any(|at| self.taken.contains(&at)) {
                self.take(from, to);
                counts.push(count);
            }
        }
        counts
    }

    /// What is left for the ranking: words of the catalogue, and without a category also what may be the name of a product.
    fn free_words(&mut self, patch: &mut SearchPatch, counts: &[String]) {
        if patch.page.is_some() || self.line.has("bypass") || self.line.has("strong_bypass") {
            return;
        }
        let has_category = patch.category.is_some() || self.situation.searching;
        let may_rank = |unit: &&Unit| {
            self.lexicon.is_catalogue_word(&unit.stem) || (!has_category && !self.lexicon.knows(&unit.text))
        };
        let found = (0..self.line.len())
            .filter(|at| !self.taken.contains(at) && self.polarity[*at] == Polarity::Positive)
            .filter(|at| !self.is_landmark(*at) && !self.is_own_part(*at))
            .map(|at| self.line.units[at])
            .filter(|unit| words::is_free(unit))
            .filter(may_rank)
            .map(|unit| unit.text.as_str());
        let mut words: Vec<&str> = counts.iter().map(String::as_str).collect();
        for word in found {
            if !words.contains(&word) && word.len() <= LONGEST_WORD && words.len() < MOST_FREE_WORDS {
                words.push(word);
            }
        }
        patch.query = (!words.is_empty()).then(|| words.join(" "));
    }
}

/// In "blue, not grey" after a search for grey the second colour is what was wrong, not what to shun.
fn settle_correction(patch: &mut SearchPatch, situation: &Situation, line: &Line<'_>) {
    if situation.searching && line.has("correction") {
        if !patch.colours.is_empty() {
            patch.exclude.colours.clear();
        }
        if !patch.materials.is_empty() {
            patch.exclude.materials.clear();
        }
    }
}

fn push(list: &mut Vec<String>, value: String) {
    if !list.contains(&value) {
        list.push(value);
    }
}
