use std::time::{Duration, Instant};

use axum::{Router, response::IntoResponse, routing::post};
use easymart_core::{Code, reason};
use easymart_llm_proxy::Config;
use easymart_proto::llm_proxy::v1::FinishReason;
use easymart_runtime::config::Secret;
use easymart_testkit::{LlmReply, ScriptedLlm, free_listener};
use serde_json::json;

use crate::support::{PATIENCE, Service, config, pieces, question};

/// A provider that always answers the same, whatever that is.
async fn provider(status: u16, body: String) -> String {
    let listener = free_listener().await;
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let status = axum::http::StatusCode::from_u16(status).unwrap();
    let handler = move || async move { (status, body).into_response() };
    let router = Router::new().route("/v1/chat/completions", post(handler));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}

#[tokio::test]
async fn an_answer_comes_whole() {
    let llm = ScriptedLlm::start().await;
    llm.then(LlmReply::Answer("good morning".to_owned()));
    let config = Config { api_key: Secret::new("key-1"), ..config(&llm.url()) };
    let completion = Service::start(config).await.complete().await.unwrap();
    assert_eq!(completion.text, "good morning");
    assert_eq!(completion.finish_reason(), FinishReason::Stop);
    assert_eq!((completion.model.as_str(), completion.attempts), ("scripted-1", 1));
    assert_eq!(completion.usage.map(|usage| (usage.input_tokens, usage.output_tokens)), Some((7, 3)));
    let [request] = &llm.requests()[..] else { panic!("one request") };
    assert_eq!(request.api_key.as_deref(), Some("key-1"));
    assert_eq!(request.body["model"], "small-1");
    assert_eq!(request.body["messages"], json!([{"role": "user", "content": "hello"}]));
}

#[tokio::test]
async fn without_a_key_none_is_sent() {
    let llm = ScriptedLlm::start().await;
    Service::before(&llm.url()).await.complete().await.unwrap();
    assert_eq!(llm.requests()[0].api_key, None);
}

#[tokio::test]
async fn the_address_may_name_the_whole_path() {
    let llm = ScriptedLlm::start().await;
    let url = format!("{}/chat/completions", llm.url());
    assert_eq!(Service::before(&url).await.complete().await.unwrap().text, "ok");
}

#[tokio::test]
async fn tool_calls_are_handed_on() {
    let llm = ScriptedLlm::start().await;
    llm.then(LlmReply::ToolCall("look_up".to_owned(), "{\"q\": \"desk\"}".to_owned()));
    let completion = Service::before(&llm.url()).await.complete().await.unwrap();
    assert_eq!(completion.finish_reason(), FinishReason::ToolCalls);
    let call = &completion.tool_calls[0];
    assert_eq!((call.name.as_str(), call.arguments_json.as_str()), ("look_up", "{\"q\": \"desk\"}"));
}

#[tokio::test]
async fn the_whole_call_is_bounded() {
    let llm = ScriptedLlm::start().await;
    let slow = LlmReply::Pieces(pieces(&["a", "b", "c"]), PATIENCE);
    llm.then(LlmReply::Hang).then(slow);
    let config = Config { total_timeout: Duration::from_millis(200), ..config(&llm.url()) };
    let service = Service::start(config).await;
    for _ in 0..2 {
        let started = Instant::now();
        let error = service.complete().await.unwrap_err();
        assert_eq!((error.reason, error.code), (reason::LLM_TIMEOUT, Code::DeadlineExceeded));
        assert!(started.elapsed() < PATIENCE / 2);
    }
}

#[tokio::test]
async fn the_callers_deadline_is_the_end_of_it() {
    let llm = ScriptedLlm::start().await;
    llm.otherwise(LlmReply::Hang);
    let service = Service::before(&llm.url()).await;
    let started = Instant::now();
    let error = service.complete_within(Duration::from_millis(300), question("hello")).await.unwrap_err();
    assert_eq!(error.reason, reason::DEADLINE_EXCEEDED);
    assert!(started.elapsed() < PATIENCE / 2);
    let error = service.open_within(Duration::from_millis(300)).await.err().unwrap();
    assert_eq!(error.reason, reason::DEADLINE_EXCEEDED);
}

#[tokio::test]
async fn what_is_no_answer_is_an_error() {
    let empty = json!({"choices": [{"message": {"content": " "}, "finish_reason": "stop"}]});
    let too_large = json!({"choices": [{"message": {"content": "x".repeat(5_000)}, "finish_reason": "stop"}]});
    let reported = json!({"error": {"message": "do not show this"}});
    let html = "<html>do not show this</html>".to_owned();
    for body in [empty.to_string(), too_large.to_string(), reported.to_string(), html, String::new()] {
        let config = Config { max_answer_bytes: 4_000, ..config(&provider(200, body.clone()).await) };
        let error = Service::start(config).await.complete().await.unwrap_err();
        assert_eq!(error.reason, reason::LLM_UNAVAILABLE, "{body:.60}");
        assert!(!error.message.contains("do not show"), "{error}");
    }
}

#[tokio::test]
async fn what_the_provider_says_about_a_refusal_stays_here() {
    for status in [400, 401, 403, 404, 422, 301] {
        let url = provider(status, "your key sk-123 is bad".to_owned()).await;
        let service = Service::before(&url).await;
        let error = service.complete().await.unwrap_err();
        assert_eq!((error.reason, error.code), (reason::LLM_REFUSED, Code::FailedPrecondition));
        assert!(error.message.contains(&status.to_string()) && !error.message.contains("sk-123"), "{error}");
        assert!(!service.status().await.last_error.contains("sk-123"));
    }
}
