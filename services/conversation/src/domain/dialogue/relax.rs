//! Nothing found: what was searched, the nearest fact, and an offer to drop one named thing.

use super::{Mood, Outcome, Scene, describe::describe, search::kinds};
use crate::domain::{
    fragment::{ClaimKind, Fragment, Proof},
    lexicon::TermKind,
    search_state::SearchState,
    state::Waiting,
    tool::{Relaxation, SearchResult},
    understanding::{Intent, SearchPatch},
};

/// Most nearest values named.
const VALUES_NAMED: usize = 4;

/// Says that nothing matches and what would.
pub(super) fn nothing_found(scene: &Scene<'_>, search: &SearchState, result: &SearchResult, proof: &Proof) -> Outcome {
    let things = describe(scene, search, proof, result.total);
    let mut statement = scene.text("nothing.found", &[("things", things)]);
    let outcome = |statement: Fragment| Outcome::say(scene, statement).with_intents(&[Intent::ProductSearch]);
    let offered = || result.relaxations.iter().enumerate().filter(|(_, relaxation)| is_offered(search, relaxation));
    // What was said just now is what is wanted most: rather something older is dropped.
    let older = offered().find(|(_, relaxation)| !says(&scene.act.patch, &relaxation.constraint));
    let choice = older.or_else(|| offered().next());
    let Some((index, relaxation)) = choice else {
        let kinds = kinds(scene);
        let named: Vec<Fragment> = kinds.iter().map(|kind| scene.kind(kind)).collect();
        if !named.is_empty() {
            let kinds = scene.shop.texts.all_of(&named);
            statement.push_sentence(&scene.text("nothing.but", &[("kinds", kinds)]));
        }
        let mut outcome = outcome(statement).with_mood(Mood::Kind(kinds));
        // Words alone that led nowhere would only lead the next message nowhere too.
        outcome.state.search.remove("query");
        return outcome;
    };
    let proof = proof.at(&format!("relaxations[{index}]"));
    statement.push_sentence(&nearest(scene, search, relaxation, &proof));
    let slot = relaxation.constraint.clone();
    let name = Fragment::plain(scene.shop.texts.word(&slot_key(scene, &slot)));
    let question = scene.text("nothing.relax", &[("slot", name)]);
    outcome(statement)
        .asking(scene, question, Waiting::Relax { slot: slot.clone() })
        .with_mood(Mood::Nothing { relax: Some(slot) })
}

/// The kind of furniture is never swapped silently, and what the search does not hold cannot be dropped.
fn is_offered(search: &SearchState, relaxation: &Relaxation) -> bool {
    let holds = search.clone().remove(&relaxation.constraint);
    relaxation.constraint != "category" && holds && relaxation.total > 0
}

/// Whether a patch says something about a slot.
fn says(patch: &SearchPatch, slot: &str) -> bool {
    match slot {
        "query" => patch.query.is_some(),
        "colour" => !patch.colours.is_empty(),
        "material" => !patch.materials.is_empty(),
        "style" => patch.style.is_some(),
        "room" => patch.room.is_some(),
        "brand" => patch.brand.is_some(),
        "price" | "price_max" | "price_min" => {
            patch.price_max.or(patch.price_min).or(patch.price_around).is_some() || patch.relative.is_some()
        }
        "size" => !patch.sizes.is_empty() || patch.relative.is_some(),
        "bed_size" => patch.bed_size.is_some(),
        "seats" => patch.seats.is_some(),
        "weight_capacity" | "weight_capacity_kg" => patch.weight_capacity_kg.is_some(),
        "feature" | "features" => !patch.features.is_empty(),
        _ => false,
    }
}

/// Key of the words for a slot.
pub(super) fn slot_key(scene: &Scene<'_>, slot: &str) -> String {
    let key = format!("slot.{slot}");
    if scene.shop.texts.has(&key) { key } else { "slot.other".to_owned() }
}

fn nearest(scene: &Scene<'_>, search: &SearchState, relaxation: &Relaxation, proof: &Proof) -> Fragment {
    let total = proof.number("total", relaxation.total);
    if let Some(price) = relaxation.nearest_price {
        let price = proof.price("nearest_price", price);
        let key = if relaxation.constraint == "price_min" { "nothing.dearest" } else { "nothing.cheapest" };
        return scene.text(key, &[("price", price)]);
    }
    let kind = match relaxation.constraint.as_str() {
        "colour" => Some((TermKind::Colour, ClaimKind::Colour)),
        "material" => Some((TermKind::Material, ClaimKind::Material)),
        "brand" => Some((TermKind::Brand, ClaimKind::Attribute)),
        _ => None,
    };
    let known = |value: &&String| !search.colours.contains(value) && !value.is_empty();
    if let Some((kind, claim)) = kind {
        let values: Vec<Fragment> = relaxation
            .nearest
            .iter()
            .enumerate()
            .filter(|(_, value)| known(value))
            .take(VALUES_NAMED)
            .map(|(index, value)| {
                let label = scene.names.label(kind, value);
                proof.named(claim, &format!("nearest[{index}]"), value, &label)
            })
            .collect();
        if !values.is_empty() {
            let values = scene.shop.texts.all_of(&values);
            let slots = [("values", values), ("total", total)];
            return scene.shop.texts.count("nothing.exists_in", relaxation.total, &slots);
        }
    }
    let name = Fragment::plain(scene.shop.texts.word(&slot_key(scene, &relaxation.constraint)));
    scene.shop.texts.count("nothing.without", relaxation.total, &[("total", total), ("slot", name)])
}
