//! Keys in headers: who may use the API at all, when the operator wants to know, and who may read what only operators may.

use easymart_core::reason;
use easymart_runtime::config::Secret;
use http::HeaderMap;
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};

use crate::problem::{Failure, Result};

const API_KEY: &str = "x-api-key";
const OPERATOR_KEY: &str = "x-operator-key";

/// Keys that open the API.
pub(crate) struct ApiKeys(KeySet);

impl ApiKeys {
    /// The configured keys; none means that none is asked for.
    pub(crate) fn new(keys: &[Secret]) -> Self {
        Self(KeySet::new(keys))
    }

    /// Whether the request may pass.
    ///
    /// # Errors
    /// `API_KEY_INVALID`.
    pub(crate) fn check(&self, headers: &HeaderMap) -> Result<()> {
        if self.0.is_empty() || self.0.is_sent(API_KEY, headers) {
            return Ok(());
        }
        Err(Failure::new(reason::API_KEY_INVALID, "the header X-Api-Key is missing or names no known key"))
    }
}

/// Keys that open what only operators may read.
pub(crate) struct OperatorKeys(KeySet);

impl OperatorKeys {
    /// The configured keys; none means that nothing can be opened.
    pub(crate) fn new(keys: &[Secret]) -> Self {
        Self(KeySet::new(keys))
    }

    /// Whether the request may pass.
    ///
    /// # Errors
    /// `ROUTE_UNKNOWN` when no key is configured, as if there were no such path; else `OPERATOR_KEY_INVALID`.
    pub(crate) fn check(&self, headers: &HeaderMap) -> Result<()> {
        if self.0.is_empty() {
            return Err(Failure::no_route());
        }
        if self.0.is_sent(OPERATOR_KEY, headers) {
            return Ok(());
        }
        Err(Failure::new(reason::OPERATOR_KEY_INVALID, "the header X-Operator-Key is missing or names no known key"))
    }
}

/// Hashes of the configured keys: of equal length, so that comparing takes the same time whatever is sent.
struct KeySet(Vec<[u8; 32]>);

impl KeySet {
    fn new(keys: &[Secret]) -> Self {
        Self(keys.iter().map(|key| digest(key.expose().as_bytes())).collect())
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn is_sent(&self, header: &str, headers: &HeaderMap) -> bool {
        let Some(sent) = headers.get(header) else {
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
        headers(API_KEY, key)
    }

    fn headers(name: &'static str, key: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(http::HeaderName::from_static(name), HeaderValue::from_static(key))])
    }

    #[test]
    fn operators_need_a_key_of_their_own() {
        let keys = OperatorKeys::new(&[Secret::new("first")]);
        assert!(keys.check(&headers(OPERATOR_KEY, "first")).is_ok());
        for wrong in [headers(OPERATOR_KEY, "second"), headers(API_KEY, "first"), HeaderMap::new()] {
            assert_eq!(keys.check(&wrong).unwrap_err().reason(), reason::OPERATOR_KEY_INVALID);
        }
    }

    #[test]
    fn without_operator_keys_there_is_nothing_to_open() {
        let refused = OperatorKeys::new(&[]).check(&headers(OPERATOR_KEY, "first")).unwrap_err();
        assert_eq!(refused.reason(), reason::ROUTE_UNKNOWN);
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
