//! The store's metrics, labelled with the schema's name.

use std::time::Duration;

/// Records what the committer does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measure {
    store: &'static str,
}

impl Measure {
    pub(crate) fn new(store: &'static str) -> Self {
        metrics::describe_histogram!(
            "easymart_store_commit_seconds",
            metrics::Unit::Seconds,
            "From taking a round of commits until it is durable."
        );
        metrics::describe_histogram!(
            "easymart_store_batch_size",
            metrics::Unit::Count,
            "Commits that shared one disk barrier."
        );
        metrics::describe_gauge!("easymart_store_bytes", metrics::Unit::Bytes, "Size of the store on disk.");
        Self { store }
    }

    /// A round of `commits` became durable after `took`.
    pub(crate) fn round(self, commits: usize, took: Duration) {
        metrics::histogram!("easymart_store_commit_seconds", "store" => self.store).record(took);
        #[allow(clippy::cast_precision_loss)] // counts are far below 2^52
        metrics::histogram!("easymart_store_batch_size", "store" => self.store).record(commits as f64);
    }

    /// The store occupies `bytes` on disk.
    pub(crate) fn size(self, bytes: u64) {
        #[allow(clippy::cast_precision_loss)] // sizes are far below 2^52
        metrics::gauge!("easymart_store_bytes", "store" => self.store).set(bytes as f64);
    }
}
