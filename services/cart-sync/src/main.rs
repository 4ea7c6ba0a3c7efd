//! cart-sync as a process of its own.

use clap::Parser;
use easymart_cart_sync::{Config, Peers, serve};
use easymart_rpc::{Peer, PeerConfig, run_process};
use easymart_runtime::{
    ServiceArgs,
    config::{self, Common},
};
use serde::{Deserialize, Serialize};

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

/// What one thread allocates another one frees, in every call: the system's allocator is slow at that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let sources = Args::parse().service.sources("cart_sync");
    let Root { common, cart_sync } = config::load(&sources)?;
    let listen = cart_sync.listen;
    run_process(&common, listen, async |listener, stop| {
        let address = &common.peers.catalog_search;
        let catalog_search = Peer::new("catalog-search", address, &PeerConfig::default())?;
        serve(cart_sync, listener, Peers { catalog_search }, stop).await
    })
    .await
}
