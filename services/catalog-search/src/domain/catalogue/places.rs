//! A set of products as one bit each.

use serde::{Deserialize, Serialize};

/// A set of places. All sets of a generation have the same number of bits.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Places {
    bits: Vec<u64>,
    /// How many places there are at all.
    size: u32,
}

impl Places {
    /// How many places one word of the set tells about.
    pub(super) const WORD: usize = 64;

    /// No place out of `size`.
    #[must_use]
    pub fn none(size: u32) -> Self {
        Self { bits: vec![0; (size as usize).div_ceil(64)], size }
    }

    /// Every place out of `size`.
    #[must_use]
    pub fn all(size: u32) -> Self {
        let mut places = Self { bits: vec![u64::MAX; (size as usize).div_ceil(64)], size };
        let rest = size % 64;
        if let Some(last) = places.bits.last_mut().filter(|_| rest > 0) {
            *last = (1 << rest) - 1;
        }
        places
    }

    /// Adds a place; one that does not exist is ignored.
    pub fn insert(&mut self, place: u32) {
        if place < self.size {
            self.bits[place as usize / 64] |= 1 << (place % 64);
        }
    }

    /// Takes a place away.
    pub fn remove(&mut self, place: u32) {
        if place < self.size {
            self.bits[place as usize / 64] &= !(1 << (place % 64));
        }
    }

    /// Whether it has a place.
    #[must_use]
    pub fn contains(&self, place: u32) -> bool {
        place < self.size && self.bits[place as usize / 64] >> (place % 64) & 1 == 1
    }

    /// Keeps the places for which `keep` holds.
    pub fn retain(&mut self, mut keep: impl FnMut(u32) -> bool) {
        for (word, at) in self.bits.iter_mut().zip(0_u32..) {
            let mut rest = *word;
            while rest != 0 {
                let bit = rest.trailing_zeros();
                rest &= rest - 1;
                if !keep(at * 64 + bit) {
                    *word &= !(1 << bit);
                }
            }
        }
    }

    /// Keeps what the words of another set have, too, by their numbers: one for each [`Self::WORD`] places, the lowest place in the lowest
    /// bit. It is not asked for those of which nothing is left.
    pub(super) fn intersect_words(&mut self, other: impl Fn(usize) -> u64) {
        let words = self.bits.iter_mut().enumerate().filter(|(_, word)| **word != 0);
        words.for_each(|(at, word)| *word &= other(at));
    }

    /// Goes through the places, ascending.
    pub fn for_each(&self, mut visit: impl FnMut(u32)) {
        for (word, at) in self.bits.iter().zip(0_u32..) {
            let mut rest = *word;
            while rest != 0 {
                visit(at * 64 + rest.trailing_zeros());
                rest &= rest - 1;
            }
        }
    }

    /// The first place from `from` on.
    #[must_use]
    pub fn next_from(&self, from: u32) -> Option<u32> {
        let at = from as usize / 64;
        let first = self.bits.get(at)? & (u64::MAX << (from % 64));
        if first != 0 {
            return Some(at as u32 * 64 + first.trailing_zeros());
        }
        let rest = self.bits[at + 1..].iter().zip(at as u32 + 1..);
        rest.into_iter().find(|(word, _)| **word != 0).map(|(word, at)| at * 64 + word.trailing_zeros())
    }

    /// The stretches of the catalogue in which there are places, ascending.
    pub fn stretches(&self) -> impl Iterator<Item = Stretch> + '_ {
        let begins = (0..).step_by(Stretch::LENGTH as usize);
        let stretches = self.bits.chunks(Stretch::WORDS).zip(begins).map(|(bits, begin)| {
            let mut stretch = Stretch { begin, bits: [0; Stretch::WORDS] };
            stretch.bits[..bits.len()].copy_from_slice(bits);
            stretch
        });
        stretches.filter(|stretch| !stretch.is_empty())
    }

    /// Keeps what the other one has, too.
    pub fn intersect(&mut self, other: &Self) {
        self.bits.iter_mut().zip(&other.bits).for_each(|(mine, theirs)| *mine &= theirs);
    }

    /// The places that are not in the set.
    #[must_use]
    pub fn others(&self) -> Self {
        let mut others = Self::all(self.size);
        others.subtract(self);
        others
    }

    /// Adds what the other one has.
    pub fn unite(&mut self, other: &Self) {
        self.bits.iter_mut().zip(&other.bits).for_each(|(mine, theirs)| *mine |= theirs);
    }

    /// Takes away what the other one has.
    pub fn subtract(&mut self, other: &Self) {
        self.bits.iter_mut().zip(&other.bits).for_each(|(mine, theirs)| *mine &= !theirs);
    }

    /// The lower and the upper places, about as many of each.
    #[must_use]
    pub fn halves(&self) -> (Self, Self) {
        let (mut lower, mut upper) = (Self::none(self.size), self.clone());
        let (half, mut moved) = (self.count() / 2, 0);
        for (to, from) in lower.bits.iter_mut().zip(&mut upper.bits) {
            if moved >= half {
                break;
            }
            moved += from.count_ones();
            *to = std::mem::take(from);
        }
        (lower, upper)
    }

    /// How many places there are at all, in the set or not.
    #[must_use]
    pub fn size(&self) -> u32 {
        self.size
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.bits.iter().map(|word| word.count_ones()).sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bits.iter().all(|word| *word == 0)
    }

    /// The places, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.bits.iter().zip(0_u32..).flat_map(|(word, at)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                Some(at * 64 + bit)
            })
        })
    }
}

