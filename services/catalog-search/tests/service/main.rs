//! The whole service over gRPC, in this process, and once as a process of its own that is killed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod answers;
mod crash;
mod imports;
mod live;
mod offers;
mod support;
