//! What all handlers share.

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use easymart_core::{CallContext, Clock, SystemClock, UnixMillis};
use easymart_runtime::telemetry::MetricsHandle;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use crate::{
    clients::Peers,
    config::Config,
    edge::Call,
    health::Readiness,
    keys::{ApiKeys, OperatorKeys},
    limits::Limits,
    problem::{Failure, Result},
    session::{Sessions, hash_of},
};

/// Looks a picture of the bundled shop up by its name without extension; the answer is SVG.
pub type Pictures = Arc<dyn Fn(&str) -> Option<Bytes> + Send + Sync>;

/// What the process lends to the gateway.
#[derive(Clone, Default)]
pub struct Edge {
    /// For `/metrics`; without it that path is unknown.
    pub metrics: Option<MetricsHandle>,
    /// For `/sample-shop/pictures/{name}.svg`; without it that path is unknown.
    pub pictures: Option<Pictures>,
}

impl fmt::Debug for Edge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Edge")
            .field("metrics", &self.metrics.is_some())
            .field("pictures", &self.pictures.is_some())
            .finish()
    }
}

/// The state of the running gateway. Handlers get it as `Arc`.
pub(crate) struct Gateway {
    pub(crate) config: Config,
    pub(crate) peers: Peers,
    pub(crate) edge: Edge,
    pub(crate) sessions: Sessions,
    pub(crate) limits: Arc<Limits>,
    pub(crate) api_keys: ApiKeys,
    pub(crate) operator_keys: OperatorKeys,
    pub(crate) readiness: Readiness,
    /// Calls that go on when their client hangs up: what was asked for is done, or not begun.
    pub(crate) calls: TaskTracker,
    /// No new work.
    pub(crate) stop: CancellationToken,
    /// The grace is over: streams end.
    pub(crate) cut: CancellationToken,
}

impl Gateway {
    /// The time now.
    pub(crate) fn now(&self) -> UnixMillis {
        SystemClock.now_ms()
    }

    /// Runs a call to its end even when the client goes away meanwhile.
    pub(crate) async fn see_through<T, F>(&self, call: F) -> Result<T>
    where
        F: Future<Output = Result<T>> + Send + 'static,
        T: Send + 'static,
    {
        match self.calls.spawn(call).await {
            Ok(outcome) => outcome,
            // The task is never aborted, so it panicked.
            Err(error) => Err(Failure::from(easymart_core::Error::internal(error))),
        }
    }
}

/// The context of a call to the services, on behalf of a request.
pub(crate) fn context(call: &Call, timeout: Duration, session: Option<Uuid>) -> CallContext {
    CallContext {
        deadline: call.started + timeout,
        trace: call.trace,
        request_id: call.request_id.to_string(),
        session_hash: session.map(hash_of),
        locale: call.locale.clone(),
    }
}
