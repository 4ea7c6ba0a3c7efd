use std::{
    fmt,
    time::{Duration, Instant},
};

use uuid::Uuid;

/// What every call carries from hop to hop. Always an explicit argument, never a task-local.
#[derive(Debug, Clone)]
pub struct CallContext {
    /// When the whole call must be over, the caller's patience included.
    pub deadline: Instant,
    /// W3C trace context of the hop that is running.
    pub trace: TraceContext,
    /// Identifies the outermost request, and is the idempotency key of what it changes.
    pub request_id: String,
    /// A hash of the session, fit for logs; never the session id, which is a bearer secret.
    pub session_hash: Option<String>,
    /// BCP 47 language tag the caller prefers.
    pub locale: Option<String>,
}

impl CallContext {
    /// A new outermost call that may take `timeout`.
    #[must_use]
    pub fn new(timeout: Duration) -> Self {
        Self {
            deadline: Instant::now() + timeout,
            trace: TraceContext::new(),
            request_id: Uuid::now_v7().to_string(),
            session_hash: None,
            locale: None,
        }
    }

    /// What is left until the deadline; zero when it has passed.
    #[must_use]
    pub fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Whether the deadline has passed.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        self.remaining().is_zero()
    }

    /// The same call with at most `cap` left.
    #[must_use]
    pub fn capped(&self, cap: Duration) -> Self {
        Self { deadline: self.deadline.min(Instant::now() + cap), ..self.clone() }
    }

    /// The same call under another idempotency key.
    #[must_use]
    pub fn with_request_id(&self, request_id: impl Into<String>) -> Self {
        Self { request_id: request_id.into(), ..self.clone() }
    }
}

/// A W3C `traceparent`, version 00.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: u128,
    span_id: u64,
    sampled: bool,
}

impl TraceContext {
    /// A fresh trace with a fresh span.
    #[must_use]
    pub fn new() -> Self {
        Self { trace_id: Uuid::new_v4().as_u128(), span_id: random_span_id(), sampled: true }
    }

    /// A fresh span of the same trace.
    #[must_use]
    pub fn child(&self) -> Self {
        Self { span_id: random_span_id(), ..*self }
    }

    /// Reads a `traceparent` header; `None` when it is malformed, so that the caller starts a new trace.
    #[must_use]
    pub fn parse(header: &str) -> Option<Self> {
        let mut parts = header.trim().split('-');
        let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        // A later version may carry more parts; version 00 may not.
        if version.len() != 2 || version == "ff" || (version == "00" && parts.next().is_some()) {
            return None;
        }
        let trace_id = u128::from_str_radix(hex_of_length(trace, 32)?, 16).ok()?;
        let span_id = u64::from_str_radix(hex_of_length(span, 16)?, 16).ok()?;
        let flags = u8::from_str_radix(hex_of_length(flags, 2)?, 16).ok()?;
        (trace_id != 0 && span_id != 0).then_some(Self { trace_id, span_id, sampled: flags & 1 == 1 })
    }

    /// The trace's id as 32 hexadecimal digits, as logs carry it.
    #[must_use]
    pub fn trace_id(&self) -> String {
        format!("{:032x}", self.trace_id)
    }
}

impl Default for TraceContext {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-{:02x}", self.trace_id, self.span_id, u8::from(self.sampled))
    }
}

fn hex_of_length(text: &str, length: usize) -> Option<&str> {
    let is_lower_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    (text.len() == length && text.bytes().all(is_lower_hex)).then_some(text)
}

fn random_span_id() -> u64 {
    // The low half of a version 4 UUID has 62 random bits and is never zero.
    Uuid::new_v4().as_u64_pair().1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_traceparent_survives_a_round_trip() {
        let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let trace = TraceContext::parse(header).map(|t| t.to_string());
        assert_eq!(trace.as_deref(), Some(header));
    }

    #[test]
    fn malformed_traceparents_are_refused() {
        for header in [
            "",
            "00-0-0-0",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        ] {
            assert!(TraceContext::parse(header).is_none(), "{header}");
        }
    }

    #[test]
    fn a_child_stays_in_its_trace() {
        let parent = TraceContext::new();
        let child = parent.child();
        assert_eq!(parent.trace_id(), child.trace_id());
        assert_ne!(parent.to_string(), child.to_string());
    }

    #[test]
    fn a_cap_never_extends_a_deadline() {
        let call = CallContext::new(Duration::from_secs(1));
        assert_eq!(call.capped(Duration::from_secs(9)).deadline, call.deadline);
        assert!(call.capped(Duration::ZERO).is_expired());
    }
}
