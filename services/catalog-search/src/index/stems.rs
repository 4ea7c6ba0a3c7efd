//! Which words of an index are forms of the same word.

use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::FxHashMap;

use crate::domain::text::Token;

/// The words of an index by their stems.
pub(super) struct Stems {
    stemmer: Stemmer,
    /// Without the many stems that are themselves their only word, once all words were added.
    by_stem: FxHashMap<Token, Forms>,
}

/// The words that share a stem.
#[derive(Default)]
struct Forms {
    /// In ascending order.
    words: Vec<Token>,
    /// How many products have one of them.
    count: u32,
}

impl Stems {
    /// Adds a word, perhaps once more; gives its stem.
    pub(super) fn add(&mut self, word: &str) -> Token {
        let stem = self.stem(word);
        let words = &mut self.by_stem.entry(stem.clone()).or_default().words;
        if let Err(at) = words.binary_search_by(|known| known.as_str().cmp(word)) {
            words.insert(at, Token::new(word));
        }
        stem
    }

    /// Says that at least so many products have one of the words of a stem.
    pub(super) fn raise(&mut self, stem: &str, count: u32) {
        if let Some(forms) = self.by_stem.get_mut(stem) {
            forms.count = forms.count.max(count);
        }
    }

    /// Forgets what needs no keeping: stems that are themselves their only word.
    pub(super) fn complete(&mut self) {
        self.by_stem.retain(|stem, forms| forms.words != [stem.as_str()]);
        self.by_stem.shrink_to_fit();
    }

    /// The stem of any word.
    pub(super) fn stem(&self, word: &str) -> Token {
        Token::from(self.stemmer.stem(word))
    }

    /// All words that share a word's stem. Where none was kept it is the stem alone, which the index has or has not.
    pub(super) fn forms(&self, word: &str) -> Vec<Token> {
        let stem = self.stem(word);
        self.by_stem.get(&stem).map_or_else(|| vec![stem.clone()], |forms| forms.words.clone())
    }

    /// How many products have one of the words of a stem; none where the stem is the only word there can be.
    pub(super) fn count(&self, stem: &str) -> Option<u32> {
        self.by_stem.get(stem).map(|forms| forms.count)
    }
}

impl Default for Stems {
    fn default() -> Self {
        Self { stemmer: stemmer(), by_stem: FxHashMap::default() }
    }
}

/// Finds the stems of English words.
pub(super) fn stemmer() -> Stemmer {
    Stemmer::create(Algorithm::English)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_share_a_stem_are_forms_of_each_other() {
        let mut stems = Stems::default();
        for word in ["shelving", "shelves", "sofa", "shelf", "tables", "desk", "shelves"] {
            stems.add(word);
        }
        stems.raise("shelv", 4);
        stems.raise("shelv", 3);
        stems.complete();
        assert_eq!(stems.forms("shelves"), ["shelves", "shelving"]);
        assert_eq!(stems.forms("table"), ["tables"]);
        assert_eq!(stems.forms("sofas"), ["sofa"]);
        assert_eq!(stems.forms("lamps"), ["lamp"]);
        assert_eq!((stems.count("shelv"), stems.count("desk")), (Some(4), None));
    }
}
