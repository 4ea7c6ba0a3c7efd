//! Each misbehaviour, seen by a client.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::{Duration, Instant};

use easymart_testkit::{ChaosProxy, FakeStorefront, LlmReply, Mood, ScriptedLlm, Weather, free_listener, wait_until};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

const PATIENCE: Duration = Duration::from_secs(20);

/// Too short for anything that is not there to arrive, long enough not to be mistaken for an answer.
const A_WHILE: Duration = Duration::from_millis(100);

async fn ask(llm: &ScriptedLlm, streamed: bool) -> reqwest::Result<reqwest::Response> {
    reqwest::Client::new()
        .post(format!("{}/chat/completions", llm.url()))
        .bearer_auth("key-1")
        .json(&json!({"model": "m", "stream": streamed, "messages": []}))
        .send()
        .await
}

fn pieces(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// The joined text of a stream's deltas, and whether the stream said that it was done.
fn read_events(body: &str) -> (String, bool) {
    let mut text = String::new();
    let mut done = false;
    for data in body.lines().filter_map(|line| line.strip_prefix("data: ")) {
        if data == "[DONE]" {
            done = true;
            continue;
        }
        let event: Value = serde_json::from_str(data).unwrap();
        text.push_str(event["choices"][0]["delta"]["content"].as_str().unwrap_or_default());
    }
    (text, done)
}

#[tokio::test]
async fn the_model_answers_whole_and_in_pieces() {
    let llm = ScriptedLlm::start().await;
    llm.then(LlmReply::Answer("a lamp".to_owned()));
    let answer: Value = ask(&llm, false).await.unwrap().json().await.unwrap();
    assert_eq!(answer["choices"][0]["message"]["content"], "a lamp");

    let pause = Duration::from_millis(20);
    llm.then(LlmReply::Pieces(pieces(&["a ", "lamp"]), pause));
    let started = Instant::now();
    let body = ask(&llm, true).await.unwrap().text().await.unwrap();
    assert_eq!(read_events(&body), ("a lamp".to_owned(), true));
    assert!(started.elapsed() >= 2 * pause);

    let requests = llm.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].api_key.as_deref(), Some("key-1"));
    assert_eq!(requests[1].body["stream"], true);
}

