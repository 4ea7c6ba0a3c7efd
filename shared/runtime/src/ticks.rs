use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// The beat of a background task: at once, then every so often, until told to stop.
///
/// ```
/// # async fn sweep(stop: tokio_util::sync::CancellationToken) {
/// let mut ticks = easymart_runtime::Ticks::new(std::time::Duration::from_secs(60), stop);
/// while ticks.next().await {
///     // delete what has expired
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct Ticks {
    interval: Interval,
    stop: CancellationToken,
}

impl Ticks {
    /// Beats every `period`, which must be longer than 0; after work that took longer than that, a whole period later. Needs a
    /// Tokio runtime.
    #[must_use]
    pub fn new(period: Duration, stop: CancellationToken) -> Self {
        let mut interval = interval(period);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { interval, stop }
    }

    /// Waits for the next beat; false when it is time to stop.
    pub async fn next(&mut self) -> bool {
        tokio::select! {
            biased;
            () = self.stop.cancelled() => false,
            _ = self.interval.tick() => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_beats_until_told_to_stop() {
        let stop = CancellationToken::new();
        let mut ticks = Ticks::new(Duration::from_secs(60), stop.clone());
        let started = tokio::time::Instant::now();
        for beat in 0..3 {
            assert!(ticks.next().await);
            assert_eq!(started.elapsed().as_secs(), 60 * beat);
        }
        stop.cancel();
        assert!(!ticks.next().await);
    }
}
