use std::time::{Duration, Instant};

use easymart_testkit::wait_until;
use futures::StreamExt as _;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::system::{PATIENCE, System, send};

/// The events of a stream: names with their data.
fn events(text: &str) -> Vec<(String, Value)> {
    text.split("\n\n")
        .filter(|block| block.contains("event:"))
        .map(|block| {
            let field = |name: &str| {
                let line = block.lines().find_map(|line| line.strip_prefix(name));
                line.unwrap_or_else(|| panic!("no {name} in {block}")).trim_start().to_owned()
            };
            (field("event:"), serde_json::from_str(&field("data:")).unwrap())
        })
        .collect()
}

async fn stream(system: &System, message: &str) -> Vec<(String, Value)> {
    let call = system.request(Method::POST, "/v1/chat/stream").json(&json!({"message": message}));
    let response = call.timeout(PATIENCE).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/event-stream"));
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    assert_eq!(response.headers()["cache-control"], "no-store");
    events(&response.text().await.unwrap())
}

#[tokio::test]
async fn events_come_in_order_and_the_pieces_join_to_the_reply() {
    let system = System::start().await;
    let events = stream(&system, "desks").await;
    let names: Vec<_> = events.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(&names[..2], ["turn.started", "products"]);
    assert!(names[2..names.len() - 1].iter().all(|name| *name == "text.delta"));
    assert_eq!(names.last(), Some(&"turn.completed"));
    let joined: String = events
        .iter()
        .filter(|(name, _)| name == "text.delta")
        .map(|(_, data)| data["text"].as_str().unwrap())
        .collect();
    let turn = &events.last().unwrap().1;
    assert_eq!(turn["reply"], joined);
    assert_eq!(events[0].1["session_id"], turn["session_id"]);
    assert_eq!(events[0].1["turn_id"], turn["turn_id"]);
    assert_eq!(events[1].1["products"], turn["products"]);
    let next = json!({"message": "on", "session_id": turn["session_id"]});
    assert_eq!(system.post("/v1/chat", next).await.status, StatusCode::OK, "the streamed id is a session's");
}

#[tokio::test]
async fn the_cart_is_an_event_of_its_own() {
    let system = System::start().await;
    let events = stream(&system, "cart").await;
    let (_, cart) = events.iter().find(|(name, _)| name == "cart").unwrap();
    assert_eq!(cart["cart"]["item_count"], 1);
    assert_eq!(cart["cart"]["cart_id"], events[0].1["session_id"]);
}

#[tokio::test]
async fn what_fails_before_the_turn_is_an_ordinary_problem() {
    let system = System::start().await;
    let say = |body: Value| send(system.request(Method::POST, "/v1/chat/stream").json(&body));
    say(json!({"message": ""})).await.assert_problem(400, "MESSAGE_EMPTY");
    say(json!({"message": "hi", "session_id": "forged"})).await.assert_problem(401, "SESSION_INVALID");
    say(json!({"message": "busy"})).await.assert_problem(429, "SESSION_BUSY");
    system.lose_conversation().await;
    let lost = say(json!({"message": "hi"})).await;
    lost.assert_problem(503, "UNAVAILABLE");
    assert_eq!(lost.json["degraded"], json!(["conversation_unavailable"]));
}

#[tokio::test]
async fn what_fails_later_is_the_last_event() {
    let system = System::start().await;
    let events = stream(&system, "break").await;
    let (name, data) = events.last().unwrap();
    assert_eq!(name, "error");
    assert_eq!(data["problem"]["reason"], "STORE_FAILED");
    assert_eq!(data["problem"]["status"], 500);
}

#[tokio::test]
async fn a_stream_ends_at_the_deadline() {
    let system = System::with(|config| config.deadlines.turn = Duration::from_millis(300)).await;
    let events = stream(&system, "hold").await;
    assert_eq!(events[0].0, "turn.started");
    assert_eq!(events[1].0, "error");
    assert_eq!(events[1].1["problem"]["reason"], "DEADLINE_EXCEEDED");
    assert_eq!(events[1].1["problem"]["degraded"], json!(["conversation_unavailable"]));
}

#[tokio::test]
async fn the_first_event_does_not_wait_for_the_rest() {
    let system = System::start().await;
    let call = system.request(Method::POST, "/v1/chat/stream").json(&json!({"message": "hold"}));
    let mut chunks = call.send().await.unwrap().bytes_stream();
    let first = chunks.next().await.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&first).contains("turn.started"));
    system.conversation.held.release.add_permits(1);
    let mut rest = Vec::new();
    while let Some(chunk) = chunks.next().await {
        rest.extend_from_slice(&chunk.unwrap());
    }
    assert!(String::from_utf8_lossy(&rest).contains("turn.completed"));
}

#[tokio::test]
async fn a_client_that_hangs_up_does_not_undo_its_message() {
    let system = System::start().await;
    let call = system.request(Method::POST, "/v1/chat/stream").json(&json!({"message": "hold"}));
    let response = call.send().await.unwrap();
    system.conversation.held.arrived.notified().await;
    drop(response);
    system.conversation.held.release.add_permits(1);
    wait_until(PATIENCE, "the message to be taken", || async { system.conversation.heard().len() == 1 }).await;
}

/// Without TCP_NODELAY a small event waits until the one before it was acknowledged, which takes the client 40 ms.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_do_not_wait_for_each_other() {
    let system = System::start().await;
    let mut gaps = Vec::new();
    for _ in 0..15 {
        gaps.push(longest_gap(&system).await);
    }
    gaps.sort();
    // The median: a busy machine delays some streams, a missing option delays nearly all.
    let median = gaps[gaps.len() / 2];
    assert!(median < Duration::from_millis(25), "events stall: {gaps:?}");
}

async fn longest_gap(system: &System) -> Duration {
    let call = system.request(Method::POST, "/v1/chat/stream").json(&json!({"message": "drip"}));
    let mut chunks = call.send().await.unwrap().bytes_stream();
    let (mut last, mut longest) = (Instant::now(), Duration::ZERO);
    while let Some(chunk) = chunks.next().await {
        chunk.unwrap();
        longest = longest.max(last.elapsed());
        last = Instant::now();
    }
    longest
}

#[tokio::test]
async fn streams_are_limited() {
    let system = System::with(|config| config.limits.open_streams = 1).await;
    let call = || system.request(Method::POST, "/v1/chat/stream").json(&json!({"message": "hold"}));
    let first = call().send().await.unwrap();
    send(call()).await.assert_problem(429, "OVERLOADED");
    drop(first);
    wait_until(PATIENCE, "the place to be given back", || async {
        let answer = system.request(Method::POST, "/v1/chat/stream").json(&json!({"message": "hi"})).send().await;
        answer.unwrap().status() == StatusCode::OK
    })
    .await;
}
