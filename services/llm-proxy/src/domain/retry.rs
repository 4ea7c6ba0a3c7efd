use std::time::Duration;

use jiff::{Timestamp, fmt::rfc2822};

/// How often and how fast a request is repeated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RetryPolicy {
    /// Most requests for one call.
    pub(crate) attempts: u32,
    /// Wait before the second request; it doubles with each.
    pub(crate) min: Duration,
    /// Longest wait of our own choosing.
    pub(crate) max: Duration,
}

impl RetryPolicy {
    /// How long to wait after request number `attempt` (from 1) failed; `None` when it was the last, or there is no time for another.
    ///
    /// `hint` is when the provider asked to be tried again, `left` the time until the call must be over, `chance` a random number from
    /// 0 to 1: callers that failed together should not come back together.
    pub(crate) fn wait(&self, attempt: u32, hint: Option<Duration>, left: Duration, chance: f64) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        let doubled = self.min.saturating_mul(1_u32.checked_shl(attempt - 1).unwrap_or(u32::MAX)).min(self.max);
        let jittered = doubled.mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0);
        let wait = jittered.max(hint.unwrap_or_default());
        (wait < left).then_some(wait)
    }
}

/// Reads `Retry-After`: seconds, or a date.
pub(crate) fn retry_after(header: &str, now: Timestamp) -> Option<Duration> {
    /// Nobody waits longer, and the arithmetic stays safe.
    const MOST: f64 = 86_400.0;
    let header = header.trim();
    if let Ok(seconds) = header.parse::<f64>() {
        return (seconds >= 0.0).then(|| Duration::from_secs_f64(seconds.min(MOST)));
    }
    let date = rfc2822::parse(header).ok()?.timestamp();
    let seconds = date.duration_since(now).as_secs_f64();
    Some(Duration::from_secs_f64(seconds.clamp(0.0, MOST)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const POLICY: RetryPolicy =
        RetryPolicy { attempts: 4, min: Duration::from_millis(100), max: Duration::from_millis(300) };
    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn waits_grow_to_the_limit_and_end() {
        let waits: Vec<_> = (1..=4).map(|attempt| POLICY.wait(attempt, None, LONG, 1.0)).collect();
        let millis = |ms| Some(Duration::from_millis(ms));
        assert_eq!(waits, [millis(100), millis(200), millis(300), None]);
    }

    #[test]
    fn a_hint_is_honoured_where_there_is_time() {
        let hint = Duration::from_secs(2);
        assert_eq!(POLICY.wait(1, Some(hint), LONG, 0.5), Some(hint));
        assert_eq!(POLICY.wait(1, Some(hint), hint, 0.5), None);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        let seconds = |s| Some(Duration::from_secs(s));
        assert_eq!(retry_after("7", now), seconds(7));
        assert_eq!(retry_after(" 0.25 ", now), Some(Duration::from_millis(250)));
        assert_eq!(retry_after("Mon, 23 Nov 2026 10:00:30 GMT", now), seconds(30));
        assert_eq!(retry_after("Mon, 23 Nov 2026 09:00:00 GMT", now), seconds(0));
        assert_eq!(retry_after("1e300", now), seconds(86_400));
        for nonsense in ["", "soon", "-1", "NaN"] {
            assert_eq!(retry_after(nonsense, now), None, "{nonsense}");
        }
    }

    proptest! {
        #[test]
        fn a_wait_never_outlasts_the_call(attempt in 1_u32..100, hint in prop::option::of(0_u64..100_000), left in 0_u64..10_000, chance in 0.0..=1.0) {
            let left = Duration::from_millis(left);
            let policy = RetryPolicy { attempts: 1_000, ..POLICY };
            if let Some(wait) = policy.wait(attempt, hint.map(Duration::from_millis), left, chance) {
                prop_assert!(wait < left);
                prop_assert!(wait >= hint.map(Duration::from_millis).unwrap_or_default());
            }
        }
    }
}
