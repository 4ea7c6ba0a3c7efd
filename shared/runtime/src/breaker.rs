use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// What those hear who come while a trial is under way: soon it will be known.
const TRIAL_WAIT: Duration = Duration::from_millis(500);

/// When a breaker opens, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerConfig {
    /// Failures in a row after which it opens; 0: never.
    pub failures: u32,
    /// How long it then stays open. Doubles with every trial that fails.
    pub pause: Duration,
    /// Longest time that it stays open; counts as `pause` when it is shorter.
    pub longest_pause: Duration,
}

/// Where a breaker stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// Attempts pass.
    Closed,
    /// One attempt was let through and decides.
    HalfOpen,
    /// Nothing passes.
    Open,
}

/// A circuit breaker: leaves alone what keeps failing, and finds out with one attempt whether it is back. Clones are the same.
///
/// Without it everybody would spend their whole time budget on finding out what those before them found out.
///
/// It knows nothing of what it guards. Whoever makes the attempts asks [`Breaker::admit`] before each, and tells the
/// [`Admission`] how it went by a rule of their own: what counts as a failure differs from one transport to the next.
///
/// ```text
///             failures in a row                 pause is over
///   Closed ──────────────────────► Open ──────────────────────► HalfOpen
///     ▲                             ▲                            │   │
///     │                             └──── the trial fails, ──────┘   │
///     │                                   twice the pause            │
///     └────────────────── the trial succeeds ────────────────────────┘
/// ```
///
/// A trial that is dropped without a verdict leaves the next attempt to be the trial. One that gives none for as long as the
/// longest pause is taken for lost.
#[derive(Clone)]
pub struct Breaker(Arc<Inner>);

struct Inner {
    config: BreakerConfig,
    on_turn: Box<dyn Fn(Position) + Send + Sync>,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed {
        /// In a row.
        failures: u32,
    },
    Open {
        until: Instant,
        pause: Duration,
    },
    HalfOpen {
        /// When the trial is taken for lost.
        lost_at: Instant,
        /// How long it had been open.
        pause: Duration,
    },
}

/// The right to make one attempt. Tell it how the attempt went; dropped without, the attempt says nothing.
#[must_use = "tell it how the attempt went"]
pub struct Admission {
    breaker: Breaker,
    is_trial: bool,
    is_told: bool,
}

impl Position {
    /// The value of a gauge that shows it: 0 closed, 1 half open, 2 open.
    #[must_use]
    pub fn gauge(self) -> f64 {
        match self {
            Self::Closed => 0.0,
            Self::HalfOpen => 1.0,
            Self::Open => 2.0,
        }
    }
}

impl Breaker {
    /// A closed breaker. `on_turn` hears of every change of its position, in order, and must not wait: a gauge, for example.
    #[must_use]
    pub fn new(config: BreakerConfig, on_turn: impl Fn(Position) + Send + Sync + 'static) -> Self {
        on_turn(Position::Closed);
        let longest_pause = config.longest_pause.max(config.pause);
        let config = BreakerConfig { longest_pause, ..config };
        Self(Arc::new(Inner { config, on_turn: Box::new(on_turn), state: Mutex::new(State::Closed { failures: 0 }) }))
    }

    /// Lets an attempt through.
    ///
    /// # Errors
    /// How long to stay away when it does not.
    pub fn admit(&self) -> Result<Admission, Duration> {
        let mut state = self.lock();
        let now = Instant::now();
        let is_trial = match *state {
            State::Closed { .. } => false,
            State::Open { until, .. } if now < until => return Err(until - now),
            State::HalfOpen { lost_at, .. } if now < lost_at => return Err(TRIAL_WAIT.min(lost_at - now)),
            State::Open { pause, .. } | State::HalfOpen { pause, .. } => {
                let lost_at = now + self.0.config.longest_pause;
                self.turn(&mut state, State::HalfOpen { lost_at, pause });
                true
            }
        };
        Ok(Admission { breaker: self.clone(), is_trial, is_told: false })
    }

    /// Where it stands. An open one whose pause is over still counts as open, until somebody tries.
    #[must_use]
    pub fn position(&self) -> Position {
        self.lock().position()
    }

    /// Attempts from before it opened say nothing about now, so only a trial closes it.
    fn succeed(&self, is_trial: bool) {
        let mut state = self.lock();
        let closes = match *state {
            State::Closed { .. } => true,
            State::HalfOpen { .. } => is_trial,
            State::Open { .. } => false,
        };
        if closes {
            self.turn(&mut state, State::Closed { failures: 0 });
        }
    }

    fn fail(&self, is_trial: bool) {
        let BreakerConfig { failures: most, pause: first_pause, longest_pause } = self.0.config;
        let mut state = self.lock();
        let next = match *state {
            State::Closed { failures } => {
                let failures = failures.saturating_add(1);
                if most > 0 && failures >= most { open(first_pause) } else { State::Closed { failures } }
            }
            State::HalfOpen { pause, .. } if is_trial => open(pause.saturating_mul(2).min(longest_pause)),
            unchanged => unchanged,
        };
        self.turn(&mut state, next);
    }

