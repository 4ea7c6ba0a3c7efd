//! Results of searches, by generation and query: what many shoppers ask is computed once for each state of the catalogue.
//!
//! A generation never changes, and its name is part of the key: a result can grow old only by not being asked for any more.

use std::{sync::Arc, time::Duration};

use moka::future::Cache;

use crate::{
    domain::search::{SearchQuery, SearchResult},
    metrics as names,
};

/// How long a result that nobody asks for stays: the generation that it is of is hardly served any more.
const IDLE: Duration = Duration::from_secs(10 * 60);
/// What an entry costs beside its texts and hits.
const OVERHEAD: usize = 512;

/// The cache.
pub(super) struct ResultCache {
    results: Cache<String, Arc<SearchResult>>,
}

impl ResultCache {
    /// A cache of so many MiB; 0 keeps nothing.
    pub(super) fn new(mb: u64) -> Self {
        let weigh = |key: &String, result: &Arc<SearchResult>| u32::try_from(weight(key, result)).unwrap_or(u32::MAX);
        let results = Cache::builder().max_capacity(mb << 20).weigher(weigh).time_to_idle(IDLE).build();
        Self { results }
    }

    /// The kept result of a key.
    pub(super) async fn get(&self, key: &str) -> Option<Arc<SearchResult>> {
        let found = self.results.get(key).await;
        let outcome = if found.is_some() { "hit" } else { "miss" };
        metrics::counter!(names::CACHE_LOOKUPS, "outcome" => outcome).increment(1);
        found
    }

    /// Keeps a result.
    pub(super) async fn put(&self, key: String, result: Arc<SearchResult>) {
        self.results.insert(key, result).await;
    }
}

/// The key of a query: all of it, written out, so that no field can be forgotten, and blanks around the words left out. Case stays: an id
/// is looked up as it is written first. `by_meaning` says whether the query is searched by meaning, too.
pub(super) fn key(generation: &str, query: &SearchQuery, by_meaning: bool) -> String {
    let SearchQuery { text, .. } = query;
    let trimmed = text.trim();
    if trimmed.len() == text.len() {
        return format!("{generation}\n{by_meaning}\n{query:?}");
    }
    format!("{generation}\n{by_meaning}\n{:?}", SearchQuery { text: trimmed.to_owned(), ..query.clone() })
}

/// About how much memory an entry takes.
fn weight(key: &str, result: &SearchResult) -> usize {
    let facets = result.facets.iter().flat_map(|facet| &facet.values);
    let facets: usize = facets.map(|value| value.value.len() + value.label.len() + 56).sum();
    let relaxations: usize = result
        .relaxations
        .iter()
        .map(|relaxation| 160 + relaxation.nearest.iter().map(|value| value.len() + 24).sum::<usize>())
        .sum();
    let rejections: usize =
        result.rejections.rejected.iter().map(|missed| 80 + missed.actual.len() + missed.wanted.len()).sum();
    let words: usize = result.unmatched_words.iter().map(|word| word.len() + 24).sum();
    OVERHEAD + key.len() + result.hits.len() * 16 + facets + relaxations + rejections + words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_tells_generations_and_every_field_apart() {
        let query = SearchQuery { text: "oak desk".to_owned(), limit: 5, ..SearchQuery::default() };
        let blank = SearchQuery { text: " oak desk ".to_owned(), ..query.clone() };
        assert_eq!(key("1", &query, false), key("1", &blank, false));
        assert_ne!(key("1", &query, false), key("2", &query, false));
        assert_ne!(key("1", &query, false), key("1", &query, true));
        let mut limited = query.clone();
        limited.filters.price.max = Some(100.0);
        for other in [
            limited,
            SearchQuery { limit: 6, ..query.clone() },
            SearchQuery { offset: 5, ..query.clone() },
            SearchQuery { with_facets: true, ..query.clone() },
            SearchQuery { text: "Oak desk".to_owned(), ..query.clone() },
        ] {
            assert_ne!(key("1", &query, false), key("1", &other, false));
        }
    }
}
