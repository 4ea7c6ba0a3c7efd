//! Searches at a fixed rate while a catalogue is imported beside them.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    feed,
    grpc::{Client, Server, request},
    number,
    queries::Query,
    times::Times,
};

/// Searches in a second.
const RATE: f64 = 200.0;
const QUIET: Duration = Duration::from_secs(10);

/// A quiet stretch, one with an import, and a quiet one again.
pub(crate) async fn measure(served: u32, queries: &[Query]) {
    let size = number("RELOAD", 100_000);
    println!("\nreload: {RATE} searches/s, {served} products served, then {size} imported beside it, three times");
    let server = Server::start().await;
    server.import("first", &feed(served)).await;
    let next = feed(size);
    let back = feed(served + 1);
    let [mut quiet, mut busy] = [Times::default(), Times::default()];
    let mut failed = 0;
    for round in 0..number("ROUNDS", 3) {
        failed += load(&server.client, queries, &mut quiet, tokio::time::sleep(QUIET)).await;
        let importing = async {
            let took = server.import(&format!("next-{round}"), &next).await;
            println!("    import took {:.1} s", took.as_secs_f64());
        };
        failed += load(&server.client, queries, &mut busy, importing).await;
        server.import(&format!("back-{round}"), &back).await;
    }
    println!("    {:<16}{:>10}{:>10}{:>10}{:>10}   ms", "", "p50", "p95", "p99", "mean");
    println!("    {:<16}{quiet}", "quiet");
    println!("    {:<16}{busy}", "importing");
    println!("    p99 shift {:+.0} %, {failed} failed", (busy.at(0.99) / quiet.at(0.99) - 1.0) * 100.0);
}

/// Searches at the rate until `end` has come; each is timed from when it was due. How many failed.
async fn load(client: &Client, queries: &[Query], times: &mut Times, end: impl Future<Output = ()>) -> u64 {
    let (stop, failed) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let taken = Arc::new(Mutex::new(Vec::new()));
    let requests: Vec<_> = queries.iter().map(request).collect();
    let pacing = {
        let (client, stop, failed, taken) = (client.clone(), stop.clone(), failed.clone(), taken.clone());
        tokio::spawn(async move {
            let begin = Instant::now();
            let mut running = Vec::new();
            for number in 0_usize.. {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let due = begin + Duration::from_secs_f64(number as f64 / RATE);
                tokio::time::sleep_until(due.into()).await;
                let (mut client, failed, taken) = (client.clone(), failed.clone(), taken.clone());
                let request = requests[number % requests.len()].clone();
                running.push(tokio::spawn(async move {
                    match client.search(request).await {
                        Ok(_) => taken.lock().unwrap().push(due.elapsed().as_secs_f64() * 1e3),
                        Err(_) => drop(failed.fetch_add(1, Ordering::Relaxed)),
                    }
                }));
            }
            for search in running {
                search.await.unwrap();
            }
        })
    };
    end.await;
    stop.store(true, Ordering::Relaxed);
    pacing.await.unwrap();
    taken.lock().unwrap().drain(..).for_each(|ms| times.add(ms));
    failed.load(Ordering::Relaxed)
}
