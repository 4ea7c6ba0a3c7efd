//! Rows with a number for each product, kept between searches: to clear what a search touched is far less than to make a new row.

use std::sync::{Mutex, PoisonError};

/// Most rows kept: what two searches at once need, and a few more. The oldest gives way, so that rows of a replaced catalogue go.
const MOST: usize = 8;

/// A number for each place, and the places whose number is not zero.
#[derive(Debug, Default)]
pub(super) struct Row<T> {
    pub(super) of: Vec<T>,
    pub(super) touched: Vec<u32>,
}

/// Cleared rows that wait for the next search.
pub(super) struct Spares<T>(Mutex<Vec<Row<T>>>);

impl<T: Copy + Default> Spares<T> {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// A cleared row of a length.
    pub(super) fn take(&self, length: usize) -> Row<T> {
        let mut spares = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let spare = spares.iter().position(|row| row.of.len() == length).map(|at| spares.remove(at));
        drop(spares);
        spare.unwrap_or_else(|| Row { of: vec![T::default(); length], touched: Vec::new() })
    }

    /// Clears a row and keeps it.
    pub(super) fn keep(&self, mut row: Row<T>) {
        for place in row.touched.drain(..) {
            row.of[place as usize] = T::default();
        }
        let mut spares = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if spares.len() == MOST {
            spares.remove(0);
        }
        spares.push(row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_comes_back_cleared_at_its_length_and_the_oldest_gives_way() {
        let spares = Spares::<u32>::new();
        let mut row = spares.take(3);
        row.of[1] = 7;
        row.touched.push(1);
        let address = row.of.as_ptr();
        spares.keep(row);
        assert_eq!(spares.take(2).of, [0, 0]);
        let again = spares.take(3);
        assert_eq!((again.of.as_ptr(), again.of.as_slice(), again.touched.len()), (address, &[0, 0, 0][..], 0));
        (0..=MOST).for_each(|length| spares.keep(Row { of: vec![0; length], touched: Vec::new() }));
        assert_eq!(spares.0.lock().unwrap().iter().map(|row| row.of.len()).min(), Some(1));
    }
}
