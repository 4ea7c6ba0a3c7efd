//! Joining what words found with what is near in meaning.
//!
//! The two kinds of score have nothing in common, so neither is taken as it is: a match by words counts by its rank, nearness by how far
//! behind the nearest product it is. What is near in meaning also joins the matches, within limits: something is always nearest, and a shop
//! that has no such thing must be able to say so.

use std::collections::HashMap;

use super::{QueryPlan, Sort, rank::Ranking};
use crate::domain::catalogue::{Catalogue, Places};

/// Where products near in meaning are looked up.
pub trait Neighbours {
    /// The nearest of the allowed places with their similarity (cosine, at most 1), nearest first.
    fn nearest(&self, allowed: &Places, limit: usize) -> Vec<(u32, f32)>;
}

/// How many matches by words, and how many near products, are joined. Nobody looks further back than that.
const DEPTH: usize = 400;
/// How slowly the worth of a match by words falls with its rank: the first counts 1, the one at this rank behind it a half.
const HALF_WORTH: f64 = 20.0;
/// How far behind the nearest product (in cosine) nearness is worth nothing any more. The nearest counts 1.
const REACH: f32 = 0.15;
/// What is less similar does not join the matches, however far away everything else is.
const LEAST_SIMILAR: f32 = 0.65;
/// When the words found nothing, only what is as similar as this is a match: another way to say the same.
const SAME_THING: f32 = 0.82;

/// Joins what is near in meaning with the matches. Products that the words did not find join only where results are in order of relevance:
/// in any other order the furthest of them could come first.
pub(super) fn fuse(
    ranking: &mut Ranking,
    plan: &QueryPlan,
    sort: Sort,
    allowed: &Places,
    catalogue: &Catalogue,
    neighbours: &dyn Neighbours,
) {
    if sort != Sort::Relevance || plan.words.is_empty() || !plan.references.is_empty() {
        return;
    }
    let near = neighbours.nearest(allowed, DEPTH);
    let best = near.first().map_or(0.0, |(_, similarity)| *similarity);
    let matched = ranking.places(catalogue);
    let least = least_similarity(plan, &matched, best);
    let near = near.into_iter().filter(|(place, similarity)| matched.contains(*place) || *similarity >= least);
    let front = ranking.page(catalogue, Sort::Relevance, 0, DEPTH);
    let points = points(front.iter().map(|(place, _)| *place), near, best);
    ranking.reorder(&points);
}

/// How similar a product must be that the words did not find.
fn least_similarity(plan: &QueryPlan, matched: &Places, best: f32) -> f32 {
    if !plan.unknown.is_empty() {
        // A word that no product has: whatever is near lacks the very thing.
        f32::INFINITY
    } else if matched.is_empty() {
        SAME_THING
    } else {
        LEAST_SIMILAR.max(best - REACH)
    }
}

/// What each product is worth by its rank among the matches and by its nearness, added.
fn points(words: impl Iterator<Item = u32>, near: impl Iterator<Item = (u32, f32)>, best: f32) -> HashMap<u32, f64> {
    let by_rank = |rank: usize| HALF_WORTH / (HALF_WORTH + rank as f64);
    let by_nearness = |similarity: f32| f64::from((1.0 - (best - similarity) / REACH).max(0.0));
    let mut points: HashMap<u32, f64> = words.zip(0..).map(|(place, rank)| (place, by_rank(rank))).collect();
    for (place, similarity) in near {
        *points.entry(place).or_insert(0.0) += by_nearness(similarity);
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(words: &[u32], near: &[(u32, f32)]) -> Vec<u32> {
        let points = points(words.iter().copied(), near.iter().copied(), near.first().map_or(0.0, |(_, best)| *best));
        let mut places: Vec<u32> = points.keys().copied().collect();
        places.sort_by(|a, b| points[b].total_cmp(&points[a]));
        places
    }

    #[test]
    fn what_both_find_comes_before_what_one_finds() {
        assert_eq!(order(&[7, 8], &[(9, 0.90), (8, 0.89), (5, 0.80)]), [8, 9, 7, 5]);
    }

    #[test]
    fn one_of_them_alone_keeps_its_order() {
        assert_eq!(order(&[3, 1, 2], &[]), [3, 1, 2]);
        assert_eq!(order(&[], &[(3, 0.9), (1, 0.85), (2, 0.8)]), [3, 1, 2]);
    }

    #[test]
    fn nothing_found_by_words_asks_for_the_same_thing() {
        let (none, some) = (Places::none(2), Places::all(2));
        let plan = QueryPlan::default();
        assert_eq!(least_similarity(&plan, &none, 0.9), SAME_THING);
        assert!((least_similarity(&plan, &some, 0.9) - 0.75).abs() < 1e-6);
        assert_eq!(least_similarity(&plan, &some, 0.6), LEAST_SIMILAR);
        let unknown = QueryPlan { unknown: vec!["zither".to_owned()], ..QueryPlan::default() };
        assert_eq!(least_similarity(&unknown, &some, 0.9), f32::INFINITY);
        assert_eq!(least_similarity(&unknown, &none, 0.9), f32::INFINITY);
    }
}
