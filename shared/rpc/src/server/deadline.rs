use std::{future::Future, time::Duration};

use easymart_core::Error;
use http::HeaderMap;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::ServerConfig;
use crate::{
    context,
    status::{deadline_exceeded, shutting_down},
};

/// How long calls may take.
pub(super) struct Deadlines {
    default: Duration,
    most: Duration,
}

impl Deadlines {
    pub(super) fn new(config: &ServerConfig) -> Self {
        Self { default: config.default_deadline.min(config.max_deadline), most: config.max_deadline }
    }

    /// When a call with these headers has to be over; an error when that is now.
    pub(super) fn of(&self, headers: &HeaderMap) -> Result<Instant, Error> {
        let timeout = context::timeout(headers).unwrap_or(self.default).min(self.most);
        if timeout.is_zero() {
            return Err(deadline_exceeded());
        }
        Ok(Instant::now() + timeout)
    }
}

/// What ends a call from outside: its deadline, when it has one, and the end of the server's grace.
#[derive(Clone)]
pub(super) struct Limits {
    pub(super) deadline: Option<Instant>,
    pub(super) cut: CancellationToken,
}

impl Limits {
    /// Runs `work` within the limits, and drops it when one is reached.
    pub(super) async fn bound<F: Future>(&self, work: F) -> Result<F::Output, Error> {
        tokio::select! {
            biased;
            output = work => Ok(output),
            error = self.reached() => Err(error),
        }
    }

    /// Whether the deadline has passed. For answers that never pause and so never wait for a limit.
    pub(super) fn expired(&self) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= Instant::now())
    }

    /// Waits for the first limit, and says what the caller is told.
    pub(super) async fn reached(&self) -> Error {
        let expired = async {
            match self.deadline {
                Some(deadline) => sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = expired => deadline_exceeded(),
            () = self.cut.cancelled() => shutting_down(),
        }
    }
}
