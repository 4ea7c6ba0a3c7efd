//! Correcting typos by the catalogue's own words, never by a dictionary of the language.

use std::collections::HashMap;

use crate::domain::text::singular;

/// The words of a generation.
#[derive(Debug, Default)]
pub struct Vocabulary {
    words: HashMap<String, WordInfo>,
    /// Words fit to correct to, by their length in characters.
    by_length: Vec<Vec<String>>,
}

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
    Corrected(Vec<String>),
    /// Nothing near it.
    Unknown,
}

impl Vocabulary {
    /// Adds a word.
    pub fn add(&mut self, word: &str, count: u32, prominent: bool) {
        let info = self.words.entry(word.to_owned()).or_default();
        info.count = info.count.max(count);
        let newly_prominent = prominent && !info.prominent;
        info.prominent |= prominent;
        if newly_prominent && is_correctable(word) {
            let length = word.chars().count();
            if self.by_length.len() <= length {
                self.by_length.resize_with(length + 1, Vec::new);
            }
            self.by_length[length].push(word.to_owned());
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
        if !is_correctable(word) {
            return Spelling::Unknown;
        }
        if let Some(parts) = self.split(word) {
            return Spelling::Corrected(parts);
        }
        self.nearest(word).map_or(Spelling::Unknown, |near| Spelling::Corrected(vec![near]))
    }

    /// Two words that were written as one.
    fn split(&self, word: &str) -> Option<Vec<String>> {
        let known = |part: &str| part.chars().count() > 2 && self.words.get(part).is_some_and(|info| info.prominent);
        let cuts = word.char_indices().skip(3).map(|(at, _)| word.split_at(at));
        let best = cuts.filter(|(a, b)| known(a) && known(b)).max_by_key(|(a, b)| self.count(a).min(self.count(b)))?;
        Some(vec![best.0.to_owned(), best.1.to_owned()])
    }

    /// The nearest word: fewest changes, then most frequent, then alphabetical.
    fn nearest(&self, word: &str) -> Option<String> {
        let length = word.chars().count();
        let most = allowed_changes(length);
        let near_lengths = length.saturating_sub(most)..=length + most;
        let candidates = near_lengths.filter_map(|length| self.by_length.get(length)).flatten();
        candidates
            .filter(|candidate| plausible(word, candidate))
            .map(|candidate| (strsim::osa_distance(word, candidate), candidate))
            .filter(|(changes, _)| *changes <= most)
            .min_by(|(a_changes, a), (b_changes, b)| {
                a_changes.cmp(b_changes).then_with(|| self.count(b).cmp(&self.count(a))).then_with(|| a.cmp(b))
            })
            .map(|(_, candidate)| candidate.clone())
    }
}

/// Words with digits are sizes and model numbers; short ones have too many neighbours.
fn is_correctable(word: &str) -> bool {
    word.chars().count() >= 4 && word.chars().all(char::is_alphabetic)
}

fn allowed_changes(length: usize) -> usize {
    if length >= 8 { 2 } else { 1 }
}

/// People rarely mistype the first letter; then the second one is right.
fn plausible(word: &str, candidate: &str) -> bool {
    let mut pairs = word.chars().zip(candidate.chars());
    let (first, second) = (pairs.next(), pairs.next());
    let same = |pair: Option<(char, char)>| pair.is_some_and(|(a, b)| a == b);
    same(first) || same(second)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        let mut vocabulary = Vocabulary::default();
        for (word, count) in
            [("dining", 20), ("table", 60), ("sofa", 20), ("black", 90), ("book", 5), ("shelf", 40), ("drawer", 30)]
        {
            vocabulary.add(word, count, true);
        }
        vocabulary.add("felt", 3, false);
        vocabulary
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
    }
}
