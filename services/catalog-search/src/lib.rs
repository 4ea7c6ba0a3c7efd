//! catalog-search owns the catalogue: it imports feeds, keeps the products, and answers what there is to buy.
//!
//! What holds:
//! * An import builds a new generation beside the old one and takes its place in one commit. Whatever goes wrong before, the old one
//!   goes on serving, also after a restart.
//! * An answer is computed on one generation and names it. A reader that names a replaced one keeps getting it for a while.
//! * An acknowledged change of prices or stock is on the disk and in the next search. A newer import wins over it.
//! * A hard constraint is never violated: filter, then match, then sort, then page. Nothing that fits gives an honest zero.
//! * Every derived fact says where it came from and how sure it is; what cannot be read stays unknown.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod app;
mod columns_file;
pub mod config;
pub mod domain;
pub mod embedding;
pub mod engine;
mod error;
mod grpc;
pub mod index;
mod metrics;
pub mod products;
mod store;

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use easymart_core::{Clock, SystemClock};
use easymart_proto::catalog_search::v1::catalog_search_service_server::CatalogSearchServiceServer;
use easymart_rpc::Server;
use easymart_runtime::{Readiness, Tasks};
use tokio::{net::TcpListener, task::spawn_blocking};
use tokio_util::sync::CancellationToken;

pub use config::Config;

use app::{Catalogues, Meaning, Retention, Settings};
use domain::{specs::SpecTable, taxonomy::Taxonomy};
use store::CatalogueStore;

/// How long background work may take to end.
const GRACE: Duration = Duration::from_secs(10);

/// The services that catalog-search calls: none.
#[derive(Debug, Clone, Copy, Default)]
pub struct Peers;

/// Serves the catalogue on `listener` until `stop`, then drains.
///
/// # Errors
/// When the configuration is wrong, or the store or the catalogue in it cannot be opened.
pub async fn serve(
    config: Config,
    listener: TcpListener,
    _peers: Peers,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    config.validate().map_err(anyhow::Error::msg)?;
    metrics::describe();
    let catalogues = open(&config).await?;
    let tasks = Tasks::new(&stop);
    let ready = Readiness::new(true);
    tasks.spawn("prune", catalogues.clone().prune());
    tasks.spawn("housekeeping", catalogues.clone().keep_house(ready.clone(), tasks.stop_token()));
    let service = grpc::Grpc::new(catalogues.clone(), config.max_feed_mb, stop.clone());
    let served = Server::new("catalog-search", &config.server)
        .readiness(ready.subscribe())
        .service(CatalogSearchServiceServer::new(service))
        .serve(listener, stop)
        .await;
    let finished = tokio::time::timeout(GRACE, catalogues.finish()).await;
    tasks.shutdown(GRACE).await?;
    finished.context("an import was still running when the time to stop ran out")?;
    served
}

async fn open(config: &Config) -> anyhow::Result<Catalogues> {
    let taxonomy = Taxonomy::built_in().context("the built-in taxonomy is malformed")?;
    SpecTable::built_in().map_err(anyhow::Error::msg).context("the built-in table of questions is malformed")?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let settings = Settings {
        currency: config.currency().map_err(anyhow::Error::msg)?,
        product_url_prefix: config.product_url_prefix.clone(),
        index_dir: config.data_dir.join("index"),
        products_dir: config.data_dir.join("products"),
        retention: Retention { time: config.keep_generations, imports: config.kept_imports },
        result_cache_mb: config.result_cache_mb,
        kept_products: config.kept_products,
        taxonomy,
    };
    let (path, cache_mb) = (config.data_dir.join("store"), config.cache_mb);
    let embedding = config.embedding.clone();
    let opened = spawn_blocking(move || {
        let meaning = Meaning::load(&embedding).context("catalog_search.embedding.model_dir cannot be used")?;
        let store = CatalogueStore::open(path, cache_mb, Arc::clone(&clock))?;
        anyhow::Ok(Catalogues::open(store, settings, meaning, clock)?)
    });
    opened.await?.with_context(|| format!("cannot open the catalogue in {}", config.data_dir.display()))
}
