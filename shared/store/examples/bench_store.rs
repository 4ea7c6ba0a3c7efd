//! Durable writes per second of the store beside a raw group-commit log, in the same run on the same disk.
//!
//! Every writer is a thread that reads a 1 KB record, changes it and waits until the change is durable. The raw log appends the record to
//! a file and shares each `fdatasync` among all who wait: the least that durability can cost, with no tree, no index and no recovery.
//! The two take turns, so that what else the machine does hits both.
//!
//! `cargo run --release -p easymart-store --example bench_store [-- DIRECTORY]`; the directory should be on the disk that matters.

#![allow(clippy::print_stdout)]

use std::{
    error::Error,
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use easymart_core::SystemClock;
use easymart_store::{Batch, Schema, Store, StoreConfig, Table};

const WRITERS: [usize; 3] = [1, 16, 64];
const ROUNDS: usize = 3;
const SECONDS_PER_ROUND: f64 = 1.0;
const KEYS: u64 = 10_000;
const RECORD_BYTES: usize = 1024;

const RECORDS: Table<String> = Table::new("records");

fn main() -> Result<(), Box<dyn Error>> {
    let work = match std::env::args_os().nth(1) {
        Some(directory) => tempfile::tempdir_in(directory)?,
        None => tempfile::tempdir()?,
    };
    println!("durable writes/s, {RECORD_BYTES} byte records, read-modify-write, {KEYS} keys");
    println!("median of {ROUNDS} rounds of {SECONDS_PER_ROUND} s, taking turns\n");
    println!("writers |     store | raw log | ratio");
    println!("------- | --------- | ------- | -----");
    for writers in WRITERS {
        let (store, raw) = compare(work.path(), writers)?;
        println!("{writers:7} | {store:9.0} | {raw:7.0} | {:5.2}", store / raw);
    }
    Ok(())
}

/// Medians of the store and of the raw log.
fn compare(work: &Path, writers: usize) -> Result<(f64, f64), Box<dyn Error>> {
    let store = StoreUnderTest::open(work.join(format!("store-{writers}")))?;
    let raw = RawLog::open(&work.join(format!("raw-{writers}.log")))?;
    let (mut of_store, mut of_raw) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        of_store.push(measure(writers, |key, seed| store.update(key, seed))?);
        of_raw.push(measure(writers, |key, seed| raw.update(key, seed))?);
    }
    Ok((median(of_store), median(of_raw)))
}

/// Writes per second of that many threads.
fn measure(
    writers: usize,
    update: impl Fn(u64, u64) -> Result<(), Box<dyn Error + Send + Sync>> + Sync,
) -> Result<f64, Box<dyn Error>> {
    let stop = AtomicBool::new(false);
    let writes = AtomicU64::new(0);
    let failed = Mutex::new(None);
    let started = Instant::now();
    thread::scope(|scope| {
        for writer in 0..writers {
            let (stop, writes, failed, update) = (&stop, &writes, &failed, &update);
            scope.spawn(move || {
                let mut seed = 0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(writer as u64 + 1);
                while !stop.load(Ordering::Relaxed) {
                    seed = next_random(seed);
                    if let Err(error) = update(seed % KEYS, seed) {
                        *lock(failed) = Some(error);
                        return;
                    }
                    writes.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        thread::sleep(Duration::from_secs_f64(SECONDS_PER_ROUND));
        stop.store(true, Ordering::Relaxed);
    });
    if let Some(error) = lock(&failed).take() {
        return Err(error);
    }
    Ok(writes.load(Ordering::Relaxed) as f64 / started.elapsed().as_secs_f64())
}

/// xorshift64.
fn next_random(mut state: u64) -> u64 {
    state ^= state << 13;
    state ^= state >> 7;
    state ^ (state << 17)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A record whose content depends on `seed`, and on what it was before.
fn changed(old: Option<&str>, seed: u64) -> String {
    let before = old.and_then(|text| text.get(..16)).unwrap_or("new");
    format!("{seed:016x} was {before} {:.<1$}", "", RECORD_BYTES - 40)
}

struct StoreUnderTest(Store);

impl StoreUnderTest {
    fn open(path: PathBuf) -> Result<Self, Box<dyn Error>> {
        let config = StoreConfig { path, cache_mb: 64 };
        let schema = Schema { name: "bench", version: 1 };
        Ok(Self(Store::open(&config, schema, Arc::new(SystemClock))?))
    }

    fn update(&self, key: u64, seed: u64) -> Result<(), Box<dyn Error + Send + Sync>> {
        let key = key.to_string();
        let old = self.0.get(&RECORDS, &key)?;
        let mut batch = Batch::new();
        batch.put(&RECORDS, &key, &changed(old.as_deref(), seed))?;
        Ok(self.0.commit_blocking(batch)?)
    }
}

/// What the store is measured against.
struct RawLog {
    records: Vec<Mutex<String>>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    tail: Mutex<Tail>,
    appended: Condvar,
    synced: Condvar,
}

#[derive(Default)]
struct Tail {
    waiting: Vec<u8>,
    appended: u64,
    synced: u64,
    failed: bool,
    closed: bool,
}

impl RawLog {
    fn open(path: &Path) -> io::Result<Self> {
        let file = File::create(path)?;
        let shared = Arc::new(Shared::default());
        let of_thread = Arc::clone(&shared);
        thread::spawn(move || of_thread.write_on(file));
        let records = (0..KEYS).map(|_| Mutex::default()).collect();
        Ok(Self { records, shared })
    }

    fn update(&self, key: u64, seed: u64) -> Result<(), Box<dyn Error + Send + Sync>> {
        let record = self.records.get(key as usize).ok_or("no such key")?;
        let new = {
            let mut record = lock(record);
            *record = changed(Some(&record), seed);
            record.clone()
        };
        self.shared.append(new.as_bytes())
    }
}

impl Drop for RawLog {
    fn drop(&mut self) {
        lock(&self.shared.tail).closed = true;
        self.shared.appended.notify_one();
    }
}

impl Shared {
    /// Returns when the record is on the disk.
    fn append(&self, record: &[u8]) -> Result<(), Box<dyn Error + Send + Sync>> {
        let mut tail = lock(&self.tail);
        tail.waiting.extend_from_slice(record);
        tail.appended += 1;
        let mine = tail.appended;
        self.appended.notify_one();
        while tail.synced < mine {
            if tail.failed {
                return Err("the raw log cannot be written".into());
            }
            tail = wait(&self.synced, tail);
        }
        Ok(())
    }

    fn write_on(&self, mut file: File) {
        while let Some((bytes, upto)) = self.next() {
            let written = file.write_all(&bytes).and_then(|()| file.sync_data());
            let mut tail = lock(&self.tail);
            tail.synced = upto;
            tail.failed |= written.is_err();
            drop(tail);
            self.synced.notify_all();
        }
    }

    fn next(&self) -> Option<(Vec<u8>, u64)> {
        let mut tail = lock(&self.tail);
        while tail.waiting.is_empty() {
            if tail.closed {
                return None;
            }
            tail = wait(&self.appended, tail);
        }
        Some((std::mem::take(&mut tail.waiting), tail.appended))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wait<'a, T>(condition: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    condition.wait(guard).unwrap_or_else(PoisonError::into_inner)
}
