//! Finds the names of terms in a run of words: whole words, longest first, plural or not, joined or spaced.

use std::collections::HashMap;

use super::{Term, TermId};
use crate::domain::text::singular;

/// Names by their first word.
#[derive(Debug, Clone, Default)]
pub(super) struct PhraseTable {
    by_first: HashMap<String, Vec<Phrase>>,
}

#[derive(Debug, Clone)]
struct Phrase {
    words: Vec<String>,
    terms: Vec<TermId>,
}

impl PhraseTable {
    pub(super) fn build(terms: &[Term]) -> Self {
        let mut table = Self::default();
        for (id, term) in terms.iter().enumerate() {
            for name in &term.names {
                for form in forms(name) {
                    table.insert(form, id);
                }
            }
        }
        for phrases in table.by_first.values_mut() {
            phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len()));
        }
        table
    }

    pub(super) fn longest(&self, words: &[&str]) -> Option<(usize, &[TermId])> {
        let phrases = self.by_first.get(*words.first()?)?;
        let starts =
            |phrase: &&Phrase| phrase.words.len() <= words.len() && phrase.words.iter().zip(words).all(|(a, b)| a == b);
        phrases.iter().find(starts).map(|phrase| (phrase.words.len(), phrase.terms.as_slice()))
    }

    fn insert(&mut self, words: Vec<String>, id: TermId) {
        let Some(first) = words.first() else { return };
        let phrases = self.by_first.entry(first.clone()).or_default();
        match phrases.iter_mut().find(|phrase| phrase.words == words) {
            Some(phrase) if phrase.terms.contains(&id) => {}
            Some(phrase) => phrase.terms.push(id),
            None => phrases.push(Phrase { words, terms: vec![id] }),
        }
    }
}

/// The name's words in the singular, and the same with two short parts written as one ("night stand", "nightstand").
fn forms(name: &str) -> Vec<Vec<String>> {
    let words: Vec<String> = name
        .to_lowercase()
        .split([' ', '-', '_'])
        .filter(|word| !word.is_empty())
        .map(|word| singular(word).into_owned())
        .collect();
    let mut forms = Vec::with_capacity(2);
    if let [first, second] = words.as_slice() {
        forms.push(vec![singular(&format!("{first}{second}")).into_owned()]);
    }
    forms.push(words);
    forms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lexicon::TermKind;

    fn term(value: &str, names: &[&str]) -> Term {
        Term {
            kind: TermKind::Category,
            value: value.to_owned(),
            label: value.to_owned(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            parent: None,
            product_count: 1,
        }
    }

    #[test]
    fn the_longest_name_wins() {
        let table =
            PhraseTable::build(&[term("table", &["table"]), term("bedside", &["bedside table", "night stand"])]);
        assert_eq!(table.longest(&["bedside", "table", "now"]), Some((2, &[1][..])));
        assert_eq!(table.longest(&["table"]), Some((1, &[0][..])));
        assert_eq!(table.longest(&["nightstand"]), Some((1, &[1][..])));
        assert_eq!(table.longest(&["bedside"]), None);
    }
}
