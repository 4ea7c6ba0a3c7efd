//! What the use cases need from outside.

use std::future::Future;

use crate::{
    domain::{Answer, Counters, Delta, Prompt, Purpose},
    error::Failure,
};

/// A language model. Dropping a future or a stream of these gives the request up.
pub(crate) trait Provider: Send + Sync + 'static {
    /// A streamed answer.
    type Deltas: Deltas;

    /// Makes one request for a whole answer.
    fn complete(&self, prompt: &Prompt) -> impl Future<Output = Result<Answer, Failure>> + Send;

    /// Makes one request for a streamed answer; returns when the provider has accepted it.
    fn open(&self, prompt: &Prompt) -> impl Future<Output = Result<Self::Deltas, Failure>> + Send;
}

/// The pieces of an answer. Nothing is read that was not asked for.
pub(crate) trait Deltas: Send + 'static {
    /// The next piece; `None` at a proper end. A stream without one ends with [`Failure::Cut`].
    fn next(&mut self) -> impl Future<Output = Result<Option<Delta>, Failure>> + Send;
}

/// Remembers what has been used, beyond this process's life.
pub(crate) trait UsageLog: Send + Sync + 'static {
    /// Adds to today's counters. Returns at once; the disk is somebody else's business.
    fn add(&self, purpose: &Purpose, counters: Counters);
}
