//! Correcting typos by the catalogue's own words, never by a dictionary of the language.

use std::collections::HashMap;

use super::slip;
use crate::domain::text::{Token, singular};

/// The words of a generation.
#[derive(Debug, Default)]
pub struct Vocabulary {
    words: HashMap<Token, WordInfo>,
    /// Words fit to correct to, by their length in characters.
    by_length: Vec<Vec<KnownWord>>,
}

/// A word fit to correct to.
#[derive(Debug)]
struct KnownWord {
    /// One bit for each letter that it has.
    letters: u32,
    word: Token,
}

/// Shortest word that is corrected, and that is corrected to.
const SHORTEST: usize = 3;
/// Shortest word that is guessed.
const SHORTEST_GUESS: usize = 2;
/// Up to this length a word has many neighbours: two letters that were swapped are seen, other slips only of a word that is common.
const SHORT: usize = 3;
/// How many products have a word that is common.
const COMMON: u32 = 3;
/// Most spellings that are thought of.
const CANDIDATES: usize = 5;
/// A word that at most so many products have may be a misspelling that the catalogue shares.
const RARE: u32 = 2;
/// How many times as often the catalogue must have the other spelling.
const FAR_MORE: u32 = 20;
/// Shorter words have too many neighbours to be doubted.
const LONG_ENOUGH_TO_DOUBT: usize = 5;

/// What is known of a word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct WordInfo {
    /// Products that have it.
    pub count: u32,
    /// Whether it stands in titles or attributes, rather than only in running text.
    pub prominent: bool,
}

/// What a word should have been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spelling {
    /// As it is.
    Known,
    /// Another word, or several.
    Corrected(Vec<Token>),
    /// Nothing near it.
    Unknown,
}

impl Vocabulary {
    /// Adds a word.
    pub fn add(&mut self, word: &str, count: u32, prominent: bool) {
        let info = self.words.entry(Token::new(word)).or_default();
        info.count = info.count.max(count);
        let newly_prominent = prominent && !info.prominent;
        info.prominent |= prominent;
        if newly_prominent && word.chars().count() >= SHORTEST && has_letters(word) {
            let length = word.chars().count();
            if self.by_length.len() <= length {
                self.by_length.resize_with(length + 1, Vec::new);
            }
            self.by_length[length].push(KnownWord { letters: letters(word), word: Token::new(word) });
        }
    }

    /// Products that have the word in this form or in the singular.
    #[must_use]
    pub fn count(&self, word: &str) -> u32 {
        let of = |word: &str| self.words.get(word).map_or(0, |info| info.count);
        of(word).max(of(&singular(word)))
    }

    /// Whether the catalogue has the word.
    #[must_use]
    pub fn has(&self, word: &str) -> bool {
        self.count(word) > 0
    }

    /// Words of titles and attributes with their counts, in no order.
    pub fn prominent(&self) -> impl Iterator<Item = (&str, u32)> {
        self.words.iter().filter(|(_, info)| info.prominent).map(|(word, info)| (word.as_str(), info.count))
    }

    /// How a word should be spelt.
    #[must_use]
    pub fn spell(&self, word: &str) -> Spelling {
        if self.has(word) {
            return Spelling::Known;
        }
        let near = self.near(word).into_iter().next();
        match (self.parts(word).filter(|_| is_correctable(word)), near) {
            (Some(parts), Some(near)) if self.beats(&near, parts, word) => Spelling::Corrected(vec![near]),
            (Some((a, b)), _) => Spelling::Corrected(vec![Token::new(a), Token::new(b)]),
            (None, Some(near)) => Spelling::Corrected(vec![near]),
            (None, None) => Spelling::Unknown,
        }
    }

    /// Whether a word one change away is likelier than two words written as one: the catalogue has it more often than the rarer part.
    fn beats(&self, near: &str, (a, b): (&str, &str), word: &str) -> bool {
        strsim::osa_distance(word, near) == 1 && self.count(near) > self.count(a).min(self.count(b))
    }

