use std::net::SocketAddr;

use axum::{Extension, Router};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::{AbortHandle, JoinSet},
};
use tokio_util::sync::CancellationToken;

/// An HTTP server whose end closes its connections, handlers in work included: what a killed process looks like from outside.
pub(crate) struct HttpServer {
    address: SocketAddr,
    task: AbortHandle,
}

/// Lets a handler close the connection that it answers on, without an answer.
#[derive(Clone)]
pub(crate) struct HangUp(CancellationToken);

impl HangUp {
    /// Closes the connection. Never returns: the handler is dropped with it.
    pub(crate) async fn now(&self) -> ! {
        self.0.cancel();
        std::future::pending().await
    }
}

impl HttpServer {
    pub(crate) fn start(listener: TcpListener, router: Router) -> Self {
        let address = listener.local_addr().expect("a bound listener has an address");
        let task = tokio::spawn(accept(listener, router)).abort_handle();
        Self { address, task }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends the server; returns when its port is free.
    pub(crate) async fn stop(self) {
        self.task.abort();
        while !self.task.is_finished() {
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Ok((stream, _)) = listener.accept() => {
                connections.spawn(connection(stream, router.clone()));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, router: Router) {
    let hang_up = CancellationToken::new();
    let service = TowerToHyperService::new(router.layer(Extension(HangUp(hang_up.clone()))));
    let http = auto::Builder::new(TokioExecutor::new()).http1_only();
    // Chunks of a stream must leave as they are made.
    let _ = stream.set_nodelay(true);
    tokio::select! {
        // How a client's connection ends is the test's business.
        _ = http.serve_connection(TokioIo::new(stream), service) => {}
        () = hang_up.cancelled() => {}
    }
}
