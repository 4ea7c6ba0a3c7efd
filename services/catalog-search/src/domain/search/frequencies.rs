//! How often products have a word.

use super::spares::{Row, Spares};

static SPARES: Spares<f32> = Spares::new();

/// A number for each place, of which most have none.
pub struct Frequencies(Row<f32>);

impl Frequencies {
    /// No place out of `size` has a number.
    #[must_use]
    pub fn new(size: u32) -> Self {
        Self(SPARES.take(size as usize))
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
    fn known(&mut self, place: u32) -> &mut f32 {
        let Row { of, touched } = &mut self.0;
        let known = &mut of[place as usize];
        if *known == 0.0 {
            touched.push(place);
        }
        known
    }

    /// The places that have a number, in the order in which they got it.
    pub(super) fn places(&self) -> &[u32] {
        &self.0.touched
    }

    /// The number of a place; 0 where there is none.
    pub(super) fn get(&self, place: u32) -> f32 {
        self.0.of[place as usize]
    }

    /// Replaces each number; a place whose new one is 0 has none any more.
    pub(super) fn map(&mut self, new: impl Fn(u32, f32) -> f32) {
        let Row { of, touched } = &mut self.0;
        touched.retain(|place| {
            let known = &mut of[*place as usize];
            *known = new(*place, *known);
            *known != 0.0
        });
    }

    /// Takes all numbers out.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = (u32, f32)> {
        let Row { of, touched } = &mut self.0;
        touched.drain(..).map(|place| (place, std::mem::take(&mut of[place as usize])))
    }
}

impl Drop for Frequencies {
    fn drop(&mut self) {
        SPARES.keep(std::mem::take(&mut self.0));
    }
}
