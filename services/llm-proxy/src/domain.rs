//! What a completion is, when to try again and when to give up, and what is counted. Pure: no I/O, no clock, no transport.

mod answer;
mod prompt;
mod purpose;
mod retry;
mod usage;

pub(crate) use answer::{Answer, Assembly, Delta, FinishReason, ToolCall, ToolCallDelta, Usage};
pub(crate) use prompt::{Message, Prompt, PromptError, Role, Tool};
pub(crate) use purpose::{Purpose, Purposes};
pub(crate) use retry::RetryPolicy;
pub(crate) use usage::{Counters, day_of};
