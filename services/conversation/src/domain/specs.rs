//! How a question about a product maps to its attributes, and to the lines of its description that may be quoted.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::product::Product;

/// Longest line quoted from the catalogue, in characters.
const QUOTE_LENGTH: usize = 140;

/// Questions about products, by the attribute asked for.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct SpecTable {
    #[serde(flatten)]
    questions: BTreeMap<String, SpecQuestion>,
}

/// One question about products.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecQuestion {
    /// What it asks for, in words: "weight capacity".
    pub label: String,
    /// Attributes that answer it, the best first.
    pub attributes: Vec<String>,
    /// Words of description lines that answer it.
    pub words: Vec<String>,
}

impl SpecTable {
    /// Reads the table.
    ///
    /// # Errors
    /// When it is no TOML of questions.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The question about an attribute; one that the table does not have asks for the attribute of that very name.
    #[must_use]
    pub fn question(&self, attribute: &str) -> SpecQuestion {
        self.questions.get(attribute).cloned().unwrap_or_else(|| {
            let label = super::names::words(attribute);
            SpecQuestion { words: vec![label.clone()], attributes: vec![attribute.to_owned()], label }
        })
    }
}

impl SpecQuestion {
    /// Lines of the description that speak of it, with their places: at most `most`, the most telling first.
    #[must_use]
    pub fn quotes<'a>(&self, product: &'a Product, most: usize) -> Vec<(usize, &'a str)> {
        let mut lines: Vec<(usize, usize, &str)> = product
            .features
            .iter()
            .enumerate()
            .filter(|(_, line)| is_quotable(line))
            .filter_map(|(index, line)| Some((self.rank(line)?, index, line.as_str())))
            .collect();
        lines.sort_by_key(|(rank, index, _)| (*rank, *index));
        lines.truncate(most);
        lines.into_iter().map(|(_, index, line)| (index, line)).collect()
    }

    /// How well a line speaks of it, 0 best: "Material: steel" before "made of steel".
    fn rank(&self, line: &str) -> Option<usize> {
        let line = line.to_lowercase();
        let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let stands = |phrase: &String| {
            let wanted: Vec<&str> = phrase.split(' ').collect();
            words.windows(wanted.len().max(1)).position(|window| window == wanted)
        };
        let first = self.words.iter().filter_map(stands).min()?;
        let states = line.contains(':') || line.contains(" is ");
        Some(first.min(9) + if states { 0 } else { 10 })
    }
}

/// A line that may stand in a reply word by word: short, with something said, and no markup.
fn is_quotable(line: &str) -> bool {
    let line = line.trim();
    let plain = |c: char| !c.is_control() && !"<>{}[]`|\\$".contains(c);
    !line.is_empty()
        && line.chars().count() <= QUOTE_LENGTH
        && line.chars().all(plain)
        && !line.ends_with(':')
        && !line.contains("://")
        && !line.contains('@')
}
