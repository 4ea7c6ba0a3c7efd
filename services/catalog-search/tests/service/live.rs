//! Readers that name a generation, and streams that tell what is being served.

use std::time::Duration;

use easymart_catalog_search::Config;
use easymart_proto::catalog_search::v1::{
    ChangeKind, CompareRequest, FindSimilarRequest, GetProductsRequest, ListCategoriesRequest, SearchRequest,
    SearchResponse, SuggestRequest, WatchCatalogueRequest, WatchCatalogueResponse,
};
use easymart_testkit::{TestDir, wait_until};
use tonic::{Status, Streaming};

use crate::{
    offers::{price, upsert},
    support::{Client, SHOP, Service, chairs, reason},
};

async fn on(client: &mut Client, generation: &str, query: &str) -> Result<SearchResponse, Status> {
    let request =
        SearchRequest { query: query.to_owned(), generation: generation.to_owned(), ..SearchRequest::default() };
    client.search(request).await.map(tonic::Response::into_inner)
}

#[tokio::test]
async fn a_named_generation_answers_after_it_was_replaced() {
    let (_dir, mut service) = Service::with_shop().await;
    let first = service.search("sofa").await.generation;
    let feed = [SHOP, chairs(50, 90).as_slice()].concat();
    let second = service.import("second", &feed).await.unwrap().generation;
    assert_ne!(first, second);

    let named = |generation: &str| generation.to_owned();
    assert_eq!(on(&mut service.client, &first, "Dunnart").await.unwrap().total, 0);
    assert_eq!(on(&mut service.client, &second, "Dunnart").await.unwrap().total, 50);
    assert_eq!(on(&mut service.client, "", "Dunnart").await.unwrap().generation, second);
    let references = vec!["chair-7".to_owned()];
    let request = GetProductsRequest { references, generation: named(&first), ..GetProductsRequest::default() };
    let found = service.client.get_products(request).await.unwrap().into_inner();
    assert_eq!((found.matches[0].products.len(), &found.generation), (0, &first));
    let request = ListCategoriesRequest { generation: named(&first) };
    let listed = service.client.list_categories(request).await.unwrap().into_inner();
    let chairs = listed.categories.iter().find(|category| category.category_id == "chair").unwrap();
    assert_eq!((chairs.product_count, &listed.generation), (3, &first));
    let request = SuggestRequest { prefix: "dunn".to_owned(), generation: named(&first), ..SuggestRequest::default() };
    assert_eq!(service.client.suggest(request).await.unwrap().into_inner().suggestions.len(), 0);
    let request = FindSimilarRequest {
        product_id: "chair-dining".to_owned(),
        generation: named(&first),
        limit: 20,
        ..FindSimilarRequest::default()
    };
    let similar = service.client.find_similar(request).await.unwrap().into_inner();
    assert!(similar.hits.len() < 20 && similar.generation == first);
    let product_ids = vec!["desk-oak".to_owned(), "desk-stand".to_owned()];
    let request = CompareRequest { product_ids, generation: named(&first) };
    assert_eq!(service.client.compare(request).await.unwrap().into_inner().generation, first);
    service.stop().await;
}

#[tokio::test]
async fn a_generation_that_is_not_kept_is_gone() {
    let dir = TestDir::new();
    let mut service = Service::with(dir.path(), |config| config.kept_imports = 1).await;
    let first = service.import("0", &chairs(20, 100)).await.unwrap().generation;
    let second = service.import("1", &chairs(20, 101)).await.unwrap().generation;
    assert_eq!(on(&mut service.client, &first, "").await.unwrap().generation, first);
    service.import("2", &chairs(20, 102)).await.unwrap();
    let refused = on(&mut service.client, &first, "").await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused)), (tonic::Code::NotFound, "GENERATION_GONE"));
    assert_eq!(on(&mut service.client, &second, "").await.unwrap().generation, second);
    assert_eq!(reason(&on(&mut service.client, "no such thing", "").await.unwrap_err()), "GENERATION_GONE");
    let long = "x".repeat(65);
    assert_eq!(reason(&on(&mut service.client, &long, "").await.unwrap_err()), "FIELD_INVALID");
    service.stop().await;
}

