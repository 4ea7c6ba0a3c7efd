//! Housekeeping: deletes what has expired, and reports whether the disk still takes changes.

use std::time::Duration;

use easymart_runtime::{Readiness, Ticks};
use tokio_util::sync::CancellationToken;

use super::Catalogues;

/// How often. What expires here lives for half an hour or a day; a reader is refused what has expired at once.
const INTERVAL: Duration = Duration::from_secs(60);

impl Catalogues {
    /// Keeps house until told to stop.
    pub(crate) async fn keep_house(self, ready: Readiness, stop: CancellationToken) {
        let mut ticks = Ticks::new(INTERVAL, stop);
        while ticks.next().await {
            if let Err(error) = self.inner.store.sweep().await {
                tracing::error!(%error, "expired answers could not be deleted");
            }
            if self.inner.kept.expire(self.inner.clock.now_ms()) {
                self.clone().prune().await;
            }
            ready.set(self.inner.store.is_healthy());
        }
    }
}
