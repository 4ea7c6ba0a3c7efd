use std::{future::Future, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use hyper::{server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rand::Rng as _;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{ServerConfig, stack::Stack};

/// Rest after a failed accept: mostly the process has no file descriptors left, and asking again at once helps nobody.
const ACCEPT_REST: Duration = Duration::from_millis(100);

/// Time for answers that were cut at the end of the grace to leave the process.
const CUT_GRACE: Duration = Duration::from_millis(500);

/// Share by which a connection's age is shortened or lengthened, so that clients do not all reconnect at once.
const AGE_JITTER: f64 = 0.1;

/// What a client may send ahead on one call, such as the chunks of a feed, before it is read; on a connection four times that.
const STREAM_WINDOW: u32 = 1 << 20;

/// Accepts connections and owns them.
pub(super) struct Acceptor {
    name: &'static str,
    config: ServerConfig,
    stack: Arc<Stack>,
    http: http2::Builder<TokioExecutor>,
}

impl Acceptor {
    pub(super) fn new(name: &'static str, config: ServerConfig, stack: Arc<Stack>) -> Self {
        let mut http = http2::Builder::new(TokioExecutor::new());
        http.timer(TokioTimer::new())
            .keep_alive_interval(config.keepalive_interval)
            .keep_alive_timeout(config.keepalive_timeout)
            .max_concurrent_streams(config.max_streams_per_connection)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(4 * STREAM_WINDOW);
        Self { name, config, stack, http }
    }

    /// Serves until `stop`, then drains. Returns when every connection is closed, which is bounded by the grace.
    pub(super) async fn run(self, listener: TcpListener, stop: CancellationToken) {
        let drain = CancellationToken::new();
        let mut connections = JoinSet::new();
        let closing = async {
            stop.cancelled().await;
            sleep(self.config.drain_delay).await;
        };
        tokio::select! {
            () = closing => {}
            () = self.accept(&listener, &mut connections, &drain) => {}
        }
        drop(listener);
        drain.cancel();
        self.drain(connections).await;
    }

    async fn accept(&self, listener: &TcpListener, connections: &mut JoinSet<()>, drain: &CancellationToken) {
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, caller)) => {
                        connections.spawn(self.connection(stream, caller, drain.clone()));
                    }
                    Err(error) => {
                        tracing::warn!(service = self.name, %error, "cannot accept a connection");
                        sleep(ACCEPT_REST).await;
                    }
                },
                Some(_) = connections.join_next() => {}
            }
        }
    }

    fn connection(
        &self,
        stream: TcpStream,
        caller: SocketAddr,
        drain: CancellationToken,
    ) -> impl Future<Output = ()> + Send + 'static {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(service = self.name, %caller, %error, "cannot set TCP_NODELAY");
        }
        let stack = Arc::clone(&self.stack);
        let serving = self
            .http
            .serve_connection(TokioIo::new(stream), service_fn(move |request| Arc::clone(&stack).call(request)));
        let (name, age, longest) = (self.name, jittered(self.config.max_connection_age), self.config.max_deadline);
        async move {
            let mut serving = pin!(serving);
            let outcome = tokio::select! {
                outcome = serving.as_mut() => outcome,
                () = closing(age, drain) => {
                    serving.as_mut().graceful_shutdown();
                    // No call outlives the longest deadline, so what is still open then is silent.
                    timeout(longest, serving).await.unwrap_or(Ok(()))
                }
            };
            if let Err(error) = outcome {
                tracing::debug!(service = name, %caller, %error, "connection ended");
            }
        }
    }

    /// Lets calls in work end, ends those that do not, and closes what is left.
    async fn drain(&self, mut connections: JoinSet<()>) {
        if timeout(self.config.grace, all(&mut connections)).await.is_ok() {
            return;
        }
        tracing::warn!(service = self.name, connections = connections.len(), "grace is over: ending calls");
        self.stack.cut();
        if timeout(CUT_GRACE, all(&mut connections)).await.is_err() {
            connections.shutdown().await;
        }
    }
}

async fn closing(age: Duration, drain: CancellationToken) {
    tokio::select! {
        () = sleep(age) => {}
        () = drain.cancelled() => {}
    }
}

async fn all(connections: &mut JoinSet<()>) {
    while connections.join_next().await.is_some() {}
}

fn jittered(age: Duration) -> Duration {
    age.mul_f64(rand::rng().random_range(1.0 - AGE_JITTER..=1.0 + AGE_JITTER))
}
