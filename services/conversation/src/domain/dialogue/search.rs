//! Looking for products: patch the search, run it, show a page, ask at most one thing beside it.

use super::{
    Mood, Outcome, Scene, Stop,
    describe::{describe, quotable, room_key},
    relax::nothing_found,
};
use crate::domain::{
    fragment::{ClaimKind, Fragment, Proof},
    lexicon::TermKind,
    references::significant_words,
    search_state::{Applied, PriceRule, Rule, SearchState},
    state::{SessionState, Waiting},
    tool::{Found, SearchResult},
    understanding::{Act, Dimension, Intent, Paging, SearchPatch, SortOrder},
};

/// Kinds of furniture offered when none was named.
const KINDS_OFFERED: usize = 4;
/// Matches of free words alone above which they tell nothing.
const TOO_MANY: u32 = 150;

/// Looks for products, or asks what for.
pub(super) fn product_search(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let patch = &as_wished(scene);
    let shown = scene.state.search.page > 0 && !scene.state.lists.products().is_empty();
    if patch.page.is_some() && scene.state.search.is_empty() && !shown && patch.category.is_none() {
        return Ok(nothing_to_page(scene));
    }
    if matches!((patch.price_min, patch.price_max), (Some(min), Some(max)) if min.minor > max.minor) {
        let act = Act { topic: Some("price_range".to_owned()), ..scene.act.clone() };
        return Ok(super::talk::contradiction(&Scene { act: &act, ..*scene }));
    }
    let mut state = scene.state.clone();
    let whole_shop = scene.act.topic.as_deref() == Some("whole_shop");
    if whole_shop {
        state.search = SearchState::default();
    }
    let was_searching = state.search.is_searchable();
    let applied = state.search.apply(patch, scene.state.lists.products(), scene.names);
    state.wish(&patch.more_categories);
    // The catalogue may have changed since a wish was heard.
    state.wishes.retain(|wish| scene.names.count(wish).is_some());
    if let Some(category) = &state.search.category.clone() {
        state.fulfil(category);
    }
    let anything = whole_shop || matches!(scene.act.topic.as_deref(), Some("bypass" | "anything"));
    let pages = patch.page.is_some() && patch.category.is_none() && !scene.state.lists.products().is_empty();
    if !state.search.is_searchable() && !anything && !pages && !scene.state.asked_enough() {
        return Ok(which_kind(&scene.in_state(&state)));
    }
    let is_refinement = was_searching && !applied.new_search && patch.category.is_none();
    if patch.page == Some(Paging::Last) {
        state.search.page = last_page(scene, &state.search)?;
    }
    let request = Request { applied, is_refinement, anything, pages };
    run(&scene.in_state(&state), request)
}

/// "now the chair", after office chairs were wished for: those are meant.
fn as_wished(scene: &Scene<'_>) -> SearchPatch {
    let mut patch = scene.act.patch.clone();
    if let Some(named) = &patch.category {
        let narrower = |wish: &&String| *wish != named && scene.names.is_within(wish, named);
        patch.category = scene.state.wishes.iter().find(narrower).cloned().or(patch.category);
    }
    patch
}

/// The last page that a search has.
fn last_page(scene: &Scene<'_>, search: &SearchState) -> Result<u32, Stop> {
    let (result, _) = scene.search(&SearchState { page: 1, ..search.clone() })?;
    Ok(result.total.div_ceil(result.page_size.max(1)).max(1))
}

/// How a search came about.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Request {
    /// What applying the patch did.
    pub(super) applied: Applied,
    /// Whether it narrows a search that was in force.
    pub(super) is_refinement: bool,
    /// Whether the shopper left the choice to us.
    pub(super) anything: bool,
    /// Whether it goes on through a list that is shown.
    pub(super) pages: bool,
}

