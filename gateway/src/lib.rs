//! The gateway: the one HTTP edge of EasyMart, for shoppers' browsers, the shop's backend and operators.
//!
//! It owns no state of the shop's. It checks who asks and what, gives every request an identity, a deadline and an idempotency key,
//! calls the services over gRPC, and tells their answers and failures in the words of the HTTP contract: REST, server-sent events, and the
//! paths of the original system. It also serves the demo shop page with the chat widget, and the API's description.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use easymart_runtime::Tasks;
use tokio::{
    net::TcpListener,
    time::{Instant, timeout_at},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

mod address;
mod body;
mod carts;
mod clients;
mod config;
mod cors;
mod edge;
mod extract;
mod gateway;
mod health;
mod keys;
mod limits;
mod metrics;
mod openapi;
mod problem;
mod routes;
mod server;
mod session;
mod turns;
mod view;

pub use address::Network;
pub use clients::Peers;
pub use config::{Config, DeadlinesConfig, LimitsConfig, SessionsConfig};
pub use gateway::{Edge, Pictures};
pub use openapi::description;
pub use session::key_in as session_key;

use gateway::Gateway;
use server::Ending;

/// Serves until `stop` is cancelled and what is under way has ended, at most `config.shutdown_grace` and a moment.
///
/// # Errors
/// When the configuration makes no sense, or the session key cannot be read or made.
pub async fn serve(
    config: Config,
    listener: TcpListener,
    peers: Peers,
    edge: Edge,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    config.validate().map_err(anyhow::Error::msg)?;
    let tasks = Tasks::new(&stop);
    let ending = Ending::new(stop);
    let gateway = Arc::new(open(config, peers, edge, &ending).await?);
    let forgetting = Arc::clone(&gateway.limits).forget_idle_keys(tasks.stop_token());
    tasks.spawn("rate_limits", forgetting);
    let router = routes::router(Arc::clone(&gateway))?;
    let over = server::serve(listener, router, &gateway.config, &ending).await;
    finish_calls(&gateway, over).await;
    tasks.shutdown(Duration::from_secs(1)).await
}

async fn open(config: Config, peers: Peers, edge: Edge, ending: &Ending) -> anyhow::Result<Gateway> {
    Ok(Gateway {
        sessions: sessions(&config).await?,
        limits: Arc::new(limits::Limits::new(&config.limits)),
        api_keys: keys::ApiKeys::new(&config.api_keys),
        operator_keys: keys::OperatorKeys::new(&config.operator_keys),
        readiness: health::Readiness::default(),
        calls: TaskTracker::new(),
        stop: ending.stop.clone(),
        cut: ending.cut.clone(),
        config,
        peers,
        edge,
    })
}

async fn sessions(config: &Config) -> anyhow::Result<session::Sessions> {
    let settings = &config.sessions;
    let secret = if settings.secret.is_set() {
        settings.secret.expose().as_bytes().to_vec()
    } else {
        let data_dir = config.data_dir.clone();
        tokio::task::spawn_blocking(move || session::key::load_or_create(&data_dir))
            .await
            .context("the task that reads the session key ended early")??
    };
    session::Sessions::new(&secret, settings.accept_client_ids, settings.max_age)
}

/// Calls whose clients are gone still get the rest of the grace.
async fn finish_calls(gateway: &Gateway, over: Instant) {
    gateway.calls.close();
    if timeout_at(over, gateway.calls.wait()).await.is_err() {
        tracing::warn!(calls = gateway.calls.len(), "calls were still under way at the end of the grace");
    }
}
