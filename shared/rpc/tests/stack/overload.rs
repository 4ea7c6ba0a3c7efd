use std::time::Duration;

use easymart_core::reason;
use easymart_rpc::ServerConfig;
use easymart_testkit::wait_until;

use crate::support::{ONCE, PATIENCE, Running, Scripted, complete, stream, unhurried};

fn narrow() -> ServerConfig {
    ServerConfig { max_in_flight: 2, retry_after: Duration::from_millis(700), ..ServerConfig::default() }
}

#[tokio::test]
async fn the_limit_is_the_processs_not_the_connections() {
    let service = Scripted::unary(|_, _| std::future::pending());
    let server = Running::configured(&service, &narrow()).await;
    // Each peer has a connection of its own.
    let calls: Vec<_> = (0..2)
        .map(|_| {
            let peer = server.peer();
            tokio::spawn(async move { complete(&peer, &unhurried(), &ONCE, "").await })
        })
        .collect();
    wait_until(PATIENCE, "both calls to arrive", || async { service.calls() == 2 }).await;
    let peer = server.peer();
    let error = complete(&peer, &unhurried(), &ONCE, "").await.unwrap_err();
    assert_eq!(error.reason, reason::OVERLOADED);
    assert_eq!(error.retry_after, Some(Duration::from_millis(700)));
    assert_eq!(service.calls(), 2, "the handler was not reached");
    // A full server is alive, and says so to whoever would restart it.
    peer.health(&unhurried(), "").await.unwrap();

    calls.iter().for_each(tokio::task::JoinHandle::abort);
    wait_until(PATIENCE, "a place to become free", || async {
        service.calls() > 2 || {
            let short = easymart_core::CallContext::new(Duration::from_millis(50));
            let error = complete(&peer, &short, &ONCE, "").await.unwrap_err();
            error.reason == reason::DEADLINE_EXCEEDED
        }
    })
    .await;
}

#[tokio::test]
async fn an_open_stream_is_a_call_in_work() {
    let server = Running::configured(&Scripted::streaming(|_| futures::stream::pending()), &narrow()).await;
    let peer = server.peer();
    let mut open = Vec::new();
    for _ in 0..2 {
        open.push(stream(&peer, &unhurried(), &ONCE).await.unwrap());
    }
    let error = complete(&peer, &unhurried(), &ONCE, "").await.unwrap_err();
    assert_eq!(error.reason, reason::OVERLOADED);
    drop(open);
    wait_until(PATIENCE, "the places to become free", || async {
        complete(&peer, &unhurried(), &ONCE, "").await.is_ok()
    })
    .await;
}
