//! Configuration of the gateway.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use easymart_runtime::config::{Secret, duration};
use serde::{Deserialize, Serialize};

use crate::address::Network;

/// Section `[gateway]`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where HTTP/1.1 and HTTP/2 (cleartext) are served.
    pub listen: SocketAddr,
    /// Where the session key lives when no secret is configured.
    pub data_dir: PathBuf,
    /// Session ids.
    pub sessions: SessionsConfig,
    /// What a client may send, and how much.
    pub limits: LimitsConfig,
    /// How long each kind of route may take.
    pub deadlines: DeadlinesConfig,
    /// Keys of which one must come in `X-Api-Key`; empty: none is asked for. Pages, assets, `/healthz` and `/readyz` need none.
    pub api_keys: Vec<Secret>,
    /// Keys of which one must come in `X-Operator-Key` for what only operators may read: the traces of turns. Empty: there are no such paths.
    pub operator_keys: Vec<Secret>,
    /// Origins of other sites' pages that may call the API, exactly as browsers send them (`https://shop.example`).
    pub allowed_origins: Vec<String>,
    /// Origins that may show the shop page in a frame, beside itself.
    pub frame_ancestors: Vec<String>,
    /// Addresses or networks (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// How long a connection may stay silent: before its first request, within a request's head, and between requests.
    #[serde(with = "duration")]
    pub idle_timeout: Duration,
    /// How long answers that are under way may take when the process is told to stop.
    #[serde(with = "duration")]
    pub shutdown_grace: Duration,
}

/// Session ids.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionsConfig {
    /// Signs session ids; at least 16 characters, the same for all replicas. Empty: generated once into `<data_dir>/session.key`.
    pub secret: Secret,
    /// Whether a session id that a client invented opens one session, the same each time. Such ids can be guessed: only for the
    /// original's clients behind a backend of the shop's.
    pub accept_client_ids: bool,
    /// How long an id is honoured after it was issued, however busy its session is.
    #[serde(with = "duration")]
    pub max_age: Duration,
}

/// What a client may send, and how much. 0 switches a rate limit off.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// Messages of one session in a minute.
    pub session_per_minute: u32,
    /// Messages of one session at once.
    pub session_burst: u32,
    /// API requests of one client address in a minute. An IPv6 address stands for its /64 network.
    pub address_per_minute: u32,
    /// Largest body in bytes.
    pub body_bytes: usize,
    /// Longest message in Unicode characters, after trimming.
    pub message_chars: usize,
    /// Requests worked on at once; more are turned away.
    pub concurrent_requests: usize,
    /// Streams open at once; more are turned away.
    pub open_streams: usize,
    /// Connections open at once; more wait to be accepted.
    pub connections: usize,
}

/// How long each kind of route may take, the services behind it included.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeadlinesConfig {
    /// A turn, streamed or not; at most 60 s.
    #[serde(with = "duration")]
    pub turn: Duration,
    /// Opening, reading and erasing sessions, and feedback; at most 20 s.
    #[serde(with = "duration")]
    pub session: Duration,
    /// The cart; at most 20 s.
    #[serde(with = "duration")]
    pub cart: Duration,
    /// The catalogue; at most 10 s.
    #[serde(with = "duration")]
    pub search: Duration,
    /// Each probe of a health check; at most 2 s.
    #[serde(with = "duration")]
    pub probe: Duration,
    /// Receiving a request's body.
    #[serde(with = "duration")]
    pub body: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            data_dir: PathBuf::from("data/gateway"),
            sessions: SessionsConfig::default(),
            limits: LimitsConfig::default(),
            deadlines: DeadlinesConfig::default(),
            api_keys: Vec::new(),
            operator_keys: Vec::new(),
            allowed_origins: Vec::new(),
            frame_ancestors: Vec::new(),
            trusted_proxies: Vec::new(),
            idle_timeout: Duration::from_secs(30),
            shutdown_grace: Duration::from_secs(10),
        }
    }
}

impl Default for SessionsConfig {
    fn default() -> Self {
        Self { secret: Secret::default(), accept_client_ids: false, max_age: Duration::from_secs(90 * 24 * 60 * 60) }
    }
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            session_per_minute: 30,
            session_burst: 5,
            address_per_minute: 600,
            body_bytes: 64 * 1024,
            message_chars: 1_000,
            concurrent_requests: 1_024,
            open_streams: 1_024,
            connections: 10_000,
        }
    }
}

