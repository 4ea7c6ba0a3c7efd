use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::system::{System, send};

#[tokio::test]
async fn the_storefronts_buttons_change_the_one_cart() {
    let system = System::start().await;
    let session = system.session().await;
    let act = |body: serde_json::Value| {
        let mut body = body;
        body["session_id"] = json!(session);
        system.post("/api/cart/add", body)
    };
    let added = act(json!({"product_id": "D-1", "quantity": 2})).await;
    assert_eq!(added.json["success"], true, "{}", added.json);
    assert_eq!(added.json["cart"]["items"][0]["product_id"], "D-1");
    assert_eq!(added.json["cart"]["total"], 258);
    assert_eq!(added.json["session_id"], json!(session));
    let set = act(json!({"product_id": "D-1", "quantity": 1, "action": "set"})).await;
    assert_eq!(set.json["cart"]["items"][0]["quantity"], 1);
    let by_handle = act(json!({"product_id": "desk", "quantity": 3, "action": "update_quantity"})).await;
    assert_eq!(by_handle.json["cart"]["item_count"], 3, "any name of the product finds its line");
    let removed = act(json!({"product_id": "D-1", "action": "remove"})).await;
    assert_eq!(removed.json["cart"]["item_count"], 0);
    let gone = act(json!({"product_id": "D-1", "action": "remove"})).await;
    gone.assert_problem(404, "CART_LINE_UNKNOWN");
    act(json!({"product_id": "C/1"})).await;
    let read = system.get(&format!("/api/cart?session_id={session}")).await;
    assert_eq!(read.json["cart"]["item_count"], 1);
    let same = system.get(&format!("/v1/sessions/{session}/cart")).await;
    assert_eq!(same.json["item_count"], 1, "there is one cart");
    let cleared = act(json!({"action": "clear"})).await;
    assert_eq!((&cleared.json["cart"]["item_count"], &cleared.json["cart"]["total"]), (&json!(0), &json!(0)));
}

#[tokio::test]
async fn repeated_buttons_press_once() {
    let system = System::start().await;
    let session = system.session().await;
    let act = |action: &'static str, quantity: i32, key: &'static str| {
        let body = json!({"session_id": session, "product_id": "D-1", "action": action, "quantity": quantity});
        send(system.request(Method::POST, "/api/cart/add").header("Idempotency-Key", key).json(&body))
    };
    for _ in 0..2 {
        assert_eq!(act("add", 1, "k1").await.json["cart"]["item_count"], 1);
    }
    for _ in 0..2 {
        assert_eq!(act("remove", 1, "k2").await.json["cart"]["item_count"], 0);
    }
    for _ in 0..2 {
        assert_eq!(act("set", 4, "k3").await.json["cart"]["item_count"], 4);
    }
}

