//! Other ways to write a word of the query that mean the same: compounds, synonyms, units, numerals, likely spellings.

use super::WordIndex;
use crate::domain::{
    taxonomy::Taxonomy,
    text::{Token, number_and_unit, singular},
};

/// A way to write a word of the query.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// Its words; a product must have every one.
    pub words: Vec<Token>,
    /// What a match by it is worth, of one by the word as it was meant.
    pub worth: f32,
}

/// What the parts of a compound are worth: "book case" for "bookcase".
const PARTS: f32 = 0.8;
/// What another name of the thing is worth.
const SYNONYM: f32 = 0.8;
/// What a less likely spelling is worth.
const OTHER_SPELLING: f32 = 0.5;

impl Form {
    fn new(words: &[&str], worth: f32) -> Self {
        Self { words: words.iter().map(|word| Token::new(word)).collect(), worth }
    }

    /// How many products may have it: as many as have its rarest word.
    pub(super) fn count(&self, index: &dyn WordIndex) -> u32 {
        self.words.iter().map(|word| index.count(word)).min().unwrap_or_default()
    }
}

/// The forms of the word at `at` that the catalogue has, the word itself first. `spellings` are other spellings that it may have meant.
pub(super) fn of(
    words: &[Token],
    at: usize,
    spellings: &[Token],
    taxonomy: &Taxonomy,
    index: &dyn WordIndex,
) -> Vec<Form> {
    let word = words[at].as_str();
    let mut forms = vec![Form::new(&[word], 1.0)];
    forms.extend(joined(words, at, index));
    forms.extend(index.vocabulary().parts(word).map(|(a, b)| Form::new(&[a, b], PARTS)));
    forms.extend(number_and_unit(word).map(|(number, unit)| Form::new(&[number, unit], 1.0)));
    forms.extend(taxonomy.words.other_numerals(word).map(|other| Form::new(&[&other], 1.0)));
    forms.extend(named(words, at, taxonomy));
    let doubted = index.vocabulary().more_likely(word);
    forms.extend(spellings.iter().chain(&doubted).map(|other| Form::new(&[other], OTHER_SPELLING)));
    forms.retain(|form| form.count(index) > 0);
    forms
}

/// "Book case" also finds "bookcase": either half does.
fn joined(words: &[Token], at: usize, index: &dyn WordIndex) -> Vec<Form> {
    let with_next = words.get(at + 1).map(|next| format!("{}{next}", words[at]));
    let with_previous = at.checked_sub(1).map(|previous| format!("{}{}", words[previous], words[at]));
    let joined = with_next.into_iter().chain(with_previous);
    joined.filter(|joined| index.vocabulary().has(joined)).map(|joined| Form::new(&[&joined], 1.0)).collect()
}

/// Other names of the thing that the word names, alone or with its neighbours. What carries no meaning for a search is no part of them.
fn named(words: &[Token], at: usize, taxonomy: &Taxonomy) -> Vec<Form> {
    let stems: Vec<Token> = words.iter().map(|word| singular(word)).collect();
    let mut forms = Vec::new();
    for start in at.saturating_sub(2)..=at {
        let (length, others) = taxonomy.synonyms.at(&stems, start);
        if start + length > at {
            let tells = |word: &&Token| !taxonomy.words.stop.contains(word);
            let form = |other: &[Token]| Form { words: other.iter().filter(tells).cloned().collect(), worth: SYNONYM };
            forms.extend(others.into_iter().map(form));
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_name_has_no_word_that_no_search_looks_up() {
        let taxonomy = Taxonomy::load().unwrap();
        let names: Vec<Vec<Token>> =
            named(&[Token::new("tallboys")], 0, &taxonomy).into_iter().map(|form| form.words).collect();
        assert!(names.contains(&vec!["chest".into(), "drawer".into()]), "{names:?}");
    }
}
