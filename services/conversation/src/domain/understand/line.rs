//! The units of one act, without punctuation: what patterns are matched against.

use super::{
    grammar::{Candidates, grammar},
    reading::Unit,
};

/// A row of units with, for each, whether a punctuation mark follows it.
#[derive(Debug, Clone)]
pub(crate) struct Line<'a> {
    /// Units in order, marks left out.
    pub(crate) units: Vec<&'a Unit>,
    /// For each unit, whether a comma, full stop or the like stands between it and the next.
    breaks: Vec<bool>,
    /// Whether a question mark stands anywhere.
    pub(crate) asks: bool,
    /// Patterns that can match.
    pub(crate) candidates: Candidates,
}

impl<'a> Line<'a> {
    pub(crate) fn of(units: &'a [Unit]) -> Self {
        let words: Vec<&Unit> = units.iter().filter(|unit| !unit.is_mark()).collect();
        let candidates = grammar().candidates(&words);
        let mut breaks = Vec::with_capacity(words.len());
        for unit in units {
            if !unit.is_mark() {
                breaks.push(false);
            } else if let (true, Some(last)) = (separates(unit), breaks.last_mut()) {
                *last = true;
            }
        }
        Self { units: words, breaks, asks: units.iter().any(|unit| unit.is_mark_of('?')), candidates }
    }

    pub(crate) fn len(&self) -> usize {
        self.units.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// Whether a mark separates the unit from the next.
    pub(crate) fn breaks_after(&self, at: usize) -> bool {
        self.breaks.get(at).copied().unwrap_or(true)
    }

    /// Singular of the word at a place; empty beyond the ends.
    pub(crate) fn stem(&self, at: usize) -> &str {
        self.units.get(at).map_or("", |unit| unit.stem.as_str())
    }

    /// Singular of the word before a place; empty at the start.
    pub(crate) fn stem_before(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("", |before| self.stem(before))
    }

    pub(crate) fn has(&self, group: &str) -> bool {
        grammar().has(group, self)
    }

    pub(crate) fn find(&self, group: &str) -> Option<(usize, usize)> {
        grammar().find(group, self)
    }

    /// Start of a match of the group that ends right before `at`.
    pub(crate) fn ends_before(&self, group: &str, at: usize) -> Option<usize> {
        grammar().ending_at(group, self, at)
    }

    /// End of a match of the group that starts at `at`.
    pub(crate) fn starts_at(&self, group: &str, at: usize) -> Option<usize> {
        grammar().starting_at(group, self, at)
    }
}

fn separates(unit: &Unit) -> bool {
    [',', '.', ';', ':', '!', '?', '(', ')'].iter().any(|mark| unit.is_mark_of(*mark))
}
