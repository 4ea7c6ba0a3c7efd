//! Texts that were cut into words before they come to the index library, so that cutting runs in parallel while indexing goes in order.
//! They go through it as plain text, which it copies; its own form of a cut text would be written and read as JSON.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Name of the tokeniser, as the schema gives it.
pub(super) const NAME: &str = "prepared";
/// Between words at the same position.
const BESIDE: char = '\t';
/// Between words at one position and those at the next. No byte of a word is as low as this.
const NEXT: char = ' ';

/// A text in words, position after position. No word may contain white space.
#[derive(Default)]
pub(super) struct PreparedText {
    text: String,
    /// Whether the next word begins a position.
    begins: bool,
}

impl PreparedText {
    /// Makes room for a text of so many bytes.
    pub(super) fn reserve(&mut self, bytes: usize) {
        self.text.reserve(bytes + 1);
    }

    /// Adds a text that was prepared before, behind what there is.
    pub(super) fn append(&mut self, prepared: &str) {
        if !prepared.is_empty() {
            self.next_position();
            self.push(prepared);
        }
    }

    /// Goes on to the next position.
    pub(super) fn next_position(&mut self) {
        self.begins = true;
    }

    /// Adds a word at the present position.
    pub(super) fn push(&mut self, word: &str) {
        if !self.text.is_empty() {
            self.text.push(if self.begins { NEXT } else { BESIDE });
        }
        self.begins = false;
        self.text.push_str(word);
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

/// Takes prepared texts apart again.
#[derive(Clone, Default)]
pub(super) struct PreparedTokenizer {
    token: Token,
}

pub(super) struct PreparedStream<'a> {
    rest: &'a str,
    token: &'a mut Token,
    position: usize,
}

impl Tokenizer for PreparedTokenizer {
    type TokenStream<'a> = PreparedStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> PreparedStream<'a> {
        self.token.reset();
        PreparedStream { rest: text, token: &mut self.token, position: 0 }
    }
}

impl TokenStream for PreparedStream<'_> {
    fn advance(&mut self) -> bool {
        if self.rest.is_empty() {
            return false;
        }
        let end = self.rest.bytes().position(|byte| byte <= NEXT as u8).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.token.text.clear();
        self.token.text.push_str(word);
        self.token.position = self.position;
        self.position += usize::from(rest.starts_with(NEXT));
        self.rest = rest.get(1..).unwrap_or_default();
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

    #[test]
    fn what_was_put_in_comes_out_at_its_position() {
        let mut text = PreparedText::default();
        text.next_position();
        text.push("grey");
        text.next_position();
        text.push("120cm");
        text.push("120");
        text.append("");
        text.append("oak wood");
        let text = text.into_text();
        let mut tokenizer = PreparedTokenizer::default();
        let mut stream = tokenizer.token_stream(&text);
        let mut found = Vec::new();
        while stream.advance() {
            found.push((stream.token().position, stream.token().text.clone()));
        }
        let expected = [(0, "grey"), (1, "120cm"), (1, "120"), (2, "oak"), (3, "wood")];
        assert_eq!(found, expected.map(|(position, word)| (position, word.to_owned())));
        assert!(!PreparedTokenizer::default().token_stream("").advance());
    }
}
