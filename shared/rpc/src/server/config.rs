use std::time::Duration;

use easymart_runtime::config::duration;
use serde::{Deserialize, Serialize};

/// Limits of one gRPC server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// Time given to a call that names none.
    #[serde(with = "duration")]
    pub default_deadline: Duration,
    /// Most time that a caller can ask for, streams included.
    #[serde(with = "duration")]
    pub max_deadline: Duration,
    /// Calls in work at once, over all connections; more are turned away with RESOURCE_EXHAUSTED.
    pub max_in_flight: usize,
    /// When callers that were turned away may try again.
    #[serde(with = "duration")]
    pub retry_after: Duration,
    /// Calls in work at once on one connection; more wait at the caller.
    pub max_streams_per_connection: u32,
    /// How often a silent connection is tried.
    #[serde(with = "duration")]
    pub keepalive_interval: Duration,
    /// How long the answer to that may take before the connection is given up.
    #[serde(with = "duration")]
    pub keepalive_timeout: Duration,
    /// Age at which a connection is closed in good order, ±10 %, so that load spreads anew over replicas.
    #[serde(with = "duration")]
    pub max_connection_age: Duration,
    /// Time between saying NOT_SERVING and refusing connections, for load balancers that look only now and then.
    #[serde(with = "duration")]
    pub drain_delay: Duration,
    /// Time given to calls in work when the server stops.
    #[serde(with = "duration")]
    pub grace: Duration,
    /// Whether the contracts can be asked for (gRPC server reflection).
    pub reflection: bool,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            default_deadline: Duration::from_secs(10),
            max_deadline: Duration::from_secs(60),
            max_in_flight: 1_024,
            retry_after: Duration::from_millis(500),
            max_streams_per_connection: 2_048,
            keepalive_interval: Duration::from_secs(20),
            keepalive_timeout: Duration::from_secs(5),
            max_connection_age: Duration::from_secs(300),
            drain_delay: Duration::ZERO,
            grace: Duration::from_secs(10),
            reflection: true,
        }
    }
}
