use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use easymart_runtime::Admission;
use tokio::sync::OwnedSemaphorePermit;

use super::{Completion, Ledger};
use crate::{
    domain::{Answer, Counters, Purpose},
    error::{Failure, Verdict},
    metrics,
};

/// What a call that its caller gave up counts as.
const ABANDONED: &str = "abandoned";
const OK: &str = "ok";

/// Whether an answer comes whole or in pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Whole,
    Stream,
}

impl Mode {
    fn label(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Stream => "stream",
        }
    }
}

/// A call under way. Whatever becomes of it is booked: when it ends, or when it is dropped because its caller went away.
pub(super) struct Call {
    ledger: Arc<Ledger>,
    purpose: Purpose,
    mode: Mode,
    started: Instant,
    attempts: u32,
    first_token: Option<Duration>,
    is_booked: bool,
    /// Of the request under way; gone once it was judged.
    admission: Option<Admission>,
    _place: OwnedSemaphorePermit,
}

impl Call {
    pub(super) fn start(
        ledger: Arc<Ledger>,
        purpose: Purpose,
        mode: Mode,
        place: OwnedSemaphorePermit,
        admission: Admission,
    ) -> Self {
        metrics::call_started();
        Self {
            ledger,
            purpose,
            mode,
            started: Instant::now(),
            attempts: 0,
            first_token: None,
            is_booked: false,
            admission: Some(admission),
            _place: place,
        }
    }

    pub(super) fn purpose(&self) -> &Purpose {
        &self.purpose
    }

    /// Counts another request. Returns its number, from 1.
    pub(super) fn next_attempt(&mut self) -> u32 {
        self.attempts += 1;
        self.attempts
    }

    /// The request under way is over: tells the breaker what that says about the provider.
    pub(super) fn judge(&mut self, verdict: Verdict) {
        let Some(admission) = self.admission.take() else {
            return;
        };
        match verdict {
            Verdict::Working => admission.succeeded(),
            Verdict::Failing => admission.failed(),
            Verdict::Unknown => drop(admission),
        }
    }

    /// Asks to be let through once more.
    pub(super) fn readmit(&mut self) -> Result<(), Failure> {
        self.admission = Some(self.ledger.admit()?);
        Ok(())
    }

    /// Notes that the first token is there.
    pub(super) fn first_token(&mut self) {
        let after = self.started.elapsed();
        self.first_token = Some(after);
        metrics::first_token(&self.purpose, after);
    }

    /// The call is over, with an answer.
    pub(super) fn succeed(mut self, answer: Answer) -> Completion {
        self.judge(Verdict::Working);
        self.book(Some(&Ok(())), tokens(&answer), OK);
        let first_token = self.first_token.unwrap_or_else(|| self.started.elapsed());
        Completion { answer, attempts: self.attempts, first_token }
    }

    /// The call is over, without an answer. What that says about the provider was judged with the request that failed.
    pub(super) fn fail(mut self, failure: Failure) -> Failure {
        let outcome = failure.outcome();
        let result = Err(failure.clone());
        // A caller's own haste is no failure of the provider's.
        let told = (failure != Failure::Deadline).then_some(&result);
        self.book(told, Counters::default(), outcome);
        failure
    }

    /// The call is over: its stream broke off.
    pub(super) fn fail_midway(mut self, failure: Failure) -> Failure {
        tracing::warn!(purpose = %self.purpose, %failure, "no whole answer");
        self.judge(failure.verdict());
        self.fail(failure)
    }

    fn book(&mut self, result: Option<&Result<(), Failure>>, tokens: Counters, outcome: &'static str) {
        self.is_booked = true;
        self.ledger.book(&self.purpose, result, tokens);
        metrics::call_ended(&self.purpose, self.mode.label(), outcome, self.started.elapsed());
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if !self.is_booked {
            self.book(None, Counters::default(), ABANDONED);
        }
    }
}

fn tokens(answer: &Answer) -> Counters {
    let usage = answer.usage.unwrap_or_default();
    Counters {
        input_tokens: usage.input_tokens.into(),
        output_tokens: usage.output_tokens.into(),
        ..Counters::default()
    }
}
