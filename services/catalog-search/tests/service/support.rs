//! A running service and a client for it.

use std::{net::SocketAddr, path::Path, time::Duration};

use easymart_catalog_search::{Config, Peers, serve};
use easymart_proto::catalog_search::v1::{
    ImportCatalogueRequest, ImportCatalogueResponse, ImportHeader, SearchRequest, SearchResponse,
    catalog_search_service_client::CatalogSearchServiceClient, import_catalogue_request::Part,
};
use easymart_testkit::{TestDir, free_listener, wait_until};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::{Status, transport::Channel};

pub(crate) const SHOP: &[u8] = include_bytes!("../fixtures/shop.jsonl");
pub(crate) const BROKEN: &[u8] = include_bytes!("../fixtures/broken.jsonl");
pub(crate) const EASYMART: &[u8] = include_bytes!("../fixtures/easymart.csv");

/// An import stands behind everything else that the machine does.
const IMPORT_DEADLINE: Duration = Duration::from_secs(60);

pub(crate) type Client = CatalogSearchServiceClient<Channel>;

/// A service in this process.
pub(crate) struct Service {
    pub(crate) client: Client,
    stop: CancellationToken,
    task: JoinHandle<anyhow::Result<()>>,
}

impl Service {
    pub(crate) async fn start(data_dir: &Path) -> Self {
        Self::with(data_dir, |_| {}).await
    }

    /// A service with another configuration than the default one.
    pub(crate) async fn with(data_dir: &Path, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config { data_dir: data_dir.to_owned(), ..Config::default() };
        change(&mut config);
        let listener = free_listener().await;
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let task = tokio::spawn(serve(config, listener, Peers, stop.clone()));
        Self { client: connect(address).await, stop, task }
    }

    /// A service on a new directory, with the shop imported.
    pub(crate) async fn with_shop() -> (TestDir, Self) {
        let dir = TestDir::new();
        let mut service = Self::start(dir.path()).await;
        service.import("first", SHOP).await.unwrap();
        (dir, service)
    }

    pub(crate) async fn import(&mut self, request_id: &str, feed: &[u8]) -> Result<ImportCatalogueResponse, Status> {
        import(&mut self.client, header(request_id), feed).await
    }

    pub(crate) async fn search(&mut self, query: &str) -> SearchResponse {
        let request = SearchRequest { query: query.to_owned(), page_size: 100, ..SearchRequest::default() };
        self.client.search(request).await.unwrap().into_inner()
    }

    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap().unwrap();
    }
}

/// Connects as soon as somebody listens.
pub(crate) async fn connect(address: SocketAddr) -> Client {
    let endpoint = Channel::from_shared(format!("http://{address}")).unwrap();
    wait_until(Duration::from_secs(20), "the service listens", || {
        let endpoint = endpoint.clone();
        async move { endpoint.connect().await.is_ok() }
    })
    .await;
    CatalogSearchServiceClient::new(endpoint.connect().await.unwrap())
}

pub(crate) fn header(request_id: &str) -> ImportHeader {
    ImportHeader {
        request_id: request_id.to_owned(),
        source_name: "/tmp/feeds/shop.feed".to_owned(),
        ..ImportHeader::default()
    }
}

pub(crate) async fn import(
    client: &mut Client,
    header: ImportHeader,
    feed: &[u8],
) -> Result<ImportCatalogueResponse, Status> {
    let chunks = feed.chunks(200_000).map(|chunk| Part::Chunk(chunk.to_vec().into()));
    let parts: Vec<_> = std::iter::once(Part::Header(header)).chain(chunks).collect();
    let messages = parts.into_iter().map(|part| ImportCatalogueRequest { part: Some(part) });
    let mut request = tonic::Request::new(tokio_stream::iter(messages));
    request.set_timeout(IMPORT_DEADLINE);
    let answer = client.import_catalogue(request).await?;
    Ok(answer.into_inner())
}

/// The reason in a refusal.
pub(crate) fn reason(status: &Status) -> &'static str {
    easymart_rpc::from_status(status).reason.name()
}

/// A feed of `count` chairs.
pub(crate) fn chairs(count: usize, price: usize) -> Vec<u8> {
    let line = |i: usize| {
        format!(
            "{{\"id\":\"chair-{i}\",\"title\":\"Dunnart Dining Chair {i}\",\"price\":{{\"amount\":\"{price}\"}},\"features\":[\"Solid beech\",\"45 x 50 x 90 cm\"]}}\n"
        )
    };
    (0..count).map(line).collect::<String>().into_bytes()
}