/// Runs the search that the state holds and shows its page.
pub(super) fn run(scene: &Scene<'_>, request: Request) -> Result<Outcome, Stop> {
    let search = &scene.state.search;
    let (result, proof) = scene.search(search)?;
    if is_guesswork(search, result) && !request.pages && !request.anything && !scene.state.asked_enough() {
        let mut state = scene.state.clone();
        state.search.remove("query");
        return Ok(which_kind(&scene.in_state(&state)));
    }
    if result.products.is_empty() && search.page > 1 && result.total > 0 {
        return Ok(no_further_page(scene, result, &proof));
    }
    if result.total == 0 && search.page > 1 {
        // Nothing has no second page.
        let mut state = scene.state.clone();
        state.search.page = 1;
        return run(&scene.in_state(&state), request);
    }
    if !result.products.is_empty() {
        return Ok(found(scene, request, Page { search, result, proof: &proof }));
    }
    if let Some(outcome) = past_the_edge(scene, request)? {
        return Ok(outcome);
    }
    if let Some(outcome) = without_soft_words(scene, request)? {
        return Ok(outcome);
    }
    if let Some(outcome) = without_free_words(scene, request)? {
        return Ok(outcome);
    }
    if let Some(outcome) = without_older_look(scene, request)? {
        return Ok(outcome);
    }
    Ok(nothing_found(scene, search, result, &proof))
}

/// Whether free words alone led to results that have little to do with them: asking helps more than showing those.
fn is_guesswork(search: &SearchState, result: &SearchResult) -> bool {
    let Some(query) = &search.query else {
        return false;
    };
    let words_alone =
        SearchState { query: Some(query.clone()), page: search.page, ..SearchState::default() } == *search;
    let words = significant_words(query);
    let names_it = |found: &Found| {
        let title = significant_words(&found.product.title);
        words.iter().any(|word| title.contains(word))
    };
    let vague = result.total > TOO_MANY || !result.products.iter().any(names_it);
    words_alone && !result.products.is_empty() && vague
}

/// One page of results, and what was searched to get it.
#[derive(Clone, Copy)]
struct Page<'a> {
    search: &'a SearchState,
    result: &'a SearchResult,
    proof: &'a Proof,
}

fn found(scene: &Scene<'_>, request: Request, page: Page<'_>) -> Outcome {
    let Page { search, result, .. } = page;
    let mut statement = Fragment::default();
    if !result.unmatched_words.is_empty() && result.page <= 1 {
        statement.push_sentence(&loosely(scene, search, page.proof));
    }
    statement.push_sentence(&headline(scene, request, page));
    statement.push_sentence(&rule_statement(scene, request.applied));
    statement.push_sentence(&wishes(scene));
    let mut outcome = Outcome::say(scene, statement)
        .with_intents(&[Intent::ProductSearch])
        .showing(search.category.clone(), cards(result))
        .with_mood(Mood::Found { more: result.remaining > 0, colours: facet(result, "colour") });
    outcome.state.search.page = result.page.max(1);
    beside(scene, request, search, result, outcome)
}

fn cards(result: &SearchResult) -> Vec<(crate::domain::product::Product, String)> {
    result.products.iter().map(|found| (found.product.clone(), found.why.clone())).collect()
}

fn facet(result: &SearchResult, name: &str) -> Vec<String> {
    result
        .facets
        .iter()
        .filter(|facet| facet.name == name)
        .flat_map(|facet| facet.values.iter().map(|value| value.value.clone()))
        .take(3)
        .collect()
}

fn headline(scene: &Scene<'_>, request: Request, page: Page<'_>) -> Fragment {
    let Page { search, result, proof } = page;
    let things = describe(scene, search, proof, result.total);
    let total = proof.number("total", result.total);
    let texts = &scene.shop.texts;
    if result.page > 1 {
        let first = proof.number("first", result.first);
        let last = proof.number("last", result.last);
        let slots = [("first", first), ("last", last), ("total", total), ("things", things)];
        return texts.say("search.page", &slots);
    }
    // An order that a word about the price chose is told as a rule.
    let said_order = search.sort.filter(|_| search.price_word.is_none());
    let key = match (request.anything, said_order) {
        (true, Some(SortOrder::PriceLow)) => "search.cheapest",
        (true, Some(SortOrder::PriceHigh)) => "search.dearest",
        (true, _) => "search.popular",
        _ if request.is_refinement => "search.narrowed",
        _ => "search.found",
    };
    let mut text = texts.count(key, result.total, &[("total", total), ("things", things)]);
    if result.remaining > 0 {
        let shown = proof.number("shown", result.shown);
        text.push_sentence(&texts.say("search.first_page", &[("shown", shown)]));
    }
    text
}

