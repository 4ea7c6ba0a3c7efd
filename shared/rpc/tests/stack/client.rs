use std::time::{Duration, Instant};

use easymart_core::{CallContext, Code, Error, reason};
use easymart_rpc::{Idempotency, MethodPolicy, PeerConfig, ServerConfig, to_status};
use easymart_testkit::{ChaosProxy, Weather, free_listener, wait_until};
use futures::future::join_all;

use crate::support::{ONCE, PATIENCE, Running, Scripted, THRICE, complete, peer_at, stream, unhurried, within};

fn unavailable() -> tonic::Status {
    to_status(&Error::new(reason::UNAVAILABLE, "try again"))
}

/// A peer that is retried soon and never given up on.
fn patient() -> PeerConfig {
    PeerConfig { backoff_initial: Duration::from_millis(1), breaker_failures: u32::MAX, ..PeerConfig::default() }
}

#[tokio::test]
async fn a_call_carries_its_context() {
    let service = Scripted::unary(|context, text| async move {
        let session = context.session_hash.unwrap_or_default();
        let locale = context.locale.unwrap_or_default();
        let trace = context.trace.trace_id();
        Ok(format!("{text} {} {session} {locale} {trace}", context.request_id))
    });
    let server = Running::start(&service).await;
    let mut context = unhurried().with_request_id("r-1");
    context.session_hash = Some("5e55".to_owned());
    context.locale = Some("en-AU".to_owned());
    let answer = complete(&server.peer(), &context, &ONCE, "hi").await.unwrap();
    assert_eq!(answer, format!("hi r-1 5e55 en-AU {}", context.trace.trace_id()));
}

#[tokio::test]
async fn what_was_not_worked_on_is_retried() {
    let service = Scripted::counting(|call| if call < 3 { Err(unavailable()) } else { Ok(call.to_string()) });
    let server = Running::start(&service).await;
    let answer = complete(&server.peer_with(&patient()), &unhurried(), &THRICE, "").await;
    assert_eq!(answer.unwrap(), "3");
}

#[tokio::test]
async fn attempts_are_limited() {
    let service = Scripted::counting(|_| Err(unavailable()));
    let server = Running::start(&service).await;
    let error = complete(&server.peer_with(&patient()), &unhurried(), &THRICE, "").await;
    assert_eq!(error.unwrap_err().reason, reason::UNAVAILABLE);
    assert_eq!(service.calls(), 3);
}

#[tokio::test]
async fn only_what_may_be_repeated_is_repeated() {
    let repeats = |idempotency| async move {
        let service = Scripted::counting(|_| Err(unavailable()));
        let server = Running::start(&service).await;
        let policy = MethodPolicy { idempotency, ..THRICE };
        let outcome = complete(&server.peer_with(&patient()), &unhurried(), &policy, "").await;
        outcome.unwrap_err();
        service.calls()
    };
    assert_eq!(repeats(Idempotency::Safe).await, 3);
    assert_eq!(repeats(Idempotency::WithKey).await, 3);
    assert_eq!(repeats(Idempotency::Unsafe).await, 1);
}

#[tokio::test]
async fn only_failures_before_any_work_are_repeated() {
    let attempts = |error: Error| async move {
        let service = Scripted::counting(move |_| Err(to_status(&error)));
        let server = Running::start(&service).await;
        let outcome = complete(&server.peer_with(&patient()), &unhurried(), &THRICE, "").await;
        outcome.unwrap_err();
        service.calls()
    };
    let soon = Duration::from_millis(1);
    assert_eq!(attempts(Error::new(reason::SHUTTING_DOWN, "")).await, 3);
    assert_eq!(attempts(Error::new(reason::OVERLOADED, "").retry_after(soon)).await, 3);
    for reason in [
        // Without pushback nobody said that it would help.
        reason::OVERLOADED,
        // The peer works; what stands behind it does not, and it has retried itself.
        reason::LLM_UNAVAILABLE,
        reason::DEADLINE_EXCEEDED,
        reason::INTERNAL,
        reason::CART_VERSION_CONFLICT,
        reason::PRODUCT_UNKNOWN,
    ] {
        assert_eq!(attempts(Error::new(reason, "")).await, 1, "{reason}");
    }
}

