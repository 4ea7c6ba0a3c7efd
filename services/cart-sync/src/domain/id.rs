//! Keys of carts and requests: checked once, at the edge, and taken for granted from there on.

use std::{fmt, sync::Arc};

use easymart_runtime::log_hash;
use serde::{Deserialize, Serialize};

/// Most characters of a cart's, a line's or a product's key.
const MAX_CHARS: usize = 128;
/// Most characters of a request's key: callers make theirs longer by deriving several from one.
const MAX_REQUEST_CHARS: usize = 256;

/// Why something is not a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {description}")]
pub(crate) struct IdError {
    /// Field at fault.
    pub(crate) field: &'static str,
    /// What is wrong with it.
    pub(crate) description: String,
}

/// Key of a cart: letters, digits, `.`, `_`, `:` and `-`.
///
/// Whoever knows it can read the cart, therefore neither `Debug` nor a log shows it: see [`CartId::log_hash`].
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct CartId(Arc<str>);

impl CartId {
    /// The key, if it may be one.
    ///
    /// # Errors
    /// When it is empty, longer than 128 characters or has other characters than those named above.
    pub(crate) fn parse(text: &str) -> Result<Self, IdError> {
        let field = "cart_id";
        check_length(field, text, MAX_CHARS)?;
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | ':' | '-');
        if text.chars().all(allowed) {
            Ok(Self(text.into()))
        } else {
            let description = "has characters other than letters, digits, '.', '_', ':' and '-'";
            Err(IdError { field, description: description.to_owned() })
        }
    }

    /// The key itself.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands for the cart in logs.
    #[must_use]
    pub(crate) fn log_hash(&self) -> String {
        log_hash(&self.0)
    }
}

impl fmt::Debug for CartId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CartId(#{})", self.log_hash())
    }
}

/// Idempotency key of one change, unique within its cart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct RequestId(String);

impl RequestId {
    /// The key, if it may be one.
    ///
    /// # Errors
    /// When it is empty, longer than 256 characters or has control characters.
    pub(crate) fn parse(text: &str) -> Result<Self, IdError> {
        check_text("request_id", text, MAX_REQUEST_CHARS)?;
        Ok(Self(text.to_owned()))
    }

    /// The key itself.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Checks what names a line or a product.
///
/// # Errors
/// When it is empty, longer than 128 characters or has control characters.
pub(crate) fn check_reference(field: &'static str, text: &str) -> Result<(), IdError> {
    check_text(field, text, MAX_CHARS)
}

fn check_text(field: &'static str, text: &str, most: usize) -> Result<(), IdError> {
    check_length(field, text, most)?;
    if text.chars().any(char::is_control) {
        return Err(IdError { field, description: "has control characters".to_owned() });
    }
    Ok(())
}

fn check_length(field: &'static str, text: &str, most: usize) -> Result<(), IdError> {
    let description = match text.chars().count() {
        0 => "is missing".to_owned(),
        count if count > most => format!("has {count} characters; at most {most} are allowed"),
        _ => return Ok(()),
    };
    Err(IdError { field, description })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_a_length_and_an_alphabet() {
        assert!(CartId::parse("0192f0c1-6d3e-7000-8000-000000000001").is_ok());
        for bad in ["", "a/b", "a b", "é", "a\n", &"x".repeat(129)] {
            assert!(CartId::parse(bad).is_err(), "{bad:?}");
        }
        assert!(RequestId::parse("order/7 again").is_ok());
        assert!(RequestId::parse("a\u{0}").is_err());
        assert!(check_reference("product_id", &"x".repeat(128)).is_ok());
        assert!(check_reference("product_id", &"x".repeat(129)).is_err());
    }

    #[test]
    fn a_cart_is_not_shown_by_debug() {
        let id = CartId::parse("very-secret").unwrap();
        assert!(!format!("{id:?}").contains("secret"));
    }
}
