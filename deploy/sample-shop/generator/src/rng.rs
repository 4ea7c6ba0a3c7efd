//! A small seeded generator (SplitMix64). It is written out here so that an upgrade of a library can never change the committed files.

/// A stream of pseudo-random numbers.
pub(crate) struct Rng(u64);

impl Rng {
    /// A stream of its own for each name: a new template does not disturb the products of the others.
    pub(crate) fn named(name: &str) -> Self {
        // FNV-1a
        let seed = name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self(seed)
    }

    /// A stream of its own, told by this one.
    pub(crate) fn fork(&mut self) -> Self {
        Self(self.next())
    }

    /// One of the items, the first ones more often: the share of the item at `n` falls about with `1 / n`.
    pub(crate) fn pick_early<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let unit = self.next() as f64 / u64::MAX as f64;
        // The power of the length that a uniform draw gives is spread as `1 / n` over the items.
        let at = (items.len() as f64 + 1.0).powf(unit) - 1.0;
        items.get((at as usize).min(items.len().saturating_sub(1)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        let span = u64::from(high.max(low) - low) + 1;
        low + u32::try_from(self.next() % span).unwrap_or(0)
    }

    /// True `percent` times out of a hundred.
    pub(crate) fn chance(&mut self, percent: u32) -> bool {
        self.between(0, 99) < percent
    }

    /// One of the items; none when there are none.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let last = u32::try_from(items.len().checked_sub(1)?).ok()?;
        items.get(self.between(0, last) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::Rng;

    #[test]
    fn a_name_gives_the_same_stream_each_time_and_another_name_another_one() {
        let draw = |name: &str| {
            let mut rng = Rng::named(name);
            (0..8).map(|_| rng.between(0, 1_000_000)).collect::<Vec<_>>()
        };
        assert_eq!(draw("desk"), draw("desk"));
        assert_ne!(draw("desk"), draw("sofa"));
    }

    #[test]
    fn a_draw_stays_between_its_ends_and_reaches_them() {
        let mut rng = Rng::named("ends");
        let drawn: Vec<u32> = (0..500).map(|_| rng.between(3, 6)).collect();
        assert_eq!(drawn.iter().min(), Some(&3));
        assert_eq!(drawn.iter().max(), Some(&6));
    }
}
