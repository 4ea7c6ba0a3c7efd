use std::time::Duration;

use easymart_core::{Code, reason};
use easymart_llm_proxy::{Config, Peers, serve};
use easymart_proto::llm_proxy::v1::{Message, Prompt, ProviderState, Role};
use easymart_testkit::{LlmReply, ScriptedLlm, TestDir, free_listener, wait_until};
use tokio_util::sync::CancellationToken;

use crate::support::{PATIENCE, Service, config, question};

#[tokio::test]
async fn without_a_model_every_call_but_status_says_so() {
    let service = Service::start(Config::default()).await;
    let whole = service.complete_within(PATIENCE, Prompt::default()).await.unwrap_err();
    let streamed = service.open().await.err().unwrap();
    for error in [whole, streamed] {
        assert_eq!((error.reason, error.code), (reason::LLM_NOT_CONFIGURED, Code::FailedPrecondition));
    }
    let status = service.status().await;
    assert_eq!((status.configured, status.state()), (false, ProviderState::NotConfigured));
    assert_eq!((status.provider.as_str(), status.model.as_str()), ("", ""));
}

#[tokio::test]
async fn a_prompt_that_cannot_be_sent_is_refused_before_anybody_is_asked() {
    let llm = ScriptedLlm::start().await;
    let service = Service::start(Config { max_prompt_bytes: 1_000, ..config(&llm.url()) }).await;
    let no_role = Message { content: "hi".to_owned(), ..Message::default() };
    let empty = Message { role: Role::User.into(), ..Message::default() };
    let cases = [
        (Prompt::default(), "prompt.messages"),
        (Prompt { messages: vec![no_role], ..Prompt::default() }, "prompt.messages[0].role"),
        (Prompt { messages: vec![empty], ..Prompt::default() }, "prompt.messages[0].content"),
        (Prompt { temperature: Some(3.0), ..question("hi") }, "prompt.temperature"),
        (Prompt { response_schema_json: "[1".to_owned(), ..question("hi") }, "prompt.response_schema_json"),
        (question(&"x".repeat(1_001)), "prompt"),
    ];
    for (prompt, field) in cases {
        let error = service.complete_within(PATIENCE, prompt).await.unwrap_err();
        assert_eq!((error.reason, error.code), (reason::FIELD_INVALID, Code::InvalidArgument));
        assert_eq!(error.violations[0].field, field);
    }
    assert_eq!(llm.requests().len(), 0);
    assert_eq!(service.status().await.calls, 0);
}

#[tokio::test]
async fn more_calls_than_allowed_are_turned_away_at_once() {
    let llm = ScriptedLlm::start().await;
    llm.then(LlmReply::Hang);
    let service = Service::start(Config { max_in_flight: 1, ..config(&llm.url()) }).await;
    let first = service.complete();
    let second = async {
        wait_until(PATIENCE, "the first call", || async { llm.requests().len() == 1 }).await;
        service.complete().await.unwrap_err()
    };
    let error = tokio::select! {
        _ = first => panic!("the provider hangs"),
        error = second => error,
    };
    assert_eq!((error.reason, error.code), (reason::OVERLOADED, Code::ResourceExhausted));
    assert!(error.retry_after.is_some());
    // The first caller is gone with its future: its place is free again.
    wait_until(PATIENCE, "a free place", || async { service.complete().await.is_ok() }).await;
}

#[tokio::test]
async fn a_wrong_configuration_is_named_at_the_start() {
    let config = Config { url: "nonsense".to_owned(), data_dir: TestDir::new().join("data"), ..Config::default() };
    let served = serve(config, free_listener().await, Peers, CancellationToken::new()).await;
    assert!(served.unwrap_err().to_string().starts_with("llm_proxy.url"));
}

#[tokio::test]
async fn stopping_drains_within_its_grace_though_a_provider_hangs() {
    let llm = ScriptedLlm::start().await;
    llm.otherwise(LlmReply::StallAfter(vec!["one ".to_owned()]));
    let mut config = config(&llm.url());
    config.server.grace = Duration::from_millis(200);
    let service = Service::start(config).await;
    let answer = service.open().await.unwrap();
    let reading = tokio::spawn(answer.read());
    tokio::time::timeout(PATIENCE, service.stop()).await.unwrap();
    let (_, end) = reading.await.unwrap();
    assert!(end.is_err());
}
