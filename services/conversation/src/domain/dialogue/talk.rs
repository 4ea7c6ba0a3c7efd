//! Everything that needs no tool: greetings, thanks, refusals, resets, questions back.

use super::{
    Action, ActionType, Mood, Outcome, Scene, Stop,
    search::{Request, kinds, nothing_to_page, product_search, run, which_kind},
    shop::{policy, service_answer},
};
use crate::domain::{
    fragment::{ClaimKind, Fragment},
    names::words,
    state::Waiting,
    tool::{CategoryInfo, PolicyType, ToolCall, ToolResult},
    understanding::{Intent, PriceWord, SearchPatch},
};

/// Categories named in an overview.
const CATEGORIES_NAMED: usize = 12;

/// A fixed answer, worded by intent, topic and whether the conversation has begun.
pub(super) fn say(scene: &Scene<'_>) -> Outcome {
    let intent = scene.act.intent.as_str();
    let topic = scene.act.topic.as_deref().unwrap_or_default();
    let again = if scene.turn > 1 { "again" } else { "first" };
    let texts = &scene.shop.texts;
    let key = [topic, again, "general"]
        .iter()
        .map(|variant| format!("talk.{intent}.{variant}"))
        .find(|key| texts.has(key))
        .unwrap_or_else(|| "talk.smalltalk.general".to_owned());
    let mut outcome = Outcome::say(scene, texts.say(&key, &[])).with_closing();
    outcome.mood = match scene.act.intent {
        Intent::Greeting | Intent::OutOfScope | Intent::LanguageUnsupported => Mood::Kind(kinds(scene)),
        _ => Mood::Open,
    };
    outcome.may_rephrase = scene.act.intent == Intent::OutOfScope && scene.act.confidence < 0.6;
    outcome
}

/// Forgets the conversation and keeps the cart.
pub(super) fn reset(scene: &Scene<'_>) -> Outcome {
    let key = if scene.state.cart_lines > 0 { "talk.reset.with_cart" } else { "talk.reset.general" };
    let mut outcome =
        Outcome::say(scene, scene.text(key, &[])).with_closing().with_action(Action::of(ActionType::ResetSession));
    outcome.state.reset(scene.turn_id);
    outcome.with_mood(Mood::Kind(kinds(scene)))
}

/// Two wishes that pull apart: asks which one counts.
pub(super) fn contradiction(scene: &Scene<'_>) -> Outcome {
    let mut state = scene.state.clone();
    // What contradicts itself is not taken over; the kind of furniture and the rest is.
    let said = &scene.act.patch;
    let patch = SearchPatch {
        category: said.category.clone(),
        colours: said.colours.clone(),
        room: said.room.clone(),
        brand: said.brand.clone(),
        ..SearchPatch::default()
    };
    state.search.apply(&patch, state.lists.products(), scene.names);
    let topic = scene.act.topic.as_deref().unwrap_or_default();
    let key = format!("contradiction.{topic}");
    let key = if scene.shop.texts.has(&key) { key } else { "contradiction.general".to_owned() };
    let things = match &state.search.category {
        Some(category) => scene.kind(category),
        None => Fragment::plain(scene.shop.texts.word("search.thing.many")),
    };
    let thing = things.text().to_owned();
    let question = scene.text(&key, &[("things", things)]);
    let sides = sides(topic);
    let labels = sides
        .iter()
        .filter_map(|side| side.price_word)
        .map(|word| match word {
            PriceWord::Low => format!("{} {thing}", scene.shop.texts.word("contradiction.low")),
            PriceWord::High => format!("{} {thing}", scene.shop.texts.word("contradiction.high")),
        })
        .collect();
    Outcome::say(&scene.in_state(&state), Fragment::default())
        .asking(scene, question, Waiting::Choice { sides })
        .with_mood(Mood::Sides(labels))
}

/// The two sides of a contradiction, where a search can tell them apart.
fn sides(topic: &str) -> Vec<SearchPatch> {
    let side = |word| SearchPatch { price_word: Some(word), ..SearchPatch::default() };
    match topic {
        "price_word" => vec![side(PriceWord::Low), side(PriceWord::High)],
        _ => Vec::new(),
    }
}

/// A message that leaves open what is wanted: what it does say is kept, and one question is put, at most twice in a row.
pub(super) fn clarify(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let mut state = scene.state.clone();
    state.search.apply(&scene.act.patch, state.lists.products(), scene.names);
    state.wish(&scene.act.patch.more_categories);
    let topic = scene.act.topic.as_deref().unwrap_or_default();
    if scene.act.patch.page.is_some() && scene.state.search.is_empty() && scene.state.lists.options() == 0 {
        return Ok(nothing_to_page(scene));
    }
    if !scene.act.patch.is_empty() && state.search.is_searchable() {
        return product_search(scene);
    }
    let key = format!("clarify.{topic}");
    if !topic.is_empty() && scene.shop.texts.has(&key) {
        let question = scene.text(&key, &[]);
        let outcome = Outcome::clarify(&scene.in_state(&state), question, Waiting::Category);
        return Ok(outcome.with_mood(Mood::Kind(kinds(scene))));
    }
    if state.asked_enough() {
        return popular(&scene.in_state(&state));
    }
    // Who looks at a list has said the kind already.
    if let Some(category) = state.search.category.clone().filter(|_| state.lists.options() > 0) {
        let question = scene.text("clarify.shown", &[("things", scene.kind(&category))]);
        return Ok(Outcome::clarify(&scene.in_state(&state), question, Waiting::Refine).with_mood(Mood::Which));
    }
    Ok(which_kind(&scene.in_state(&state)))
}

