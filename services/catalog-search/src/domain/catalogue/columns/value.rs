//! Values such as colours: for each value the places that have it, and for each place the values that it has.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::domain::catalogue::Arrangement;

/// Values with the places that have them. Each value is kept once and known by its number.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ValueColumn {
    names: Vec<String>,
    /// Places by value, ascending.
    places: Vec<Vec<u32>>,
    /// Where the values of each place end in `values`.
    ends: Vec<u32>,
    /// Numbers of the values, place after place.
    values: Vec<u32>,
    #[serde(skip)]
    numbers: FxHashMap<String, u32>,
}

impl ValueColumn {
    /// Gives the next product its values, by their numbers. A value that is given twice counts once.
    pub(super) fn push(&mut self, values: impl IntoIterator<Item = u32>) {
        let begin = self.values.len();
        for value in values {
            if !self.values[begin..].contains(&value) {
                self.values.push(value);
            }
        }
        self.ends.push(self.values.len() as u32);
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
        let mut sizes = vec![0; self.names.len()];
        self.values.iter().for_each(|value| sizes[*value as usize] += 1);
        let mut places: Vec<Vec<u32>> = sizes.into_iter().map(Vec::with_capacity).collect();
        let mut ends = Vec::with_capacity(self.ends.len());
        let mut values = Vec::with_capacity(self.values.len());
        for (number, place) in arrangement.numbers().iter().zip(0..) {
            for value in self.of(*number) {
                values.push(*value);
                places[*value as usize].push(place);
            }
            ends.push(values.len() as u32);
        }
        Self { names: self.names, places, ends, values, numbers: self.numbers }
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

    /// How many different values there are.
    #[must_use]
    pub fn distinct(&self) -> usize {
        self.names.len()
    }

    /// Numbers of the values that a place has.
    #[must_use]
    pub fn of(&self, place: u32) -> &[u32] {
        let place = place as usize;
        let Some(end) = self.ends.get(place) else { return &[] };
        let begin = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.values[begin as usize..*end as usize]
    }

    /// How many places have each value, by the values' numbers.
    pub fn sizes(&self) -> impl Iterator<Item = u32> {
        self.places.iter().map(|places| places.len() as u32)
    }

    /// How many values all places have together.
    #[must_use]
    pub fn total(&self) -> usize {
        self.values.len()
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
    }
}
