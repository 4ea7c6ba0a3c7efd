//! API keys: who may use the API at all, when the operator wants to know.

use easymart_core::reason;
use easymart_runtime::config::Secret;
use http::HeaderMap;
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};

use crate::problem::{Failure, Result};

const HEADER: &str = "x-api-key";

/// Hashes of the configured keys: of equal length, so that comparing takes the same time whatever is sent.
pub(crate) struct ApiKeys(Vec<[u8; 32]>);

impl ApiKeys {
    /// The configured keys; none means that none is asked for.
    pub(crate) fn new(keys: &[Secret]) -> Self {
        Self(keys.iter().map(|key| digest(key.expose().as_bytes())).collect())
    }

    /// Whether the request may pass.
    ///
    /// # Errors
    /// `API_KEY_INVALID`.
    pub(crate) fn check(&self, headers: &HeaderMap) -> Result<()> {
        if self.0.is_empty() || self.is_known(headers) {
            return Ok(());
        }
        Err(Failure::new(reason::API_KEY_INVALID, "the header X-Api-Key is missing or names no known key"))
    }

    fn is_known(&self, headers: &HeaderMap) -> bool {
        let Some(sent) = headers.get(HEADER) else {
            return false;
        };
        let sent = digest(sent.as_bytes());
        // Every key is compared: the time tells nothing of which one came close.
        let known = self.0.iter().fold(Choice::from(0), |known, key| known | key.ct_eq(&sent));
        known.into()
    }
}

fn digest(key: &[u8]) -> [u8; 32] {
    Sha256::digest(key).into()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn sent(key: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(http::HeaderName::from_static(HEADER), HeaderValue::from_static(key))])
    }

    #[test]
    fn any_configured_key_opens() {
        let keys = ApiKeys::new(&[Secret::new("first"), Secret::new("second")]);
        assert!(keys.check(&sent("first")).is_ok());
        assert!(keys.check(&sent("second")).is_ok());
        for headers in [sent("third"), sent(""), sent("firs"), HeaderMap::new()] {
            assert_eq!(keys.check(&headers).unwrap_err().reason(), reason::API_KEY_INVALID);
        }
    }

    #[test]
    fn without_keys_nobody_is_asked() {
        assert!(ApiKeys::new(&[]).check(&HeaderMap::new()).is_ok());
    }
}
