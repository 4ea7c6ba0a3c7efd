//! The gateway as a process of its own.

use anyhow::Context as _;
use clap::Parser;
use easymart_gateway::{Config, Edge, Peers, serve};
use easymart_rpc::{Peer, PeerConfig};
use easymart_runtime::{
    Readiness, ServiceArgs, Tasks, admin,
    config::{self, Common, PeerAddresses},
    shutdown, telemetry,
};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

/// The HTTP edge of EasyMart
#[derive(Parser)]
#[command(version)]
struct Args {
    #[command(flatten)]
    service: ServiceArgs,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Root {
    #[serde(flatten)]
    common: Common,
    gateway: Config,
}

/// What one thread allocates another one frees, in every call: the system's allocator is slow at that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let root: Root = config::load(&args.service.sources("gateway"))?;
    telemetry::init_tracing(&root.common.log)?;
    let metrics = telemetry::install_metrics()?;
    let stop = shutdown::on_signal();
    let tasks = Tasks::new(&stop);
    if let Some(address) = root.common.admin.listen {
        let listener = TcpListener::bind(address).await?;
        let admin = admin::serve(listener, metrics.clone(), Readiness::new(true), tasks.stop_token());
        tasks.spawn_fallible("admin", admin);
    }
    let address = root.gateway.listen;
    let listener = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
    tracing::info!(%address, "serving");
    let edge = Edge { metrics: Some(metrics), pictures: None };
    serve(root.gateway, listener, peers(&root.common.peers)?, edge, stop).await?;
    tasks.shutdown(std::time::Duration::from_secs(2)).await
}

fn peers(addresses: &PeerAddresses) -> anyhow::Result<Peers> {
    let peer = |name, address: &str| Peer::new(name, address, &PeerConfig::default());
    Ok(Peers {
        conversation: peer("conversation", &addresses.conversation)?,
        catalog_search: peer("catalog_search", &addresses.catalog_search)?,
        cart_sync: peer("cart_sync", &addresses.cart_sync)?,
        llm_proxy: peer("llm_proxy", &addresses.llm_proxy)?,
    })
}
