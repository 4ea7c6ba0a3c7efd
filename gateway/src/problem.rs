//! How a failure is told: RFC 9457 `application/problem+json` with a `reason` of the error catalogue.

use std::sync::Arc;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use easymart_core::{Code, Error, FieldViolation, Reason, reason};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

/// A handler's failure. The edge renders it, because only the edge knows the request's id and the form that the path's clients read.
#[derive(Debug)]
pub(crate) struct Failure {
    error: Error,
    status: StatusCode,
    degraded: Option<&'static str>,
}

pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    /// A failure with the reason's own status.
    pub(crate) fn new(reason: Reason, message: impl Into<String>) -> Self {
        Error::new(reason, message).into()
    }

    /// A field that is wrong.
    pub(crate) fn field(reason: Reason, field: &str, description: impl Into<String>) -> Self {
        Error::invalid(reason, field, description).into()
    }

    /// The failure of a call to a part of EasyMart: says what is missing when that part did not answer.
    pub(crate) fn of_peer(error: Error, degraded: &'static str, apology: &'static str) -> Self {
        let unanswered = matches!(error.code, Code::Unavailable | Code::DeadlineExceeded);
        let mut failure = Self::from(error);
        if unanswered {
            failure.degraded = Some(degraded);
            apology.clone_into(&mut failure.error.message);
        }
        failure
    }

    /// Answers with another status than the reason's own, where the original's clients expect one.
    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The reason.
    pub(crate) fn reason(&self) -> Reason {
        self.error.reason
    }

    /// The kind of failure.
    pub(crate) fn code(&self) -> Code {
        self.error.code
    }

    /// A path that is not offered.
    pub(crate) fn no_route() -> Self {
        Self::new(reason::ROUTE_UNKNOWN, "there is no such path; /openapi.json lists those there are")
    }

    /// The failure for the log: what operators may know, without what shoppers wrote.
    pub(crate) fn log(&self, request_id: &str, route: &str) {
        if self.status.is_server_error() {
            let cause = std::error::Error::source(&self.error).map(ToString::to_string);
            tracing::warn!(request_id, route, reason = %self.error.reason, cause, "request failed");
        }
    }

    /// The document that tells of it.
    pub(crate) fn document<'a>(&'a self, request_id: &'a str, form: Form) -> Problem<'a> {
        let entry = self.error.reason.entry();
        let original = matches!(form, Form::Original);
        Problem {
            kind: format!("/docs/errors#{}", entry.name),
            title: entry.meaning,
            status: self.status.as_u16(),
            detail: &self.error.message,
            reason: entry.name,
            request_id,
            degraded: self.degraded.as_slice(),
            errors: self.error.violations.iter().map(Violation::from).collect(),
            success: original.then_some(false),
            error: original.then_some(&self.error.message),
        }
    }

    /// The whole answer.
    pub(crate) fn render(&self, request_id: &str, form: Form) -> Response {
        let document = serde_json::to_vec(&self.document(request_id, form)).unwrap_or_default();
        let mut response = Response::new(Body::from(document));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, PROBLEM_JSON);
        if let Some(wait) = self.error.retry_after {
            // Whole seconds, rounded up: a client that obeys is not refused again.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        response
    }
}

const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// Who reads the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A client of the present contract.
    Current,
    /// A client of the original's paths, which looks for `success` and `error`.
    Original,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let status = StatusCode::from_u16(error.reason.http_status());
        Self { error, status: status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), degraded: None }
    }
}

/// Carries the failure to the edge inside the answer's extensions.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// Takes the failure out of an answer that a handler failed with.
pub(crate) fn take_failure(response: &mut Response) -> Option<Arc<Failure>> {
    response.extensions_mut().remove::<Arc<Failure>>()
}

