//! From the bytes of a feed to answers, without transport and without a store.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod classify;
mod feeds;
mod measure;
mod properties;
mod real_catalogue;
mod searching;
mod support;
