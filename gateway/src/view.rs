//! From the services' messages to the JSON of the HTTP contract. The one place that knows both.
//!
//! Views borrow from the messages and are serialised at once: nothing is copied but what has to be formatted.

pub(crate) mod cart;
pub(crate) mod catalogue;
pub(crate) mod legacy;
pub(crate) mod money;
pub(crate) mod product;
pub(crate) mod search;
pub(crate) mod session;
pub(crate) mod time;
pub(crate) mod turn;

/// `None` for an empty text: a field that the contract leaves out when there is nothing to say.
pub(crate) fn non_empty(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
