//! What tests share: bounded waiting, ports and directories, and the outside world in miniature: a language model, a
//! storefront and a network that misbehave on command.
//!
//! Everything here listens on a port that the system picks, and is gone when dropped. Helpers panic when the test's own
//! surroundings fail (no port, no directory): a test has nobody to hand such an error to.

#![allow(clippy::expect_used, clippy::panic)]
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod chaos;
mod dir;
mod http;
mod llm;
mod net;
mod skip;
mod storefront;
mod wait;

pub use chaos::{ChaosProxy, Weather};
pub use dir::TestDir;
pub use llm::{LlmReply, LlmRequest, ScriptedLlm};
pub use net::{free_address, free_listener};
pub use skip::skip_without;
pub use storefront::{FakeStorefront, Mood};
pub use wait::wait_until;