#[tokio::test]
async fn kept_generations_expire() {
    let dir = TestDir::new();
    let mut service = Service::with(dir.path(), |config| config.keep_generations = Duration::ZERO).await;
    let first = service.import("0", &chairs(20, 100)).await.unwrap().generation;
    service.import("1", &chairs(20, 101)).await.unwrap();
    assert_eq!(reason(&on(&mut service.client, &first, "").await.unwrap_err()), "GENERATION_GONE");
    let indexes = || std::fs::read_dir(dir.join("index")).map_or(0, Iterator::count);
    wait_until(Duration::from_secs(20), "the old index is deleted", || async { indexes() == 1 }).await;
    service.stop().await;
}

async fn watch(service: &mut Service) -> Streaming<WatchCatalogueResponse> {
    service.client.watch_catalogue(WatchCatalogueRequest {}).await.unwrap().into_inner()
}

#[tokio::test]
async fn watching_tells_the_state_and_then_every_change() {
    let dir = TestDir::new();
    let mut service = Service::start(dir.path()).await;
    let mut stream = watch(&mut service).await;
    let empty = stream.message().await.unwrap().unwrap();
    assert_eq!((empty.change(), empty.generation.as_str(), empty.product_count), (ChangeKind::Current, "", 0));

    let imported = service.import("first", SHOP).await.unwrap().generation;
    let told = stream.message().await.unwrap().unwrap();
    assert_eq!((told.change(), &told.generation, told.product_count), (ChangeKind::Imported, &imported, 19));
    assert_eq!((told.currency_code.as_str(), told.imported_at_ms > 0), ("AUD", true));

    let revised =
        upsert(&mut service.client, "a", vec![price("desk-oak", 10_000), price("sofa-3", 20_000)]).await.unwrap();
    let told = stream.message().await.unwrap().unwrap();
    assert_eq!((told.change(), &told.generation), (ChangeKind::Offers, &revised.generation));
    assert_eq!((told.previous_generation, told.changed_count), (imported, 2));
    assert_eq!(told.changed_product_ids, ["desk-oak", "sofa-3"]);

    let late = watch(&mut service).await.message().await.unwrap().unwrap();
    assert_eq!((late.change(), late.generation), (ChangeKind::Current, revised.generation));
    service.stop().await;
    assert!(!matches!(stream.message().await, Ok(Some(_))), "the stream ends when the service drains");
}

#[tokio::test]
async fn a_slow_reader_gets_the_latest_state_and_all_that_changed() {
    let (_dir, mut service) = Service::with_shop().await;
    let mut stream = watch(&mut service).await;
    stream.message().await.unwrap().unwrap();
    let mut last = String::new();
    for (request, id) in [("a", "desk-oak"), ("b", "sofa-3"), ("c", "shelf"), ("d", "bedside")] {
        last = upsert(&mut service.client, request, vec![price(id, 5_000)]).await.unwrap().generation;
    }
    let mut changed = Vec::new();
    loop {
        let told = stream.message().await.unwrap().unwrap();
        changed.extend(told.changed_product_ids);
        if told.generation == last {
            break;
        }
    }
    changed.sort();
    assert_eq!(changed, ["bedside", "desk-oak", "shelf", "sofa-3"]);
    service.stop().await;
}

#[tokio::test]
async fn results_are_kept_by_generation() {
    for megabytes in [0, 16] {
        let dir = TestDir::new();
        let mut service = Service::with(dir.path(), |config: &mut Config| config.result_cache_mb = megabytes).await;
        service.import("first", SHOP).await.unwrap();
        let before = service.search("oak desk").await;
        assert_eq!(service.search("oak desk").await, before);
        upsert(&mut service.client, "a", vec![price("desk-oak", 12_300)]).await.unwrap();
        let after = service.search("oak desk").await;
        assert_ne!(after.generation, before.generation);
        assert_eq!(after.lowest_price.unwrap().amount_minor, 12_300);
        let again = on(&mut service.client, &before.generation, "oak desk").await.unwrap();
        assert_eq!(again.lowest_price, before.lowest_price);
        service.stop().await;
    }
}
