//! A record with its statements, for all who read it.

use crate::domain::{
    import::RawRecord,
    text::{Token, stems},
    wording::{Wording, Words},
};

/// A record with its texts cut into words.
pub(super) struct Reading<'a> {
    /// The record.
    pub(super) record: &'a RawRecord,
    /// The title.
    pub(super) title: &'a Words,
    /// Features, then the description.
    pub(super) parts: Vec<Part<'a>>,
}

/// One statement of the product text.
pub(super) struct Part<'a> {
    /// The whole statement.
    pub(super) text: &'a str,
    /// What it says; the whole statement when there is no key.
    pub(super) value: &'a str,
    /// The whole statement in words.
    pub(super) words: &'a Words,
    /// Whether it has a figure: without one it states no measure.
    pub(super) has_figures: bool,
    /// How many of them are the key.
    key_words: usize,
    /// Feed field.
    pub(super) source: &'static str,
}

/// The feed's field of the title.
pub(super) const TITLE: &str = "Title";
/// Longest key, in words: "Maximum weight capacity per shelf".
const KEY_WORDS: usize = 6;

impl<'a> Reading<'a> {
    pub(super) fn new(record: &'a RawRecord, wording: &'a Wording) -> Self {
        let features = record.features.iter().zip(&wording.features);
        let features = features.map(|(text, words)| Part::new(text, words, "Features"));
        let description = Some(&record.description).filter(|text| !text.is_empty());
        let description = description.map(|text| Part::new(text, &wording.description, "Description"));
        Self { record, title: &wording.title, parts: features.chain(description).collect() }
    }

    /// Title and statements, each with the feed's field.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&Words, &'static str)> {
        let parts = self.parts.iter().map(|part| (part.words, part.source));
        [(self.title, TITLE)].into_iter().chain(parts)
    }

    /// Statements with a key that has all of these words.
    pub(super) fn keyed<'b>(&'b self, wanted: &'b [&str]) -> impl Iterator<Item = &'b Part<'a>> {
        self.parts.iter().filter(move |part| wanted.iter().all(|word| part.key().iter().any(|key| key == word)))
    }
}

impl<'a> Part<'a> {
    fn new(text: &'a str, words: &'a Words, source: &'static str) -> Self {
        let (key_words, value) = key_and_value(text, &words.stems);
        let has_figures = text.bytes().any(|byte| byte.is_ascii_digit());
        Self { text, value, words, has_figures, key_words, source }
    }

    /// What it is about, when it is of the form "key: value": words in the singular.
    pub(super) fn key(&self) -> &[Token] {
        &self.words.stems[..self.key_words]
    }
}

/// Parts "Overall width: 80cm" and "Overall width is 80cm" at their middle: how many words are the key, and the value.
fn key_and_value<'a>(text: &'a str, words: &[Token]) -> (usize, &'a str) {
    let first = &words[..words.len().min(KEY_WORDS + 1)];
    let at_verb = |verb: &str, between: &str| {
        // The text is looked through only where it has the word.
        first.iter().any(|word| word == verb).then(|| text.split_once(between)).flatten()
    };
    let parted = [text.split_once(':'), at_verb("is", " is "), at_verb("are", " are ")].into_iter().flatten();
    let mut parted = parted.map(|(key, value)| (stems(key).len(), value.trim()));
    parted.find(|(key, value)| (1..=KEY_WORDS).contains(key) && !value.is_empty()).unwrap_or((0, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_parted_at_its_colon_or_verb() {
        let parted = |text: &str| {
            let (key, value) = key_and_value(text, &stems(text));
            (key, value.to_owned())
        };
        assert_eq!(parted("Overall width: 80cm"), (2, "80cm".to_owned()));
        assert_eq!(parted("The seat height is 45 cm"), (3, "45 cm".to_owned()));
        assert_eq!(parted("Its legs are: oak"), (3, "oak".to_owned()));
        for whole in ["Is it sturdy", "One two three four five six seven is eight", "Width:", "This-is it"] {
            assert_eq!(parted(whole), (0, whole.to_owned()));
        }
    }
}
