use easymart_runtime::config::Secret;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::system::{Answer, System, send};

#[tokio::test]
async fn a_session_that_talks_too_much_is_told_to_wait() {
    let system = System::with(|config| {
        config.limits.session_per_minute = 30;
        config.limits.session_burst = 5;
    })
    .await;
    let (busy, quiet) = (system.session().await, system.session().await);
    let mut refused = None;
    for _ in 0..6 {
        let answer = system.post("/v1/chat", json!({"message": "hi", "session_id": busy})).await;
        if answer.status != StatusCode::OK {
            refused = Some(answer);
        }
    }
    let refused = refused.expect("the sixth message at once is too much");
    refused.assert_problem(429, "RATE_LIMITED");
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
    let other = system.post("/v1/chat", json!({"message": "hi", "session_id": quiet})).await;
    assert_eq!(other.status, StatusCode::OK, "one shopper must not slow another");
}

async fn from(system: &System, forwarded: &str) -> Answer {
    send(system.request(Method::GET, "/v1/categories").header("X-Forwarded-For", forwarded)).await
}

#[tokio::test]
async fn an_address_has_a_ceiling_and_cannot_lie() {
    let system = System::with(|config| config.limits.address_per_minute = 3).await;
    for hop in 0..3 {
        assert_eq!(from(&system, &format!("192.0.2.{hop}")).await.status, StatusCode::OK);
    }
    let refused = from(&system, "192.0.2.99").await;
    refused.assert_problem(429, "RATE_LIMITED");
    assert!(!refused.header("retry-after").is_empty());
    assert_eq!(system.get("/healthz").await.status, StatusCode::OK, "probes are not limited");
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_client_counts() {
    let system = System::with(|config| {
        config.limits.address_per_minute = 1;
        config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    assert_eq!(from(&system, "192.0.2.1").await.status, StatusCode::OK);
    assert_eq!(from(&system, "192.0.2.2").await.status, StatusCode::OK);
    from(&system, "203.0.113.9, 192.0.2.2").await.assert_problem(429, "RATE_LIMITED");
}

#[tokio::test]
async fn a_configured_key_is_asked_for() {
    let system = System::with(|config| config.api_keys = vec![Secret::new("a-key-for-tests")]).await;
    let with_key = |key: &'static str| send(system.request(Method::GET, "/v1/categories").header("X-Api-Key", key));
    assert_eq!(with_key("a-key-for-tests").await.status, StatusCode::OK);
    with_key("a-key-for-test").await.assert_problem(401, "API_KEY_INVALID");
    system.get("/v1/categories").await.assert_problem(401, "API_KEY_INVALID");
    system.get("/health/detailed").await.assert_problem(401, "API_KEY_INVALID");
    system.get("/api/cart?session_id=s").await.assert_problem(401, "API_KEY_INVALID");
    for path in ["/healthz", "/openapi.json", "/docs/", "/sample-shop/pictures/desk.svg"] {
        assert_eq!(system.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn large_bodies_are_refused() {
    let system = System::start().await;
    let body = |bytes: usize| {
        let text = json!({"message": "hi", "padding": "x".repeat(bytes)}).to_string();
        send(system.request(Method::POST, "/v1/chat").header("Content-Type", "application/json").body(text))
    };
    assert_eq!(body(60 * 1024).await.status, StatusCode::OK);
    body(64 * 1024).await.assert_problem(413, "BODY_TOO_LARGE");
    body(512 * 1024).await.assert_problem(413, "BODY_TOO_LARGE");
}

#[tokio::test]
async fn only_json_is_read() {
    let system = System::start().await;
    let say = |media_type: &'static str, body: &'static str| {
        send(system.request(Method::POST, "/v1/chat").header("Content-Type", media_type).body(body))
    };
    say("text/plain", "{\"message\": \"hi\"}").await.assert_problem(415, "MEDIA_TYPE_UNSUPPORTED");
    say("application/x-www-form-urlencoded", "message=hi").await.assert_problem(415, "MEDIA_TYPE_UNSUPPORTED");
    say("application/json", "{\"message\": ").await.assert_problem(400, "REQUEST_MALFORMED");
    say("application/json", "").await.assert_problem(400, "REQUEST_MALFORMED");
    assert_eq!(say("application/json; charset=utf-8", "{\"message\": \"hi\"}").await.status, StatusCode::OK);
}

#[tokio::test]
async fn too_much_at_once_is_turned_away() {
    let system = System::with(|config| config.limits.concurrent_requests = 1).await;
    let call = system.request(Method::POST, "/v1/chat").json(&json!({"message": "hold"}));
    let waiting = tokio::spawn(call.send());
    system.conversation.held.arrived.notified().await;
    let refused = system.get("/v1/categories").await;
    refused.assert_problem(429, "OVERLOADED");
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(system.get("/healthz").await.status, StatusCode::OK);
    system.conversation.held.release.add_permits(1);
    assert_eq!(waiting.await.unwrap().unwrap().status(), StatusCode::OK);
    assert_eq!(system.get("/v1/categories").await.status, StatusCode::OK);
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems_too() {
    let system = System::start().await;
    system.get("/no/such/path").await.assert_problem(404, "ROUTE_UNKNOWN");
    let wrong = send(system.request(Method::PUT, "/v1/chat")).await;
    wrong.assert_problem(405, "METHOD_NOT_ALLOWED");
    assert_eq!(wrong.header("allow"), "POST");
}

#[tokio::test]
async fn only_listed_origins_may_call() {
    let system = System::with(|config| config.allowed_origins = vec!["https://shop.example".to_owned()]).await;
    let preflight = |origin: &'static str| {
        let call = system.request(Method::OPTIONS, "/v1/chat").header("Access-Control-Request-Method", "POST");
        send(call.header("Origin", origin))
    };
    let allowed = preflight("https://shop.example").await;
    assert_eq!(allowed.status, StatusCode::NO_CONTENT);
    assert_eq!(allowed.header("access-control-allow-origin"), "https://shop.example");
    assert!(allowed.header("access-control-allow-headers").contains("Idempotency-Key"));
    for origin in ["https://shop.example.evil", "http://shop.example", "https://localhost", "null"] {
        let refused = preflight(origin).await;
        refused.assert_problem(403, "ORIGIN_NOT_ALLOWED");
        assert_eq!(refused.header("access-control-allow-origin"), "");
    }
    let call = system.request(Method::GET, "/v1/products/none").header("Origin", "https://shop.example");
    let answer = send(call).await;
    answer.assert_problem(404, "PRODUCT_UNKNOWN");
    assert_eq!(answer.header("access-control-allow-origin"), "https://shop.example", "problems are readable, too");
    assert_eq!(answer.header("vary"), "Origin");
}
