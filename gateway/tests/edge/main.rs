//! The gateway over real HTTP, in front of services in miniature that speak real gRPC.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod cart;
mod catalogue;
mod chat;
mod description;
mod fakes;
mod health;
mod limits;
mod malformed;
mod original;
mod pages;
mod sessions;
mod shutdown;
mod stream;
mod system;
mod trace;
