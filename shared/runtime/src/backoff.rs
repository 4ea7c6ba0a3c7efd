use std::time::Duration;

use rand::Rng as _;

/// How long to wait between attempts: a wait that doubles with each, of which up to half is left to chance, so that callers
/// who failed together do not come back together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// Wait after the first attempt, at most.
    pub initial: Duration,
    /// Longest wait of our own choosing.
    pub max: Duration,
}

impl Backoff {
    /// The wait after attempt number `attempt` (from 1). `asked` is how long the other side wants to be left alone: the wait is
    /// at least that.
    #[must_use]
    pub fn wait(&self, attempt: u32, asked: Option<Duration>) -> Duration {
        let doublings = attempt.saturating_sub(1).min(31);
        let full = self.initial.saturating_mul(1 << doublings).min(self.max);
        let wait = full.mul_f64(rand::rng().random_range(0.5..=1.0));
        wait.max(asked.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff = Backoff { initial: Duration::from_millis(500), max: Duration::from_secs(300) };

    #[test]
    fn waits_double_up_to_the_longest() {
        for (attempt, full) in [(0, 500), (1, 500), (2, 1_000), (5, 8_000), (40, 300_000), (u32::MAX, 300_000)] {
            let wait = BACKOFF.wait(attempt, None).as_millis();
            assert!((full / 2..=full).contains(&wait), "{attempt}: {wait}");
        }
    }

    #[test]
    fn waits_differ() {
        let waits: std::collections::HashSet<_> = (0..20).map(|_| BACKOFF.wait(9, None)).collect();
        assert!(waits.len() > 1);
    }

    #[test]
    fn what_the_other_side_asks_for_is_granted() {
        let asked = Duration::from_secs(1_000);
        assert_eq!(BACKOFF.wait(1, Some(asked)), asked);
    }
}
