//! `POST /v1/feedback`: a thumb on a turn.

use std::sync::Arc;

use axum::{
    extract::{Extension, State},
    response::{IntoResponse, Response},
};
use easymart_core::reason;
use easymart_proto::conversation::v1::{Rating, SubmitFeedbackRequest};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    carts::checked_reference,
    edge::Call,
    extract::{Json, idempotency_key},
    gateway::{Gateway, context},
    openapi::{FeedbackErrors, IdempotencyKey},
    problem::{Failure, Result},
    turns::request_id,
};

const LONGEST_COMMENT: usize = 1_000;

/// A thumb on a turn.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct FeedbackRequest {
    /// The session's id.
    session_id: String,
    /// The turn.
    turn_id: String,
    /// The thumb.
    rating: RatingWord,
    /// Remark, at most 1,000 characters.
    #[serde(default)]
    comment: Option<String>,
}

/// Direction of a thumb.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RatingWord {
    /// Good.
    Up,
    /// Bad.
    Down,
}

/// Rate a turn
#[utoipa::path(
    post, path = "/v1/feedback", tag = "Feedback",
    operation_id = "feedback_submit",
    params(IdempotencyKey),
    request_body = FeedbackRequest,
    responses((status = 202, description = "Noted"), FeedbackErrors),
)]
pub(crate) async fn submit(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    headers: HeaderMap,
    Json(asked): Json<FeedbackRequest>,
) -> Result<Response> {
    let session = gateway.sessions.read(&asked.session_id, gateway.now())?.session();
    let comment = asked.comment.unwrap_or_default();
    if comment.chars().count() > LONGEST_COMMENT {
        let problem = format!("longer than {LONGEST_COMMENT} characters");
        return Err(Failure::field(reason::FIELD_INVALID, "comment", problem));
    }
    let rating = match asked.rating {
        RatingWord::Up => Rating::Up,
        RatingWord::Down => Rating::Down,
    };
    let request = SubmitFeedbackRequest {
        request_id: request_id(&gateway, session.key, idempotency_key(&headers)?),
        session_id: session.key_text(),
        turn_id: checked_reference("turn_id", Some(asked.turn_id))?,
        rating: rating.into(),
        comment,
    };
    let ctx = context(&call, gateway.config.deadlines.session, Some(session.key));
    gateway.peers.submit_feedback(&ctx, request).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}
