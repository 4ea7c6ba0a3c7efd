//! Starts the parts in order of dependency, watches them, and stops them in reverse.

use std::{future::pending, net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context as _;
use bytes::Bytes;
use easymart_core::CallContext;
use easymart_gateway::{Edge, Pictures};
use easymart_proto::catalog_search::v1::{
    GetCatalogueInfoRequest, GetCatalogueInfoResponse, catalog_search_service_client::CatalogSearchServiceClient,
};
use easymart_rpc::{Idempotency, MethodPolicy, Peer, PeerConfig};
use easymart_runtime::telemetry::MetricsHandle;
use easymart_sample_shop::picture;
use futures::future::select_all;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    address_book::AddressBook,
    cli::Target,
    config::Config,
    import::{self, Feed},
};

/// Name under which the bundled shop is imported; it tells a catalogue of ours from one of the shop's.
const SAMPLE_SHOP: &str = "sample-shop.jsonl";

const GET_INFO: MethodPolicy = MethodPolicy {
    method: "GetCatalogueInfo",
    timeout: Duration::from_secs(5),
    idempotency: Idempotency::Safe,
    attempts: 3,
};

/// Which catalogue to serve.
#[derive(Debug, Clone)]
pub enum Catalogue {
    /// A feed; nothing happens when it is being served already.
    Feed {
        /// The feed.
        feed: Feed,
        /// Import it although more than half of the products would disappear.
        allow_shrink: bool,
    },
    /// Whatever was imported before, else the bundled sample shop.
    SampleShopUnlessImported,
}

/// Parts that run in this process.
pub struct System {
    config: Config,
    book: AddressBook,
    /// In the order in which they were started.
    parts: Vec<Part>,
    stop: CancellationToken,
}

struct Part {
    target: Target,
    stop: CancellationToken,
    task: JoinHandle<anyhow::Result<()>>,
}

impl System {
    /// Listens on every address, so that a clash shows at once; then starts the services, brings the catalogue up to date, and starts the
    /// gateway last: whoever is answered is answered from the catalogue that was asked for, and who comes earlier waits. `stop` ends the system.
    ///
    /// # Errors
    /// When an address is taken, a configured peer is no address, a part fails, or the feed is refused.
    pub async fn start(
        config: Config,
        targets: &[Target],
        catalogue: Catalogue,
        metrics: MetricsHandle,
        stop: CancellationToken,
    ) -> anyhow::Result<Self> {
        let mut listeners = Vec::new();
        let mut book = AddressBook::default();
        for target in targets {
            let listener = listen(*target, &config).await?;
            book.insert(*target, listener.local_addr()?);
            listeners.push((*target, listener));
        }
        let mut system = Self { config, book, parts: Vec::new(), stop };
        match system.start_all(listeners, catalogue, &metrics).await {
            Ok(()) => Ok(system),
            Err(error) => {
                if let Err(second) = system.stop().await {
                    tracing::error!(error = format!("{second:#}"), "stopping after a failed start failed too");
                }
                Err(error)
            }
        }
    }

    async fn start_all(
        &mut self,
        listeners: Vec<(Target, TcpListener)>,
        catalogue: Catalogue,
        metrics: &MetricsHandle,
    ) -> anyhow::Result<()> {
        let (edge, services): (Vec<_>, Vec<_>) =
            listeners.into_iter().partition(|(target, _)| *target == Target::Gateway);
        for (target, listener) in services {
            self.start_part(target, listener, metrics)?;
        }
        self.load(catalogue).await?;
        for (target, listener) in edge {
            self.start_part(target, listener, metrics)?;
        }
        Ok(())
    }

    /// Where the parts are.
    #[must_use]
    pub fn address_book(&self) -> &AddressBook {
        &self.book
    }

    /// Brings the catalogue up to date; ends early when the system is told to stop or a part ends.
    async fn load(&mut self, catalogue: Catalogue) -> anyhow::Result<()> {
        let Some(url) = self.book.url(Target::CatalogSearch) else {
            let named = matches!(catalogue, Catalogue::Feed { .. });
            anyhow::ensure!(
                !named,
                "--catalogue needs catalog-search in this process; use `easymart import FILE --address URL`"
            );
            return Ok(());
        };
        let currency = self.config.catalog_search.currency.clone();
        let stop = self.stop.clone();
        tokio::select! {
            outcome = load_into(&url, catalogue, &currency) => outcome,
            ended = first_end(&mut self.parts) => Err(ended),
            () = stop.cancelled() => Ok(()),
        }
    }

    /// Runs until told to stop, or until a part ends by itself, which is a failure.
    ///
    /// # Errors
    /// When a part failed or did not drain in time.
    pub async fn run(mut self) -> anyhow::Result<()> {
        let stop = self.stop.clone();
        let early = tokio::select! {
            () = stop.cancelled() => None,
            ended = first_end(&mut self.parts) => Some(ended),
        };
        let stopped = self.stop().await;
        early.map_or(stopped, Err)
    }

