use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use metrics::Gauge;
use tokio::time::Instant;

use super::PeerConfig;

/// Leaves a failing peer alone: after so many failures in a row calls fail at once, until one call that is let through
/// after a while succeeds.
///
/// Without it every turn would spend its whole time budget on finding out what the turn before it found out.
#[derive(Debug)]
pub(super) struct Breaker {
    failures_to_open: u32,
    open_initial: Duration,
    open_max: Duration,
    gauge: Gauge,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Calls pass; so many failures in a row.
    Closed { failures: u32 },
    /// Calls fail until then.
    Open { until: Instant, length: Duration },
    /// One call was let through and decides.
    HalfOpen { length: Duration },
}

impl State {
    /// The value of the metric.
    fn position(self) -> f64 {
        match self {
            Self::Closed { .. } => 0.0,
            Self::HalfOpen { .. } => 1.0,
            Self::Open { .. } => 2.0,
        }
    }
}

/// The right to make one attempt. Tell it how the attempt went; dropped without, it counts as neither.
#[derive(Debug)]
pub(super) struct Admission<'a> {
    breaker: &'a Breaker,
    probe: bool,
    told: bool,
}

impl Breaker {
    /// A closed breaker that shows its position in `gauge`.
    pub(super) fn new(config: &PeerConfig, gauge: Gauge) -> Self {
        Self {
            failures_to_open: config.breaker_failures.max(1),
            open_initial: config.breaker_open_initial,
            open_max: config.breaker_open_max.max(config.breaker_open_initial),
            gauge,
            state: Mutex::new(State::Closed { failures: 0 }),
        }
    }

    /// Lets an attempt through, or says how long none will be.
    pub(super) fn admit(&self) -> Result<Admission<'_>, Duration> {
        let mut state = self.lock();
        let probe = match *state {
            State::Closed { .. } => false,
            // The outcome of the one call is awaited.
            State::HalfOpen { length } => return Err(length),
            State::Open { until, length } => {
                let wait = until.saturating_duration_since(Instant::now());
                if !wait.is_zero() {
                    return Err(wait);
                }
                self.turn(&mut state, State::HalfOpen { length });
                true
            }
        };
        Ok(Admission { breaker: self, probe, told: false })
    }

    /// Answers to calls from before the breaker opened say nothing about now, so in the half open state only the probe counts.
    fn succeed(&self, probe: bool) {
        let mut state = self.lock();
        match *state {
            State::Closed { failures: 0 } | State::Open { .. } => {}
            State::HalfOpen { .. } if !probe => {}
            State::Closed { .. } | State::HalfOpen { .. } => {
                self.turn(&mut state, State::Closed { failures: 0 });
            }
        }
    }

    fn fail(&self, probe: bool) {
        let mut state = self.lock();
        let next = match *state {
            State::Closed { failures } if failures + 1 < self.failures_to_open => {
                State::Closed { failures: failures + 1 }
            }
            State::Closed { .. } => Self::open(self.open_initial),
            State::HalfOpen { length } if probe => Self::open(length.saturating_mul(2).min(self.open_max)),
            unchanged => unchanged,
        };
        self.turn(&mut state, next);
    }

    /// The probe ended without a verdict: the next call is the probe.
    fn abandon(&self) {
        let mut state = self.lock();
        if let State::HalfOpen { length } = *state {
            let until = Instant::now();
            self.turn(&mut state, State::Open { until, length });
        }
    }

    fn turn(&self, state: &mut State, next: State) {
        *state = next;
        self.gauge.set(next.position());
    }

    fn open(length: Duration) -> State {
        State::Open { until: Instant::now() + length, length }
    }

    /// The state is one word that is whole at every moment, so a poisoned lock is as good as any.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Admission<'_> {
    /// The peer answered, be it with an error of its own.
    pub(super) fn answered(mut self) {
        self.told = true;
        self.breaker.succeed(self.probe);
    }

    /// The peer could not be reached or did not answer.
    pub(super) fn failed(mut self) {
        self.told = true;
        self.breaker.fail(self.probe);
    }
}

impl Drop for Admission<'_> {
    fn drop(&mut self) {
        if !self.told && self.probe {
            self.breaker.abandon();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn breaker() -> Breaker {
        let config = PeerConfig {
            breaker_failures: 3,
            breaker_open_initial: SECOND,
            breaker_open_max: 4 * SECOND,
            ..PeerConfig::default()
        };
        Breaker::new(&config, Gauge::noop())
    }

    fn open(breaker: &Breaker) {
        for _ in 0..3 {
            breaker.admit().unwrap().failed();
        }
        assert!(breaker.admit().is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn it_opens_after_failures_in_a_row_only() {
        let breaker = breaker();
        for _ in 0..10 {
            breaker.admit().unwrap().failed();
            breaker.admit().unwrap().failed();
            breaker.admit().unwrap().answered();
        }
        open(&breaker);
        assert_eq!(breaker.admit().unwrap_err(), SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn one_call_tries_again_and_closes_it() {
        let breaker = breaker();
        open(&breaker);
        tokio::time::advance(SECOND).await;
        let probe = breaker.admit().unwrap();
        assert!(breaker.admit().is_err(), "only one call may try");
        probe.answered();
        breaker.admit().unwrap().answered();
        assert!(breaker.admit().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn it_stays_open_longer_each_time_up_to_the_limit() {
        let breaker = breaker();
        open(&breaker);
        for seconds in [2, 4, 4] {
            tokio::time::advance(8 * SECOND).await;
            breaker.admit().unwrap().failed();
            assert_eq!(breaker.admit().unwrap_err(), seconds * SECOND);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_that_is_given_up_leaves_the_next_call_to_try() {
        let breaker = breaker();
        open(&breaker);
        tokio::time::advance(SECOND).await;
        drop(breaker.admit().unwrap());
        assert!(breaker.admit().is_ok());
    }
}
