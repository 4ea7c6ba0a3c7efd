//! Which products match the words, and in what order.

use std::cmp::Ordering;

use super::{QueryPlan, Sort, WordIndex};
use crate::domain::{
    catalogue::{Catalogue, Filters, Places},
    taxonomy::TermKind,
};

/// Share of the query's telling words that a product must have to count as a match. Below it, the rest of the words was about something
/// else: a "gaming fridge" is no gaming chair.
const LEAST_COVERAGE: f32 = 0.4;
/// The same for a query with a word that nothing in the catalogue has: it is more likely to be about that.
const LEAST_COVERAGE_WITH_UNKNOWN: f32 = 0.5;
/// What having every word is worth: more than any score, so that such products come first.
const ALL_WORDS: f64 = 1_000.0;
/// What being mainly of the wanted category is worth against being filed there as well.
const MAIN_CATEGORY: f64 = 100.0;

/// The matches with their scores.
pub(super) struct Ranking {
    matches: Vec<(u32, f64)>,
}

/// Looks the words up among the allowed products.
pub(super) fn rank(
    plan: &QueryPlan,
    allowed: &Places,
    catalogue: &Catalogue,
    index: &dyn WordIndex,
    filters: &Filters,
) -> Ranking {
    let categories = if filters.categories.is_empty() { &plan.categories } else { &filters.categories };
    let wanted: Vec<String> = categories.iter().map(|name| catalogue.canonical(TermKind::Category, name)).collect();
    let mut matches = if !plan.references.is_empty() {
        plan.references.iter().filter(|place| allowed.contains(**place)).map(|place| (*place, 1.0)).collect()
    } else if plan.is_empty() {
        allowed.iter().map(|place| (place, 0.0)).collect()
    } else {
        by_words(plan, allowed, catalogue, index, filters)
    };
    let mainly = catalogue.mainly(&wanted);
    for (_, score) in matches.iter_mut().filter(|(place, _)| mainly(*place)) {
        *score += MAIN_CATEGORY;
    }
    Ranking { matches }
}

/// How a product fares against the words.
#[derive(Clone, Copy, Default)]
struct Tally {
    score: f32,
    /// Weight of the words that it has.
    had: f32,
    /// The last word counted, from 1: a word counts once however many fields have it.
    last: u32,
}

fn by_words(
    plan: &QueryPlan,
    allowed: &Places,
    catalogue: &Catalogue,
    index: &dyn WordIndex,
    filters: &Filters,
) -> Vec<(u32, f64)> {
    let tallies = tally(plan, allowed, catalogue, index);
    let known: f32 = plan.words.iter().map(|word| word.weight).sum();
    // Within a category that was asked for, a word that nothing has is a wish, not another thing.
    let within = !filters.categories.is_empty() || !plan.categories.is_empty();
    let unknown = if within { 0.0 } else { plan.unknown.len() as f32 * QueryPlan::weight_of_unknown(catalogue) };
    let share = if unknown > 0.0 { LEAST_COVERAGE_WITH_UNKNOWN } else { LEAST_COVERAGE };
    let least = (known + unknown) * share;
    let complete = known + unknown - 1e-3;
    let matches: Vec<(u32, f64)> = allowed
        .iter()
        .filter_map(|place| tallies.get(place as usize).map(|tally| (place, tally)))
        .filter(|(_, tally)| tally.had > 0.0 && tally.had >= least)
        .map(|(place, tally)| {
            let all = if tally.had >= complete { ALL_WORDS } else { 0.0 };
            (place, all + f64::from(tally.score * tally.had / known.max(f32::MIN_POSITIVE)))
        })
        .collect();
    if matches.is_empty() && within && has_category_alone(plan, filters) {
        return allowed.iter().map(|place| (place, 0.0)).collect();
    }
    matches
}

/// Whether the caller constrained the category and the words found nothing there: they only rank, so that everything stays.
fn has_category_alone(plan: &QueryPlan, filters: &Filters) -> bool {
    !filters.categories.is_empty() && (plan.words.iter().all(|word| word.in_category) || plan.words.is_empty())
}

fn tally(plan: &QueryPlan, allowed: &Places, catalogue: &Catalogue, index: &dyn WordIndex) -> Vec<Tally> {
    let mut tallies = vec![Tally::default(); catalogue.len()];
    let column = catalogue.values(TermKind::Category);
    for (word, number) in plan.words.iter().zip(1..) {
        let mut count = |place: u32, score: f32| {
            let Some(tally) = tallies.get_mut(place as usize).filter(|_| allowed.contains(place)) else { return };
            tally.score += score * word.weight;
            if tally.last != number {
                tally.last = number;
                tally.had += word.weight;
            }
        };
        index.matches(&word.text, allowed, &mut count);
        if word.in_category {
            let members = plan.categories.iter().flat_map(|category| column.with(category));
            members.for_each(|place| count(*place, 0.0));
        }
    }
    tallies
}

impl Ranking {
    /// The matches as a set.
    pub(super) fn places(&self, catalogue: &Catalogue) -> Places {
        let mut places = catalogue.no_places();
        places.extend(self.matches.iter().map(|(place, _)| *place));
        places
    }

    /// One page, in order.
    pub(super) fn page(&mut self, catalogue: &Catalogue, sort: Sort, offset: usize, limit: usize) -> Vec<(u32, f64)> {
        let end = offset.saturating_add(limit).min(self.matches.len());
        if offset >= end {
            return Vec::new();
        }
        let order = |a: &(u32, f64), b: &(u32, f64)| compare(catalogue, sort, *a, *b);
        // Only the front has to be in order.
        if end < self.matches.len() {
            self.matches.select_nth_unstable_by(end - 1, order);
        }
        let front = &mut self.matches[..end];
        front.sort_unstable_by(order);
        front[offset..]
            .iter()
            .map(|(place, score)| (*place, if sort == Sort::Relevance { *score } else { 0.0 }))
            .collect()
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
