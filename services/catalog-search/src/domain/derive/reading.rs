//! A record cut up once, for all who read it.

use crate::domain::{
    import::RawRecord,
    text::{Token, Word, singulars, stems, words},
};

/// A record with its texts cut into words.
pub(super) struct Reading<'a> {
    /// The record.
    pub(super) record: &'a RawRecord,
    /// Words of the title in the singular.
    pub(super) title: Vec<Token>,
    /// Features, then the description.
    pub(super) parts: Vec<Part<'a>>,
}

/// One statement of the product text.
pub(super) struct Part<'a> {
    /// The whole statement.
    pub(super) text: &'a str,
    /// What it says; the whole statement when there is no key.
    pub(super) value: &'a str,
    /// Words of the whole statement in the singular.
    pub(super) words: Vec<Token>,
    /// How many of them are the key.
    key_words: usize,
    /// Feed field.
    pub(super) source: &'static str,
}

/// Longest key, in words: "Maximum weight capacity per shelf".
const KEY_WORDS: usize = 6;

impl<'a> Reading<'a> {
    pub(super) fn new(record: &'a RawRecord) -> Self {
        let features = record.features.iter().map(|text| Part::new(text, "Features"));
        let description = Some(&record.description).filter(|text| !text.is_empty());
        let parts = features.chain(description.map(|text| Part::new(text, "Description"))).collect();
        Self { record, title: stems(&record.title), parts }
    }

    /// Statements with a key that has all of these words.
    pub(super) fn keyed<'b>(&'b self, wanted: &'b [&str]) -> impl Iterator<Item = &'b Part<'a>> {
        self.parts.iter().filter(move |part| wanted.iter().all(|word| part.key().iter().any(|key| key == word)))
    }
}

impl<'a> Part<'a> {
    fn new(text: &'a str, source: &'static str) -> Self {
        let words = words(text);
        let (key_words, value) = key_and_value(text, &words);
        Self { text, value, words: singulars(words), key_words, source }
    }

    /// What it is about, when it is of the form "key: value": words in the singular.
    pub(super) fn key(&self) -> &[Token] {
        &self.words[..self.key_words]
    }
}

/// Parts "Overall width: 80cm" and "Overall width is 80cm" at their middle: how many words are the key, and the value.
fn key_and_value<'a>(text: &'a str, words: &[Word]) -> (usize, &'a str) {
    for separator in [":", " is ", " are "] {
        let Some((key, value)) = text.split_once(separator) else { continue };
        let key_words = words.iter().take(KEY_WORDS + 1).take_while(|word| word.end <= key.len()).count();
        if (1..=KEY_WORDS).contains(&key_words) && !value.trim().is_empty() {
            return (key_words, value.trim());
        }
    }
    (0, text)
}
