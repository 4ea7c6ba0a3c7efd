//! Corrects single words towards the words that matter here, and leaves English alone.
//!
//! Candidates come from an index of deletions (every target with one or two letters left out), so that looking a word up costs a few
//! dozen hash lookups instead of a pass over all targets.

use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

use super::base::common_words;
use crate::domain::text::singular;

/// From this length on a word may hold two slips.
const TWO_SLIPS_FROM: usize = 7;
/// Words shorter than this are never corrected: too much else is one letter away.
const SHORTEST: usize = 3;
/// Longest word that is looked at; longer ones are no slips.
const LONGEST: usize = 24;

/// Known words and the index of what unknown ones may have meant.
#[derive(Debug, Clone)]
pub(super) struct Speller {
    known: HashSet<String>,
    targets: Vec<Target>,
    by_deletion: HashMap<u64, Vec<u32>>,
}

#[derive(Debug, Clone)]
struct Target {
    word: String,
    weight: u32,
}

impl Speller {
    pub(super) fn build(targets: HashMap<String, u32>, known: Vec<String>) -> Self {
        let mut known: HashSet<String> = known.into_iter().collect();
        known.extend(targets.keys().cloned());
        let mut targets: Vec<Target> = targets.into_iter().map(|(word, weight)| Target { word, weight }).collect();
        targets.sort_by(|a, b| a.word.cmp(&b.word));
        let by_deletion = deletion_index(&targets);
        Self { known, targets, by_deletion }
    }

    pub(super) fn knows(&self, word: &str) -> bool {
        self.is_listed(word) || stems(word).iter().any(|stem| self.is_listed(stem))
    }

    fn is_listed(&self, word: &str) -> bool {
        self.known.contains(word) || common_words().contains(word)
    }

    pub(super) fn correct(&self, word: &str) -> Option<Vec<String>> {
        let length = word.chars().count();
        if !(SHORTEST..=LONGEST).contains(&length) || !word.bytes().all(|b| b.is_ascii_lowercase()) {
            return None;
        }
        let calm = without_stretching(word);
        if calm != word && self.knows(&calm) {
            return Some(vec![calm]);
        }
        match (self.nearest(&calm), self.split(&calm)) {
            (Some((_, cost)), Some(parts)) if cost > 12 => Some(parts),
            (Some((target, _)), _) => Some(vec![target.to_owned()]),
            (None, parts) => parts,
        }
    }

    fn nearest(&self, word: &str) -> Option<(&str, u32)> {
        let reach = if word.len() >= TWO_SLIPS_FROM { 2 } else { 1 };
        let mut best: Option<(&Target, u32)> = None;
        let mut seen = HashSet::new();
        for deletion in deletions(word, reach) {
            for id in self.by_deletion.get(&hash(&deletion)).into_iter().flatten() {
                if !seen.insert(*id) {
                    continue;
                }
                let target = &self.targets[*id as usize];
                let Some(cost) = cost(word, &target.word, reach) else { continue };
                if best.is_none_or(|(other, least)| (cost, other.weight) < (least, target.weight)) {
                    best = Some((target, cost));
                }
            }
        }
        best.map(|(target, cost)| (target.word.as_str(), cost))
    }

    /// Two words that were written as one: "officechair", "opentoday".
    fn split(&self, word: &str) -> Option<Vec<String>> {
        let fits = |part: &str| match part.len() {
            1 => part == "a" || part == "i",
            2 => SHORT_PARTS.contains(&part),
            _ => self.knows(part),
        };
        let cut = (1..word.len())
            .filter(|at| fits(&word[..*at]) && fits(&word[*at..]))
            .max_by_key(|at| (*at).min(word.len() - at))?;
        Some(vec![word[..cut].to_owned(), word[cut..].to_owned()])
    }
}

/// Two-letter words that often stick to their neighbour.
const SHORT_PARTS: [&str; 22] = [
    "to", "in", "on", "of", "at", "is", "it", "my", "me", "do", "no", "so", "up", "us", "we", "be", "by", "an", "or",
    "if", "go", "am",
];

fn deletion_index(targets: &[Target]) -> HashMap<u64, Vec<u32>> {
    let mut index: HashMap<u64, Vec<u32>> = HashMap::new();
    for (id, target) in targets.iter().enumerate() {
        let reach = if target.word.len() >= TWO_SLIPS_FROM - 1 { 2 } else { 1 };
        let Ok(id) = u32::try_from(id) else { break };
        for deletion in deletions(&target.word, reach) {
            let ids = index.entry(hash(&deletion)).or_default();
            if ids.last() != Some(&id) {
                ids.push(id);
            }
        }
    }
    index
}

