//! The service as a process that is killed in the middle of its work.

use std::{
    fs::File,
    net::SocketAddr,
    path::Path,
    process::{Child, Command},
    sync::{Arc, Mutex},
};

use easymart_proto::cart_sync::v1::{AddItemRequest, SyncState};
use easymart_testkit::{FakeStorefront, Mood, TestDir, free_address, wait_until};

use crate::{
    catalogue::Catalogue,
    harness::{Client, PATIENCE, Shopper, connect},
};

const ROUNDS: usize = 4;
const WRITERS: usize = 16;
/// Acknowledged changes after which a round is cut short.
const CHANGES: usize = 60;

/// cart-sync as a child of the test; killed when dropped.
struct Process {
    child: Child,
    client: Client,
}

impl Process {
    async fn start(dir: &Path, catalogue: SocketAddr, storefront: &str) -> Self {
        Self::start_with(dir, catalogue, storefront, |command| command).await
    }

    async fn start_with(
        dir: &Path,
        catalogue: SocketAddr,
        storefront: &str,
        configure: impl FnOnce(&mut Command) -> &mut Command,
    ) -> Self {
        let listen = free_address();
        let mut command = Command::new(env!("CARGO_BIN_EXE_easymart-cart-sync"));
        command
            .args(["--listen", &listen.to_string(), "--data-dir"])
            .arg(dir)
            .env("EASYMART_PEERS__CATALOG_SEARCH", format!("http://{catalogue}"))
            .env("EASYMART_CART_SYNC__STOREFRONT__URL", storefront)
            .env("EASYMART_CART_SYNC__STOREFRONT__RETRY_MIN", "10ms")
            .env("EASYMART_LOG__LEVEL", "warn");
        let child = configure(&mut command).spawn().unwrap();
        let client = connect(format!("http://{listen}")).await;
        Self { child, client }
    }

    /// SIGKILL.
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = (self.child.kill(), self.child.wait());
    }
}

/// What the shoppers asked for, and whether they were told that it is done.
type Log = Arc<Mutex<Vec<(AddItemRequest, bool)>>>;

/// Adds until the process dies.
async fn write(shopper: Shopper, log: Log) {
    loop {
        let request = shopper.adding("desk", 1);
        let acknowledged = shopper.send(request.clone()).await.is_ok();
        log.lock().unwrap().push((request, acknowledged));
        if !acknowledged {
            return;
        }
    }
}

fn acknowledged(log: &Log) -> usize {
    log.lock().unwrap().iter().filter(|(_, done)| *done).count()
}

#[tokio::test]
async fn a_killed_process_has_kept_every_acknowledged_change_and_doubles_none() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let shop = FakeStorefront::start().await;
    for round in 0..ROUNDS {
        let mut process = Process::start(dir.path(), catalogue.address, &shop.url()).await;
        let log = Log::default();
        let shopper = |writer: usize, client: &Client| Shopper {
            client: client.clone(),
            cart_id: format!("cart-{round}-{}", writer / 2),
        };
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| tokio::spawn(write(shopper(writer, &process.client), Arc::clone(&log))))
            .collect();
        wait_until(PATIENCE, "changes", || async { acknowledged(&log) >= CHANGES }).await;
        process.kill();
        for writer in writers {
            writer.await.unwrap();
        }
        let process = Process::start(dir.path(), catalogue.address, &shop.url()).await;
        check(&log, &process, &shop).await;
    }
}

/// Every acknowledged change is there; the others are once they are said again; the backend has the same.
async fn check(log: &Log, process: &Process, shop: &FakeStorefront) {
    let log = log.lock().unwrap().clone();
    let carts: std::collections::BTreeSet<_> = log.iter().map(|(request, _)| request.cart_id.clone()).collect();
    for cart_id in carts {
        let shopper = Shopper { client: process.client.clone(), cart_id };
        let mine: Vec<_> = log.iter().filter(|(request, _)| request.cart_id == shopper.cart_id).collect();
        let done = mine.iter().filter(|(_, done)| *done).count();
        let count = shopper.cart().await.item_count as usize;
        assert!((done..=mine.len()).contains(&count), "{count} of {done}..={}", mine.len());
        for (request, _) in &mine {
            shopper.send(request.clone()).await.unwrap();
        }
        assert_eq!(shopper.cart().await.item_count as usize, mine.len());
        let expected = [("DESK-1".to_owned(), mine.len() as u64)].into();
        wait_until(PATIENCE, "the backend has the cart", || async { shop.cart(&shopper.cart_id) == expected }).await;
    }
}

#[tokio::test]
async fn an_operator_sees_numbers_and_no_shopper() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let shop = FakeStorefront::start().await;
    shop.set_mood(Mood::Fail(400));
    let admin = free_address();
    let log = dir.join("log");
    let stderr = File::create(&log).unwrap();
    let carts = dir.join("carts");
    let process = Process::start_with(&carts, catalogue.address, &shop.url(), |command| {
        let info = command.env("EASYMART_LOG__LEVEL", "info");
        info.env("EASYMART_ADMIN__LISTEN", admin.to_string()).stderr(stderr)
    })
    .await;
    let shopper = Shopper { client: process.client.clone(), cart_id: "a-bearer-secret".to_owned() };
    let request = shopper.adding("desk", 1);
    shopper.send(request.clone()).await.unwrap();
    shopper.send(request).await.unwrap();
    shopper.add("nothing", 1).await.unwrap_err();
    shopper.wait_for(SyncState::Failed).await;
    let expected = [
        "easymart_cart_sync_mutations_total{kind=\"add\",outcome=\"applied\"} 1",
        "easymart_cart_sync_mutations_total{kind=\"add\",outcome=\"replayed\"} 1",
        "easymart_cart_sync_mutations_total{kind=\"add\",outcome=\"PRODUCT_UNKNOWN\"} 1",
        "easymart_cart_sync_outbox_depth 1",
        "easymart_cart_sync_storefront_seconds_count{action=\"set\",outcome=\"refused\"} 1",
    ];
    wait_until(PATIENCE, "the numbers", || async {
        let answer = reqwest::get(format!("http://{admin}/metrics")).await.unwrap();
        let text = answer.text().await.unwrap();
        expected.iter().all(|line| text.contains(line))
    })
    .await;
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("refused"), "{log}");
    for private in ["a-bearer-secret", "The desk", "DESK-1"] {
        assert!(!log.contains(private), "{private} in {log}");
    }
}
