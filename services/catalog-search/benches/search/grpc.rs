//! What the way over gRPC adds, and how many searches a core serves: the release binary as a child process.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use easymart_catalog_search::engine::Engine;
use easymart_proto::catalog_search::v1::{
    Filters, ImportCatalogueRequest, ImportHeader, SearchRequest,
    catalog_search_service_client::CatalogSearchServiceClient, import_catalogue_request::Part,
};
use easymart_testkit::free_address;
use tonic::transport::{Channel, Endpoint};

use crate::{feed, memory, queries::Query, times::Times};

pub(crate) type Client = CatalogSearchServiceClient<Channel>;

/// Searches under way at once when the throughput is measured.
const CLIENTS: usize = 16;

/// The service as a child process that does not outlive this value.
pub(crate) struct Server {
    child: Child,
    pub(crate) client: Client,
    _data: tempfile::TempDir,
}

/// Time for an import, as the command gives it.
const IMPORT_DEADLINE: Duration = Duration::from_secs(600);

impl Server {
    pub(crate) async fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let address = free_address();
        let child = Command::new(env!("CARGO_BIN_EXE_easymart-catalog-search"))
            .args(["--listen", &address.to_string(), "--data-dir"])
            .arg(data.path())
            .stderr(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap().tcp_nodelay(true);
        let begin = Instant::now();
        let channel = loop {
            if let Ok(channel) = endpoint.connect().await {
                break channel;
            }
            assert!(begin.elapsed() < Duration::from_secs(30), "the service does not listen");
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        Self { child, client: CatalogSearchServiceClient::new(channel), _data: data }
    }

    /// Imports a feed; how long it took.
    pub(crate) async fn import(&self, request_id: &str, feed: &[u8]) -> Duration {
        let header = ImportHeader { request_id: request_id.to_owned(), allow_shrink: true, ..ImportHeader::default() };
        let chunks: Vec<Part> = feed.chunks(1 << 19).map(|chunk| Part::Chunk(chunk.to_vec().into())).collect();
        let parts = std::iter::once(Part::Header(header)).chain(chunks);
        let messages: Vec<_> = parts.map(|part| ImportCatalogueRequest { part: Some(part) }).collect();
        let begin = Instant::now();
        let mut request = tonic::Request::new(futures::stream::iter(messages));
        request.set_timeout(IMPORT_DEADLINE);
        self.client.clone().import_catalogue(request).await.unwrap();
        begin.elapsed()
    }

    fn cpu_seconds(&self) -> f64 {
        memory::cpu_seconds(&self.child.id().to_string())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn request(query: &Query) -> SearchRequest {
    let filters = Filters { price_max_minor: query.price_max.map(i64::from), ..Filters::default() };
    SearchRequest {
        query: query.text.clone(),
        filters: Some(filters),
        page_size: 10,
        with_facets: true,
        ..SearchRequest::default()
    }
}

pub(crate) async fn measure(size: u32, queries: &[Query]) {
    println!("\ngRPC, {size} products");
    let feed = feed(size);
    let directory = tempfile::tempdir().unwrap();
    let engine = Engine::import(directory.path(), feed.clone()).unwrap();
    let server = Server::start().await;
    let took = server.import("bench", &feed).await;
    println!("    import over gRPC {:.2} s; resident {} MB", took.as_secs_f64(), resident(&server));
    let [mut direct, mut called, mut added] = [Times::default(), Times::default(), Times::default()];
    let mut client = server.client.clone();
    for round in 0..3 {
        for query in queries {
            let begin = Instant::now();
            let result = engine.search(&query.ours());
            let read = result.hits.iter().filter_map(|(place, _)| engine.catalogue().product(*place)).count();
            let own = begin.elapsed().as_secs_f64() * 1e3;
            let begin = Instant::now();
            let answer = client.search(request(query)).await.unwrap().into_inner();
            let call = begin.elapsed().as_secs_f64() * 1e3;
            assert_eq!(answer.hits.len(), read);
            if round > 0 {
                direct.add(own);
                called.add(call);
                added.add(call - own);
            }
        }
    }
    println!("    {:<16}{:>10}{:>10}{:>10}{:>10}   ms", "", "p50", "p95", "p99", "mean");
    println!("    {:<16}{direct}", "in process");
    println!("    {:<16}{called}", "over gRPC");
    println!("    {:<16}{added}", "added");
    throughput(&server, queries).await;
}

async fn throughput(server: &Server, queries: &[Query]) {
    let (begin, cpu) = (Instant::now(), server.cpu_seconds());
    let requests: Vec<SearchRequest> = queries.iter().map(request).collect();
    let clients = (0..CLIENTS).map(|at| {
        let (mut client, requests) = (server.client.clone(), requests.clone());
        tokio::spawn(async move {
            for number in 0..requests.len() {
                let request = requests[(at * 61 + number) % requests.len()].clone();
                client.search(request).await.unwrap();
            }
        })
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.unwrap();
    }
    let searches = (CLIENTS * queries.len()) as f64;
    let (wall, cpu) = (begin.elapsed().as_secs_f64(), server.cpu_seconds() - cpu);
    println!(
        "    {CLIENTS} at once: {:.0} searches/s of wall time, {:.0} for each second of one core",
        searches / wall,
        searches / cpu
    );
}

fn resident(server: &Server) -> u64 {
    memory::of(&server.child.id().to_string(), "VmRSS:")
}
