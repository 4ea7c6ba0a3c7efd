use std::time::{Duration, Instant};

use easymart_core::reason;
use easymart_rpc::ServerConfig;
use easymart_testkit::wait_until;
use tokio::{io::AsyncReadExt as _, net::TcpStream, sync::oneshot};
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};

use crate::support::{ONCE, PATIENCE, Running, Scripted, channel, complete, stream, unhurried};

/// A server that gives calls in work little time when it stops.
fn brisk() -> ServerConfig {
    ServerConfig { grace: Duration::from_millis(200), ..ServerConfig::default() }
}

#[tokio::test]
async fn an_idle_server_stops_at_once() {
    let server = Running::start(&Scripted::echo()).await;
    let peer = server.peer();
    complete(&peer, &unhurried(), &ONCE, "").await.unwrap();
    let started = Instant::now();
    server.finish().await;
    assert!(started.elapsed() < ServerConfig::default().grace / 2);
}

#[tokio::test]
async fn calls_in_work_are_finished() {
    let (finish, finished) = oneshot::channel();
    let finished = std::sync::Mutex::new(Some(finished));
    let service = Scripted::unary(move |_, text| {
        let finished = finished.lock().unwrap().take().unwrap();
        async move {
            let _ = finished.await;
            Ok(text)
        }
    });
    let server = Running::start(&service).await;
    let peer = server.peer();
    let call = tokio::spawn(async move { complete(&peer, &unhurried(), &ONCE, "done").await });
    wait_until(PATIENCE, "the call to arrive", || async { service.calls() == 1 }).await;
    server.stop.cancel();
    let address = server.address;
    wait_until(PATIENCE, "the port to close", || async move { TcpStream::connect(address).await.is_err() }).await;
    finish.send(()).unwrap();
    assert_eq!(call.await.unwrap().unwrap(), "done");
    server.finish().await;
}

#[tokio::test]
async fn an_open_stream_cannot_hold_the_server() {
    let server = Running::configured(&Scripted::streaming(|_| futures::stream::pending()), &brisk()).await;
    let mut answers = stream(&server.peer(), &unhurried(), &ONCE).await.unwrap();
    let started = Instant::now();
    server.finish().await;
    assert!(started.elapsed() >= brisk().grace, "the stream was given its grace");
    let error = answers.message().await.unwrap().unwrap_err();
    assert_eq!(error.reason, reason::SHUTTING_DOWN);
}

#[tokio::test]
async fn a_handler_that_hangs_cannot_hold_the_server() {
    let service = Scripted::unary(|_, _| std::future::pending());
    let server = Running::configured(&service, &brisk()).await;
    let peer = server.peer();
    let call = tokio::spawn(async move { complete(&peer, &unhurried(), &ONCE, "").await });
    wait_until(PATIENCE, "the call to arrive", || async { service.calls() == 1 }).await;
    server.finish().await;
    assert_eq!(call.await.unwrap().unwrap_err().reason, reason::SHUTTING_DOWN);
}

#[tokio::test]
async fn a_silent_peer_cannot_hold_the_server() {
    let server = Running::configured(&Scripted::echo(), &brisk()).await;
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    server.finish().await;
    let mut rest = Vec::new();
    // Closed or reset, but over.
    let _ = tokio::time::timeout(PATIENCE, silent.read_to_end(&mut rest)).await.unwrap();
}

#[tokio::test]
async fn health_says_so_before_the_server_leaves() {
    let config = ServerConfig { drain_delay: Duration::from_millis(300), ..brisk() };
    let server = Running::configured(&Scripted::echo(), &config).await;
    let mut health = HealthClient::new(channel(server.address));
    let ask = HealthCheckRequest::default();
    wait_until(PATIENCE, "the server to be ready", || {
        let mut health = health.clone();
        let ask = ask.clone();
        async move { health.check(ask).await.unwrap().into_inner().status() == ServingStatus::Serving }
    })
    .await;
    let peer = server.peer();
    server.stop.cancel();
    wait_until(PATIENCE, "health to turn", || {
        let mut health = health.clone();
        let ask = ask.clone();
        async move { health.check(ask).await.unwrap().into_inner().status() == ServingStatus::NotServing }
    })
    .await;
    // Who has not noticed yet is still served.
    complete(&peer, &unhurried(), &ONCE, "").await.unwrap();
    let check = health.check(ask).await.unwrap().into_inner();
    assert_eq!(check.status(), ServingStatus::NotServing);
    server.finish().await;
}
