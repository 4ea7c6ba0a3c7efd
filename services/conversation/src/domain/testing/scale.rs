//! How much a generated test does: a moderate amount in `make test`, a hundred thousand turns and more in `make prove`.

use std::{
    cell::{Cell, RefCell},
    time::Duration,
};

use proptest::{
    prelude::*,
    test_runner::{RngAlgorithm, TestCaseError, TestRng, TestRunner},
};

/// Names how many turns each generated test takes; absent: what the test says.
const TURNS: &str = "PROVE_TURNS";
/// Dialogues between two looks at the number of turns.
const ROUND: u32 = 20;

/// What a generated test has done so far.
#[derive(Default)]
pub(crate) struct Tally {
    turns: Cell<u64>,
    claims: Cell<u64>,
    chips: Cell<u64>,
    times: RefCell<Vec<Duration>>,
}

impl Tally {
    pub(crate) fn turn(&self, claims: usize) {
        self.turns.set(self.turns.get() + 1);
        self.claims.set(self.claims.get() + claims as u64);
    }

    /// Notes how long the work that is measured took.
    pub(crate) fn took(&self, time: Duration) {
        self.times.borrow_mut().push(time);
    }

    /// The time that so many in a thousand stay within; `None`: nothing was measured.
    fn within(&self, per_mille: usize) -> Option<Duration> {
        let mut times = self.times.borrow().clone();
        times.sort_unstable();
        times.get(times.len() * per_mille / 1_000).copied()
    }

    pub(crate) fn chip(&self) {
        self.chips.set(self.chips.get() + 1);
    }
}

/// Turns that a generated test takes: `moderate` unless the environment names another number.
fn turns_or(moderate: u64) -> u64 {
    std::env::var(TURNS).ok().and_then(|number| number.parse().ok()).unwrap_or(moderate)
}

/// Generates the same values every time for the moderate amount, others every time when more is asked for.
fn runner(config: ProptestConfig, round: u8) -> TestRunner {
    if std::env::var_os(TURNS).is_some() {
        return TestRunner::new(config);
    }
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[round; 32]))
}

/// Runs `test` on generated values until it has counted as many turns as are wanted; says how much that was.
pub(crate) fn prove<S: Strategy>(
    name: &str,
    moderate: u64,
    strategy: &S,
    test: impl Fn(S::Value, &Tally) -> Result<(), TestCaseError>,
) {
    let (tally, wanted) = (Tally::default(), turns_or(moderate));
    for round in (0..=u8::MAX).cycle() {
        if tally.turns.get() >= wanted {
            break;
        }
        let config = ProptestConfig {
            cases: ROUND,
            failure_persistence: None,
            max_shrink_iters: 300,
            ..ProptestConfig::default()
        };
        let before = tally.turns.get();
        runner(config, round).run(strategy, |value| test(value, &tally)).unwrap_or_else(|error| panic!("{error}"));
        assert!(tally.turns.get() > before, "{name} counts no turns");
    }
    if let (Some(half), Some(most)) = (tally.within(500), tally.within(990)) {
        println!("{name}: checked in {half:?} (median), {most:?} (p99)");
    }
    println!("{name}: {} turns, {} claims, {} chips", tally.turns.get(), tally.claims.get(), tally.chips.get());
}
