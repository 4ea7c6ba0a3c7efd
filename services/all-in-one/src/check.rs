//! Asks a running system how it is.

use std::time::Duration;

use easymart_core::CallContext;
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

/// Asks every part in the book, all at the same time: the services for their gRPC health, the gateway for its readiness.
pub async fn check(book: &AddressBook) -> Vec<PartHealth> {
    let parts = Target::PARTS.into_iter().filter_map(|part| book.url(part).map(|url| (part, url)));
    join_all(parts.map(|(part, url)| ask(part, url))).await
}

async fn ask(part: Target, url: String) -> PartHealth {
    let outcome = match part {
        Target::Gateway => ask_http(&url).await,
        _ => ask_grpc(part, &url).await,
    };
    PartHealth { part, url, problem: outcome.err().map(|error| format!("{error:#}")) }
}

async fn ask_grpc(part: Target, url: &str) -> anyhow::Result<()> {
    let peer = Peer::new(part.name(), url, &PeerConfig::default())?;
    Ok(peer.health(&CallContext::new(PATIENCE), "").await?)
}

async fn ask_http(url: &str) -> anyhow::Result<()> {
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build()?;
    client.get(format!("{url}/readyz")).send().await?.error_for_status()?;
    Ok(())
}
