//! How products fare against the words of a query: BM25F, word by word.

use super::{QueryPlan, WordIndex, forms::Form, plan::PlanWord};
use crate::domain::{
    catalogue::{Catalogue, Places},
    taxonomy::TermKind,
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
    /// The last word counted, from 1: a word counts once.
    last: u32,
}

/// How all products fare.
pub(super) struct Tallies {
    of: Vec<Tally>,
    /// Places that have any of the words.
    touched: Vec<u32>,
}

/// What one word gives, place by place.
struct Scratch {
    values: Vec<f32>,
    touched: Vec<u32>,
}

/// What a frequency is worth.
pub(super) fn saturated(frequency: f32) -> f32 {
    frequency * (K1 + 1.0) / (frequency + K1)
}

impl Tallies {
    /// Counts every word of the plan among the allowed products.
    pub(super) fn new(plan: &QueryPlan, allowed: &Places, catalogue: &Catalogue, index: &dyn WordIndex) -> Self {
        let size = catalogue.len();
        let mut tallies = Self { of: vec![Tally::default(); size], touched: Vec::new() };
        let mut scratch = Scratch::new(size);
        let column = catalogue.values(TermKind::Category);
        for (word, number) in plan.words.iter().zip(1..) {
            scratch.best_of(&word.forms, allowed, index);
            let Scratch { values, touched } = &mut scratch;
            for place in touched.drain(..) {
                let value = std::mem::take(&mut values[place as usize]);
                tallies.count(place, value, word, number);
            }
            if word.in_category {
                let members = plan.categories.iter().flat_map(|category| column.with(category));
                members
                    .filter(|place| allowed.contains(**place))
                    .for_each(|place| tallies.count(*place, 0.0, word, number));
            }
        }
        tallies
    }

    /// Products with any of the words, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Tally)> {
        self.touched.iter().filter_map(|place| self.of.get(*place as usize).map(|tally| (*place, tally)))
    }

    fn count(&mut self, place: u32, value: f32, word: &PlanWord, number: u32) {
        let Some(tally) = self.of.get_mut(place as usize) else { return };
        if tally.last == 0 {
            self.touched.push(place);
        }
        tally.score += value * word.weight;
        if tally.last != number {
            tally.last = number;
            tally.had += word.weight;
        }
    }
}

impl Scratch {
    fn new(size: usize) -> Self {
        Self { values: vec![0.0; size], touched: Vec::new() }
    }

    /// Fills it with the best that any of the forms gives each place.
    fn best_of(&mut self, forms: &[Form], allowed: &Places, index: &dyn WordIndex) {
        let [only] = forms else {
            let each: Vec<Vec<(u32, f32)>> = forms.iter().map(|form| self.taken(form, allowed, index)).collect();
            for (place, value) in each.into_iter().flatten() {
                let best = &mut self.values[place as usize];
                if *best == 0.0 {
                    self.touched.push(place);
                }
                *best = best.max(value);
            }
            return;
        };
        self.fill(only, allowed, index);
    }

    /// What one form gives; it is empty again afterwards.
    fn taken(&mut self, form: &Form, allowed: &Places, index: &dyn WordIndex) -> Vec<(u32, f32)> {
        self.fill(form, allowed, index);
        let Self { values, touched } = self;
        touched.drain(..).map(|place| (place, std::mem::take(&mut values[place as usize]))).collect()
    }

    fn fill(&mut self, form: &Form, allowed: &Places, index: &dyn WordIndex) {
        let Some((first, rest)) = form.words.split_first() else { return };
        self.frequencies(first, allowed, index);
        for place in &self.touched {
            let value = &mut self.values[*place as usize];
            *value = saturated(*value) * form.worth;
        }
        for word in rest {
            self.keep_with(word, allowed, index);
        }
    }

    /// Keeps what has the word as well, with the lesser of the two.
    fn keep_with(&mut self, word: &str, allowed: &Places, index: &dyn WordIndex) {
        let mut other = Self::new(self.values.len());
        other.frequencies(word, allowed, index);
        let values = &mut self.values;
        self.touched.retain(|place| {
            let at = *place as usize;
            values[at] = values[at].min(saturated(other.values[at]));
            values[at] > 0.0
        });
    }

    fn frequencies(&mut self, word: &str, allowed: &Places, index: &dyn WordIndex) {
        let Self { values, touched } = self;
        index.matches(word, allowed, &mut |place, frequency| {
            let Some(value) = values.get_mut(place as usize) else { return };
            if *value == 0.0 {
                touched.push(place);
            }
            *value += frequency;
        });
    }
}
