//! What the use cases need from outside, over the network.

mod answer;
mod catalogue;
mod storefront;

pub(crate) use catalogue::PeerCatalogue;
pub(crate) use storefront::HttpStorefront;
