use std::{any::Any, future::Future, panic::AssertUnwindSafe};

use easymart_core::Error;
use futures::FutureExt as _;

use super::methods::Method;
use crate::metrics as names;

/// Runs a handler; its panic becomes an error of this call.
///
/// The handler is dropped after a panic, so nothing sees what it may have left half done; what it shares with other calls
/// has to be whole at every await anyway, since a caller who hangs up drops handlers just the same.
pub(super) async fn caught<F: Future>(method: &Method, handler: F) -> Result<F::Output, Error> {
    AssertUnwindSafe(handler).catch_unwind().await.map_err(|payload| report(method, payload.as_ref()))
}

/// Logs and counts a panic, and says what the caller is told.
pub(super) fn report(method: &Method, payload: &(dyn Any + Send)) -> Error {
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("panic without text");
    tracing::error!(service = method.service, method = method.name, panic = text, "handler panicked");
    metrics::counter!(names::SERVER_PANICS, "service" => method.service).increment(1);
    Error::internal(text)
}
