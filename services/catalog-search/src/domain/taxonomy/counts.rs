//! Parts that a thing may have several of, and how a text counts them: "5 doors", "eight-door", "set of 4".

use std::sync::Arc;

use serde::Deserialize;

use super::{TaxonomyError, WordLists};
use crate::domain::{
    lexicon::{Lexicon, WordNumber},
    phrases::PhraseBook,
    text::Token,
};

/// Most of one part that is believed.
const MOST: u32 = 100;

/// What can be counted.
#[derive(Debug)]
pub struct Counts {
    /// Phrases behind the number, with the name of what they count.
    behind: PhraseBook<String>,
    /// Phrases before the number.
    before: PhraseBook<String>,
    names: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    count: Vec<Counted>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Counted {
    name: String,
    names: Vec<String>,
    #[serde(default)]
    before: Vec<String>,
}

/// How many of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The attribute's name.
    pub name: String,
    /// How many.
    pub number: u32,
    /// The number as the text writes it.
    pub written: Token,
}

impl Count {
    /// As one value, by which products are found.
    #[must_use]
    pub fn key(&self) -> String {
        key(&self.name, self.number)
    }
}

/// So many of something as one value, by which products are found.
#[must_use]
pub fn key(name: &str, number: u32) -> String {
    format!("{number} {name}")
}

impl Counts {
    pub(super) fn read(file: &'static str, text: &str, lexicon: &Arc<Lexicon>) -> Result<Self, TaxonomyError> {
        let File { count } = toml::from_str(text).map_err(|source| TaxonomyError::Syntax { file, source })?;
        let names = count.iter().map(|counted| counted.name.clone()).collect();
        let (mut behind, mut before) = (PhraseBook::new(lexicon), PhraseBook::new(lexicon));
        for counted in count {
            counted.names.iter().for_each(|name| behind.add(name, counted.name.clone()));
            counted.before.iter().for_each(|name| before.add(name, counted.name.clone()));
        }
        Ok(Self { behind, before, names })
    }

    /// Whether an attribute is such a count.
    #[must_use]
    pub fn has(&self, attribute: &str) -> bool {
        self.names.iter().any(|name| name == attribute)
    }

    /// What words of the singular, whose numbers in the lexicon are these, count: each thing once, its first number.
    #[must_use]
    pub fn in_text(&self, words: &[Token], numbers: &[WordNumber], lists: &WordLists) -> Vec<Count> {
        let mut counts: Vec<Count> = Vec::new();
        for (at, word) in words.iter().enumerate() {
            let Some(number) = lists.number_of_parts(word).filter(|number| (1..=MOST).contains(number)) else {
                continue;
            };
            let told_before = self.before.ending_at(numbers, at);
            let Some(name) = told_before.or_else(|| self.behind.at(numbers, at + 1)) else { continue };
            if !counts.iter().any(|known| known.name == name) {
                counts.push(Count { name, number, written: word.clone() });
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{taxonomy::Taxonomy, text::stems};

    #[test]
    fn a_number_beside_a_part_counts_it() {
        let taxonomy = Taxonomy::load().unwrap();
        let counts = |text: &str| -> Vec<String> {
            let words = stems(text);
            let numbers = taxonomy.lexicon.numbers(&words);
            taxonomy.counts.in_text(&words, &numbers, &taxonomy.words).iter().map(Count::key).collect()
        };
        assert_eq!(counts("Statewide Eight Door Locker"), ["8 doors"]);
        assert_eq!(counts("5-tier shelf with 2 drawers"), ["5 tiers", "2 drawers"]);
        assert_eq!(counts("6 Chest of Drawers"), ["6 drawers"]);
        assert_eq!(counts("Single Door Locker for a single bed"), ["1 doors"]);
        assert_eq!(counts("set of four dining chairs"), ["4 set_size"]);
        assert_eq!(counts("drawers 40cm wide, 3 colours"), Vec::<String>::new());
    }
}
