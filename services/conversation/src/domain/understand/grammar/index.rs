//! Which patterns can match a line at all, found from what the line is made of rather than pattern by pattern.
//!
//! A pattern stands in the lists of one of its elements that must match something: the one that the fewest units can satisfy.

use rustc_hash::FxHashMap;

use super::{Element, Test};
use crate::domain::understand::reading::{Entity, Unit};

/// How many words a class is taken to have, and how many an entity, when the rarest element of a pattern is chosen.
const WORDS_OF_A_CLASS: usize = 8;
const WORDS_OF_AN_ENTITY: usize = 40;

type Numbers = Vec<u32>;

/// Patterns by what they cannot do without.
#[derive(Debug, Default)]
pub(super) struct Index {
    by_word: FxHashMap<u32, Numbers>,
    /// By the bit of the class.
    by_class: FxHashMap<u32, Numbers>,
    by_entity: Vec<(Entity, Numbers)>,
    /// Those that can do without anything.
    free: Numbers,
    count: u32,
}

/// A set of patterns.
#[derive(Debug, Clone)]
pub(crate) struct Candidates(Vec<u64>);

impl Index {
    /// Adds a pattern and returns its number.
    pub(super) fn add(&mut self, elements: &[Element]) -> u32 {
        let number = self.count;
        self.count += 1;
        let needed = elements.iter().filter_map(|element| match element {
            Element::One { test, optional: false } => Some(test),
            _ => None,
        });
        match needed.min_by_key(|test| breadth(test)) {
            Some(test) => self.stand_under(test, number),
            None => self.free.push(number),
        }
        number
    }

    fn stand_under(&mut self, test: &Test, number: u32) {
        for word in &test.words {
            self.by_word.entry(*word).or_default().push(number);
        }
        for class in bits(test.classes) {
            self.by_class.entry(class).or_default().push(number);
        }
        for entity in &test.entities {
            match self.by_entity.iter_mut().find(|(other, _)| other == entity) {
                Some((_, numbers)) => numbers.push(number),
                None => self.by_entity.push((*entity, vec![number])),
            }
        }
    }

    /// Those that can match a line of these units.
    pub(super) fn candidates(&self, units: &[&Unit]) -> Candidates {
        let mut found = Candidates(vec![0; (self.count as usize).div_ceil(64)]);
        found.add_all(&self.free);
        for numbers in units.iter().filter_map(|unit| self.by_word.get(&unit.word)) {
            found.add_all(numbers);
        }
        let classes = units.iter().fold(0, |classes, unit| classes | unit.classes);
        for numbers in bits(classes).filter_map(|class| self.by_class.get(&class)) {
            found.add_all(numbers);
        }
        for (entity, numbers) in &self.by_entity {
            if units.iter().any(|unit| unit.is(*entity)) {
                found.add_all(numbers);
            }
        }
        found
    }
}

impl Candidates {
    pub(super) fn has(&self, number: u32) -> bool {
        self.0.get(number as usize / 64).is_some_and(|row| row & (1 << (number % 64)) != 0)
    }

    fn add_all(&mut self, numbers: &[u32]) {
        for number in numbers {
            self.0[*number as usize / 64] |= 1 << (number % 64);
        }
    }
}

/// About how many words satisfy a test.
fn breadth(test: &Test) -> usize {
    test.words.len() + test.classes.count_ones() as usize * WORDS_OF_A_CLASS + test.entities.len() * WORDS_OF_AN_ENTITY
}

fn bits(mut set: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = (set != 0).then(|| set.trailing_zeros())?;
        set &= set - 1;
        Some(bit)
    })
}
