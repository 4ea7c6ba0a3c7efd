//! Health on the original's paths.

use std::{collections::BTreeMap, sync::Arc};

use axum::{extract::State, response::Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::timestamp;
use crate::{
    extract::json,
    gateway::Gateway,
    health::{self, Status},
    openapi::OpsErrors,
    problem::Result,
};

const SERVICE: &str = "easymart";

/// Health in the original's form, but true.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OriginalHealth)]
pub(crate) struct HealthView {
    /// `healthy`, `degraded` or `unhealthy`.
    #[schema(example = "healthy")]
    status: &'static str,
    /// Always `easymart`.
    service: &'static str,
    /// Version.
    version: &'static str,
    /// When it was asked.
    timestamp: String,
    /// State of every part.
    services: BTreeMap<&'static str, &'static str>,
}

/// Health
#[utoipa::path(
    get, path = "/health", tag = "Original",
    operation_id = "original_health",
    responses((status = 200, description = "State of the parts", body = HealthView), OpsErrors),
)]
pub(super) async fn health(State(gateway): State<Arc<Gateway>>) -> Result<Response> {
    let report = health::report(&gateway).await;
    let services = report.checks.iter().map(|(name, check)| (*name, word(check.status)));
    json(&HealthView {
        status: word(report.status),
        service: SERVICE,
        version: env!("CARGO_PKG_VERSION"),
        timestamp: timestamp(&gateway),
        services: services.collect(),
    })
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Ok => "healthy",
        Status::Degraded => "degraded",
        Status::Down => "unhealthy",
    }
}

/// A sign of life.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OriginalPing)]
pub(crate) struct PingView {
    /// Always `pong`.
    status: &'static str,
    /// When it was asked.
    timestamp: String,
}

/// Ping
#[utoipa::path(
    get, path = "/health/ping", tag = "Original",
    operation_id = "original_ping",
    responses((status = 200, description = "A sign of life", body = PingView), OpsErrors),
)]
pub(super) async fn ping(State(gateway): State<Arc<Gateway>>) -> Result<Response> {
    json(&PingView { status: "pong", timestamp: timestamp(&gateway) })
}

/// Health of the original's storefront backend.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OriginalStorefrontHealth)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StorefrontView {
    /// `ok`, `degraded` or `down`.
    status: Status,
    /// Always `easymart`.
    service: &'static str,
    /// When it was asked.
    timestamp: String,
    /// Always `production`.
    environment: &'static str,
    /// Who answers in the place of the original's assistant.
    python_backend: &'static str,
    /// Whether everything that the original got from the shop's backend is there.
    shopify_configured: bool,
}

/// Health (storefront backend)
#[utoipa::path(
    get, path = "/api/health", tag = "Original",
    operation_id = "original_storefront_health",
    responses((status = 200, description = "State of the whole", body = StorefrontView), OpsErrors),
)]
pub(super) async fn storefront(State(gateway): State<Arc<Gateway>>) -> Result<Response> {
    let report = health::report(&gateway).await;
    let catalogue = report.checks.get("catalog_search");
    json(&StorefrontView {
        status: report.status,
        service: SERVICE,
        timestamp: timestamp(&gateway),
        environment: "production",
        python_backend: SERVICE,
        shopify_configured: catalogue.is_some_and(|check| check.status == Status::Ok),
    })
}
