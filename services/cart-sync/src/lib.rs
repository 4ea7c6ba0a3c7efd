//! cart-sync owns carts: it is the only writer, and it keeps each cart in step with the shop's backend where there is one.
//!
//! What holds:
//! * An acknowledged change is on disk, together with its answer and with what the backend has to be told about it.
//! * A request is carried out once. Its repetition gets the first answer, within 24 hours and also after a restart.
//! * Prices, titles and SKUs come from the catalogue, never from the caller.
//! * A shopper's answer never waits for the shop's backend; how it stands with that is said in `Cart.sync`.
//! * The backend is told states, not steps, so that telling it twice does no harm.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod app;
mod clients;
pub mod config;
mod domain;
mod error;
mod grpc;
mod metrics;
mod store;

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use easymart_core::{Clock, SystemClock};
use easymart_proto::cart_sync::v1::cart_sync_service_server::CartSyncServiceServer;
use easymart_rpc::{Peer, Server};
use easymart_runtime::{Backoff, Readiness, Tasks};
use tokio::{net::TcpListener, task::spawn_blocking};
use tokio_util::sync::CancellationToken;

pub use config::Config;

use app::{Carts, Ports, Settings, Storefront};
use clients::{HttpStorefront, PeerCatalogue};
use store::CartStore;

/// How long background tasks and changes in the making may take to end.
const GRACE: Duration = Duration::from_secs(5);

/// The services that cart-sync calls.
#[derive(Clone)]
pub struct Peers {
    /// Knows the products.
    pub catalog_search: Peer,
}

/// Serves carts on `listener` until `stop`, then drains.
///
/// # Errors
/// When the configuration is wrong, the store cannot be opened, or a background task failed.
pub async fn serve(config: Config, listener: TcpListener, peers: Peers, stop: CancellationToken) -> anyhow::Result<()> {
    config.validate().map_err(anyhow::Error::msg)?;
    metrics::describe();
    let carts = open(&config, peers).await?;
    let tasks = Tasks::new(&stop);
    let ready = Readiness::new(true);
    start_tasks(&tasks, &carts, &config, &ready);
    let service = grpc::Grpc::new(carts.clone(), stop.clone());
    let served = Server::new("cart-sync", &config.server)
        .readiness(ready.subscribe())
        .service(CartSyncServiceServer::new(service))
        .serve(listener, stop)
        .await;
    let finished = tokio::time::timeout(GRACE, carts.finish()).await;
    tasks.shutdown(GRACE).await?;
    finished.context("changes were still being made when the time to stop ran out")?;
    served
}

async fn open(config: &Config, peers: Peers) -> anyhow::Result<Carts> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let storefront: Option<Arc<dyn Storefront>> = match config.storefront.url.as_str() {
        "" => None,
        _ => Some(Arc::new(HttpStorefront::new(&config.storefront)?)),
    };
    let (path, cache_mb) = (config.data_dir.clone(), config.cache_mb);
    let catalogue = Arc::new(PeerCatalogue(peers.catalog_search));
    let settings = settings(config);
    let opened = spawn_blocking(move || {
        let ports = Ports { store: CartStore::open(path, cache_mb, Arc::clone(&clock))?, catalogue, storefront, clock };
        let carts = Carts::new(ports, settings);
        carts.resume()?;
        anyhow::Ok(carts)
    });
    opened.await?.with_context(|| format!("cannot open the carts in {}", config.data_dir.display()))
}

fn settings(config: &Config) -> Settings {
    Settings {
        currency: config.currency,
        cart_ttl: config.cart_ttl,
        idempotency_ttl: config.idempotency_ttl,
        checkout_url_template: config.checkout_url_template.clone(),
        reconcile_wait: config.storefront.timeout,
    }
}

fn start_tasks(tasks: &Tasks, carts: &Carts, config: &Config, ready: &Readiness) {
    let stop = tasks.stop_token();
    let sweep = carts.clone().sweep(config.sweep_interval, stop.clone());
    tasks.spawn("sweep", sweep);
    let report = carts.clone().report(ready.clone(), stop.clone());
    tasks.spawn("report", report);
    if !config.storefront.url.is_empty() {
        let backoff = Backoff { initial: config.storefront.retry_min, max: config.storefront.retry_max };
        let send = carts.clone().send(backoff, config.storefront.max_concurrent, stop);
        tasks.spawn_fallible("outbox", send);
    }
}
