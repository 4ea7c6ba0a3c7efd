//! Sessions on the original's paths.

use std::sync::Arc;

use axum::{
    extract::{Extension, State},
    response::Response,
};
use easymart_core::{Code, reason};
use easymart_proto::{cart_sync::v1::GetCartRequest, conversation::v1::GetSessionRequest};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{known, known_or_new, timestamp};
use crate::{
    edge::Call,
    extract::{InPath, Query, json},
    gateway::{Gateway, context},
    openapi::ReadErrors,
    problem::{Failure, Problem, Result},
    routes::sessions::{forget, start},
    view::{legacy::GreetingView, time::rfc3339},
};

/// Shorter ids were refused by the original.
const SHORTEST_ID: usize = 5;

/// Whose session.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct GreetingParams {
    /// The session's id, at least 5 characters.
    session_id: String,
}

/// Greeting
#[utoipa::path(
    get, path = "/assistant/greeting", tag = "Original",
    operation_id = "original_greeting",
    params(GreetingParams),
    responses((status = 200, description = "The greeting", body = GreetingView), ReadErrors),
)]
pub(super) async fn greeting(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    Query(params): Query<GreetingParams>,
) -> Result<Response> {
    if params.session_id.chars().count() < SHORTEST_ID {
        let problem = format!("at least {SHORTEST_ID} characters");
        return Err(Failure::field(reason::FIELD_INVALID, "session_id", problem));
    }
    let session = known_or_new(&gateway, &params.session_id);
    let opened = start(&gateway, &call, &session, String::new()).await?;
    json(&GreetingView::new(&opened, &session.public_id))
}

/// A session in the original's form.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OriginalSession)]
pub(crate) struct SessionView<'a> {
    /// The session's id.
    session_id: &'a str,
    /// Always `active`.
    status: &'static str,
    /// Messages in the transcript.
    message_count: usize,
    /// Pieces in the cart.
    cart_items: u32,
    /// When something last happened.
    last_activity: String,
    /// When it was opened.
    created_at: String,
}

/// Session
#[utoipa::path(
    get, path = "/assistant/session/{session_id}", tag = "Original",
    operation_id = "original_session_read",
    params(("session_id" = String, Path, description = "The session's id")),
    responses(
        (status = 200, description = "The session", body = SessionView),
        (status = 404, description = "There is no such session", body = Problem, content_type = "application/problem+json"),
        ReadErrors,
    ),
)]
pub(super) async fn read(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    InPath(id): InPath<String>,
) -> Result<Response> {
    let session = known(&gateway, &id).ok_or_else(no_session)?;
    let ctx = context(&call, gateway.config.deadlines.session, Some(session.key));
    let cart = GetCartRequest { cart_id: session.key_text() };
    let of_session = GetSessionRequest { session_id: session.key_text() };
    let (found, cart) = futures::join!(gateway.peers.get_session(&ctx, of_session), gateway.peers.get_cart(&ctx, cart));
    let found = found.map_err(|failure| if failure.code() == Code::NotFound { no_session() } else { failure })?;
    json(&SessionView {
        session_id: &session.public_id,
        status: "active",
        message_count: found.messages.len(),
        cart_items: cart?.cart.map_or(0, |cart| cart.item_count),
        last_activity: rfc3339(found.last_activity_ms),
        created_at: rfc3339(found.created_at_ms),
    })
}

/// The original says 404 where the present contract says 410.
fn no_session() -> Failure {
    Failure::new(reason::SESSION_EXPIRED, "there is no such session").with_status(StatusCode::NOT_FOUND)
}

/// A session that is gone, in the original's form.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OriginalSessionCleared)]
pub(crate) struct ClearedView<'a> {
    /// The session's id, as it was asked for.
    session_id: &'a str,
    /// Always `cleared`.
    status: &'static str,
    /// When.
    timestamp: String,
}

/// Erase a session
#[utoipa::path(
    delete, path = "/assistant/session/{session_id}", tag = "Original",
    operation_id = "original_session_erase",
    params(("session_id" = String, Path, description = "The session's id")),
    responses((status = 200, description = "It is gone, or never was", body = ClearedView), ReadErrors),
)]
pub(super) async fn erase(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    InPath(id): InPath<String>,
) -> Result<Response> {
    if let Some(session) = known(&gateway, &id) {
        forget(&gateway, &call, session).await?;
    }
    json(&ClearedView { session_id: &id, status: "cleared", timestamp: timestamp(&gateway) })
}
