//! Finding known names in running text by whole words, the longest name first: "sofa cover" is found as itself and never as "sofa".

use rustc_hash::FxHashMap;

use super::{
    sieve::Sieve,
    text::{Token, stems},
};

/// Names of one or several words, each standing for something.
#[derive(Debug, Clone)]
pub struct PhraseBook<T> {
    /// Passes the first words of all names.
    firsts: Sieve,
    by_first: FxHashMap<Token, Vec<(Vec<Token>, T)>>,
}

/// A name found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<T> {
    /// What it stands for.
    pub meaning: T,
    /// Index of its first word.
    pub at: usize,
    /// Number of words.
    pub length: usize,
}

impl<T> Default for PhraseBook<T> {
    fn default() -> Self {
        Self { firsts: Sieve::default(), by_first: FxHashMap::default() }
    }
}

impl<T: Clone + PartialEq> PhraseBook<T> {
    /// Adds a name. The first meaning of a name stays; a name without a word is ignored.
    pub fn add(&mut self, name: &str, meaning: T) {
        let words = stems(name);
        let Some(first) = words.first() else { return };
        self.firsts.add(first);
        let entries = self.by_first.entry(first.clone()).or_default();
        if entries.iter().any(|(known, _)| *known == words) {
            return;
        }
        let place = entries.partition_point(|(known, _)| known.len() >= words.len());
        entries.insert(place, (words, meaning));
    }

    /// All names in a text that was cut by [`stems`], leftmost and longest first, never overlapping.
    #[must_use]
    pub fn find(&self, text: &[Token]) -> Vec<Found<T>> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < text.len() {
            match self.longest_at(text, at) {
                Some((length, meaning)) => {
                    found.push(Found { meaning, at, length });
                    at += length;
                }
                None => at += 1,
            }
        }
        found
    }

    /// What the whole text stands for, when it is exactly one name.
    #[must_use]
    pub fn exactly(&self, text: &str) -> Option<T> {
        let words = stems(text);
        let (length, meaning) = self.longest_at(&words, 0)?;
        (length == words.len()).then_some(meaning)
    }

    /// What the longest name that begins at this word stands for.
    #[must_use]
    pub fn at(&self, text: &[Token], at: usize) -> Option<T> {
        (at < text.len()).then(|| self.longest_at(text, at)).flatten().map(|(_, meaning)| meaning)
    }

    /// What the longest name that ends just before this word stands for.
    #[must_use]
    pub fn ending_at(&self, text: &[Token], end: usize) -> Option<T> {
        let mut names = (0..end).filter_map(|at| self.longest_at(text, at).filter(|(length, _)| at + length == end));
        names.next().map(|(_, meaning)| meaning)
    }

    /// What every name that begins at this word stands for.
    #[must_use]
    pub fn starting_at(&self, text: &[Token], at: usize) -> Vec<T> {
        let rest = text.get(at..).unwrap_or_default();
        let entries = rest.first().and_then(|first| self.by_first.get(first));
        let found = entries.into_iter().flatten().filter(|(words, _)| rest.starts_with(words));
        found.map(|(_, meaning)| meaning.clone()).collect()
    }

    fn longest_at(&self, text: &[Token], at: usize) -> Option<(usize, T)> {
        let rest = &text[at..];
        let first = rest.first().filter(|first| self.firsts.passes(first))?;
        let entries = self.by_first.get(first)?;
        let (words, meaning) = entries.iter().find(|(words, _)| rest.starts_with(words))?;
        Some((words.len(), meaning.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> PhraseBook<u8> {
        let mut book = PhraseBook::default();
        for (name, meaning) in [("sofa", 1), ("sofa cover", 2), ("table", 3), ("coffee table", 4)] {
            book.add(name, meaning);
        }
        book
    }

    #[test]
    fn the_longest_name_wins_and_whole_words_count() {
        let meanings = |text: &str| -> Vec<u8> { book().find(&stems(text)).into_iter().map(|f| f.meaning).collect() };
        assert_eq!(meanings("Stretch Sofa Covers for a Coffee Table"), [2, 4]);
        assert_eq!(meanings("adjustable sofabed"), Vec::<u8>::new());
        assert_eq!(book().exactly("Coffee Tables"), Some(4));
        assert_eq!(book().exactly("coffee table legs"), None);
    }
}
