//! What live changes cost: a whole catalog-search in this process, asked over gRPC.
//!
//! `cargo run --release -p easymart-catalog-search --example bench_live [PRODUCTS]` (100,000 when not said) measures
//! * the cache of results: the same queries once and once more, with the cache and without;
//! * upserts: how long until a change is acknowledged, which is when it is on the disk and in the next search;
//! * a reload: searches at a steady 200 a second, timed from when each was due, before and while the whole catalogue is imported again.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::{
    collections::HashMap,
    fmt::Write as _,
    time::{Duration, Instant},
};

use easymart_catalog_search::{Config, Peers, serve};
use easymart_proto::{
    catalog_search::v1::{
        ImportCatalogueRequest, ImportHeader, OfferChange, SearchRequest, UpsertOffersRequest,
        catalog_search_service_client::CatalogSearchServiceClient, import_catalogue_request::Part,
    },
    common::v1::Money,
};
use easymart_testkit::{TestDir, free_listener, wait_until};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::transport::Channel;

type Client = CatalogSearchServiceClient<Channel>;

const KINDS: [&str; 8] =
    ["Dining Chair", "Writing Desk", "Coffee Table", "Bookshelf", "Bar Stool", "Sofa", "Bed Frame", "TV Unit"];
const COLOURS: [&str; 6] = ["Black", "White", "Oak", "Grey", "Walnut", "Navy"];
const MATERIALS: [&str; 6] = ["solid pine", "steel", "velvet", "particle board", "rattan", "leather"];
const MAKERS: [&str; 7] = ["Dunnart", "Quokka", "Numbat", "Bilby", "Possum", "Bettong", "Wallaby"];
const SEARCHES_PER_SECOND: u32 = 200;

/// A feed in which every product costs the same, so that an answer that mixes two feeds shows.
fn feed(products: usize, dollars: usize) -> Vec<u8> {
    let mut feed = String::new();
    for i in 0..products {
        let (kind, colour) = (KINDS[i % 8], COLOURS[i / 8 % 6]);
        let (material, maker, width) = (MATERIALS[i / 48 % 6], MAKERS[i % 7], 40 + i % 160);
        let _ = writeln!(
            feed,
            "{{\"id\":\"p{i}\",\"title\":\"{maker} {kind} {colour}\",\"price\":{{\"amount\":\"{dollars}\"}},\"features\":[\"Made of {material}\",\"{width} x 50 x 90 cm\"]}}"
        );
    }
    feed.into_bytes()
}

fn queries() -> Vec<String> {
    let pairs = KINDS.iter().flat_map(|kind| COLOURS.iter().map(move |colour| (kind, colour)));
    let words = pairs.flat_map(|(kind, colour)| MAKERS.map(|maker| format!("{colour} {kind} {maker}")));
    words.collect()
}

struct Running {
    client: Client,
    stop: CancellationToken,
    task: JoinHandle<anyhow::Result<()>>,
}

async fn start(dir: &TestDir, cache_mb: u64) -> Running {
    let config = Config { data_dir: dir.path().to_owned(), result_cache_mb: cache_mb, ..Config::default() };
    let listener = free_listener().await;
    let url = format!("http://{}", listener.local_addr().unwrap());
    let stop = CancellationToken::new();
    let task = tokio::spawn(serve(config, listener, Peers, stop.clone()));
    let endpoint = Channel::from_shared(url).unwrap().tcp_nodelay(true);
    wait_until(Duration::from_secs(60), "the service listens", || async { endpoint.connect().await.is_ok() }).await;
    Running { client: Client::new(endpoint.connect().await.unwrap()), stop, task }
}

async fn import(client: &mut Client, request_id: &str, feed: &[u8]) -> (String, Duration) {
    let header = ImportHeader { request_id: request_id.to_owned(), ..ImportHeader::default() };
    let chunks = feed.chunks(256 * 1024).map(|chunk| Part::Chunk(chunk.to_vec().into()));
    let parts: Vec<_> = std::iter::once(Part::Header(header)).chain(chunks).collect();
    let messages = parts.into_iter().map(|part| ImportCatalogueRequest { part: Some(part) });
    let started = Instant::now();
    let mut request = tonic::Request::new(tokio_stream::iter(messages));
    request.set_timeout(Duration::from_secs(1_800));
    let answer = client.import_catalogue(request).await.unwrap().into_inner();
    (answer.generation, started.elapsed())
}

fn request(query: &str) -> SearchRequest {
    SearchRequest { query: query.to_owned(), with_facets: true, ..SearchRequest::default() }
}

fn percentile(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    let at = ((times.len() as f64 * share) as usize).min(times.len() - 1);
    times[at].as_secs_f64() * 1_000.0
}

fn line(what: &str, times: &mut [Duration]) {
    let (p50, p99) = (percentile(times, 0.5), percentile(times, 0.99));
    println!("{what:<44} {:>6} calls  p50 {p50:>8.3} ms  p99 {p99:>8.3} ms", times.len());
}

