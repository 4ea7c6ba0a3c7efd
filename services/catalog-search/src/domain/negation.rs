//! What a product text says that is not there: "no buckle", "without lid", "dust free", "armless".

use super::{
    taxonomy::WordLists,
    text::{Token, singular},
};

/// How many telling words behind a negation are denied: "no LED lamp" denies both.
const SCOPE: usize = 2;
/// How many words that say nothing may stand in between: "without any of the …".
const FILLERS: usize = 2;
/// Shortest word that "-less" makes a denial of: "armless", but not "bless".
const SHORTEST_STEM: usize = 3;

/// The words that a text denies, each with the place of the word that it was read from.
#[must_use]
pub fn denied(words: &[Token], lists: &WordLists) -> Vec<(usize, Token)> {
    let mut denied = Vec::new();
    for (at, word) in words.iter().enumerate().map(|(at, word)| (at, word.as_str())) {
        if lists.negations.contains(word) {
            denied.extend(behind(words, at, lists));
        } else if word == "free" && at > 0 {
            denied.push((at - 1, words[at - 1].clone()));
        } else if let Some(stem) = word.strip_suffix("less").filter(|stem| stem.len() >= SHORTEST_STEM) {
            denied.push((at, Token::new(stem)));
        }
    }
    denied
}

fn behind<'a>(words: &'a [Token], at: usize, lists: &'a WordLists) -> impl Iterator<Item = (usize, Token)> + 'a {
    let rest = words.iter().enumerate().skip(at + 1);
    let fillers = rest.clone().take(FILLERS).take_while(|(_, word)| lists.stop.contains(word)).count();
    rest.skip(fillers)
        .take(SCOPE)
        .take_while(|(_, word)| !lists.stop.contains(word) && !lists.breaks.contains(word))
        .map(|(at, word)| (at, word.clone()))
}

/// The words behind the negation at `at` in a query that it denies: up to the next word that parts phrases.
#[must_use]
pub fn scope(words: &[Token], at: usize, lists: &WordLists) -> Vec<usize> {
    let mut scope = Vec::new();
    for (at, word) in words.iter().enumerate().skip(at + 1) {
        let ends = lists.breaks.contains(word) || word == "and" || word == "but";
        if ends && !scope.is_empty() {
            break;
        }
        if !lists.stop.contains(word) && !lists.breaks.contains(word) {
            scope.push(at);
        }
        if scope.len() > SCOPE {
            break;
        }
    }
    scope
}

/// Whether two words are forms of one.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    a == b || singular(a) == singular(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{taxonomy::Taxonomy, text::tokens};

    #[test]
    fn texts_deny_what_follows_a_negation() {
        let taxonomy = Taxonomy::load().unwrap();
        let denied = |text: &str| -> Vec<Token> {
            denied(&tokens(text), &taxonomy.words).into_iter().map(|(_, word)| word).collect()
        };
        assert_eq!(denied("Stool without a backrest"), ["backrest"]);
        assert_eq!(denied("No LED lamp included"), ["led", "lamp"]);
        assert_eq!(denied("Armless chair, BPA-free"), ["arm", "bpa"]);
        assert_eq!(denied("A chair with arms"), Vec::<Token>::new());
    }

    #[test]
    fn a_querys_negation_ends_at_the_next_phrase() {
        let taxonomy = Taxonomy::load().unwrap();
        let scope = |text: &str, at: usize| scope(&tokens(text), at, &taxonomy.words);
        assert_eq!(scope("lamp without a wire with switch", 1), [3]);
        assert_eq!(scope("shorts without mesh liner", 1), [2, 3]);
        assert_eq!(scope("chair without", 1), Vec::<usize>::new());
    }
}
