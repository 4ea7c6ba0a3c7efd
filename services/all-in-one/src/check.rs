//! Asks a running system how it is.

use std::time::Duration;

use anyhow::Context as _;
use easymart_core::CallContext;
use easymart_proto as proto;
use easymart_rpc::{Peer, PeerConfig};
use futures::future::join_all;

use crate::{address_book::AddressBook, cli::Target};

const PATIENCE: Duration = Duration::from_secs(2);

/// One part's health.
#[derive(Debug)]
pub struct PartHealth {
    /// The part.
    pub part: Target,
    /// Where it was asked.
    pub url: String,
    /// What is wrong; `None` when it serves.
    pub problem: Option<String>,
}

/// Asks every part in the book, all at the same time.
///
/// # Errors
/// When an address is not a URL.
pub async fn check(book: &AddressBook) -> anyhow::Result<Vec<PartHealth>> {
    let parts = Target::PARTS.into_iter().filter_map(|part| book.url(part).map(|url| (part, url)));
    join_all(parts.map(|(part, url)| ask(part, url))).await.into_iter().collect()
}

async fn ask(part: Target, url: String) -> anyhow::Result<PartHealth> {
    let problem = match grpc_service(part) {
        Some(service) => ask_grpc(part, &url, service).await?,
        None => ask_http(&url).await,
    };
    Ok(PartHealth { part, url, problem })
}

async fn ask_grpc(part: Target, url: &str, service: &str) -> anyhow::Result<Option<String>> {
    let peer = Peer::new(part.name(), url, &PeerConfig::default()).with_context(|| format!("{url} is no address"))?;
    Ok(peer.health(&CallContext::new(PATIENCE), service).await.err().map(|error| error.to_string()))
}
