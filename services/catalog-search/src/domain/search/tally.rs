//! How products fare against the words of a query: BM25F, word by word, one stretch of the catalogue after the other.

use super::{
    Frequencies, PlanWord, QueryPlan, WordIndex, WordReader,
    cover::{ALMOST, members, rarest_first},
};
use crate::domain::{
    catalogue::{Catalogue, Stretch},
    text::Token,
};

/// How fast further occurrences of a word count for less.
const K1: f32 = 2.0;

/// How a product fares.
#[derive(Clone, Copy, Default)]
pub(super) struct Tally {
    /// What its matches are worth.
    pub(super) score: f32,
    /// Weight of the words that it has.
    pub(super) had: f32,
}

/// What a frequency is worth.
#[inline]
pub(super) fn saturated(frequency: f32) -> f32 {
    frequency * (K1 + 1.0) / (frequency + K1)
}

/// Counts the words of a plan: among all products at least that have words of some weight together.
pub(super) struct Counter<'q> {
    least: f32,
    /// The rarest first, each with the weight of itself and all that follow.
    words: Vec<(Lookup<'q>, f32)>,
    readings: Readings<'q>,
    /// What the word at hand gives each place.
    given: Frequencies,
    /// Weight of the words that each place has.
    had: Frequencies,
    scores: Frequencies,
}

impl<'q> Counter<'q> {
    /// Begins to count at the catalogue's first place.
    pub(super) fn new(plan: &'q QueryPlan, least: f32, catalogue: &'q Catalogue, index: &'q dyn WordIndex) -> Self {
        let mut readings = Readings { index, all: Vec::new() };
        let words = rarest_first(plan).map(|(word, left)| (Lookup::new(word, plan, catalogue, &mut readings), left));
        let words = words.collect();
        let [given, had, scores] = std::array::from_fn(|_| Frequencies::new(0, Stretch::LENGTH));
        Self { least, words, readings, given, had, scores }
    }

    /// Gives the places of a stretch, which must lie behind the one before, that have words of enough weight.
    pub(super) fn count(&mut self, within: &Stretch, mut enough: impl FnMut(u32, Tally)) {
        let Self { least, words, readings, given, had, scores } = self;
        had.go_to(within.begin());
        scores.go_to(within.begin());
        for (lookup, left) in words {
            let near = (*left < *least).then(|| {
                let mut near = Stretch::around(within.begin());
                let weight = (*least - *left) * ALMOST;
                had.for_each(|place, had| {
                    if had >= weight {
                        near.insert(place);
                    }
                });
                near
            });
            given.go_to(within.begin());
            lookup.give(near.as_ref().unwrap_or(within), readings, given);
            let weight = lookup.word.weight;
            given.for_each(|place, value| {
                scores.add(place, value * weight);
                had.add(place, weight);
            });
        }
        had.for_each(|place, had| {
            if had >= *least {
                enough(place, Tally { score: scores.get(place), had });
            }
        });
    }
}

/// A word being looked up.
struct Lookup<'q> {
    word: &'q PlanWord,
    /// What each of its forms is worth, and the readings of its words.
    forms: Vec<(f32, Vec<usize>)>,
    /// Places that have the word by what they are, ascending, as far as they were not looked at.
    members: Vec<&'q [u32]>,
}

impl<'q> Lookup<'q> {
    fn new(word: &'q PlanWord, plan: &'q QueryPlan, catalogue: &'q Catalogue, readings: &mut Readings<'q>) -> Self {
        let forms = word.forms.iter().map(|form| {
            let words = form.words.iter().map(|word| readings.of(word));
            (form.worth, words.collect())
        });
        Self { word, forms: forms.collect(), members: members(word, plan, catalogue).collect() }
    }

    /// Notes what the word gives each place that has it: the best of its forms. The members have it, too, if for nothing else.
    fn give(&mut self, within: &Stretch, readings: &mut Readings<'_>, given: &mut Frequencies) {
        for (worth, words) in &self.forms {
            words.iter().for_each(|word| readings.read(*word, within));
            let Some((first, rest)) = words.split_first() else { continue };
            let rest: Vec<&Frequencies> = rest.iter().map(|word| readings.found(*word)).collect();
            readings.found(*first).for_each(|place, frequency| {
                // A form has every one of its words, and the one that a product has least counts.
                let least = rest.iter().fold(frequency, |least, other| least.min(other.get(place)));
                if least > 0.0 {
                    given.raise(place, saturated(least) * *worth);
                }
            });
        }
        for members in &mut self.members {
            let (here, behind) = members.split_at(members.partition_point(|place| *place < within.end()));
            *members = behind;
            here.iter().filter(|place| within.contains(**place)).for_each(|place| given.note(*place));
        }
    }
}

/// The words of all forms, each read once however many forms it is in.
struct Readings<'q> {
    index: &'q dyn WordIndex,
    all: Vec<Reading<'q>>,
}

/// A word being read.
struct Reading<'q> {
    word: &'q Token,
    reader: Box<dyn WordReader + 'q>,
    /// How often the places of the stretch that was read last have it.
    found: Frequencies,
    /// Whether any stretch was read.
    begun: bool,
}

impl<'q> Readings<'q> {
    /// The number of a word's reading.
    fn of(&mut self, word: &'q Token) -> usize {
        if let Some(known) = self.all.iter().position(|reading| reading.word == word) {
            return known;
        }
        let found = Frequencies::new(0, Stretch::LENGTH);
        self.all.push(Reading { word, reader: self.index.read(word), found, begun: false });
        self.all.len() - 1
    }

    /// Reads a stretch, unless that was done for an earlier word, for which no fewer places were of interest.
    fn read(&mut self, number: usize, within: &Stretch) {
        let reading = &mut self.all[number];
        if reading.begun && reading.found.begin() == within.begin() {
            return;
        }
        reading.begun = true;
        reading.found.go_to(within.begin());
        reading.reader.read(within, &mut reading.found);
    }

    fn found(&self, number: usize) -> &Frequencies {
        &self.all[number].found
    }
}
