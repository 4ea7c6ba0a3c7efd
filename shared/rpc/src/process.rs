use std::{future::Future, net::SocketAddr, time::Duration};

use anyhow::Context as _;
use easymart_runtime::{Readiness, Tasks, admin, config::Common, shutdown, telemetry};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::health;

/// Time for what surrounds the service to end after it.
const GRACE: Duration = Duration::from_secs(2);

/// Runs a service as a process of its own: logs, metrics, signals, the admin endpoint, and `serve` on a listener at `listen`.
/// Returns when the service has stopped. Only a binary's `main` calls this.
///
/// # Errors
/// When something cannot be started, the service fails, or one of its surroundings did.
pub async fn run_process<F, Fut>(common: &Common, listen: SocketAddr, serve: F) -> anyhow::Result<()>
where
    F: FnOnce(TcpListener, CancellationToken) -> Fut,
    Fut: Future<Output = anyhow::Result<()>>,
{
    telemetry::init_tracing(&common.log)?;
    let metrics = telemetry::install_metrics()?;
    let stop = shutdown::on_signal();
    let listener = bind(listen).await?;
    let tasks = Tasks::new(&stop);
    if let Some(listen) = common.admin.listen {
        let readiness = Readiness::new(false);
        let follow = health::follow(listener.local_addr()?, readiness.clone(), tasks.stop_token());
        tasks.spawn_fallible("readiness", follow);
        let admin = admin::serve(bind(listen).await?, metrics, readiness, tasks.stop_token());
        tasks.spawn_fallible("admin", admin);
    }
    let outcome = serve(listener, stop).await;
    let ended = tasks.shutdown(GRACE).await;
    outcome.and(ended)
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}
