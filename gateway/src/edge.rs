//! What happens to every request before and after its handler: identity, admission, panics, headers, failures told, counting.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    panic::AssertUnwindSafe,
    sync::Arc,
    time::Instant,
};

use axum::{
    extract::{Extension, MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use easymart_core::{TraceContext, reason};
use futures::FutureExt as _;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use uuid::Uuid;

use crate::{
    address::client_address,
    body::received,
    gateway::Gateway,
    metrics,
    problem::{Failure, Form, Result, panicked, take_failure},
};

/// Who is at the other end of the connection; the server puts it into every request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PeerAddress(pub SocketAddr);

/// A request's identity.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// Names it in answers and logs.
    pub request_id: Uuid,
    /// When it began: deadlines count from here.
    pub started: Instant,
    /// Continues the client's trace, or starts one.
    pub trace: TraceContext,
    /// First of the client's languages.
    pub locale: Option<String>,
    /// The client's address, as far as it can be believed.
    pub address: IpAddr,
    /// Who reads failures.
    pub form: Form,
}

impl Call {
    fn begin(gateway: &Gateway, request: &Request) -> Self {
        let headers = request.headers();
        let peer =
            request.extensions().get::<PeerAddress>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
        Self {
            request_id: Uuid::now_v7(),
            started: Instant::now(),
            trace: trace(headers),
            locale: first_language(headers),
            address: client_address(peer, headers, &gateway.config.trusted_proxies),
            form: form(request.uri().path()),
        }
    }
}

/// The outermost step.
pub(crate) async fn observe(State(gateway): State<Arc<Gateway>>, request: Request, next: Next) -> Response {
    let call = Call::begin(&gateway, &request);
    let method = request.method().clone();
    let route = route(&request);
    let handled = AssertUnwindSafe(handle(&gateway, call.clone(), request, next)).catch_unwind().await;
    let response = handled.unwrap_or_else(|_| {
        metrics::panicked(&route);
        panicked().into_response()
    });
    let response = finish(&call, &route, response);
    let took = call.started.elapsed();
    metrics::answered(&route, &method, response.status(), took);
    tracing::debug!(
        request_id = %call.request_id, %method, route, status = response.status().as_u16(), ?took, "answered"
    );
    response
}

async fn handle(gateway: &Gateway, call: Call, request: Request, next: Next) -> Response {
    match received(request, &gateway.config).await {
        Ok(mut request) => {
            request.extensions_mut().insert(call);
            next.run(request).await
        }
        Err(failure) => failure.into_response(),
    }
}

/// Admission to the API: a place to work, the address's rate, the key.
pub(crate) async fn admit(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    request: Request,
    next: Next,
) -> Result<Response> {
    let _place = gateway.limits.enter()?;
    gateway.limits.request(call.address)?;
    gateway.api_keys.check(request.headers())?;
    Ok(next.run(request).await)
}

/// Anything that is no path of ours.
pub(crate) async fn unknown_route() -> Failure {
    Failure::no_route()
}

fn finish(call: &Call, route: &str, mut response: Response) -> Response {
    let failure = take_failure(&mut response).or_else(|| refusal(&response).map(Arc::new));
    if let Some(failure) = failure {
        response = tell(&failure, call, route, response);
    }
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(call.request_id.hyphenated().encode_lower(&mut Uuid::encode_buffer())) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    or_insert(headers, header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    or_insert(headers, header::CONTENT_SECURITY_POLICY, CLOSED_POLICY);
    response
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// For answers that are data: nothing in them may ever act as a page.
const CLOSED_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// The failure behind a status that no handler of ours answered with: the router, or the viewer of the documentation.
fn refusal(response: &Response) -> Option<Failure> {
    let (reason, detail) = match response.status() {
        StatusCode::METHOD_NOT_ALLOWED => {
            (reason::METHOD_NOT_ALLOWED, "the path does not offer this method; the header Allow names those it does")
        }
        StatusCode::NOT_FOUND => (reason::ROUTE_UNKNOWN, "there is no such page"),
        StatusCode::BAD_REQUEST => (reason::REQUEST_MALFORMED, "the path cannot be read"),
        StatusCode::INTERNAL_SERVER_ERROR => return Some(panicked()),
        _ => return None,
    };
    Some(Failure::new(reason, detail))
}

fn tell(failure: &Failure, call: &Call, route: &str, bare: Response) -> Response {
    let request_id = call.request_id.to_string();
    // A probe that is told "not ready" was answered well.
    if route != "/readyz" {
        failure.log(&request_id, route);
    }
    let mut told = failure.render(&request_id, call.form);
    // What the layers in between added still holds, except what describes the body.
    for (name, value) in bare.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            told.headers_mut().append(name.clone(), value.clone());
        }
    }
    told
}

fn or_insert(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}

fn route(request: &Request) -> String {
    let matched = request.extensions().get::<MatchedPath>();
    matched.map_or("unmatched", MatchedPath::as_str).to_owned()
}

fn form(path: &str) -> Form {
    if path.starts_with("/api/") || path.starts_with("/assistant/") { Form::Original } else { Form::Current }
}

fn trace(headers: &HeaderMap) -> TraceContext {
    headers
        .get("traceparent")
        .and_then(|header| TraceContext::parse(header.to_str().ok()?))
        .map_or_else(TraceContext::new, |parent| parent.child())
}

fn first_language(headers: &HeaderMap) -> Option<String> {
    let header = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let first = header.split([',', ';']).next()?.trim();
    is_language_tag(first).then(|| first.to_owned())
}

/// Whether a text has the form of a BCP 47 language tag.
pub(crate) fn is_language_tag(text: &str) -> bool {
    const LONGEST: usize = 35;
    text.len() <= LONGEST
        && text.split('-').all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_tags_are_recognised_by_their_form() {
        for tag in ["en", "en-AU", "zh-Hant-TW"] {
            assert!(is_language_tag(tag), "{tag}");
        }
        for text in ["", "*", "en_AU", "en-", "a b", "toolonglanguage"] {
            assert!(!is_language_tag(text), "{text}");
        }
    }

    #[test]
    fn the_first_language_is_taken() {
        let headers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static("en-AU,en;q=0.8"))]);
        assert_eq!(first_language(&headers).as_deref(), Some("en-AU"));
    }

    #[test]
    fn the_originals_paths_get_the_originals_form() {
        assert_eq!(form("/api/chat"), Form::Original);
        assert_eq!(form("/assistant/session/x"), Form::Original);
        assert_eq!(form("/v1/chat"), Form::Current);
    }
}
