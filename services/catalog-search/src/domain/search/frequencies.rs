//! How often products have a word.

/// A number for each place, of which most have none.
pub struct Frequencies {
    of: Vec<f32>,
    /// Places that have a number, in the order in which they got it.
    places: Vec<u32>,
}

impl Frequencies {
    /// No place out of `size` has a number.
    #[must_use]
    pub fn new(size: u32) -> Self {
        Self { of: vec![0.0; size as usize], places: Vec::new() }
    }

    /// Adds to the number of a place, which must exist; only what is above zero counts.
    #[inline]
    pub fn add(&mut self, place: u32, frequency: f32) {
        let known = &mut self.of[place as usize];
        if *known == 0.0 {
            self.places.push(place);
        }
        *known += frequency;
    }

    /// Raises the number of a place, which must exist, to this one where it is less.
    pub(super) fn raise(&mut self, place: u32, value: f32) {
        let known = &mut self.of[place as usize];
        if *known == 0.0 {
            self.places.push(place);
        }
        *known = known.max(value);
    }

    /// Whether no place has a number.
    pub(super) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The number of a place; 0 where there is none.
    pub(super) fn get(&self, place: u32) -> f32 {
        self.of[place as usize]
    }

    /// Replaces each number; a place whose new one is 0 has none any more.
    pub(super) fn map(&mut self, new: impl Fn(u32, f32) -> f32) {
        let of = &mut self.of;
        self.places.retain(|place| {
            let known = &mut of[*place as usize];
            *known = new(*place, *known);
            *known != 0.0
        });
    }

    /// Takes all numbers out.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = (u32, f32)> {
        let of = &mut self.of;
        self.places.drain(..).map(|place| (place, std::mem::take(&mut of[place as usize])))
    }
}
