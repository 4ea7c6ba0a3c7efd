use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use easymart_runtime::{Admission, Breaker, BreakerConfig, Position};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::UsageLog;
use crate::{
    config::Config,
    domain::{Counters, Purpose, Purposes},
    error::Failure,
    metrics,
};

/// What all calls share: who may start, what was used, and what is known about the provider.
pub(super) struct Ledger {
    places: Arc<Semaphore>,
    breaker: Breaker,
    purposes: Mutex<Purposes>,
    record: Mutex<Record>,
    usage: Arc<dyn UsageLog>,
}

#[derive(Debug, Default)]
struct Record {
    calls: u64,
    failures: u64,
    /// What the last call that tells something came to.
    last: Option<Result<(), String>>,
}

/// The provider's standing since the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) state: State,
    /// What the last failure was, in our words; empty when the last call went well.
    pub(crate) last_error: String,
    /// Calls that asked the provider for something.
    pub(crate) calls: u64,
    /// Of them without an answer.
    pub(crate) failures: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    NotConfigured,
    Untried,
    Ok,
    Failing,
    /// Calls fail at once.
    Open,
}

impl Standing {
    pub(super) fn not_configured() -> Self {
        Self { state: State::NotConfigured, last_error: String::new(), calls: 0, failures: 0 }
    }
}

impl Ledger {
    pub(super) fn new(config: &Config, usage: Arc<dyn UsageLog>) -> Self {
        Self {
            places: Arc::new(Semaphore::new(config.max_in_flight)),
            breaker: breaker(config),
            purposes: Mutex::default(),
            record: Mutex::default(),
            usage,
        }
    }

    pub(super) fn purpose(&self, word: &str) -> Purpose {
        lock(&self.purposes).named(word)
    }

    /// A place for one call, held until dropped.
    pub(super) fn enter(&self) -> Result<OwnedSemaphorePermit, Failure> {
        Arc::clone(&self.places).try_acquire_owned().map_err(|_| Failure::Busy)
    }

    /// Whether the provider may be asked now.
    pub(super) fn admit(&self) -> Result<Admission, Failure> {
        self.breaker.admit().map_err(|retry_after| Failure::LeftAlone { retry_after })
    }

    /// Books a call that has ended; without a result its caller went away.
    pub(super) fn book(&self, purpose: &Purpose, result: Option<&Result<(), Failure>>, tokens: Counters) {
        let failed = matches!(result, Some(Err(_)));
        let counters = Counters { calls: 1, failures: u64::from(failed), ..tokens };
        self.usage.add(purpose, counters);
        metrics::tokens(purpose, tokens);
        let mut record = lock(&self.record);
        record.calls += 1;
        record.failures += u64::from(failed);
        if let Some(result) = result {
            record.last = Some(result.clone().map_err(|failure| failure.to_string()));
        }
    }

    pub(super) fn standing(&self) -> Standing {
        let is_open = self.breaker.position() != Position::Closed;
        let record = lock(&self.record);
        let state = match &record.last {
            _ if is_open => State::Open,
            None => State::Untried,
            Some(Ok(())) => State::Ok,
            Some(Err(_)) => State::Failing,
        };
        let last_error = record.last.clone().and_then(Result::err).unwrap_or_default();
        Standing { state, last_error, calls: record.calls, failures: record.failures }
    }
}

fn breaker(config: &Config) -> Breaker {
    let (failures, pause) = (config.breaker_failures, config.breaker_pause);
    Breaker::new(BreakerConfig { failures, pause, longest_pause: pause }, metrics::breaker)
}

/// Whole at every moment, so a poisoned lock is as good as any.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
