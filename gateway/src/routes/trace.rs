//! `/v1/sessions/{session_id}/turns/{turn_id}/trace`: why a turn went as it did, for operators.

use std::sync::Arc;

use axum::{
    extract::{Extension, State},
    response::{IntoResponse, Response},
};
use easymart_proto::conversation::v1::GetTurnTraceRequest;
use http::{HeaderMap, HeaderValue, header};

use crate::{
    edge::Call,
    extract::InPath,
    gateway::{Gateway, context},
    openapi::TraceErrors,
    problem::Result,
};

/// Explain a turn
///
/// The message as it was read (`words`, `corrections`), the intents with their evidence (`scores`), what was carried out (`acts`), what changed in
/// the search (`search`), what references could have meant (`references`), the tools with what they gave (`tools`), and the reply with the
/// templates that gave it, the field that proves each claim and what the checker said (`reply`). For people: members may come and go with
/// each release. Without configured operator keys there is no such path.
#[utoipa::path(
    get, path = "/v1/sessions/{session_id}/turns/{turn_id}/trace", tag = "Sessions",
    operation_id = "turn_trace",
    params(
        ("session_id" = String, Path, description = "The session's id"),
        ("turn_id" = String, Path, description = "The turn's id"),
    ),
    security(("operator_key" = []), ("api_key" = [], "operator_key" = [])),
    responses((status = 200, description = "The trace", body = Object), TraceErrors),
)]
pub(crate) async fn trace(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    headers: HeaderMap,
    InPath((session_id, turn_id)): InPath<(String, String)>,
) -> Result<Response> {
    gateway.operator_keys.check(&headers)?;
    let session = gateway.sessions.read(&session_id, gateway.now())?.session();
    let ctx = context(&call, gateway.config.deadlines.session, Some(session.key));
    let request = GetTurnTraceRequest { session_id: session.key_text(), turn_id };
    let found = gateway.peers.get_turn_trace(&ctx, request).await?;
    let json = HeaderValue::from_static("application/json");
    Ok(([(header::CONTENT_TYPE, json)], found.trace_json).into_response())
}
