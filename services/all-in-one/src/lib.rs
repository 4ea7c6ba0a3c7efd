//! EasyMart in one process: the four services and the gateway, talking real gRPC over loopback, exactly as they do apart.
//!
//! The binary `easymart` is the quick start and a production build alike; the end-to-end tests live here because this is the only crate
//! that knows every part.

pub mod address_book;
pub mod chat;
pub mod check;
pub mod cli;
pub mod config;
pub mod console;
pub mod explain;
pub mod import;
pub mod operator;
pub mod replay;
pub mod search;
pub mod system;
