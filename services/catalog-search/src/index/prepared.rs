//! Texts that were cut into words before they come to the index library, so that cutting runs in parallel while indexing goes in order.
//! They go through it as plain text, which it copies; its own form of a cut text would be written and read as JSON.

use rustc_hash::FxHashSet;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Name of the tokeniser, as the schema gives it.
pub(super) const NAME: &str = "prepared";
/// Before a word at the same position as the one before it.
const BESIDE: char = '\t';
/// Before a word at the next position.
const NEXT: char = ' ';
/// Bytes of the longest word that is indexed, so that its length is one character of one byte. Nobody asks for longer ones.
const LONGEST: usize = 127;

/// Bytes of a word as a rule, with what stands before it.
const USUAL: usize = 8;

/// A text in words, position after position: each word stands behind its position and its length.
#[derive(Default)]
pub(super) struct PreparedText {
    text: String,
    /// Whether the next word begins a position.
    begins: bool,
}

impl PreparedText {
    /// Adds a text that was prepared before, behind what there is.
    pub(super) fn append(&mut self, prepared: &str) {
        self.text.push_str(prepared);
    }

    /// Makes room for so many words.
    pub(super) fn reserve(&mut self, words: usize) {
        self.text.reserve(words * USUAL);
    }

    /// Goes on to the next position.
    pub(super) fn next_position(&mut self) {
        self.begins = true;
    }

    /// Adds a word at the present position.
    pub(super) fn push(&mut self, word: &str) {
        let Some(length) = u8::try_from(word.len()).ok().filter(|length| usize::from(*length) <= LONGEST) else {
            return;
        };
        self.text.push(if self.begins { NEXT } else { BESIDE });
        self.text.push(char::from(length));
        self.text.push_str(word);
        self.begins = false;
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

/// The words of a prepared text, each once and at a position of its own.
pub(super) fn distinct(prepared: &str) -> String {
    let mut tokenizer = PreparedTokenizer::default();
    let mut stream = tokenizer.token_stream(prepared);
    let mut known = FxHashSet::default();
    let mut text = PreparedText::default();
    while stream.advance() {
        let word = &stream.token().text;
        if known.insert(word.clone()) {
            text.next_position();
            text.push(word);
        }
    }
    text.into_text()
}

/// Takes prepared texts apart again.
#[derive(Clone, Default)]
pub(super) struct PreparedTokenizer {
    token: Token,
}

pub(super) struct PreparedStream<'a> {
    rest: &'a str,
    token: &'a mut Token,
}

impl Tokenizer for PreparedTokenizer {
    type TokenStream<'a> = PreparedStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> PreparedStream<'a> {
        self.token.reset();
        PreparedStream { rest: text, token: &mut self.token }
    }
}

impl TokenStream for PreparedStream<'_> {
    fn advance(&mut self) -> bool {
        let [place, length, ..] = *self.rest.as_bytes() else { return false };
        let (word, rest) = self.rest[2..].split_at(usize::from(length));
        self.token.text.clear();
        self.token.text.push_str(word);
        let begins = place == NEXT as u8;
        self.token.position = self.token.position.wrapping_add(usize::from(begins));
        self.rest = rest;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<(usize, String)> {
        let mut tokenizer = PreparedTokenizer::default();
        let mut stream = tokenizer.token_stream(text);
        let mut found = Vec::new();
        while stream.advance() {
            found.push((stream.token().position, stream.token().text.clone()));
        }
        found
    }

    #[test]
    fn what_was_put_in_comes_out_at_its_position() {
        let mut text = PreparedText::default();
        text.next_position();
        text.push("grey");
        text.next_position();
        text.push("120cm");
        text.push("120");
        text.next_position();
        text.push(&"x".repeat(LONGEST + 1));
        let mut names = PreparedText::default();
        for name in ["oak", "wood"] {
            names.next_position();
            names.push(name);
        }
        text.append(&names.into_text());
        text.append("");
        let text = text.into_text();
        let expected = [(0, "grey"), (1, "120cm"), (1, "120"), (2, "oak"), (3, "wood")];
        assert_eq!(words(&text), expected.map(|(position, word)| (position, word.to_owned())));
        assert_eq!(words(""), []);
    }

    #[test]
    fn a_word_that_comes_again_is_left_out() {
        let mut names = PreparedText::default();
        for word in ["desk", "chair", "tub", "chair"] {
            names.next_position();
            names.push(word);
            names.push("seat");
        }
        let expected = ["desk", "seat", "chair", "tub"];
        let expected: Vec<_> = (0..).zip(expected.map(str::to_owned)).collect();
        assert_eq!(words(&distinct(&names.into_text())), expected);
    }
}
