//! The section `[llm_proxy]` of the configuration.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use easymart_rpc::ServerConfig;
use easymart_runtime::config::{Secret, at_least_one, duration, longer_than_zero};
use reqwest::Url;
use serde::{Deserialize, Serialize};

/// Where this stands in the configuration.
const SECTION: &str = "llm_proxy";

/// What an endpoint's path ends with.
const COMPLETIONS: &str = "chat/completions";

/// Longest model name, in bytes. It is part of a key in the store.
const MAX_MODEL_BYTES: usize = 128;

/// Configuration of llm-proxy.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address to serve gRPC on.
    pub listen: SocketAddr,
    /// Directory of the usage counters.
    pub data_dir: PathBuf,
    /// Memory for the store's cache, in MiB.
    pub cache_mb: u64,
    /// Provider's address, for example `https://llm.example/v1`, with or without `/chat/completions`. Empty: no model, and the shop does
    /// without. Also `EASYMART_LLM_URL`.
    pub url: String,
    /// Key sent as bearer token; empty: none. Also `EASYMART_LLM_API_KEY`.
    pub api_key: Secret,
    /// Model to ask for, as the provider names it. Also `EASYMART_LLM_MODEL`.
    pub model: String,
    /// Most tokens of an answer when the caller does not say.
    pub max_output_tokens: u32,
    /// Temperature when the caller does not say.
    pub temperature: f64,
    /// Whether the provider is asked to count tokens at the end of a stream (`stream_options`). Switch it off for a provider that refuses
    /// requests with unknown fields.
    pub stream_usage: bool,
    /// Longest time to connect.
    #[serde(with = "duration")]
    pub connect_timeout: Duration,
    /// Longest wait for the first token of a stream, repetitions aside.
    #[serde(with = "duration")]
    pub first_token_timeout: Duration,
    /// Longest wait from one piece of a stream to the next.
    #[serde(with = "duration")]
    pub idle_timeout: Duration,
    /// Longest time for a whole call, repetitions included.
    #[serde(with = "duration")]
    pub total_timeout: Duration,
    /// Most requests for one call. Only what failed before its first token is repeated.
    pub attempts: u32,
    /// Wait before the first repetition; it doubles with each, with jitter.
    #[serde(with = "duration")]
    pub backoff_min: Duration,
    /// Longest such wait; a longer `Retry-After` is still honoured if there is time.
    #[serde(with = "duration")]
    pub backoff_max: Duration,
    /// Failures in a row after which the provider is left alone for a while. 0 switches that off.
    pub breaker_failures: u32,
    /// How long it is left alone.
    #[serde(with = "duration")]
    pub breaker_pause: Duration,
    /// Most calls at the same time; more are turned away.
    pub max_in_flight: usize,
    /// Largest prompt, in bytes of all its texts.
    pub max_prompt_bytes: usize,
    /// Largest answer, in bytes: of the body, or of a stream's text and tool arguments.
    pub max_answer_bytes: usize,
    /// How long usage counters are kept.
    #[serde(with = "duration")]
    pub usage_retention: Duration,
    /// How often expired usage counters are deleted.
    #[serde(with = "duration")]
    pub sweep_interval: Duration,
    /// The gRPC server.
    pub server: ServerConfig,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 7104)),
            data_dir: PathBuf::from("data/llm-proxy"),
            cache_mb: 8,
            url: String::new(),
            api_key: Secret::default(),
            model: "default".to_owned(),
            max_output_tokens: 512,
            temperature: 0.2,
            stream_usage: true,
            connect_timeout: Duration::from_secs(2),
            first_token_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(10),
            total_timeout: Duration::from_secs(30),
            attempts: 3,
            backoff_min: Duration::from_millis(200),
            backoff_max: Duration::from_secs(4),
            breaker_failures: 5,
            breaker_pause: Duration::from_secs(10),
            max_in_flight: 32,
            max_prompt_bytes: 256 * 1024,
            max_answer_bytes: 256 * 1024,
            usage_retention: Duration::from_secs(90 * 24 * 3_600),
            sweep_interval: Duration::from_secs(3_600),
            server: ServerConfig {
                // The limits of a call are the ones above; this one only has to be longer.
                default_deadline: Duration::from_secs(40),
                ..ServerConfig::default()
            },
        }
    }
}