#[tokio::test]
async fn wrong_button_requests_fail_in_the_originals_form() {
    let system = System::start().await;
    let session = system.session().await;
    let wrong = [
        (json!({"product_id": "D-1"}), 400),
        (json!({"session_id": session}), 400),
        (json!({"session_id": session, "product_id": "D-1", "action": "explode"}), 400),
        (json!({"session_id": session, "product_id": "D-1", "quantity": -1}), 400),
        (json!({"session_id": session, "product_id": "D-1", "quantity": "two"}), 400),
        (json!({"session_id": session, "product_id": "NO-SUCH-SKU"}), 404),
        (json!({"session_id": session, "product_id": "NO-SUCH-SKU", "action": "set"}), 404),
    ];
    for path in ["/api/cart/add", "/assistant/cart"] {
        for (body, status) in &wrong {
            let refused = system.post(path, body.clone()).await;
            assert_eq!(refused.status.as_u16(), *status, "{path} {body}: {}", refused.json);
            assert_eq!(refused.json["success"], false);
            assert!(refused.json["error"].is_string() && refused.json["reason"].is_string());
        }
    }
    assert_eq!(system.get("/api/cart").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_storefronts_chat_speaks_its_own_json() {
    let system = System::start().await;
    let session = system.session().await;
    let answer = system.post("/api/chat", json!({"message": "desks", "sessionId": session})).await.json;
    assert_eq!(answer["sessionId"], json!(session));
    assert_eq!(answer["context"]["intent"], "product_search");
    assert_eq!(answer["actions"][0]["type"], "search_results");
    let first = &answer["actions"][0]["data"]["results"][0];
    assert_eq!(
        first,
        &json!({"id": "D-1", "title": "Oak desk", "price": 129, "image": "", "url": "/products/desk", "description": ""})
    );
    assert_eq!(answer["followupChips"], json!(["desks"]));
    assert_eq!(answer["metadata"]["function_calls"], json!(["search_products"]));
    let fresh = system.post("/api/chat", json!({"message": "hello"})).await;
    assert!(!fresh.text("/sessionId").is_empty());
    assert_eq!(fresh.json["actions"], json!([]));
    system.post("/api/chat", json!({"message": 5})).await.assert_problem(400, "REQUEST_MALFORMED");
    system.post("/api/chat", json!({"sessionId": session})).await.assert_problem(400, "REQUEST_MALFORMED");
    let long = system.post("/api/chat", json!({"message": "x".repeat(1_001)})).await;
    long.assert_problem(400, "MESSAGE_TOO_LONG");
    assert_eq!(long.json["success"], false);
}

#[tokio::test]
async fn the_assistant_speaks_its_own_json() {
    let system = System::start().await;
    let body = json!({"session_id": "", "message": "desks", "context": {"user_id": "u", "deep": [1, {"x": null}]}});
    let answer = system.post("/assistant/message", body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json);
    assert_eq!(answer.json["products"][0]["id"], "D-1");
    assert_eq!(answer.json["suggested_actions"], json!(["search_results"]));
    assert_eq!(answer.json["metadata"]["reset_session"], false);
    let next = json!({"session_id": answer.text("/session_id"), "message": "hello"});
    let next = system.post("/assistant/message", next).await;
    assert_eq!(next.json["session_id"], answer.json["session_id"]);
    system.post("/assistant/message", json!({"message": "hi"})).await.assert_problem(400, "REQUEST_MALFORMED");
}

#[tokio::test]
async fn a_reset_hands_out_a_new_id_for_the_same_cart() {
    let system = System::start().await;
    let session = system.session().await;
    system.post("/api/cart/add", json!({"session_id": session, "product_id": "D-1"})).await;
    let reset = system.post("/assistant/message", json!({"session_id": session, "message": "reset"})).await;
    assert_eq!(reset.json["metadata"]["reset_session"], true);
    let new = reset.text("/session_id");
    assert_ne!(new, session);
    let cart = system.get(&format!("/api/cart?session_id={new}")).await;
    assert_eq!(cart.json["cart"]["item_count"], 1);
}

#[tokio::test]
async fn invented_ids_get_one_of_ours() {
    let system = System::start().await;
    let answer = system.post("/api/chat", json!({"message": "hello", "sessionId": "guest-1"})).await;
    let given = answer.text("/sessionId");
    assert_ne!(given, "guest-1");
    let other = system.post("/api/chat", json!({"message": "hello", "sessionId": "guest-1"})).await;
    assert_ne!(other.text("/sessionId"), given, "nobody gets into a session by guessing");
    let cart = system.post("/api/cart/add", json!({"session_id": "guest-1", "product_id": "D-1"})).await;
    let given = cart.text("/session_id");
    assert_eq!(system.get(&format!("/api/cart?session_id={given}")).await.json["cart"]["item_count"], 1);
    assert_eq!(system.get("/api/cart?session_id=guest-1").await.json["cart"]["item_count"], 0);
}

#[tokio::test]
async fn invented_ids_do_not_get_around_the_limit() {
    let system = System::with(|config| {
        config.limits.session_per_minute = 30;
        config.limits.session_burst = 5;
    })
    .await;
    let mut refused = 0;
    for _ in 0..6 {
        let answer = system.post("/api/chat", json!({"message": "hi", "sessionId": "guest-1"})).await;
        refused += usize::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(refused >= 1);
}

#[tokio::test]
async fn invented_ids_are_kept_where_allowed() {
    let system = System::with(|config| config.sessions.accept_client_ids = true).await;
    let chat = system.post("/api/chat", json!({"message": "hello", "sessionId": "guest-1"})).await;
    assert_eq!(chat.text("/sessionId"), "guest-1");
    system.post("/api/cart/add", json!({"session_id": "guest-1", "product_id": "D-1"})).await;
    assert_eq!(system.get("/api/cart?session_id=guest-1").await.json["cart"]["item_count"], 1);
    assert_eq!(system.get("/api/cart?session_id=guest-2").await.json["cart"]["item_count"], 0);
    assert_eq!(system.get("/assistant/session/guest-1").await.json["message_count"], 1);
}

#[tokio::test]
async fn sessions_are_read_and_cleared() {
    let system = System::start().await;
    let session = system.session().await;
    system.post("/v1/chat", json!({"message": "hello", "session_id": session})).await;
    system.post("/api/cart/add", json!({"session_id": session, "product_id": "D-1", "quantity": 2})).await;
    let path = format!("/assistant/session/{session}");
    let read = system.get(&path).await;
    assert_eq!((&read.json["status"], &read.json["cart_items"]), (&json!("active"), &json!(2)));
    assert_eq!(system.delete(&path).await.json["status"], "cleared");
    assert_eq!(system.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(system.get("/assistant/session/unknown-1").await.status, StatusCode::NOT_FOUND);
    assert_eq!(system.delete("/assistant/session/unknown-1").await.json["status"], "cleared");
}

#[tokio::test]
async fn greeting_and_signs_of_life() {
    let system = System::start().await;
    let greeting = system.get("/assistant/greeting?session_id=session-1").await;
    assert_eq!(greeting.text("/message"), "Welcome!");
    assert_eq!(greeting.json["followup_chips"], json!(["desks"]));
    system.get("/assistant/greeting?session_id=abc").await.assert_problem(400, "FIELD_INVALID");
    system.get("/assistant/greeting").await.assert_problem(400, "FIELD_INVALID");
    assert_eq!(system.get("/health/ping").await.text("/status"), "pong");
    for path in ["/health", "/health/", "/api/health"] {
        let health = system.get(path).await;
        assert_eq!(health.text("/service"), "easymart", "{path}");
        assert!(!health.text("/timestamp").is_empty(), "{path}");
    }
    let view = system.get("/assistant/cart?session_id=session-1").await;
    assert_eq!((&view.json["action"], &view.json["success"]), (&json!("view"), &json!(true)));
}
