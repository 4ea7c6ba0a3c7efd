//! Chat on the original's paths.

use std::sync::Arc;

use axum::{
    extract::{Extension, State},
    response::Response,
};
use easymart_proto::conversation::v1::{ChatTurn, ConverseRequest};
use http::HeaderMap;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{known, made, timestamp};
use crate::{
    edge::Call,
    extract::{Json, json},
    gateway::Gateway,
    openapi::{ChatErrors, IdempotencyKey},
    problem::Result,
    session::Session,
    turns::{self, checked_message, issued_with},
    view::legacy::{ChatView, MessageView, is_reset},
};

/// A message to the original's assistant.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OriginalMessageRequest)]
pub(crate) struct MessageRequest {
    /// The session's id; empty: a new session.
    session_id: String,
    /// What the shopper typed: 1 to 1,000 characters.
    message: String,
    /// Accepted and ignored.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    #[allow(dead_code, reason = "the original's clients send it; nothing in it is used")]
    context: serde::de::IgnoredAny,
}

/// Chat (assistant)
#[utoipa::path(
    post, path = "/assistant/message", tag = "Original",
    operation_id = "original_message",
    params(IdempotencyKey),
    request_body = MessageRequest,
    responses((status = 200, description = "The answer", body = MessageView), ChatErrors),
)]
pub(super) async fn message(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    headers: HeaderMap,
    Json(asked): Json<MessageRequest>,
) -> Result<Response> {
    let (turn, session) = take(&gateway, &call, &headers, &asked.session_id, &asked.message).await?;
    let timestamp = timestamp(&gateway);
    json(&MessageView::new(&turn, &session.public_id, made(&call, &timestamp)))
}

/// A message to the original's storefront backend.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OriginalChatRequest)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChatRequest {
    /// What the shopper typed: 1 to 1,000 characters.
    message: String,
    /// The session's id; without one a new session.
    #[serde(default)]
    session_id: Option<String>,
}

/// Chat (storefront backend)
#[utoipa::path(
    post, path = "/api/chat", tag = "Original",
    operation_id = "original_chat",
    params(IdempotencyKey),
    request_body = ChatRequest,
    responses((status = 200, description = "The answer", body = ChatView), ChatErrors),
)]
pub(super) async fn storefront_chat(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    headers: HeaderMap,
    Json(asked): Json<ChatRequest>,
) -> Result<Response> {
    let id = asked.session_id.unwrap_or_default();
    let (turn, session) = take(&gateway, &call, &headers, &id, &asked.message).await?;
    let timestamp = timestamp(&gateway);
    json(&ChatView::new(&turn, &session.public_id, made(&call, &timestamp)))
}

/// Takes the turn. The original never refuses a session for its age, so an expired one is opened again.
async fn take(
    gateway: &Arc<Gateway>,
    call: &Call,
    headers: &HeaderMap,
    id: &str,
    message: &str,
) -> Result<(ChatTurn, Session)> {
    let request = ConverseRequest {
        message: checked_message(message, gateway.config.limits.message_chars)?,
        create_session: true,
        ..Default::default()
    };
    let known = known(gateway, id);
    if known.is_none() && !id.is_empty() {
        gateway.limits.message(gateway.sessions.stand_in(id))?;
    }
    let turn = turns::admit(gateway, call, headers, known, request)?;
    let (turn, session) = turns::take(gateway, turn).await?;
    // The original's widget changes its id with a reset: the new one leads to the same cart.
    let session = if is_reset(&turn) { issued_with(gateway, session.key, &turn.turn_id) } else { session };
    Ok((turn, session))
}
