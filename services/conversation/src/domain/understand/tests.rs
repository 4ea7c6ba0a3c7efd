//! What understanding makes of whole messages.

mod acts;
mod properties;
mod search;

use easymart_core::{Currency, Money};

use super::understand;
use crate::domain::{
    lexicon::{Lexicon, Vocabulary},
    understanding::{Act, Intent, SearchPatch, Situation, Understanding},
};

fn lexicon() -> Lexicon {
    Lexicon::build(&Vocabulary::default(), Currency::AUD)
}

/// Nothing has happened yet.
fn fresh() -> Situation {
    Situation::default()
}

/// Five desks are shown.
fn desks_shown() -> Situation {
    Situation { shown: 5, searching: true, category: Some("desk".to_owned()), ..Situation::default() }
}

/// Five desks are shown and one was just put into the cart.
fn desk_added() -> Situation {
    Situation { cart_lines: 1, cart_just_changed: true, has_focus: true, ..desks_shown() }
}

fn read_in(situation: &Situation, message: &str) -> Understanding {
    understand(message, situation, &lexicon())
}

fn first(situation: &Situation, message: &str) -> Act {
    read_in(situation, message).acts.remove(0)
}

fn intents(situation: &Situation, message: &str) -> Vec<Intent> {
    read_in(situation, message).acts.iter().map(|act| act.intent).collect()
}

/// The patch of a message that is a search.
fn patch_in(situation: &Situation, message: &str) -> SearchPatch {
    let act = first(situation, message);
    assert_eq!(act.intent, Intent::ProductSearch, "{message}");
    act.patch
}

fn patch(message: &str) -> SearchPatch {
    patch_in(&fresh(), message)
}

fn dollars(amount: i64) -> Option<Money> {
    Some(Money::new(amount * 100, Currency::AUD))
}
