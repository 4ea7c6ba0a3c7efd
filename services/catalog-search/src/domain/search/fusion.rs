//! Joining what words found with what is near in meaning.
//!
//! The two kinds of score have nothing in common, so neither is taken as it is: a match by words counts by its rank, nearness by how far
//! behind the nearest product it is. What is near in meaning also joins the matches, within limits: something is always nearest, and a shop
//! that has no such thing must be able to say so.

use std::collections::HashMap;

use super::{
    QueryPlan, ScorePart, SearchQuery, Sort,
    rank::{Ranking, TITLE},
};
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
/// What nearness counts beside the words when the query denies something: vectors hardly tell "without" from "with".
const NEARNESS_OF_DENIALS: f64 = 0.5;

/// What the joined products are worth.
#[derive(Debug, Default)]
pub(super) struct Fused {
    worth: HashMap<u32, Worth>,
    /// Similarity of the nearest product of all.
    best: f32,
    /// What the nearest product's nearness counts.
    most: f64,
    /// Products whose title the query is: they stay in front.
    titled: Vec<u32>,
}

/// What one product is worth.
#[derive(Debug, Default, Clone, Copy)]
struct Worth {
    /// Its rank among the matches by words, from 0.
    rank: Option<usize>,
    /// How near it is in meaning.
    similarity: Option<f32>,
}

/// Joins what is near in meaning with the matches. Products that the words did not find join only where results are in order of relevance:
/// in any other order the furthest of them could come first.
pub(super) fn fuse(
    ranking: &mut Ranking,
    plan: &QueryPlan,
    query: &SearchQuery,
    allowed: &Places,
    catalogue: &Catalogue,
    neighbours: &dyn Neighbours,
) -> Fused {
    if query.sort != Sort::Relevance || plan.words.is_empty() || !plan.references.is_empty() {
        return Fused::default();
    }
    let near = neighbours.nearest(allowed, DEPTH);
    let best = near.first().map_or(0.0, |(_, similarity)| *similarity);
    let matched = ranking.places(catalogue);
    // Where the taxonomy cannot tell what things are, a word that nobody has says little.
    let lacks_something = catalogue.is_furniture() && !plan.unknown.is_empty();
    let least = least_similarity(lacks_something, matched.is_empty(), best);
    let near = near.into_iter().filter(|(place, similarity)| matched.contains(*place) || *similarity >= least);
    let front = ranking.page(catalogue, Sort::Relevance, 0, DEPTH);
    let most = if plan.denied.is_empty() { 1.0 } else { NEARNESS_OF_DENIALS };
    let mut fused = Fused::new(front.into_iter().map(|(place, _)| place), near, best, most);
    fused.titled.clone_from(&plan.titled);
    ranking.reorder(&fused.points(), rank_worth(DEPTH));
    fused
}

/// How similar a product must be that the words did not find.
fn least_similarity(lacks_something: bool, found_nothing: bool, best: f32) -> f32 {
    if lacks_something {
        // A word that no product has: whatever is near lacks the very thing.
        f32::INFINITY
    } else if found_nothing {
        SAME_THING
    } else {
        LEAST_SIMILAR.max(best - REACH)
    }
}

fn rank_worth(rank: usize) -> f64 {
    HALF_WORTH / (HALF_WORTH + rank as f64)
}

impl Fused {
    fn new(words: impl Iterator<Item = u32>, near: impl Iterator<Item = (u32, f32)>, best: f32, most: f64) -> Self {
        let ranked = words.zip(0..).map(|(place, rank)| (place, Worth { rank: Some(rank), similarity: None }));
        let mut worth: HashMap<u32, Worth> = ranked.collect();
        for (place, similarity) in near {
            worth.entry(place).or_default().similarity = Some(similarity);
        }
        Self { worth, best, most, titled: Vec::new() }
    }

