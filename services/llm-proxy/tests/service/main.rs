//! llm-proxy over real gRPC, in front of providers that behave and misbehave on command.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod breaking;
mod completing;
mod refusing;
mod repeating;
mod streaming;
mod support;
mod usage;
