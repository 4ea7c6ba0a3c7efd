//! What the gateway counts. Labels take few values: routes are templates, never paths, and nothing comes from shoppers.

use std::time::Duration;

use http::{Method, StatusCode};

/// Duration of a request until its answer begins. Labels `route`, `method`, `status`.
const SECONDS: &str = "easymart_http_server_seconds";
/// Requests refused by a rate limit. Label `scope`: session or address.
const RATE_LIMITED: &str = "easymart_http_rate_limited_total";
/// Requests that ended in a panic. Label `route`.
const PANICS: &str = "easymart_http_panics_total";
/// Streams open now.
const STREAMS: &str = "easymart_http_streams_open";
/// Connections open now.
const CONNECTIONS: &str = "easymart_http_connections_open";

/// Counts a request that was answered.
pub(crate) fn answered(route: &str, method: &Method, status: StatusCode, took: Duration) {
    metrics::histogram!(
        SECONDS,
        "route" => route.to_owned(),
        "method" => method_label(method),
        "status" => status.as_str().to_owned()
    )
    .record(took.as_secs_f64());
}

/// Counts a request that a rate limit refused.
pub(crate) fn rate_limited(scope: &'static str) {
    metrics::counter!(RATE_LIMITED, "scope" => scope).increment(1);
}

/// Counts a panic.
pub(crate) fn panicked(route: &str) {
    metrics::counter!(PANICS, "route" => route.to_owned()).increment(1);
}

/// One more while it lives.
#[derive(Debug)]
pub(crate) struct Open(&'static str);

impl Open {
    /// A stream.
    pub(crate) fn stream() -> Self {
        Self::count(STREAMS)
    }

    /// A connection.
    pub(crate) fn connection() -> Self {
        Self::count(CONNECTIONS)
    }

    fn count(name: &'static str) -> Self {
        metrics::gauge!(name).increment(1.0);
        Self(name)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        metrics::gauge!(self.0).decrement(1.0);
    }
}

/// Methods are the client's to invent; labels are not.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
