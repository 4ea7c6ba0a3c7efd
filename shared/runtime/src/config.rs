//! Configuration of a process: defaults → TOML file → `EASYMART_` environment → command line, each overriding the former.
//!
//! Mistakes are told at the start, all the way: an unknown key or a bad value is an error that names the key, the value, what
//! was expected and where it was written. A file (and an environment) may be shared by all processes: sections of other
//! services are skipped, while a section that no service has is an error.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{admin::AdminConfig, telemetry::LogConfig};

mod check;
pub mod duration;
mod error;
mod layer;
mod loader;
mod secret;

pub use check::{at_least_one, longer_than_zero};
pub use error::ConfigError;
pub use secret::Secret;

/// Every root section, or root key, that some EasyMart process has. A process skips those that are not its own.
pub const SECTIONS: [&str; 9] =
    ["admin", "cart_sync", "catalog_search", "conversation", "data_dir", "gateway", "llm_proxy", "log", "peers"];

/// Where configuration comes from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The TOML file, when there is one. It must exist.
    pub file: Option<PathBuf>,
    /// Variables whose name starts with `EASYMART_`; others are ignored. `__` separates the levels of a key.
    pub environment: Vec<(String, String)>,
    /// Dotted keys that the command line sets.
    pub overrides: Vec<(String, toml::Value)>,
}

impl Sources {
    /// The file and the process's environment, which is read here and nowhere else.
    #[must_use]
    pub fn from_process(file: Option<PathBuf>) -> Self {
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, _)| name.starts_with(layer::PREFIX))
            .collect();
        Self { file, environment, overrides: Vec::new() }
    }

    /// Sets a dotted key, as an option of the command line does.
    pub fn set(&mut self, key: &str, value: impl Into<toml::Value>) {
        self.overrides.push((key.to_owned(), value.into()));
    }

    fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }
}

/// Reads the configuration of a process. The root sections it has are those of `T::default()`.
///
/// # Errors
/// When the file cannot be read, or a key or a value is wrong; the text is for the operator.
pub fn load<T>(sources: &Sources) -> Result<T, ConfigError>
where
    T: Serialize + DeserializeOwned + Default,
{
    loader::load(sources)
}

/// The effective configuration as TOML, secrets redacted.
#[must_use]
pub fn redacted_toml<T: Serialize>(config: &T) -> String {
    toml::to_string_pretty(config).unwrap_or_else(|error| format!("# the configuration cannot be shown: {error}\n"))
}

/// What every process has beside its service's section; flatten it into the root of the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Common {
    /// Logging.
    pub log: LogConfig,
    /// The operator's endpoint.
    pub admin: AdminConfig,
    /// Where the services are.
    pub peers: PeerAddresses,
}

/// Addresses of the services, as URLs such as `http://127.0.0.1:7101`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PeerAddresses {
    /// conversation.
    pub conversation: String,
    /// catalog-search.
    pub catalog_search: String,
    /// cart-sync.
    pub cart_sync: String,
    /// llm-proxy.
    pub llm_proxy: String,
}

impl Default for PeerAddresses {
    fn default() -> Self {
        let local = |port: u16| format!("http://127.0.0.1:{port}");
        Self { conversation: local(7101), catalog_search: local(7102), cart_sync: local(7103), llm_proxy: local(7104) }
    }
}
