use std::{sync::Arc, time::Instant};

use easymart_core::CallContext;
use http::{HeaderMap, Response};
use tonic::{Code, Status, body::Body};
use tracing::Span;

use super::methods::Method;

const GRPC_STATUS: &str = "grpc-status";

/// One call's duration, recorded once: when its answer has ended, or when it is dropped because the caller hung up.
pub(super) struct Observation {
    method: Arc<Method>,
    started: Instant,
    recorded: bool,
}

impl Observation {
    pub(super) fn start(method: Arc<Method>) -> Self {
        Self { method, started: Instant::now(), recorded: false }
    }

    pub(super) fn method(&self) -> &Method {
        &self.method
    }

    /// The call ended with `code`. Later ends are ignored.
    pub(super) fn ended(&mut self, code: Code) {
        if !std::mem::replace(&mut self.recorded, true) {
            let seconds = self.started.elapsed().as_secs_f64();
            self.method.seconds(code).record(seconds);
        }
    }
}

impl Drop for Observation {
    fn drop(&mut self) {
        self.ended(Code::Cancelled);
    }
}

/// The call's span. At debug level, because it costs; and without the message, which holds shoppers' words.
pub(super) fn span(method: &Method, context: &CallContext) -> Span {
    tracing::debug_span!(
        "call",
        otel.name = %format_args!("{}/{}", method.service, method.name),
        trace_id = context.trace.trace_id(),
        request_id = context.request_id,
        session = context.session_hash,
    )
}

/// The code in headers or trailers, when they hold one.
pub(super) fn code_in(headers: &HeaderMap) -> Option<Code> {
    let code = headers.get(GRPC_STATUS)?;
    Some(Code::from_bytes(code.as_bytes()))
}

/// Logs what only operators may see of an answer that is our fault.
pub(super) fn log_fault(method: &Method, response: &Response<Body>) {
    let Some(status) = response.extensions().get::<Status>() else {
        return;
    };
    if matches!(status.code(), Code::Internal | Code::DataLoss | Code::Unknown) {
        let cause = std::error::Error::source(status);
        tracing::error!(
            service = method.service,
            method = method.name,
            status = status.message(),
            cause = cause.map(tracing::field::display),
            "call failed"
        );
    }
}
