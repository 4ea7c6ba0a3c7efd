use std::time::{Duration, Instant};

use easymart_testkit::wait_until;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::system::{PATIENCE, System, send};

#[tokio::test]
async fn a_first_message_opens_a_session_and_the_next_goes_on_in_it() {
    let system = System::start().await;
    let first = system.post("/v1/chat", json!({"message": "  hello  "})).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.json);
    let session_id = first.text("/session_id");
    let second = system.post("/v1/chat", json!({"message": "again", "session_id": session_id})).await;
    assert_eq!(second.text("/session_id"), session_id);
    let heard = system.conversation.heard();
    assert_eq!(heard[0].message, "hello", "white space around a message is dropped");
    assert_eq!(heard[0].session_id, heard[1].session_id);
    assert!(heard[0].create_session && !heard[1].create_session);
    assert_ne!(heard[0].session_id, session_id, "the key inside is not the id outside");
}

#[tokio::test]
async fn a_turn_has_every_field_of_the_contract() {
    let system = System::start().await;
    let turn = system.post("/v1/chat", json!({"message": "desks"})).await.json;
    assert_eq!(turn["products"][1]["option"], 2);
    assert_eq!(turn["products"][0]["price"]["display"], "$129.00");
    assert_eq!(turn["search"], json!({"category": "desk", "page": 1}));
    assert_eq!(turn["tools"][0]["arguments"], json!({"category": "desk"}));
    assert_eq!(turn["evidence"][0]["span"], json!([0, 4]));
    assert_eq!(turn["focus_product_id"], json!(null));
    assert_eq!(turn["answered_by"], "rules");
    assert!(turn.get("cart").is_none());
    let with_cart = system.post("/v1/chat", json!({"message": "cart"})).await;
    assert_eq!(with_cart.json["cart"]["cart_id"], with_cart.json["session_id"]);
}

#[tokio::test]
async fn answers_are_private() {
    let system = System::start().await;
    let answer = system.post("/v1/chat", json!({"message": "hello"})).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("x-request-id").len(), 36);
    let hashes = system.conversation.hashes();
    let hash = hashes[0].clone().unwrap();
    assert!(!system.conversation.heard()[0].session_id.contains(&hash));
}

#[tokio::test]
async fn page_and_language_are_passed_on() {
    let system = System::start().await;
    let body = json!({"message": "hi", "locale": "en-AU", "page": {"url": "https://shop/desk", "product_id": "desk"}});
    system.post("/v1/chat", body).await;
    let heard = system.conversation.heard().remove(0);
    assert_eq!(heard.locale, "en-AU");
    assert_eq!(heard.page.unwrap().product_id, "desk");
}

#[tokio::test]
async fn a_repeated_message_gets_the_first_answer() {
    let system = System::start().await;
    let session_id = system.session().await;
    let say = |message: &str, session_id: &str| {
        let body = json!({"message": message, "session_id": session_id});
        send(system.request(Method::POST, "/v1/chat").header("Idempotency-Key", "key-1").json(&body))
    };
    let first = say("hello", &session_id).await;
    let again = say("hello", &session_id).await;
    assert_eq!(first.json, again.json);
    assert_eq!(system.conversation.heard().len(), 1);
    say("other", &session_id).await.assert_problem(400, "IDEMPOTENCY_KEY_REUSED");
    let other_session = system.session().await;
    assert_eq!(say("other", &other_session).await.status, StatusCode::OK, "a key belongs to its session");
}

#[tokio::test]
async fn a_repeated_first_message_finds_its_session() {
    let system = System::start().await;
    let say = |key: &'static str| {
        let body = json!({"message": "hello"});
        send(system.request(Method::POST, "/v1/chat").header("Idempotency-Key", key).json(&body))
    };
    let first = say("first-1").await;
    let again = say("first-1").await;
    assert_eq!(first.json, again.json, "the session id is the very same, too");
    assert_eq!(system.conversation.sessions(), 1);
    assert_ne!(say("first-2").await.json["session_id"], first.json["session_id"]);
}

