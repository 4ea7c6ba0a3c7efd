//! How often products have a word.

use crate::domain::catalogue::Stretch;

/// A number for each place of a stretch, of which many have none.
pub struct Frequencies {
    begin: u32,
    of: Vec<f32>,
    /// One bit for each place that has a number. A place is noted here whether it was or not: without a branch, of which no processor could
    /// tell the way.
    having: Vec<u64>,
}

/// Places that one word of bits tells about.
const WORD: usize = u64::BITS as usize;

impl Frequencies {
    /// None of the `length` places from `begin` on has a number.
    #[must_use]
    pub fn new(begin: u32, length: u32) -> Self {
        let length = length as usize;
        Self { begin, of: vec![0.0; length], having: vec![0; length.div_ceil(WORD)] }
    }

    /// Goes over to the places from `begin` on, none of which has a number.
    pub(super) fn go_to(&mut self, begin: u32) {
        let numbers = self.of.chunks_mut(WORD).zip(&mut self.having).filter(|(_, having)| **having != 0);
        for (numbers, having) in numbers {
            numbers.fill(0.0);
            *having = 0;
        }
        self.begin = begin;
    }

    /// The first of the places.
    pub(super) fn begin(&self) -> u32 {
        self.begin
    }

    /// Adds to the number of a place, which must exist.
    #[inline]
    pub fn add(&mut self, place: u32, frequency: f32) {
        *self.known(place) += frequency;
    }

    /// Adds to the numbers of those of the places, all of which must exist, that a stretch has.
    #[inline]
    pub fn add_within(&mut self, within: &Stretch, frequencies: impl Iterator<Item = (u32, f32)>) {
        let Self { begin, of, having } = self;
        let (of, having) = (of.as_mut_slice(), having.as_mut_slice());
        for (place, frequency) in frequencies {
            let at = (place - *begin) as usize;
            let wanted = within.bit(place);
            having[at / WORD] |= u64::from(wanted) << (at % WORD);
            // All bits of it or none: what is not wanted adds zero.
            of[at] += f32::from_bits(frequency.to_bits() & wanted.wrapping_neg());
        }
    }

    /// Raises the number of a place, which must exist, to this one where it is less.
    #[inline]
    pub(super) fn raise(&mut self, place: u32, value: f32) {
        let known = self.known(place);
        *known = known.max(value);
    }

    /// Notes that a place, which must exist, has a number, be it 0.
    #[inline]
    pub(super) fn note(&mut self, place: u32) {
        self.known(place);
    }

    /// The number of a place, which gets one with this.
    #[inline]
    fn known(&mut self, place: u32) -> &mut f32 {
        let at = (place - self.begin) as usize;
        self.having[at / WORD] |= 1 << (at % WORD);
        &mut self.of[at]
    }

    /// The number of a place; 0 where there is none.
    #[must_use]
    #[inline]
    pub fn get(&self, place: u32) -> f32 {
        self.of[(place - self.begin) as usize]
    }

    /// Goes through the places that have a number, be it 0, ascending, each with it.
    #[inline]
    pub(super) fn for_each(&self, mut visit: impl FnMut(u32, f32)) {
        let numbers = self.of.chunks(WORD).zip((self.begin..).step_by(WORD));
        for (having, (numbers, first)) in self.having.iter().zip(numbers) {
            let mut rest = *having;
            while rest != 0 {
                let at = rest.trailing_zeros();
                visit(first + at, numbers[at as usize]);
                rest &= rest - 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_kept_until_one_goes_on() {
        let mut frequencies = Frequencies::new(64, 130);
        frequencies.add(193, 1.0);
        frequencies.add(64, 0.5);
        frequencies.add(193, 1.0);
        frequencies.raise(70, 3.0);
        frequencies.raise(64, 0.25);
        frequencies.note(64);
        frequencies.note(65);
        let mut within = Stretch::around(64);
        within.insert(99);
        frequencies.add_within(&within, [(98, 1.0), (99, 2.0), (99, 0.5)].into_iter());
        let all = |frequencies: &Frequencies| {
            let mut all = Vec::new();
            frequencies.for_each(|place, number| all.push((place, number)));
            all
        };
        assert_eq!(all(&frequencies), [(64, 0.5), (65, 0.0), (70, 3.0), (99, 2.5), (193, 2.0)]);
        assert_eq!((frequencies.get(193), frequencies.get(192)), (2.0, 0.0));
        frequencies.go_to(0);
        assert_eq!((all(&frequencies), frequencies.get(6)), (Vec::new(), 0.0));
    }
}
