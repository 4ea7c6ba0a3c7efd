//! A turn and its trace as one document. `easymart explain` and the gateway's trace endpoint show exactly this.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Consulted, Timings, Trace};
use crate::domain::{
    fragment::{Fragment, TemplateUse},
    search_state::SearchState,
    tool::search_arguments,
    turn::{AnsweredBy, Turn},
    understanding::{ReadWord, Score},
};

/// Why a turn went as it did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// Key of the turn.
    pub turn_id: String,
    /// When, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// Version of the program that took it.
    pub version: String,
    /// Catalogue generation whose words were used.
    pub generation: String,
    /// The message, redacted.
    pub message: String,
    /// The message unit by unit.
    pub words: Vec<ReadWord>,
    /// Words that were corrected, as (typed, meant).
    pub corrections: Vec<(String, String)>,
    /// Intents with their evidence, best first.
    pub scores: Vec<Score>,
    /// Intents that the turn reported, main one first.
    pub intents: Vec<String>,
    /// What was carried out: each act as an object of what it says.
    pub acts: Vec<Value>,
    /// What became of the search.
    pub search: SearchTrace,
    /// What references could have meant, and what they were taken for.
    pub references: Vec<Consulted>,
    /// Every tool that ran.
    pub tools: Vec<ToolTrace>,
    /// Ids of the products shown, in order.
    pub product_ids: Vec<String>,
    /// The reply and where it comes from.
    pub reply: ReplyReason,
    /// Who wrote the reply.
    pub answered_by: AnsweredBy,
    /// What was unavailable.
    pub degraded: Vec<String>,
    /// How long the steps took, in microseconds.
    pub timings_us: Timings,
}

/// What became of the search, in the names of the HTTP contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchTrace {
    /// In force before the turn; `{}`: none.
    pub before: Value,
    /// In force after it; `{}`: none.
    pub after: Value,
    /// What differs, slot by slot.
    pub changes: Vec<SearchChange>,
}

/// One slot of the search that a turn changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchChange {
    /// The slot.
    pub slot: String,
    /// What it held; null: nothing.
    pub before: Value,
    /// What it holds; null: nothing.
    pub after: Value,
}

/// A tool that ran.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolTrace {
    /// Name.
    pub name: String,
    /// Arguments.
    pub arguments: Value,
    /// Whether it did what was asked.
    pub ok: bool,
    /// What it gave, in short.
    pub outcome: Value,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
}

/// A reply and where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReplyReason {
    /// The text.
    pub text: String,
    /// The templates that gave it; an outer one stands before those in its slots.
    pub templates: Vec<TemplateUse>,
    /// Each checkable part with the field that proves it.
    pub claims: Vec<ClaimProof>,
    /// What the checker said.
    pub verdict: Verdict,
    /// What was wrong, when the reply was replaced.
    pub problems: Vec<String>,
}

/// A checkable part of a reply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClaimProof {
    /// The words.
    pub text: String,
    /// Kind of claim.
    pub kind: String,
    /// Value in canonical text.
    pub value: String,
    /// Tool result and field.
    pub source: String,
}

/// What the checker said of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every checkable part is proved.
    Proved,
    /// It was not, and an apology went out instead.
    Replaced,
}

impl Explanation {
    /// A turn and its trace as one document.
    #[must_use]
    pub fn of(turn: Turn, trace: Trace, at_ms: i64) -> Self {
        let after = turn.search.unwrap_or_default();
        let outcomes = trace.outcomes.into_iter().chain(std::iter::repeat(Value::Null));
        let tools = turn.tools.into_iter().zip(outcomes).map(|(report, outcome)| ToolTrace {
            name: report.name,
            arguments: serde_json::from_str(&report.arguments_json).unwrap_or_default(),
            ok: report.ok,
            outcome,
            duration_ms: report.duration_ms,
        });
        Self {
            turn_id: turn.turn_id,
            at_ms,
            version: trace.version,
            generation: trace.generation,
            message: trace.message,
            words: trace.words,
            corrections: trace.corrections,
            scores: trace.scores,
            intents: turn.intents.iter().map(|intent| intent.as_str().to_owned()).collect(),
            acts: trace.acts.iter().map(|act| spoken(json!(act))).collect(),
            search: SearchTrace::between(&trace.search_before, &after),
            references: trace.references,
            tools: tools.collect(),
            product_ids: turn.cards.into_iter().map(|card| card.product.product_id).collect(),
            reply: ReplyReason::of(&turn.reply, trace.problems),
            answered_by: turn.answered_by,
            degraded: turn.degraded,
            timings_us: trace.timings,
        }
    }
}

impl SearchTrace {
    /// What differs between two searches.
    fn between(before: &SearchState, after: &SearchState) -> Self {
        let slots = |search: &SearchState| match search_arguments(search) {
            Value::Object(slots) if !search.is_empty() => slots,
            _ => Map::new(),
        };
        let (before, after) = (slots(before), slots(after));
        let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let value = |slots: &Map<String, Value>, name: &str| slots.get(name).cloned().unwrap_or_default();
        let changes = names.into_iter().map(|name| SearchChange {
            slot: name.clone(),
            before: value(&before, name),
            after: value(&after, name),
        });
        let changes = changes.filter(|change| change.before != change.after).collect();
        Self { before: Value::Object(before), after: Value::Object(after), changes }
    }
}

impl ReplyReason {
    fn of(reply: &Fragment, problems: Vec<String>) -> Self {
        let chars: Vec<char> = reply.text().chars().collect();
        let claims = reply.claims().iter().map(|claim| ClaimProof {
            text: chars.get(claim.start..claim.end).unwrap_or_default().iter().collect(),
            kind: claim.kind.as_str().to_owned(),
            value: claim.value.clone(),
            source: claim.source.clone(),
        });
        Self {
            text: reply.text().to_owned(),
            templates: reply.templates().to_vec(),
            claims: claims.collect(),
            verdict: if problems.is_empty() { Verdict::Proved } else { Verdict::Replaced },
            problems,
        }
    }
}

/// A document without the members that say nothing: null, empty lists and objects, at any depth.
fn spoken(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, value)| (name, spoken(value)));
            Value::Object(members.filter(|(_, value)| says_something(value)).collect())
        }
        other => other,
    }
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(list) => !list.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use easymart_core::{Currency, Money};

    use super::*;

    #[test]
    fn a_search_shows_what_changed() {
        let before = SearchState { category: Some("desk".to_owned()), page: 1, ..Default::default() };
        let price = Money::new(20_000, Currency::AUD);
        let after = SearchState { price_max: Some(price), colours: vec!["black".to_owned()], ..before.clone() };
        let trace = SearchTrace::between(&before, &after);
        let slots: Vec<&str> = trace.changes.iter().map(|change| change.slot.as_str()).collect();
        assert_eq!(slots, ["colour", "price_max"]);
        assert_eq!(SearchTrace::between(&after, &after).changes, []);
        assert_eq!(SearchTrace::between(&SearchState::default(), &after).before, json!({}));
    }

    #[test]
    fn empty_members_are_left_out() {
        let act = json!({"intent": "thanks", "topic": null, "patch": {"colours": [], "exclude": {"brands": []}}});
        assert_eq!(spoken(act), json!({"intent": "thanks"}));
    }
}
