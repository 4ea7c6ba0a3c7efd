//! Which kinds of product a line asks for, among all those that it mentions.

use super::{
    super::{grammar::grammar, line::Line, reading::Entity},
    Polarity, SlotReader, push, words,
};
use crate::domain::{
    lexicon::{Lexicon, TermKind},
    understanding::SearchPatch,
};

/// A category that a line mentions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CategoryReading {
    /// Place of its unit.
    pub(crate) at: usize,
    /// Identifier.
    pub(crate) value: String,
}

impl SlotReader<'_> {
    pub(super) fn categories(&mut self, patch: &mut SearchPatch) {
        let mut named = mentions(self.line, self.lexicon);
        named.retain(|mention| {
            !self.is_seating(mention.at)
                && !self.is_of_product(mention.at)
                && !self.is_extra(mention.at)
                && !self.is_counted(mention.at)
        });
        let has_other = |at: usize| named.iter().any(|mention| mention.at != at);
        let kept: Vec<&CategoryReading> = named
            .iter()
            .filter(|mention| !self.is_room(mention.at, has_other(mention.at)) && !self.is_feature(mention.at))
            .collect();
        let mut wanted: Vec<CategoryReading> = Vec::new();
        for mention in kept {
            let spared = self.polarity[mention.at] == Polarity::Spared;
            if spared && named.iter().any(|other| self.polarity[other.at] == Polarity::Positive) {
                // "not a leather sofa, a desk": another thing is wanted.
            } else if self.polarity[mention.at] == Polarity::Negative {
                self.shun(mention, &named, patch);
            } else if !self.is_secondary(mention.at, wanted.last().map(|last| last.at)) {
                self.want(mention, &mut wanted);
            }
            self.take(mention.at, mention.at + 1);
        }
        if wanted.is_empty()
            && let Some(completed) = self.completed_name()
        {
            self.take(completed.at, completed.at + 1);
            wanted.push(completed);
        }
        let named_last = wanted.last().map(|mention| mention.at);
        let place_for = self.line.find("place_for").map(|(from, _)| from);
        if named_last.is_none() || place_for > named_last {
            let purpose = self.purpose();
            self.spend_words(if purpose.is_some() { named_last.map_or(0, |at| at + 1) } else { self.line.len() });
            wanted.extend(purpose);
        }
        let mut values = wanted.into_iter().map(|mention| mention.value);
        patch.category = values.next();
        for value in values {
            if patch.category.as_ref() != Some(&value) {
                push(&mut patch.more_categories, value);
            }
        }
    }

    /// "a desk under 150 and a white chair under 200": what describes the second thing says nothing of the first, which is looked for now.
    pub(super) fn leave_second_wish(&mut self) {
        let named = mentions(self.line, self.lexicon);
        let [first, second, ..] = named.as_slice() else { return };
        let positive = |mention: &CategoryReading| self.polarity[mention.at] == Polarity::Positive;
        let joins = |at: &usize| matches!(self.line.stem(*at), "and" | "plus" | "also" | "then");
        let Some(joint) = (first.at + 1..second.at).rev().find(joins) else { return };
        if !positive(first) || !positive(second) || self.is_secondary(second.at, Some(first.at)) {
            return;
        }
        let is_amount = |at: &usize| {
            let unit = self.line.units[*at];
            unit.is(Entity::Money) || unit.is(Entity::Number)
        };
        let is_look = |at: &usize| {
            let unit = self.line.units[*at];
            unit.is_term() && !unit.has(TermKind::Category)
        };
        let (before, behind) = (|| 0..joint, || second.at + 1..self.line.len());
        let mut left: Vec<usize> = (joint + 1..second.at).collect();
        if before().any(|at| is_amount(&at)) {
            left.extend(behind().filter(is_amount));
        }
        if before().any(|at| is_look(&at)) {
            left.extend(behind().filter(is_look));
        }
        self.taken.extend(left);
    }

    /// The later of two neighbours is the thing, the earlier one says which: "storage ottoman".
    fn want(&self, mention: &CategoryReading, wanted: &mut Vec<CategoryReading>) {
        let neighbour = wanted.last().is_some_and(|last| last.at + 1 == mention.at && !self.line.breaks_after(last.at));
        if neighbour {
            wanted.pop();
        }
        wanted.push(mention.clone());
    }

    /// A shunned category only matters when what is wanted could include it, or nothing else is.
    fn shun(&self, mention: &CategoryReading, named: &[CategoryReading], patch: &mut SearchPatch) {
        let wanted = named.iter().filter(|other| self.polarity[other.at] == Polarity::Positive);
        let includes = |outer: &str| self.lexicon.is_within(TermKind::Category, &mention.value, outer);
        let mut wanted = wanted.map(|other| other.value.as_str()).chain(self.situation.category.as_deref()).peekable();
        if wanted.peek().is_none() || wanted.any(|outer| outer != mention.value && includes(outer)) {
            push(&mut patch.exclude.categories, mention.value.clone());
        }
    }

    /// "without drawers": what can be a thing or a feature is a feature there.
    fn is_feature(&self, at: usize) -> bool {
        let counted = usize::from(at > 1 && self.line.units[at - 1].is(Entity::Number));
        let lead = self.line.stem_before(at - counted);
        let led = matches!(lead, "with" | "without" | "no" | "has" | "have" | "any")
            || (counted == 1 && self.situation.searching && at == 1);
        self.line.units[at].has(TermKind::Feature) && (led || self.polarity[at] == Polarity::Negative)
    }

    /// "with a cushion", in the middle of a search for something else, says more of that.
    fn is_extra(&self, at: usize) -> bool {
        self.situation.category.is_some()
            && at <= 3
            && matches!(self.line.stem(0), "with" | "without" | "incl" | "including")
    }

    /// "3 drawer" in the middle of a search says how many the thing has, not which thing.
    fn is_counted(&self, at: usize) -> bool {
        let count = at.checked_sub(1).is_some_and(|before| self.line.units[before].is(Entity::Number));
        self.situation.category.is_some() && count && self.taken.contains(&at)
    }

    /// "lounge" is a sofa, unless another thing is meant for the lounge.
    fn is_room(&self, at: usize, has_other: bool) -> bool {
        let unit = self.line.units[at];
        let placed = matches!(self.line.stem_before(at), "the" | "my" | "our")
            && (2..=3).any(|back| at >= back && matches!(self.line.stem(at - back), "for" | "in" | "into" | "to"));
        unit.has(TermKind::Room) && (placed || has_other)
    }

    /// Whether the category only describes another: "with drawers", "for my desk", "to go with the sofa".
    fn is_secondary(&self, at: usize, main: Option<usize>) -> bool {
        // What stands before the main thing is about that.
        let from = at.saturating_sub(4).max(main.map_or(0, |main| main + 1));
        let lead: Vec<&str> = (from..at)
            .filter(|before| *before == at - 1 || !self.line.units[*before].has(TermKind::Category))
            .map(|before| self.line.stem(before))
            .collect();
        let before = |words: &[&str]| lead.iter().any(|stem| words.contains(stem));
        let resets = before(&["and", "also", "plus", "or"]) && !before(&["with"]);
        let has = lead.iter().any(|stem| matches!(*stem, "has" | "having"));
        main.is_some()
            && !resets
            && (before(&["with", "for", "without", "under", "like", "match", "beside", "near", "next", "against"])
                || has)
    }

    /// "somewhere to put my shoes": the purpose tells the kind, when a place for it is asked for.
    fn purpose(&self) -> Option<CategoryReading> {
        if !self.line.has("place_for") {
            return None;
        }
        let purpose = grammar().purposes.iter().find(|purpose| purpose.matches(self.line))?;
        let words: Vec<&str> = purpose.key.split(' ').collect();
        let (_, ids) = self.lexicon.longest_phrase(&words)?;
        let term = ids.iter().map(|id| self.lexicon.term(*id)).find(|term| term.kind == TermKind::Category)?;
        Some(CategoryReading { at: self.line.len(), value: term.value.clone() })
    }

    /// Words that told a purpose, from a place on, have had their say.
    fn spend_words(&mut self, from: usize) {
        let words = (from..self.line.len()).filter(|at| !self.line.units[*at].is_term());
        self.taken.extend(words);
    }

    /// "that seat 3" says how many, not what.
    fn is_seating(&self, at: usize) -> bool {
        words::seats(self.line, at + 1).is_some_and(|(_, from, _)| from == at)
    }

    /// "the seat of option 2" is a part of something else.
    fn is_of_product(&self, at: usize) -> bool {
        is_part_of_product(self.line, at)
    }

    /// With the family of the search in force a lone word completes a name: "I said side, not bedside", "not console, coffee",
    /// and "dining" after chairs.
    fn completed_name(&self) -> Option<CategoryReading> {
        let family = self.situation.category.as_deref()?;
        let noun = family.rsplit('_').next()?;
        let names = || (0..self.line.len()).filter_map(|at| self.name_with(at, noun));
        let corrects = self.line.has("meant") || names().any(|name| self.polarity[name.at] == Polarity::Negative);
        let is_alone = |at: usize| {
            self.line.units.iter().enumerate().all(|(other, unit)| other == at || unit.is_courtesy)
                && !self.line.units[at].is_term()
        };
        names().find(|name| self.polarity[name.at] != Polarity::Negative && (corrects || is_alone(name.at)))
    }

    /// The kind whose name the word at a place makes with a noun, or is by itself.
    fn name_with(&self, at: usize, noun: &str) -> Option<CategoryReading> {
        let stem = self.line.stem(at);
        let named = |words: &[&str]| {
            let (count, ids) = self.lexicon.longest_phrase(words)?;
            let id = ids.iter().find(|id| self.lexicon.term(**id).kind == TermKind::Category)?;
            (count == words.len()).then(|| CategoryReading { at, value: self.lexicon.term(*id).value.clone() })
        };
        if stem == noun {
            return None;
        }
        named(&[stem, noun]).or_else(|| named(&[stem]))
    }
}

/// Whether the name at a place is of a part: "the seat of option 2", "the drawers of the first one".
pub(crate) fn is_part_of_product(line: &Line<'_>, at: usize) -> bool {
    let is_place =
        |at: usize| line.units.get(at).is_some_and(|unit| unit.is(Entity::Option) || unit.is(Entity::Ordinal));
    let skips = usize::from(matches!(line.stem(at + 2), "the" | "that" | "this"));
    matches!(line.stem(at + 1), "of" | "on" | "in") && is_place(at + 2 + skips)
}

/// Every category that a line names, in order.
pub(crate) fn mentions(line: &Line<'_>, lexicon: &Lexicon) -> Vec<CategoryReading> {
    let category = |at: usize| {
        let id = line.units[at].terms.iter().find(|id| lexicon.term(**id).kind == TermKind::Category)?;
        Some(CategoryReading { at, value: lexicon.term(*id).value.clone() })
    };
    (0..line.len()).filter_map(category).collect()
}
