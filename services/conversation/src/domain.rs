//! What a conversation is, without any runtime: words, state, references, plans, replies and the proof of every reply.
//!
//! Pure: no clock, no network, no store. Everything here can be tested with plain values.

pub mod cart;
pub mod check;
pub mod chips;
pub mod dialogue;
pub mod difference;
pub mod fragment;
pub mod lexicon;
pub mod names;
pub(crate) mod places;
pub mod policy;
pub mod privacy;
pub mod product;
pub mod recording;
pub mod references;
pub mod search_state;
pub mod specs;
pub mod state;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;
pub mod texts;
pub mod tool;
pub mod trace;
pub mod turn;
pub mod understand;
pub mod understanding;
