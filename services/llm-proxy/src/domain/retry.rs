use std::time::Duration;

use easymart_runtime::Backoff;

/// How often and how fast a request is repeated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RetryPolicy {
    /// Most requests for one call.
    pub(crate) attempts: u32,
    /// Waits between them.
    pub(crate) backoff: Backoff,
}

impl RetryPolicy {
    /// How long to wait after request number `attempt` (from 1) failed; `None` when it was the last, or there is no time for another.
    ///
    /// `hint` is when the provider asked to be tried again, `left` the time until the call must be over.
    pub(crate) fn wait(&self, attempt: u32, hint: Option<Duration>, left: Duration) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        let wait = self.backoff.wait(attempt, hint);
        (wait < left).then_some(wait)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const POLICY: RetryPolicy = RetryPolicy {
        attempts: 4,
        backoff: Backoff { initial: Duration::from_millis(100), max: Duration::from_millis(300) },
    };
    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn the_last_attempt_is_the_last() {
        assert!(POLICY.wait(3, None, LONG).is_some());
        assert_eq!(POLICY.wait(4, None, LONG), None);
    }

    #[test]
    fn a_hint_is_honoured_where_there_is_time() {
        let hint = Duration::from_secs(2);
        assert_eq!(POLICY.wait(1, Some(hint), LONG), Some(hint));
        assert_eq!(POLICY.wait(1, Some(hint), hint), None);
    }

    proptest! {
        #[test]
        fn a_wait_never_outlasts_the_call(attempt in 1_u32..100, hint in prop::option::of(0_u64..100_000), left in 0_u64..10_000) {
            let left = Duration::from_millis(left);
            let policy = RetryPolicy { attempts: 1_000, ..POLICY };
            if let Some(wait) = policy.wait(attempt, hint.map(Duration::from_millis), left) {
                prop_assert!(wait < left);
                prop_assert!(wait >= hint.map(Duration::from_millis).unwrap_or_default());
            }
        }
    }
}
