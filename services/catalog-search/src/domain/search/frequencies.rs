//! How often products have a word.

/// A number for each place of a stretch, of which most have none.
pub struct Frequencies {
    begin: u32,
    of: Vec<f32>,
    /// The places that have a number, in the order in which they got it.
    places: Vec<u32>,
}

impl Frequencies {
    /// None of the `length` places from `begin` on has a number.
    #[must_use]
    pub fn new(begin: u32, length: u32) -> Self {
        Self { begin, of: vec![0.0; length as usize], places: Vec::new() }
    }

    /// Goes over to the places from `begin` on, none of which has a number.
    pub(super) fn go_to(&mut self, begin: u32) {
        self.drain().for_each(drop);
        self.begin = begin;
    }

    /// Adds to the number of a place, which must exist; only what is above zero counts.
    #[inline]
    pub fn add(&mut self, place: u32, frequency: f32) {
        *self.known(place) += frequency;
    }

    /// Raises the number of a place, which must exist, to this one where it is less.
    pub(super) fn raise(&mut self, place: u32, value: f32) {
        let known = self.known(place);
        *known = known.max(value);
    }

    /// The number of a place, which gets one with this.
    #[inline]
    fn known(&mut self, place: u32) -> &mut f32 {
        let known = &mut self.of[(place - self.begin) as usize];
        if *known == 0.0 {
            self.places.push(place);
        }
        known
    }

    /// The places that have a number, in the order in which they got it.
    pub(super) fn places(&self) -> &[u32] {
        &self.places
    }

    /// The number of a place; 0 where there is none.
    #[must_use]
    pub fn get(&self, place: u32) -> f32 {
        self.of[(place - self.begin) as usize]
    }

    /// Replaces each number; a place whose new one is 0 has none any more.
    pub(super) fn map(&mut self, new: impl Fn(u32, f32) -> f32) {
        let Self { begin, of, places } = self;
        places.retain(|place| {
            let known = &mut of[(*place - *begin) as usize];
            *known = new(*place, *known);
            *known != 0.0
        });
    }

    /// Takes all numbers out.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = (u32, f32)> {
        let Self { begin, of, places } = self;
        places.drain(..).map(|place| (place, std::mem::take(&mut of[(place - *begin) as usize])))
    }
}
