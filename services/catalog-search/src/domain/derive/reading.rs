//! A record cut up once, for all who read it.

use crate::domain::{
    import::RawRecord,
    lexicon::{Lexicon, WordNumber},
    text::{Token, Word, singulars, stems, words},
};

/// A record with its texts cut into words.
pub(super) struct Reading<'a> {
    /// The record.
    pub(super) record: &'a RawRecord,
    /// Words of the title in the singular.
    pub(super) title: Vec<Token>,
    /// The lexicon's numbers of them.
    pub(super) title_numbers: Vec<WordNumber>,
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
    /// The lexicon's numbers of them.
    pub(super) numbers: Vec<WordNumber>,
    /// How many of them are the key.
    key_words: usize,
    /// Feed field.
    pub(super) source: &'static str,
}

/// Longest key, in words: "Maximum weight capacity per shelf".
const KEY_WORDS: usize = 6;

impl<'a> Reading<'a> {
    pub(super) fn new(record: &'a RawRecord, lexicon: &Lexicon) -> Self {
        let features = record.features.iter().map(|text| Part::new(text, "Features", lexicon));
        let description = Some(&record.description).filter(|text| !text.is_empty());
        let parts = features.chain(description.map(|text| Part::new(text, "Description", lexicon))).collect();
        let title = stems(&record.title);
        Self { record, title_numbers: lexicon.numbers(&title), title, parts }
    }

    /// Statements with a key that has all of these words.
    pub(super) fn keyed<'b>(&'b self, wanted: &'b [&str]) -> impl Iterator<Item = &'b Part<'a>> {
        self.parts.iter().filter(move |part| wanted.iter().all(|word| part.key().iter().any(|key| key == word)))
    }
}

impl<'a> Part<'a> {
    fn new(text: &'a str, source: &'static str, lexicon: &Lexicon) -> Self {
        let words = words(text);
        let (key_words, value) = key_and_value(text, &words);
        let words = singulars(words);
        Self { text, value, numbers: lexicon.numbers(&words), words, key_words, source }
    }

    /// What it is about, when it is of the form "key: value": words in the singular.
    pub(super) fn key(&self) -> &[Token] {
        &self.words[..self.key_words]
    }
}

/// Parts "Overall width: 80cm" and "Overall width is 80cm" at their middle: how many words are the key, and the value.
fn key_and_value<'a>(text: &'a str, words: &[Word]) -> (usize, &'a str) {
    let first = &words[..words.len().min(KEY_WORDS + 1)];
    let at_colon = || {
        let (key, value) = text.split_once(':')?;
        Some((first.iter().take_while(|word| word.end <= key.len()).count(), value))
    };
    let at_verb = |verb: &str| {
        let is_it = |word: &Word| word.start > 0 && text.get(word.start - 1..word.end + 1) == Some(verb);
        let at = first.iter().position(is_it)?;
        Some((at, &text[first[at].end..]))
    };
    let parted = [at_colon(), at_verb(" is "), at_verb(" are ")].into_iter().flatten();
    let mut parted = parted.map(|(key, value)| (key, value.trim()));
    parted.find(|(key, value)| (1..=KEY_WORDS).contains(key) && !value.is_empty()).unwrap_or((0, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_parted_at_its_colon_or_verb() {
        let parted = |text: &str| {
            let (key, value) = key_and_value(text, &words(text));
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
