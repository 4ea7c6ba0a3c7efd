//! Words with a part of their own.

use compact_str::ToCompactString as _;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use super::TaxonomyError;
use crate::domain::{sieve::Sieve, text::Token};

/// Lists of words, in the folded form of [`crate::domain::text::tokens`].
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordLists {
    /// Carry no meaning for a search.
    pub stop: WordSet,
    /// What follows tells more about the thing and is not the thing itself.
    pub breaks: WordSet,
    /// Turn the next word's meaning round.
    pub negations: WordSet,
    /// Those of them by which a query says what must not be there, whatever it is; "non slip" is a name.
    pub exclusions: WordSet,
    /// A measure beside one of these is a part's.
    pub parts: WordSet,
    /// Those of the parts behind whose name a table's size column may have meant the whole.
    pub stand_ins: WordSet,
    /// Things whose size is given in inches.
    pub screens: WordSet,
    /// By which a text says what fits.
    pub fitting: WordSet,
    /// Numbers in words.
    pub numbers: FxHashMap<Token, u32>,
    /// Words that are a number only beside a part: a single door.
    pub multiples: FxHashMap<Token, u32>,
    /// A size behind one of these is the whole thing's.
    pub whole: WordSet,
}

/// Words that are looked for among many others.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "Vec<Token>")]
pub struct WordSet {
    /// One bit for each letter that a word begins with: of a short list, this tells most words at once.
    initials: u32,
    sieve: Sieve,
    words: FxHashSet<Token>,
}

impl WordSet {
    /// Whether it has a word.
    #[must_use]
    pub fn contains(&self, word: &str) -> bool {
        self.initials & initial(word) != 0 && self.sieve.passes(word) && self.words.contains(word)
    }
}

impl From<Vec<Token>> for WordSet {
    fn from(words: Vec<Token>) -> Self {
        let mut sieve = Sieve::default();
        words.iter().for_each(|word| sieve.add(word));
        let initials = words.iter().fold(0, |initials, word| initials | initial(word));
        Self { initials, sieve, words: words.into_iter().collect() }
    }
}

/// The bit of a word's first letter, or of another that shares it; none for no word.
fn initial(word: &str) -> u32 {
    word.bytes().next().map_or(0, |letter| 1 << (letter % 32))
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
    pub fn other_numerals<'a>(&'a self, word: &'a str) -> impl Iterator<Item = Token> + 'a {
        let number = self.number(word).filter(|number| *number > 1);
        let digits = number.map(|number| number.to_compact_string()).into_iter();
        let letters = self.numbers.iter().filter(move |(_, n)| number == Some(**n)).map(|(letters, _)| letters.clone());
        digits.chain(letters).filter(move |other| other != word)
    }
}
