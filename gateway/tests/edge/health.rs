use easymart_testkit::wait_until;
use reqwest::StatusCode;
use serde_json::json;

use crate::system::{PATIENCE, System};

#[tokio::test]
async fn readiness_follows_the_conversation() {
    let system = System::start().await;
    assert_eq!(system.get("/healthz").await.json, json!({"status": "ok"}));
    wait_until(PATIENCE, "readiness", || async { system.get("/readyz").await.status == StatusCode::OK }).await;
    system.lose_conversation().await;
    system.get("/readyz").await.assert_problem(503, "UNAVAILABLE");
    assert_eq!(system.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_report_names_every_part() {
    let system = System::start().await;
    let report = system.get("/health/detailed").await.json;
    assert_eq!(report["status"], "ok", "{report}");
    let parts = ["conversation", "catalog_search", "cart_sync", "llm_proxy", "storefront", "llm", "store"];
    for part in parts {
        assert_eq!(report["checks"][part]["status"], "ok", "{part}");
        assert!(report["checks"][part]["latency_ms"].is_u64(), "{part}");
    }
    assert!(report["checks"]["llm"]["detail"].as_str().unwrap().contains("none configured"));
    system.carts.set_unsynced(3);
    let report = system.get("/health/detailed").await.json;
    assert_eq!(report["status"], "degraded");
    assert_eq!(report["checks"]["storefront"]["detail"], "3 changes wait for the shop's backend");
}

#[tokio::test]
async fn a_dead_part_is_not_called_healthy() {
    let system = System::start().await;
    system.lose_conversation().await;
    let report = system.get("/health/detailed").await;
    assert_eq!(report.status, StatusCode::OK);
    assert_eq!(report.json["status"], "down");
    assert_eq!(report.json["checks"]["conversation"]["status"], "down");
    assert_eq!(report.json["checks"]["cart_sync"]["status"], "ok");
    let original = system.get("/health").await.json;
    assert_eq!(original["status"], "unhealthy");
    assert_eq!(original["services"]["conversation"], "unhealthy");
    assert_eq!(system.get("/api/health").await.json["status"], "down");
}

#[tokio::test]
async fn without_a_collector_there_are_no_metrics() {
    let system = System::start().await;
    system.get("/metrics").await.assert_problem(404, "ROUTE_UNKNOWN");
}

#[tokio::test]
async fn metrics_count_by_route_and_never_by_session() {
    let system = System::with_metrics().await;
    let session = system.session().await;
    system.get(&format!("/v1/sessions/{session}")).await;
    system.get("/no/such/path").await;
    let text = system.request(reqwest::Method::GET, "/metrics").send().await.unwrap().text().await.unwrap();
    let counted = text.lines().find(|line| {
        line.starts_with("easymart_http_server_seconds_count") && line.contains(r#"route="/v1/sessions/{session_id}""#)
    });
    assert!(counted.is_some_and(|line| line.contains(r#"status="200""#)), "{text}");
    assert!(text.contains(r#"route="unmatched""#));
    assert!(!text.contains(&session), "a session id is a secret");
}
