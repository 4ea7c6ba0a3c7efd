//! The ports over the network: catalog-search, cart-sync and llm-proxy.

mod cart_sync;
mod catalog_search;
mod convert;
mod llm_proxy;

pub(crate) use cart_sync::PeerCarts;
pub(crate) use catalog_search::PeerCatalogue;
pub(crate) use convert::{exclusions, size_range};
pub(crate) use llm_proxy::PeerLanguage;
