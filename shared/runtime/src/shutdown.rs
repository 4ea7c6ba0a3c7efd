//! Turns the signals that end a process into a token that everything long-lived watches.

use std::process;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// What a process exits with when it is told to stop a second time: 128 + SIGINT, as shells report it.
const IMPATIENT_EXIT: i32 = 130;

/// A token that SIGTERM or SIGINT cancels. A second signal ends the process at once, with exit code 130.
///
/// Binaries call this once. Without the right to listen for signals it logs an error and returns a token that nothing
/// cancels: the process then ends the way the system ends it.
#[must_use]
pub fn on_signal() -> CancellationToken {
    let stop = CancellationToken::new();
    match Signals::listen() {
        Ok(signals) => {
            tokio::spawn(watch(signals, stop.clone()));
        }
        Err(error) => tracing::error!(%error, "cannot listen for signals; stopping will not be graceful"),
    }
    stop
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

async fn watch(mut signals: Signals, stop: CancellationToken) {
    signals.next().await;
    tracing::info!("stopping; a second signal ends the process at once");
    stop.cancel();
    signals.next().await;
    tracing::warn!("second signal: leaving without draining");
    process::exit(IMPATIENT_EXIT);
}
