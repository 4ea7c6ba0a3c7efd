use std::time::{Duration, Instant};

use easymart_core::{CallContext, Code, reason};
use easymart_proto::llm_proxy::v1::{CompleteRequest, llm_proxy_service_client::LlmProxyServiceClient};
use easymart_rpc::{ServerConfig, to_status};
use easymart_testkit::wait_until;
use futures::StreamExt as _;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::support::{ONCE, PATIENCE, Running, Scripted, channel, complete, stream, unhurried, within};

const SHORT: Duration = Duration::from_millis(150);

/// What the caller left, as the handler sees it, in milliseconds.
fn clock() -> Scripted {
    Scripted::unary(|context, _| async move { Ok(context.remaining().as_millis().to_string()) })
}

async fn left(server: &Running, context: &CallContext) -> u64 {
    let text = complete(&server.peer(), context, &ONCE, "").await.unwrap();
    text.parse().unwrap()
}

#[tokio::test]
async fn deadlines_are_passed_on_over_two_hops() {
    let back = Running::start(&clock()).await;
    let peer = back.peer();
    let front = Running::start(&Scripted::unary(move |context, _| {
        let peer = peer.clone();
        async move {
            let answer = complete(&peer, &context, &ONCE, "").await;
            answer.map_err(|error| to_status(&error))
        }
    }))
    .await;
    let given = Duration::from_secs(5);
    let left = left(&front, &CallContext::new(given)).await;
    assert!((1..=5_000).contains(&left), "{left} ms");
}

#[tokio::test]
async fn an_expired_deadline_is_called_by_its_name_on_every_hop() {
    let back = Running::start(&Scripted::unary(|_, _| std::future::pending())).await;
    let peer = back.peer();
    let front = Running::start(&Scripted::unary(move |context, _| {
        let peer = peer.clone();
        async move {
            let answer = complete(&peer, &context, &ONCE, "").await;
            answer.map_err(|error| to_status(&error))
        }
    }))
    .await;
    let started = Instant::now();
    let error = complete(&front.peer(), &CallContext::new(SHORT), &ONCE, "").await.unwrap_err();
    assert_eq!((error.code, error.reason), (Code::DeadlineExceeded, reason::DEADLINE_EXCEEDED));
    assert!(started.elapsed() >= SHORT);
}

#[tokio::test]
async fn a_server_caps_what_callers_ask_for_and_helps_those_who_ask_for_nothing() {
    let config = ServerConfig {
        default_deadline: Duration::from_secs(2),
        max_deadline: Duration::from_secs(3),
        ..ServerConfig::default()
    };
    let server = Running::configured(&clock(), &config).await;
    let capped = left(&server, &unhurried()).await;
    assert!((2_001..=3_000).contains(&capped), "{capped} ms");

    let mut plain = LlmProxyServiceClient::new(channel(server.address));
    let answer = plain.complete(CompleteRequest::default()).await.unwrap();
    let given: u64 = answer.into_inner().completion.unwrap().text.parse().unwrap();
    assert!((1..=2_000).contains(&given), "{given} ms");
}

#[tokio::test]
async fn the_server_itself_answers_deadline_exceeded() {
    let config = ServerConfig { max_deadline: SHORT, ..ServerConfig::default() };
    let service = Scripted::unary(|_, _| std::future::pending());
    let server = Running::configured(&service, &config).await;
    // This client knows of no deadline, so the answer is the server's.
    let mut plain = LlmProxyServiceClient::new(channel(server.address));
    let status = plain.complete(CompleteRequest::default()).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::DeadlineExceeded);
}

#[tokio::test]
async fn a_spent_deadline_is_refused_before_any_work() {
    let service = Scripted::echo();
    let server = Running::start(&service).await;
    let mut plain = LlmProxyServiceClient::new(channel(server.address));
    let mut request = tonic::Request::new(CompleteRequest::default());
    request.metadata_mut().insert("grpc-timeout", "0n".parse().unwrap());
    plain.complete(request).await.unwrap_err();

    let error = complete(&server.peer(), &CallContext::new(Duration::ZERO), &ONCE, "").await;
    assert_eq!(error.unwrap_err().reason, reason::DEADLINE_EXCEEDED);
    assert_eq!(service.calls(), 0);
}

#[tokio::test]
async fn work_stops_when_time_is_up() {
    let dropped = CancellationToken::new();
    let seen = dropped.clone();
    let server = Running::start(&Scripted::unary(move |_, _| {
        let guard: DropGuard = dropped.clone().drop_guard();
        async move {
            let _guard = guard;
            std::future::pending().await
        }
    }))
    .await;
    complete(&server.peer(), &CallContext::new(SHORT), &ONCE, "").await.unwrap_err();
    tokio::time::timeout(PATIENCE, seen.cancelled()).await.expect("the handler is dropped");
}

#[tokio::test]
async fn a_stream_ends_at_its_deadline() {
    let server = Running::start(&Scripted::streaming(|_| {
        futures::stream::once(async { Ok("first".to_owned()) }).chain(futures::stream::pending())
    }))
    .await;
    let started = Instant::now();
    let mut answers = stream(&server.peer(), &unhurried(), &within(SHORT)).await.unwrap();
    answers.message().await.unwrap().unwrap();
    let error = answers.message().await.unwrap().unwrap_err();
    assert_eq!(error.reason, reason::DEADLINE_EXCEEDED);
    assert!(started.elapsed() >= SHORT);
    assert!(answers.message().await.is_none(), "nothing follows an error");
}

#[tokio::test]
async fn a_server_ends_streams_at_its_own_limit() {
    let config = ServerConfig { max_deadline: SHORT, ..ServerConfig::default() };
    let server = Running::configured(&Scripted::streaming(|_| futures::stream::pending()), &config).await;
    let mut answers = stream(&server.peer(), &unhurried(), &ONCE).await.unwrap();
    let error = answers.message().await.unwrap().unwrap_err();
    assert_eq!(error.reason, reason::DEADLINE_EXCEEDED);
}

#[tokio::test]
async fn a_stream_that_never_pauses_ends_at_the_servers_limit() {
    let config = ServerConfig { max_deadline: SHORT, ..ServerConfig::default() };
    let service = Scripted::streaming(|_| futures::stream::repeat_with(|| Ok(String::new())));
    let server = Running::configured(&service, &config).await;
    let started = Instant::now();
    let mut answers = stream(&server.peer(), &unhurried(), &ONCE).await.unwrap();
    let error = loop {
        if let Err(error) = answers.message().await.unwrap() {
            break error;
        }
    };
    assert_eq!(error.reason, reason::DEADLINE_EXCEEDED);
    assert!(started.elapsed() < PATIENCE / 2, "the caller's own deadline is much later");
}

#[tokio::test]
async fn a_caller_who_goes_away_stops_the_stream() {
    let dropped = CancellationToken::new();
    let seen = dropped.clone();
    let server = Running::start(&Scripted::streaming(move |_| {
        let guard: DropGuard = dropped.clone().drop_guard();
        futures::stream::pending().inspect(move |_: &_| {
            let _ = &guard;
        })
    }))
    .await;
    let answers = stream(&server.peer(), &unhurried(), &ONCE).await.unwrap();
    drop(answers);
    wait_until(PATIENCE, "the stream to be dropped", || async { seen.is_cancelled() }).await;
}
