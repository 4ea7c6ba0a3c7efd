//! Importing: reports, repetition, refusal, restart, and searching meanwhile.

use std::fs;

use easymart_proto::catalog_search::v1::{
    GetCatalogueInfoRequest, ImportCatalogueRequest, ImportHeader, SearchRequest, import_catalogue_request::Part,
};
use easymart_testkit::TestDir;

use crate::support::{BROKEN, EASYMART, SHOP, Service, chairs, header, import, reason};

#[tokio::test]
async fn an_import_reports_what_happened() {
    let dir = TestDir::new();
    let mut service = Service::start(dir.path()).await;
    let answer = service.import("a", BROKEN).await.unwrap();
    let report = answer.report.unwrap();
    assert_eq!((report.read, report.kept, report.rejected_count, report.price_on_request), (10, 3, 7, 1));
    assert_eq!((report.rejected[2].row, report.rejected[2].field.as_str()), (4, "price"));
    let info = service.client.get_catalogue_info(GetCatalogueInfoRequest {}).await.unwrap().into_inner();
    assert_eq!((info.product_count, info.source_name.as_str(), info.currency_code.as_str()), (3, "shop.feed", "AUD"));
    assert_eq!((info.generation, info.content_sha256.len()), (answer.generation, 64));
    service.stop().await;
}

#[tokio::test]
async fn a_repetition_changes_nothing() {
    let (_dir, mut service) = Service::with_shop().await;
    let again = service.import("first", SHOP).await.unwrap();
    assert!(!again.unchanged, "the first answer is given again");
    let same = service.import("second", SHOP).await.unwrap();
    assert!(same.unchanged);
    assert_eq!((same.generation, same.report.unwrap().kept), (again.generation, 19));
    let refused = service.import("first", BROKEN).await.unwrap_err();
    assert_eq!(reason(&refused), "IDEMPOTENCY_KEY_REUSED");
    service.stop().await;
}

