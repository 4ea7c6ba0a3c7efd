//! What every EasyMart process needs around its service: configuration, logs and metrics, the admin endpoint, stopping,
//! and the tasks it owns.
//!
//! Only binaries call what touches the process (`Sources::from_process`, `init_tracing`, `install_metrics`, `on_signal`).
//! A service's `serve` is handed the results, so that the same code runs alone, beside others, or inside a test.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod admin;
mod args;
pub mod config;
mod readiness;
pub mod shutdown;
mod tasks;
pub mod telemetry;

pub use args::ServiceArgs;
pub use readiness::Readiness;
pub use tasks::Tasks;
