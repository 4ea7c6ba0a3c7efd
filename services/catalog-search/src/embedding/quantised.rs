//! Vectors in one byte a number: a quarter of the memory, and whole-number products that processors are quick at. What the rounding costs
//! is far below what tells two products apart.

/// A vector as whole numbers from -127 to 127 and what one of them is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantised {
    /// The numbers.
    pub values: Vec<i8>,
    /// What 1 stands for.
    pub scale: f32,
}

impl Quantised {
    /// Rounds a vector.
    #[must_use]
    pub fn new(vector: &[f32]) -> Self {
        let largest = vector.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
        Self { values: vector.iter().map(|value| (value / scale).round() as i8).collect(), scale }
    }
}

/// The inner product of a vector, given in wider numbers, with one given as bytes. Written so that the compiler makes vector instructions
/// of it.
pub(super) fn inner_product(wide: &[i16], bytes: &[u8]) -> i32 {
    wide.iter().zip(bytes).map(|(a, b)| i32::from(*a) * i32::from(i16::from(b.cast_signed()))).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn keeps_inner_products(a in prop::collection::vec(-1.0_f32..1.0, 64), b in prop::collection::vec(-1.0_f32..1.0, 64)) {
            let exact: f32 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
            let (qa, qb) = (Quantised::new(&a), Quantised::new(&b));
            let wide: Vec<i16> = qa.values.iter().map(|value| i16::from(*value)).collect();
            let bytes: Vec<u8> = qb.values.iter().map(|value| value.cast_unsigned()).collect();
            let product = inner_product(&wide, &bytes) as f32 * qa.scale * qb.scale;
            // Each of the 64 products is off by at most half a step of either factor.
            prop_assert!((product - exact).abs() <= 64.0 * (qa.scale + qb.scale) * 0.51, "{product} {exact}");
        }
    }

    #[test]
    fn nothing_is_nothing() {
        assert_eq!(Quantised::new(&[0.0, 0.0]), Quantised { values: vec![0, 0], scale: 1.0 });
    }
}