#[tokio::test]
async fn a_feed_that_is_none_is_refused_and_the_old_one_stays() {
    let (_dir, mut service) = Service::with_shop().await;
    let before = service.search("sofa").await;
    for (feed, expected) in [
        (b"a,b\n1,2\n".as_slice(), "FEED_INVALID"),
        (b"", "FEED_INVALID"),
        (b"{\"id\":1}\n", "FEED_INVALID"),
        (EASYMART, "FEED_SHRINKS"),
    ] {
        let refused = service.import(&format!("{expected}{}", feed.len()), feed).await.unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    assert_eq!(service.search("sofa").await, before);
    let allowed = ImportHeader { allow_shrink: true, ..header("allowed") };
    let answer = import(&mut service.client, allowed, EASYMART).await.unwrap();
    assert_eq!(answer.report.unwrap().kept, 4);
    assert_eq!(service.search("sofa").await.total, 0);
    service.stop().await;
}

#[tokio::test]
async fn a_stream_must_begin_with_its_header() {
    let dir = TestDir::new();
    let mut service = Service::start(dir.path()).await;
    let messages = |parts: Vec<Part>| {
        tokio_stream::iter(parts.into_iter().map(|part| ImportCatalogueRequest { part: Some(part) }))
    };
    let currency = ImportHeader { currency_code: "dollars".to_owned(), ..header("c") };
    for parts in [
        vec![],
        vec![Part::Chunk(SHOP.into())],
        vec![Part::Header(header("a")), Part::Header(header("a"))],
        vec![Part::Header(header("")), Part::Chunk(SHOP.into())],
        vec![Part::Header(currency), Part::Chunk(SHOP.into())],
    ] {
        let refused = service.client.import_catalogue(messages(parts)).await.unwrap_err();
        assert_eq!(reason(&refused), "FIELD_INVALID");
    }
    service.stop().await;
}

#[tokio::test]
async fn a_restart_serves_the_same_generation() {
    let (dir, mut service) = Service::with_shop().await;
    let before = service.search("grey sofa").await;
    service.stop().await;

    let mut service = Service::start(dir.path()).await;
    assert_eq!(service.search("grey sofa").await, before);
    assert!(service.import("later", SHOP).await.unwrap().unchanged);
    service.stop().await;
}

#[tokio::test]
async fn a_damaged_or_missing_text_index_is_made_anew() {
    let (dir, mut service) = Service::with_shop().await;
    let before = service.search("grey sofa").await;
    service.stop().await;
    let index = dir.join("index").join(&before.generation);

    for file in fs::read_dir(&index).unwrap().flatten() {
        fs::write(file.path(), b"rubbish").unwrap();
    }
    let mut service = Service::start(dir.path()).await;
    assert_eq!(service.search("grey sofa").await, before);
    service.stop().await;

    fs::remove_dir_all(&index).unwrap();
    let mut service = Service::start(dir.path()).await;
    assert_eq!(service.search("grey sofa").await, before);
    service.stop().await;
}

#[tokio::test]
async fn lost_products_leave_a_shop_that_is_empty_until_the_next_import() {
    let (dir, mut service) = Service::with_shop().await;
    let before = service.search("grey sofa").await;
    service.stop().await;
    fs::remove_file(dir.join("products").join(&before.generation)).unwrap();

    let mut service = Service::start(dir.path()).await;
    let refused = service.client.search(SearchRequest::default()).await.unwrap_err();
    assert_eq!(reason(&refused), "CATALOGUE_EMPTY");
    service.import("again", SHOP).await.unwrap();
    assert_eq!(service.search("grey sofa").await.total, before.total);
    service.stop().await;
}

#[tokio::test]
async fn old_generations_go() {
    let dir = TestDir::new();
    let mut service = Service::with(dir.path(), |config| config.kept_imports = 0).await;
    service.import("first", SHOP).await.unwrap();
    service.import("more", &[SHOP, chairs(50, 90).as_slice()].concat()).await.unwrap();
    let generation = service.search("sofa").await.generation;
    service.stop().await;
    let left: Vec<String> = fs::read_dir(dir.join("index"))
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(left, [generation]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_during_imports_sees_one_whole_generation() {
    let dir = TestDir::new();
    let mut service = Service::start(dir.path()).await;
    let answer = service.import("start", &chairs(300, 100)).await.unwrap();
    let mut prices = std::collections::HashMap::from([(answer.generation, 10_000)]);
    let mut client = service.client.clone();
    let (done, stop) = tokio::sync::watch::channel(false);
    let searching = tokio::spawn(async move {
        let mut seen = Vec::new();
        loop {
            let last = *stop.borrow();
            let request = SearchRequest { query: "chair".to_owned(), page_size: 1, ..SearchRequest::default() };
            let found = client.search(request).await.unwrap().into_inner();
            let price = |money: Option<easymart_proto::common::v1::Money>| money.unwrap().amount_minor;
            seen.push((found.generation, found.total, price(found.lowest_price), price(found.highest_price)));
            if last {
                return seen;
            }
        }
    });
    for price in [200, 300, 400] {
        let answer = service.import(&format!("to {price}"), &chairs(300, price)).await.unwrap();
        prices.insert(answer.generation, i64::try_from(price * 100).unwrap());
    }
    done.send_replace(true);
    let seen = searching.await.unwrap();
    assert!(seen.len() > 3, "only {} searches", seen.len());
    for (generation, total, low, high) in &seen {
        assert_eq!((*total, low, high), (300, &prices[generation], &prices[generation]));
    }
    assert_eq!(seen.last().map(|(_, _, low, _)| *low), Some(40_000));
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_imports_at_once_are_one_too_many() {
    let dir = TestDir::new();
    let service = Service::start(dir.path()).await;
    let feed = chairs(4_000, 100);
    let imports = (0..4).map(|i| {
        let (mut client, feed) = (service.client.clone(), feed.clone());
        tokio::spawn(async move { import(&mut client, header(&format!("import {i}")), &feed).await })
    });
    let outcomes = futures::future::join_all(imports.collect::<Vec<_>>()).await;
    let outcomes: Vec<_> = outcomes.into_iter().map(Result::unwrap).collect();
    let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert!(done >= 1);
    assert!(
        outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).all(|refused| reason(refused) == "IMPORT_BUSY")
    );
    assert!(done < 4, "none of four imports met another one");
    service.stop().await;
}
