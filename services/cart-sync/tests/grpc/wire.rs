//! What exactly goes to the shop's backend, and what is made of its answers.

use std::time::{Duration, Instant};

use easymart_cart_sync::Config;
use easymart_proto::cart_sync::v1::{BeginCheckoutRequest, Cart, SyncState};
use easymart_runtime::config::Secret;
use easymart_testkit::{TestDir, wait_until};
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, Request, ResponseTemplate,
    matchers::{method, path},
};

use crate::{
    catalogue::Catalogue,
    harness::{PATIENCE, Service, fresh_key},
};

/// A backend that answers every change the same way.
async fn backend(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    let changes = Mock::given(method("POST")).and(path("/shop/api/cart/add"));
    changes.respond_with(answer).mount(&server).await;
    server
}

async fn start(dir: &TestDir, catalogue: &Catalogue, backend: &MockServer) -> Service {
    let url = format!("{}/shop/", backend.uri());
    let configure = |config: &mut Config| {
        config.storefront.url = url;
        config.storefront.api_key = Secret::new("open sesame");
        config.storefront.api_key_header = "X-Shop-Key".to_owned();
    };
    Service::start(dir, catalogue.address, configure).await
}

/// Adds a desk and waits until the cart stands so.
async fn add_and_wait(service: &Service, state: SyncState) -> Cart {
    let shopper = service.shopper("cart-1");
    shopper.add("desk", 2).await.unwrap();
    shopper.wait_for(state).await
}

async fn posts(backend: &MockServer) -> Vec<Request> {
    let requests = backend.received_requests().await.unwrap();
    let posts = requests.into_iter().filter(|r| r.method == "POST");
    posts.collect()
}

fn header<'a>(request: &'a Request, name: &str) -> &'a str {
    request.headers[name].to_str().unwrap()
}

#[tokio::test]
async fn a_change_is_said_in_the_words_of_the_contract() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let backend = backend(ResponseTemplate::new(200)).await;
    let service = start(&dir, &catalogue, &backend).await;
    let cart = add_and_wait(&service, SyncState::Synced).await;
    let shopper = service.shopper("cart-1");
    shopper.remove(&cart.lines[0].line_id).await.unwrap();
    shopper.wait_for(SyncState::Synced).await;
    shopper.add("lamp", 1).await.unwrap();
    shopper.wait_for(SyncState::Synced).await;
    shopper.clear().await.unwrap();
    shopper.wait_for(SyncState::Synced).await;
    let posts = posts(&backend).await;
    let bodies: Vec<Value> = posts.iter().map(|post| post.body_json().unwrap()).collect();
    let expected = [
        json!({"action": "set", "session_id": "cart-1", "product_id": "DESK-1", "quantity": 2}),
        json!({"action": "remove", "session_id": "cart-1", "product_id": "DESK-1"}),
        json!({"action": "set", "session_id": "cart-1", "product_id": "LAMP-1", "quantity": 1}),
        json!({"action": "clear", "session_id": "cart-1"}),
    ];
    assert_eq!(bodies, expected);
    assert_eq!(header(&posts[0], "x-shop-key"), "open sesame");
    assert_ne!(header(&posts[0], "idempotency-key"), header(&posts[1], "idempotency-key"));
    service.stop().await;
}

#[tokio::test]
async fn a_repetition_has_the_key_of_the_first_attempt() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let backend = backend(ResponseTemplate::new(503)).await;
    let service = start(&dir, &catalogue, &backend).await;
    service.shopper("cart-1").add("desk", 1).await.unwrap();
    wait_until(PATIENCE, "a repetition", || async { posts(&backend).await.len() >= 2 }).await;
    let posts = posts(&backend).await;
    assert_eq!(header(&posts[0], "idempotency-key"), header(&posts[1], "idempotency-key"));
    service.stop().await;
}