/// A set of places that lie in one stretch of the catalogue.
#[derive(Debug, Clone)]
pub struct Stretch {
    begin: u32,
    bits: [u64; Self::WORDS],
}

impl Stretch {
    /// Places of a stretch: so few that what is noted about each of them stays in a core's own memory.
    pub const LENGTH: u32 = 8_192;
    const WORDS: usize = Self::LENGTH as usize / 64;

    /// No place of the stretch in which one lies.
    #[must_use]
    pub fn around(place: u32) -> Self {
        Self { begin: place - place % Self::LENGTH, bits: [0; Self::WORDS] }
    }

    /// Its first place, whether that is in the set or not.
    #[must_use]
    pub fn begin(&self) -> u32 {
        self.begin
    }

    /// The place just behind it.
    #[must_use]
    pub fn end(&self) -> u32 {
        self.begin.saturating_add(Self::LENGTH)
    }

    /// Adds a place; one that lies elsewhere is ignored.
    pub fn insert(&mut self, place: u32) {
        if let Some(word) = self.bits.get_mut(place.wrapping_sub(self.begin) as usize / 64) {
            *word |= 1 << (place % 64);
        }
    }

    /// Whether it has a place.
    #[must_use]
    pub fn contains(&self, place: u32) -> bool {
        self.bit(place) == 1
    }

    /// 1 if it has a place, else 0.
    #[must_use]
    #[inline]
    pub fn bit(&self, place: u32) -> u32 {
        let word = self.bits.get(place.wrapping_sub(self.begin) as usize / 64);
        word.map_or(0, |word| (word >> (place % 64)) as u32 & 1)
    }

    /// The first place from `from` on.
    #[must_use]
    pub fn next_from(&self, from: u32) -> Option<u32> {
        let from = from.max(self.begin);
        let at = (from - self.begin) as usize / 64;
        let first = self.bits.get(at)? & (u64::MAX << (from % 64));
        let rest = self.bits.iter().copied().enumerate().skip(at + 1);
        let (at, word) = std::iter::once((at, first)).chain(rest).find(|(_, word)| *word != 0)?;
        Some(self.begin + at as u32 * 64 + word.trailing_zeros())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bits.iter().all(|word| *word == 0)
    }
}

impl Extend<u32> for Places {
    fn extend<T: IntoIterator<Item = u32>>(&mut self, places: T) {
        places.into_iter().for_each(|place| self.insert(place));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn behaves_like_a_set(size in 1_u32..200, a in prop::collection::btree_set(0_u32..200, 0..40), b in prop::collection::btree_set(0_u32..200, 0..40)) {
            let within = |set: &BTreeSet<u32>| -> BTreeSet<u32> { set.iter().copied().filter(|place| *place < size).collect() };
            let (a, b) = (within(&a), within(&b));
            let places = |set: &BTreeSet<u32>| { let mut places = Places::none(size); places.extend(set.iter().copied()); places };
            let (mut both, mut less, mut either) = (places(&a), places(&a), places(&a));
            both.intersect(&places(&b));
            either.unite(&places(&b));
            less.subtract(&places(&b));
            prop_assert_eq!(either.iter().collect::<BTreeSet<_>>(), &a | &b);
            prop_assert_eq!(both.iter().collect::<BTreeSet<_>>(), &a & &b);
            prop_assert_eq!(less.iter().collect::<BTreeSet<_>>(), &a - &b);
            let mut kept = places(&a);
            kept.retain(|place| !b.contains(&place));
            prop_assert_eq!(&kept, &less);
            let (mut lower, upper) = either.halves();
            prop_assert!(lower.count().abs_diff(upper.count()) <= 128);
            prop_assert!(lower.iter().max().unwrap_or(0) <= upper.iter().min().unwrap_or(size));
            lower.unite(&upper);
            prop_assert_eq!(&lower, &either);
            for from in 0..=size {
                prop_assert_eq!(kept.next_from(from), kept.iter().find(|place| *place >= from));
            }
            let mut visited = Vec::new();
            kept.for_each(|place| visited.push(place));
            prop_assert_eq!(visited, kept.iter().collect::<Vec<_>>());
            prop_assert_eq!(Places::all(size).count(), size);
            prop_assert_eq!(less.others().iter().collect::<BTreeSet<_>>(), (0..size).filter(|place| !less.contains(*place)).collect());
            prop_assert_eq!(less.count() as usize, (&a - &b).len());
        }

        #[test]
        fn stretches_have_the_places_between_them(set in prop::collection::btree_set(0_u32..40_000, 0..40), from in 0_u32..40_000) {
            let mut places = Places::none(40_000);
            places.extend(set.iter().copied());
            let mut found = BTreeSet::new();
            for stretch in places.stretches() {
                let within = |place: &u32| (stretch.begin()..stretch.end()).contains(place);
                found.extend((stretch.begin()..stretch.end()).filter(|place| stretch.contains(*place)));
                prop_assert_eq!(stretch.next_from(from), set.range(from..).copied().find(within));
                let mut copy = Stretch::around(stretch.begin() + 7);
                set.iter().for_each(|place| copy.insert(*place));
                prop_assert_eq!((copy.begin(), copy.bits), (stretch.begin(), stretch.bits));
            }
            prop_assert_eq!(found, set);
        }
    }
}
