//! Which products an act is about: resolved, looked up, found by name, or asked for.

use super::{Mood, Outcome, Scene, Stop, describe::quotable, scene::short_title};
use crate::domain::{
    fragment::{ClaimKind, Fragment, Proof},
    product::{Brief, Product},
    references::{Unresolved, contains_words, resolve},
    search_state::SearchState,
    state::Waiting,
    understanding::{Intent, Reference},
};

/// Characters of the longest name or code that is looked for.
const LONGEST_NAME: usize = 300;

/// The products that the act's references point at.
///
/// # Errors
/// What has to be looked up first, or the question that has to be put.
pub(super) fn which(scene: &Scene<'_>) -> Result<Vec<Brief>, Stop> {
    let mut found: Vec<Brief> = Vec::new();
    for group in groups(&scene.act.references) {
        for product in which_of(scene, &group)? {
            if !found.iter().any(|known| known.product_id == product.product_id) {
                found.push(product);
            }
        }
    }
    Ok(found)
}

/// References one by one, so that each can be looked up; a kind of furniture belongs to the others.
fn groups(references: &[Reference]) -> Vec<Vec<Reference>> {
    let (kinds, pointing): (Vec<_>, Vec<_>) =
        references.iter().cloned().partition(|reference| matches!(reference, Reference::Category(_)));
    if pointing.is_empty() {
        return match kinds.as_slice() {
            [] => vec![Vec::new()],
            _ => kinds.into_iter().map(|kind| vec![kind]).collect(),
        };
    }
    pointing.into_iter().map(|reference| std::iter::once(reference).chain(kinds.first().cloned()).collect()).collect()
}

fn which_of(scene: &Scene<'_>, references: &[Reference]) -> Result<Vec<Brief>, Stop> {
    let unresolved = match resolve(references, scene.state) {
        Ok(found) => return Ok(found),
        Err(unresolved) => unresolved,
    };
    let vague = references.iter().all(|r| matches!(r, Reference::Pronoun));
    if let Some(page) = scene.page_product.filter(|_| vague) {
        return look_up(scene, page);
    }
    match unresolved {
        Unresolved::LookUp(name) | Unresolved::Find(name) if name.trim().is_empty() => {
            Err(ask(scene, "which.none_fits", Mood::Which))
        }
        Unresolved::LookUp(key) => look_up(scene, within_name(&key)),
        Unresolved::Find(name) => find_by_name(scene, within_name(&name)),
        Unresolved::NothingShown => Err(ask(scene, "which.nothing_shown", Mood::Open)),
        Unresolved::OutOfRange(_) => Err(ask(scene, "which.out_of_range", Mood::Which)),
        Unresolved::NoneFits => Err(ask(scene, "which.none_fits", Mood::Which)),
        Unresolved::Ambiguous(_) => Err(ask(scene, "which.several", Mood::Which)),
        Unresolved::Kind(kind) => Err(of_kind(scene, &kind)?),
    }
}

/// The beginning of a name that is longer than any product's: tools take no more.
fn within_name(name: &str) -> &str {
    name.char_indices().nth(LONGEST_NAME).map_or(name, |(end, _)| name[..end].trim_end())
}

/// Asks which product, and remembers the act until the answer comes.
fn ask(scene: &Scene<'_>, key: &str, mood: Mood) -> Stop {
    let mood = match (scene.act.intent, scene.state.lists.options()) {
        (_, 0) | (Intent::ProductCompare, 1) => Mood::Kind(super::search::kinds(scene)),
        _ => choosing(scene, mood),
    };
    let waiting = Waiting::WhichProduct { act: Box::new(scene.act.clone()) };
    Stop::with(Outcome::clarify(scene, scene.text(key, &[]), waiting).with_mood(mood))
}

/// To compare takes two at once; a number alone would leave the question open.
fn choosing(scene: &Scene<'_>, mood: Mood) -> Mood {
    if scene.act.intent == Intent::ProductCompare { Mood::Pair } else { mood }
}