async fn ask_all(client: &mut Client, queries: &[String]) -> Vec<Duration> {
    let mut times = Vec::with_capacity(queries.len());
    for query in queries {
        let started = Instant::now();
        client.search(request(query)).await.unwrap();
        times.push(started.elapsed());
    }
    times
}

async fn caching(products: usize) {
    let feed = feed(products, 100);
    for cache_mb in [0, 16] {
        let dir = TestDir::new();
        let Running { mut client, stop, task } = start(&dir, cache_mb).await;
        import(&mut client, "first", &feed).await;
        let queries = queries();
        line(&format!("search, cache of {cache_mb} MiB, first time"), &mut ask_all(&mut client, &queries).await);
        line(&format!("search, cache of {cache_mb} MiB, second time"), &mut ask_all(&mut client, &queries).await);
        stop.cancel();
        task.await.unwrap().unwrap();
    }
}

fn upsert(request_id: String, products: impl Iterator<Item = usize>, minor: i64) -> UpsertOffersRequest {
    let price = Some(Money { amount_minor: minor, currency_code: "AUD".to_owned() });
    let change = |i| OfferChange { product_id: format!("p{i}"), price: price.clone(), ..OfferChange::default() };
    UpsertOffersRequest { request_id, changes: products.map(change).collect(), ..UpsertOffersRequest::default() }
}

async fn upserts(client: &mut Client, products: usize) {
    let mut times = Vec::new();
    for i in 0..40 {
        let started = Instant::now();
        client.upsert_offers(upsert(format!("one {i}"), i..i + 1, 10_001)).await.unwrap();
        times.push(started.elapsed());
    }
    line("upsert of one product, one caller", &mut times);
    let callers = (0..8).map(|caller| {
        let mut client = client.clone();
        tokio::spawn(async move {
            let mut times = Vec::new();
            for round in 0..5 {
                let from = (caller * 5 + round) * 1_000 % products;
                let started = Instant::now();
                let request = upsert(format!("many {caller} {round}"), from..(from + 1_000).min(products), 10_002);
                client.upsert_offers(request).await.unwrap();
                times.push(started.elapsed());
            }
            times
        })
    });
    let mut times = Vec::new();
    for caller in callers.collect::<Vec<_>>() {
        times.extend(caller.await.unwrap());
    }
    line("upsert of 1,000 products, eight callers", &mut times);
}

/// What a steady stream of searches met.
#[derive(Default)]
struct Met {
    times: Vec<Duration>,
    failed: usize,
    /// Lowest and highest price by generation.
    prices: HashMap<String, (i64, i64)>,
    mixed: usize,
}

async fn steady(client: &Client, while_this: impl Future<Output = ()>) -> Met {
    let mut met = Met::default();
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / SEARCHES_PER_SECOND);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Burst);
    let queries = queries();
    let mut calls = Vec::new();
    tokio::pin!(while_this);
    for i in 0.. {
        let due = tokio::select! {
            () = &mut while_this => break,
            due = ticks.tick() => due,
        };
        let (mut client, query) = (client.clone(), queries[i % queries.len()].clone());
        calls.push(tokio::spawn(async move {
            let answer = client.search(request(&query)).await;
            (due.elapsed(), answer)
        }));
    }
    for call in calls {
        let (time, answer) = call.await.unwrap();
        met.times.push(time);
        let Ok(answer) = answer else {
            met.failed += 1;
            continue;
        };
        let answer = answer.into_inner();
        let (Some(low), Some(high)) = (answer.lowest_price, answer.highest_price) else { continue };
        let prices = (low.amount_minor, high.amount_minor);
        met.mixed += usize::from(prices.0 != prices.1);
        met.mixed += usize::from(*met.prices.entry(answer.generation).or_insert(prices) != prices);
    }
    met
}

async fn reload(products: usize) {
    let dir = TestDir::new();
    let Running { mut client, stop, task } = start(&dir, 0).await;
    let (first, second) = (feed(products, 100), feed(products, 200));
    let (_, took) = import(&mut client, "first", &first).await;
    println!("import of {products} products, nothing else: {:.1} s", took.as_secs_f64());
    let mut quiet = steady(&client, tokio::time::sleep(Duration::from_secs(10))).await;
    line("search at 200 a second, quiet", &mut quiet.times);
    let mut importer = client.clone();
    let mut during = steady(&client, async {
        let (_, took) = import(&mut importer, "second", &second).await;
        println!("import of {products} products under these searches: {:.1} s", took.as_secs_f64());
        // The new catalogue has to be met, too.
        tokio::time::sleep(Duration::from_secs(2)).await;
    })
    .await;
    line("search at 200 a second, during the import", &mut during.times);
    let generations = during.prices.len();
    println!(
        "failed {}, mixed {}, generations seen {generations}",
        quiet.failed + during.failed,
        quiet.mixed + during.mixed
    );
    upserts(&mut client, products).await;
    stop.cancel();
    task.await.unwrap().unwrap();
}

#[tokio::main]
async fn main() {
    let products = std::env::args().nth(1).map_or(100_000, |count| count.parse().unwrap());
    caching(products.min(20_000)).await;
    reload(products).await;
}
