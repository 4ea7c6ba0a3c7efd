//! More like this one.

use super::{
    Mood, Outcome, Scene, Stop, search,
    which::{name_of, which},
};
use crate::domain::{
    product::Brief,
    search_state::SearchState,
    tool::{ToolCall, ToolResult},
    understanding::{Intent, SearchPatch},
};

/// Shows products like one.
pub(super) fn find_similar(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let wanted = which(scene)?;
    let Some(source) = wanted.first() else {
        return Ok(Outcome::say(scene, scene.text("which.gone", &[])));
    };
    if let Some(limits) = limits(&scene.act.patch) {
        return of_its_kind(scene, source, limits);
    }
    let exclude_ids = scene
        .state
        .lists
        .everything()
        .filter(|product| product.product_id != source.product_id)
        .map(|product| product.product_id.clone())
        .collect();
    let call = ToolCall::FindSimilarProducts { product_id: source.product_id.clone(), exclude_ids };
    let answer = scene.ask(&call)?;
    let Ok(ToolResult::Similar(result)) = answer.outcome else {
        return Ok(Outcome::say(scene, scene.text("which.gone", &[])));
    };
    let name = name_of(&answer.proof, "source.title", &result.source.title);
    if result.products.is_empty() {
        let statement = scene.text("similar.none", &[("name", name)]);
        return Ok(Outcome::say(scene, statement).with_mood(Mood::Product));
    }
    let total = answer.proof.number("total", result.total);
    let statement = scene.shop.texts.count("similar.found", result.total, &[("total", total), ("name", name)]);
    let cards = result.products.iter().map(|found| (found.product.clone(), found.why.clone())).collect();
    let category = Some(result.source.category.clone()).filter(|c| !c.is_empty());
    let mut outcome = Outcome::say(scene, statement)
        .with_intents(&[Intent::FindSimilar])
        .showing(category, cards)
        .with_mood(Mood::Found { more: false, colours: Vec::new() });
    // "It" goes on meaning the product asked about only if nothing else was shown alone.
    if outcome.state.lists.products().len() > 1 {
        outcome.state.focus = None;
    }
    Ok(outcome)
}

/// What "like this one, but cheaper" and "like this one under $100" limit; none when likeness is all that is asked for.
fn limits(patch: &SearchPatch) -> Option<SearchPatch> {
    let SearchPatch { relative, price_min, price_max, sizes, .. } = patch.clone();
    let limits = SearchPatch { relative, price_min, price_max, sizes, ..SearchPatch::default() };
    (!limits.is_empty()).then_some(limits)
}

/// What is of the same kind and within limits, which likeness knows nothing of.
fn of_its_kind(scene: &Scene<'_>, source: &Brief, limits: SearchPatch) -> Result<Outcome, Stop> {
    let mut state = scene.state.clone();
    state.search = SearchState::default();
    let category = Some(source.category.clone()).filter(|category| !category.is_empty());
    state.search.apply(&SearchPatch { category, ..limits }, std::slice::from_ref(source), scene.names);
    let outcome = search::run(&scene.in_state(&state), search::Request::default())?;
    Ok(outcome.with_intents(&[Intent::FindSimilar]))
}
