//! `grpc.health.v1`, and following it.
//!
//! Ours differs from tonic-health's reporter where that departs from the protocol: `""` is NOT_SERVING until the service is
//! ready, and a watch of an unknown name gets SERVICE_UNKNOWN instead of an error. A server says NOT_SERVING before it drains.
//! `"liveness"` only says that the process answers: a probe that restarts processes must never ask about dependencies.

use std::{net::SocketAddr, pin::Pin, time::Duration};

use easymart_core::CallContext;
use easymart_runtime::Readiness;
use futures::{Stream, StreamExt as _, stream};
use tokio::{sync::watch, time::sleep};
use tokio_stream::wrappers::WatchStream;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};
use tonic_health::pb::{
    HealthCheckRequest, HealthCheckResponse, health_check_response::ServingStatus, health_server::Health,
};

use crate::{Peer, PeerConfig};

/// The name that stands for the process itself.
pub const LIVENESS: &str = "liveness";

/// How often a process looks whether its own service has become ready, or has stopped being so.
const FOLLOW_INTERVAL: Duration = Duration::from_millis(250);

/// Time for one such look.
const FOLLOW_TIMEOUT: Duration = Duration::from_secs(1);

/// The health endpoint of one server.
pub(crate) struct HealthEndpoint {
    services: Vec<&'static str>,
    serving: watch::Receiver<bool>,
    draining: CancellationToken,
}

impl HealthEndpoint {
    /// Answers for `services` (and `""`) what `serving` says; watches end soon after `draining`.
    pub(crate) fn new(
        services: Vec<&'static str>,
        serving: watch::Receiver<bool>,
        draining: CancellationToken,
    ) -> Self {
        Self { services, serving, draining }
    }

    fn knows(&self, name: &str) -> bool {
        name.is_empty() || self.services.contains(&name)
    }
}

type Watch = Pin<Box<dyn Stream<Item = Result<HealthCheckResponse, Status>> + Send>>;

#[tonic::async_trait]
impl Health for HealthEndpoint {
    async fn check(&self, request: Request<HealthCheckRequest>) -> Result<Response<HealthCheckResponse>, Status> {
        let name = request.into_inner().service;
        let status = match name.as_str() {
            LIVENESS => ServingStatus::Serving,
            name if self.knows(name) => status(*self.serving.borrow()),
            _ => return Err(Status::not_found("no such service here")),
        };
        Ok(Response::new(response(status)))
    }

    type WatchStream = Watch;

    async fn watch(&self, request: Request<HealthCheckRequest>) -> Result<Response<Watch>, Status> {
        let name = request.into_inner().service;
        let end = self.draining.clone().cancelled_owned();
        let watch: Watch = if self.knows(&name) {
            let changes = WatchStream::new(self.serving.clone()).map(status).map(response);
            // The last word, NOT_SERVING, has to be heard before the end, whichever of the two is noticed first.
            let last = stream::once(async { response(ServingStatus::NotServing) });
            Box::pin(changes.take_until(end).chain(last).map(Ok))
        } else {
            let only = match name.as_str() {
                LIVENESS => ServingStatus::Serving,
                _ => ServingStatus::ServiceUnknown,
            };
            let held = stream::once(async move { Ok(response(only)) }).chain(stream::pending());
            Box::pin(held.take_until(end))
        };
        Ok(Response::new(watch))
    }
}

fn status(serving: bool) -> ServingStatus {
    if serving { ServingStatus::Serving } else { ServingStatus::NotServing }
}

fn response(status: ServingStatus) -> HealthCheckResponse {
    HealthCheckResponse { status: status.into() }
}

/// Keeps `readiness` as the server at `address` reports itself, until `stop`. For a binary whose admin endpoint has to answer
/// `/readyz` for the service it runs.
///
/// # Errors
/// When the address cannot be called at all.
pub async fn follow(address: SocketAddr, readiness: Readiness, stop: CancellationToken) -> anyhow::Result<()> {
    let own = Peer::new("self", &format!("http://{address}"), &PeerConfig::default())?;
    while !stop.is_cancelled() {
        let ready = own.health(&CallContext::new(FOLLOW_TIMEOUT), "").await.is_ok();
        readiness.set(ready);
        tokio::select! {
            () = sleep(FOLLOW_INTERVAL) => {}
            () = stop.cancelled() => {}
        }
    }
    readiness.set(false);
    Ok(())
}
