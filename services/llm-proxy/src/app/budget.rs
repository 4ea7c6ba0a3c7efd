use std::{future::Future, time::Duration};

use easymart_core::CallContext;
use tokio::time::{Instant, timeout_at};

use crate::error::{Failure, Wait};

/// The time that a call has: ours or the caller's, whichever is shorter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    until: Instant,
    is_callers: bool,
}

impl Budget {
    pub(super) fn new(context: &CallContext, total: Duration) -> Self {
        let ours = Instant::now() + total;
        let callers = Instant::from_std(context.deadline);
        Self { until: ours.min(callers), is_callers: callers <= ours }
    }

    pub(super) fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    /// Runs `work` within the budget.
    pub(super) async fn bound<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        timeout_at(self.until, work).await.unwrap_or_else(|_| Err(self.spent()))
    }

    /// Runs `work` within the budget and within `limit`, which is a limit on `wait`.
    pub(super) async fn bound_by<T>(
        &self,
        limit: Duration,
        wait: Wait,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let limit = Instant::now() + limit;
        let late = if limit < self.until { Failure::TimedOut(wait) } else { self.spent() };
        timeout_at(limit.min(self.until), work).await.unwrap_or(Err(late))
    }

    fn spent(&self) -> Failure {
        if self.is_callers { Failure::Deadline } else { Failure::TimedOut(Wait::Whole) }
    }
}
