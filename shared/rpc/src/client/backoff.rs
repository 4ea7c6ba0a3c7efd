use std::time::Duration;

use rand::Rng as _;

use super::PeerConfig;

/// Share by which a wait is shortened or lengthened, so that callers who failed together do not return together.
const JITTER: f64 = 0.2;

/// The wait after attempt number `attempt` (from 1); a peer's own hint is the least.
pub(super) fn wait(config: &PeerConfig, attempt: u32, hint: Option<Duration>) -> Duration {
    let doublings = attempt.saturating_sub(1).min(16);
    let grown = config.backoff_initial.saturating_mul(1 << doublings);
    let base = grown.min(config.backoff_max);
    let jittered = base.mul_f64(rand::rng().random_range(1.0 - JITTER..=1.0 + JITTER));
    jittered.max(hint.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_the_limit_and_stay_near_it() {
        let config = PeerConfig {
            backoff_initial: Duration::from_millis(100),
            backoff_max: Duration::from_millis(400),
            ..PeerConfig::default()
        };
        for (attempt, base) in [(1, 100), (2, 200), (3, 400), (4, 400), (99, 400)] {
            let millis = wait(&config, attempt, None).as_millis();
            assert!((base * 8 / 10..=base * 12 / 10).contains(&millis), "{attempt}: {millis}");
        }
    }

    #[test]
    fn a_hint_is_honoured() {
        let hint = Duration::from_secs(3);
        assert_eq!(wait(&PeerConfig::default(), 1, Some(hint)), hint);
    }
}
