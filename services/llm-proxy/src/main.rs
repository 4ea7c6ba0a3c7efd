//! llm-proxy as a process of its own.

use clap::Parser;
use easymart_llm_proxy::{Config, Peers, serve};
use easymart_rpc::run_process;
use easymart_runtime::{
    ServiceArgs,
    config::{self, Common},
};
use serde::{Deserialize, Serialize};

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

/// What one thread allocates another one frees, in every call: the system's allocator is slow at that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let sources = Args::parse().service.sources("llm_proxy");
    let Root { common, llm_proxy } = config::load(&sources)?;
    let listen = llm_proxy.listen;
    run_process(&common, listen, async |listener, stop| serve(llm_proxy, listener, Peers, stop).await).await
}
