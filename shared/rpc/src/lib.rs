//! How EasyMart's processes call each other: one server stack, one client stack, one mapping of errors, and what every call
//! carries in its headers.
//!
//! Services contain no transport policy of their own. What a call may cost, when it may be repeated and how it fails is
//! decided here, from one typed table per client ([`MethodPolicy`]) and one configuration per side ([`ServerConfig`],
//! [`PeerConfig`]).

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod client;
mod context;
pub mod health;
mod metrics;
mod money;
mod process;
pub mod server;
mod status;

pub use client::{DeadlineStream, Idempotency, MethodPolicy, Peer, PeerConfig};
pub use context::context;
pub use money::{from_wire_money, to_wire_money};
pub use process::run_process;
pub use server::{Server, ServerConfig};
pub use status::{from_status, to_status};
