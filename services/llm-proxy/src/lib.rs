//! llm-proxy is the one door to a language model: any endpoint that speaks OpenAI's chat completions, or none at all.
//!
//! What holds:
//! * Callers get a whole answer, or an error that says why not. A stream that was cut never ends like a short answer.
//! * Every wait is bounded: connecting, the first token, the next token, the whole call, and always the caller's own deadline.
//! * A request is repeated only before its first token, where that can help, and while there is time.
//! * A provider that keeps failing is left alone for a while, so that callers learn at once to do without.
//! * A caller that goes away takes the request to the provider with it. Nothing is read ahead: what the caller does not take, stays there.
//! * What the provider says about its failures reaches neither callers nor logs; the key reaches nobody but the provider.
//!
//! It knows nothing of shops. With no model configured it serves, and says so.

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
use easymart_proto::llm_proxy::v1::llm_proxy_service_server::LlmProxyServiceServer;
use easymart_rpc::Server;
use easymart_runtime::Tasks;
use tokio::{net::TcpListener, task::spawn_blocking};
use tokio_util::sync::CancellationToken;

pub use config::Config;

use app::App;
use clients::OpenAi;
use store::UsageStore;

/// How long background tasks may take to end.
const GRACE: Duration = Duration::from_secs(5);

/// The services that llm-proxy calls: none.
#[derive(Debug, Clone, Copy, Default)]
pub struct Peers;

/// Serves completions on `listener` until `stop`, then drains.
///
/// # Errors
/// When the configuration is wrong, the store cannot be opened, or a background task failed.
pub async fn serve(
    config: Config,
    listener: TcpListener,
    _peers: Peers,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    config.validate().map_err(anyhow::Error::msg)?;
    let usage = Arc::new(open_usage(&config).await?);
    let tasks = Tasks::new(&stop);
    tasks.spawn("usage", Arc::clone(&usage).keep(config.sweep_interval, tasks.stop_token()));
    let provider = config.endpoint().map(|endpoint| OpenAi::new(&config, endpoint)).transpose()?;
    let app = App::new(&config, provider, Arc::clone(&usage) as _);
    let served = Server::new("llm-proxy", &config.server)
        .service(LlmProxyServiceServer::new(grpc::Grpc::new(app)))
        .serve(listener, stop)
        .await;
    tasks.shutdown(GRACE).await?;
    // Calls end, and are counted, until the very end of the drain.
    usage.save().await;
    served
}

async fn open_usage(config: &Config) -> anyhow::Result<UsageStore> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let of_thread = config.clone();
    spawn_blocking(move || UsageStore::open(&of_thread, clock))
        .await?
        .with_context(|| format!("cannot open the usage counters in {}", config.data_dir.display()))
}