#[tokio::test]
async fn a_backend_that_asks_for_a_pause_gets_it() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let backend = MockServer::start().await;
    let busy = ResponseTemplate::new(429).insert_header("Retry-After", "1");
    Mock::given(method("POST")).respond_with(busy).up_to_n_times(1).mount(&backend).await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(200)).mount(&backend).await;
    let service = start(&dir, &catalogue, &backend).await;
    let started = Instant::now();
    add_and_wait(&service, SyncState::Synced).await;
    assert!(started.elapsed() >= Duration::from_secs(1), "{:?}", started.elapsed());
    service.stop().await;
}

#[tokio::test]
async fn the_backends_checkout_is_preferred_once_it_is_known() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let page = "https://pay.example/c/77";
    let told = json!({"success": true, "cartId": "77", "checkout_url": page});
    let backend = backend(ResponseTemplate::new(200).set_body_json(told)).await;
    let service = start(&dir, &catalogue, &backend).await;
    let sync = add_and_wait(&service, SyncState::Synced).await.sync.unwrap();
    assert_eq!((sync.remote_cart_id.as_str(), sync.checkout_url.as_str()), ("77", page));
    let request = BeginCheckoutRequest { request_id: fresh_key(), cart_id: "cart-1".to_owned() };
    let answer = service.client.clone().begin_checkout(request).await.unwrap();
    assert_eq!(answer.into_inner().checkout_url, page);
    service.stop().await;
}

#[tokio::test]
async fn a_backend_that_says_yes_and_does_nothing_is_a_conflict() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let empty = ResponseTemplate::new(200).set_body_json(json!({"success": true, "cart": {"items": []}}));
    let backend = backend(empty.clone()).await;
    Mock::given(method("GET")).and(path("/shop/api/cart")).respond_with(empty).mount(&backend).await;
    let service = start(&dir, &catalogue, &backend).await;
    let cart = add_and_wait(&service, SyncState::Conflict).await;
    let detail = cart.sync.unwrap().detail;
    assert!(detail.contains("DESK-1: 2 in the cart, 0 at the backend"), "{detail}");
    assert_eq!(posts(&backend).await.len(), 2, "told, and told once more");
    service.stop().await;
}

#[tokio::test]
async fn an_answer_with_a_part_of_the_cart_is_no_difference() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let lamp = json!({"product_id": "LAMP-1", "quantity": 1});
    let desk = json!({"product_id": "DESK-1", "quantity": 2});
    let part = json!({"success": true, "items": [lamp]});
    let whole = json!({"success": true, "cart": {"items": [desk, lamp]}});
    let backend = backend(ResponseTemplate::new(200).set_body_json(part)).await;
    let whole = ResponseTemplate::new(200).set_body_json(whole);
    Mock::given(method("GET")).respond_with(whole).mount(&backend).await;
    let service = start(&dir, &catalogue, &backend).await;
    let shopper = service.shopper("cart-1");
    shopper.add("desk", 2).await.unwrap();
    shopper.add("lamp", 1).await.unwrap();
    wait_until(PATIENCE, "the lamp was sent", || async {
        let posts = posts(&backend).await;
        posts.iter().any(|post| post.body_json::<Value>().unwrap()["product_id"] == "LAMP-1")
    })
    .await;
    let sync = shopper.wait_for(SyncState::Synced).await.sync.unwrap();
    assert_eq!(sync.detail, "");
    service.stop().await;
}

#[tokio::test]
async fn neither_a_redirect_nor_a_no_with_status_200_is_taken_for_done() {
    let elsewhere = ResponseTemplate::new(302).insert_header("Location", "/elsewhere");
    let no = ResponseTemplate::new(200).set_body_json(json!({"success": false, "error": "sold out"}));
    for (answer, words) in [(elsewhere, "302"), (no, "sold out")] {
        let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
        let backend = backend(answer).await;
        let service = start(&dir, &catalogue, &backend).await;
        let cart = add_and_wait(&service, SyncState::Failed).await;
        let detail = cart.sync.unwrap().detail;
        assert!(detail.contains(words), "{detail}");
        service.stop().await;
    }
}
