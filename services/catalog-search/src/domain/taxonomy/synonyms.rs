//! Names that mean the same.

use std::collections::HashMap;

use serde::Deserialize;

use super::TaxonomyError;
use crate::domain::text::{Token, stems};

const FILE: &str = "synonyms.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    groups: Vec<Vec<String>>,
}

/// Groups of names, each in words of the singular.
#[derive(Debug, Default)]
pub struct Synonyms {
    groups: Vec<Vec<Vec<Token>>>,
    /// Groups by the first word of a name.
    by_first: HashMap<Token, Vec<usize>>,
}

impl Synonyms {
    pub(super) fn read(text: &str) -> Result<Self, TaxonomyError> {
        let File { groups } = toml::from_str(text).map_err(|source| TaxonomyError::Syntax { file: FILE, source })?;
        let mut synonyms = Self::default();
        for (number, group) in groups.iter().enumerate() {
            let names: Vec<Vec<Token>> = group.iter().map(|name| stems(name)).collect();
            for first in names.iter().filter_map(|name| name.first()) {
                synonyms.by_first.entry(first.clone()).or_default().push(number);
            }
            synonyms.groups.push(names);
        }
        Ok(synonyms)
    }

    /// The other names of what the words (singular) name at `at`, and how many words name it: the longest name that stands there.
    #[must_use]
    pub fn at(&self, words: &[Token], at: usize) -> (usize, Vec<&[Token]>) {
        let rest = words.get(at..).unwrap_or_default();
        let groups = rest.first().and_then(|first| self.by_first.get(first)).into_iter().flatten();
        let groups: Vec<&Vec<Vec<Token>>> = groups.filter_map(|number| self.groups.get(*number)).collect();
        let names = groups.iter().flat_map(|group| group.iter()).filter(|name| rest.starts_with(name));
        let Some(longest) = names.map(Vec::len).max() else { return (0, Vec::new()) };
        let here = &rest[..longest];
        let naming = groups.iter().filter(|group| group.iter().any(|name| name.as_slice() == here));
        let others = naming.flat_map(|group| group.iter()).map(Vec::as_slice).filter(|name| *name != here);
        (longest, others.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::taxonomy::Taxonomy;

    #[test]
    fn other_names_are_found_by_the_longest_name() {
        let taxonomy = Taxonomy::load().unwrap();
        let others = |text: &str| {
            let words = stems(text);
            let (length, others) = taxonomy.synonyms.at(&words, 0);
            (length, others.into_iter().map(|name| name.join(" ")).collect::<Vec<_>>())
        };
        assert_eq!(others("couches for two"), (1, ["sofa", "settee", "lounge suite"].map(str::to_owned).to_vec()));
        assert_eq!(others("bedside tables").0, 2);
        assert_eq!(others("zither"), (0, Vec::new()));
    }
}
