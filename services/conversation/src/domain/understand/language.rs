//! Tells other languages than English, by script and by function words. A single borrowed word is no language.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::LazyLock,
};

use super::{line::Line, reading::Unit};
use crate::domain::lexicon::common_words;

/// Share of letters outside the Latin script from which a text is foreign.
const FOREIGN_SCRIPT: f32 = 0.4;

/// For each function word of another language, the languages that use it.
static WORDS: LazyLock<HashMap<String, Vec<String>>> = LazyLock::new(|| {
    let languages: BTreeMap<String, Vec<String>> =
        toml::from_str(include_str!("../../../data/nlu/languages.toml")).unwrap_or_default();
    let mut by_word: HashMap<String, Vec<String>> = HashMap::new();
    for (language, words) in languages {
        for word in words {
            by_word.entry(word).or_default().push(language.clone());
        }
    }
    by_word
});

/// Whether the message is in another language than English.
pub(crate) fn is_foreign(text: &str, line: &Line<'_>) -> bool {
    has_foreign_script(text) || has_foreign_words(line)
}

fn has_foreign_script(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let foreign = text.chars().filter(|c| c.is_alphabetic() && !is_latin(*c)).count();
    foreign > 1 && foreign as f32 >= FOREIGN_SCRIPT * letters as f32
}

fn is_latin(c: char) -> bool {
    matches!(c, 'a'..='z' | 'A'..='Z' | '\u{00aa}'..='\u{024f}' | '\u{1e00}'..='\u{1eff}' | '\u{0300}'..='\u{036f}')
}

/// At least two different words of one language that are no English, and as many as there are English ones.
fn has_foreign_words(line: &Line<'_>) -> bool {
    let mut by_language: HashMap<&str, HashSet<&str>> = HashMap::new();
    let mut english = 0;
    let typed: Vec<String> = line.units.iter().flat_map(|unit| plain_words(unit)).collect();
    for word in &typed {
        match WORDS.get(word) {
            Some(languages) => languages.iter().for_each(|language| {
                by_language.entry(language).or_default().insert(word);
            }),
            None if common_words().contains(word.as_str()) => english += 1,
            None => {}
        }
    }
    let most = by_language.values().map(HashSet::len).max().unwrap_or(0);
    most >= 2 && most >= english && most * 4 >= typed.len()
}

fn plain_words(unit: &Unit) -> Vec<String> {
    unit.raw
        .to_lowercase()
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_file_can_be_read() {
        assert!(WORDS.len() > 300, "{}", WORDS.len());
    }
}
