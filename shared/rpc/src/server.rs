//! The server's stack. What surrounds every handler, from the outside in, and why in this order:
//!
//! 1. **connection** (`connection.rs`): TCP_NODELAY, because chunks of a stream that follow each other closely would else wait
//!    44 ms for an acknowledgement; keepalive; an end after `max_connection_age` ± 10 %; cut at the end of the grace, because
//!    a graceful shutdown alone waits for ever for one open stream or one silent peer.
//! 2. **observation** (`observe.rs`): one span and one duration per call, until the last byte of its answer. Outermost, so that
//!    calls which the layers below turn away are seen, too.
//! 3. **admission** (`admission.rs`): too much work is turned away before any is done, counted over all connections of the
//!    process; a limit per connection would let one more client mean one more limit. Health and reflection always pass.
//! 4. **deadline** (`deadline.rs`): the caller's `grpc-timeout`, capped, or a default. A spent one is refused; at expiry the
//!    handler is dropped and the caller reads DEADLINE_EXCEEDED; an answer that streams is ended the same way.
//! 5. **panic** (`panics.rs`): a handler's panic becomes INTERNAL for this call and nothing for the others. Inside the deadline,
//!    so that what it measures is the handler alone.
//! 6. **context**: `CallContext` in the request's extensions, for [`crate::context()`].
//! 7. **routes**: the generated services, health and reflection.
//!
//! The layers are plain async functions around one another, not boxed tower services: there is one stack, and a call through
//! it costs no allocation of its own. hyper serves the connections, rather than tonic's `Server`, because the end of the grace
//! needs connections that can be aborted, and a jittered age needs each to have its own.

mod admission;
mod body;
mod config;
mod connection;
mod deadline;
mod methods;
mod observe;
mod panics;
mod stack;

use std::{convert::Infallible, sync::Arc};

use http::{Request, Response};
use tokio::{net::TcpListener, sync::watch};
use tokio_util::sync::CancellationToken;
use tonic::{body::Body, server::NamedService, service::RoutesBuilder};
use tonic_health::pb::health_server::HealthServer;
use tower::Service;

pub use config::ServerConfig;

use crate::health::HealthEndpoint;
use connection::Acceptor;
use stack::Stack;

/// A gRPC server with EasyMart's stack around the services it is given.
pub struct Server {
    name: &'static str,
    config: ServerConfig,
    routes: RoutesBuilder,
    services: Vec<&'static str>,
    ready: Option<watch::Receiver<bool>>,
}

impl Server {
    /// A server without services. `name` is its label in metrics and logs, for example `cart-sync`.
    #[must_use]
    pub fn new(name: &'static str, config: &ServerConfig) -> Self {
        Self { name, config: config.clone(), routes: RoutesBuilder::default(), services: Vec::new(), ready: None }
    }

    /// Adds a generated `…Server` and registers its name for health.
    #[must_use]
    pub fn service<S>(mut self, service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
            + NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
    {
        self.routes.add_service(service);
        self.services.push(S::NAME);
        self
    }

    /// Says when the services can do their work: health is NOT_SERVING while the flag is false. Without it: from the start.
    #[must_use]
    pub fn readiness(mut self, ready: watch::Receiver<bool>) -> Self {
        self.ready = Some(ready);
        self
    }

    /// Serves until `stop` is cancelled and what was in work has ended, or the grace has. Calls are accepted, and health is
    /// answered, also while the service is not ready.
    ///
    /// # Errors
    /// When the contracts' descriptors cannot be read: a fault of the build.
    pub async fn serve(mut self, listener: TcpListener, stop: CancellationToken) -> anyhow::Result<()> {
        let (serving, health) = self.health(&stop);
        self.routes.add_service(HealthServer::new(health));
        if self.config.reflection {
            self.routes.add_service(reflection()?);
        }
        let routes = self.routes.routes().prepare();
        let stack = Stack::new(self.name, &self.config, &self.services, routes)?;
        let acceptor = Acceptor::new(self.name, self.config, Arc::new(stack));
        let follow = follow_ready(self.ready, serving, stop.clone());
        tracing::info!(service = self.name, address = %listener.local_addr()?, "serving");
        let ((), ()) = tokio::join!(acceptor.run(listener, stop), follow);
        tracing::info!(service = self.name, "stopped");
        Ok(())
    }

    fn health(&self, stop: &CancellationToken) -> (watch::Sender<bool>, HealthEndpoint) {
        let (serving, seen) = watch::channel(false);
        let endpoint = HealthEndpoint::new(self.services.clone(), seen, stop.clone());
        (serving, endpoint)
    }
}

/// Serving is ready and not stopping.
async fn follow_ready(ready: Option<watch::Receiver<bool>>, serving: watch::Sender<bool>, stop: CancellationToken) {
    let following = async {
        let Some(mut ready) = ready else {
            serving.send_replace(true);
            return std::future::pending().await;
        };
        loop {
            serving.send_replace(*ready.borrow_and_update());
            if ready.changed().await.is_err() {
                // Nobody can change it any more: the last word holds.
                return std::future::pending().await;
            }
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = following => {}
    }
    serving.send_replace(false);
}

fn reflection() -> anyhow::Result<
    impl Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future: Send + 'static>
    + NamedService
    + Clone
    + Send
    + Sync
    + 'static,
> {
    Ok(tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(easymart_proto::DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()?)
}
