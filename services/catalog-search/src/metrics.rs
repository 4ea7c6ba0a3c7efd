//! Names of this service's metrics. Durations are seconds; labels take few values, never shoppers' words.

/// Duration of a search, without transport. Label `words` (`yes`, `no`): whether it had a query.
pub(crate) const SEARCH_SECONDS: &str = "easymart_catalog_search_search_seconds";
/// Searches that found nothing. Label `words`.
pub(crate) const SEARCH_EMPTY: &str = "easymart_catalog_search_empty_searches_total";
/// Searches whose spelling was corrected.
pub(crate) const SEARCH_CORRECTED: &str = "easymart_catalog_search_corrected_searches_total";
/// Imports. Label `outcome` (`imported`, `unchanged`, or the reason of the refusal).
pub(crate) const IMPORTS: &str = "easymart_catalog_search_imports_total";
/// Duration of an import that made a generation.
pub(crate) const IMPORT_SECONDS: &str = "easymart_catalog_search_import_seconds";
/// Products being served.
pub(crate) const PRODUCTS: &str = "easymart_catalog_search_products";

/// Tells the collector what the names mean.
pub(crate) fn describe() {
    use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

    describe_histogram!(SEARCH_SECONDS, Unit::Seconds, "Duration of a search, without transport.");
    describe_counter!(SEARCH_EMPTY, Unit::Count, "Searches that found nothing.");
    describe_counter!(SEARCH_CORRECTED, Unit::Count, "Searches whose spelling was corrected.");
    describe_counter!(IMPORTS, Unit::Count, "Imports by outcome.");
    describe_histogram!(IMPORT_SECONDS, Unit::Seconds, "Duration of an import that made a generation.");
    describe_gauge!(PRODUCTS, Unit::Count, "Products being served.");
}