    /// What each product is worth by its rank among the matches and by its nearness, added.
    fn points(&self) -> HashMap<u32, f64> {
        let points = |worth: &Worth| {
            worth.rank.map_or(0.0, rank_worth) + worth.similarity.map_or(0.0, |similarity| self.nearness(similarity))
        };
        self.worth.iter().map(|(place, worth)| (*place, points(worth) + self.title(*place))).collect()
    }

    fn title(&self, place: u32) -> f64 {
        if self.titled.contains(&place) { TITLE } else { 0.0 }
    }

    fn nearness(&self, similarity: f32) -> f64 {
        self.most * f64::from((1.0 - (self.best - similarity) / REACH).max(0.0))
    }

    /// Takes the score of one hit apart. What its words were worth among themselves is kept, as a remark.
    pub(super) fn explain(&self, place: u32, by_words: Vec<ScorePart>) -> Vec<ScorePart> {
        let Some(worth) = self.worth.get(&place) else { return by_words };
        let by_rank = worth.rank.map(|rank| {
            let detail = format!("number {} of what the words found", rank + 1);
            ScorePart { about: "words".to_owned(), detail, points: rank_worth(rank) }
        });
        let by_meaning = worth.similarity.map(|similarity| {
            let detail = format!("similarity {similarity:.3}, the nearest {:.3}", self.best);
            ScorePart { about: "meaning".to_owned(), detail, points: self.nearness(similarity) }
        });
        let by_title = self.titled.contains(&place).then(|| {
            let detail = "the query is its title".to_owned();
            ScorePart { about: "title".to_owned(), detail, points: self.title(place) }
        });
        let remarks = by_words.into_iter().map(|part| ScorePart {
            detail: format!("{} ({:+.2} among the words)", part.detail, part.points),
            points: 0.0,
            ..part
        });
        by_title.into_iter().chain(by_rank).chain(by_meaning).chain(remarks).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(words: &[u32], near: &[(u32, f32)]) -> Vec<u32> {
        let best = near.first().map_or(0.0, |(_, best)| *best);
        let points = Fused::new(words.iter().copied(), near.iter().copied(), best, 1.0).points();
        let mut places: Vec<u32> = points.keys().copied().collect();
        places.sort_by(|a, b| points[b].total_cmp(&points[a]).then(a.cmp(b)));
        places
    }

    #[test]
    fn what_both_find_comes_before_what_one_finds() {
        assert_eq!(order(&[7, 8], &[(9, 0.90), (8, 0.89), (5, 0.80)]), [8, 7, 9, 5]);
    }

    #[test]
    fn one_of_them_alone_keeps_its_order() {
        assert_eq!(order(&[3, 1, 2], &[]), [3, 1, 2]);
        assert_eq!(order(&[], &[(3, 0.9), (1, 0.85), (2, 0.8)]), [3, 1, 2]);
    }

    #[test]
    fn nothing_found_by_words_asks_for_the_same_thing() {
        assert_eq!(least_similarity(false, true, 0.9), SAME_THING);
        assert!((least_similarity(false, false, 0.9) - (0.9 - REACH)).abs() < 1e-6);
        assert_eq!(least_similarity(false, false, 0.6), LEAST_SIMILAR);
        assert_eq!(least_similarity(true, false, 0.9), f32::INFINITY);
        assert_eq!(least_similarity(true, true, 0.9), f32::INFINITY);
    }

    #[test]
    fn the_parts_of_an_explanation_sum_up_to_the_score() {
        let fused = Fused::new([3, 4].into_iter(), [(4, 0.9), (5, 0.85)].into_iter(), 0.9, 0.5);
        let word = ScorePart { about: "\"desk\"".to_owned(), detail: "title 1.00".to_owned(), points: 2.5 };
        for place in [3, 4, 5] {
            let parts = fused.explain(place, vec![word.clone()]);
            let sum: f64 = parts.iter().map(|part| part.points).sum();
            assert!((sum - fused.points()[&place]).abs() < 1e-9, "{place}");
        }
        assert_eq!(fused.explain(6, vec![word.clone()]), [word]);
    }
}
