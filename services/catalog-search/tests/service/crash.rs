//! SIGKILL in the middle of an import: what was served before is served again, whole, and nothing half-made is.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use easymart_proto::catalog_search::v1::{GetCatalogueInfoRequest, GetProductsRequest, SearchRequest};
use easymart_testkit::{TestDir, free_address, wait_until};

use crate::{
    offers::{price, upsert},
    support::{Client, SHOP, chairs, connect, header, import},
};

async fn start(data_dir: &Path) -> (Child, Client) {
    let address = free_address();
    let child = Command::new(env!("CARGO_BIN_EXE_easymart-catalog-search"))
        .args(["--listen", &address.to_string(), "--data-dir", &data_dir.to_string_lossy()])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    (child, connect(address).await)
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

fn generations(data_dir: &Path) -> usize {
    fs::read_dir(data_dir.join("index")).map_or(0, |entries| entries.count())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_in_the_middle_of_an_import_leaves_a_whole_generation() {
    let dir = TestDir::new();
    let (child, mut client) = start(dir.path()).await;
    let first = import(&mut client, header("first"), SHOP).await.unwrap().generation;
    let feed = [SHOP, chairs(3_000, 120).as_slice()].concat();
    let second = tokio::spawn(async move { import(&mut client, header("second"), &feed).await });
    // A second directory appears after the products were written and before the new generation is served.
    wait_until(Duration::from_secs(60), "the second generation is being made", || async {
        generations(dir.path()) > 1
    })
    .await;
    kill(child);
    let acknowledged = second.await.unwrap().ok().map(|answer| answer.generation);

    let (child, mut client) = start(dir.path()).await;
    let info = client.get_catalogue_info(GetCatalogueInfoRequest {}).await.unwrap().into_inner();
    match info.product_count {
        19 => assert_eq!((info.generation.as_str(), acknowledged), (first.as_str(), None)),
        3_019 => assert_ne!(info.generation, first),
        other => panic!("a generation of {other} products was never complete"),
    }
    let request = SearchRequest { page_size: 1, ..SearchRequest::default() };
    let found = client.search(request).await.unwrap().into_inner();
    assert_eq!((found.total, &found.generation), (info.product_count, &info.generation));
    wait_until(Duration::from_secs(60), "the other generation is gone", || async { generations(dir.path()) == 1 })
        .await;
    kill(child);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_in_the_middle_of_upserts_loses_nothing_that_was_acknowledged() {
    let dir = TestDir::new();
    let (child, mut client) = start(dir.path()).await;
    import(&mut client, header("first"), &chairs(200, 100)).await.unwrap();
    let (sender, mut acknowledged) = tokio::sync::mpsc::unbounded_channel();
    let writing = tokio::spawn(async move {
        for number in 1_i64.. {
            let change = |id| price(&format!("chair-{id}"), number);
            // Two products in one request: both or none.
            let changes = vec![change(number % 100), change(number % 100 + 100)];
            if upsert(&mut client, &format!("{number}"), changes).await.is_err() {
                return;
            }
            sender.send(number).unwrap();
        }
    });
    let mut last = 0;
    while last < 4 {
        last = acknowledged.recv().await.unwrap();
    }
    kill(child);
    writing.await.unwrap();
    while let Ok(number) = acknowledged.try_recv() {
        last = number;
    }

    let (child, mut client) = start(dir.path()).await;
    let ids = (0..200).map(|id| format!("chair-{id}"));
    let mut prices = Vec::new();
    for references in ids.collect::<Vec<_>>().chunks(100) {
        let request = GetProductsRequest { references: references.to_vec(), ..GetProductsRequest::default() };
        let found = client.get_products(request).await.unwrap().into_inner();
        prices.extend(found.matches.into_iter().map(|found| found.products[0].price.clone().unwrap().amount_minor));
    }
    for number in 1..=last {
        assert_eq!(prices[number as usize % 100], number, "acknowledged and lost");
    }
    assert_eq!(prices[..100], prices[100..], "half a request");
    assert!(prices[..100].iter().all(|price| *price == 10_000 || *price <= last + 1));
    kill(child);
}