    /// The word that a rare word may be a misspelling of: one change away, and the catalogue has it far more often.
    pub(super) fn more_likely(&self, word: &str) -> Option<Token> {
        let count = self.count(word);
        if count > RARE || word.chars().count() < LONG_ENOUGH_TO_DOUBT {
            return None;
        }
        let far_more =
            |near: &Token| self.count(near) >= FAR_MORE * count.max(1) && strsim::osa_distance(word, near) == 1;
        self.near(word).into_iter().find(|near| singular(near) != singular(word) && far_more(near))
    }

    /// Two words that were written as one.
    pub(super) fn parts<'w>(&self, word: &'w str) -> Option<(&'w str, &'w str)> {
        let known = |part: &str| part.chars().count() > 2 && self.words.get(part).is_some_and(|info| info.prominent);
        let cuts = word.char_indices().skip(3).map(|(at, _)| word.split_at(at));
        cuts.filter(|(a, b)| known(a) && known(b)).max_by_key(|(a, b)| self.count(a).min(self.count(b)))
    }

    /// The nearest other words: fewest changes first, then what fingers slip to, then words of titles, then the most frequent, then
    /// alphabetical.
    pub(super) fn near(&self, word: &str) -> Vec<Token> {
        if !is_correctable(word) {
            return Vec::new();
        }
        let length = word.chars().count();
        let most = allowed_changes(length);
        let letters = letters(word);
        let near_lengths = length.saturating_sub(most)..=length + most;
        let candidates = near_lengths.filter_map(|length| self.by_length.get(length)).flatten();
        let mut near: Vec<Near<'_>> = candidates
            // One change adds or takes away a letter or both: what differs by more letters is not near. This is what makes it fast.
            .filter(|known| (known.letters ^ letters).count_ones() as usize <= 2 * most)
            .filter(|known| known.word != word)
            .map(|known| (strsim::osa_distance(word, &known.word), known.word.as_str()))
            .filter(|(changes, known)| *changes <= most && plausible(word, known, *changes))
            .filter(|(_, known)| length > SHORT || slip::is_swap(word, known) || self.count(known) >= COMMON)
            .map(|(changes, known)| Near { changes, unlikely: !slip::is_one(word, known), word: known })
            .collect();
        near.sort_by(|a, b| {
            let rank = |near: &Near<'_>| (near.changes, near.unlikely);
            rank(a)
                .cmp(&rank(b))
                .then_with(|| self.count(b.word).cmp(&self.count(a.word)))
                .then_with(|| a.word.cmp(b.word))
        });
        near.into_iter().take(CANDIDATES).map(|near| Token::new(near.word)).collect()
    }

    /// What an unknown word most likely is when there is nothing else to go by: the most frequent word that one slip makes it of, however
    /// short, and also of running text. Looks at every word: for the few queries that would find nothing.
    pub(super) fn guess(&self, word: &str) -> Option<Token> {
        if word.chars().count() < SHORTEST_GUESS || !has_letters(word) {
            return None;
        }
        let typed = letters(word);
        let alike = |known: &&Token| {
            (letters(known) ^ typed).count_ones() <= 2
                && known.chars().count() >= SHORTEST_GUESS
                && has_letters(known)
                && same_digits(word, known)
                && slip::is_one(word, known)
        };
        self.words.keys().filter(alike).max_by(|a, b| self.count(a).cmp(&self.count(b)).then_with(|| b.cmp(a))).cloned()
    }
}

/// A word near to what was typed.
struct Near<'v> {
    changes: usize,
    /// Whether it takes more than one slip of a finger.
    unlikely: bool,
    word: &'v str,
}

/// One bit for each letter that a word has.
fn letters(word: &str) -> u32 {
    word.bytes().fold(0, |letters, byte| letters | 1 << (byte & 31))
}

/// Words that begin with a digit are numbers and sizes; shorter ones have too many neighbours.
fn is_correctable(word: &str) -> bool {
    word.chars().count() >= SHORTEST && has_letters(word)
}

/// Whether a word begins with a letter and is made of letters and digits: "sofa", "ps4".
fn has_letters(word: &str) -> bool {
    word.starts_with(char::is_alphabetic) && word.chars().all(|c| c.is_alphabetic() || c.is_ascii_digit())
}