fn look_up(scene: &Scene<'_>, key: &str) -> Result<Vec<Brief>, Stop> {
    let (products, proof) = scene.products(key, scene.act.attribute.as_deref())?;
    match products {
        [] => Err(Stop::with(unknown(scene, key, &proof, "arguments.product_id"))),
        [one] => Ok(vec![one.brief()]),
        several => {
            let count = u32::try_from(several.len()).unwrap_or(u32::MAX);
            let count = proof.number("count", count);
            let question = scene.text("which.shared_key", &[("count", count)]);
            Err(Stop::with(choices(scene, question, several)))
        }
    }
}

/// Shows several products and asks which one is meant.
fn choices(scene: &Scene<'_>, question: Fragment, products: &[Product]) -> Outcome {
    let waiting = Waiting::WhichProduct { act: Box::new(scene.act.clone()) };
    let cards = products.iter().map(|p| (p.clone(), String::new())).collect();
    Outcome::clarify(scene, question, waiting).showing(None, cards).with_mood(choosing(scene, Mood::Which))
}

fn find_by_name(scene: &Scene<'_>, name: &str) -> Result<Vec<Brief>, Stop> {
    let search = SearchState { query: Some(name.to_owned()), page: 1, ..SearchState::default() };
    let (result, proof) = scene.search(&search)?;
    let fitting: Vec<&Product> = result
        .products
        .iter()
        .map(|found| &found.product)
        .filter(|product| contains_words(&product.title, name))
        .collect();
    match fitting.as_slice() {
        [] => Err(Stop::with(unknown(scene, name, &proof, "arguments.query"))),
        [one] => Ok(vec![one.brief()]),
        several => {
            let products: Vec<Product> = several.iter().map(|p| (*p).clone()).collect();
            let question = scene.text("which.several_named", &[]);
            Err(Stop::with(choices(scene, question, &products)))
        }
    }
}

/// Says that there is no such product.
fn unknown(scene: &Scene<'_>, name: &str, proof: &Proof, field: &str) -> Outcome {
    let statement = match quotable(name) {
        Some(words) => {
            let name = proof.named(ClaimKind::Query, field, name, &words);
            scene.text("which.unknown_named", &[("name", name)])
        }
        None => scene.text("which.unknown", &[]),
    };
    let mut outcome = Outcome::say(scene, statement);
    outcome.question = Some(scene.text("which.describe", &[]));
    outcome.with_mood(Mood::Kind(super::search::kinds(scene)))
}

/// A kind of furniture of which nothing was shown: shows some, and asks which.
fn of_kind(scene: &Scene<'_>, kind: &str) -> Result<Stop, Stop> {
    let mut state = scene.state.clone();
    state.search = SearchState { category: Some(kind.to_owned()), page: 1, ..SearchState::default() };
    let (result, proof) = scene.search(&state.search)?;
    if result.products.is_empty() {
        let outcome = super::relax::nothing_found(scene, &state.search, result, &proof);
        return Ok(Stop::with(outcome));
    }
    let name = scene.kind_as(kind, &scene.names.singular(kind));
    let question = scene.text("which.of_kind", &[("thing", name)]);
    let waiting = Waiting::WhichProduct { act: Box::new(scene.act.clone()) };
    let cards = result.products.iter().map(|found| (found.product.clone(), found.why.clone())).collect();
    let scene = scene.in_state(&state);
    let mut outcome = Outcome::clarify(&scene, question, waiting)
        .showing(Some(kind.to_owned()), cards)
        .with_mood(choosing(&scene, Mood::Which));
    // One product of that kind is no choice, but it still was not named: the question stays.
    outcome.state.focus = None;
    if outcome.intents.last() != Some(&Intent::ProductSearch) {
        outcome.intents.push(Intent::ProductSearch);
    }
    Ok(Stop::with(outcome))
}

/// A product's name in a reply, proved by its place in a result.
pub(super) fn name_of(proof: &Proof, field: &str, title: &str) -> Fragment {
    proof.named(ClaimKind::Name, field, title, &short_title(title))
}
