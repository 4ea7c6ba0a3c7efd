use reqwest::StatusCode;
use serde_json::json;

use crate::system::System;

#[tokio::test]
async fn a_session_is_opened_read_and_erased() {
    let system = System::start().await;
    let opened = system.post("/v1/sessions", json!({"locale": "en-AU"})).await;
    assert_eq!(opened.status, StatusCode::CREATED);
    assert_eq!(opened.text("/greeting"), "Welcome!");
    assert_eq!(opened.text("/expires_at"), "2030-03-17T17:46:40Z");
    assert_eq!(opened.json["chips"][0]["message"], "desks");
    let path = format!("/v1/sessions/{}", opened.text("/session_id"));
    system.post("/v1/chat", json!({"message": "hello", "session_id": opened.text("/session_id")})).await;
    let read = system.get(&path).await;
    assert_eq!(read.json["messages"][0]["text"], "hello");
    assert_eq!(read.json["messages"][0]["speaker"], "shopper");
    assert_eq!(read.json["search"], json!({}));
    assert_eq!(system.delete(&path).await.status, StatusCode::NO_CONTENT);
    system.get(&path).await.assert_problem(410, "SESSION_EXPIRED");
    assert_eq!(system.delete(&path).await.status, StatusCode::NO_CONTENT, "erasing twice is fine");
    let late = json!({"message": "hello", "session_id": opened.text("/session_id")});
    system.post("/v1/chat", late).await.assert_problem(410, "SESSION_EXPIRED");
}

#[tokio::test]
async fn a_session_can_be_opened_without_a_body() {
    let system = System::start().await;
    let opened = crate::system::send(system.request(reqwest::Method::POST, "/v1/sessions")).await;
    assert_eq!(opened.status, StatusCode::CREATED);
    assert_eq!(system.post("/v1/sessions", json!(null)).await.status, StatusCode::CREATED);
    system.post("/v1/sessions", json!({"locale": "no language"})).await.assert_problem(400, "FIELD_INVALID");
}

#[tokio::test]
async fn erasing_empties_the_cart() {
    let system = System::start().await;
    let session = system.session().await;
    let cart = format!("/v1/sessions/{session}/cart");
    system.post(&format!("{cart}/items"), json!({"sku": "D-1"})).await;
    assert_eq!(system.get(&cart).await.json["item_count"], 1);
    system.delete(&format!("/v1/sessions/{session}")).await;
    assert_eq!(system.get(&cart).await.json["item_count"], 0);
}

#[tokio::test]
async fn no_altered_id_is_believed_anywhere() {
    let system = System::start().await;
    let session = system.session().await;
    for at in (0..session.len()).step_by(7) {
        let mut forged = session.clone().into_bytes();
        forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        system
            .post("/v1/chat", json!({"message": "hi", "session_id": forged}))
            .await
            .assert_problem(401, "SESSION_INVALID");
        system.get(&format!("/v1/sessions/{forged}")).await.assert_problem(401, "SESSION_INVALID");
        system.get(&format!("/v1/sessions/{forged}/cart")).await.assert_problem(401, "SESSION_INVALID");
    }
}

#[tokio::test]
async fn invented_ids_are_refused_unless_allowed() {
    let strict = System::start().await;
    let body = json!({"message": "hi", "session_id": "guest-17"});
    strict.post("/v1/chat", body.clone()).await.assert_problem(401, "SESSION_INVALID");
    let open = System::with(|config| config.sessions.accept_client_ids = true).await;
    let first = open.post("/v1/chat", body.clone()).await;
    assert_eq!(first.text("/session_id"), "guest-17");
    open.post("/v1/chat", body).await;
    let heard = open.conversation.heard();
    assert_eq!(heard[0].session_id, heard[1].session_id);
}

#[tokio::test]
async fn the_key_of_session_ids_survives_a_restart() {
    let home = easymart_testkit::TestDir::new();
    let start = || {
        let data_dir = home.path().to_path_buf();
        System::with(move |config| {
            config.sessions.secret = easymart_runtime::config::Secret::default();
            config.data_dir = data_dir;
        })
    };
    let first = start().await;
    let session = first.session().await;
    drop(first);
    let second = start().await;
    // Known to the gateway, unknown to the new conversation.
    second.get(&format!("/v1/sessions/{session}")).await.assert_problem(410, "SESSION_EXPIRED");
}
