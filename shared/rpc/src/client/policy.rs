use std::time::Duration;

use easymart_core::{Error, reason};

/// Whether a call may be sent again when nobody knows what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idempotency {
    /// It changes nothing.
    Safe,
    /// It carries a `request_id`: a repeat gets the first answer.
    WithKey,
    /// It must not be repeated.
    Unsafe,
}

/// How one method is called. Each client keeps a const table of these.
#[derive(Debug, Clone, Copy)]
pub struct MethodPolicy {
    /// Name in the contract, for example `Search`.
    pub method: &'static str,
    /// Longest time for the whole call, retries included.
    pub timeout: Duration,
    /// Whether it may be repeated.
    pub idempotency: Idempotency,
    /// Most attempts, the first included.
    pub attempts: u32,
}

impl MethodPolicy {
    /// Whether `error`, met on attempt number `attempt`, may be followed by another attempt.
    ///
    /// Only what says that the peer did no work on the call: it cannot be reached, is leaving, or turned it away and said
    /// when to come back. Everything else is either final or the business of a higher level.
    pub(super) fn may_retry(&self, attempt: u32, error: &Error) -> bool {
        let repeatable = self.idempotency != Idempotency::Unsafe && attempt < self.attempts;
        let untouched = error.reason == reason::UNAVAILABLE
            || error.reason == reason::SHUTTING_DOWN
            || (error.reason == reason::OVERLOADED && error.retry_after.is_some());
        repeatable && untouched
    }
}
