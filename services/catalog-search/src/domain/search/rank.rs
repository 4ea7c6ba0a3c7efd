//! Which products match the words, and in what order.

use std::{cmp::Ordering, collections::HashMap};

use itertools::Itertools as _;

use super::{
    QueryPlan, Sort, WordIndex,
    cover::covering,
    denial,
    halves::in_halves,
    nearness,
    tally::{Counter, Tally},
};
use crate::domain::{
    catalogue::{Catalogue, Filters, Places},
    taxonomy::TermKind,
};

/// Share of the query's telling words that a product must have to count as a match. Below it, the rest of the words was about something
/// else: a "gaming fridge" is no gaming chair.
const LEAST_COVERAGE: f32 = 0.4;
/// The same for a query with a word that nothing in the catalogue has: it is more likely to be about that.
const LEAST_COVERAGE_WITH_UNKNOWN: f32 = 0.5;
/// The same where the taxonomy cannot tell what things are: words rank there and hardly exclude.
const LEAST_COVERAGE_ELSEWHERE: f32 = 0.25;
/// What being mainly of the wanted category is worth against being filed there as well.
pub(super) const MAIN_CATEGORY: f64 = 100.0;
/// What it is worth that the query is the product's title: more than anything that its words may tell.
pub(super) const TITLE: f64 = 1_000.0;

/// The matches with their scores.
pub(super) struct Ranking {
    matches: Vec<(u32, f64)>,
}

/// Which of the allowed products match, in no order and whatever their scores are: much less to do than ranking them.
pub(super) fn matching(
    plan: &QueryPlan,
    allowed: &Places,
    catalogue: &Catalogue,
    index: &dyn WordIndex,
    filters: &Filters,
) -> Places {
    if plan.is_empty() {
        return allowed.clone();
    }
    if !plan.references.is_empty() {
        let mut places = catalogue.no_places();
        places.extend(plan.references.iter().copied());
        places.intersect(allowed);
        return places;
    }
    let matching = covering(plan, allowed, least_weight(plan, catalogue, filters), catalogue, index);
    if matching.is_empty() && has_category_alone(plan, filters) { allowed.clone() } else { matching }
}

/// Looks the words up among the allowed products.
pub(super) fn rank(
    plan: &QueryPlan,
    allowed: &Places,
    titled: &Places,
    catalogue: &Catalogue,
    index: &dyn WordIndex,
    filters: &Filters,
) -> Ranking {
    let wanted = wanted_categories(plan, catalogue, filters);
    let mut matches = if !plan.references.is_empty() {
        plan.references.iter().filter(|place| allowed.contains(**place)).map(|place| (*place, 1.0)).collect()
    } else if plan.is_empty() {
        allowed.iter().map(|place| (place, 0.0)).collect()
    } else {
        by_words(plan, allowed, catalogue, index, filters)
    };
    if !titled.is_empty() {
        // Words that a title denies, or has in another sense, may even have kept it from matching.
        matches.retain(|(place, _)| !titled.contains(*place));
        matches.extend(titled.iter().filter(|place| allowed.contains(*place)).map(|place| (place, TITLE)));
    }
    if !wanted.is_empty() {
        let mainly = catalogue.mainly(&wanted);
        for (_, score) in matches.iter_mut().filter(|(place, _)| mainly(*place)) {
            *score += MAIN_CATEGORY;
        }
    }
    Ranking { matches }
}

/// The categories that are asked for, by the caller or else by the words.
pub(super) fn wanted_categories(plan: &QueryPlan, catalogue: &Catalogue, filters: &Filters) -> Vec<String> {
    let categories = if filters.categories.is_empty() { &plan.categories } else { &filters.categories };
    categories.iter().map(|name| catalogue.canonical(TermKind::Category, name)).collect()
}

fn by_words(
    plan: &QueryPlan,
    allowed: &Places,
    catalogue: &Catalogue,
    index: &dyn WordIndex,
    filters: &Filters,
) -> Vec<(u32, f64)> {
    let least = least_weight(plan, catalogue, filters);
    let known = weight_of_words(plan).max(f32::MIN_POSITIVE);
    let most = plan.holders().saturating_mul(2).min(allowed.count()) as usize;
    let scored = |within: &Places| {
        let mut counter = Counter::new(plan, least, catalogue, index);
        // A list of hundreds of thousands that grows is copied again and again: either half has room for both. What is not used costs nothing.
        let mut matches = Vec::with_capacity(most);
        for stretch in within.stretches() {
            counter
                .count(&stretch, |place, Tally { score, had }| matches.push((place, f64::from(score * had / known))));
        }
        matches
    };
    let mut matches = in_halves(plan, allowed, scored, |mut lower, upper| {
        lower.extend(upper);
        lower
    });
    if plan.words.len() > 1 {
        let front = front(&matches, nearness::LOOKED_AT);
        let places: Vec<u32> = front.iter().map(|at| matches[*at].0).collect();
        let worths = nearness::worths(plan, index, &places);
        front.into_iter().zip(worths).for_each(|(at, worth)| matches[at].1 += worth);
    }
    denial::apply(plan, catalogue, index, &mut matches);
    if matches.is_empty() && has_category_alone(plan, filters) {
        return allowed.iter().map(|place| (place, 0.0)).collect();
    }
    matches
}

