//! The words of a query as they were meant: typos corrected by the catalogue's words, seen beside the query's other words.

use std::collections::HashMap;

use compact_str::format_compact;

use super::{Spelling, Vocabulary, WordIndex};
use crate::domain::{
    catalogue::{Catalogue, Places},
    text::{Token, singular},
};

/// How many other spellings of a corrected word are looked up as well.
const OTHERS: usize = 2;

/// The words as they were meant.
#[derive(Debug, Default)]
pub(super) struct Spelt {
    /// The words.
    pub(super) words: Vec<Token>,
    /// The whole query, when a word was corrected.
    pub(super) corrected: Option<String>,
    /// Other spellings that a corrected word may have meant.
    pub(super) others: HashMap<Token, Vec<Token>>,
}

/// Corrects typos, and joins what was written as two words but is one.
pub(super) fn spelt(typed: &[Token], catalogue: &Catalogue, index: &dyn WordIndex) -> Spelt {
    let vocabulary = index.vocabulary();
    let mut spelt = Spelt::default();
    let mut changed = false;
    let mut at = 0;
    while at < typed.len() {
        let word = &typed[at];
        if let Some(joined) = typed.get(at + 1).and_then(|next| joined(word, next, vocabulary)) {
            spelt.words.push(joined);
            at += 2;
            continue;
        }
        at += 1;
        match vocabulary.spell(word) {
            Spelling::Corrected(words) if !means_something(word, catalogue, index) => {
                changed = true;
                if let [nearest] = words.as_slice() {
                    let (meant, others) = meant(word, nearest, typed, catalogue, index);
                    spelt.others.insert(meant.clone(), others);
                    spelt.words.push(meant);
                } else {
                    spelt.words.extend(words);
                }
            }
            _ => spelt.words.push(word.clone()),
        }
    }
    changed |= guess_all(&mut spelt.words, catalogue, index);
    spelt.corrected = changed.then(|| spelt.words.join(" "));
    spelt
}

/// When no word means anything, nothing would be found: then a bold guess is better than none. Returns whether there was one.
fn guess_all(words: &mut [Token], catalogue: &Catalogue, index: &dyn WordIndex) -> bool {
    let (vocabulary, stop) = (index.vocabulary(), &catalogue.taxonomy.words.stop);
    let says_nothing =
        |word: &Token| stop.contains(word) || !(vocabulary.has(word) || means_something(word, catalogue, index));
    if !words.iter().all(says_nothing) {
        return false;
    }
    let mut guessed = false;
    for word in words.iter_mut().filter(|word| !stop.contains(word)) {
        if let Some(guess) = vocabulary.guess(word) {
            *word = guess;
            guessed = true;
        }
    }
    guessed
}

/// Whether a word is one of the catalogue's or of the taxonomy's, so that it is no typo.
fn means_something(word: &Token, catalogue: &Catalogue, index: &dyn WordIndex) -> bool {
    let taxonomy = catalogue.taxonomy;
    let lists = &taxonomy.words;
    let one = [taxonomy.lexicon.number(&singular(word))];
    index.count(word) > 0
        || [&lists.stop, &lists.breaks, &lists.negations].iter().any(|list| list.contains(word))
        || !taxonomy.categories.in_query(&one).is_empty()
        || taxonomy.attribute_lists().iter().any(|terms| !terms.in_field(&one).is_empty())
}

/// One word that was written as two ("sofa bed" stays: both are words of their own).
fn joined(word: &str, next: &str, vocabulary: &Vocabulary) -> Option<Token> {
    let joined = format_compact!("{word}{next}");
    let better = vocabulary.has(&joined) && !(vocabulary.has(word) && vocabulary.has(next));
    better.then_some(joined)
}

/// The likeliest of the near spellings, and further ones. Of those that are equally near it is the one that most products have
/// together with the query's other words.
fn meant(
    word: &str,
    nearest: &str,
    typed: &[Token],
    catalogue: &Catalogue,
    index: &dyn WordIndex,
) -> (Token, Vec<Token>) {
    let mut near = index.vocabulary().near(word);
    let least = strsim::osa_distance(word, nearest);
    let equally = near.iter().take_while(|other| strsim::osa_distance(word, other) == least).count();
    if equally > 1 {
        let context = context(word, typed, catalogue, index);
        let together = |word: &str| index.holders(word, &context).count();
        let best = (0..equally).rev().max_by_key(|i| together(&near[*i])).unwrap_or(0);
        near[..=best].rotate_right(1);
    }
    let mut near = near.into_iter();
    let meant = near.next().unwrap_or_else(|| Token::new(nearest));
    (meant, near.take(OTHERS).collect())
}

/// Products that have any of the query's other words.
fn context(word: &str, typed: &[Token], catalogue: &Catalogue, index: &dyn WordIndex) -> Places {
    let stop = &catalogue.taxonomy.words.stop;
    let everywhere = catalogue.every();
    let mut places = catalogue.no_places();
    for other in typed.iter().filter(|other| *other != word && !stop.contains(other)) {
        places.unite(&index.holders(other, &everywhere));
    }
    places
}
