//! The whole engine (typos, synonyms, negation, filters, facets) beside plain tantivy (BM25, price filter, category facets) on the same
//! invented catalogues and the same queries, one after the other in one thread, so that whatever else the machine does hits both.
//! `make bench-search` runs it; `SIZES`, `PARTS` (of import, search, grpc, reload), `QUERIES` and `ROUNDS` in the environment change what
//! is measured.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::panic)]

mod grpc;
mod memory;
mod plain;
mod queries;
mod reload;
mod times;

use std::time::Instant;

use easymart_catalog_search::engine::Engine;

use crate::{plain::Plain, queries::Query, times::Times};

const SEED: u64 = 1;

/// That of the binaries; plain tantivy has it, too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let sizes = std::env::var("SIZES").unwrap_or_else(|_| "20000,1000000".to_owned());
    let sizes: Vec<u32> = sizes.split(',').map(|size| size.trim().parse().expect("SIZES are numbers")).collect();
    let count = number("QUERIES", 1_000);
    let queries = queries::make(count as usize, SEED);
    println!("{} cores; {count} queries, for example:", std::thread::available_parallelism().map_or(0, usize::from));
    for query in queries.iter().take(6) {
        println!("    {query}");
    }
    if has_part("import") || has_part("search") {
        sizes.iter().for_each(|size| measure(*size, &queries));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    if has_part("grpc") {
        runtime.block_on(grpc::measure(sizes[0], &queries));
    }
    if has_part("reload") {
        runtime.block_on(reload::measure(sizes[0], &queries));
    }
}

/// Whether a part is to be measured: all of them, unless some are named.
fn has_part(name: &str) -> bool {
    std::env::var("PARTS").map_or(true, |parts| parts.split(',').any(|part| part.trim() == name))
}

fn number(name: &str, default: u32) -> u32 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

/// An invented catalogue.
pub(crate) fn feed(products: u32) -> Vec<u8> {
    let mut feed = Vec::with_capacity(products as usize * 1_700);
    easymart_sample_shop::bulk::write_catalogue(&mut feed, products, SEED).unwrap();
    feed
}

fn measure(size: u32, queries: &[Query]) {
    println!("\n{size} products");
    let directory = tempfile::tempdir().unwrap();
    let bytes = feed(size);
    println!("    feed {} MB", bytes.len() >> 20);
    let before = memory::resident_mb();
    let (begin, cpu) = (Instant::now(), memory::cpu_seconds("self"));
    let engine = Engine::import(directory.path(), bytes).unwrap();
    let took = begin.elapsed().as_secs_f64();
    println!(
        "    import: {took:.1} s, {:.0} products/s ({:.1} s of CPU time: {:.0} products/s on two cores alone); {} of {} kept",
        f64::from(size) / took,
        memory::cpu_seconds("self") - cpu,
        2.0 * f64::from(size) / (memory::cpu_seconds("self") - cpu),
        engine.report().kept,
        engine.report().read
    );
    println!("    resident after the import {} MB, most {} MB", memory::resident_mb(), memory::peak_mb());
    if !has_part("search") {
        return;
    }
    let mut plain = Plain::build(directory.path(), &feed(size));
    compare(&engine, &mut plain, queries);
    println!("    resident before {before} MB, now {} MB", memory::resident_mb());
}

fn compare(engine: &Engine, plain: &mut Plain, queries: &[Query]) {
    let rounds = number("ROUNDS", 3);
    let [mut ours, mut theirs] = [Times::default(), Times::default()];
    let mut found = (0_u64, 0_u64);
    for round in 0..=rounds {
        for (at, query) in queries.iter().enumerate() {
            let mut run_ours = || {
                let begin = Instant::now();
                let result = engine.search(&query.ours());
                // A page is shown: its products are read.
                let shown = result.hits.iter().filter_map(|(place, _)| engine.catalogue().product(*place)).count();
                ours.record(begin, round > 0, at);
                found.0 += u64::from(result.total) + (shown as u64 & 1);
            };
            let mut run_theirs = || {
                let begin = Instant::now();
                let total = plain.search(query);
                theirs.record(begin, round > 0, at);
                found.1 += total;
            };
            if (at + round as usize).is_multiple_of(2) {
                run_ours();
                run_theirs();
            } else {
                run_theirs();
                run_ours();
            }
        }
    }
    println!("    {:<16}{:>10}{:>10}{:>10}{:>10}   ms", "", "p50", "p95", "p99", "mean");
    println!("    {:<16}{ours}", "whole engine");
    println!("    {:<16}{theirs}", "plain tantivy");
    println!("    p99 ratio {:.2}, p50 ratio {:.2}", ours.at(0.99) / theirs.at(0.99), ours.at(0.5) / theirs.at(0.5));
    let searches = queries.len() as u64 * u64::from(rounds + 1);
    println!("    matches a query: {} and {}", found.0 / searches, found.1 / searches);
    for at in ours.slowest(10) {
        let matches = engine.search(&queries[at].ours()).total;
        println!(
            "    slow: {:.2} ms (plain {:.2}), {matches} matches: {}",
            ours.best(at),
            theirs.best(at),
            queries[at]
        );
    }
}
