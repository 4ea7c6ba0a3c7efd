//! Finding known names in running text by whole words, the longest name first: "sofa cover" is found as itself and never as "sofa".

use std::sync::Arc;

use super::{
    lexicon::{Lexicon, WordNumber},
    text::stems,
};

/// Names of one or several words, each standing for something.
#[derive(Debug, Clone)]
pub struct PhraseBook<T> {
    lexicon: Arc<Lexicon>,
    /// Names by the number of their first word, the longest first.
    by_first: Vec<Vec<(Vec<WordNumber>, T)>>,
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

impl<T: Clone + PartialEq> PhraseBook<T> {
    /// Without a name. All words of those that will be added have to be in the lexicon.
    #[must_use]
    pub fn new(lexicon: &Arc<Lexicon>) -> Self {
        Self { lexicon: Arc::clone(lexicon), by_first: vec![Vec::new(); lexicon.highest() as usize + 1] }
    }

    /// Adds a name. The first meaning of a name stays; a name without a word is ignored, and so is one with a word that the lexicon has
    /// not.
    pub fn add(&mut self, name: &str, meaning: T) {
        let words = self.numbers(name);
        let Some(first) = words.first().filter(|_| !words.contains(&0)) else { return };
        let entries = &mut self.by_first[*first as usize];
        if entries.iter().any(|(known, _)| *known == words) {
            return;
        }
        let place = entries.partition_point(|(known, _)| known.len() >= words.len());
        entries.insert(place, (words, meaning));
    }

    /// All names in a text, given by the numbers of its words in the singular: leftmost and longest first, never overlapping.
    #[must_use]
    pub fn find(&self, text: &[WordNumber]) -> Vec<Found<T>> {
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
        self.whole(&self.numbers(text))
    }

    /// The numbers of a text's words.
    #[must_use]
    pub fn numbers(&self, text: &str) -> Vec<WordNumber> {
        self.lexicon.numbers(&stems(text))
    }

    /// What a whole text stands for, given by the numbers of its words, when it is exactly one name.
    #[must_use]
    pub fn whole(&self, words: &[WordNumber]) -> Option<T> {
        let (length, meaning) = self.longest_at(words, 0)?;
        (length == words.len()).then_some(meaning)
    }

    /// What the longest name that begins at this word stands for.
    #[must_use]
    pub fn at(&self, text: &[WordNumber], at: usize) -> Option<T> {
        self.longest_at(text, at).map(|(_, meaning)| meaning)
    }

    /// What the longest name that ends just before this word stands for.
    #[must_use]
    pub fn ending_at(&self, text: &[WordNumber], end: usize) -> Option<T> {
        let mut names = (0..end).filter_map(|at| self.longest_at(text, at).filter(|(length, _)| at + length == end));
        names.next().map(|(_, meaning)| meaning)
    }

    /// What every name that begins at this word stands for.
    #[must_use]
    pub fn starting_at(&self, text: &[WordNumber], at: usize) -> Vec<T> {
        let rest = text.get(at..).unwrap_or_default();
        let found = self.beginning_with(rest).iter().filter(|(words, _)| rest.starts_with(words));
        found.map(|(_, meaning)| meaning.clone()).collect()
    }

    fn longest_at(&self, text: &[WordNumber], at: usize) -> Option<(usize, T)> {
        let rest = text.get(at..)?;
        let (words, meaning) = self.beginning_with(rest).iter().find(|(words, _)| rest.starts_with(words))?;
        Some((words.len(), meaning.clone()))
    }

    /// The names that begin with a text's first word.
    fn beginning_with(&self, text: &[WordNumber]) -> &[(Vec<WordNumber>, T)] {
        text.first().and_then(|first| self.by_first.get(*first as usize)).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [(&str, u8); 4] = [("sofa", 1), ("sofa cover", 2), ("table", 3), ("coffee table", 4)];

    fn book() -> PhraseBook<u8> {
        let mut book = PhraseBook::new(&Arc::new(Lexicon::of(NAMES.map(|(name, _)| name))));
        for (name, meaning) in NAMES {
            book.add(name, meaning);
        }
        book
    }

    #[test]
    fn the_longest_name_wins_and_whole_words_count() {
        let book = book();
        let numbers = |text: &str| book.lexicon.numbers(&stems(text));
        let meanings = |text: &str| -> Vec<u8> { book.find(&numbers(text)).into_iter().map(|f| f.meaning).collect() };
        assert_eq!(meanings("Stretch Sofa Covers for a Coffee Table"), [2, 4]);
        assert_eq!(meanings("adjustable sofabed"), Vec::<u8>::new());
        assert_eq!(book.exactly("Coffee Tables"), Some(4));
        assert_eq!(book.exactly("coffee table legs"), None);
        assert_eq!(book.ending_at(&numbers("a coffee table with legs"), 3), Some(4));
        assert_eq!(book.starting_at(&numbers("sofa covers"), 0), [2, 1]);
    }
}
