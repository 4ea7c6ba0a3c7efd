//! Changing prices and stock without an import.

use std::collections::BTreeSet;

use easymart_proto::{
    catalog_search::v1::{
        AnswerSpecRequest, Availability, Filters, GetProductsRequest, GetVocabularyRequest, OfferChange, Opening,
        Product, SearchRequest, Sort, UpsertOffersRequest, UpsertOffersResponse,
    },
    common::v1::Money,
};
use easymart_testkit::TestDir;
use tonic::Status;

use crate::support::{Client, SHOP, Service, chairs, reason};

pub(crate) fn money(minor: i64) -> Option<Money> {
    Some(Money { amount_minor: minor, currency_code: "AUD".to_owned() })
}

pub(crate) fn price(product_id: &str, minor: i64) -> OfferChange {
    OfferChange { product_id: product_id.to_owned(), price: money(minor), ..OfferChange::default() }
}

pub(crate) async fn upsert(
    client: &mut Client,
    request_id: &str,
    changes: Vec<OfferChange>,
) -> Result<UpsertOffersResponse, Status> {
    let request = UpsertOffersRequest { request_id: request_id.to_owned(), changes, ..UpsertOffersRequest::default() };
    client.upsert_offers(request).await.map(tonic::Response::into_inner)
}

async fn product(client: &mut Client, id: &str) -> Product {
    let request = GetProductsRequest { references: vec![id.to_owned()], ..GetProductsRequest::default() };
    client.get_products(request).await.unwrap().into_inner().matches.remove(0).products.remove(0)
}

async fn price_of(client: &mut Client, id: &str) -> Option<i64> {
    product(client, id).await.price.map(|price| price.amount_minor)
}

#[tokio::test]
async fn a_change_is_in_the_next_search() {
    let (_dir, mut service) = Service::with_shop().await;
    let before = service.search("sofa").await.generation;
    let sold_out = OfferChange {
        product_id: "sofa-3".to_owned(),
        stock_quantity: Some(0),
        was_price: money(119_900),
        ..OfferChange::default()
    };
    let answer = upsert(&mut service.client, "a", vec![price("sofa-leather", 44_400), sold_out]).await.unwrap();
    assert_eq!((answer.applied, answer.rejected.len()), (2, 0));

    let request = SearchRequest { query: "sofa".to_owned(), sort: Sort::PriceLow.into(), ..SearchRequest::default() };
    let found = service.client.search(request).await.unwrap().into_inner();
    assert_eq!((&found.generation, found.generation == before), (&answer.generation, false));
    let first = found.hits[0].product.as_ref().unwrap();
    assert_eq!((first.product_id.as_str(), first.price.as_ref().unwrap().amount_minor), ("sofa-leather", 44_400));
    let in_stock = Filters { exclude_out_of_stock: true, ..Filters::default() };
    let request = SearchRequest { query: "sofa".to_owned(), filters: Some(in_stock), ..SearchRequest::default() };
    let found = service.client.search(request).await.unwrap().into_inner();
    assert!(found.hits.iter().all(|hit| hit.product.as_ref().unwrap().product_id != "sofa-3"));
    let sofa = product(&mut service.client, "sofa-3").await;
    assert_eq!((sofa.availability(), sofa.stock_quantity), (Availability::OutOfStock, Some(0)));
    assert_eq!(sofa.was_price.unwrap().amount_minor, 119_900);
    service.stop().await;
}

#[tokio::test]
async fn what_is_wrong_is_named_and_the_rest_is_applied() {
    let (_dir, mut service) = Service::with_shop().await;
    let dollars = Money { amount_minor: 100, currency_code: "USD".to_owned() };
    let change = |id: &str| OfferChange { product_id: id.to_owned(), ..OfferChange::default() };
    let changes = vec![
        price("desk-oak", 33_300),
        price("nothing", 100),
        price("sofa-3", -100),
        price("sofa-3", 0),
        OfferChange { price: Some(dollars), ..change("sofa-3") },
        change("sofa-3"),
        OfferChange { was_price: money(100), ..change("sofa-3") },
        OfferChange { clear_price: true, ..price("sofa-3", 100) },
        OfferChange { availability: 99, ..change("sofa-3") },
        OfferChange { availability: Availability::InStock.into(), stock_quantity: Some(0), ..change("sofa-3") },
        price("WLD200", 100),
    ];
    let answer = upsert(&mut service.client, "a", changes).await.unwrap();
    let rejected: Vec<(u32, &str, &str)> = answer
        .rejected
        .iter()
        .map(|rejected| (rejected.index, rejected.reason.as_str(), rejected.field.as_str()))
        .collect();
    assert_eq!(
        rejected,
        [
            (1, "PRODUCT_UNKNOWN", "product_id"),
            (2, "FIELD_INVALID", "price"),
            (3, "FIELD_INVALID", "price"),
            (4, "FIELD_INVALID", "price"),
            (5, "FIELD_INVALID", ""),
            (6, "FIELD_INVALID", "was_price"),
            (7, "FIELD_INVALID", "price"),
            (8, "FIELD_INVALID", "availability"),
            (9, "FIELD_INVALID", "stock_quantity"),
            (10, "PRODUCT_UNKNOWN", "product_id"),
        ]
    );
    assert_eq!((answer.applied, price_of(&mut service.client, "desk-oak").await), (1, Some(33_300)));
    assert_eq!(price_of(&mut service.client, "sofa-3").await, Some(89_900));

    let nothing = upsert(&mut service.client, "b", vec![price("nothing", 100)]).await.unwrap();
    assert_eq!((nothing.applied, nothing.generation), (0, answer.generation));
    for request in [
        UpsertOffersRequest::default(),
        UpsertOffersRequest { request_id: "c".to_owned(), ..UpsertOffersRequest::default() },
        UpsertOffersRequest {
            request_id: "d".to_owned(),
            changes: vec![price("sofa-3", 1); 1_001],
            ..UpsertOffersRequest::default()
        },
    ] {
        assert_eq!(reason(&service.client.upsert_offers(request).await.unwrap_err()), "FIELD_INVALID");
    }
    service.stop().await;
}