/// Digits tell one model from another: nobody is taken from one to the other.
fn same_digits(word: &str, candidate: &str) -> bool {
    let digits = |word: &'_ str| word.bytes().filter(u8::is_ascii_digit).collect::<Vec<_>>();
    digits(word) == digits(candidate)
}

fn allowed_changes(length: usize) -> usize {
    if length >= 8 { 2 } else { 1 }
}

/// People rarely mistype the first letter: only by one slip of a finger, and in a short word by the key beside it alone. In the shortest
/// words and in names of models only slips are seen.
fn plausible(word: &str, candidate: &str, changes: usize) -> bool {
    let (length, mut typed, mut meant) = (word.chars().count(), word.chars(), candidate.chars());
    let same_first = typed.next() == meant.next();
    let has_digit = |word: &str| word.bytes().any(|b| b.is_ascii_digit());
    if length <= SHORT || has_digit(word) || has_digit(candidate) {
        return same_first && same_digits(word, candidate) && slip::is_one(word, candidate);
    }
    let long_enough = length >= LONG_ENOUGH_TO_DOUBT || typed.next() == meant.next();
    same_first || (changes == 1 && long_enough && slip::is_one(word, candidate))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        let mut vocabulary = Vocabulary::default();
        for (word, count) in [
            ("dining", 20),
            ("table", 60),
            ("sofa", 20),
            ("black", 90),
            ("book", 5),
            ("shelf", 40),
            ("drawer", 30),
            ("rug", 3),
        ] {
            vocabulary.add(word, count, true);
        }
        vocabulary.add("felt", 3, false);
        vocabulary
    }

    #[test]
    fn slips_of_a_finger_are_likelier_than_other_changes() {
        let mut vocabulary = Vocabulary::default();
        vocabulary.add("lamb", 90, true);
        vocabulary.add("lamp", 9, true);
        vocabulary.add("bridge", 9, true);
        assert_eq!(vocabulary.near("lamo"), ["lamp", "lamb"]);
        assert_eq!((vocabulary.near("vridge"), vocabulary.near("fridge")), (vec![Token::new("bridge")], vec![]));
    }

    #[test]
    fn typos_meet_the_catalogues_words() {
        let vocabulary = vocabulary();
        let corrected = |word: &str| match vocabulary.spell(word) {
            Spelling::Corrected(words) => words.join(" "),
            other => format!("{other:?}"),
        };
        assert_eq!(corrected("dinning"), "dining");
        assert_eq!(corrected("tabel"), "table");
        assert_eq!(corrected("soffa"), "sofa");
        assert_eq!(corrected("blak"), "black");
        assert_eq!(corrected("bookshelf"), "book shelf");
        assert_eq!(corrected("drawers"), "Known");
        assert_eq!(corrected("helicopter"), "Unknown");
        assert_eq!(corrected("felt"), "Known");
        assert_eq!(corrected("rgu"), "rug");
        assert_eq!(corrected("gru"), "Unknown");
        assert_eq!(corrected("rog"), "Unknown");
    }

    #[test]
    fn short_words_and_models_are_corrected_by_one_slip_to_what_is_common() {
        let mut vocabulary = Vocabulary::default();
        for (word, count) in [("ssd", 40), ("sad", 1), ("ps4", 30), ("ps5", 30), ("120cm", 50), ("xbox", 9)] {
            vocabulary.add(word, count, true);
        }
        let near = |word: &str| vocabulary.near(word).join(" ");
        let guess = |word: &str| vocabulary.guess(word).unwrap_or_default();
        assert_eq!([guess("ss"), guess("asd"), guess("pss4"), guess("d"), guess("12")], ["ssd", "ssd", "ps4", "", ""]);
        assert_eq!([near("ssf"), near("pd4"), near("xbx")], ["ssd", "ps4", "xbox"]);
        assert_eq!([near("saf"), near("ps3"), near("130cm"), near("120mm")], ["", "", "", ""]);
    }
}
