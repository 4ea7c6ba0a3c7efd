use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use easymart_core::Error;
use futures::Stream;
use tokio::time::{Instant, Sleep, sleep_until};
use tonic::Streaming;

use super::{bulkhead::Place, peer::explain};
use crate::status::deadline_exceeded;

/// The answers of a streaming call. Ends at the call's deadline with `DEADLINE_EXCEEDED`, and after its first error.
pub struct DeadlineStream<T> {
    messages: Option<Streaming<T>>,
    deadline: Instant,
    sleep: Pin<Box<Sleep>>,
    _place: Place,
}

impl<T> DeadlineStream<T> {
    pub(super) fn new(messages: Streaming<T>, deadline: Instant, place: Place) -> Self {
        Self { messages: Some(messages), deadline, sleep: Box::pin(sleep_until(deadline)), _place: place }
    }

    /// The next answer; `None` at the end.
    pub async fn message(&mut self) -> Option<Result<T, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl<T> Stream for DeadlineStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let deadline = self.deadline;
        let Some(messages) = self.messages.as_mut() else {
            return Poll::Ready(None);
        };
        let item = match Pin::new(messages).poll_next(cx) {
            // A peer that never pauses is bounded as well.
            Poll::Ready(Some(Ok(_))) if deadline <= Instant::now() => Some(Err(deadline_exceeded())),
            Poll::Ready(Some(Ok(message))) => return Poll::Ready(Some(Ok(message))),
            Poll::Ready(Some(Err(status))) => Some(Err(explain(&status, deadline))),
            Poll::Ready(None) => None,
            Poll::Pending => {
                ready!(self.sleep.as_mut().poll(cx));
                Some(Err(deadline_exceeded()))
            }
        };
        // Dropping the inner stream tells the peer to stop.
        self.messages = None;
        Poll::Ready(item)
    }
}