#[tokio::test]
async fn pushback_is_honoured() {
    let wait = Duration::from_millis(120);
    let service = Scripted::counting(move |call| match call {
        1 => Err(to_status(&Error::new(reason::OVERLOADED, "").retry_after(wait))),
        _ => Ok(String::new()),
    });
    let server = Running::start(&service).await;
    let started = Instant::now();
    complete(&server.peer_with(&patient()), &unhurried(), &THRICE, "").await.unwrap();
    assert!(started.elapsed() >= wait);
}

#[tokio::test]
async fn a_retry_that_would_come_too_late_is_not_waited_for() {
    let hint = Duration::from_secs(3_600);
    let service = Scripted::counting(move |_| Err(to_status(&Error::new(reason::OVERLOADED, "").retry_after(hint))));
    let server = Running::start(&service).await;
    let error = complete(&server.peer(), &unhurried(), &THRICE, "").await.unwrap_err();
    assert_eq!((error.reason, error.retry_after), (reason::OVERLOADED, Some(hint)));
    assert_eq!(service.calls(), 1);
}

#[tokio::test]
async fn the_budget_limits_retries() {
    let service = Scripted::counting(|_| Err(unavailable()));
    let server = Running::start(&service).await;
    let peer = server.peer_with(&patient());
    let policy = MethodPolicy { attempts: 2, ..THRICE };
    for _ in 0..100 {
        complete(&peer, &unhurried(), &policy, "").await.unwrap_err();
    }
    // Ten were there, and a hundred calls earn ten more.
    let retries = service.calls() - 100;
    assert!((15..=20).contains(&retries), "{retries}");
}

#[tokio::test]
async fn a_dead_peer_fails_fast_and_opens_the_breaker() {
    let address = {
        let listener = free_listener().await;
        listener.local_addr().unwrap()
    };
    let peer = peer_at(address, &PeerConfig::default());
    let started = Instant::now();
    for _ in 0..PeerConfig::default().breaker_failures {
        let error = complete(&peer, &unhurried(), &ONCE, "").await.unwrap_err();
        assert_eq!((error.code, error.retry_after), (Code::Unavailable, None));
    }
    let error = complete(&peer, &unhurried(), &ONCE, "").await.unwrap_err();
    assert_eq!(error.reason, reason::UNAVAILABLE);
    assert!(error.retry_after.is_some(), "the open breaker says when to come back");
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
}

#[tokio::test]
async fn an_open_breaker_sends_nothing_and_closes_when_the_peer_is_back() {
    let server = Running::start(&Scripted::echo()).await;
    let proxy = ChaosProxy::start(server.address).await;
    let peer = peer_at(proxy.address(), &PeerConfig::default());
    complete(&peer, &unhurried(), &ONCE, "").await.unwrap();
    proxy.set(Weather::Refuse).await;
    wait_until(PATIENCE, "the breaker to open", || async {
        let error = complete(&peer, &unhurried(), &ONCE, "").await.unwrap_err();
        error.retry_after.is_some()
    })
    .await;
    proxy.set(Weather::Pass).await;
    wait_until(PATIENCE, "the breaker to close", || async { complete(&peer, &unhurried(), &ONCE, "").await.is_ok() })
        .await;
}

#[tokio::test]
async fn a_peers_own_errors_do_not_open_the_breaker() {
    let service = Scripted::counting(|call| match call {
        1..=10 => Err(to_status(&Error::new(reason::LLM_UNAVAILABLE, "provider is down"))),
        11..=20 => Err(to_status(&Error::new(reason::UNAVAILABLE, "a peer of mine is down"))),
        _ => Ok(String::new()),
    });
    let server = Running::start(&service).await;
    let peer = server.peer();
    for _ in 0..20 {
        complete(&peer, &unhurried(), &ONCE, "").await.unwrap_err();
    }
    complete(&peer, &unhurried(), &ONCE, "").await.unwrap();
}

