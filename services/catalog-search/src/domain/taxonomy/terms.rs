//! A list of canonical values with their names and families: colours, materials, styles, rooms, bed sizes, features.

use std::{collections::HashMap, sync::Arc};

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::TaxonomyError;
use crate::domain::{
    lexicon::{Lexicon, WordNumber},
    phrases::{Found, PhraseBook},
};

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TermKind {
    /// Kinds of things.
    Category,
    /// Colours.
    Colour,
    /// Materials.
    Material,
    /// Styles.
    Style,
    /// Rooms.
    Room,
    /// Makers.
    Brand,
    /// Features.
    Feature,
    /// Bed sizes.
    BedSize,
}

impl TermKind {
    /// Table name in the data files.
    fn table(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Colour => "colour",
            Self::Material => "material",
            Self::Style => "style",
            Self::Room => "room",
            Self::Brand => "brand",
            Self::Feature => "feature",
            Self::BedSize => "bed_size",
        }
    }
}

/// One canonical value.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// Canonical value.
    pub value: String,
    /// Text for people, when it is not the value.
    #[serde(default)]
    label: String,
    /// Broader value; empty at the top.
    #[serde(default)]
    pub parent: String,
    /// Other ways to say it.
    #[serde(default)]
    pub names: Vec<String>,
    /// Phrases that tell it in a product text; when given, its names do not.
    #[serde(default)]
    text: Vec<String>,
    /// Phrases that do not tell it for sure and yet speak against its absence.
    #[serde(default)]
    mentions: Vec<String>,
    /// Counts only where such a value is expected, not in running text.
    #[serde(default)]
    fields_only: bool,
    /// A plainer value that text mentions only because this one's name contains it.
    #[serde(default)]
    pub replaces: Option<String>,
}

impl Term {
    /// Text for people.
    #[must_use]
    pub fn label(&self) -> &str {
        if self.label.is_empty() { &self.value } else { &self.label }
    }
}

/// All canonical values of one kind.
#[derive(Debug)]
pub struct Terms {
    terms: Vec<Term>,
    index: FxHashMap<String, usize>,
    names: PhraseBook<usize>,
    text: PhraseBook<usize>,
    mentions: PhraseBook<usize>,
}

impl Terms {
    pub(super) fn read(
        file: &'static str,
        text: &str,
        kind: TermKind,
        lexicon: &Arc<Lexicon>,
    ) -> Result<Self, TaxonomyError> {
        let syntax = |source| TaxonomyError::Syntax { file, source };
        let mut tables: HashMap<String, Vec<toml::Value>> = toml::from_str(text).map_err(syntax)?;
        let rows = tables.remove(kind.table()).unwrap_or_default();
        let terms: Vec<Term> = rows.into_iter().map(toml::Value::try_into).collect::<Result<_, _>>().map_err(syntax)?;
        let index: FxHashMap<String, usize> =
            terms.iter().enumerate().map(|(i, term)| (term.value.clone(), i)).collect();
        for term in &terms {
            for named in [Some(&term.parent), term.replaces.as_ref()].into_iter().flatten() {
                if !named.is_empty() && !index.contains_key(named) {
                    return Err(TaxonomyError::Dangling { file, entry: term.value.clone(), missing: named.clone() });
                }
            }
        }
        Ok(Self {
            names: names_of(&terms, lexicon),
            text: text_of(&terms, lexicon),
            mentions: mentions_of(&terms, lexicon),
            index,
            terms,
        })
    }

    /// All values, in the order of the data.
    pub fn iter(&self) -> impl Iterator<Item = &Term> {
        self.terms.iter()
    }

    /// One value.
    #[must_use]
    pub fn get(&self, value: &str) -> Option<&Term> {
        self.index.get(value).and_then(|i| self.terms.get(*i))
    }

    /// The canonical value of a name, whatever its case, number or separators.
    #[must_use]
    pub fn resolve(&self, name: &str) -> Option<&str> {
        self.names.exactly(name).and_then(|i| self.terms.get(i)).map(|term| term.value.as_str())
    }

    /// Text for people of a value.
    #[must_use]
    pub fn label<'a>(&'a self, value: &'a str) -> &'a str {
        self.get(value).map_or(value, Term::label)
    }

    /// The value and everything broader, narrowest first.
    #[must_use]
    pub fn with_ancestors(&self, value: &str) -> Vec<String> {
        let mut path = vec![value.to_owned()];
        // The depth is bounded so that a loop in the data could not hang the service.
        while let Some(parent) = self.get(&path[path.len() - 1]).map(|term| &term.parent) {
            if parent.is_empty() || path.len() > 5 {
                break;
            }
            path.push(parent.clone());
        }
        path
    }

    /// Values named in running text, given by the lexicon's numbers of its words.
    #[must_use]
    pub fn in_text(&self, words: &[WordNumber]) -> Vec<Found<&Term>> {
        self.found(&self.text, words)
    }

    /// Values named in a field that is there for them.
    #[must_use]
    pub fn in_field(&self, words: &[WordNumber]) -> Vec<Found<&Term>> {
        self.found(&self.names, words)
    }

    /// Values that running text so much as mentions.
    #[must_use]
    pub fn mentioned_in(&self, words: &[WordNumber]) -> Vec<Found<&Term>> {
        self.found(&self.mentions, words)
    }

    fn found(&self, book: &PhraseBook<usize>, words: &[WordNumber]) -> Vec<Found<&Term>> {
        let found = book.find(words).into_iter();
        found
            .filter_map(|f| self.terms.get(f.meaning).map(|term| Found { meaning: term, at: f.at, length: f.length }))
            .collect()
    }
}

fn names_of(terms: &[Term], lexicon: &Arc<Lexicon>) -> PhraseBook<usize> {
    let mut book = PhraseBook::new(lexicon);
    for (i, term) in terms.iter().enumerate() {
        book.add(&term.value, i);
        book.add(term.label(), i);
    }
    for (i, term) in terms.iter().enumerate() {
        term.names.iter().for_each(|name| book.add(name, i));
    }
    book
}

fn text_of(terms: &[Term], lexicon: &Arc<Lexicon>) -> PhraseBook<usize> {
    let mut book = PhraseBook::new(lexicon);
    for (i, term) in terms.iter().enumerate().filter(|(_, term)| !term.fields_only) {
        book.add(&term.value, i);
        let told = if term.text.is_empty() { &term.names } else { &term.text };
        told.iter().for_each(|name| book.add(name, i));
    }
    book
}

fn mentions_of(terms: &[Term], lexicon: &Arc<Lexicon>) -> PhraseBook<usize> {
    let mut book = names_of(terms, lexicon);
    for (i, term) in terms.iter().enumerate() {
        term.text.iter().chain(&term.mentions).for_each(|phrase| book.add(phrase, i));
    }
    book
}
