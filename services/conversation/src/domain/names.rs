//! What the terms of the catalogue are called in replies, and how categories lie in one another.

use std::collections::HashMap;

use super::{
    lexicon::{TermKind, Vocabulary},
    text,
};

/// Names for people of one catalogue generation.
#[derive(Debug, Clone, Default)]
pub struct Names {
    terms: HashMap<(TermKind, String), Named>,
    popular: Vec<String>,
}

#[derive(Debug, Clone)]
struct Named {
    plural: String,
    singular: String,
    parent: Option<String>,
    count: u32,
}

impl Names {
    /// Names of everything in a vocabulary.
    #[must_use]
    pub fn build(vocabulary: &Vocabulary) -> Self {
        let terms = vocabulary
            .terms
            .iter()
            .map(|term| {
                let named = Named {
                    plural: plain(&term.label, &term.value),
                    singular: singular(&term.label, &term.names, &term.value),
                    parent: term.parent.clone().filter(|parent| !parent.is_empty()),
                    count: term.product_count,
                };
                ((term.kind, term.value.clone()), named)
            })
            .collect();
        Self { terms, popular: popular(vocabulary) }
    }

    fn get(&self, kind: TermKind, value: &str) -> Option<&Named> {
        self.terms.get(&(kind, value.to_owned()))
    }

    /// Plural of a category: "office chairs".
    #[must_use]
    pub fn plural(&self, category: &str) -> String {
        self.get(TermKind::Category, category).map_or_else(|| words(category), |named| named.plural.clone())
    }

    /// Singular of a category: "office chair".
    #[must_use]
    pub fn singular(&self, category: &str) -> String {
        self.get(TermKind::Category, category).map_or_else(|| words(category), |named| named.singular.clone())
    }

    /// Text of any other term.
    #[must_use]
    pub fn label(&self, kind: TermKind, value: &str) -> String {
        self.get(kind, value).map_or_else(|| words(value), |named| named.plural.clone())
    }

    /// Products of a category now; `None` for a category that the vocabulary does not know.
    #[must_use]
    pub fn count(&self, category: &str) -> Option<u32> {
        self.get(TermKind::Category, category).map(|named| named.count)
    }

    /// Whether a category is another one or lies below it.
    #[must_use]
    pub fn is_within(&self, category: &str, ancestor: &str) -> bool {
        let mut current = Some(category.to_owned());
        // A vocabulary of someone else's making could have a cycle: no tree is deeper than this.
        for _ in 0..8 {
            match current {
                Some(name) if name == ancestor => return true,
                Some(name) => {
                    current = self.get(TermKind::Category, &name).and_then(|named| named.parent.clone());
                }
                None => return false,
            }
        }
        false
    }

    /// The kind below a category that is made for a room, where the catalogue has one: "office chairs" for chairs in the office.
    #[must_use]
    pub fn made_for(&self, category: &str, room: &str) -> Option<String> {
        let first = words(room).split(' ').next()?.to_owned();
        let made = format!("{first} {}", self.singular(category));
        self.terms.iter().find_map(|((kind, value), named)| {
            let fits = *kind == TermKind::Category && value != category && named.count > 0;
            (fits && named.singular == made && self.is_within(value, category)).then(|| value.clone())
        })
    }

    /// Kinds of furniture at the top of the tree, those with the most products first.
    #[must_use]
    pub fn popular(&self) -> &[String] {
        &self.popular
    }
}

fn popular(vocabulary: &Vocabulary) -> Vec<String> {
    let mut roots: Vec<_> = vocabulary
        .terms
        .iter()
        .filter(|term| term.kind == TermKind::Category && term.product_count > 0)
        .filter(|term| term.parent.as_deref().is_none_or(str::is_empty))
        .collect();
    roots.sort_by(|a, b| b.product_count.cmp(&a.product_count).then_with(|| a.value.cmp(&b.value)));
    roots.iter().map(|term| term.value.clone()).collect()
}

fn plain(label: &str, value: &str) -> String {
    if label.is_empty() { words(value) } else { in_a_sentence(label) }
}

/// In lower case, except for what is written in capitals: "TV units".
fn in_a_sentence(label: &str) -> String {
    let is_capitals = |word: &&str| word.chars().filter(|c| c.is_uppercase()).count() > 1;
    let words = label.split(' ').map(|word| if is_capitals(&word) { word.to_owned() } else { word.to_lowercase() });
    words.collect::<Vec<_>>().join(" ")
}

/// The singular name that the plural label was most likely made from.
fn singular(label: &str, names: &[String], value: &str) -> String {
    let label = in_a_sentence(label);
    // "chests of drawers": only the first word counts.
    if let Some((first, rest)) = label.split_once(" of ") {
        return format!("{} of {rest}", text::singular(first));
    }
    let lower = label.to_lowercase();
    let shared = |name: &str| name.chars().zip(lower.chars()).take_while(|(a, b)| a == b).count();
    let name = names
        .iter()
        .max_by_key(|name| (shared(name), usize::MAX - name.len()))
        .filter(|name| shared(name) >= 3)
        .cloned()
        .unwrap_or_else(|| words(value));
    // "tv unit" of "TV units" is a "TV unit".
    let as_labelled = |word| label.split(' ').find(|other| other.to_lowercase() == word).unwrap_or(word).to_owned();
    name.split(' ').map(as_labelled).collect::<Vec<_>>().join(" ")
}

/// A canonical value as words: "king_single" reads "king single".
#[must_use]
pub fn words(value: &str) -> String {
    value.replace('_', " ")
}