/// What a word such as "cheap" was turned into.
fn rule_statement(scene: &Scene<'_>, applied: Applied) -> Fragment {
    let key = match applied.rule {
        Some(Rule::CheapestFirst) => "rule.cheapest_first",
        Some(Rule::DearestFirst) => "rule.dearest_first",
        Some(Rule::Around) => "rule.around",
        Some(Rule::Below) => "rule.below",
        Some(Rule::Above) => "rule.above",
        Some(Rule::MoreOf(Dimension::Width)) => "rule.wider",
        Some(Rule::MoreOf(Dimension::Depth)) => "rule.deeper",
        Some(Rule::MoreOf(Dimension::Height)) => "rule.taller",
        Some(Rule::LessOf(Dimension::Width)) => "rule.narrower",
        Some(Rule::LessOf(Dimension::Depth)) => "rule.shallower",
        Some(Rule::LessOf(Dimension::Height)) => "rule.lower",
        Some(Rule::SizeUnknown) => "rule.size_unknown",
        None => return Fragment::default(),
    };
    scene.text(key, &[])
}

/// The further kinds of furniture that the shopper wished for.
fn wishes(scene: &Scene<'_>) -> Fragment {
    if scene.act.patch.more_categories.is_empty() || scene.state.wishes.is_empty() {
        return Fragment::default();
    }
    let named: Vec<Fragment> = scene.state.wishes.iter().map(|wish| scene.kind(wish)).collect();
    scene.text("search.next_wish", &[("wishes", scene.shop.texts.all_of(&named))])
}

/// One question beside the results, where it helps: for a bare category that fills more than a page.
fn beside(
    scene: &Scene<'_>,
    request: Request,
    search: &SearchState,
    result: &SearchResult,
    outcome: Outcome,
) -> Outcome {
    let has_wishes = !scene.act.patch.more_categories.is_empty();
    if has_wishes || request.anything || result.page > 1 {
        return outcome;
    }
    if search.category.is_none() {
        return outcome.asking(scene, scene.text("search.ask_kind", &[]), Waiting::Category);
    }
    if search.is_bare_category() {
        return outcome.asking(scene, scene.text("search.ask_detail", &[]), Waiting::Refine);
    }
    outcome
}

/// "Cheaper" below the cheapest, "bigger" above the biggest: nothing lies there, so the nearest end is shown.
fn past_the_edge(scene: &Scene<'_>, request: Request) -> Result<Option<Outcome>, Stop> {
    let mut state = scene.state.clone();
    let key = match (request.applied.rule, state.search.price_rule) {
        (Some(Rule::Below), Some(PriceRule::Below { .. })) => {
            state.search.forget_relative_price();
            state.search.sort = Some(SortOrder::PriceLow);
            "rule.already_cheapest"
        }
        (Some(Rule::Above), Some(PriceRule::Above { .. })) => {
            state.search.forget_relative_price();
            state.search.sort = Some(SortOrder::PriceHigh);
            "rule.already_dearest"
        }
        (Some(Rule::MoreOf(side) | Rule::LessOf(side)), _) => {
            state.search.remove(side.name());
            already_at_the_edge(side, request.applied.rule)
        }
        _ => return Ok(None),
    };
    let scene = &scene.in_state(&state);
    let search = &state.search;
    let (result, proof) = scene.search(search)?;
    if result.products.is_empty() {
        return Ok(None);
    }
    let mut statement = scene.text(key, &[]);
    let things = describe(scene, search, &proof, result.total);
    statement.push_sentence(&scene.shop.texts.count("search.here", result.total, &[("things", things)]));
    let outcome = Outcome::say(scene, statement)
        .with_intents(&[Intent::ProductSearch])
        .showing(search.category.clone(), cards(result));
    Ok(Some(outcome.with_mood(Mood::Found { more: result.remaining > 0, colours: facet(result, "colour") })))
}

