//! Reads one message: which acts it asks for, about what, with which change to the search.
//!
//! Characters become tokens (`text`), tokens become units with corrected spelling and the names of the lexicon (`reading`), and the units of
//! each act are scored for every intent (`intents`): a classifier trained from our own sentences gives log odds, rules from the data files and
//! the situation add to them. What is asked about follows from the words alone: slots, references, quantity, details.

mod acts;
pub mod classifier;
mod contradiction;
mod details;
pub mod features;
pub(crate) mod grammar;
mod intents;
mod language;
mod line;
mod markup;
mod quantity;
pub(crate) mod reading;
mod references;
mod slots;
mod words;

use self::reading::Reading;
use super::{
    lexicon::Lexicon,
    text::redact,
    understanding::{Situation, Understanding},
};

/// What `message` asks for, given where the conversation stands. Pure; never panics, whatever the text.
#[must_use]
pub fn understand(message: &str, situation: &Situation, lexicon: &Lexicon) -> Understanding {
    let reading = Reading::of(message, lexicon);
    let (acts, scores) = acts::read(&reading, situation, lexicon);
    let redacted = redact(&reading.clean);
    let words = words::read(&reading, &redacted, lexicon);
    Understanding { redacted, acts, scores, corrections: reading.corrections, words }
}

#[cfg(test)]
mod tests;
