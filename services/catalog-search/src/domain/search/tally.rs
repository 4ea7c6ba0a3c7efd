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
pub(super) fn saturated(frequency: f32) -> f32 {
    frequency * (K1 + 1.0) / (frequency + K1)
}

/// Counts the words of a plan: among all products at least that have words of some weight together.
pub(super) struct Counter<'q> {
    least: f32,
    /// The rarest first, each with the weight of itself and all that follow.
    words: Vec<(Lookup<'q>, f32)>,
    tallies: Vec<Tally>,
    /// Places that have any of the words, in no order.
    having: Vec<u32>,
    room: Room,
}

/// Where what one word gives is added up.
struct Room {
    best: Frequencies,
    one: Frequencies,
    other: Frequencies,
}

impl<'q> Counter<'q> {
    /// Begins to count at the catalogue's first place.
    pub(super) fn new(plan: &'q QueryPlan, least: f32, catalogue: &'q Catalogue, index: &'q dyn WordIndex) -> Self {
        let lookup = |(word, left)| (Lookup::new(word, plan, catalogue, index), left);
        let frequencies = || Frequencies::new(0, Stretch::LENGTH);
        Self {
            least,
            words: rarest_first(plan).map(lookup).collect(),
            tallies: vec![Tally::default(); Stretch::LENGTH as usize],
            having: Vec::new(),
            room: Room { best: frequencies(), one: frequencies(), other: frequencies() },
        }
    }

    /// Gives the places of a stretch, which must lie behind the one before, that have words of enough weight.
    pub(super) fn count(&mut self, within: &Stretch, mut enough: impl FnMut(u32, Tally)) {
        let Self { least, words, tallies, having, room } = self;
        let begin = within.begin();
        let at = |place: u32| (place - begin) as usize;
        for (lookup, left) in words {
            let near = (*left < *least).then(|| {
                let weight = (*least - *left) * ALMOST;
                let mut near = Stretch::around(begin);
                having.iter().filter(|place| tallies[at(**place)].had >= weight).for_each(|place| near.insert(*place));
                near
            });
            let weight = lookup.word.weight;
            for (place, value) in lookup.values(near.as_ref().unwrap_or(within), room) {
                let tally = &mut tallies[at(place)];
                if tally.had == 0.0 {
                    having.push(place);
                }
                tally.score += value * weight;
                tally.had += weight;
            }
        }
        for place in having.drain(..) {
            let tally = std::mem::take(&mut tallies[at(place)]);
            if tally.had >= *least {
                enough(place, tally);
            }
        }
    }
}

/// A word being looked up.
struct Lookup<'q> {
    word: &'q PlanWord,
    /// What each of its forms is worth, and its words.
    forms: Vec<(f32, Vec<Box<dyn WordReader + 'q>>)>,
    /// Places that have the word by what they are, ascending, as far as they were not looked at.
    members: Vec<&'q [u32]>,
}

impl<'q> Lookup<'q> {
    fn new(word: &'q PlanWord, plan: &'q QueryPlan, catalogue: &'q Catalogue, index: &'q dyn WordIndex) -> Self {
        let readers = |words: &'q [_]| words.iter().map(|word: &Token| index.read(word)).collect();
        let forms = word.forms.iter().map(|form| (form.worth, readers(&form.words)));
        Self { word, forms: forms.collect(), members: members(word, plan, catalogue).collect() }
    }

    /// What the word gives each place that has it: the best of its forms. The members have it, too, if for nothing else.
    fn values<'r>(&mut self, within: &Stretch, room: &'r mut Room) -> impl Iterator<Item = (u32, f32)> + 'r {
        let Room { best, one, other } = room;
        best.go_to(within.begin());
        for (worth, readers) in &mut self.forms {
            fill(readers, within, one, other);
            one.drain().for_each(|(place, frequency)| best.raise(place, saturated(frequency) * *worth));
        }
        for members in &mut self.members {
            let (here, behind) = members.split_at(members.partition_point(|place| *place < within.end()));
            *members = behind;
            here.iter()
                .filter(|place| within.contains(**place))
                .for_each(|place| best.raise(*place, f32::MIN_POSITIVE));
        }
        best.drain()
    }
}

/// How often products have a form: every one of its words, and the one they have least counts.
fn fill(words: &mut [Box<dyn WordReader + '_>], within: &Stretch, one: &mut Frequencies, other: &mut Frequencies) {
    one.go_to(within.begin());
    let Some((first, rest)) = words.split_first_mut() else { return };
    first.read(within, one);
    for word in rest {
        other.go_to(within.begin());
        word.read(within, other);
        one.map(|place, frequency| frequency.min(other.get(place)));
    }
}
