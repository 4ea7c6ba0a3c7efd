//! The lexicon's part that no catalogue brings: furniture words of our own and English that must not be "corrected".

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashSet},
    sync::LazyLock,
};

use super::{Term, TermKind, Vocabulary};
use crate::domain::{text::singular, understand::grammar::grammar};

/// Layout of `terms.toml`: for each kind, identifiers with their names; and the broader term of some of them.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct BaseTerms {
    category: BTreeMap<String, Vec<String>>,
    colour: BTreeMap<String, Vec<String>>,
    material: BTreeMap<String, Vec<String>>,
    style: BTreeMap<String, Vec<String>>,
    room: BTreeMap<String, Vec<String>>,
    bed_size: BTreeMap<String, Vec<String>>,
    feature: BTreeMap<String, Vec<String>>,
    parent: BTreeMap<String, String>,
}

static BASE: LazyLock<Vec<Term>> = LazyLock::new(|| {
    let base: BaseTerms = toml::from_str(include_str!("../../../data/nlu/terms.toml")).unwrap_or_default();
    base.into_terms()
});

static ENGLISH: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let listed = include_str!("../../../data/nlu/english.txt").split_whitespace();
    listed.chain(include_str!("../../../data/nlu/model/words.txt").split_whitespace()).collect()
});

/// Everyday English words, and the words of the training sentences.
pub(crate) fn common_words() -> &'static HashSet<&'static str> {
    &ENGLISH
}

/// Words that say what a shopper wants done.
pub(super) fn intent_words() -> Vec<String> {
    grammar().words().filter(|word| word.len() > 3).map(str::to_owned).collect()
}

/// The catalogue's terms, with our names for them, and our terms that it does not have. A name means what the catalogue says.
pub(super) fn joined(vocabulary: &Vocabulary) -> Vec<Term> {
    let mut terms = vocabulary.terms.clone();
    for base in BASE.iter() {
        let names = fresh_names(&vocabulary.terms, base);
        match terms.iter().position(|term| is_same(term, base)) {
            Some(at) => terms[at].names.extend(names),
            None if names.is_empty() => {}
            None => terms.push(Term { names, ..base.clone() }),
        }
    }
    terms
}

fn is_same(term: &Term, base: &Term) -> bool {
    let words: Vec<Cow<'_, str>> = base.value.split('_').map(singular).collect();
    term.kind == base.kind && (term.value == base.value || term.names.contains(&words.join(" ")))
}

/// Those names of ours that nothing of the same kind has already.
fn fresh_names(terms: &[Term], base: &Term) -> Vec<String> {
    let taken = |name: &String| terms.iter().any(|term| term.kind == base.kind && term.names.contains(name));
    base.names.iter().filter(|name| !taken(name)).cloned().collect()
}

impl BaseTerms {
    fn into_terms(self) -> Vec<Term> {
        let kinds = [
            (TermKind::Category, self.category),
            (TermKind::Colour, self.colour),
            (TermKind::Material, self.material),
            (TermKind::Style, self.style),
            (TermKind::Room, self.room),
            (TermKind::BedSize, self.bed_size),
            (TermKind::Feature, self.feature),
        ];
        let parent = &self.parent;
        kinds
            .into_iter()
            .flat_map(|(kind, entries)| entries.into_iter().map(move |entry| base_term(kind, entry, parent)))
            .collect()
    }
}

fn base_term(kind: TermKind, (value, names): (String, Vec<String>), parents: &BTreeMap<String, String>) -> Term {
    let has_parent = matches!(kind, TermKind::Category | TermKind::Colour | TermKind::Material);
    let parent = parents.get(&value).filter(|parent| has_parent && **parent != value).cloned();
    Term { kind, label: value.replace('_', " "), value, names, parent, product_count: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_files_can_be_read() {
        let read: Result<BaseTerms, _> = toml::from_str(include_str!("../../../data/nlu/terms.toml"));
        assert!(read.is_ok(), "{read:?}");
        assert!(common_words().contains("because"));
    }

    fn category(value: &str, names: [&str; 2]) -> Term {
        Term {
            kind: TermKind::Category,
            value: value.to_owned(),
            label: value.to_owned(),
            names: names.map(str::to_owned).to_vec(),
            parent: None,
            product_count: 3,
        }
    }

    #[test]
    fn a_catalogues_term_keeps_its_identifier_and_gains_names() {
        let term = category("couches", ["couch", "sofa"]);
        let terms = joined(&Vocabulary { terms: vec![term], ..Vocabulary::default() });
        let sofas: Vec<&Term> = terms.iter().filter(|term| term.names.iter().any(|name| name == "settee")).collect();
        assert_eq!(sofas.len(), 1);
        assert_eq!(sofas[0].value, "couches");
    }

    #[test]
    fn a_name_of_several_words_joins_in_its_singular() {
        let term = category("drawers", ["drawer", "chest of drawer"]);
        let terms = joined(&Vocabulary { terms: vec![term], ..Vocabulary::default() });
        let named = terms.iter().find(|term| term.names.iter().any(|name| name == "drawer chest"));
        assert_eq!(named.map(|term| term.value.as_str()), Some("drawers"));
    }
}
