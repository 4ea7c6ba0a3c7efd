//! Each part alone as its own process, wired by addresses, behaves the same as all in one.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use easymart_testkit::free_address;
use reqwest::Client;
use serde_json::{Value, json};

use crate::{
    process::{Process, QUIET_AND_UNLIMITED},
    shopper::Shopper,
};

const CONVERSATION: [&str; 7] = [
    "hello",
    "white desks under $500",
    "add option 1 to my cart",
    "what is the second one made of?",
    "how much is delivery to 0800?",
    "show my cart",
    "start over",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_processes_behave_like_one() {
    let (one_data, five_data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let one = Process::start(one_data.path()).await;
    let five = FiveProcesses::start(five_data.path()).await;
    assert_eq!(transcript(five.gateway).await, transcript(one.http).await);
}

/// What a shopper sees, without the ids and times that differ between any two runs.
async fn transcript(http: SocketAddr) -> Vec<Value> {
    let shopper = Shopper::arrive(&Client::new(), http).await;
    let mut seen = Vec::new();
    for message in CONVERSATION {
        let turn = shopper.say(message).await;
        let ids = |list: &Value| list.as_array().unwrap().iter().map(|p| p["product_id"].clone()).collect::<Vec<_>>();
        let lines: Vec<_> =
            turn["cart"]["items"].as_array().into_iter().flatten().map(|l| json!([l["sku"], l["quantity"]])).collect();
        let tools: Vec<_> = turn["tools"].as_array().unwrap().iter().map(|t| t["name"].clone()).collect();
        seen.push(json!({
            "said": message, "reply": turn["reply"], "intents": turn["intents"], "search": turn["search"], "products": ids(&turn["products"]),
            "cart": lines, "tools": tools, "chips": turn["chips"], "degraded": turn["degraded"],
        }));
    }
    seen
}

/// The five binaries, killed when dropped.
struct FiveProcesses {
    children: Vec<Child>,
    gateway: SocketAddr,
}

impl FiveProcesses {
    async fn start(data: &Path) -> Self {
        let binaries = build_binaries();
        let parts =
            ["llm-proxy", "catalog-search", "cart-sync", "conversation", "gateway"].map(|part| (part, free_address()));
        let peers: Vec<_> = parts
            .iter()
            .map(|(part, address)| {
                (format!("EASYMART_PEERS__{}", part.replace('-', "_").to_uppercase()), format!("http://{address}"))
            })
            .filter(|(name, _)| !name.ends_with("GATEWAY"))
            .collect();
        let spawn = |(part, address): &(&str, SocketAddr)| {
            Command::new(binaries.join(format!("easymart-{part}")))
                .args(["--listen", &address.to_string(), "--data-dir"])
                .arg(data.join(part))
                .envs(peers.iter().cloned())
                .envs(QUIET_AND_UNLIMITED)
                .stdout(Stdio::null())
                .spawn()
                .unwrap_or_else(|error| panic!("easymart-{part}: {error}"))
        };
        let five = Self { children: parts.iter().map(spawn).collect(), gateway: parts[4].1 };
        import_sample_shop(&format!("http://{}", parts[1].1), data).await;
        five.wait_ready().await;
        five
    }

    async fn wait_ready(&self) {
        let url = format!("http://{}/readyz", self.gateway);
        easymart_testkit::wait_until(std::time::Duration::from_secs(60), "the five are ready", || async {
            reqwest::get(&url).await.is_ok_and(|answer| answer.status() == 200)
        })
        .await;
    }
}

impl Drop for FiveProcesses {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The services' own binaries belong to other packages: Cargo builds those for this test only when it is asked to.
fn build_binaries() -> PathBuf {
    let folder = Path::new(env!("CARGO_BIN_EXE_easymart")).parent().unwrap();
    let profile = if folder.ends_with("release") { "release" } else { "dev" };
    let status = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
        .args(["build", "--quiet", "--offline", "--profile", profile, "--workspace", "--bins", "--target-dir"])
        .arg(folder.parent().unwrap())
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .status()
        .unwrap();
    assert!(status.success(), "the binaries do not build");
    folder.to_owned()
}

/// Alone, catalog-search starts empty: an operator imports a feed, and so does this test, with the command that operators use.
async fn import_sample_shop(address: &str, data: &Path) {
    let feed = data.join("sample-shop.jsonl");
    std::fs::write(&feed, easymart_sample_shop::CATALOGUE).unwrap();
    easymart_testkit::wait_until(std::time::Duration::from_secs(60), "the import succeeds", || async {
        let mut command = Command::new(env!("CARGO_BIN_EXE_easymart"));
        command.args(["import", "--address", address]).arg(&feed).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    })
    .await;
}