    /// Stops the parts in reverse order, each after those that call it.
    ///
    /// # Errors
    /// The first part that failed or did not drain in time.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        let mut outcome = Ok(());
        while let Some(part) = self.parts.pop() {
            part.stop.cancel();
            let ended = part.task.await.map_err(anyhow::Error::from).flatten();
            outcome = outcome.and(ended.with_context(|| format!("{} did not stop well", part.target.name())));
        }
        outcome
    }

    fn start_part(&mut self, target: Target, listener: TcpListener, metrics: &MetricsHandle) -> anyhow::Result<()> {
        let stop = CancellationToken::new();
        let token = stop.clone();
        let config = &self.config;
        let task = match target {
            Target::LlmProxy => tokio::spawn(easymart_llm_proxy::serve(
                config.llm_proxy.clone(),
                listener,
                easymart_llm_proxy::Peers,
                token,
            )),
            Target::CatalogSearch => tokio::spawn(easymart_catalog_search::serve(
                config.catalog_search.clone(),
                listener,
                easymart_catalog_search::Peers,
                token,
            )),
            Target::CartSync => {
                let peers = easymart_cart_sync::Peers { catalog_search: self.peer(Target::CatalogSearch)? };
                tokio::spawn(easymart_cart_sync::serve(config.cart_sync.clone(), listener, peers, token))
            }
            Target::Conversation => {
                let peers = easymart_conversation::Peers {
                    catalog_search: self.peer(Target::CatalogSearch)?,
                    cart_sync: self.peer(Target::CartSync)?,
                    llm_proxy: self.peer(Target::LlmProxy)?,
                };
                tokio::spawn(easymart_conversation::serve(config.conversation.clone(), listener, peers, token))
            }
            Target::Gateway => {
                let peers = easymart_gateway::Peers {
                    conversation: self.peer(Target::Conversation)?,
                    catalog_search: self.peer(Target::CatalogSearch)?,
                    cart_sync: self.peer(Target::CartSync)?,
                    llm_proxy: self.peer(Target::LlmProxy)?,
                };
                let pictures: Pictures = Arc::new(|name| picture(&format!("{name}.svg")).map(Bytes::from_static));
                let edge = Edge { metrics: Some(metrics.clone()), pictures: Some(pictures) };
                tokio::spawn(easymart_gateway::serve(config.gateway.clone(), listener, peers, edge, token))
            }
            Target::All => anyhow::bail!("\"all\" is a list of parts, not a part"),
        };
        self.parts.push(Part { target, stop, task });
        Ok(())
    }

    /// The way to a part: in this process when it runs here, else where the configuration says.
    fn peer(&self, target: Target) -> anyhow::Result<Peer> {
        let configured = match target {
            Target::Conversation => &self.config.peers.conversation,
            Target::CatalogSearch => &self.config.peers.catalog_search,
            Target::CartSync => &self.config.peers.cart_sync,
            Target::LlmProxy => &self.config.peers.llm_proxy,
            Target::Gateway | Target::All => anyhow::bail!("{} is no gRPC peer", target.name()),
        };
        let url = self.book.url(target).unwrap_or_else(|| configured.clone());
        Peer::new(target.name(), &url, &PeerConfig::default())
            .with_context(|| format!("peers.{}: {url:?} is no address", target.name()))
    }
}

impl Part {
    fn ended_early(self, outcome: Result<anyhow::Result<()>, tokio::task::JoinError>) -> anyhow::Error {
        let name = self.target.name();
        match outcome {
            Ok(Ok(())) => anyhow::anyhow!("{name} ended by itself"),
            Ok(Err(error)) => error.context(format!("{name} failed")),
            Err(panic) => anyhow::Error::from(panic).context(format!("{name} failed")),
        }
    }
}

async fn listen(target: Target, config: &Config) -> anyhow::Result<TcpListener> {
    let address: SocketAddr = match target {
        Target::LlmProxy => config.llm_proxy.listen,
        Target::CatalogSearch => config.catalog_search.listen,
        Target::CartSync => config.cart_sync.listen,
        Target::Conversation => config.conversation.listen,
        Target::Gateway => config.gateway.listen,
        Target::All => anyhow::bail!("\"all\" is a list of parts, not a part"),
    };
    let name = target.name();
    TcpListener::bind(address).await.with_context(|| {
        format!("{name} cannot listen on {address}: is it taken? Set {name}.listen to another address")
    })
}

/// Waits until some part ends although nobody told it to, and takes it out of the list.
async fn first_end(parts: &mut Vec<Part>) -> anyhow::Error {
    if parts.is_empty() {
        return pending().await;
    }
    let (outcome, index, _) = select_all(parts.iter_mut().map(|part| &mut part.task)).await;
    parts.remove(index).ended_early(outcome)
}

async fn load_into(url: &str, catalogue: Catalogue, currency: &str) -> anyhow::Result<()> {
    let (feed, allow_shrink) = match catalogue {
        Catalogue::Feed { feed, allow_shrink } => (feed, allow_shrink),
        Catalogue::SampleShopUnlessImported if serves_a_shop_of_its_own(url).await? => return Ok(()),
        Catalogue::SampleShopUnlessImported => (Feed::Bundled(SAMPLE_SHOP, easymart_sample_shop::CATALOGUE), true),
    };
    let answer = import::import(url, &feed, currency, allow_shrink).await?;
    tracing::info!("{}", import::describe(&feed.name(), &answer).trim_end());
    Ok(())
}

/// Whether something other than the bundled sample shop is being served.
async fn serves_a_shop_of_its_own(url: &str) -> anyhow::Result<bool> {
    let peer = Peer::new(Target::CatalogSearch.name(), url, &PeerConfig::default())?;
    let context = CallContext::new(GET_INFO.timeout);
    let info: GetCatalogueInfoResponse = peer
        .call(&context, &GET_INFO, GetCatalogueInfoRequest {}, |channel, request| async move {
            CatalogSearchServiceClient::new(channel).get_catalogue_info(request).await
        })
        .await?;
    Ok(!info.generation.is_empty() && info.source_name != SAMPLE_SHOP)
}