/// Weight of the words that a product must have to match.
fn least_weight(plan: &QueryPlan, catalogue: &Catalogue, filters: &Filters) -> f32 {
    // Within a category that was asked for, a word that nothing has is a wish, not another thing.
    let within = !filters.categories.is_empty() || !plan.categories.is_empty();
    let unknown = if within { 0.0 } else { plan.unknown.len() as f32 * QueryPlan::weight_of(0, catalogue.len()) };
    (weight_of_words(plan) + unknown) * least_share(unknown, catalogue)
}

fn weight_of_words(plan: &QueryPlan) -> f32 {
    plan.words.iter().map(|word| word.weight).sum()
}

fn least_share(unknown: f32, catalogue: &Catalogue) -> f32 {
    match catalogue.is_furniture() {
        true if unknown > 0.0 => LEAST_COVERAGE_WITH_UNKNOWN,
        true => LEAST_COVERAGE,
        false => LEAST_COVERAGE_ELSEWHERE,
    }
}

/// Where the best matches stand among all, by place.
fn front(matches: &[(u32, f64)], size: usize) -> Vec<usize> {
    let best = (0..matches.len()).k_smallest_by(size, |a, b| {
        let (a, b) = (matches[*a], matches[*b]);
        b.1.total_cmp(&a.1).then(a.0.cmp(&b.0))
    });
    let mut best: Vec<usize> = best.collect();
    best.sort_unstable_by_key(|at| matches[*at].0);
    best
}

/// Whether the caller constrained the category and the words found nothing there: they only rank, so that everything stays.
fn has_category_alone(plan: &QueryPlan, filters: &Filters) -> bool {
    !filters.categories.is_empty() && (plan.words.iter().all(|word| word.in_category) || plan.words.is_empty())
}

impl Ranking {
    /// Orders by points. What has none keeps its order with less than `below` points; what was no match and has points becomes one.
    pub(super) fn reorder(&mut self, points: &HashMap<u32, f64>, below: f64) {
        self.matches.retain(|(place, _)| !points.contains_key(place));
        let scores = || self.matches.iter().map(|(_, score)| *score);
        let (lowest, highest) = (scores().fold(f64::MAX, f64::min), scores().fold(f64::MIN, f64::max));
        for (_, score) in &mut self.matches {
            *score = below * (*score - lowest) / (highest - lowest + 1.0);
        }
        self.matches.extend(points.iter().map(|(place, points)| (*place, *points)));
    }

    /// How many matches there are.
    pub(super) fn count(&self) -> usize {
        self.matches.len()
    }

    /// The matches as a set.
    pub(super) fn places(&self, catalogue: &Catalogue) -> Places {
        let mut places = catalogue.no_places();
        places.extend(self.matches.iter().map(|(place, _)| *place));
        places
    }

    /// The score of the match that so many have, itself counted in, or a better one.
    fn score_of(&self, rank: usize) -> f64 {
        let mut best = self.matches.iter().map(|(_, score)| *score).k_largest_by(rank, f64::total_cmp);
        best.next_back().unwrap_or(f64::NEG_INFINITY)
    }

    /// One page, in order.
    pub(super) fn page(&self, catalogue: &Catalogue, sort: Sort, offset: usize, limit: usize) -> Vec<(u32, f64)> {
        let end = offset.saturating_add(limit).min(self.matches.len());
        // Only the front has to be in order. Most matches are told to stand behind it by their score alone.
        let least = if sort == Sort::Relevance { self.score_of(end) } else { f64::NEG_INFINITY };
        let near = self.matches.iter().copied().filter(|(_, score)| *score >= least);
        let front = near.k_smallest_by(end, |a, b| compare(catalogue, sort, *a, *b));
        let score = |score: f64| if sort == Sort::Relevance { score } else { 0.0 };
        front.skip(offset).map(|(place, points)| (place, score(points))).collect()
    }
}

fn compare(catalogue: &Catalogue, sort: Sort, (a, a_score): (u32, f64), (b, b_score): (u32, f64)) -> Ordering {
    let price = |place| catalogue.prices().get(place).unwrap_or(f64::MAX);
    let by_relevance = || b_score.total_cmp(&a_score);
    let by_window = || catalogue.window_rank(a).cmp(&catalogue.window_rank(b));
    let rating = |place| catalogue.rating(place).unwrap_or(-1.0);
    let main = match sort {
        Sort::Relevance => by_relevance().then_with(by_window),
        Sort::PriceLow => price(a).total_cmp(&price(b)),
        Sort::PriceHigh => price(b).total_cmp(&price(a)),
        Sort::Title => catalogue.title_rank(a).cmp(&catalogue.title_rank(b)),
        Sort::Rating => rating(b).total_cmp(&rating(a)).then_with(by_relevance).then_with(by_window),
    };
    main.then_with(|| catalogue.id_rank(a).cmp(&catalogue.id_rank(b)))
}
