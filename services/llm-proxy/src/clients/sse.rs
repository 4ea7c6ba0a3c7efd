use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use reqwest::{Response, header::CONTENT_TYPE};
use sse_stream::SseByteStream;

use super::response;
use crate::{app::Deltas, domain::Delta, error::Failure};

/// What ends a stream.
const DONE: &str = "[DONE]";

/// Most bytes before an event is complete. The parser itself would take any number.
const MAX_EVENT_BYTES: usize = 1024 * 1024;

type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes, ChunkError>> + Send>>;

/// The events of a streamed answer.
pub(crate) struct SseDeltas {
    events: SseByteStream<Chunks>,
    /// Bytes received since the last event.
    pending: Arc<AtomicUsize>,
}

#[derive(Debug, thiserror::Error)]
enum ChunkError {
    #[error("{0}")]
    Broken(reqwest::Error),
    #[error("an event has no end")]
    TooLarge,
}

impl SseDeltas {
    /// Reads events from a response whose status is fine.
    pub(super) fn of(response: Response) -> Result<Self, Failure> {
        let content_type = response.headers().get(CONTENT_TYPE);
        let is_events = content_type.is_some_and(|value| value.as_bytes().starts_with(b"text/event-stream"));
        if !is_events {
            return Err(Failure::Malformed("something else than the stream that was asked for"));
        }
        let pending = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&pending);
        let chunks = response.bytes_stream().map(move |chunk| {
            let chunk = chunk.map_err(|error| ChunkError::Broken(error.without_url()))?;
            let pending = counted.fetch_add(chunk.len(), Ordering::Relaxed) + chunk.len();
            if pending > MAX_EVENT_BYTES { Err(ChunkError::TooLarge) } else { Ok(chunk) }
        });
        Ok(Self { events: SseByteStream::new(Box::pin(chunks)), pending })
    }

    /// The data of the next event that has some.
    async fn next_data(&mut self) -> Result<String, Failure> {
        loop {
            // Without a farewell there is no telling an end from a breach.
            let event = self.events.next().await.ok_or(Failure::Cut)?;
            self.pending.store(0, Ordering::Relaxed);
            if let Some(data) = event.map_err(broken)?.data {
                return Ok(data);
            }
        }
    }
}

impl Deltas for SseDeltas {
    async fn next(&mut self) -> Result<Option<Delta>, Failure> {
        let data = self.next_data().await?;
        match data.trim() {
            DONE => Ok(None),
            json => response::delta(json.as_bytes()).map(Some),
        }
    }
}

fn broken(error: sse_stream::Error) -> Failure {
    match &error {
        sse_stream::Error::Body(cause) => match cause.downcast_ref() {
            Some(ChunkError::TooLarge) => Failure::Malformed("an event that is too large"),
            _ => {
                tracing::debug!(%cause, "the provider's stream broke off");
                Failure::Cut
            }
        },
        _ => Failure::Malformed("a stream that is no text"),
    }
}
