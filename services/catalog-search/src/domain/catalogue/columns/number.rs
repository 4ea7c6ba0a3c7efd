//! Numbers such as prices and sizes.

use rayon::slice::ParallelSliceMut as _;
use serde::{Deserialize, Serialize};

use crate::domain::catalogue::Places;

/// A number for each place that has one.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub struct NumberColumn {
    /// Not a number where there is none.
    of_place: Vec<f64>,
    /// Places that have one, by their numbers.
    ascending: Vec<u32>,
}

impl NumberColumn {
    /// A column of the numbers of all places, in their order.
    #[must_use]
    pub fn new(of_place: Vec<Option<f64>>) -> Self {
        let of_place: Vec<f64> = of_place.into_iter().map(|number| number.unwrap_or(f64::NAN)).collect();
        let places = (0..).zip(&of_place).filter(|(_, number)| !number.is_nan());
        let mut ascending: Vec<u32> = places.map(|(place, _)| place).collect();
        let number = |place: &u32| of_place[*place as usize];
        ascending.par_sort_unstable_by(|a, b| number(a).total_cmp(&number(b)).then(a.cmp(b)));
        Self { of_place, ascending }
    }

    /// The number of a place.
    #[must_use]
    pub fn get(&self, place: u32) -> Option<f64> {
        self.of_place.get(place as usize).copied().filter(|number| !number.is_nan())
    }

    /// Places whose number is within limits, both inclusive, by their numbers.
    #[must_use]
    pub fn within(&self, least: Option<f64>, most: Option<f64>) -> &[u32] {
        let number = |place: &u32| self.of_place[*place as usize];
        let from = least.map_or(0, |least| self.ascending.partition_point(|place| number(place) < least));
        let to =
            most.map_or(self.ascending.len(), |most| self.ascending.partition_point(|place| number(place) <= most));
        self.ascending.get(from..to.max(from)).unwrap_or_default()
    }

    /// Keeps the places whose number is within limits, both inclusive; no number is within none.
    pub fn keep_within(&self, places: &mut Places, least: f64, most: f64) {
        // All numbers of a word are compared, wanted or not: without a branch for each, that is much faster.
        let bit = |(number, at): (&f64, u32)| u64::from((*number >= least) & (*number <= most)) << at;
        places.intersect_words(|at| {
            let numbers = self.of_place.chunks(Places::WORD).nth(at).unwrap_or_default();
            numbers.iter().zip(0..).map(bit).fold(0, |bits, bit| bits | bit)
        });
    }
}
