//! What every EasyMart process needs around its service: configuration, logs and metrics, the admin endpoint, stopping,
//! and the tasks it owns. Beside that, what whoever calls something unreliable needs, whatever the transport: when to try
//! again, and when to leave it alone.
//!
//! Only binaries call what touches the process (`Sources::from_process`, `init_tracing`, `install_metrics`, `on_signal`).
//! A service's `serve` is handed the results, so that the same code runs alone, beside others, or inside a test.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod admin;
mod args;
mod backoff;
mod breaker;
pub mod config;
mod log_hash;
mod readiness;
mod retry_after;
pub mod shutdown;
mod tasks;
pub mod telemetry;
mod ticks;

pub use args::ServiceArgs;
pub use backoff::Backoff;
pub use breaker::{Admission, Breaker, BreakerConfig, Position};
pub use log_hash::log_hash;
pub use readiness::Readiness;
pub use retry_after::retry_after;
pub use tasks::Tasks;
pub use ticks::Ticks;