fn already_at_the_edge(side: Dimension, rule: Option<Rule>) -> &'static str {
    match (side, matches!(rule, Some(Rule::MoreOf(_)))) {
        (Dimension::Width, true) => "rule.already_widest",
        (Dimension::Width, false) => "rule.already_narrowest",
        (Dimension::Depth, true) => "rule.already_deepest",
        (Dimension::Depth, false) => "rule.already_shallowest",
        (Dimension::Height, true) => "rule.already_tallest",
        (Dimension::Height, false) => "rule.already_lowest",
    }
}

/// Rooms and styles are rarely stated in the catalogue: where they leave nothing, the search goes on without and says so.
fn without_soft_words(scene: &Scene<'_>, request: Request) -> Result<Option<Outcome>, Stop> {
    let search = &scene.state.search;
    if search.room.is_none() && search.style.is_none() {
        return Ok(None);
    }
    let mut looser = search.clone();
    looser.remove("room");
    looser.remove("style");
    let (result, proof) = scene.search(&looser)?;
    if result.products.is_empty() || !looser.is_searchable() {
        return Ok(None);
    }
    let state = SessionState { search: looser.clone(), ..scene.state.clone() };
    let page = Page { search: &looser, result, proof: &proof };
    let mut outcome = found(&scene.in_state(&state), request, page);
    let mut statement = not_made_for(scene, search, &looser);
    statement.push_sentence(&outcome.statement);
    outcome.statement = statement;
    // The wish stays: a later, wider search may find what suits it.
    outcome.state.search.room.clone_from(&search.room);
    Ok(Some(outcome))
}

/// That nothing is known to be just what the words say.
fn loosely(scene: &Scene<'_>, search: &SearchState, proof: &Proof) -> Fragment {
    let Some((query, words)) = search.query.as_deref().and_then(|query| Some((query, quotable(query)?))) else {
        return Fragment::default();
    };
    let words = proof.named(ClaimKind::Query, "arguments.query", query, &words);
    scene.text("search.loosely", &[("words", words)])
}

/// Words that no slot took only rank: where they leave nothing, the kind of furniture still stands, and the reply says so.
fn without_free_words(scene: &Scene<'_>, request: Request) -> Result<Option<Outcome>, Stop> {
    let search = &scene.state.search;
    if search.query.is_none() || search.category.is_none() {
        return Ok(None);
    }
    let (_, missed) = scene.search(search)?;
    let mut state = scene.state.clone();
    state.search.remove("query");
    let (result, proof) = scene.search(&state.search)?;
    if result.products.is_empty() {
        return Ok(None);
    }
    let page = Page { search: &state.search, result, proof: &proof };
    let mut outcome = found(&scene.in_state(&state), request, page);
    let mut statement = loosely(scene, search, &missed);
    statement.push_sentence(&outcome.statement);
    outcome.statement = statement;
    Ok(Some(outcome))
}

/// "Leather ones" after grey sofas, where no sofa is both: the newer wish about the looks counts, and the reply says what
/// was given up for it. Budgets, sizes and exclusions are never given up unasked.
fn without_older_look(scene: &Scene<'_>, request: Request) -> Result<Option<Outcome>, Stop> {
    let (patch, search) = (&scene.act.patch, &scene.state.search);
    let older = match (patch.colours.is_empty(), patch.materials.is_empty()) {
        (true, false) if !search.colours.is_empty() => "colour",
        (false, true) if !search.materials.is_empty() => "material",
        _ => return Ok(None),
    };
    if !request.is_refinement {
        return Ok(None);
    }
    let (result, missed) = scene.search(search)?;
    let mut state = scene.state.clone();
    state.search.remove(older);
    state.search.remove("query");
    let (nearest, proof) = scene.search(&state.search)?;
    if nearest.products.is_empty() {
        return Ok(None);
    }
    let things = describe(scene, search, &missed, result.total);
    let mut statement = scene.text("nothing.found", &[("things", things)]);
    let slot = Fragment::plain(scene.shop.texts.word(&format!("slot.{older}")));
    statement.push_sentence(&scene.text("nothing.left_out", &[("slot", slot)]));
    let page = Page { search: &state.search, result: nearest, proof: &proof };
    let mut outcome = found(&scene.in_state(&state), request, page);
    statement.push_sentence(&outcome.statement);
    outcome.statement = statement;
    Ok(Some(outcome))
}

