//! Words that stand together in the query and together in a title, in the same order, belong together.

use super::{QueryPlan, WordIndex};

/// How many of the best matches are looked at: what stands further behind is not brought to the front by the order of its words.
pub(super) const LOOKED_AT: usize = 200;
/// What a pair of words side by side is worth, of what its rarer word is.
const SIDE_BY_SIDE: f32 = 0.3;
/// Words further apart than this are not near.
const NEAR: u32 = 4;

/// What the order of the words in its title is worth for each of the places, which must ascend.
pub(super) fn worths(plan: &QueryPlan, index: &dyn WordIndex, places: &[u32]) -> Vec<f64> {
    let mut worths = vec![0.0; places.len()];
    let positions: Vec<Vec<Vec<u32>>> =
        plan.words.iter().map(|word| index.title_positions(&word.text, places)).collect();
    for (pair, at) in plan.words.windows(2).zip(positions.windows(2)) {
        let worth = pair[0].weight.min(pair[1].weight) * SIDE_BY_SIDE;
        for (sum, (first, second)) in worths.iter_mut().zip(at[0].iter().zip(&at[1])) {
            *sum += f64::from(worth * nearness(first, second));
        }
    }
    worths
}

/// 1 side by side in order, less further apart or the other way round, 0 when not near.
fn nearness(first: &[u32], second: &[u32]) -> f32 {
    let one = |a: u32, b: u32| {
        let apart = a.abs_diff(b);
        let turned = if b < a { 2.0 } else { 1.0 };
        if apart == 0 || apart > NEAR { 0.0 } else { 1.0 / (apart as f32 * turned) }
    };
    first.iter().flat_map(|a| second.iter().map(move |b| one(*a, *b))).fold(0.0, f32::max)
}
