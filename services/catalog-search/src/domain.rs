//! What a catalogue is and how it answers: pure, no runtime, no transport, no disk.

pub mod attribute;
pub mod catalogue;
pub mod compare;
pub mod derive;
pub mod import;
pub mod lexicon;
pub mod negation;
pub mod phrases;
pub mod product;
pub mod search;
pub mod sieve;
pub mod similar;
pub mod specs;
pub mod suggest;
pub mod taxonomy;
pub mod text;
pub mod two_cores;
pub mod vocabulary;
pub mod wording;
