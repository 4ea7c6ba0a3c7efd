//! What a call carries between processes, as headers: `grpc-timeout`, `traceparent`, `x-request-id`, `x-session-hash` and
//! `accept-language`.

use std::time::{Duration, Instant};

use easymart_core::{CallContext, TraceContext};
use http::{HeaderMap, HeaderName, HeaderValue, header::ACCEPT_LANGUAGE};
use tonic::metadata::MetadataMap;

const GRPC_TIMEOUT: &str = "grpc-timeout";
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const SESSION_HASH: HeaderName = HeaderName::from_static("x-session-hash");

/// Given to calls that reach a handler past our server stack, which happens in tests only.
const UNSERVED_TIMEOUT: Duration = Duration::from_secs(5);

/// What the server stack read from the call's headers; the deadline is capped by the server's own.
#[must_use]
pub fn context<T>(request: &tonic::Request<T>) -> CallContext {
    request.extensions().get::<CallContext>().cloned().unwrap_or_else(|| CallContext::new(UNSERVED_TIMEOUT))
}

/// Reads what the caller sent. What is missing or malformed is made anew: a bad trace must not fail a purchase.
pub(crate) fn read(headers: &HeaderMap, deadline: Option<Instant>) -> CallContext {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let trace = text(TRACEPARENT).and_then(TraceContext::parse).map_or_else(TraceContext::new, |parent| parent.child());
    CallContext {
        deadline: deadline.unwrap_or_else(|| Instant::now() + UNSERVED_TIMEOUT),
        trace,
        request_id: text(REQUEST_ID)
            .filter(|id| !id.is_empty())
            .map_or_else(|| CallContext::new(Duration::ZERO).request_id, str::to_owned),
        session_hash: text(SESSION_HASH).map(str::to_owned),
        locale: text(ACCEPT_LANGUAGE).map(str::to_owned),
    }
}

/// The headers of one attempt, but for the timeout, which `Request::set_timeout` writes.
pub(crate) fn write(context: &CallContext, metadata: &mut MetadataMap) {
    let mut headers = std::mem::take(metadata).into_headers();
    headers.reserve(5);
    let mut put = |name, text: &str| {
        // What cannot be a header is left out: the callee makes its own.
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.insert(name, value);
        }
    };
    put(TRACEPARENT, &context.trace.child().to_string());
    put(REQUEST_ID, &context.request_id);
    if let Some(hash) = &context.session_hash {
        put(SESSION_HASH, hash);
    }
    if let Some(locale) = &context.locale {
        put(ACCEPT_LANGUAGE, locale);
    }
    *metadata = MetadataMap::from_headers(headers);
}

/// The caller's `grpc-timeout`: up to eight digits and a unit. `None` when absent or malformed.
pub(crate) fn timeout(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(GRPC_TIMEOUT)?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let count = digits.parse::<u64>().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(count * 3_600)),
        "M" => Some(Duration::from_secs(count * 60)),
        "S" => Some(Duration::from_secs(count)),
        "m" => Some(Duration::from_millis(count)),
        "u" => Some(Duration::from_micros(count)),
        "n" => Some(Duration::from_nanos(count)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeout_of(text: &'static str) -> Option<Duration> {
        let headers = HeaderMap::from_iter([(HeaderName::from_static(GRPC_TIMEOUT), HeaderValue::from_static(text))]);
        timeout(&headers)
    }

    #[test]
    fn timeouts_are_read_in_every_unit() {
        assert_eq!(timeout_of("2H"), Some(Duration::from_secs(7_200)));
        assert_eq!(timeout_of("3M"), Some(Duration::from_secs(180)));
        assert_eq!(timeout_of("99999999S"), Some(Duration::from_secs(99_999_999)));
        assert_eq!(timeout_of("250m"), Some(Duration::from_millis(250)));
        assert_eq!(timeout_of("7u"), Some(Duration::from_micros(7)));
        assert_eq!(timeout_of("0n"), Some(Duration::ZERO));
    }

    #[test]
    fn malformed_timeouts_count_as_none() {
        for text in ["", "S", "5", "5s", "-1S", "+1S", "1.5S", "123456789S"] {
            assert_eq!(timeout_of(text), None, "{text}");
        }
    }

    #[test]
    fn what_one_hop_writes_the_next_reads() {
        let mut sent = CallContext::new(Duration::from_secs(1)).with_request_id("r-1");
        sent.session_hash = Some("5e55".to_owned());
        sent.locale = Some("en-AU".to_owned());
        let mut metadata = MetadataMap::new();
        write(&sent, &mut metadata);
        let received = read(&metadata.into_headers(), Some(sent.deadline));
        assert_eq!(received.request_id, "r-1");
        assert_eq!(received.session_hash, sent.session_hash);
        assert_eq!(received.locale, sent.locale);
        assert_eq!(received.trace.trace_id(), sent.trace.trace_id());
    }

    #[test]
    fn what_is_no_header_is_left_out() {
        let mut sent = CallContext::new(Duration::from_secs(1));
        sent.locale = Some("line\nbreak".to_owned());
        let mut metadata = MetadataMap::new();
        write(&sent, &mut metadata);
        assert!(!metadata.contains_key("accept-language"));
    }
}
