//! Housekeeping: deletes what has expired, and reports how long the queue is and whether the disk still takes changes.

use std::time::Duration;

use easymart_runtime::{Readiness, Ticks};
use tokio_util::sync::CancellationToken;

use super::Carts;
use crate::metrics as names;

/// How often depth and age of the queue are reported.
const REPORT_INTERVAL: Duration = Duration::from_secs(5);

impl Carts {
    /// Deletes expired carts and answers, every `period`, until told to stop.
    pub(crate) async fn sweep(self, period: Duration, stop: CancellationToken) {
        let mut ticks = Ticks::new(period, stop);
        while ticks.next().await {
            match self.0.store.sweep().await {
                Ok(swept) => metrics::counter!(names::SWEPT).increment(swept as u64),
                Err(error) => tracing::error!(%error, "cannot delete what has expired"),
            }
        }
    }

    /// Reports the queue, and whether changes can be made at all, until told to stop.
    pub(crate) async fn report(self, ready: Readiness, stop: CancellationToken) {
        let mut ticks = Ticks::new(REPORT_INTERVAL, stop);
        while ticks.next().await {
            self.0.backlog.report(self.now());
            ready.set(self.0.store.is_healthy());
        }
    }
}