#[tokio::test]
async fn a_repetition_gets_the_first_answer_and_changes_nothing() {
    let (dir, mut service) = Service::with_shop().await;
    let first = upsert(&mut service.client, "a", vec![price("desk-oak", 100)]).await.unwrap();
    upsert(&mut service.client, "b", vec![price("desk-oak", 200)]).await.unwrap();
    assert_eq!(upsert(&mut service.client, "a", vec![price("desk-oak", 100)]).await.unwrap(), first);
    assert_eq!(price_of(&mut service.client, "desk-oak").await, Some(200));
    let other = upsert(&mut service.client, "a", vec![price("desk-oak", 300)]).await.unwrap_err();
    assert_eq!(reason(&other), "IDEMPOTENCY_KEY_REUSED");
    service.stop().await;
    let mut service = Service::start(dir.path()).await;
    assert_eq!(upsert(&mut service.client, "a", vec![price("desk-oak", 100)]).await.unwrap(), first);
    assert_eq!(price_of(&mut service.client, "desk-oak").await, Some(200));
    service.stop().await;
}

#[tokio::test]
async fn a_restart_serves_the_same_offers_and_a_newer_import_wins() {
    let (dir, mut service) = Service::with_shop().await;
    let clear = OfferChange { product_id: "sofa-3".to_owned(), clear_price: true, ..OfferChange::default() };
    let revised = upsert(&mut service.client, "a", vec![price("desk-oak", 100), clear]).await.unwrap().generation;
    let before = service.search("desk").await;
    service.stop().await;

    let mut service = Service::start(dir.path()).await;
    assert_eq!(service.search("desk").await, before);
    assert_eq!(before.generation, revised);
    assert_eq!(
        (price_of(&mut service.client, "desk-oak").await, price_of(&mut service.client, "sofa-3").await),
        (Some(100), None)
    );
    let same = service.import("again", SHOP).await.unwrap();
    assert!(same.unchanged && same.generation == revised, "the same feed changes nothing, offers included");

    let feed = [SHOP, chairs(3, 90).as_slice()].concat();
    service.import("newer", &feed).await.unwrap();
    assert_eq!(price_of(&mut service.client, "sofa-3").await, Some(89_900));
    let request =
        UpsertOffersRequest { request_id: "late".to_owned(), generation: revised, changes: vec![price("sofa-3", 100)] };
    let refused = service.client.upsert_offers(request).await.unwrap_err();
    assert_eq!(reason(&refused), "GENERATION_REPLACED");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_changes_during_an_import_is_newer_than_its_feed() {
    let dir = TestDir::new();
    let mut service = Service::start(dir.path()).await;
    service.import("first", &chairs(3_000, 100)).await.unwrap();
    upsert(&mut service.client, "before", vec![price("chair-1", 1_111)]).await.unwrap();
    let mut client = service.client.clone();
    let importing = tokio::spawn(async move {
        crate::support::import(&mut client, crate::support::header("second"), &chairs(3_000, 200)).await.unwrap()
    });
    let mut changed = 0;
    while !importing.is_finished() {
        changed += 1;
        let change = price(&format!("chair-{}", 100 + changed), 5_000 + changed);
        upsert(&mut service.client, &format!("during {changed}"), vec![change]).await.unwrap();
    }
    importing.await.unwrap();
    assert_eq!(price_of(&mut service.client, "chair-1").await, Some(20_000), "older than the feed");
    // The first changes may have come before the feed was taken up; from then on every one stays.
    let mut kept = Vec::new();
    for number in 1..=changed {
        let price = price_of(&mut service.client, &format!("chair-{}", 100 + number)).await;
        kept.push(price == Some(5_000 + number));
    }
    assert!(kept.is_sorted() && kept.last() == Some(&true), "{kept:?}");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_callers_share_revisions() {
    let dir = TestDir::new();
    let mut service = Service::start(dir.path()).await;
    service.import("first", &chairs(100, 100)).await.unwrap();
    let callers = (0..100).map(|i| {
        let mut client = service.client.clone();
        tokio::spawn(async move {
            upsert(&mut client, &format!("{i}"), vec![price(&format!("chair-{i}"), 1_000 + i)]).await
        })
    });
    let answers = futures::future::join_all(callers.collect::<Vec<_>>()).await;
    let generations: BTreeSet<String> = answers.into_iter().map(|answer| answer.unwrap().unwrap().generation).collect();
    assert!(generations.len() < 20, "{} revisions for a hundred callers at once", generations.len());
    for i in [0, 50, 99] {
        assert_eq!(price_of(&mut service.client, &format!("chair-{i}")).await, Some(1_000 + i));
    }
    service.stop().await;
}

#[tokio::test]
async fn the_words_stay_the_same_while_offers_change() {
    let (_dir, mut service) = Service::with_shop().await;
    let known = service.search("sofa").await.generation;
    let revised = upsert(&mut service.client, "a", vec![price("desk-oak", 100)]).await.unwrap().generation;
    let request = GetVocabularyRequest { known_generation: known };
    let words = service.client.get_vocabulary(request).await.unwrap().into_inner();
    assert_eq!((words.generation, words.terms.len()), (revised, 0));
    service.stop().await;
}

#[tokio::test]
async fn questions_are_answered_or_honestly_not() {
    let (_dir, mut service) = Service::with_shop().await;
    let ask = |product: &str, question: &str| AnswerSpecRequest {
        product_id: product.to_owned(),
        question: question.to_owned(),
        ..AnswerSpecRequest::default()
    };
    let held = service.client.answer_spec(ask("desk-oak", "how much weight does it hold?")).await.unwrap().into_inner();
    assert_eq!((held.topic.as_str(), held.label.as_str()), ("weight_capacity", "weight capacity"));
    let fact = &held.facts[0];
    assert_eq!((fact.number, fact.unit.as_str(), fact.source.as_str()), (Some(80.0), "kg", "Features"));
    assert!(fact.confidence > 0.5 && held.known_attributes.is_empty() && !held.generation.is_empty());
    let unknown = service.client.answer_spec(ask("sofa-bed", "is there a warranty?")).await.unwrap().into_inner();
    assert_eq!((unknown.topic.as_str(), unknown.facts.len()), ("warranty", 0));
    assert!(unknown.known_attributes.contains(&"width_cm".to_owned()));
    let gone = service.client.answer_spec(ask("nothing", "width")).await.unwrap_err();
    assert_eq!(reason(&gone), "PRODUCT_UNKNOWN");
    let empty = service.client.answer_spec(ask("desk-oak", " ")).await.unwrap_err();
    assert_eq!(reason(&empty), "FIELD_INVALID");
    service.stop().await;
}

#[tokio::test]
async fn what_does_not_fit_is_turned_away_with_the_reason() {
    let (_dir, mut service) = Service::with_shop().await;
    let through = Opening { width_cm: 58.0, height_cm: Some(200.0) };
    let filters = Filters { categories: vec!["desk".to_owned()], through: Some(through), ..Filters::default() };
    let request = SearchRequest {
        filters: Some(filters),
        with_rejections: true,
        with_relaxations: true,
        ..SearchRequest::default()
    };
    let found = service.client.search(request).await.unwrap().into_inner();
    assert_eq!((found.total, found.rejected_total), (0, 2));
    let oak = found.rejections.iter().find(|rejection| rejection.product_id == "desk-oak").unwrap();
    assert_eq!(
        (oak.constraint.as_str(), oak.actual.as_str(), oak.wanted.as_str()),
        ("through", "60 cm", "at most 58 cm")
    );
    let relaxation = found.relaxations.iter().find(|relaxation| relaxation.constraint == "through").unwrap();
    assert_eq!(
        (relaxation.asked, relaxation.needed, relaxation.total, relaxation.total_at_needed),
        (Some(58.0), Some(60.0), 2, 1)
    );
    assert_eq!(relaxation.product_ids, ["desk-oak"]);
    let wrong = Filters { through: Some(Opening { width_cm: 0.0, height_cm: None }), ..Filters::default() };
    let request = SearchRequest { filters: Some(wrong), ..SearchRequest::default() };
    assert_eq!(reason(&service.client.search(request).await.unwrap_err()), "FIELD_INVALID");
    service.stop().await;
}
