//! What conversation counts and times.

use std::time::Duration;

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

use crate::domain::{
    tool::Tool,
    turn::{AnsweredBy, Turn},
};

const TURN_SECONDS: &str = "easymart_conversation_turn_duration_seconds";
const TURNS: &str = "easymart_conversation_turns_total";
const TOOL_SECONDS: &str = "easymart_conversation_tool_duration_seconds";
const UNPROVED: &str = "easymart_conversation_unproved_replies_total";
const DEGRADED: &str = "easymart_conversation_degraded_turns_total";
const REPLAYED: &str = "easymart_conversation_replayed_turns_total";
const SWEPT: &str = "easymart_conversation_swept_records_total";
const TERMS: &str = "easymart_conversation_vocabulary_terms";

/// Describes every metric, once.
pub(crate) fn describe() {
    describe_histogram!(TURN_SECONDS, "Time of a turn inside the service, by main intent and outcome");
    describe_counter!(TURNS, "Turns taken, by main intent, outcome and who wrote the reply");
    describe_histogram!(TOOL_SECONDS, "Time of a tool, by name and outcome");
    describe_counter!(UNPROVED, "Replies replaced because a claim was not proved; any is a fault of ours");
    describe_counter!(DEGRADED, "Turns in which something was unavailable, by what");
    describe_counter!(REPLAYED, "Turns answered from memory because their key had been used");
    describe_counter!(SWEPT, "Expired records deleted");
    describe_gauge!(TERMS, "Terms of the vocabulary in use");
}

/// A turn was answered.
pub(crate) fn turn_taken(turn: &Turn, took: Duration) {
    let intent = turn.intents.first().map_or("none", |intent| intent.as_str());
    let outcome = if turn.degraded.is_empty() { "ok" } else { "degraded" };
    let by = match turn.answered_by {
        AnsweredBy::Rules => "rules",
        AnsweredBy::Llm => "llm",
    };
    histogram!(TURN_SECONDS, "intent" => intent, "outcome" => outcome).record(took);
    counter!(TURNS, "intent" => intent, "outcome" => outcome, "answered_by" => by).increment(1);
    for reason in &turn.degraded {
        counter!(DEGRADED, "reason" => reason.clone()).increment(1);
    }
}

/// A turn failed.
pub(crate) fn turn_failed(reason: &'static str, took: Duration) {
    histogram!(TURN_SECONDS, "intent" => "none", "outcome" => reason).record(took);
    counter!(TURNS, "intent" => "none", "outcome" => reason, "answered_by" => "none").increment(1);
}

/// A tool ran.
pub(crate) fn tool_ran(tool: Tool, ok: bool, took: Duration) {
    let outcome = if ok { "ok" } else { "error" };
    histogram!(TOOL_SECONDS, "tool" => tool.name(), "outcome" => outcome).record(took);
}

/// A reply was replaced.
pub(crate) fn unproved() {
    counter!(UNPROVED).increment(1);
}

/// A turn was answered from memory.
pub(crate) fn replayed() {
    counter!(REPLAYED).increment(1);
}

/// Expired records were deleted.
pub(crate) fn swept(records: usize) {
    counter!(SWEPT).increment(u64::try_from(records).unwrap_or(u64::MAX));
}

/// Another vocabulary is in use.
pub(crate) fn vocabulary(terms: usize) {
    gauge!(TERMS).set(f64::from(u32::try_from(terms).unwrap_or(u32::MAX)));
}
