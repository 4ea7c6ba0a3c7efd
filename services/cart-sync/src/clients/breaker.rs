//! Leaves a backend that fails for everybody alone for a while, and finds out with a single request whether it is back.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// How long those wait who come while one finds out: not long, as the backend is probably back.
const PROBE_WAIT: Duration = Duration::from_millis(500);

/// What has to fail how often, and how long the pause is then.
#[derive(Debug)]
pub(super) struct Breaker {
    failures: u32,
    pause: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    in_a_row: u32,
    paused_until: Option<Instant>,
    probing: bool,
}

impl Breaker {
    /// Pauses for `pause` after so many failures in a row; never when `failures` is 0.
    pub(super) fn new(failures: u32, pause: Duration) -> Self {
        Self { failures, pause, state: Mutex::default() }
    }

    /// Whether a request may be sent at `now`.
    ///
    /// # Errors
    /// How long to wait when it may not.
    pub(super) fn admit(&self, now: Instant) -> Result<(), Duration> {
        let mut state = self.state();
        match state.paused_until {
            Some(until) if until > now && state.probing => Err((until - now).min(PROBE_WAIT)),
            Some(until) if until > now => Err(until - now),
            Some(_) => {
                // This one finds out; should it never come back, another does after the next pause.
                state.paused_until = Some(now + self.pause);
                state.probing = true;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// The backend answered, whatever it said.
    pub(super) fn answered(&self) {
        *self.state() = State::default();
    }

    /// The backend did not answer, or said that it cannot.
    pub(super) fn failed(&self, now: Instant) {
        let mut state = self.state();
        state.in_a_row = state.in_a_row.saturating_add(1);
        if self.failures > 0 && state.in_a_row >= self.failures {
            state.paused_until = Some(now + self.pause);
            state.probing = false;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(5);

    #[test]
    fn after_failures_in_a_row_it_pauses_and_then_tries_with_one() {
        let (breaker, now) = (Breaker::new(2, PAUSE), Instant::now());
        breaker.failed(now);
        assert_eq!(breaker.admit(now), Ok(()));
        breaker.failed(now);
        assert_eq!(breaker.admit(now), Err(PAUSE));
        let later = now + PAUSE;
        assert_eq!(breaker.admit(later), Ok(()));
        assert_eq!(breaker.admit(later), Err(PROBE_WAIT));
        breaker.failed(later);
        assert_eq!(breaker.admit(later), Err(PAUSE));
        assert_eq!(breaker.admit(later + PAUSE), Ok(()));
        breaker.answered();
        assert_eq!(breaker.admit(later + PAUSE), Ok(()));
    }

    #[test]
    fn an_answer_in_between_starts_the_count_again() {
        let (breaker, now) = (Breaker::new(2, PAUSE), Instant::now());
        breaker.failed(now);
        breaker.answered();
        breaker.failed(now);
        assert_eq!(breaker.admit(now), Ok(()));
    }

    #[test]
    fn it_can_be_switched_off() {
        let (breaker, now) = (Breaker::new(0, PAUSE), Instant::now());
        for _ in 0..100 {
            breaker.failed(now);
        }
        assert_eq!(breaker.admit(now), Ok(()));
    }
}