/// An RFC 9457 problem document.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "type": "/docs/errors#MESSAGE_TOO_LONG", "title": "The message is longer than allowed.", "status": 400,
    "detail": "message: 1,204 characters; at most 1,000 are read", "reason": "MESSAGE_TOO_LONG",
    "request_id": "0193a1b2-0000-7000-8000-000000000000"
}))]
pub(crate) struct Problem<'a> {
    /// Address of the reason's entry in the error catalogue.
    #[serde(rename = "type")]
    kind: String,
    /// What the reason means.
    title: &'static str,
    /// HTTP status.
    status: u16,
    /// What was wrong this time.
    detail: &'a str,
    /// Word of the error catalogue, for programs.
    reason: &'static str,
    /// Names this request in the logs.
    request_id: &'a str,
    /// What was unavailable.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    degraded: &'a [&'static str],
    /// Fields at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Violation<'a>>,
    /// Always false; on the original's paths only.
    #[serde(skip_serializing_if = "Option::is_none")]
    success: Option<bool>,
    /// The same as `detail`; on the original's paths only.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

/// One field that is wrong.
#[derive(Debug, Serialize, ToSchema)]
struct Violation<'a> {
    /// Path of the field.
    field: &'a str,
    /// What is wrong with it.
    description: &'a str,
}

impl<'a> From<&'a FieldViolation> for Violation<'a> {
    fn from(violation: &'a FieldViolation) -> Self {
        Self { field: &violation.field, description: &violation.description }
    }
}

/// The failure of a request that was stopped by a panic. The panic itself was logged where it happened.
pub(crate) fn panicked() -> Failure {
    Failure::new(reason::INTERNAL, "something went wrong on our side; please try again")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::*;

    fn document(failure: &Failure, form: Form) -> Value {
        serde_json::to_value(failure.document("r1", form)).unwrap()
    }

    #[test]
    fn a_problem_names_the_field_and_the_reason() {
        let failure = Failure::field(reason::QUANTITY_OUT_OF_RANGE, "quantity", "100 is not within 1 to 99");
        assert_eq!(
            document(&failure, Form::Current),
            json!({
                "type": "/docs/errors#QUANTITY_OUT_OF_RANGE",
                "title": "A quantity is outside 1 to 99 (0 to 99 where 0 removes).",
                "status": 400, "detail": "quantity: 100 is not within 1 to 99", "reason": "QUANTITY_OUT_OF_RANGE",
                "request_id": "r1", "errors": [{"field": "quantity", "description": "100 is not within 1 to 99"}],
            })
        );
        let original = document(&failure, Form::Original);
        assert_eq!(original["success"], false);
        assert_eq!(original["error"], original["detail"]);
    }

    #[test]
    fn a_part_that_does_not_answer_is_named() {
        let down = Failure::of_peer(Error::new(reason::UNAVAILABLE, "tcp"), "cart_unavailable", "No cart now.");
        let document_of_down = document(&down, Form::Current);
        assert_eq!(document_of_down["degraded"], json!(["cart_unavailable"]));
        assert_eq!(document_of_down["detail"], "No cart now.");
        let refused = Failure::of_peer(Error::new(reason::CART_EMPTY, "empty"), "cart_unavailable", "No cart now.");
        assert_eq!(document(&refused, Form::Current).get("degraded"), None);
    }

    #[test]
    fn retry_after_is_rounded_up() {
        let error = Error::new(reason::RATE_LIMITED, "slow down").retry_after(Duration::from_millis(1_001));
        let response = Failure::from(error).render("r1", Form::Current);
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()[header::RETRY_AFTER], "2");
    }

    #[test]
    fn an_answer_carries_its_failure_to_the_edge_once() {
        let mut response = Failure::new(reason::CART_EMPTY, "nothing").into_response();
        assert_eq!(response.status(), StatusCode::CONFLICT);
        assert_eq!(take_failure(&mut response).unwrap().reason(), reason::CART_EMPTY);
        assert!(take_failure(&mut response).is_none());
    }
}