    /// The trial ended without a verdict: the next attempt is the trial.
    fn abandon(&self) {
        let mut state = self.lock();
        if let State::HalfOpen { pause, .. } = *state {
            self.turn(&mut state, State::Open { until: Instant::now(), pause });
        }
    }

    fn turn(&self, state: &mut State, next: State) {
        let has_turned = state.position() != next.position();
        *state = next;
        if has_turned {
            (self.0.on_turn)(next.position());
        }
    }

    /// The state is one word that is whole at every moment, so a poisoned lock is as good as any.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn position(self) -> Position {
        match self {
            Self::Closed { .. } => Position::Closed,
            Self::HalfOpen { .. } => Position::HalfOpen,
            Self::Open { .. } => Position::Open,
        }
    }
}

fn open(pause: Duration) -> State {
    State::Open { until: Instant::now() + pause, pause }
}

impl Admission {
    /// What was tried works, be it by refusing what is wrong.
    pub fn succeeded(mut self) {
        self.is_told = true;
        self.breaker.succeed(self.is_trial);
    }

    /// It does not work.
    pub fn failed(mut self) {
        self.is_told = true;
        self.breaker.fail(self.is_trial);
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        if self.is_trial && !self.is_told {
            self.breaker.abandon();
        }
    }
}

impl fmt::Debug for Breaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Breaker").field(&*self.lock()).finish()
    }
}

impl fmt::Debug for Admission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admission").field("is_trial", &self.is_trial).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const CONFIG: BreakerConfig = BreakerConfig { failures: 3, pause: SECOND, longest_pause: Duration::from_secs(4) };

    fn breaker() -> Breaker {
        Breaker::new(CONFIG, |_| {})
    }

    fn fail(breaker: &Breaker, times: u32) {
        for _ in 0..times {
            breaker.admit().unwrap().failed();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_opens_after_failures_in_a_row_only() {
        let breaker = breaker();
        for _ in 0..10 {
            fail(&breaker, 2);
            breaker.admit().unwrap().succeeded();
        }
        fail(&breaker, 3);
        assert_eq!(breaker.admit().unwrap_err(), SECOND);
        advance(SECOND / 4).await;
        assert_eq!(breaker.admit().unwrap_err(), SECOND / 4 * 3);
    }

    #[tokio::test(start_paused = true)]
    async fn one_trial_closes_it() {
        let breaker = breaker();
        fail(&breaker, 3);
        advance(SECOND).await;
        let trial = breaker.admit().unwrap();
        assert_eq!(breaker.admit().unwrap_err(), TRIAL_WAIT, "only one may try");
        trial.succeeded();
        fail(&breaker, 2);
        assert_eq!(breaker.position(), Position::Closed, "the count starts again");
    }

    #[tokio::test(start_paused = true)]
    async fn it_stays_open_longer_each_time_up_to_the_longest_pause() {
        let breaker = breaker();
        fail(&breaker, 3);
        for seconds in [2, 4, 4] {
            advance(8 * SECOND).await;
            fail(&breaker, 1);
            assert_eq!(breaker.admit().unwrap_err(), seconds * SECOND);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn attempts_from_before_it_opened_decide_nothing() {
        let breaker = breaker();
        let (early, earlier) = (breaker.admit().unwrap(), breaker.admit().unwrap());
        fail(&breaker, 3);
        early.succeeded();
        assert_eq!(breaker.position(), Position::Open);
        advance(SECOND).await;
        let trial = breaker.admit().unwrap();
        earlier.failed();
        assert_eq!(breaker.position(), Position::HalfOpen);
        trial.succeeded();
        assert_eq!(breaker.position(), Position::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn a_trial_that_is_given_up_leaves_the_next_to_try() {
        let breaker = breaker();
        fail(&breaker, 3);
        advance(SECOND).await;
        drop(breaker.admit().unwrap());
        assert!(breaker.admit().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_trial_that_never_tells_is_taken_for_lost() {
        let breaker = breaker();
        fail(&breaker, 3);
        advance(SECOND).await;
        let lost = breaker.admit().unwrap();
        advance(CONFIG.longest_pause).await;
        breaker.admit().unwrap().succeeded();
        drop(lost);
        assert_eq!(breaker.position(), Position::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn zero_switches_it_off() {
        let breaker = Breaker::new(BreakerConfig { failures: 0, ..CONFIG }, |_| {});
        fail(&breaker, 100);
        assert_eq!(breaker.position(), Position::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn every_turn_is_told_once() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let ear = Arc::clone(&told);
        let breaker = Breaker::new(CONFIG, move |position| ear.lock().unwrap().push(position));
        fail(&breaker, 3);
        advance(SECOND).await;
        breaker.admit().unwrap().succeeded();
        breaker.admit().unwrap().succeeded();
        use Position::{Closed, HalfOpen, Open};
        assert_eq!(*told.lock().unwrap(), [Closed, Open, HalfOpen, Closed]);
    }
}