#[tokio::test]
async fn wrong_messages_are_refused_and_open_nothing() {
    let system = System::start().await;
    let say = |body| system.post("/v1/chat", body);
    say(json!({"message": ""})).await.assert_problem(400, "MESSAGE_EMPTY");
    say(json!({"message": " \u{3000}\n"})).await.assert_problem(400, "MESSAGE_EMPTY");
    say(json!({"message": "é".repeat(1_001)})).await.assert_problem(400, "MESSAGE_TOO_LONG");
    say(json!({})).await.assert_problem(400, "REQUEST_MALFORMED");
    say(json!({"message": 123})).await.assert_problem(400, "REQUEST_MALFORMED");
    say(json!({"message": "hi", "locale": "no language"})).await.assert_problem(400, "FIELD_INVALID");
    say(json!({"message": "hi", "page": {"url": "x".repeat(3_000)}})).await.assert_problem(400, "FIELD_INVALID");
    assert_eq!(system.conversation.sessions(), 0);
    assert_eq!(say(json!({"message": "é".repeat(1_000)})).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_wrong_field_is_named() {
    let system = System::start().await;
    let refused = system.post("/v1/chat", json!({"message": "hi", "page": {"url": 5}})).await;
    assert!(refused.text("/detail").contains("page.url"), "{}", refused.json);
}

#[tokio::test]
async fn what_the_conversation_refuses_keeps_its_reason() {
    let system = System::start().await;
    let session_id = system.session().await;
    let busy = system.post("/v1/chat", json!({"message": "busy", "session_id": session_id})).await;
    busy.assert_problem(429, "SESSION_BUSY");
    let fault = system.post("/v1/chat", json!({"message": "fault", "session_id": session_id})).await;
    fault.assert_problem(500, "INTERNAL");
    assert!(!fault.json.to_string().contains("on purpose"), "faults are not explained to callers");
}

#[tokio::test]
async fn a_dead_conversation_is_told_at_once() {
    let system = System::start().await;
    system.post("/v1/chat", json!({"message": "hello"})).await;
    system.lose_conversation().await;
    let started = Instant::now();
    let answer = system.post("/v1/chat", json!({"message": "hello"})).await;
    answer.assert_problem(503, "UNAVAILABLE");
    assert_eq!(answer.json["degraded"], json!(["conversation_unavailable"]));
    assert!(answer.text("/detail").contains("not available"));
    assert!(started.elapsed() < Duration::from_secs(5));
    assert_eq!(system.get("/v1/products").await.status, StatusCode::OK, "the catalogue goes on");
}

#[tokio::test]
async fn a_slow_conversation_is_given_up_at_the_deadline() {
    let system = System::with(|config| config.deadlines.turn = Duration::from_millis(300)).await;
    let started = Instant::now();
    let answer = system.post("/v1/chat", json!({"message": "hold"})).await;
    answer.assert_problem(504, "DEADLINE_EXCEEDED");
    assert_eq!(answer.json["degraded"], json!(["conversation_unavailable"]));
    assert!(started.elapsed() < Duration::from_secs(5));
    let left = system.conversation.deadlines()[0];
    assert!(left <= Duration::from_millis(300), "the deadline travels with the call: {left:?}");
}

#[tokio::test]
async fn a_client_that_hangs_up_does_not_undo_its_message() {
    let system = System::start().await;
    let call = system.request(Method::POST, "/v1/chat").json(&json!({"message": "hold"}));
    let waiting = tokio::spawn(call.send());
    system.conversation.held.arrived.notified().await;
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    system.conversation.held.release.add_permits(1);
    wait_until(PATIENCE, "the message to be taken", || async { system.conversation.heard().len() == 1 }).await;
}

#[tokio::test]
async fn feedback_reaches_the_conversation() {
    let system = System::start().await;
    let session_id = system.session().await;
    let body = json!({"session_id": session_id, "turn_id": "t1", "rating": "up", "comment": "nice"});
    assert_eq!(system.post("/v1/feedback", body).await.status, StatusCode::ACCEPTED);
    assert_eq!(system.conversation.feedback()[0].comment, "nice");
    let wrong = [
        (json!({"session_id": session_id, "turn_id": "unknown", "rating": "up"}), 404, "TURN_UNKNOWN"),
        (json!({"session_id": session_id, "turn_id": "t1", "rating": "sideways"}), 400, "REQUEST_MALFORMED"),
        (json!({"session_id": session_id, "turn_id": "", "rating": "up"}), 400, "FIELD_INVALID"),
        (json!({"session_id": "forged", "turn_id": "t1", "rating": "up"}), 401, "SESSION_INVALID"),
        (
            json!({"session_id": session_id, "turn_id": "t1", "rating": "up", "comment": "x".repeat(1_001)}),
            400,
            "FIELD_INVALID",
        ),
    ];
    for (body, status, reason) in wrong {
        system.post("/v1/feedback", body).await.assert_problem(status, reason);
    }
}
