//! The section `[cart_sync]` of the configuration.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use easymart_core::Currency;
use easymart_rpc::ServerConfig;
use easymart_runtime::config::{Secret, at_least_one, duration, longer_than_zero};
use serde::{Deserialize, Serialize};

/// Place of the cart's key in a checkout address.
pub(crate) const CART_ID_PLACEHOLDER: &str = "{cart_id}";

/// Configuration of cart-sync.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address to serve gRPC on.
    pub listen: SocketAddr,
    /// Directory of the carts.
    pub data_dir: PathBuf,
    /// Memory for the store's cache, in MiB.
    pub cache_mb: u64,
    /// Currency of a cart that holds nothing (ISO 4217).
    pub currency: Currency,
    /// How long a cart lives after its last change.
    #[serde(with = "duration")]
    pub cart_ttl: Duration,
    /// How long the answer to a change is kept for those who repeat it.
    #[serde(with = "duration")]
    pub idempotency_ttl: Duration,
    /// How often what expired is deleted.
    #[serde(with = "duration")]
    pub sweep_interval: Duration,
    /// Page to check out at when the shop's backend names none; `{cart_id}` is replaced. Empty: no checkout without a backend.
    pub checkout_url_template: String,
    /// The shop's backend.
    pub storefront: StorefrontConfig,
    /// The gRPC server.
    pub server: ServerConfig,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 7103)),
            data_dir: PathBuf::from("data/cart-sync"),
            cache_mb: 32,
            currency: Currency::AUD,
            cart_ttl: Duration::from_secs(30 * 24 * 3_600),
            idempotency_ttl: Duration::from_secs(24 * 3_600),
            sweep_interval: Duration::from_secs(600),
            checkout_url_template: String::new(),
            storefront: StorefrontConfig::default(),
            server: ServerConfig::default(),
        }
    }
}

/// The shop's backend: where carts are sent, and how patiently.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StorefrontConfig {
    /// Its address, for example `http://127.0.0.1:3002`. Empty: there is none, and carts are local.
    pub url: String,
    /// Header that carries `api_key`.
    pub api_key_header: String,
    /// Key that it asks for; empty: none is sent.
    pub api_key: Secret,
    /// Longest time to connect.
    #[serde(with = "duration")]
    pub connect_timeout: Duration,
    /// Longest time for a whole request.
    #[serde(with = "duration")]
    pub timeout: Duration,
    /// Most carts that are sent at the same time.
    pub max_concurrent: usize,
    /// Wait before the first repetition; it doubles with each.
    #[serde(with = "duration")]
    pub retry_min: Duration,
    /// Longest wait between repetitions.
    #[serde(with = "duration")]
    pub retry_max: Duration,
    /// Failures in a row, over all carts, after which it is left alone for a while. 0 switches that off.
    pub breaker_failures: u32,
    /// How long it is left alone.
    #[serde(with = "duration")]
    pub breaker_pause: Duration,
}

impl Default for StorefrontConfig {
    fn default() -> Self {
        Self {
            url: String::new(),
            api_key_header: "X-Api-Key".to_owned(),
            api_key: Secret::default(),
            connect_timeout: Duration::from_secs(3),
            timeout: Duration::from_secs(10),
            max_concurrent: 16,
            retry_min: Duration::from_millis(500),
            retry_max: Duration::from_secs(300),
            breaker_failures: 8,
            breaker_pause: Duration::from_secs(5),
        }
    }
}

impl Config {
    /// Checks what the types do not.
    ///
    /// # Errors
    /// Names the key that is wrong and what it may be.
    pub fn validate(&self) -> Result<(), String> {
        let durations = [
            ("cart_ttl", self.cart_ttl),
            ("idempotency_ttl", self.idempotency_ttl),
            ("sweep_interval", self.sweep_interval),
        ];
        longer_than_zero("cart_sync", &durations)?;
        self.storefront.validate()
    }
}

impl StorefrontConfig {
    fn validate(&self) -> Result<(), String> {
        if !self.url.is_empty() {
            self.base_url()?;
        }
        reqwest::header::HeaderName::try_from(&self.api_key_header)
            .map_err(|_| format!("cart_sync.storefront.api_key_header: {:?} is no header name", self.api_key_header))?;
        let durations = [
            ("connect_timeout", self.connect_timeout),
            ("timeout", self.timeout),
            ("retry_min", self.retry_min),
            ("breaker_pause", self.breaker_pause),
        ];
        longer_than_zero("cart_sync.storefront", &durations)?;
        at_least_one("cart_sync.storefront", &[("max_concurrent", self.max_concurrent)])?;
        if self.retry_max < self.retry_min {
            return Err("cart_sync.storefront.retry_max: is shorter than retry_min".to_owned());
        }
        Ok(())
    }

    /// The backend's address.
    pub(crate) fn base_url(&self) -> Result<reqwest::Url, String> {
        let wrong = |why: &str| format!("cart_sync.storefront.url: {why}");
        let url = reqwest::Url::parse(&self.url).map_err(|error| wrong(&error.to_string()))?;
        match (url.scheme(), url.query(), url.fragment()) {
            ("http" | "https", None, None) => Ok(url),
            ("http" | "https", _, _) => Err(wrong("must have no query and no fragment")),
            _ => Err(wrong("must start with http:// or https://")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_url(url: &str) -> Config {
        let storefront = StorefrontConfig { url: url.to_owned(), ..StorefrontConfig::default() };
        Config { storefront, ..Config::default() }
    }

    #[test]
    fn the_defaults_are_valid() {
        assert_eq!(Config::default().validate(), Ok(()));
    }

    #[test]
    fn a_wrong_value_is_named() {
        for url in ["shop", "ftp://shop", "http://shop/?a=b", "http://"] {
            let error = with_url(url).validate().unwrap_err();
            assert!(error.starts_with("cart_sync.storefront.url"), "{error}");
        }
        assert_eq!(with_url("https://shop.example/base").validate(), Ok(()));
        let mut config = Config::default();
        config.storefront.max_concurrent = 0;
        assert!(config.validate().unwrap_err().contains("max_concurrent"));
    }
}
