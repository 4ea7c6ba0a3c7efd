use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::system::{PATIENCE, System};

async fn ended(system: &mut System) -> anyhow::Result<()> {
    tokio::time::timeout(PATIENCE, &mut system.serving).await.expect("serving ends in time").unwrap()
}

#[tokio::test]
async fn what_is_under_way_is_answered() {
    let mut system = System::start().await;
    let call = system.request(Method::POST, "/v1/chat").json(&json!({"message": "hold"}));
    let waiting = tokio::spawn(call.send());
    system.conversation.held.arrived.notified().await;
    system.stop.cancel();
    system.conversation.held.release.add_permits(1);
    assert_eq!(waiting.await.unwrap().unwrap().status(), StatusCode::OK);
    ended(&mut system).await.unwrap();
    assert!(TcpStream::connect(system.address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn an_open_stream_is_told_when_the_grace_is_over() {
    let mut system = System::with(|config| config.shutdown_grace = Duration::from_millis(200)).await;
    let call = system.request(Method::POST, "/v1/chat/stream").json(&json!({"message": "hold"}));
    let response = call.send().await.unwrap();
    system.conversation.held.arrived.notified().await;
    system.stop.cancel();
    let text = response.text().await.unwrap();
    assert!(text.contains("event: error") && text.contains("SHUTTING_DOWN"), "{text}");
    ended(&mut system).await.unwrap();
}

#[tokio::test]
async fn silent_connections_do_not_delay_the_end() {
    let mut system = System::start().await;
    let _silent = TcpStream::connect(system.address).await.unwrap();
    let mut idle = TcpStream::connect(system.address).await.unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut answer = [0; 15];
    idle.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    let started = Instant::now();
    system.stop.cancel();
    ended(&mut system).await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn silent_connections_are_closed() {
    let system = System::with(|config| config.idle_timeout = Duration::from_millis(200)).await;
    for begun in [&b""[..], b"PRI * HTTP", b"GET /healthz HTT"] {
        let mut connection = TcpStream::connect(system.address).await.unwrap();
        connection.write_all(begun).await.unwrap();
        let mut rest = Vec::new();
        let closed = tokio::time::timeout(PATIENCE, connection.read_to_end(&mut rest)).await;
        assert!(closed.is_ok(), "{begun:?}");
    }
}

#[tokio::test]
async fn http2_without_tls_is_served() {
    let system = System::start().await;
    let client = reqwest::Client::builder().no_proxy().http2_prior_knowledge().build().unwrap();
    let answer = client.get(system.url("/healthz")).send().await.unwrap();
    assert_eq!((answer.status(), answer.version()), (StatusCode::OK, reqwest::Version::HTTP_2));
}
