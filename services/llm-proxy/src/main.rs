//! llm-proxy as a process of its own.

use std::time::Duration;

use clap::Parser;
use easymart_llm_proxy::{Config, Peers, serve};
use easymart_runtime::{
    Readiness, ServiceArgs, Tasks, admin,
    config::{self, Common},
    shutdown, telemetry,
};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

/// Talks to a language model for the other services.
#[derive(Parser)]
#[command(name = "easymart-llm-proxy", version)]
struct Args {
    #[command(flatten)]
    service: ServiceArgs,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Root {
    #[serde(flatten)]
    common: Common,
    llm_proxy: Config,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let sources = Args::parse().service.sources("llm_proxy");
    let Root { common, llm_proxy } = config::load(&sources)?;
    telemetry::init_tracing(&common.log)?;
    let metrics = telemetry::install_metrics()?;
    let stop = shutdown::on_signal();
    let tasks = Tasks::new(&stop);
    let listener = TcpListener::bind(llm_proxy.listen).await?;
    tracing::info!(address = %listener.local_addr()?, "llm-proxy serves");
    if let Some(address) = common.admin.listen {
        let listener = TcpListener::bind(address).await?;
        let ready = Readiness::new(true);
        let stop = tasks.stop_token();
        tasks.spawn_fallible("admin", admin::serve(listener, metrics, ready, stop));
    }
    serve(llm_proxy, listener, Peers, stop).await?;
    tasks.shutdown(Duration::from_secs(2)).await
}
