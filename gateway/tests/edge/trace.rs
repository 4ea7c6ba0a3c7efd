use easymart_runtime::config::Secret;
use reqwest::Method;
use serde_json::json;

use crate::system::{Answer, System, send};

async fn with_key(system: &System, path: &str, key: &str) -> Answer {
    send(system.request(Method::GET, path).header("X-Operator-Key", key)).await
}

/// The path of the trace of a turn of a new session.
async fn a_turn(system: &System) -> String {
    let session = system.session().await;
    let turn = system.post("/v1/chat", json!({"message": "hello", "session_id": session})).await;
    format!("/v1/sessions/{session}/turns/{}/trace", turn.text("/turn_id"))
}

#[tokio::test]
async fn operators_read_why_a_turn_went_as_it_did() {
    let system = System::with(|config| config.operator_keys = vec![Secret::new("operator")]).await;
    let path = a_turn(&system).await;
    let trace = with_key(&system, &path, "operator").await;
    assert_eq!((trace.status.as_u16(), trace.header("content-type")), (200, "application/json"));
    assert_eq!(trace.header("cache-control"), "no-store");
    assert_eq!(trace.text("/reply/text"), "Dear shopper, you said “hello”.");
}

#[tokio::test]
async fn nobody_else_does() {
    let system = System::with(|config| config.operator_keys = vec![Secret::new("operator")]).await;
    let path = a_turn(&system).await;
    system.get(&path).await.assert_problem(401, "OPERATOR_KEY_INVALID");
    with_key(&system, &path, "another").await.assert_problem(401, "OPERATOR_KEY_INVALID");
    // The session's id is a key to its own turns only.
    let other = a_turn(&system).await;
    let (session, _) = path.split_once("/turns/").unwrap();
    let (_, turn) = other.split_once("/turns/").unwrap();
    with_key(&system, &format!("{session}/turns/{turn}"), "operator").await.assert_problem(404, "TURN_UNKNOWN");
    let forged = format!("/v1/sessions/forged/turns/{turn}");
    with_key(&system, &forged, "operator").await.assert_problem(401, "SESSION_INVALID");
}

#[tokio::test]
async fn without_a_configured_key_there_is_no_such_path() {
    let system = System::start().await;
    let path = a_turn(&system).await;
    with_key(&system, &path, "").await.assert_problem(404, "ROUTE_UNKNOWN");
    system.get(&path).await.assert_problem(404, "ROUTE_UNKNOWN");
}
