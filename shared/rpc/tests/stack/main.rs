//! Both stacks against each other over real sockets, with a small service on one of our own contracts.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod client;
mod deadlines;
mod drain;
mod health;
mod metrics;
mod nodelay;
mod overload;
mod panics;
mod support;
