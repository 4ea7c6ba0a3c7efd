//! Prices: from a design's place in its kind's range, its material and its size, rounded the way shops round.

use crate::rng::Rng;

/// A price in cents, from whole dollars, rounded down to a usual price point: 34.95, 89, 249, 1149.
pub(crate) fn price_point(dollars: f64) -> i64 {
    let whole = dollars.max(1.0) as i64;
    match whole {
        ..60 => (whole / 5 * 5 + 4) * 100 + 95,
        60..1000 => (whole / 10 * 10 + 9) * 100,
        _ => (whole / 50 * 50 + 49) * 100,
    }
}

/// The dollars that a design asks before rounding: `grade` is its place in the range.
pub(crate) fn asking_price(range: [u32; 2], grade: f64, material_factor: f64, size_factor: f64) -> f64 {
    let [low, high] = range.map(f64::from);
    (low + (high - low) * grade) * material_factor * size_factor
}

/// An earlier price, a fifth to a third higher.
pub(crate) fn earlier_price(cents: i64, rng: &mut Rng) -> i64 {
    let percent = f64::from(rng.between(120, 133));
    price_point(cents as f64 / 100.0 * percent / 100.0)
}

#[cfg(test)]
mod tests {
    use super::{asking_price, price_point};

    #[test]
    fn prices_end_the_way_shops_end_them() {
        assert_eq!(price_point(32.0), 3495);
        assert_eq!(price_point(81.7), 8900);
        assert_eq!(price_point(243.0), 24_900);
        assert_eq!(price_point(1120.0), 114_900);
    }

    #[test]
    fn a_better_grade_and_a_dearer_material_cost_more() {
        let plain = asking_price([100, 300], 0.2, 1.0, 1.0);
        assert!(asking_price([100, 300], 0.5, 1.0, 1.0) > plain);
        assert!(asking_price([100, 300], 0.2, 1.3, 1.0) > plain);
    }
}
