//! The whole system's configuration: one section a part, beside what every process has.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use easymart_runtime::{
    admin::AdminConfig,
    config::{self, PeerAddresses, Sources},
    telemetry::LogConfig,
};
use serde::{Deserialize, Serialize};

use crate::cli::ConfigArgs;

/// Everything that can be configured. `easymart config` prints it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Directory of everything that must survive a restart. Each part keeps its own folder in it unless its section names another.
    pub data_dir: PathBuf,
    /// Logs.
    pub log: LogConfig,
    /// Metrics and health of this process beside the gateway's.
    pub admin: AdminConfig,
    /// Where parts are that do not run in this process.
    pub peers: PeerAddresses,
    /// The HTTP edge.
    pub gateway: easymart_gateway::Config,
    /// The conversation.
    pub conversation: easymart_conversation::Config,
    /// The catalogue.
    pub catalog_search: easymart_catalog_search::Config,
    /// Carts.
    pub cart_sync: easymart_cart_sync::Config,
    /// The language model's door.
    pub llm_proxy: easymart_llm_proxy::Config,
}

impl Default for Config {
    fn default() -> Self {
        let mut config = Self {
            data_dir: "data".into(),
            log: LogConfig::default(),
            admin: AdminConfig::default(),
            peers: PeerAddresses::default(),
            gateway: easymart_gateway::Config::default(),
            conversation: easymart_conversation::Config::default(),
            catalog_search: easymart_catalog_search::Config::default(),
            cart_sync: easymart_cart_sync::Config::default(),
            llm_proxy: easymart_llm_proxy::Config::default(),
        };
        // Parts in one process find each other by the listeners that they were given, so that two systems can run on one machine.
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        config.conversation.listen = any_port;
        config.catalog_search.listen = any_port;
        config.cart_sync.listen = any_port;
        config.llm_proxy.listen = any_port;
        config
    }
}

impl Config {
    /// Reads the configuration.
    ///
    /// # Errors
    /// Names the key, the value, what was expected and where it was written.
    pub fn load(args: &ConfigArgs) -> anyhow::Result<Self> {
        let mut sources = Sources::from_process(args.config.clone());
        if let Some(http) = args.http {
            sources.set("gateway.listen", http.to_string());
        }
        if let Some(data_dir) = &args.data_dir {
            sources.set("data_dir", data_dir.to_string_lossy().into_owned());
        }
        let mut config: Self = config::load(&sources)?;
        config.place_data();
        config.validate()?;
        Ok(config)
    }

    /// Moves the parts' folders into `data_dir`, unless a section names its own.
    fn place_data(&mut self) {
        let defaults = Self::default();
        let root = &self.data_dir;
        let place = |mine: &mut PathBuf, default: &Path| {
            if mine == default {
                *mine = root.join(default.strip_prefix(&defaults.data_dir).unwrap_or(default));
            }
        };
        place(&mut self.gateway.data_dir, &defaults.gateway.data_dir);
        place(&mut self.conversation.data_dir, &defaults.conversation.data_dir);
        place(&mut self.catalog_search.data_dir, &defaults.catalog_search.data_dir);
        place(&mut self.cart_sync.data_dir, &defaults.cart_sync.data_dir);
        place(&mut self.llm_proxy.data_dir, &defaults.llm_proxy.data_dir);
    }

    fn validate(&self) -> anyhow::Result<()> {
        let sections = [
            ("gateway", self.gateway.validate()),
            ("conversation", self.conversation.validate()),
            ("catalog_search", self.catalog_search.validate()),
            ("cart_sync", self.cart_sync.validate()),
            ("llm_proxy", self.llm_proxy.validate()),
        ];
        for (section, outcome) in sections {
            outcome
                .map_err(anyhow::Error::msg)
                .with_context(|| format!("the configuration's section [{section}] is wrong"))?;
        }
        Ok(())
    }
}
