//! Names of this service's metrics. Durations are seconds; labels take few values, never keys or words of shoppers.

/// Changes that callers asked for. Labels `kind`, `outcome` (`applied`, `unchanged`, `replayed`, or the reason of the refusal).
pub(crate) const MUTATIONS: &str = "easymart_cart_sync_mutations_total";
/// Changes that the backend has not confirmed.
pub(crate) const OUTBOX_DEPTH: &str = "easymart_cart_sync_outbox_depth";
/// Age of the oldest of them.
pub(crate) const OUTBOX_OLDEST: &str = "easymart_cart_sync_outbox_oldest_age_seconds";
/// Duration of a request to the backend. Labels `action`, `outcome` (`done`, `retry`, `refused`).
pub(crate) const STOREFRONT_SECONDS: &str = "easymart_cart_sync_storefront_seconds";
/// Whether the backend is left alone because it fails: 0 no, 1 being tried, 2 yes.
pub(crate) const STOREFRONT_BREAKER: &str = "easymart_cart_sync_storefront_breaker_state";
/// Carts that still differed from the backend's copy after the differences were sent.
pub(crate) const CONFLICTS: &str = "easymart_cart_sync_conflicts_total";
/// Records deleted because they had expired.
pub(crate) const SWEPT: &str = "easymart_cart_sync_swept_records_total";
/// Watched carts' open streams.
pub(crate) const WATCHERS: &str = "easymart_cart_sync_watchers";
/// Deliveries that our own side broke off. The change stays queued.
pub(crate) const DELIVERY_FAULTS: &str = "easymart_cart_sync_delivery_faults_total";

/// Tells the collector what the names mean.
pub(crate) fn describe() {
    use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

    describe_counter!(MUTATIONS, Unit::Count, "Changes that callers asked for.");
    describe_gauge!(OUTBOX_DEPTH, Unit::Count, "Changes that the shop's backend has not confirmed.");
    describe_gauge!(
        OUTBOX_OLDEST,
        Unit::Seconds,
        "Age of the oldest change that the shop's backend has not confirmed."
    );
    describe_histogram!(STOREFRONT_SECONDS, Unit::Seconds, "Duration of a request to the shop's backend.");
    describe_gauge!(
        STOREFRONT_BREAKER,
        Unit::Count,
        "Whether the shop's backend is left alone because it fails: 0 no, 1 being tried, 2 yes."
    );
    describe_counter!(CONFLICTS, Unit::Count, "Carts that differ from the backend's copy for good.");
    describe_counter!(SWEPT, Unit::Count, "Records deleted because they had expired.");
    describe_gauge!(WATCHERS, Unit::Count, "Open streams of watched carts.");
    describe_counter!(DELIVERY_FAULTS, Unit::Count, "Deliveries that our own side broke off.");
}
