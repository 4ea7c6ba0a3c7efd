//! cart-sync over real gRPC, with a catalogue and a shop's backend that do as the tests say.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cart;
mod catalogue;
mod harness;
mod process;
mod repetition;
mod storefront;
mod watch;
mod wire;
