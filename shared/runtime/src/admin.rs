//! The operator's HTTP endpoint of a process: `/metrics`, `/healthz` (the process is alive) and `/readyz` (it may be sent
//! work). It is served beside the service on an address of its own, so that shoppers never reach it.

use std::{net::SocketAddr, time::Duration};

use axum::{
    Router, extract::State, http::StatusCode, http::header::CONTENT_TYPE, response::IntoResponse, routing::get,
};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{Readiness, telemetry::MetricsHandle};

/// How long a scrape that is under way may delay the end of the process.
const GRACE: Duration = Duration::from_secs(1);

/// Where the admin endpoint is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdminConfig {
    /// Address to serve on; absent: no admin endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
}

#[derive(Clone)]
struct Admin {
    metrics: MetricsHandle,
    readiness: Readiness,
    stop: CancellationToken,
}

/// Serves until `stop` is cancelled, and for at most a second after.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    metrics: MetricsHandle,
    readiness: Readiness,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let admin = Admin { metrics, readiness, stop: stop.clone() };
    let drain = stop.clone().cancelled_owned();
    let serving = axum::serve(listener, router(admin)).with_graceful_shutdown(drain);
    tokio::select! {
        result = async { serving.await } => Ok(result?),
        () = async { stop.cancelled().await; tokio::time::sleep(GRACE).await } => Ok(()),
    }
}

fn router(admin: Admin) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .with_state(admin)
}

async fn metrics(State(admin): State<Admin>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], admin.metrics.render())
}

async fn ready(State(admin): State<Admin>) -> impl IntoResponse {
    if admin.readiness.is_ready() && !admin.stop.is_cancelled() {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
    }
}
