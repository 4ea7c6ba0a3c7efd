//! One turn: all that it said and did, put together from the outcomes of its acts.

use serde::{Deserialize, Serialize};

use super::{
    cart::{Cart, SyncState},
    chips::{Chip, suggest},
    dialogue::{Action, ActionType, Card, Mood, Outcome, Shop},
    fragment::Fragment,
    names::Names,
    search_state::SearchState,
    state::SessionState,
    tool::{ToolResult, ToolRun, arguments},
    understanding::Intent,
};

/// Texts that tell what is in the cart by count and price.
const CART_TOTAL: &str = "cart.total";

/// A turn as it is answered and kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// Key of the session.
    pub session_id: String,
    /// Unique, ordered by time.
    pub turn_id: String,
    /// What the shopper reads, with what proves it.
    pub reply: Fragment,
    /// Intents, main one first.
    pub intents: Vec<Intent>,
    /// Cards shown.
    pub cards: Vec<Card>,
    /// The whole cart, when the turn read or changed it.
    pub cart: Option<Cart>,
    /// Every tool that ran.
    pub tools: Vec<ToolReport>,
    /// The search in force; `None`: none is.
    pub search: Option<SearchState>,
    /// Product that "it" means now; empty: none.
    pub focus_product_id: String,
    /// Whether the reply puts a question.
    pub asks: bool,
    /// Suggested next messages.
    pub chips: Vec<Chip>,
    /// For the storefront.
    pub actions: Vec<Action>,
    /// Who wrote the reply.
    pub answered_by: AnsweredBy,
    /// What was unavailable.
    pub degraded: Vec<String>,
}

/// A tool that ran, as the turn reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolReport {
    /// Name.
    pub name: String,
    /// Arguments as a JSON object.
    pub arguments_json: String,
    /// Whether it did what was asked.
    pub ok: bool,
    /// How long it took.
    pub duration_ms: u64,
}

/// Who wrote a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnsweredBy {
    /// The deterministic core.
    Rules,
    /// A language model phrased it.
    Llm,
}

/// The outcomes of a turn's acts as one.
#[derive(Debug)]
pub struct Merged {
    /// The reply.
    pub reply: Fragment,
    /// Intents, main one first.
    pub intents: Vec<Intent>,
    /// Cards.
    pub cards: Vec<Card>,
    /// For the storefront.
    pub actions: Vec<Action>,
    /// Whether a question is put.
    pub asks: bool,
    /// What kind of next step helps.
    pub mood: Mood,
    /// Whether a language model may try to phrase it better.
    pub may_rephrase: bool,
}

impl Merged {
    /// One reply from several outcomes: everything that was said, the newest list, and one question at most.
    #[must_use]
    pub fn of(outcomes: Vec<Outcome>) -> Self {
        let single = outcomes.len() == 1;
        let mut merged = Self {
            reply: Fragment::default(),
            intents: Vec::new(),
            cards: Vec::new(),
            actions: Vec::new(),
            asks: false,
            mood: Mood::Open,
            may_rephrase: single && outcomes.iter().all(|outcome| outcome.may_rephrase),
        };
        let (mut question, mut closing) = (None, None);
        for outcome in outcomes {
            // A fresh start forgets what was asked and shown before it.
            if outcome.actions.iter().any(|action| action.kind == ActionType::ResetSession) {
                question = None;
                merged.cards.clear();
            }
            closing = outcome.closing;
            if outcome.statement.templates().iter().any(|template| template.key.starts_with(CART_TOTAL)) {
                // The newest total counts; once is enough.
                merged.reply = merged.reply.without(CART_TOTAL);
            }
            merged.reply.push_sentence(&outcome.statement);
            add_new(&mut merged.intents, outcome.intents);
            add_new(&mut merged.actions, outcome.actions);
            if !outcome.cards.is_empty() {
                merged.cards = outcome.cards;
            }
            // The state waits for the newest question, so that is the one to put; its chips go with it.
            let asked = question.is_some() && outcome.question.is_none();
            if !asked {
                merged.mood = outcome.mood;
            }
            question = outcome.question.or(question);
        }
        if let Some(question) = question {
            merged.reply.push_sentence(&question);
            merged.asks = true;
        } else if let Some(closing) = closing {
            merged.reply.push_sentence(&closing);
        }
        merged
    }
}

fn add_new<T: PartialEq>(list: &mut Vec<T>, more: Vec<T>) {
    for item in more {
        if !list.contains(&item) {
            list.push(item);
        }
    }
}

/// What a turn is made of beside the merged outcomes.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// Key of the session.
    pub session_id: &'a str,
    /// Key of the turn.
    pub turn_id: &'a str,
    /// The session after the turn.
    pub state: &'a SessionState,
    /// Tools that ran.
    pub runs: &'a [ToolRun],
    /// Names of the catalogue's terms.
    pub names: &'a Names,
    /// What does not change.
    pub shop: &'a Shop,
}

impl Turn {
    /// Puts a turn together.
    #[must_use]
    pub fn assemble(merged: Merged, around: Surroundings<'_>) -> Self {
        let state = around.state;
        Self {
            session_id: around.session_id.to_owned(),
            turn_id: around.turn_id.to_owned(),
            chips: suggest(&merged.mood, state, around.names, around.shop),
            reply: merged.reply,
            intents: merged.intents,
            cards: merged.cards,
            cart: newest_cart(around.runs).cloned(),
            tools: around.runs.iter().map(report).collect(),
            search: Some(&state.search).filter(|search| !search.is_empty()).cloned(),
            focus_product_id: state.focus.as_ref().map(|product| product.product_id.clone()).unwrap_or_default(),
            asks: merged.asks,
            actions: merged.actions,
            answered_by: AnsweredBy::Rules,
            degraded: degraded(around.runs),
        }
    }
}

fn report(run: &ToolRun) -> ToolReport {
    ToolReport {
        name: run.call.tool().name().to_owned(),
        arguments_json: arguments(&run.call).to_string(),
        ok: run.outcome.is_ok(),
        duration_ms: run.duration_ms,
    }
}

/// The cart as the newest tool that carries it left it.
#[must_use]
pub fn newest_cart(runs: &[ToolRun]) -> Option<&Cart> {
    runs.iter().rev().find_map(|run| match &run.outcome {
        Ok(ToolResult::Cart(result)) => Some(&result.cart),
        Ok(ToolResult::Checkout(result)) => Some(&result.cart),
        _ => None,
    })
}

/// What was unavailable, by the tools that could not do their work.
fn degraded(runs: &[ToolRun]) -> Vec<String> {
    let mut reasons: Vec<String> = Vec::new();
    for run in runs {
        let unavailable = matches!(&run.outcome, Err(failure) if failure.unavailable);
        let reason = match run.call.tool() {
            _ if !unavailable => continue,
            tool if tool.is_about_cart() => "cart_sync_unavailable",
            _ => "catalog_search_unavailable",
        };
        add_new(&mut reasons, vec![reason.to_owned()]);
    }
    let sync = newest_cart(runs).map(|cart| cart.sync);
    let reason = match sync {
        Some(SyncState::Pending) => "cart_sync_pending",
        Some(SyncState::Conflict) => "cart_sync_conflict",
        Some(SyncState::Failed) => "cart_sync_failed",
        _ => return reasons,
    };
    add_new(&mut reasons, vec![reason.to_owned()]);
    reasons
}
