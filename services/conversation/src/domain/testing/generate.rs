//! Strategies for everything that a conversation can meet: acts, products as odd as catalogues have them, messages.

mod acts;
mod messages;
mod products;

pub(crate) use acts::acts;
pub(crate) use messages::message;
pub(crate) use products::products;
