//! Connections: accepted, kept honest about time, and drained at the end.

use std::{
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::Router;
use http::Request;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep, timeout, timeout_at},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Service as _;

use crate::{config::Config, edge::PeerAddress, metrics::Open};

/// Streams that one HTTP/2 connection may have open.
const STREAMS_PER_CONNECTION: u32 = 250;

/// Pause after a failed accept: usually the process is out of file descriptors, and only time helps.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Time that open streams have for a last event once the grace is over.
const GOODBYE: Duration = Duration::from_millis(500);

/// How the server is told to end, step by step.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ending {
    /// No new work; what is under way goes on.
    pub stop: CancellationToken,
    /// The grace is over: streams say goodbye.
    pub cut: CancellationToken,
    /// Connections are dropped.
    drop: CancellationToken,
}

impl Ending {
    /// Begins when `stop` is cancelled.
    pub(crate) fn new(stop: CancellationToken) -> Self {
        Self { stop, ..Self::default() }
    }
}

/// Accepts until told to stop, then waits for what is under way, at most `config.shutdown_grace` and a moment. Gives back when the grace
/// is over.
pub(crate) async fn serve(listener: TcpListener, router: Router, config: &Config, ending: &Ending) -> Instant {
    let server = Arc::new(Server::new(router, config));
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            accepted = server.accept(&listener) => accepted,
            () = ending.stop.cancelled() => break,
        };
        if let Some(accepted) = accepted {
            connections.spawn(Arc::clone(&server).connection(accepted, ending.clone()));
        }
    }
    drop(listener);
    connections.close();
    let over = Instant::now() + config.shutdown_grace;
    if timeout_at(over, connections.wait()).await.is_err() {
        ending.cut.cancel();
        let _over = timeout(GOODBYE, connections.wait()).await;
    }
    ending.drop.cancel();
    connections.wait().await;
    over
}

struct Server {
    router: Router,
    builder: Builder<TokioExecutor>,
    idle_timeout: Duration,
    places: Arc<Semaphore>,
}

struct Accepted {
    stream: TcpStream,
    peer: SocketAddr,
    _held: (OwnedSemaphorePermit, Open),
}

impl Server {
    fn new(router: Router, config: &Config) -> Self {
        let mut builder = Builder::new(TokioExecutor::new());
        builder.http1().timer(TokioTimer::new()).header_read_timeout(config.idle_timeout);
        builder
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(config.idle_timeout)
            .keep_alive_timeout(config.idle_timeout)
            .max_concurrent_streams(STREAMS_PER_CONNECTION);
        let places = config.limits.connections.min(Semaphore::MAX_PERMITS);
        Self { router, builder, idle_timeout: config.idle_timeout, places: Arc::new(Semaphore::new(places)) }
    }

    /// The next connection, once there is a place for it; `None` when accepting failed this time.
    async fn accept(&self, listener: &TcpListener) -> Option<Accepted> {
        let place = Arc::clone(&self.places).acquire_owned().await.ok()?;
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Without this a stream's events wait for each other's acknowledgement.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "cannot set TCP_NODELAY");
                }
                Some(Accepted { stream, peer, _held: (place, Open::connection()) })
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                sleep(ACCEPT_PAUSE).await;
                None
            }
        }
    }

    async fn connection(self: Arc<Self>, accepted: Accepted, ending: Ending) {
        let Accepted { stream, peer, _held } = accepted;
        let spoke = AtomicBool::new(false);
        let service = service_fn(|mut request: Request<Incoming>| {
            spoke.store(true, Ordering::Relaxed);
            request.extensions_mut().insert(PeerAddress(peer));
            self.router.clone().call(request)
        });
        let mut connection = pin!(self.builder.serve_connection(TokioIo::new(stream), service));
        // The HTTP library bounds the head of a request, but not the silence before it knows the protocol.
        let mut silence = pin!(sleep(self.idle_timeout));
        let (mut watched, mut stopping) = (true, false);
        loop {
            tokio::select! {
                outcome = connection.as_mut() => {
                    if let Err(error) = outcome {
                        tracing::debug!(%error, "connection ended");
                    }
                    return;
                }
                () = &mut silence, if watched => {
                    if !spoke.load(Ordering::Relaxed) {
                        return;
                    }
                    watched = false;
                }
                () = ending.stop.cancelled(), if !stopping => {
                    connection.as_mut().graceful_shutdown();
                    stopping = true;
                }
                () = ending.drop.cancelled() => return,
            }
        }
    }
}
