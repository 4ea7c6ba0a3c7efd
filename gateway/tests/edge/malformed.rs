//! Thousands of requests that no honest client would send: every answer is a success or a problem with a reason, never a fault of ours.

use std::sync::Arc;

use futures::{StreamExt as _, stream};
use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use reqwest::{Method, StatusCode};

use crate::system::System;

const REQUESTS: usize = 10_000;

#[derive(Debug, Clone)]
struct Request {
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

fn method() -> impl Strategy<Value = Method> {
    prop_oneof![
        4 => Just(Method::POST),
        4 => Just(Method::GET),
        1 => Just(Method::DELETE),
        1 => Just(Method::PATCH),
        1 => Just(Method::PUT),
        1 => Just(Method::OPTIONS),
    ]
}

fn path() -> impl Strategy<Value = String> {
    let part = "[a-zA-Z0-9%._~/-]{0,40}|(%[0-9A-Fa-f]{2}){0,8}|%|%zz|\\.\\./\\.\\.|%00|%2e%2e%2f";
    let fixed = prop::sample::select(vec![
        "/v1/chat",
        "/v1/chat/stream",
        "/v1/sessions",
        "/v1/feedback",
        "/api/chat",
        "/api/cart/add",
        "/assistant/message",
        "/assistant/cart",
        "/v1/categories",
    ]);
    let open = prop::sample::select(vec![
        "/v1/sessions/",
        "/v1/products/",
        "/v1/products?",
        "/v1/products/compare?ids=",
        "/v1/suggest?q=",
        "/api/cart?session_id=",
        "/assistant/session/",
        "/assistant/greeting?session_id=",
        "/assets/",
        "/sample-shop/pictures/",
        "/docs/",
        "/",
    ]);
    prop_oneof![
        3 => fixed.prop_map(str::to_owned),
        2 => (open, part).prop_map(|(open, part)| format!("{open}{part}")),
        1 => (part, part).prop_map(|(a, b)| format!("/v1/sessions/{}/cart/items/{}", a.replace('/', ""), b)),
        1 => prop::collection::vec(("q|page|page_size|sort|price_min|category", "[ -~&&[^#]]{0,20}"), 0..4).prop_map(|pairs| {
            let pairs: Vec<_> = pairs.into_iter().map(|(name, value)| format!("{name}={}", value.replace(' ', "+"))).collect();
            format!("/v1/products?{}", pairs.join("&"))
        }),
    ]
}

fn headers() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let content_type = prop::sample::select(vec!["application/json", "text/plain", "application/json;;", "", "*/*"]);
    let visible = "[ -~]{0,200}";
    (content_type, prop::option::of(visible), prop::option::of(visible), prop::option::of("[ -~]{0,60}")).prop_map(
        |(content_type, key, matches, language)| {
            let optional = [("idempotency-key", key), ("if-match", matches), ("accept-language", language)];
            let optional = optional.into_iter().filter_map(|(name, value)| Some((name, value?)));
            std::iter::once(("content-type", content_type.to_owned())).chain(optional).collect()
        },
    )
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        "\\PC{0,60}".prop_map(Into::into),
        "(?s).{0,20}".prop_map(Into::into),
    ];
    let name =
        "message|session_id|sessionId|product_id|sku|quantity|action|locale|page|url|turn_id|rating|comment|context|x";
    leaf.prop_recursive(4, 24, 6, move |inner| {
        prop_oneof![
            3 => prop::collection::btree_map(name, inner.clone(), 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            1 => prop::collection::vec(inner, 0..4).prop_map(serde_json::Value::Array),
        ]
    })
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        6 => json().prop_map(|value| value.to_string().into_bytes()),
        2 => (json(), 0_usize..64).prop_map(|(value, cut)| {
            let mut text = value.to_string().into_bytes();
            text.truncate(text.len().saturating_sub(cut));
            text
        }),
        2 => prop::collection::vec(any::<u8>(), 0..200),
        1 => (1_usize..3_000).prop_map(|depth| "[".repeat(depth).into_bytes()),
        1 => (1_usize..3_000).prop_map(|depth| "{\"message\":".repeat(depth).into_bytes()),
    ]
}

fn request() -> impl Strategy<Value = Request> {
    (method(), path(), headers(), body()).prop_map(|(method, path, headers, body)| Request {
        method,
        path,
        headers,
        body,
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_is_answered_with_a_fault() {
    let system = Arc::new(System::start().await);
    let seed = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), seed);
    let strategy = request();
    let requests = std::iter::repeat_with(|| strategy.new_tree(&mut runner).unwrap().current()).take(REQUESTS);
    let answered = stream::iter(requests)
        .map(|request| check(Arc::clone(&system), request))
        .buffer_unordered(16)
        .fold(0_usize, |sent, was_sent| async move { sent + usize::from(was_sent) })
        .await;
    assert!(answered > REQUESTS * 9 / 10, "the client itself refused too many: {answered}");
    assert_eq!(system.get("/healthz").await.status, StatusCode::OK);
}

/// Whether the request could be sent at all.
async fn check(system: Arc<System>, request: Request) -> bool {
    let mut call = system.request(request.method.clone(), &request.path).body(request.body.clone());
    for (name, value) in &request.headers {
        call = call.header(*name, value);
    }
    let Ok(call) = call.build() else { return false };
    let response = system.client.execute(call).await.unwrap_or_else(|error| panic!("{error}: {request:?}"));
    let status = response.status();
    assert!(!status.is_server_error(), "{status} to {request:?}");
    let kind = response.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
    assert!(response.headers().contains_key("x-request-id"));
    let body = response.bytes().await.unwrap();
    if status.is_client_error() && !body.is_empty() {
        assert_eq!(kind.as_deref(), Some("application/problem+json"), "{status} to {request:?}");
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert!(problem["reason"].is_string() && problem["status"] == status.as_u16(), "{problem}");
    }
    true
}