impl Default for DeadlinesConfig {
    fn default() -> Self {
        Self {
            turn: Duration::from_secs(30),
            session: Duration::from_secs(10),
            cart: Duration::from_secs(10),
            search: Duration::from_secs(5),
            probe: Duration::from_secs(1),
            body: Duration::from_secs(10),
        }
    }
}

/// A shorter secret could be tried out.
const LEAST_SECRET: usize = 16;

impl Config {
    /// Whether the values make sense together.
    ///
    /// # Errors
    /// Names the key and what it takes.
    pub fn validate(&self) -> Result<(), String> {
        let secret = &self.sessions.secret;
        if secret.is_set() && secret.expose().len() < LEAST_SECRET {
            return Err(format!("gateway.sessions.secret: at least {LEAST_SECRET} characters"));
        }
        if self.api_keys.iter().any(|key| !key.is_set()) {
            return Err("gateway.api_keys: a key is empty".to_owned());
        }
        if self.operator_keys.iter().any(|key| !key.is_set()) {
            return Err("gateway.operator_keys: a key is empty".to_owned());
        }
        self.validate_counts()?;
        self.validate_durations()?;
        check_origins("gateway.allowed_origins", &self.allowed_origins)?;
        check_origins("gateway.frame_ancestors", &self.frame_ancestors)
    }

    fn validate_counts(&self) -> Result<(), String> {
        let limits = &self.limits;
        let counts = [
            ("body_bytes", limits.body_bytes),
            ("message_chars", limits.message_chars),
            ("concurrent_requests", limits.concurrent_requests),
            ("open_streams", limits.open_streams),
            ("connections", limits.connections),
        ];
        match counts.iter().find(|(_, count)| *count == 0) {
            Some((key, _)) => Err(format!("gateway.limits.{key}: must not be 0")),
            None => Ok(()),
        }
    }

    fn validate_durations(&self) -> Result<(), String> {
        let deadlines = &self.deadlines;
        let longest = u64::MAX;
        let durations = [
            ("deadlines.turn", deadlines.turn, 60),
            ("deadlines.session", deadlines.session, 20),
            ("deadlines.cart", deadlines.cart, 20),
            ("deadlines.search", deadlines.search, 10),
            ("deadlines.probe", deadlines.probe, 2),
            ("deadlines.body", deadlines.body, longest),
            ("sessions.max_age", self.sessions.max_age, longest),
            ("idle_timeout", self.idle_timeout, longest),
        ];
        for (key, duration, seconds) in durations {
            if duration.is_zero() {
                return Err(format!("gateway.{key}: must not be 0"));
            }
            if duration > Duration::from_secs(seconds) {
                return Err(format!("gateway.{key}: at most {seconds}s"));
            }
        }
        Ok(())
    }
}

fn check_origins(key: &str, origins: &[String]) -> Result<(), String> {
    match origins.iter().find(|origin| !is_origin(origin)) {
        Some(origin) => Err(format!("{key}: `{origin}` is no origin such as \"https://shop.example\"")),
        None => Ok(()),
    }
}

/// Scheme, host and perhaps a port, as in the `Origin` header: nothing that could add to a header or a policy.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| {
        !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(change: impl FnOnce(&mut Config)) -> String {
        let mut config = Config::default();
        change(&mut config);
        config.validate().expect_err("must be refused")
    }

    #[test]
    fn the_defaults_are_valid() {
        assert_eq!(Config::default().validate(), Ok(()));
    }

    #[test]
    fn senseless_values_name_their_key() {
        assert!(problem(|c| c.sessions.secret = Secret::new("short")).contains("sessions.secret"));
        assert!(problem(|c| c.api_keys = vec![Secret::default()]).contains("api_keys"));
        assert!(problem(|c| c.operator_keys = vec![Secret::default()]).contains("operator_keys"));
        assert!(problem(|c| c.limits.body_bytes = 0).contains("limits.body_bytes"));
        assert!(problem(|c| c.deadlines.turn = Duration::ZERO).contains("deadlines.turn"));
        assert!(problem(|c| c.deadlines.search = Duration::from_secs(11)).contains("deadlines.search"));
        for origin in ["*", "shop.example", "https://", "https://a.example; script-src *"] {
            assert!(problem(|c| c.frame_ancestors = vec![origin.into()]).contains("frame_ancestors"));
        }
    }

    #[test]
    fn origins_with_ports_are_fine() {
        let config = Config {
            allowed_origins: vec!["http://localhost:3000".into(), "https://shop.example".into()],
            ..Config::default()
        };
        assert_eq!(config.validate(), Ok(()));
    }
}