#[tokio::test]
async fn a_silent_peer_ends_at_the_methods_timeout() {
    let server = Running::start(&Scripted::echo()).await;
    let proxy = ChaosProxy::start(server.address).await;
    let peer = peer_at(proxy.address(), &PeerConfig::default());
    complete(&peer, &unhurried(), &ONCE, "").await.unwrap();
    proxy.set(Weather::Blackhole).await;
    let started = Instant::now();
    let timeout = Duration::from_millis(150);
    let error = complete(&peer, &unhurried(), &within(timeout), "").await.unwrap_err();
    assert_eq!(error.reason, reason::DEADLINE_EXCEEDED);
    assert!(started.elapsed() >= timeout);
}

#[tokio::test]
async fn callers_in_a_hurry_prove_nothing_about_the_peer() {
    let server = Running::start(&Scripted::unary(|_, text| async move {
        if text == "hang" {
            std::future::pending::<()>().await;
        }
        Ok(text)
    }))
    .await;
    let peer = server.peer();
    let timeout = Duration::from_millis(20);
    for _ in 0..2 * PeerConfig::default().breaker_failures {
        let hurried = CallContext::new(timeout);
        complete(&peer, &hurried, &ONCE, "hang").await.unwrap_err();
    }
    complete(&peer, &unhurried(), &ONCE, "").await.unwrap();
    for _ in 0..PeerConfig::default().breaker_failures {
        complete(&peer, &unhurried(), &within(timeout), "hang").await.unwrap_err();
    }
    let error = complete(&peer, &unhurried(), &ONCE, "").await.unwrap_err();
    assert!(error.retry_after.is_some(), "the method's own time ran out each time: {error}");
}

#[tokio::test]
async fn keepalive_finds_a_dead_connection() {
    let server = Running::start(&Scripted::echo()).await;
    let proxy = ChaosProxy::start(server.address).await;
    let config = PeerConfig {
        keepalive_interval: Duration::from_millis(50),
        keepalive_timeout: Duration::from_millis(50),
        ..PeerConfig::default()
    };
    let peer = peer_at(proxy.address(), &config);
    complete(&peer, &unhurried(), &ONCE, "").await.unwrap();
    proxy.set(Weather::Blackhole).await;
    // Without keepalive this call would wait out its whole time.
    let error = complete(&peer, &unhurried(), &ONCE, "").await.unwrap_err();
    assert_ne!(error.reason, reason::DEADLINE_EXCEEDED);
}

#[tokio::test]
async fn a_full_bulkhead_turns_calls_away() {
    let service = Scripted::unary(|_, text| async move {
        if text == "stay" {
            std::future::pending::<()>().await;
        }
        Ok(text)
    });
    let server = Running::start(&service).await;
    let peer = server.peer_with(&PeerConfig { max_in_flight: 2, ..PeerConfig::default() });
    let context = unhurried();
    let staying = join_all((0..2).map(|_| complete(&peer, &context, &ONCE, "stay")));
    let visitor = async {
        wait_until(PATIENCE, "both calls to arrive", || async { service.calls() == 2 }).await;
        complete(&peer, &context, &ONCE, "").await.unwrap_err()
    };
    let error = tokio::select! {
        error = visitor => error,
        _ = staying => panic!("the calls that stay must not end"),
    };
    assert_eq!(error.reason, reason::OVERLOADED);
    assert!(error.retry_after.is_some());
    assert_eq!(service.calls(), 2);
    complete(&peer, &context, &ONCE, "").await.unwrap();
}

#[tokio::test]
async fn an_open_stream_holds_its_place_in_the_bulkhead() {
    let server = Running::start(&Scripted::streaming(|_| futures::stream::pending())).await;
    let peer = server.peer_with(&PeerConfig { max_in_flight: 1, ..PeerConfig::default() });
    let open = stream(&peer, &unhurried(), &ONCE).await.unwrap();
    let error = stream(&peer, &unhurried(), &ONCE).await.err().unwrap();
    assert_eq!(error.reason, reason::OVERLOADED);
    drop(open);
    stream(&peer, &unhurried(), &ONCE).await.unwrap();
}

#[tokio::test]
async fn connections_grow_old_without_failing_calls() {
    let config = ServerConfig { max_connection_age: Duration::from_millis(20), ..ServerConfig::default() };
    let server = Running::configured(&Scripted::echo(), &config).await;
    let peer = server.peer();
    let started = Instant::now();
    while started.elapsed() < Duration::from_millis(300) {
        complete(&peer, &unhurried(), &ONCE, "").await.unwrap();
    }
}
