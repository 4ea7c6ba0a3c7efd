//! Looking words up in either half of the catalogue at the same time.

use super::QueryPlan;
use crate::domain::{
    catalogue::Places,
    two_cores::{MANY, at_once},
};

/// Looks words up among the allowed products: when many may have them, in either half at the same time, and joins what was found.
pub(super) fn in_halves<T: Send>(
    plan: &QueryPlan,
    allowed: &Places,
    look_up: impl Fn(&Places) -> T + Sync,
    join: impl FnOnce(T, T) -> T,
) -> T {
    let products = plan.holders().min(allowed.count()) as usize;
    if products < MANY {
        return look_up(allowed);
    }
    let (lower, upper) = allowed.halves();
    let (lower, upper) = at_once(products, || look_up(&lower), || look_up(&upper));
    join(lower, upper)
}

#[cfg(test)]
mod tests {
    use super::{super::PlanWord, *};

    #[test]
    fn halves_are_looked_up_apart_only_when_many_products_may_have_the_words() {
        let word = |count| PlanWord { text: "sofa".into(), forms: Vec::new(), count, weight: 1.0, in_category: false };
        let pieces = |count: u32, size: u32| {
            let plan = QueryPlan { words: vec![word(count)], ..QueryPlan::default() };
            let look_up = |within: &Places| vec![within.iter().collect::<Vec<u32>>()];
            let found = in_halves(&plan, &Places::all(size), look_up, |lower, upper| [lower, upper].concat());
            assert_eq!(found.concat(), (0..size).collect::<Vec<u32>>());
            found.len()
        };
        let many = MANY as u32;
        assert_eq!([pieces(many, many), pieces(many, many - 1), pieces(many - 1, many)], [2, 1, 1]);
    }
}
