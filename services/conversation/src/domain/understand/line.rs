//! The units of one act, without punctuation: what patterns are matched against.

use super::{
    grammar::{Classes, grammar},
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
    /// Classes of all units together.
    pub(crate) classes: Classes,
    /// One bit for each word of the grammar that stands in the line, folded to 1,024.
    words: [u64; 16],
}

impl<'a> Line<'a> {
    pub(crate) fn of(units: &'a [Unit]) -> Self {
        let mut line = Self {
            units: Vec::with_capacity(units.len()),
            breaks: Vec::new(),
            asks: false,
            classes: 0,
            words: [0; 16],
        };
        for unit in units {
            if !unit.is_mark() {
                line.push(unit);
                continue;
            }
            line.asks |= unit.is_mark_of('?');
            if let (true, Some(last)) = (separates(unit), line.breaks.last_mut()) {
                *last = true;
            }
        }
        line
    }

    fn push(&mut self, unit: &'a Unit) {
        self.units.push(unit);
        self.breaks.push(false);
        self.classes |= unit.classes;
        if unit.word != 0 {
            let (row, bit) = place_of(unit.word);
            self.words[row] |= bit;
        }
    }

    /// Whether the word of the grammar may stand in the line; `false` is certain.
    pub(crate) fn has_word(&self, word: u32) -> bool {
        let (row, bit) = place_of(word);
        self.words[row] & bit != 0
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

/// Row and bit of a word in the folded set.
fn place_of(word: u32) -> (usize, u64) {
    ((word as usize >> 6) % 16, 1 << (word % 64))
}

fn separates(unit: &Unit) -> bool {
    [',', '.', ';', ':', '!', '?', '(', ')'].iter().any(|mark| unit.is_mark_of(*mark))
}
