use std::time::{Duration, Instant};

use easymart_core::reason;
use easymart_llm_proxy::Config;
use easymart_proto::llm_proxy::v1::Prompt;
use easymart_runtime::telemetry;
use easymart_testkit::{ChaosProxy, LlmReply, ScriptedLlm, Weather, wait_until};

use crate::support::{PATIENCE, Service, config, question};

#[tokio::test]
async fn a_server_error_is_repeated() {
    let llm = ScriptedLlm::start().await;
    llm.then(LlmReply::Status(500)).then(LlmReply::Status(503)).then(LlmReply::Answer("third".to_owned()));
    let completion = Service::before(&llm.url()).await.complete().await.unwrap();
    assert_eq!((completion.text.as_str(), completion.attempts), ("third", 3));
}

#[tokio::test]
async fn so_is_a_connection_that_breaks_before_an_answer() {
    let llm = ScriptedLlm::start().await;
    llm.then(LlmReply::HangUp).then(LlmReply::Answer("second".to_owned()));
    let completion = Service::before(&llm.url()).await.complete().await.unwrap();
    assert_eq!(completion.text, "second");
}

#[tokio::test]
async fn so_is_a_stream_before_its_first_token() {
    let llm = ScriptedLlm::start().await;
    llm.then(LlmReply::Status(502)).then(LlmReply::Answer("second".to_owned()));
    let (pieces, end) = Service::before(&llm.url()).await.open().await.unwrap().read().await;
    assert_eq!(pieces.concat(), "second");
    assert_eq!(end.unwrap().attempts, 2);
}

#[tokio::test]
async fn a_provider_that_comes_up_in_time_is_found() {
    let llm = ScriptedLlm::start().await;
    let address = llm.url().trim_start_matches("http://").trim_end_matches("/v1").parse().unwrap();
    let network = ChaosProxy::start(address).await;
    network.set(Weather::Refuse).await;
    let config = Config { attempts: 1_000, breaker_failures: 0, ..config(&format!("{}/v1", network.url())) };
    let service = Service::start(config).await;
    let metrics = telemetry::install_metrics().unwrap();
    let calling = service.complete_within(PATIENCE, Prompt { purpose: "persistence".to_owned(), ..question("hello") });
    let clearing = async {
        let retried = "easymart_llm_retries_total{purpose=\"persistence\",cause=\"unreachable\"}";
        wait_until(PATIENCE, "a repetition", || async { metrics.render().contains(retried) }).await;
        network.set(Weather::Pass).await;
    };
    let (completion, ()) = tokio::join!(calling, clearing);
    let completion = completion.unwrap();
    assert!(completion.text == "ok" && completion.attempts > 1);
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_unavailable() {
    let gone = ScriptedLlm::start().await.url();
    let error = Service::before(&gone).await.complete().await.unwrap_err();
    assert_eq!(error.reason, reason::LLM_UNAVAILABLE);
    assert!(error.message.contains("cannot be reached"), "{error}");
}

#[tokio::test]
async fn requests_are_limited() {
    let llm = ScriptedLlm::start().await;
    llm.otherwise(LlmReply::Status(500));
    let error = Service::before(&llm.url()).await.complete().await.unwrap_err();
    assert_eq!(error.reason, reason::LLM_UNAVAILABLE);
    assert_eq!(llm.requests().len(), 3);
}

#[tokio::test]
async fn retry_after_is_honoured() {
    let llm = ScriptedLlm::start().await;
    llm.then(LlmReply::RateLimited(1)).then(LlmReply::Answer("second".to_owned()));
    let started = Instant::now();
    let completion = Service::before(&llm.url()).await.complete().await.unwrap();
    assert_eq!((completion.text.as_str(), completion.attempts), ("second", 2));
    assert!(started.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_retry_after_beyond_the_deadline_is_the_callers_business() {
    let llm = ScriptedLlm::start().await;
    llm.otherwise(LlmReply::RateLimited(60));
    let started = Instant::now();
    let error = Service::before(&llm.url()).await.complete().await.unwrap_err();
    assert_eq!(error.reason, reason::LLM_RATE_LIMITED);
    assert_eq!(error.retry_after, Some(Duration::from_secs(60)));
    assert_eq!(llm.requests().len(), 1);
    assert!(started.elapsed() < PATIENCE / 2);
}

#[tokio::test]
async fn a_limit_without_a_time_is_not_run_against() {
    let llm = ScriptedLlm::start().await;
    llm.otherwise(LlmReply::Status(429));
    let error = Service::before(&llm.url()).await.complete().await.unwrap_err();
    assert_eq!((error.reason, llm.requests().len()), (reason::LLM_RATE_LIMITED, 1));
}

#[tokio::test]
async fn a_refusal_is_not_repeated() {
    let llm = ScriptedLlm::start().await;
    llm.otherwise(LlmReply::Status(401));
    let error = Service::before(&llm.url()).await.complete().await.unwrap_err();
    assert_eq!((error.reason, llm.requests().len()), (reason::LLM_REFUSED, 1));
}

#[tokio::test]
async fn nothing_is_repeated_when_there_is_no_time_for_it() {
    let llm = ScriptedLlm::start().await;
    llm.otherwise(LlmReply::Status(500));
    let config = Config { backoff_min: PATIENCE, backoff_max: PATIENCE, ..config(&llm.url()) };
    let service = Service::start(config).await;
    let error = service.complete_within(PATIENCE / 4, question("hello")).await.unwrap_err();
    assert_eq!((error.reason, llm.requests().len()), (reason::LLM_UNAVAILABLE, 1));
}
