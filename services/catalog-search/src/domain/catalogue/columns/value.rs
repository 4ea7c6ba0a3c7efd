//! Values such as colours: for each value the places that have it, and for each place the values that it has.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::domain::catalogue::{Arrangement, Places};

/// Values with the places that have them. Each value is kept once and known by its number. Many places have the same values: each such set
/// is kept once, too, so that counting values is counting sets.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ValueColumn {
    names: Vec<String>,
    /// Places by value, ascending.
    places: Vec<Vec<u32>>,
    /// Numbers of the values of each set.
    sets: Vec<Vec<u32>>,
    /// The set of each place.
    set_of: Vec<u32>,
    #[serde(skip)]
    numbers: FxHashMap<String, u32>,
    #[serde(skip)]
    known_sets: FxHashMap<Vec<u32>, u32>,
    /// The set that was last looked up: its memory is used again.
    #[serde(skip)]
    set: Vec<u32>,
}

impl ValueColumn {
    /// Gives the next product its values, by their numbers. A value that is given twice counts once.
    pub(super) fn push(&mut self, values: impl IntoIterator<Item = u32>) {
        self.set.clear();
        for value in values {
            if !self.set.contains(&value) {
                self.set.push(value);
            }
        }
        let number = match self.known_sets.get(&self.set) {
            Some(number) => *number,
            None => {
                let number = self.sets.len() as u32;
                self.sets.push(self.set.clone());
                self.known_sets.insert(self.set.clone(), number);
                number
            }
        };
        self.set_of.push(number);
    }

    /// The number of a value, a new one for a new value.
    pub(super) fn intern(&mut self, value: &str) -> u32 {
        if let Some(number) = self.numbers.get(value) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.names.push(value.to_owned());
        self.numbers.insert(value.to_owned(), number);
        number
    }

    /// Completes the column: puts the products at their places.
    pub(super) fn arranged(self, arrangement: &Arrangement) -> Self {
        let set_of = arrangement.arrange(&self.set_of);
        let mut places = vec![Vec::new(); self.names.len()];
        for (set, place) in set_of.iter().zip(0..) {
            self.sets[*set as usize].iter().for_each(|value| places[*value as usize].push(place));
        }
        places.iter_mut().for_each(Vec::shrink_to_fit);
        Self { places, set_of, known_sets: FxHashMap::default(), set: Vec::new(), ..self }
    }

    /// Makes the look-up by name, which is not kept on disk.
    pub(super) fn restore(&mut self) {
        self.numbers = self.names.iter().cloned().zip(0..).collect();
    }

    /// Places that have a value, ascending.
    #[must_use]
    pub fn with(&self, value: &str) -> &[u32] {
        self.number(value).and_then(|number| self.places.get(number as usize)).map_or(&[], Vec::as_slice)
    }

    /// Whether a place has a value.
    #[must_use]
    pub fn has(&self, value: &str, place: u32) -> bool {
        self.number(value).is_some_and(|number| self.of(place).contains(&number))
    }

    /// All values with their places, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u32])> {
        self.names.iter().zip(&self.places).map(|(value, places)| (value.as_str(), places.as_slice()))
    }

    /// The number that a value is known by.
    #[must_use]
    pub fn number(&self, value: &str) -> Option<u32> {
        self.numbers.get(value).copied()
    }

    /// The value of a number.
    #[must_use]
    pub fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", String::as_str)
    }

    /// Numbers of the values that a place has.
    #[must_use]
    pub fn of(&self, place: u32) -> &[u32] {
        self.set_of.get(place as usize).map_or(&[], |set| &self.sets[*set as usize])
    }

    /// Tells of a place whether it has any of the values of these numbers.
    pub fn having_any<'c>(&'c self, values: &[u32]) -> impl Fn(u32) -> bool + use<'c> {
        let has = |set: &Vec<u32>| set.iter().any(|value| values.contains(value));
        let sets: Vec<bool> = self.sets.iter().map(has).collect();
        move |place| self.set_of.get(place as usize).is_some_and(|set| sets[*set as usize])
    }

    /// How many places have each value, by the values' numbers.
    pub fn sizes(&self) -> impl Iterator<Item = u32> {
        self.places.iter().map(|places| places.len() as u32)
    }

    /// How many of some places have each value of each column, by the values' numbers.
    #[must_use]
    pub fn counts<const N: usize>(columns: [&Self; N], places: &Places) -> [Vec<u32>; N] {
        let mut by_set = columns.map(|column| vec![0; column.sets.len()]);
        places.for_each(|place| {
            for (counts, column) in by_set.iter_mut().zip(columns) {
                counts[column.set_of[place as usize] as usize] += 1;
            }
        });
        let mut columns = columns.into_iter();
        by_set.map(|by_set| columns.next().map(|column| column.by_value(&by_set)).unwrap_or_default())
    }

    fn by_value(&self, by_set: &[u32]) -> Vec<u32> {
        let mut counts = vec![0; self.names.len()];
        for (set, count) in self.sets.iter().zip(by_set) {
            set.iter().for_each(|value| counts[*value as usize] += count);
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_directions_agree() {
        let mut column = ValueColumn::default();
        let [grey, red] = ["grey", "red"].map(|colour| column.intern(colour));
        column.push([grey, grey]);
        column.push([]);
        column.push([red, grey]);
        let column = column.arranged(&Arrangement::as_they_came(3));
        assert_eq!((column.with("grey"), column.with("red"), column.with("blue")), (&[0, 2][..], &[2][..], &[][..]));
        assert_eq!((column.of(0), column.of(1), column.of(2), column.of(3)), (&[0][..], &[][..], &[1, 0][..], &[][..]));
        assert!(column.has("red", 2) && !column.has("red", 0));
        let has_red = column.having_any(&[red]);
        assert_eq!([0, 1, 2, 3].map(has_red), [false, false, true, false]);
        let mut places = Places::none(3);
        places.extend([1, 2]);
        assert_eq!(ValueColumn::counts([&column], &places), [[1, 1]]);
    }
}
