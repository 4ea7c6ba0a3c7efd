//! conversation as a process of its own.

use clap::Parser;
use easymart_conversation::{Config, Peers, serve};
use easymart_rpc::{Peer, PeerConfig, run_process};
use easymart_runtime::{
    ServiceArgs,
    config::{self, Common},
};
use serde::{Deserialize, Serialize};

/// Talks with shoppers.
#[derive(Parser)]
#[command(name = "easymart-conversation", version)]
struct Args {
    #[command(flatten)]
    service: ServiceArgs,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Root {
    #[serde(flatten)]
    common: Common,
    conversation: Config,
}

/// What one thread allocates another one frees, in every call: the system's allocator is slow at that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let sources = Args::parse().service.sources("conversation");
    let Root { common, conversation } = config::load(&sources)?;
    let listen = conversation.listen;
    run_process(&common, listen, async |listener, stop| {
        let peer = |name, address: &str| Peer::new(name, address, &PeerConfig::default());
        let peers = Peers {
            catalog_search: peer("catalog-search", &common.peers.catalog_search)?,
            cart_sync: peer("cart-sync", &common.peers.cart_sync)?,
            llm_proxy: peer("llm-proxy", &common.peers.llm_proxy)?,
        };
        serve(conversation, listener, peers, stop).await
    })
    .await
}
