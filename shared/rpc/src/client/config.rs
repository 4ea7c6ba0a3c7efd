use std::time::Duration;

use easymart_runtime::{Backoff, BreakerConfig, config::duration};
use serde::{Deserialize, Serialize};

/// How one peer is called, whatever the method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PeerConfig {
    /// Longest time to connect.
    #[serde(with = "duration")]
    pub connect_timeout: Duration,
    /// How often a silent connection is tried, also while no call is open: finds a dead peer before a shopper does.
    #[serde(with = "duration")]
    pub keepalive_interval: Duration,
    /// How long the answer to that may take before the connection is given up.
    #[serde(with = "duration")]
    pub keepalive_timeout: Duration,
    /// Calls open at once; more fail at once with RESOURCE_EXHAUSTED.
    pub max_in_flight: usize,
    /// Wait before the first retry, at most; doubles with each. Up to half of it is left to chance.
    #[serde(with = "duration")]
    pub backoff_initial: Duration,
    /// Longest wait between two attempts.
    #[serde(with = "duration")]
    pub backoff_max: Duration,
    /// Retries per hundred calls that the budget earns; ten are there from the start.
    pub retry_percent: u32,
    /// Failures in a row after which calls fail without being sent. 0 switches that off.
    pub breaker_failures: u32,
    /// How long the breaker then stays open before it lets one call through; doubles while that one fails.
    #[serde(with = "duration")]
    pub breaker_open_initial: Duration,
    /// Longest time that it stays open.
    #[serde(with = "duration")]
    pub breaker_open_max: Duration,
}

impl Default for PeerConfig {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(1),
            keepalive_interval: Duration::from_secs(10),
            keepalive_timeout: Duration::from_secs(5),
            max_in_flight: 1_024,
            backoff_initial: Duration::from_millis(50),
            backoff_max: Duration::from_secs(1),
            retry_percent: 10,
            breaker_failures: 5,
            breaker_open_initial: Duration::from_millis(250),
            breaker_open_max: Duration::from_secs(5),
        }
    }
}

impl PeerConfig {
    pub(super) fn backoff(&self) -> Backoff {
        Backoff { initial: self.backoff_initial, max: self.backoff_max }
    }

    pub(super) fn breaker(&self) -> BreakerConfig {
        BreakerConfig {
            failures: self.breaker_failures,
            pause: self.breaker_open_initial,
            longest_pause: self.breaker_open_max,
        }
    }
}
