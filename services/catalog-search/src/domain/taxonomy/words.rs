//! Words with a part of their own.

use std::collections::HashSet;

use serde::Deserialize;

use super::TaxonomyError;

/// Lists of words, in the folded form of [`crate::domain::text::tokens`].
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordLists {
    /// Carry no meaning for a search.
    pub stop: HashSet<String>,
    /// What follows tells more about the thing and is not the thing itself.
    pub breaks: HashSet<String>,
    /// Turn the next word's meaning round.
    pub negations: HashSet<String>,
    /// Those of them by which a query says what must not be there, whatever it is; "non slip" is a name.
    pub exclusions: HashSet<String>,
    /// A measure beside one of these is a part's.
    pub parts: HashSet<String>,
    /// A size behind one of these is the whole thing's.
    pub whole: HashSet<String>,
}

impl WordLists {
    pub(super) fn read(text: &str) -> Result<Self, TaxonomyError> {
        toml::from_str(text).map_err(|source| TaxonomyError::Syntax { file: "words.toml", source })
    }
}
