use std::{net::SocketAddr, path::PathBuf};

use clap::Args;

use crate::config::Sources;

/// The command line of a service's own binary. Use it with `#[command(flatten)]`.
#[derive(Debug, Clone, Default, Args)]
pub struct ServiceArgs {
    /// Configuration file (TOML)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Address to serve on
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Directory that holds the service's data
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
}

impl ServiceArgs {
    /// Where the configuration comes from, the options set as `<section>.listen` and `<section>.data_dir`.
    #[must_use]
    pub fn sources(&self, section: &str) -> Sources {
        let mut sources = Sources::from_process(self.config.clone());
        if let Some(listen) = self.listen {
            sources.set(&format!("{section}.listen"), listen.to_string());
        }
        if let Some(data_dir) = &self.data_dir {
            sources.set(&format!("{section}.data_dir"), data_dir.to_string_lossy().into_owned());
        }
        sources
    }
}