/// Shows what there is, without any wish: the questions have gone on long enough.
fn popular(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let mut state = scene.state.clone();
    state.search.page = 1;
    let request = Request { anything: true, ..Request::default() };
    run(&scene.in_state(&state), request)
}

/// A yes to nothing in particular: goes on where the conversation stands.
pub(super) fn affirm(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    if let Some(wish) = scene.state.wishes.first() {
        let patch = SearchPatch { category: Some(wish.clone()), ..SearchPatch::default() };
        let act = crate::domain::understanding::Act { intent: Intent::ProductSearch, patch, ..scene.act.clone() };
        return product_search(&Scene { act: &act, ..*scene });
    }
    let lapsed = scene.state.lapsed_at_turn;
    let key = match scene.state.lists.options() {
        // The confirmation it may be meant for has passed: a late yes changes nothing, and that is said.
        _ if lapsed > 0 && lapsed.saturating_add(1) == scene.turn => "talk.affirm.nothing",
        0 => "talk.affirm.general",
        _ => "talk.affirm.shown",
    };
    let mood = if scene.state.lists.options() > 0 { Mood::Which } else { Mood::Kind(kinds(scene)) };
    let mut outcome = Outcome::say(scene, scene.text(key, &[])).with_closing().with_mood(mood);
    // What it asks for now takes the place of what was asked before, unless this very turn asked it.
    outcome.state.pending = outcome.state.pending.filter(|pending| pending.asked_at_turn == scene.turn);
    Ok(outcome)
}

/// What EasyMart can do, or what there is to buy.
pub(super) fn help(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    if let Some(outcome) = service_answer(scene)? {
        return Ok(outcome);
    }
    match scene.act.topic.as_deref() {
        Some("catalogue" | "categories" | "range") => overview(scene),
        Some("about" | "shop" | "store") => about(scene),
        _ => {
            let mut outcome =
                Outcome::say(scene, scene.text("talk.general_help.general", &[])).with_mood(Mood::Kind(kinds(scene)));
            outcome.may_rephrase = true;
            Ok(outcome)
        }
    }
}

fn about(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let proof = policy(scene, PolicyType::Services)?.at("store.store");
    let store = &scene.shop.profile.store;
    let name = proof.text(ClaimKind::Policy, "name", &store.name);
    let tagline = proof.text(ClaimKind::Policy, "tagline", &store.tagline);
    let site = proof.text(ClaimKind::Url, "site", &store.site);
    let statement = scene.text("shop.about", &[("name", name), ("tagline", tagline), ("site", site)]);
    Ok(Outcome::say(scene, statement).with_mood(Mood::Kind(kinds(scene))))
}

fn overview(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let answer = scene.ask(&ToolCall::ListCategories)?;
    let Ok(ToolResult::Categories(result)) = answer.outcome else {
        return Ok(Outcome::say(scene, scene.text("talk.general_help.general", &[])));
    };
    let mut roots: Vec<(usize, &CategoryInfo)> = result
        .categories
        .iter()
        .enumerate()
        .filter(|(_, category)| category.parent.is_empty() && category.count > 0)
        .collect();
    roots.sort_by_key(|(_, category)| std::cmp::Reverse(category.count));
    let named: Vec<Fragment> = roots
        .iter()
        .take(CATEGORIES_NAMED)
        .map(|(index, category)| {
            let field = format!("categories[{index}].label");
            let label = label(&category.label, &category.category);
            answer.proof.named(ClaimKind::Category, &field, &category.label, &label)
        })
        .collect();
    if named.is_empty() {
        return Ok(Outcome::say(scene, scene.text("talk.general_help.general", &[])));
    }
    let statement = scene.text("talk.general_help.range", &[("kinds", scene.shop.texts.all_of(&named))]);
    let question = scene.text("talk.general_help.which", &[]);
    let kinds = roots.iter().take(4).map(|(_, c)| c.category.clone()).collect();
    let outcome = Outcome::say(scene, statement).asking(scene, question, Waiting::Category);
    Ok(outcome.with_mood(Mood::Kind(kinds)))
}

fn label(label: &str, id: &str) -> String {
    if label.is_empty() { words(id) } else { label.to_lowercase() }
}
