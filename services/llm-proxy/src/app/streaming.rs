use std::time::Duration;

use super::{Completion, Deltas, Opened, budget::Budget, call::Call};
use crate::{
    domain::Assembly,
    error::{Failure, Wait},
};

/// What a stream is made of.
#[derive(Debug)]
pub(crate) enum Event {
    /// The next piece of the text.
    Delta(String),
    /// The end.
    Done(Completion),
}

/// An answer as it is written. It is read from the provider only as fast as it is taken from here; dropping it gives the request up.
pub(crate) struct AnswerStream<D> {
    first: Option<String>,
    /// `None` once it is over.
    rest: Option<Rest<D>>,
}

struct Rest<D> {
    call: Call,
    deltas: D,
    assembly: Assembly,
    budget: Budget,
    idle: Duration,
}

impl<D: Deltas> AnswerStream<D> {
    pub(super) fn new(call: Call, opened: Opened<D>, budget: Budget, idle: Duration) -> Self {
        let Opened { deltas, assembly, first } = opened;
        Self { first: (!first.is_empty()).then_some(first), rest: Some(Rest { call, deltas, assembly, budget, idle }) }
    }

    /// The next event. Pieces, then one end or one failure, then nothing.
    pub(crate) async fn next(&mut self) -> Option<Result<Event, Failure>> {
        if let Some(first) = self.first.take() {
            return Some(Ok(Event::Delta(first)));
        }
        match self.rest.as_mut()?.next_text().await {
            Ok(Some(text)) => Some(Ok(Event::Delta(text))),
            Ok(None) => Some(self.rest.take()?.finish().map(Event::Done)),
            Err(failure) => Some(Err(self.rest.take()?.call.fail_midway(failure))),
        }
    }
}

impl<D: Deltas> Rest<D> {
    /// The next piece of text; `None` when the answer is complete.
    async fn next_text(&mut self) -> Result<Option<String>, Failure> {
        loop {
            let next = self.budget.bound_by(self.idle, Wait::NextToken, self.deltas.next()).await;
            let delta = match next {
                Ok(Some(delta)) => delta,
                Ok(None) => return Ok(None),
                // The model said that it had finished: only the token count and the farewell are missing.
                Err(_) if self.assembly.has_finished() => return Ok(None),
                Err(failure) => return Err(failure),
            };
            self.assembly.add(&delta)?;
            if !delta.text.is_empty() {
                return Ok(Some(delta.text));
            }
        }
    }

    fn finish(self) -> Result<Completion, Failure> {
        match self.assembly.finish() {
            Ok(answer) => Ok(self.call.succeed(answer)),
            Err(failure) => Err(self.call.fail_midway(failure)),
        }
    }
}
