//! Turns per second and latency of the whole system: the release binary as a child process, HTTP over loopback, no language model, the
//! bundled sample shop, durable state in every turn. `make bench` runs it. Client and server share the machine's cores.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod client;
mod server;
mod workload;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;

use crate::{server::Server, workload::Kind};

const CLIENTS: [usize; 3] = [1, 10, 100];
const WARM_UP: Duration = Duration::from_secs(1);
const MEASURED: Duration = Duration::from_secs(4);

#[tokio::main]
async fn main() {
    let server = Server::start().await;
    println!(
        "{} cores, ready after {} ms, idle memory {} MB",
        cores(),
        server.ready_after.as_millis(),
        server.memory_mb()
    );
    println!("{:<12}{:>8}{:>12}{:>10}{:>10}{:>10}", "turn", "clients", "turns/s", "p50 ms", "p95 ms", "p99 ms");
    for kind in Kind::ALL {
        for clients in CLIENTS {
            measure(server.address, kind, clients, WARM_UP).await;
            let (times, took) = measure(server.address, kind, clients, MEASURED).await;
            print_row(kind, clients, &times, took);
        }
    }
    println!("memory after the load {} MB", server.memory_mb());
}

/// Runs `clients` closed loops for `period` and gathers the times of the turns that count.
async fn measure(address: SocketAddr, kind: Kind, clients: usize, period: Duration) -> (Histogram<u64>, Duration) {
    let all = Arc::new(Mutex::new(Histogram::<u64>::new(3).unwrap()));
    let begin = Instant::now();
    let loops = (0..clients).map(|n| {
        let all = Arc::clone(&all);
        tokio::spawn(async move {
            let times = workload::run(address, kind, n as u64, begin + period).await;
            all.lock().unwrap().add(&times).unwrap();
        })
    });
    for task in loops.collect::<Vec<_>>() {
        task.await.expect("a client failed");
    }
    let took = begin.elapsed();
    let times = all.lock().unwrap().clone();
    (times, took)
}

fn print_row(kind: Kind, clients: usize, times: &Histogram<u64>, took: Duration) {
    let ms = |quantile| times.value_at_quantile(quantile) as f64 / 1000.0;
    // Setting a session up for a cart turn is not timed, so its rate is that of the loops' busy share.
    let busy = times.mean() * times.len() as f64 / 1e6 / clients as f64;
    let rate = times.len() as f64 / busy.min(took.as_secs_f64());
    println!("{:<12}{clients:>8}{rate:>12.0}{:>10.2}{:>10.2}{:>10.2}", kind.name(), ms(0.5), ms(0.95), ms(0.99));
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(0, usize::from)
}
