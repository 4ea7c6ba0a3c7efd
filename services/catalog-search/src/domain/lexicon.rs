//! The words that names of things are made of, numbered: a text is looked through for many names, and numbers are compared faster than
//! words. Most words of a text are part of no name.

use rustc_hash::FxHashMap;

use super::{
    sieve::Sieve,
    text::{Token, stems},
};

/// The number of a word, from 1; 0 is any word that is part of no name.
pub type WordNumber = u32;

/// Words, in the singular, with their numbers.
#[derive(Debug, Default)]
pub struct Lexicon {
    sieve: Sieve,
    numbers: FxHashMap<Token, WordNumber>,
}

impl Lexicon {
    /// Every word of some texts.
    #[must_use]
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut lexicon = Self::default();
        for word in texts.into_iter().flat_map(stems) {
            lexicon.sieve.add(&word);
            let next = lexicon.numbers.len() as WordNumber + 1;
            lexicon.numbers.entry(word).or_insert(next);
        }
        lexicon
    }

    /// The highest number.
    #[must_use]
    pub fn highest(&self) -> WordNumber {
        self.numbers.len() as WordNumber
    }

    /// The number of a word in the singular.
    #[must_use]
    pub fn number(&self, word: &str) -> WordNumber {
        if self.sieve.passes(word) { self.numbers.get(word).copied().unwrap_or_default() } else { 0 }
    }

    /// The numbers of words in the singular.
    #[must_use]
    pub fn numbers(&self, words: &[Token]) -> Vec<WordNumber> {
        words.iter().map(|word| self.number(word)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_numbered_whatever_their_number() {
        let lexicon = Lexicon::of(["oak tables", "table_lamp"]);
        assert_eq!(lexicon.numbers(&stems("Lamps on oak table")), [3, 0, 1, 2]);
        assert_eq!(lexicon.highest(), 3);
    }
}
