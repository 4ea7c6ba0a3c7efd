//! Health and metrics.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use easymart_core::reason;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    extract::json,
    gateway::Gateway,
    health::{self, Report},
    openapi::OpsErrors,
    problem::{Failure, Problem, Result},
};

/// One word about the process.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProbeAnswer)]
pub(crate) struct ProbeView {
    /// `ok` or `ready`.
    #[schema(example = "ok")]
    pub status: &'static str,
}

/// Alive
///
/// The process runs. Asks nobody.
#[utoipa::path(
    get, path = "/healthz", tag = "Health",
    operation_id = "health_alive",
    responses((status = 200, description = "It does", body = ProbeView)),
)]
pub(crate) async fn alive() -> Result<Response> {
    json(&ProbeView { status: "ok" })
}

/// Ready
///
/// Whether the process may be sent work: not before conversation, catalogue and carts have been up once, not while the conversation is
/// down, and not once it was told to stop.
#[utoipa::path(
    get, path = "/readyz", tag = "Health",
    operation_id = "health_ready",
    responses(
        (status = 200, description = "It may", body = ProbeView),
        (status = 503, description = "It may not", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn ready(State(gateway): State<Arc<Gateway>>) -> Result<Response> {
    if gateway.readiness.is_ready(&gateway).await {
        return json(&ProbeView { status: "ready" });
    }
    let (reason, detail) = if gateway.stop.is_cancelled() {
        (reason::SHUTTING_DOWN, "the process is stopping")
    } else {
        (reason::UNAVAILABLE, "a part that is needed has not come up; /health/detailed names it")
    };
    Err(Failure::new(reason, detail))
}

/// How every part is
///
/// Always 200: the state is in the body.
#[utoipa::path(
    get, path = "/health/detailed", tag = "Health",
    operation_id = "health_detailed",
    responses((status = 200, description = "State of every part", body = Report), OpsErrors),
)]
pub(crate) async fn detailed(State(gateway): State<Arc<Gateway>>) -> Result<Response> {
    json(&health::report(&gateway).await)
}

/// Metrics
///
/// In Prometheus text format.
#[utoipa::path(
    get, path = "/metrics", tag = "Health",
    operation_id = "metrics_read",
    responses((status = 200, description = "All metrics", body = String, content_type = "text/plain"), OpsErrors),
)]
pub(crate) async fn metrics(State(gateway): State<Arc<Gateway>>) -> Result<Response> {
    const TEXT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    match &gateway.edge.metrics {
        Some(metrics) => Ok((StatusCode::OK, [(header::CONTENT_TYPE, TEXT)], metrics.render()).into_response()),
        None => Err(Failure::new(reason::ROUTE_UNKNOWN, "this process collects no metrics")),
    }
}