impl Config {
    /// Checks what the types do not.
    ///
    /// # Errors
    /// Names the key that is wrong and what it may be.
    pub fn validate(&self) -> Result<(), String> {
        self.parse_url()?;
        self.check_key()?;
        self.check_durations()?;
        self.check_numbers()?;
        if self.model.is_empty() || self.model.len() > MAX_MODEL_BYTES {
            return Err(wrong("model", "is 1 to 128 bytes long"));
        }
        if !(0.0..=2.0).contains(&self.temperature) {
            return Err(wrong("temperature", "is 0 to 2"));
        }
        if self.backoff_max < self.backoff_min {
            return Err(wrong("backoff_max", "must not be shorter than backoff_min"));
        }
        Ok(())
    }

    /// Where completions are requested; `None` when no model is configured.
    pub(crate) fn endpoint(&self) -> Option<Url> {
        self.parse_url().ok().flatten()
    }

    fn parse_url(&self) -> Result<Option<Url>, String> {
        if self.url.is_empty() {
            return Ok(None);
        }
        // The value itself is not repeated: a key may have been pasted into it.
        let mut url = Url::parse(&self.url).map_err(|error| wrong("url", &error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(wrong("url", "must start with http:// or https:// and name a host"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("url", "must not carry credentials; use llm_proxy.api_key"));
        }
        let base = url.path().trim_end_matches('/').to_owned();
        if !base.ends_with(COMPLETIONS) {
            url.set_path(&format!("{base}/{COMPLETIONS}"));
        }
        Ok(Some(url))
    }

    fn check_key(&self) -> Result<(), String> {
        let is_sendable = self.api_key.expose().bytes().all(|byte| byte.is_ascii_graphic());
        is_sendable.then_some(()).ok_or_else(|| wrong("api_key", "has characters that a header cannot carry"))
    }

    fn check_durations(&self) -> Result<(), String> {
        let durations = [
            ("connect_timeout", self.connect_timeout),
            ("first_token_timeout", self.first_token_timeout),
            ("idle_timeout", self.idle_timeout),
            ("total_timeout", self.total_timeout),
            ("backoff_min", self.backoff_min),
            ("breaker_pause", self.breaker_pause),
            ("usage_retention", self.usage_retention),
            ("sweep_interval", self.sweep_interval),
        ];
        longer_than_zero(SECTION, &durations)
    }

    fn check_numbers(&self) -> Result<(), String> {
        let counts = [
            ("attempts", self.attempts as usize),
            ("max_output_tokens", self.max_output_tokens as usize),
            ("max_in_flight", self.max_in_flight),
            ("max_prompt_bytes", self.max_prompt_bytes),
            ("max_answer_bytes", self.max_answer_bytes),
        ];
        at_least_one(SECTION, &counts)
    }
}

fn wrong(key: &str, why: &str) -> String {
    format!("{SECTION}.{key}: {why}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_url(url: &str) -> Config {
        Config { url: url.to_owned(), ..Config::default() }
    }

    #[test]
    fn the_defaults_are_valid_and_configure_no_model() {
        let config = Config::default();
        assert_eq!(config.validate(), Ok(()));
        assert_eq!(config.endpoint(), None);
    }

    #[test]
    fn the_path_of_completions_is_added_where_it_is_missing() {
        let cases = [
            ("http://host/v1", "http://host/v1/chat/completions"),
            ("http://host/v1/", "http://host/v1/chat/completions"),
            ("http://host:8000", "http://host:8000/chat/completions"),
            ("http://host/v1/chat/completions", "http://host/v1/chat/completions"),
            ("https://host/x/chat/completions?api-version=1", "https://host/x/chat/completions?api-version=1"),
        ];
        for (url, endpoint) in cases {
            assert_eq!(with_url(url).endpoint().map(String::from).as_deref(), Some(endpoint));
        }
    }

    #[test]
    fn a_wrong_value_is_named_and_never_repeated() {
        for url in ["host/v1", "ftp://host/v1", "http://", "http://me:hunter2@host/v1", "data:hunter2"] {
            let error = with_url(url).validate().unwrap_err();
            assert!(error.starts_with("llm_proxy.url: ") && !error.contains("hunter2"), "{error}");
        }
        let config = Config { api_key: Secret::new("hunter2\n"), ..Config::default() };
        let error = config.validate().unwrap_err();
        assert!(error.starts_with("llm_proxy.api_key: ") && !error.contains("hunter2"), "{error}");
        let config = Config { attempts: 0, ..Config::default() };
        assert!(config.validate().unwrap_err().contains("llm_proxy.attempts"));
        let config = Config { idle_timeout: Duration::ZERO, ..Config::default() };
        assert!(config.validate().unwrap_err().contains("llm_proxy.idle_timeout"));
    }
}
