use std::time::Duration;

use easymart_core::reason;
use easymart_llm_proxy::Config;
use easymart_proto::llm_proxy::v1::ProviderState;
use easymart_testkit::{LlmReply, ScriptedLlm, wait_until};

use crate::support::{PATIENCE, Service, config};

#[tokio::test]
async fn a_provider_that_keeps_failing_is_left_alone_until_it_is_back() {
    let llm = ScriptedLlm::start().await;
    llm.otherwise(LlmReply::Status(500));
    let pause = Duration::from_millis(500);
    let config = Config { attempts: 1, breaker_failures: 3, breaker_pause: pause, ..config(&llm.url()) };
    let service = Service::start(config).await;
    for _ in 0..3 {
        service.complete().await.unwrap_err();
    }
    let error = service.complete().await.unwrap_err();
    assert_eq!(error.reason, reason::LLM_UNAVAILABLE);
    assert!(error.retry_after.is_some_and(|wait| wait <= pause));
    assert_eq!(llm.requests().len(), 3, "nobody asked");
    assert_eq!(service.status().await.state(), ProviderState::Open);
    llm.otherwise(LlmReply::Answer("back".to_owned()));
    wait_until(PATIENCE, "the trial", || async { service.complete().await.is_ok() }).await;
    assert_eq!(service.status().await.state(), ProviderState::Ok);
    assert_eq!(llm.requests().len(), 4);
}

#[tokio::test]
async fn repetitions_stop_when_the_provider_is_given_up() {
    let llm = ScriptedLlm::start().await;
    llm.otherwise(LlmReply::Status(500));
    let config = Config { attempts: 10, breaker_failures: 2, ..config(&llm.url()) };
    let error = Service::start(config).await.complete().await.unwrap_err();
    assert!(error.message.contains("status 500"), "what happened, not that nobody asks any more: {error}");
    assert_eq!(llm.requests().len(), 2);
}

#[tokio::test]
async fn cut_streams_and_timeouts_count_too() {
    let llm = ScriptedLlm::start().await;
    llm.then(LlmReply::CutAfter(vec!["one ".to_owned()])).then(LlmReply::StallAfter(vec!["one ".to_owned()]));
    let config = Config { breaker_failures: 2, idle_timeout: Duration::from_millis(100), ..config(&llm.url()) };
    let service = Service::start(config).await;
    for _ in 0..2 {
        let (_, end) = service.open().await.unwrap().read().await;
        end.unwrap_err();
    }
    assert!(service.open().await.is_err());
    assert_eq!(llm.requests().len(), 2);
}

#[tokio::test]
async fn refusals_leave_the_provider_in_good_standing() {
    let llm = ScriptedLlm::start().await;
    llm.otherwise(LlmReply::Status(400));
    let service = Service::start(Config { breaker_failures: 2, ..config(&llm.url()) }).await;
    for _ in 0..5 {
        assert_eq!(service.complete().await.unwrap_err().reason, reason::LLM_REFUSED);
    }
    assert_eq!(llm.requests().len(), 5);
}

#[tokio::test]
async fn the_status_tells_how_it_has_been_going_and_asks_nobody() {
    let llm = ScriptedLlm::start().await;
    llm.then(LlmReply::Answer("fine".to_owned())).then(LlmReply::Status(400));
    let service = Service::before(&llm.url()).await;
    let untried = service.status().await;
    assert_eq!((untried.configured, untried.state()), (true, ProviderState::Untried));
    assert_eq!(format!("http://{}/v1", untried.provider), llm.url());
    assert_eq!(untried.model, "small-1");
    assert_eq!(llm.requests().len(), 0);
    service.complete().await.unwrap();
    let ok = service.status().await;
    assert_eq!((ok.state(), ok.calls, ok.failures, ok.last_error.as_str()), (ProviderState::Ok, 1, 0, ""));
    service.complete().await.unwrap_err();
    let failing = service.status().await;
    assert_eq!((failing.state(), failing.calls, failing.failures), (ProviderState::Failing, 2, 1));
    assert!(failing.last_error.contains("status 400"));
}
