//! catalog-search as a process of its own.

use std::time::Duration;

use clap::Parser;
use easymart_catalog_search::{Config, Peers, serve};
use easymart_runtime::{
    Readiness, ServiceArgs, Tasks, admin,
    config::{self, Common},
    shutdown, telemetry,
};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

/// Owns the catalogue: imports feeds and answers what there is to buy.
#[derive(Parser)]
#[command(name = "easymart-catalog-search", version)]
struct Args {
    #[command(flatten)]
    service: ServiceArgs,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Root {
    #[serde(flatten)]
    common: Common,
    catalog_search: Config,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let sources = Args::parse().service.sources("catalog_search");
    let Root { common, catalog_search } = config::load(&sources)?;
    telemetry::init_tracing(&common.log)?;
    let metrics = telemetry::install_metrics()?;
    let stop = shutdown::on_signal();
    let tasks = Tasks::new(&stop);
    let listener = TcpListener::bind(catalog_search.listen).await?;
    tracing::info!(address = %listener.local_addr()?, "catalog-search serves");
    if let Some(address) = common.admin.listen {
        let listener = TcpListener::bind(address).await?;
        let stop = tasks.stop_token();
        tasks.spawn_fallible("admin", admin::serve(listener, metrics, Readiness::new(true), stop));
    }
    serve(catalog_search, listener, Peers, stop).await?;
    tasks.shutdown(Duration::from_secs(2)).await
}
