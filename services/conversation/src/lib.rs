//! Talks with shoppers: reads a message, acts through typed tools, and answers with nothing that a tool result does not prove.
//!
//! What holds:
//! * Turns of one session are applied one after the other; an acknowledged turn is on disk, a repeated one changes nothing.
//! * Understanding, state, references, replies and their proof are pure (`domain`); they need no model and no network.
//! * Every checkable part of a reply is bound to a field of a tool's result, and a checker that knows nothing of the composer
//!   verifies that before the reply leaves.
//! * A dependency that is slow or down costs what it would have told, never the turn.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod app;
mod clients;
pub mod config;
pub mod domain;
mod grpc;
mod metrics;
pub mod ports;
mod store;
pub mod tools;

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::Context as _;
use easymart_core::{Clock, SystemClock};
use easymart_proto::conversation::v1::conversation_service_server::ConversationServiceServer;
use easymart_rpc::{Peer, Server};
use easymart_runtime::{Readiness, Tasks};
use tokio::{net::TcpListener, task::spawn_blocking};
use tokio_util::sync::CancellationToken;

pub use config::Config;

use app::{Conversations, KnowledgeBase, Parts};
use clients::{PeerCarts, PeerCatalogue, PeerLanguage};
use domain::{
    dialogue::{Rooms, Shop},
    policy::Profile,
    specs::SpecTable,
    texts::Texts,
};
use ports::Catalogue;
use store::SessionStore;

/// How long background tasks and turns in work may take to end.
const GRACE: Duration = Duration::from_secs(5);
/// The sample shop's profile, for a start without any configuration.
const SAMPLE_PROFILE: &str = include_str!("../../../deploy/sample-shop/store.toml");

/// The services that conversation calls.
#[derive(Clone)]
pub struct Peers {
    /// Knows the products.
    pub catalog_search: Peer,
    /// Owns the carts.
    pub cart_sync: Peer,
    /// May phrase a sentence.
    pub llm_proxy: Peer,
}

/// Serves conversations on `listener` until `stop`, then drains.
///
/// # Errors
/// When the configuration or the store profile is wrong, the store cannot be opened, or a background task failed.
pub async fn serve(config: Config, listener: TcpListener, peers: Peers, stop: CancellationToken) -> anyhow::Result<()> {
    config.validate().map_err(anyhow::Error::msg)?;
    metrics::describe();
    let shop = Arc::new(shop(&config.store_profile)?);
    let store = open_store(&config).await?;
    let kept = store.vocabulary().map_err(anyhow::Error::from)?.unwrap_or_default();
    let knowledge = KnowledgeBase::new(&kept, shop.currency());
    let catalogue: Arc<dyn Catalogue> = Arc::new(PeerCatalogue::new(peers.catalog_search, shop.currency()));
    let conversations = Conversations::new(Parts {
        store: store.clone(),
        catalogue: Arc::clone(&catalogue),
        carts: Arc::new(PeerCarts(peers.cart_sync)),
        language: Arc::new(PeerLanguage::new(peers.llm_proxy)),
        knowledge: knowledge.clone(),
        clock: Arc::new(SystemClock),
        session_queue: config.session_queue,
        llm_timeout: config.llm_timeout,
        shop: Arc::clone(&shop),
    });
    let tasks = Tasks::new(&stop);
    let ready = Readiness::new(false);
    let interval = config.vocabulary_interval;
    tasks.spawn("vocabulary", knowledge.follow(catalogue, store, interval, ready.clone(), tasks.stop_token()));
    tasks.spawn("sweep", conversations.clone().sweep(config.sweep_interval, tasks.stop_token()));
    let served = Server::new("conversation", &config.server)
        .readiness(ready.subscribe())
        .service(ConversationServiceServer::new(grpc::Grpc(conversations.clone())))
        .serve(listener, stop)
        .await;
    let finished = tokio::time::timeout(GRACE, conversations.finish()).await;
    tasks.shutdown(GRACE).await?;
    finished.context("turns were still being taken when the time to stop ran out")?;
    served
}

/// Texts, tables and the store profile; an empty path means the sample shop's.
fn shop(profile: &Path) -> anyhow::Result<Shop> {
    let text = if profile.as_os_str().is_empty() {
        SAMPLE_PROFILE.to_owned()
    } else {
        std::fs::read_to_string(profile)
            .with_context(|| format!("conversation.store_profile: cannot read {}", profile.display()))?
    };
    Ok(Shop {
        texts: Texts::english()?,
        profile: Arc::new(Profile::parse(&text)?),
        specs: SpecTable::parse(include_str!("../data/specs.toml")).context("the table of product questions")?,
        rooms: Rooms::parse(include_str!("../data/rooms.toml")).context("the table of rooms")?,
    })
}

async fn open_store(config: &Config) -> anyhow::Result<SessionStore> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let (path, cache_mb) = (config.data_dir.clone(), config.cache_mb);
    let session_ttl = config.session_ttl;
    let opened = spawn_blocking(move || SessionStore::open(path, cache_mb, clock, session_ttl));
    opened.await?.with_context(|| format!("cannot open the sessions in {}", config.data_dir.display()))
}