/// The word and everything that is left of it when up to `reach` letters go.
fn deletions(word: &str, reach: usize) -> Vec<String> {
    let mut all = vec![word.to_owned()];
    let mut from = 0;
    for _ in 0..reach {
        let until = all.len();
        for at in from..until {
            let shorter: Vec<String> = all[at].char_indices().map(|(place, c)| without(&all[at], place, c)).collect();
            all.extend(shorter);
        }
        from = until;
    }
    all
}

fn without(word: &str, at: usize, c: char) -> String {
    let mut shorter = String::with_capacity(word.len());
    shorter.push_str(&word[..at]);
    shorter.push_str(&word[at + c.len_utf8()..]);
    shorter
}

fn hash(word: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    word.hash(&mut hasher);
    hasher.finish()
}

/// How unlikely the slip is, in tenths of an ordinary one; `None` when it is out of reach.
fn cost(typed: &str, target: &str, reach: usize) -> Option<u32> {
    let distance = strsim::osa_distance(typed, target);
    let target_reach = if target.len() >= TWO_SLIPS_FROM - 1 { reach } else { 1 };
    if distance == 0 || distance > target_reach || (typed.len() == SHORTEST && target.len() < 4) {
        return None;
    }
    let other_first = typed.as_bytes().first() != target.as_bytes().first();
    let swapped_first = typed.len() > 1 && other_first && typed.as_bytes()[1] == target.as_bytes()[0];
    if other_first && (typed.len() < 4 || distance > 1) {
        return None;
    }
    let first = match (other_first, swapped_first) {
        (false, _) => 0,
        (true, true) => 2,
        (true, false) => 6,
    };
    let same_letters = letters_of(typed) == letters_of(target);
    let swap = if same_letters { 0 } else { 3 };
    Some(u32::try_from(distance).unwrap_or(9) * 10 + first + swap)
}

fn letters_of(word: &str) -> Vec<u8> {
    let mut letters: Vec<u8> = word.bytes().collect();
    letters.sort_unstable();
    letters.dedup();
    letters
}

/// "heyyyy" and "soooo" with the stretched letter once; two of a letter in a row are ordinary spelling.
fn without_stretching(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let in_stretch = |at: usize| {
        let same = |other: usize| letters.get(other) == letters.get(at);
        (at > 0 && same(at - 1) && at > 1 && same(at - 2)) || (at > 0 && same(at - 1) && same(at + 1))
    };
    (0..letters.len()).filter(|at| !in_stretch(*at)).map(|at| letters[at]).collect()
}

/// Plainer forms of an inflected word.
fn stems(word: &str) -> Vec<String> {
    let mut stems = Vec::new();
    let one = singular(word);
    if one != word {
        stems.push(one.into_owned());
    }
    for ending in ["ing", "ed", "er", "est", "ly", "d", "r", "es"] {
        if let Some(stem) = word.strip_suffix(ending).filter(|stem| stem.len() > 2) {
            stems.push(format!("{stem}e"));
            stems.push(stem.strip_suffix(|c| stem.ends_with(&format!("{c}{c}"))).unwrap_or(stem).to_owned());
            stems.push(stem.to_owned());
        }
    }
    stems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speller() -> Speller {
        let targets = ["cupboard", "wardrobe", "chair", "black", "delivery", "desk", "warranty", "office", "cart"];
        Speller::build(targets.iter().map(|word| ((*word).to_owned(), 10)).collect(), vec![])
    }

    fn corrected(word: &str) -> Option<String> {
        speller().correct(word).map(|words| words.join(" "))
    }

    #[test]
    fn slips_are_corrected() {
        for (typed, meant) in [
            ("cubpoard", "cupboard"),
            ("chiar", "chair"),
            ("delivrey", "delivery"),
            ("waranty", "warranty"),
            ("blck", "black"),
            ("officechair", "office chair"),
            ("crt", "cart"),
        ] {
            assert_eq!(corrected(typed).as_deref(), Some(meant), "{typed}");
        }
    }

    #[test]
    fn english_is_left_alone() {
        let speller = speller();
        for word in ["chain", "dusk", "hair", "back", "blank", "card"] {
            assert!(speller.knows(word), "{word}");
        }
        assert_eq!(corrected("xy"), None);
    }

    #[test]
    fn stretched_words_calm_down() {
        assert_eq!(without_stretching("heyyyy"), "hey");
        assert_eq!(without_stretching("desk"), "desk");
        assert_eq!(without_stretching("good"), "good");
    }
}
