//! The section `[catalog_search]` of the configuration.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use easymart_core::Currency;
use easymart_rpc::ServerConfig;
use easymart_runtime::config::{duration, longer_than_zero};
use serde::{Deserialize, Serialize};

/// Configuration of catalog-search.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address to serve gRPC on.
    pub listen: SocketAddr,
    /// Directory of the products, the columns and the text index.
    pub data_dir: PathBuf,
    /// Memory for the store's cache, in MiB. It holds little: products lie in files of their own.
    pub cache_mb: u64,
    /// Currency of prices that name none (ISO 4217), when the import does not say.
    pub currency: String,
    /// Address of a product's page without its handle, for feeds that have no addresses.
    pub product_url_prefix: String,
    /// Largest feed that is taken, in MiB.
    pub max_feed_mb: usize,
    /// How long a replaced generation can still be named by readers.
    #[serde(with = "duration")]
    pub keep_generations: Duration,
    /// Most replaced imports that are kept beside the one that is served, each of which needs as much memory; more imports within
    /// `keep_generations` end the oldest earlier. Changes of prices and stock do not count.
    pub kept_imports: usize,
    /// Memory for results of searches, in MiB; 0 keeps none.
    pub result_cache_mb: u64,
    /// Products of each generation that are kept in memory because they are asked for often, some 10 KB each; 0 keeps none.
    pub kept_products: u64,
    /// Search by meaning.
    pub embedding: EmbeddingConfig,
    /// The gRPC server.
    pub server: ServerConfig,
}

/// Configuration of search by meaning, `[catalog_search.embedding]`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EmbeddingConfig {
    /// Folder with `model.onnx` and `tokenizer.json`. Empty: no model; words answer alone.
    pub model_dir: PathBuf,
    /// Longest wait for a query's vector; when it takes longer, words answer alone.
    #[serde(with = "duration")]
    pub query_budget: Duration,
    /// Vectors of queries that are kept in memory.
    pub kept_queries: u64,
    /// Threads that make products' vectors after an import; 0: one for each processor.
    pub threads: usize,
}

impl Default for EmbeddingConfig {
    fn default() -> Self {
        Self { model_dir: PathBuf::new(), query_budget: Duration::from_millis(100), kept_queries: 10_000, threads: 0 }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 7102)),
            data_dir: PathBuf::from("data/catalog-search"),
            cache_mb: 32,
            currency: Currency::AUD.code().to_owned(),
            product_url_prefix: "https://easymart.com.au/products/".to_owned(),
            max_feed_mb: 2_048,
            keep_generations: Duration::from_secs(30 * 60),
            kept_imports: 2,
            result_cache_mb: 16,
            kept_products: 1_000,
            embedding: EmbeddingConfig::default(),
            // An import of a large feed takes minutes, and is the only call that may.
            server: ServerConfig { max_deadline: Duration::from_secs(30 * 60), ..ServerConfig::default() },
        }
    }
}

impl Config {
    /// Checks what the types do not.
    ///
    /// # Errors
    /// Names the key that is wrong and what it may be.
    pub fn validate(&self) -> Result<(), String> {
        self.currency()?;
        if self.max_feed_mb == 0 {
            return Err("catalog_search.max_feed_mb: must be at least 1".to_owned());
        }
        longer_than_zero("catalog_search.embedding", &[("query_budget", self.embedding.query_budget)])
    }

    /// The currency.
    pub(crate) fn currency(&self) -> Result<Currency, String> {
        self.currency.parse().map_err(|error| format!("catalog_search.currency: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_value_is_named() {
        assert_eq!(Config::default().validate(), Ok(()));
        let config = Config { currency: "dollars".to_owned(), ..Config::default() };
        assert!(config.validate().unwrap_err().starts_with("catalog_search.currency"));
        let config = Config { max_feed_mb: 0, ..Config::default() };
        assert!(config.validate().unwrap_err().contains("max_feed_mb"));
        let embedding = EmbeddingConfig { query_budget: Duration::ZERO, ..EmbeddingConfig::default() };
        let config = Config { embedding, ..Config::default() };
        assert!(config.validate().unwrap_err().contains("catalog_search.embedding.query_budget"));
    }
}