fn not_made_for(scene: &Scene<'_>, search: &SearchState, looser: &SearchState) -> Fragment {
    let things = looser
        .category
        .as_deref()
        .map_or_else(|| Fragment::plain(scene.shop.texts.word("search.thing.many")), |category| scene.kind(category));
    let what = match (&search.room, &search.style) {
        (Some(room), _) => {
            let label = Fragment::plain(scene.names.label(TermKind::Room, room));
            scene.text(room_key(scene, room), &[("room", label)])
        }
        (None, Some(style)) => {
            let label = Fragment::plain(scene.names.label(TermKind::Style, style));
            scene.text("search.in_style", &[("style", label)])
        }
        (None, None) => Fragment::default(),
    };
    scene.text("search.not_made_for", &[("things", things), ("what", what)])
}

fn no_further_page(scene: &Scene<'_>, result: &SearchResult, proof: &Proof) -> Outcome {
    let total = proof.number("total", result.total);
    let things = describe(scene, &scene.state.search, proof, result.total);
    let slots = [("total", total), ("things", things)];
    let statement = scene.shop.texts.count("search.end", result.total, &slots);
    let mut outcome = Outcome::say(scene, statement)
        .with_intents(&[Intent::ProductSearch])
        .with_mood(Mood::Found { more: false, colours: Vec::new() });
    outcome.state.search.page = result.total.div_ceil(result.page_size.max(1));
    outcome
}

pub(super) fn nothing_to_page(scene: &Scene<'_>) -> Outcome {
    let key = match scene.act.patch.page {
        Some(Paging::Previous) => "clarify.nothing_before",
        _ => "clarify.nothing_to_page",
    };
    let kinds = kinds(scene);
    Outcome::clarify(scene, scene.text(key, &[]), Waiting::Category).with_mood(Mood::Kind(kinds))
}

/// Asks for the kind of furniture, with kinds that fit what is known.
pub(super) fn which_kind(scene: &Scene<'_>) -> Outcome {
    let kinds = kinds(scene);
    let named: Vec<Fragment> = kinds.iter().map(|kind| scene.kind(kind)).collect();
    let examples = scene.shop.texts.any_of(&named);
    let question = match (&scene.state.search.room, named.is_empty()) {
        (_, true) => scene.text("clarify.kind", &[]),
        (Some(room), false) => {
            let label = Fragment::plain(scene.names.label(TermKind::Room, room));
            let room = scene.text(room_key(scene, room), &[("room", label)]);
            scene.text("clarify.kind_for_room", &[("room", room), ("examples", examples)])
        }
        (None, false) if scene.state.asked > 0 => scene.text("clarify.kind_again", &[("examples", examples)]),
        (None, false) => scene.text("clarify.kind_such_as", &[("examples", examples)]),
    };
    Outcome::clarify(scene, question, Waiting::Category).with_mood(Mood::Kind(kinds))
}

/// Kinds of furniture to offer: what belongs in the room asked for, else what the shop has most of.
pub(super) fn kinds(scene: &Scene<'_>) -> Vec<String> {
    let sold = |kind: &&String| scene.names.count(kind).is_some_and(|count| count > 0);
    let room = scene.state.search.room.as_deref().unwrap_or_default();
    let fitting: Vec<String> = scene.shop.rooms.kinds(room).iter().filter(sold).take(KINDS_OFFERED).cloned().collect();
    if fitting.is_empty() {
        return scene.names.popular().iter().take(KINDS_OFFERED).cloned().collect();
    }
    fitting
}