#[tokio::test]
async fn the_model_proposes_tools() {
    let llm = ScriptedLlm::start().await;
    let call = LlmReply::ToolCall("search".to_owned(), r#"{"q":"é"}"#.to_owned());
    llm.then(call.clone()).then(call);
    let answer: Value = ask(&llm, false).await.unwrap().json().await.unwrap();
    let function = &answer["choices"][0]["message"]["tool_calls"][0]["function"];
    assert_eq!(function["arguments"], r#"{"q":"é"}"#);
    let body = ask(&llm, true).await.unwrap().text().await.unwrap();
    assert!(body.contains("tool_calls") && body.contains("[DONE]"), "{body}");
}

#[tokio::test]
async fn the_model_fails_on_command() {
    let llm = ScriptedLlm::start().await;
    llm.then(LlmReply::Status(500)).then(LlmReply::RateLimited(7)).then(LlmReply::InvalidJson).then(LlmReply::HangUp);
    assert_eq!(ask(&llm, false).await.unwrap().status(), 500);
    let limited = ask(&llm, false).await.unwrap();
    assert_eq!((limited.status().as_u16(), &limited.headers()["retry-after"]), (429, &"7".parse().unwrap()));
    let invalid = ask(&llm, false).await.unwrap();
    assert_eq!(invalid.status(), 200);
    invalid.json::<Value>().await.unwrap_err();
    ask(&llm, false).await.unwrap_err();
    assert_eq!(ask(&llm, false).await.unwrap().status(), 200, "the script is at its end");
}

#[tokio::test]
async fn the_model_hangs_stalls_and_cuts() {
    let llm = ScriptedLlm::start().await;
    llm.then(LlmReply::Hang).then(LlmReply::StallAfter(pieces(&["a "]))).then(LlmReply::CutAfter(pieces(&["a "])));
    // It hangs only once it has the request: before that, a busy machine is merely slow.
    let hangs = async {
        wait_until(PATIENCE, "the request", || async { llm.requests().len() == 1 }).await;
        tokio::time::sleep(A_WHILE).await;
    };
    tokio::select! {
        answer = ask(&llm, true) => panic!("answered with {answer:?}"),
        () = hangs => {}
    }

    let mut stalled = ask(&llm, true).await.unwrap();
    let first = stalled.chunk().await.unwrap().unwrap();
    assert_eq!(read_events(std::str::from_utf8(&first).unwrap()).0, "a ");
    tokio::time::timeout(A_WHILE, stalled.chunk()).await.unwrap_err();

    let mut cut = ask(&llm, true).await.unwrap();
    cut.chunk().await.unwrap().unwrap();
    cut.chunk().await.unwrap_err();
}

async fn change(shop: &FakeStorefront, action: &str, quantity: u64) -> reqwest::Result<reqwest::Response> {
    let body = json!({"session_id": "s", "product_id": "p", "quantity": quantity, "action": action});
    reqwest::Client::new().post(format!("{}/api/cart/add", shop.url())).json(&body).send().await
}

fn pieces_in(shop: &FakeStorefront) -> Option<u64> {
    shop.cart("s").get("p").copied()
}

#[tokio::test]
async fn the_storefront_keeps_carts_and_repeats_what_is_repeated() {
    let shop = FakeStorefront::start().await;
    for _ in 0..2 {
        let answer: Value = change(&shop, "add", 2).await.unwrap().json().await.unwrap();
        assert_eq!(answer["success"], true);
    }
    assert_eq!(pieces_in(&shop), Some(4));
    change(&shop, "set", 3).await.unwrap();
    let cart: Value =
        reqwest::get(format!("{}/api/cart?session_id=s", shop.url())).await.unwrap().json().await.unwrap();
    assert_eq!((&cart["cart"]["item_count"], &cart["cart"]["items"][0]["product_id"]), (&json!(3), &json!("p")));
    change(&shop, "remove", 1).await.unwrap();
    assert_eq!(pieces_in(&shop), None);
    shop.meddle("s", "p", 9);
    change(&shop, "clear", 1).await.unwrap();
    assert_eq!(pieces_in(&shop), None);
    assert_eq!(change(&shop, "dance", 1).await.unwrap().status(), 500);
    assert_eq!(shop.calls(), 6);
}

#[tokio::test]
async fn the_storefront_has_moods() {
    let shop = FakeStorefront::start().await;
    shop.next(Mood::Fail(503)).next(Mood::DropAnswer);
    assert_eq!(change(&shop, "add", 1).await.unwrap().status(), 503);
    assert_eq!(pieces_in(&shop), None);
    change(&shop, "add", 1).await.unwrap_err();
    assert_eq!(pieces_in(&shop), Some(1), "the change was made although nobody was told");
    shop.set_mood(Mood::Hang);
    tokio::time::timeout(A_WHILE, change(&shop, "add", 1)).await.unwrap_err();
    assert_eq!(pieces_in(&shop), Some(1));
}

#[tokio::test]
async fn the_storefront_goes_down_and_comes_back_where_it_was() {
    let mut shop = FakeStorefront::start().await;
    change(&shop, "add", 1).await.unwrap();
    let url = shop.url();
    shop.go_down().await;
    assert!(change(&shop, "add", 1).await.unwrap_err().is_connect());
    shop.come_back().await;
    assert_eq!(shop.url(), url);
    change(&shop, "add", 1).await.unwrap();
    assert_eq!(pieces_in(&shop), Some(2), "carts outlive the outage");
}

/// A server that sends back what it gets, and the proxy before it.
async fn echo() -> ChaosProxy {
    let listener = free_listener().await;
    let address = listener.local_addr().unwrap();
    tokio::spawn(echo_all(listener));
    ChaosProxy::start(address).await
}

async fn echo_all(listener: TcpListener) {
    while let Ok((mut stream, _)) = listener.accept().await {
        tokio::spawn(async move {
            let (mut from, mut to) = stream.split();
            let _ = tokio::io::copy(&mut from, &mut to).await;
        });
    }
}

async fn say(stream: &mut TcpStream, word: &[u8; 4]) -> std::io::Result<[u8; 4]> {
    stream.write_all(word).await?;
    let mut heard = [0; 4];
    stream.read_exact(&mut heard).await?;
    Ok(heard)
}

#[tokio::test]
async fn the_proxy_passes_and_delays() {
    let proxy = echo().await;
    let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
    assert_eq!(&say(&mut stream, b"ping").await.unwrap(), b"ping");
    let delay = Duration::from_millis(40);
    proxy.set(Weather::Delay(delay)).await;
    let started = Instant::now();
    say(&mut stream, b"ping").await.unwrap();
    assert!(started.elapsed() >= 2 * delay, "once each way");
}

#[tokio::test]
async fn the_proxy_refuses_and_recovers() {
    let proxy = echo().await;
    let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
    say(&mut stream, b"ping").await.unwrap();
    proxy.set(Weather::Refuse).await;
    say(&mut stream, b"ping").await.unwrap_err();
    TcpStream::connect(proxy.address()).await.unwrap_err();
    proxy.set(Weather::Pass).await;
    let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
    say(&mut stream, b"pong").await.unwrap();
}

#[tokio::test]
async fn the_proxy_swallows_until_the_weather_clears() {
    let proxy = echo().await;
    let mut old = TcpStream::connect(proxy.address()).await.unwrap();
    say(&mut old, b"ping").await.unwrap();
    proxy.set(Weather::Blackhole).await;
    let mut new = TcpStream::connect(proxy.address()).await.unwrap();
    tokio::time::timeout(A_WHILE, say(&mut new, b"new?")).await.unwrap_err();
    tokio::time::timeout(A_WHILE, say(&mut old, b"old?")).await.unwrap_err();
    proxy.set(Weather::Pass).await;
    let mut heard = [0; 4];
    tokio::time::timeout(PATIENCE, old.read_exact(&mut heard)).await.unwrap().unwrap();
    assert_eq!(&heard, b"old?");
}

#[tokio::test]
async fn the_proxy_cuts_what_is_open() {
    let proxy = echo().await;
    let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
    say(&mut stream, b"ping").await.unwrap();
    proxy.cut().await;
    say(&mut stream, b"ping").await.unwrap_err();
    let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
    say(&mut stream, b"pong").await.unwrap();
}
