//! Which products have enough of what the words of a query say, whatever that is worth.

use super::{Frequencies, PlanWord, QueryPlan, WordIndex, halves::in_halves};
use crate::domain::{
    catalogue::{Catalogue, Places},
    taxonomy::TermKind,
    text::Token,
};

/// Sums of the same weights in another order differ by less than this share.
pub(super) const ALMOST: f32 = 1.0 - 1e-5;

/// The words of the plan, the rarest first, each with the weight of itself and all that follow.
///
/// In this order, once all the words that are left could not bring a product to a weight, only those have still to be looked at that
/// the words before brought near enough. This is what spares reading all of what a frequent word is in.
pub(super) fn rarest_first(plan: &QueryPlan) -> impl Iterator<Item = (&PlanWord, f32)> {
    let mut words: Vec<&PlanWord> = plan.words.iter().collect();
    words.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let mut left: f32 = words.iter().map(|word| word.weight).sum();
    words.into_iter().map(move |word| {
        let with_it = left;
        left -= word.weight;
        (word, with_it)
    })
}

/// Products that have a word by what they are: those of each category that it names, ascending.
pub(super) fn members<'a>(
    word: &PlanWord,
    plan: &'a QueryPlan,
    catalogue: &'a Catalogue,
) -> impl Iterator<Item = &'a [u32]> + 'a {
    let column = catalogue.values(TermKind::Category);
    let categories = if word.in_category { plan.categories.as_slice() } else { &[] };
    categories.iter().map(|category| column.with(category))
}

/// The allowed products that have words of at least some weight.
pub(super) fn covering(
    plan: &QueryPlan,
    allowed: &Places,
    least: f32,
    catalogue: &Catalogue,
    index: &dyn WordIndex,
) -> Places {
    let look_up = |within: &Places| covering_within(plan, within, least, catalogue, index);
    in_halves(plan, allowed, look_up, |mut lower, upper| {
        lower.unite(&upper);
        lower
    })
}

fn covering_within(
    plan: &QueryPlan,
    allowed: &Places,
    least: f32,
    catalogue: &Catalogue,
    index: &dyn WordIndex,
) -> Places {
    let mut had = Frequencies::new(0, allowed.size());
    let with = |weight: f32, had: &Frequencies| {
        let mut places = catalogue.no_places();
        had.for_each(|place, had| {
            if had >= weight {
                places.insert(place);
            }
        });
        places
    };
    for (word, left) in rarest_first(plan) {
        let near = (left < least).then(|| with((least - left) * ALMOST, &had));
        let having = having(word, plan, near.as_ref().unwrap_or(allowed), catalogue, index);
        having.iter().for_each(|place| had.add(place, word.weight));
    }
    with(least, &had)
}

/// The products within some that have a word, in any of its forms.
fn having(word: &PlanWord, plan: &QueryPlan, within: &Places, catalogue: &Catalogue, index: &dyn WordIndex) -> Places {
    let mut having = catalogue.no_places();
    having.extend(members(word, plan, catalogue).flatten().copied());
    having.intersect(within);
    for form in &word.forms {
        having.unite(&with_all(&form.words, within, index));
    }
    having
}

/// The products within some that have every one of these words.
pub(super) fn with_all(words: &[Token], within: &Places, index: &dyn WordIndex) -> Places {
    let mut places = within.clone();
    for word in words {
        places = index.holders(word, &places);
    }
    places
}
