//! `/v1/sessions`: opened, read, erased.

use std::sync::Arc;

use axum::{
    extract::{Extension, State},
    response::{IntoResponse, Response},
};
use easymart_core::{CallContext, reason};
use easymart_proto::{
    cart_sync::v1::{ClearCartRequest, GetCartRequest},
    conversation::v1::{EraseSessionRequest, GetSessionRequest, StartSessionRequest},
};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    edge::{Call, is_language_tag},
    extract::{InPath, OptionalJson, json},
    gateway::{Gateway, context},
    openapi::{SessionErrors, StartErrors},
    problem::{Failure, Result},
    session::Session,
    view::session::{OpenedView, SessionView},
};

/// What a new session starts with.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct SessionRequest {
    /// BCP 47 language tag.
    #[serde(default)]
    locale: Option<String>,
}

/// Open a session
///
/// Opens a session and greets. The id is a bearer secret: whoever has it reads and continues the conversation.
#[utoipa::path(
    post, path = "/v1/sessions", tag = "Sessions",
    operation_id = "session_open",
    request_body(content = Option<SessionRequest>, description = "May be left out"),
    responses((status = 201, description = "The session", body = OpenedView), StartErrors),
)]
pub(crate) async fn open(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    OptionalJson(asked): OptionalJson<SessionRequest>,
) -> Result<Response> {
    let locale = asked.locale.unwrap_or_default();
    if !locale.is_empty() && !is_language_tag(&locale) {
        let problem = "must be a language tag such as en-AU";
        return Err(Failure::field(reason::FIELD_INVALID, "locale", problem));
    }
    let session = gateway.sessions.create(gateway.now());
    let opened = start(&gateway, &call, &session, locale).await?;
    let mut response = json(&OpenedView::new(&opened, &session.public_id))?;
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

/// Opens the session, or greets again in one that is open.
pub(crate) async fn start(
    gateway: &Gateway,
    call: &Call,
    session: &Session,
    locale: String,
) -> Result<easymart_proto::conversation::v1::StartSessionResponse> {
    let ctx = context(call, gateway.config.deadlines.session, Some(session.key));
    let request =
        StartSessionRequest { request_id: Uuid::now_v7().to_string(), session_id: session.key_text(), locale };
    gateway.peers.start_session(&ctx, request).await
}

/// Read a session
///
/// Transcript and state.
#[utoipa::path(
    get, path = "/v1/sessions/{session_id}", tag = "Sessions",
    operation_id = "session_read",
    params(("session_id" = String, Path, description = "The session's id")),
    responses((status = 200, description = "The session", body = SessionView), SessionErrors),
)]
pub(crate) async fn read(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    InPath(session_id): InPath<String>,
) -> Result<Response> {
    let session = gateway.sessions.read(&session_id, gateway.now())?.session();
    let ctx = context(&call, gateway.config.deadlines.session, Some(session.key));
    let request = GetSessionRequest { session_id: session.key_text() };
    let found = gateway.peers.get_session(&ctx, request).await?;
    json(&SessionView::new(&found, &session.public_id))
}

/// Erase a session
///
/// Forgets the conversation and empties its cart, for good. Succeeds when there is none.
#[utoipa::path(
    delete, path = "/v1/sessions/{session_id}", tag = "Sessions",
    operation_id = "session_erase",
    params(("session_id" = String, Path, description = "The session's id")),
    responses((status = 204, description = "Erased"), SessionErrors),
)]
pub(crate) async fn erase(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    InPath(session_id): InPath<String>,
) -> Result<Response> {
    let session = gateway.sessions.read(&session_id, gateway.now())?.session();
    forget(&gateway, &call, session).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Empties the cart first: when that fails, the session is still there and erasing can be repeated.
pub(crate) async fn forget(gateway: &Arc<Gateway>, call: &Call, session: Session) -> Result<()> {
    let ctx = context(call, gateway.config.deadlines.session, Some(session.key));
    let this = Arc::clone(gateway);
    gateway
        .see_through(async move {
            empty_cart(&this, &ctx, &session).await?;
            let request =
                EraseSessionRequest { request_id: Uuid::now_v7().to_string(), session_id: session.key_text() };
            this.peers.erase_session(&ctx, request).await
        })
        .await?;
    Ok(())
}

async fn empty_cart(gateway: &Gateway, ctx: &CallContext, session: &Session) -> Result<()> {
    let cart_id = session.key_text();
    let request = GetCartRequest { cart_id: cart_id.clone() };
    let cart = gateway.peers.get_cart(ctx, request).await?.cart;
    // A cart that was never used needs no record of having been emptied.
    if cart.is_none_or(|cart| cart.lines.is_empty()) {
        return Ok(());
    }
    let request = ClearCartRequest { request_id: Uuid::now_v7().to_string(), cart_id, expected_version: None };
    gateway.peers.clear_cart(ctx, request).await?;
    Ok(())
}
