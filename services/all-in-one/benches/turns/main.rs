//! Turns per second and latency of the whole system: the release binary as a child process, HTTP over loopback, no language model, the
//! bundled sample shop, durable state in every turn. `make bench` runs it. Client and server share the machine's cores.
//!
//! `BESIDE=/path/to/easymart make bench` measures another binary, such as that of an older commit, in the same run: the two take turns, so
//! that whatever else the machine does hits both.
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
/// Stretches that the measured time is cut into where servers take turns.
const TURNS: u32 = 4;

#[tokio::main]
async fn main() {
    let mut servers = vec![Server::start("this", env!("CARGO_BIN_EXE_easymart")).await];
    if let Ok(other) = std::env::var("BESIDE") {
        servers.push(Server::start("beside", &other).await);
    }
    for server in &servers {
        let (name, ready) = (server.name, server.ready_after.as_millis());
        println!("{name}: {} cores, ready after {ready} ms, idle memory {} MB", cores(), server.memory_mb());
    }
    println!(
        "{:<12}{:>8}  {:<8}{:>10}{:>10}{:>10}{:>10}{:>14}",
        "turn", "clients", "binary", "turns/s", "p50 ms", "p95 ms", "p99 ms", "cpu us a turn"
    );
    for kind in Kind::ALL {
        for clients in CLIENTS {
            for (server, sample) in servers.iter().zip(measure_all(&servers, kind, clients).await) {
                print_row(kind, clients, server.name, &sample);
            }
        }
    }
    for server in &servers {
        println!("{}: memory after the load {} MB", server.name, server.memory_mb());
    }
}

/// What was measured of one server.
struct Sample {
    /// Times of the turns that count, in microseconds.
    times: Histogram<u64>,
    took: Duration,
    /// Processor time of the server.
    cpu: Duration,
}

async fn measure_all(servers: &[Server], kind: Kind, clients: usize) -> Vec<Sample> {
    for server in servers {
        load(server.address, kind, clients, WARM_UP).await;
    }
    let empty = |_| Sample { times: Histogram::new(3).unwrap(), took: Duration::ZERO, cpu: Duration::ZERO };
    let mut samples: Vec<Sample> = servers.iter().map(empty).collect();
    let stretches = if servers.len() > 1 { TURNS } else { 1 };
    for _ in 0..stretches {
        for (server, sample) in servers.iter().zip(&mut samples) {
            let (begin, cpu) = (Instant::now(), server.cpu_time());
            let times = load(server.address, kind, clients, MEASURED / stretches).await;
            sample.times.add(&times).unwrap();
            sample.took += begin.elapsed();
            sample.cpu += server.cpu_time() - cpu;
        }
    }
    samples
}

/// Runs `clients` closed loops for `period` and gathers the times of the turns that count.
async fn load(address: SocketAddr, kind: Kind, clients: usize, period: Duration) -> Histogram<u64> {
    let all = Arc::new(Mutex::new(Histogram::<u64>::new(3).unwrap()));
    let end = Instant::now() + period;
    let loops = (0..clients).map(|n| {
        let all = Arc::clone(&all);
        tokio::spawn(async move {
            let times = workload::run(address, kind, n as u64, end).await;
            all.lock().unwrap().add(&times).unwrap();
        })
    });
    for task in loops.collect::<Vec<_>>() {
        task.await.expect("a client failed");
    }
    all.lock().unwrap().clone()
}

fn print_row(kind: Kind, clients: usize, binary: &str, Sample { times, took, cpu }: &Sample) {
    let ms = |quantile| times.value_at_quantile(quantile) as f64 / 1000.0;
    // Setting a session up for a cart turn is not timed, so its rate is that of the loops' busy share.
    let busy = times.mean() * times.len() as f64 / 1e6 / clients as f64;
    let rate = times.len() as f64 / busy.min(took.as_secs_f64());
    let cpu = cpu.as_secs_f64() * 1e6 / times.len() as f64;
    println!(
        "{:<12}{clients:>8}  {binary:<8}{rate:>10.0}{:>10.2}{:>10.2}{:>10.2}{cpu:>14.0}",
        kind.name(),
        ms(0.5),
        ms(0.95),
        ms(0.99)
    );
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(0, usize::from)
}
