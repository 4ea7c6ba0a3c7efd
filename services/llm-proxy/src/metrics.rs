//! This service's metrics. Durations are seconds; `purpose` is one of few sanitised words, `outcome` is `ok` or a failure's word.

use std::time::Duration;

use easymart_runtime::Position;

use crate::domain::{Counters, Purpose};

/// Calls that have ended. Labels `purpose`, `outcome` (also `abandoned`: the caller went away).
const CALLS: &str = "easymart_llm_calls_total";
/// Duration of a call, repetitions included. Labels `purpose`, `mode` (`whole`, `stream`).
const CALL_SECONDS: &str = "easymart_llm_call_seconds";
/// From the call to the first token of a stream. Label `purpose`.
const FIRST_TOKEN_SECONDS: &str = "easymart_llm_first_token_seconds";
/// Calls under way.
const IN_FLIGHT: &str = "easymart_llm_in_flight";
/// Requests that are repeated. Labels `purpose`, `cause`.
const RETRIES: &str = "easymart_llm_retries_total";
/// Whether the provider is left alone because it fails: 0 no, 1 being tried, 2 yes.
const BREAKER: &str = "easymart_llm_breaker_state";
/// Tokens, as the provider counts them. Labels `purpose`, `direction` (`input`, `output`).
const TOKENS: &str = "easymart_llm_tokens_total";
/// Tokens of the current day (UTC); unlike the counter it survives a restart. Labels `purpose`, `direction`.
const DAY_TOKENS: &str = "easymart_llm_day_tokens";
/// Calls of the current day (UTC); survives a restart. Labels `purpose`, `outcome` (`ok`, `failed`).
const DAY_CALLS: &str = "easymart_llm_day_calls";

pub(crate) fn call_started() {
    metrics::gauge!(IN_FLIGHT).increment(1.0);
}

pub(crate) fn call_ended(purpose: &Purpose, mode: &'static str, outcome: &'static str, took: Duration) {
    let purpose = purpose.to_string();
    metrics::gauge!(IN_FLIGHT).decrement(1.0);
    metrics::counter!(CALLS, "purpose" => purpose.clone(), "outcome" => outcome).increment(1);
    metrics::histogram!(CALL_SECONDS, "purpose" => purpose, "mode" => mode).record(took);
}

/// A call that was turned away before it started.
pub(crate) fn call_refused(purpose: &Purpose, outcome: &'static str) {
    metrics::counter!(CALLS, "purpose" => purpose.to_string(), "outcome" => outcome).increment(1);
}

pub(crate) fn first_token(purpose: &Purpose, after: Duration) {
    metrics::histogram!(FIRST_TOKEN_SECONDS, "purpose" => purpose.to_string()).record(after);
}

pub(crate) fn retried(purpose: &Purpose, cause: &'static str) {
    metrics::counter!(RETRIES, "purpose" => purpose.to_string(), "cause" => cause).increment(1);
}

pub(crate) fn breaker(position: Position) {
    metrics::gauge!(BREAKER).set(position.gauge());
}

pub(crate) fn tokens(purpose: &Purpose, counters: Counters) {
    let count = |direction: &'static str, tokens| {
        metrics::counter!(TOKENS, "purpose" => purpose.to_string(), "direction" => direction).increment(tokens);
    };
    count("input", counters.input_tokens);
    count("output", counters.output_tokens);
}

/// What the current day has come to.
#[allow(clippy::cast_precision_loss)] // far below 2^52
pub(crate) fn day(purpose: &str, counters: Counters) {
    let purpose = purpose.to_owned();
    let tokens = [("input", counters.input_tokens), ("output", counters.output_tokens)];
    for (direction, tokens) in tokens {
        metrics::gauge!(DAY_TOKENS, "purpose" => purpose.clone(), "direction" => direction).set(tokens as f64);
    }
    let calls = [("ok", counters.calls.saturating_sub(counters.failures)), ("failed", counters.failures)];
    for (outcome, calls) in calls {
        metrics::gauge!(DAY_CALLS, "purpose" => purpose.clone(), "outcome" => outcome).set(calls as f64);
    }
}
