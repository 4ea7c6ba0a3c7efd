//! `POST /v1/chat`: one turn.

use std::sync::Arc;

use axum::{
    extract::{Extension, State},
    response::Response,
};
use http::HeaderMap;

use crate::{
    edge::Call,
    extract::{Json, json},
    gateway::Gateway,
    openapi::{ChatErrors, IdempotencyKey},
    problem::Result,
    turns::{self, ChatRequest},
    view::turn::TurnView,
};

/// One turn
///
/// Says something to the assistant and gets its whole answer. Without `session_id` a session is opened; the answer carries its id.
#[utoipa::path(
    post, path = "/v1/chat", tag = "Chat",
    operation_id = "chat",
    params(IdempotencyKey),
    request_body = ChatRequest,
    responses((status = 200, description = "The turn", body = TurnView), ChatErrors),
)]
pub(crate) async fn chat(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    headers: HeaderMap,
    Json(asked): Json<ChatRequest>,
) -> Result<Response> {
    let turn = turns::prepare(&gateway, &call, &headers, asked)?;
    let (turn, session) = turns::take(&gateway, turn).await?;
    json(&TurnView::new(&turn, &session.public_id))
}
