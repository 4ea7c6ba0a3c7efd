//! Which other sites' pages may call the API: those whose origin the operator listed, nobody else.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use easymart_core::reason;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use crate::{gateway::Gateway, problem::Failure};

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PATCH, DELETE");
const REQUEST_HEADERS: HeaderValue =
    HeaderValue::from_static("Content-Type, Idempotency-Key, If-Match, X-Api-Key, Accept-Language");
const ANSWER_HEADERS: HeaderValue = HeaderValue::from_static("ETag, Retry-After, X-Request-Id");
/// Seconds for which a browser need not ask again.
const MAX_AGE: HeaderValue = HeaderValue::from_static("3600");

/// Answers browsers that ask for permission, and marks answers that the page may read.
pub(crate) async fn cors(State(gateway): State<Arc<Gateway>>, request: Request, next: Next) -> Response {
    let Some(origin) = request.headers().get(header::ORIGIN).cloned() else {
        return next.run(request).await;
    };
    let allowed = is_listed(&gateway.config.allowed_origins, &origin);
    if is_preflight(&request) {
        return if allowed { permit(origin) } else { refuse() };
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if allowed {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, ANSWER_HEADERS);
    }
    response
}

fn is_listed(allowed: &[String], origin: &HeaderValue) -> bool {
    allowed.iter().any(|listed| listed.as_bytes() == origin.as_bytes())
}

fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn permit(origin: HeaderValue) -> Response {
    let headers = HeaderMap::from_iter([
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, origin),
        (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS),
        (header::ACCESS_CONTROL_MAX_AGE, MAX_AGE),
        (header::VARY, HeaderValue::from_static("Origin")),
    ]);
    (StatusCode::NO_CONTENT, headers).into_response()
}

fn refuse() -> Response {
    Failure::new(reason::ORIGIN_NOT_ALLOWED, "pages of this origin may not use this API").into_response()
}
