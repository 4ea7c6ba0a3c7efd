//! The whole system as its users meet it: the real binary, HTTP on one side, a data directory on the other.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod commands;
mod crash;
mod degraded;
mod five_processes;
mod power_cut;
mod process;
mod shopper;
