//! catalog-search as a process of its own.

use clap::Parser;
use easymart_catalog_search::{Config, Peers, serve};
use easymart_rpc::run_process;
use easymart_runtime::{
    ServiceArgs,
    config::{self, Common},
};
use serde::{Deserialize, Serialize};

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

/// What one thread allocates another one frees, in every call: the system's allocator is slow at that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let sources = Args::parse().service.sources("catalog_search");
    let Root { common, catalog_search } = config::load(&sources)?;
    let listen = catalog_search.listen;
    run_process(&common, listen, async |listener, stop| serve(catalog_search, listener, Peers, stop).await).await
}
