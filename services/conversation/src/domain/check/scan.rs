//! Finds what could be checked in a text and has no claim: digits, amounts, addresses, words about stock, colours, materials.

use std::collections::HashSet;

use crate::domain::{
    fragment::Claim,
    lexicon::{TermKind, Vocabulary},
};

/// Number words that count something; "one" is a pronoun more often than a count.
const NUMBERS: [&str; 19] = [
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "fifteen", "twenty",
    "thirty", "forty", "fifty", "sixty", "hundred", "thousand",
];
/// Words that say something about stock.
const STOCK: [&str; 6] = ["in stock", "out of stock", "sold out", "available now", "back order", "last one left"];

/// The words of one catalogue generation that need a proof.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    words: HashSet<String>,
}

impl Watch {
    /// Colours and materials of a vocabulary, single words only: longer names contain them.
    #[must_use]
    pub fn build(vocabulary: &Vocabulary) -> Self {
        let watched = |kind| matches!(kind, TermKind::Colour | TermKind::Material);
        let words = vocabulary
            .terms
            .iter()
            .filter(|term| watched(term.kind))
            .flat_map(|term| term.names.iter().chain([&term.value]))
            .filter(|name| !name.contains(' '))
            .map(|name| name.to_lowercase())
            .collect();
        Self { words }
    }
}

/// The parts of a text that could be checked and lie outside every claim.
pub(super) fn unproved(chars: &[char], claims: &[Claim], watch: &Watch) -> Vec<String> {
    let rest = blanked(chars, claims);
    let mut found: Vec<String> = Vec::new();
    let lower = rest.to_lowercase();
    for word in lower.split(|c: char| c.is_whitespace() || "()[]{}“”\"!?;".contains(c)) {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '$');
        if word.is_empty() {
            continue;
        }
        let parts = || word.split(|c: char| !c.is_alphanumeric());
        let checkable = word.chars().any(|c| c.is_ascii_digit() || "$€£¥".contains(c))
            || word.contains("://")
            || word.contains('@')
            || word.starts_with("www.")
            || parts().any(|part| NUMBERS.contains(&part) || watch.words.contains(part));
        if checkable {
            found.push(word.to_owned());
        }
    }
    let spaced = lower.split_whitespace().collect::<Vec<_>>().join(" ");
    found.extend(STOCK.iter().filter(|phrase| spaced.contains(*phrase)).map(|phrase| (*phrase).to_owned()));
    found
}

/// The text with a mark in place of each claim.
fn blanked(chars: &[char], claims: &[Claim]) -> String {
    let covered = |index: usize| claims.iter().any(|c| c.start <= index && index < c.end);
    chars.iter().enumerate().map(|(index, c)| if covered(index) { '\u{fffc}' } else { *c }).collect()
}
