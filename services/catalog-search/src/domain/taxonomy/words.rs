//! Words with a part of their own.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use super::TaxonomyError;

/// Lists of words, in the folded form of [`crate::domain::text::tokens`].
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordLists {
    /// Carry no meaning for a search.
    pub stop: FxHashSet<String>,
    /// What follows tells more about the thing and is not the thing itself.
    pub breaks: FxHashSet<String>,
    /// Turn the next word's meaning round.
    pub negations: FxHashSet<String>,
    /// Those of them by which a query says what must not be there, whatever it is; "non slip" is a name.
    pub exclusions: FxHashSet<String>,
    /// A measure beside one of these is a part's.
    pub parts: FxHashSet<String>,
    /// Those of the parts behind whose name a table's size column may have meant the whole.
    pub stand_ins: FxHashSet<String>,
    /// Things whose size is given in inches.
    pub screens: FxHashSet<String>,
    /// By which a text says what fits.
    pub fitting: FxHashSet<String>,
    /// Numbers in words.
    pub numbers: FxHashMap<String, u32>,
    /// Words that are a number only beside a part: a single door.
    pub multiples: FxHashMap<String, u32>,
    /// A size behind one of these is the whole thing's.
    pub whole: FxHashSet<String>,
}

impl WordLists {
    pub(super) fn read(text: &str) -> Result<Self, TaxonomyError> {
        toml::from_str(text).map_err(|source| TaxonomyError::Syntax { file: "words.toml", source })
    }

    /// The number that a word is, in digits or letters: "8", "eight".
    #[must_use]
    pub fn number(&self, word: &str) -> Option<u32> {
        self.numbers.get(word).copied().or_else(|| word.parse().ok())
    }

    /// How many of the part behind it a word says.
    #[must_use]
    pub fn number_of_parts(&self, word: &str) -> Option<u32> {
        self.number(word).or_else(|| self.multiples.get(word).copied())
    }

    /// The other ways to write a number of more than one.
    pub fn other_numerals<'a>(&'a self, word: &'a str) -> impl Iterator<Item = String> + 'a {
        let number = self.number(word).filter(|number| *number > 1);
        let digits = number.map(|number| number.to_string()).into_iter();
        let letters = self.numbers.iter().filter(move |(_, n)| number == Some(**n)).map(|(letters, _)| letters.clone());
        digits.chain(letters).filter(move |other| other != word)
    }
}
