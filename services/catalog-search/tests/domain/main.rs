//! From the bytes of a feed to answers, without transport and without a store.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cases;
mod classify;
mod feeds;
mod google;
mod meaning;
mod measure;
mod offers;
mod properties;
mod real_catalogue;
mod relaxing;
mod searching;
mod support;
