//! Names of this service's metrics. Durations are seconds; labels take few values, never shoppers' words.

/// Duration of a search, without transport. Label `words` (`yes`, `no`): whether it had a query.
pub(crate) const SEARCH_SECONDS: &str = "easymart_catalog_search_search_seconds";
/// Searches that found nothing. Label `words`.
pub(crate) const SEARCH_EMPTY: &str = "easymart_catalog_search_empty_searches_total";
/// Searches whose spelling was corrected.
pub(crate) const SEARCH_CORRECTED: &str = "easymart_catalog_search_corrected_searches_total";
/// Products of the served generation that have a vector.
pub(crate) const VECTORS: &str = "easymart_catalog_search_vectors";
/// Queries that were to be searched by meaning. Label `outcome` (`kept`, `made`, `late`, `busy`, `failed`): the last three were answered by
/// words alone.
pub(crate) const QUERY_VECTORS: &str = "easymart_catalog_search_query_vectors_total";
/// Duration of making a query's vector.
pub(crate) const QUERY_VECTOR_SECONDS: &str = "easymart_catalog_search_query_vector_seconds";
/// Imports. Label `outcome` (`imported`, `unchanged`, or the reason of the refusal).
pub(crate) const IMPORTS: &str = "easymart_catalog_search_imports_total";
/// Duration of an import that made a generation.
pub(crate) const IMPORT_SECONDS: &str = "easymart_catalog_search_import_seconds";
/// Products being served.
pub(crate) const PRODUCTS: &str = "easymart_catalog_search_products";
/// Offers that were changed by upserts.
pub(crate) const OFFERS_CHANGED: &str = "easymart_catalog_search_offers_changed_total";
/// Products of the served generation whose offer was changed since the import.
pub(crate) const CHANGED_OFFERS: &str = "easymart_catalog_search_changed_offers";
/// Replaced generations that are still kept for readers that name them.
pub(crate) const KEPT_GENERATIONS: &str = "easymart_catalog_search_kept_generations";
/// Look-ups in the cache of results. Label `outcome` (`hit`, `miss`).
pub(crate) const CACHE_LOOKUPS: &str = "easymart_catalog_search_result_cache_lookups_total";
/// Streams that watch the catalogue.
pub(crate) const WATCHERS: &str = "easymart_catalog_search_watchers";

/// Tells the collector what the names mean.
pub(crate) fn describe() {
    use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

    describe_histogram!(SEARCH_SECONDS, Unit::Seconds, "Duration of a search, without transport.");
    describe_counter!(SEARCH_EMPTY, Unit::Count, "Searches that found nothing.");
    describe_counter!(SEARCH_CORRECTED, Unit::Count, "Searches whose spelling was corrected.");
    describe_gauge!(VECTORS, Unit::Count, "Products of the served generation that have a vector.");
    describe_counter!(QUERY_VECTORS, Unit::Count, "Queries that were to be searched by meaning, by outcome.");
    describe_histogram!(QUERY_VECTOR_SECONDS, Unit::Seconds, "Duration of making a query's vector.");
    describe_counter!(IMPORTS, Unit::Count, "Imports by outcome.");
    describe_histogram!(IMPORT_SECONDS, Unit::Seconds, "Duration of an import that made a generation.");
    describe_gauge!(PRODUCTS, Unit::Count, "Products being served.");
    describe_counter!(OFFERS_CHANGED, Unit::Count, "Offers that were changed by upserts.");
    describe_gauge!(CHANGED_OFFERS, Unit::Count, "Products whose offer was changed since the import.");
    describe_gauge!(KEPT_GENERATIONS, Unit::Count, "Replaced generations that are still kept.");
    describe_counter!(CACHE_LOOKUPS, Unit::Count, "Look-ups in the cache of results by outcome.");
    describe_gauge!(WATCHERS, Unit::Count, "Streams that watch the catalogue.");
}
