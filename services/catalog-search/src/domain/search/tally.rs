//! How products fare against the words of a query: BM25F, word by word.

use super::{
    Frequencies, PlanWord, QueryPlan, WordIndex,
    cover::{ALMOST, members, rarest_first},
    forms::Form,
    spares::{Row, Spares},
};
use crate::domain::catalogue::{Catalogue, Places};

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

/// How all products fare.
pub(super) struct Tallies(Row<Tally>);

static SPARES: Spares<Tally> = Spares::new();

impl Drop for Tallies {
    fn drop(&mut self) {
        SPARES.keep(std::mem::take(&mut self.0));
    }
}

/// What a frequency is worth.
pub(super) fn saturated(frequency: f32) -> f32 {
    frequency * (K1 + 1.0) / (frequency + K1)
}

impl Tallies {
    /// Counts the words of the plan among the allowed products: among all those at least that have words of `least` weight together.
    pub(super) fn new(
        plan: &QueryPlan,
        allowed: &Places,
        least: f32,
        catalogue: &Catalogue,
        index: &dyn WordIndex,
    ) -> Self {
        let size = allowed.size();
        let mut tallies = Self(SPARES.take(size as usize));
        let mut lookup = Lookup { index, one: Frequencies::new(size), best: Frequencies::new(size) };
        for (word, left) in rarest_first(plan) {
            let near = (left < least).then(|| tallies.with(least - left, catalogue));
            let within = near.as_ref().unwrap_or(allowed);
            let members = members(word, plan, catalogue).filter(|place| within.contains(*place));
            for (place, value) in lookup.values(word, within, members) {
                tallies.add(place, value * word.weight, word.weight);
            }
        }
        tallies
    }

    /// Places that have words of at least some weight so far.
    fn with(&self, least: f32, catalogue: &Catalogue) -> Places {
        let mut places = catalogue.no_places();
        places.extend(self.iter().filter(|(_, tally)| tally.had >= least * ALMOST).map(|(place, _)| place));
        places
    }

    /// How many products have any of the words.
    pub(super) fn count(&self) -> usize {
        self.0.touched.len()
    }

    /// Products with any of the words, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Tally)> {
        let Row { of, touched } = &self.0;
        touched.iter().filter_map(|place| of.get(*place as usize).map(|tally| (*place, tally)))
    }

    fn add(&mut self, place: u32, score: f32, weight: f32) {
        let Row { of, touched } = &mut self.0;
        let tally = &mut of[place as usize];
        if tally.had == 0.0 {
            touched.push(place);
        }
        tally.score += score;
        tally.had += weight;
    }
}

/// Where words are looked up, with room to add up what is found.
struct Lookup<'i> {
    index: &'i dyn WordIndex,
    one: Frequencies,
    best: Frequencies,
}

impl Lookup<'_> {
    /// What a word gives each place that has it: the best of its forms. The members have it, too, if for nothing else.
    fn values(
        &mut self,
        word: &PlanWord,
        within: &Places,
        members: impl Iterator<Item = u32>,
    ) -> impl Iterator<Item = (u32, f32)> {
        for form in &word.forms {
            self.fill(form, within);
            let Self { one, best, .. } = self;
            if best.places().is_empty() {
                std::mem::swap(one, best);
            } else {
                one.drain().for_each(|(place, value)| best.raise(place, value));
            }
        }
        members.for_each(|place| self.best.raise(place, f32::MIN_POSITIVE));
        self.best.drain()
    }

    /// What one form gives: a product must have every one of its words, and the one it has least counts.
    fn fill(&mut self, form: &Form, within: &Places) {
        let Some((first, rest)) = form.words.split_first() else { return };
        self.index.matches(first, within, &mut self.one);
        self.one.map(|_, frequency| saturated(frequency) * form.worth);
        for word in rest {
            let mut other = Frequencies::new(within.size());
            self.index.matches(word, within, &mut other);
            self.one.map(|place, value| value.min(saturated(other.get(place))));
        }
    }
}
