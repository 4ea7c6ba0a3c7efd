//! What the words of a message can mean in this shop: the catalogue's vocabulary joined with the words of our own data files.
//!
//! A lexicon is immutable and built once for each catalogue generation; reading a message never changes it.

mod base;
mod phrases;
mod spelling;

use std::collections::{HashMap, HashSet};

use easymart_core::Currency;

pub(crate) use self::base::common_words;
use self::{phrases::PhraseTable, spelling::Speller};
use super::text::singular;

/// Everything that the catalogue lets a shopper name, of one generation.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Vocabulary {
    /// Catalogue generation it belongs to.
    pub generation: String,
    /// Categories, colours, materials … with all their names.
    pub terms: Vec<Term>,
    /// Words of titles and attributes with the number of products that have them: for spelling.
    pub words: Vec<(String, u32)>,
}

/// One thing that a shopper may name.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Term {
    /// What it is.
    pub kind: TermKind,
    /// Canonical value, as the search filters take it ("bedside_table", "grey").
    pub value: String,
    /// Text for people.
    pub label: String,
    /// Ways to say it: lower case, singular.
    pub names: Vec<String>,
    /// Canonical value of the broader term; `None` at the top.
    pub parent: Option<String>,
    /// Products that have it now; 0 for what the taxonomy knows but the shop does not sell.
    pub product_count: u32,
}

/// What a term of the vocabulary is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermKind {
    /// A kind of product.
    Category,
    /// A colour family or shade.
    Colour,
    /// A material family or kind.
    Material,
    /// A style.
    Style,
    /// A room.
    Room,
    /// A brand.
    Brand,
    /// A feature.
    Feature,
    /// A bed size.
    BedSize,
}

impl TermKind {
    /// Name for people and traces.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Colour => "colour",
            Self::Material => "material",
            Self::Style => "style",
            Self::Room => "room",
            Self::Brand => "brand",
            Self::Feature => "feature",
            Self::BedSize => "bed size",
        }
    }
}

/// Index of a term within its lexicon.
pub(crate) type TermId = usize;

/// The words of one catalogue generation, ready for reading messages.
#[derive(Debug, Clone)]
pub struct Lexicon {
    generation: String,
    currency: Currency,
    terms: Vec<Term>,
    phrases: PhraseTable,
    speller: Speller,
    /// Words that titles and attributes of the catalogue have, in the singular.
    catalogue_words: HashSet<String>,
}

impl Lexicon {
    /// Joins a catalogue's vocabulary with our own words. An empty vocabulary gives a lexicon that still knows furniture.
    #[must_use]
    pub fn build(vocabulary: &Vocabulary, currency: Currency) -> Self {
        let terms = base::joined(vocabulary);
        let phrases = PhraseTable::build(&terms);
        let speller = Speller::build(target_words(&terms, vocabulary), known_words(&terms, vocabulary));
        let catalogue_words = vocabulary.words.iter().map(|(word, _)| singular(word).into_owned()).collect();
        Self { generation: vocabulary.generation.clone(), currency, terms, phrases, speller, catalogue_words }
    }

    /// Catalogue generation that it was built from.
    #[must_use]
    pub fn generation(&self) -> &str {
        &self.generation
    }

    /// Currency of the shop: what an amount without a code means.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// All terms.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    pub(crate) fn term(&self, id: TermId) -> &Term {
        &self.terms[id]
    }

    /// The longest phrase at the start of `words` (singular forms): how many words it takes and what it can mean.
    pub(crate) fn longest_phrase(&self, words: &[&str]) -> Option<(usize, &[TermId])> {
        self.phrases.longest(words)
    }

    /// Whether the word needs no correction.
    pub(crate) fn knows(&self, word: &str) -> bool {
        self.speller.knows(word)
    }

    /// What was probably meant by an unknown word: one word, or two that were written together.
    pub(crate) fn correct(&self, word: &str) -> Option<Vec<String>> {
        self.speller.correct(word)
    }

    /// Whether some product's title or attribute has the word. A lexicon without a catalogue cannot tell, and says yes.
    pub(crate) fn is_catalogue_word(&self, stem: &str) -> bool {
        self.catalogue_words.is_empty() || self.catalogue_words.contains(stem)
    }

    /// Whether `inner` is `outer` or a narrower term of the same kind below it.
    pub(crate) fn is_within(&self, kind: TermKind, inner: &str, outer: &str) -> bool {
        let mut value = Some(inner);
        for _ in 0..8 {
            match value {
                Some(name) if name == outer => return true,
                Some(name) => {
                    value = self
                        .terms
                        .iter()
                        .find(|term| term.kind == kind && term.value == name)
                        .and_then(|term| term.parent.as_deref());
                }
                None => return false,
            }
        }
        false
    }
}

/// Words that a misspelt one may have meant, with how much they matter.
fn target_words(terms: &[Term], vocabulary: &Vocabulary) -> HashMap<String, u32> {
    let mut targets: HashMap<String, u32> = base::intent_words().into_iter().map(|word| (word, 20)).collect();
    for (word, count) in &vocabulary.words {
        if *count > 1 && word.len() > 3 && word.bytes().all(|b| b.is_ascii_lowercase()) {
            *targets.entry(word.clone()).or_default() += (*count).min(40);
        }
    }
    for term in terms {
        for word in term.names.iter().flat_map(|name| name.split([' ', '-'])) {
            if word.chars().count() > 2 && word.chars().all(char::is_alphabetic) {
                *targets.entry(word.to_owned()).or_default() += 30;
            }
        }
    }
    targets
}

/// Words that are right as they are. A title's rare word may itself be a slip, so only repeated ones count.
fn known_words(terms: &[Term], vocabulary: &Vocabulary) -> Vec<String> {
    let names =
        terms.iter().flat_map(|term| term.names.iter()).flat_map(|name| name.split([' ', '-'])).map(str::to_owned);
    let words = vocabulary.words.iter().filter(|(_, count)| *count > 2).map(|(word, _)| word.clone());
    names.chain(words).collect()
}
