//! An acknowledged write survives the death of the process, and a write that is sent again after it is not done twice.

use std::sync::Arc;

use futures::future::join_all;
use reqwest::Client;
use serde_json::Value;
use tokio::sync::mpsc;

use crate::{process::Process, shopper::Shopper};

const ROUNDS: usize = 20;
const SHOPPERS: usize = 20;
/// Of each kind, a shopper: 20 shoppers × (5 + 5) are 200 writes at the same time.
const WRITES: usize = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_writes_survive_kill_9() {
    let data = tempfile::tempdir().unwrap();
    for round in 0..ROUNDS {
        let process = Process::start(data.path()).await;
        let crowd = Crowd::arrive(&process).await;
        // The kill comes at another stage in every round: early, in the middle, and after nearly all of the writes.
        let acknowledged = crowd.write_until(SHOPPERS * WRITES * 2 * round / ROUNDS, process).await;
        let process = Process::start(data.path()).await;
        crowd.at(&process).check(&acknowledged).await;
    }
}

/// Shoppers who all write at the same time.
pub(crate) struct Crowd {
    shoppers: Vec<Shopper>,
    product: String,
}

/// One write of one shopper.
#[derive(Debug, Clone, Copy)]
enum Write {
    Add,
    Say,
}

/// A write that was answered with success, and the answer.
pub(crate) struct Acknowledged {
    shopper: usize,
    write: Write,
    answer: Value,
}

impl Crowd {
    pub(crate) async fn arrive(process: &Process) -> Self {
        let client = Client::new();
        let shoppers = join_all((0..SHOPPERS).map(|_| Shopper::arrive(&client, process.http))).await;
        let product = shoppers[0].products(1).await.remove(0);
        Self { shoppers, product }
    }

    pub(crate) fn at(&self, process: &Process) -> Self {
        Self { shoppers: self.shoppers.iter().map(|s| s.at(process.http)).collect(), product: self.product.clone() }
    }

    /// Starts all writes and kills the process after so many acknowledgements. Returns every acknowledged write.
    pub(crate) async fn write_until(&self, enough: usize, process: Process) -> Vec<Acknowledged> {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        let sender = Arc::new(sender);
        for (shopper, write, key) in self.writes() {
            let (sender, person, product) = (Arc::clone(&sender), self.shoppers[shopper].clone(), self.product.clone());
            tokio::spawn(async move {
                if let Ok((status, answer)) = attempt(&person, write, &key, &product).await
                    && status == 200
                {
                    let _ = sender.send(Acknowledged { shopper, write, answer });
                }
            });
        }
        drop(sender);
        let mut acknowledged = Vec::new();
        while acknowledged.len() < enough {
            let Some(next) = receiver.recv().await else { break };
            acknowledged.push(next);
        }
        process.kill();
        while let Some(late) = receiver.recv().await {
            acknowledged.push(late);
        }
        acknowledged
    }

    /// What was acknowledged is there; and after every write was sent once more, each is there exactly once.
    pub(crate) async fn check(&self, acknowledged: &[Acknowledged]) {
        self.nothing_is_lost(acknowledged).await;
        for (shopper, write, key) in self.writes() {
            let (status, answer) = attempt(&self.shoppers[shopper], write, &key, &self.product).await.unwrap();
            assert_eq!(status, 200, "{write:?} again got {answer}");
        }
        for shopper in &self.shoppers {
            assert_eq!(shopper.cart().await["item_count"], WRITES, "an add was lost or doubled");
            assert_eq!(said(&shopper.transcript().await), WRITES, "a turn was lost or doubled");
        }
    }

    async fn nothing_is_lost(&self, acknowledged: &[Acknowledged]) {
        for (n, shopper) in self.shoppers.iter().enumerate() {
            let mine = || acknowledged.iter().filter(|a| a.shopper == n);
            let adds = mine().filter(|a| matches!(a.write, Write::Add)).count() as u64;
            let held = shopper.cart().await["item_count"].as_u64().unwrap();
            assert!(held >= adds, "{adds} adds were acknowledged, the cart holds {held}");
            let transcript = shopper.transcript().await.to_string();
            for turn in mine().filter(|a| matches!(a.write, Write::Say)) {
                let turn_id = turn.answer["turn_id"].as_str().unwrap();
                assert!(transcript.contains(turn_id), "turn {turn_id} was acknowledged and is gone");
            }
        }
    }

    /// Every write of every shopper with its idempotency key.
    fn writes(&self) -> impl Iterator<Item = (usize, Write, String)> {
        (0..self.shoppers.len()).flat_map(|shopper| {
            (0..WRITES).flat_map(move |n| {
                [(shopper, Write::Add, format!("add-{n}")), (shopper, Write::Say, format!("say-{n}"))]
            })
        })
    }
}

async fn attempt(shopper: &Shopper, write: Write, key: &str, product: &str) -> crate::shopper::Answer {
    match write {
        Write::Add => shopper.add_with_key(key, product).await,
        Write::Say => shopper.say_with_key(key, "show me white desks").await,
    }
}

fn said(transcript: &Value) -> usize {
    transcript["messages"].as_array().unwrap().iter().filter(|message| message["speaker"] == "shopper").count()
}
