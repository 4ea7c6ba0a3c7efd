//! The section `[conversation]` of the configuration.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use easymart_rpc::ServerConfig;
use easymart_runtime::config::{at_least_one, duration, longer_than_zero};
use serde::{Deserialize, Serialize};

/// Configuration of conversation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address to serve gRPC on.
    pub listen: SocketAddr,
    /// Directory of the sessions.
    pub data_dir: PathBuf,
    /// Memory for the store's cache, in MiB.
    pub cache_mb: u64,
    /// Store profile (TOML): the facts about the shop. Empty: the sample shop's.
    pub store_profile: PathBuf,
    /// How long a session lives after its last turn, and how long a turn is kept: for its trace, and for those who repeat it.
    #[serde(with = "duration")]
    pub session_ttl: Duration,
    /// How often what expired is deleted.
    #[serde(with = "duration")]
    pub sweep_interval: Duration,
    /// How often the catalogue is asked for new words; a search that names a new generation asks at once.
    #[serde(with = "duration")]
    pub vocabulary_interval: Duration,
    /// Most messages of one session that may wait for their turn.
    pub session_queue: usize,
    /// Longest time that a language model may take to phrase an answer.
    #[serde(with = "duration")]
    pub llm_timeout: Duration,
    /// The gRPC server.
    pub server: ServerConfig,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 7101)),
            data_dir: PathBuf::from("data/conversation"),
            cache_mb: 64,
            store_profile: PathBuf::new(),
            session_ttl: Duration::from_secs(24 * 3_600),
            sweep_interval: Duration::from_secs(300),
            vocabulary_interval: Duration::from_secs(30),
            session_queue: 8,
            llm_timeout: Duration::from_secs(8),
            server: ServerConfig::default(),
        }
    }
}

impl Config {
    /// Checks what the types do not.
    ///
    /// # Errors
    /// Names the key that is wrong and what it may be.
    pub fn validate(&self) -> Result<(), String> {
        let durations = [
            ("session_ttl", self.session_ttl),
            ("sweep_interval", self.sweep_interval),
            ("vocabulary_interval", self.vocabulary_interval),
            ("llm_timeout", self.llm_timeout),
        ];
        longer_than_zero("conversation", &durations)?;
        at_least_one("conversation", &[("session_queue", self.session_queue)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_valid() {
        assert_eq!(Config::default().validate(), Ok(()));
    }

    #[test]
    fn a_wrong_value_is_named() {
        let config = Config { session_queue: 0, ..Config::default() };
        assert!(config.validate().unwrap_err().contains("session_queue"));
        let config = Config { session_ttl: Duration::ZERO, ..Config::default() };
        assert!(config.validate().unwrap_err().contains("session_ttl"));
    }
}
