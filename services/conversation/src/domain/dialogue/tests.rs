//! Conversations with the small shop, act by act. Every reply is proved on the way.

mod altered;
mod carts;
mod generated;
mod products;
mod searching;
mod shopping;
