//! The original system's paths, so that its widget and its storefront backend work unchanged.
//!
//! Its clients invent session ids. Unless the operator allows that, such an id is answered with a session of its own under an id of
//! ours; nobody can reach another's session by guessing.

use std::sync::Arc;

use axum::routing::get;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    edge::Call,
    gateway::Gateway,
    session::Session,
    view::{legacy::Made, time::rfc3339},
};

mod cart;
mod chat;
mod health;
mod session;

/// The paths.
pub(crate) fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new()
        .routes(routes!(chat::message))
        .routes(routes!(chat::storefront_chat))
        .routes(routes!(session::greeting))
        .routes(routes!(session::read, session::erase))
        .routes(routes!(cart::assistant_cart, cart::assistant_change))
        .routes(routes!(cart::storefront_change))
        .routes(routes!(cart::storefront_cart))
        .routes(routes!(health::health))
        .route("/health/", get(health::health))
        .routes(routes!(health::ping))
        .routes(routes!(health::storefront))
}

/// The session behind an id, if it is one of ours or may be invented.
fn known(gateway: &Gateway, id: &str) -> Option<Session> {
    let presented = gateway.sessions.read(id, gateway.now()).ok()?;
    Some(presented.session())
}

/// The session behind an id, or a new one.
fn known_or_new(gateway: &Gateway, id: &str) -> Session {
    known(gateway, id).unwrap_or_else(|| gateway.sessions.create(gateway.now()))
}

fn timestamp(gateway: &Gateway) -> String {
    rfc3339(gateway.now())
}

fn made<'a>(call: &Call, timestamp: &'a str) -> Made<'a> {
    let took = call.started.elapsed().as_millis();
    Made { timestamp, took_ms: u64::try_from(took).unwrap_or(u64::MAX) }
}
