//! cart-sync as a process of its own.

use std::time::Duration;

use clap::Parser;
use easymart_cart_sync::{Config, Peers, serve};
use easymart_rpc::{Peer, PeerConfig};
use easymart_runtime::{
    Readiness, ServiceArgs, Tasks, admin,
    config::{self, Common},
    shutdown, telemetry,
};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

/// Owns shopping carts and keeps them in step with the shop's backend.
#[derive(Parser)]
#[command(name = "easymart-cart-sync", version)]
struct Args {
    #[command(flatten)]
    service: ServiceArgs,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Root {
    #[serde(flatten)]
    common: Common,
    cart_sync: Config,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let sources = Args::parse().service.sources("cart_sync");
    let Root { common, cart_sync } = config::load(&sources)?;
    telemetry::init_tracing(&common.log)?;
    let metrics = telemetry::install_metrics()?;
    let stop = shutdown::on_signal();
    let tasks = Tasks::new(&stop);
    let listener = TcpListener::bind(cart_sync.listen).await?;
    tracing::info!(address = %listener.local_addr()?, "cart-sync serves");
    if let Some(address) = common.admin.listen {
        let listener = TcpListener::bind(address).await?;
        let ready = Readiness::new(true);
        let stop = tasks.stop_token();
        tasks.spawn_fallible("admin", admin::serve(listener, metrics, ready, stop));
    }
    let address = &common.peers.catalog_search;
    let catalog_search = Peer::new("catalog-search", address, &PeerConfig::default())?;
    serve(cart_sync, listener, Peers { catalog_search }, stop).await?;
    tasks.shutdown(Duration::from_secs(2)).await
}
