use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    http::header::CONTENT_TYPE,
    routing::post,
};
use easymart_core::reason;
use easymart_llm_proxy::Config;
use easymart_proto::llm_proxy::v1::{FinishReason, complete_stream_response::Event};
use easymart_testkit::{LlmReply, ScriptedLlm, free_listener, wait_until};
use futures::{Stream, StreamExt as _, stream};
use serde_json::json;

use crate::support::{PATIENCE, Service, config, pieces};

/// A provider that answers with these bytes as an event stream.
async fn provider<S>(stream: impl Fn() -> S + Clone + Send + Sync + 'static) -> String
where
    S: Stream<Item = String> + Send + 'static,
{
    let listener = free_listener().await;
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let handler = move || async move {
        let body = Body::from_stream(stream().map(|text| Ok::<_, Infallible>(Bytes::from(text))));
        ([(CONTENT_TYPE, "text/event-stream")], body)
    };
    let router = Router::new().route("/v1/chat/completions", post(handler));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}

fn event(delta: serde_json::Value, finish_reason: Option<&str>) -> String {
    let chunk = json!({"model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}]});
    format!("data: {chunk}\n\n")
}

fn text(text: &str) -> String {
    event(json!({"content": text}), None)
}

async fn before_events(events: Vec<String>) -> Service {
    Service::before(&provider(move || stream::iter(events.clone())).await).await
}

#[tokio::test]
async fn the_pieces_are_the_text_and_done_comes_once() {
    let llm = ScriptedLlm::start().await;
    llm.then(LlmReply::Answer("one two three".to_owned()));
    let service = Service::before(&llm.url()).await;
    let (pieces, end) = service.open().await.unwrap().read().await;
    let completion = end.unwrap();
    assert_eq!(pieces.concat(), "one two three");
    assert_eq!(completion.text, "one two three");
    assert_eq!(completion.finish_reason(), FinishReason::Stop);
    assert_eq!(completion.usage.map(|usage| usage.output_tokens), Some(3));
    assert_eq!(llm.requests()[0].body["stream"], true);
}

#[tokio::test]
async fn a_streamed_tool_call_is_put_together() {
    let llm = ScriptedLlm::start().await;
    llm.then(LlmReply::ToolCall("look_up".to_owned(), "{\"q\": \"desk\"}".to_owned()));
    let (pieces, end) = Service::before(&llm.url()).await.open().await.unwrap().read().await;
    assert_eq!(pieces, [""; 0]);
    assert_eq!(end.unwrap().tool_calls[0].arguments_json, "{\"q\": \"desk\"}");
}

#[tokio::test]
async fn the_first_token_is_waited_for_only_so_long() {
    let llm = ScriptedLlm::start().await;
    llm.then(LlmReply::Hang).then(LlmReply::StallAfter(vec![]));
    let config = Config { first_token_timeout: Duration::from_millis(200), ..config(&llm.url()) };
    let service = Service::start(config).await;
    for _ in 0..2 {
        let error = service.open().await.err().unwrap();
        assert_eq!(error.reason, reason::LLM_TIMEOUT);
        assert!(error.message.contains("begin"), "{error}");
    }
    assert_eq!(llm.requests().len(), 2, "a timeout is not repeated");
}

#[tokio::test]
async fn the_next_token_is_waited_for_only_so_long() {
    let llm = ScriptedLlm::start().await;
    llm.then(LlmReply::StallAfter(pieces(&["one ", "two "])));
    let config = Config { idle_timeout: Duration::from_millis(200), ..config(&llm.url()) };
    let (pieces, end) = Service::start(config).await.open().await.unwrap().read().await;
    assert_eq!(pieces, ["one ", "two "]);
    let error = end.unwrap_err();
    assert_eq!(error.reason, reason::LLM_TIMEOUT);
    assert!(error.message.contains("between"), "{error}");
}

#[tokio::test]
async fn a_stream_that_goes_on_and_on_is_bounded() {
    let llm = ScriptedLlm::start().await;
    llm.then(LlmReply::Pieces(vec!["x".to_owned(); 1_000], Duration::from_millis(50)));
    let config = Config { total_timeout: Duration::from_millis(400), ..config(&llm.url()) };
    let (pieces, end) = Service::start(config).await.open().await.unwrap().read().await;
    assert!(!pieces.is_empty() && pieces.len() < 100);
    assert_eq!(end.unwrap_err().reason, reason::LLM_TIMEOUT);
}

#[tokio::test]
async fn the_callers_deadline_ends_a_stream() {
    let llm = ScriptedLlm::start().await;
    llm.then(LlmReply::StallAfter(pieces(&["one "])));
    let service = Service::before(&llm.url()).await;
    let answer = service.open_within(Duration::from_millis(400)).await.unwrap();
    let (pieces, end) = answer.read().await;
    assert_eq!(pieces, ["one "]);
    assert_eq!(end.unwrap_err().reason, reason::DEADLINE_EXCEEDED);
}

#[tokio::test]
async fn a_cut_stream_ends_as_an_error_and_is_not_repeated() {
    let llm = ScriptedLlm::start().await;
    llm.then(LlmReply::CutAfter(pieces(&["one ", "two "])));
    let (pieces, end) = Service::before(&llm.url()).await.open().await.unwrap().read().await;
    assert_eq!(pieces, ["one ", "two "]);
    let error = end.unwrap_err();
    assert_eq!(error.reason, reason::LLM_UNAVAILABLE);
    assert!(error.message.contains("broke off"), "{error}");
    assert_eq!(llm.requests().len(), 1);
}

#[tokio::test]
async fn an_end_without_a_farewell_is_a_cut_unless_the_model_had_finished() {
    let (pieces, end) = before_events(vec![text("one")]).await.open().await.unwrap().read().await;
    assert_eq!((pieces, end.unwrap_err().reason), (vec!["one".to_owned()], reason::LLM_UNAVAILABLE));
    let finished = vec![text("one"), event(json!({}), Some("length"))];
    let (_, end) = before_events(finished).await.open().await.unwrap().read().await;
    assert_eq!(end.unwrap().finish_reason(), FinishReason::Length);
}

#[tokio::test]
async fn what_is_no_stream_of_completions_is_an_error() {
    let broken = [
        vec!["data: {oops\n\n".to_owned()],
        vec!["data: {\"error\": {\"message\": \"do not show this\"}}\n\n".to_owned()],
        vec!["data: [DONE]\n\n".to_owned()],
        vec![event(json!({"role": "assistant", "content": ""}), None), "data: [DONE]\n\n".to_owned()],
        vec!["data: \u{1}".repeat(300_000)],
    ];
    for events in broken {
        let shown = format!("{:.60?}", events[0]);
        let error = before_events(events).await.open().await.err().expect(&shown);
        assert_eq!(error.reason, reason::LLM_UNAVAILABLE, "{shown}");
        assert!(!error.message.contains("do not show"), "{error}");
    }
    let later = vec![text("one"), "data: {oops\n\n".to_owned()];
    let (pieces, end) = before_events(later).await.open().await.unwrap().read().await;
    assert_eq!((pieces, end.unwrap_err().reason), (vec!["one".to_owned()], reason::LLM_UNAVAILABLE));
}

#[tokio::test]
async fn a_whole_answer_instead_of_a_stream_is_an_error() {
    let llm = ScriptedLlm::start().await;
    llm.then(LlmReply::InvalidJson);
    let error = Service::before(&llm.url()).await.open().await.err().unwrap();
    assert_eq!(error.reason, reason::LLM_UNAVAILABLE);
}

#[tokio::test]
async fn an_answer_that_grows_too_large_is_cut_short_as_an_error() {
    let url = provider(|| stream::repeat_with(|| text(&"x".repeat(100)))).await;
    let config = Config { max_answer_bytes: 1_000, ..config(&url) };
    let (pieces, end) = Service::start(config).await.open().await.unwrap().read().await;
    assert_eq!(pieces.concat().len(), 1_000);
    assert_eq!(end.unwrap_err().reason, reason::LLM_UNAVAILABLE);
}

/// Says in `gone` when it is dropped.
struct Guard(Arc<AtomicUsize>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn a_caller_that_goes_away_takes_the_request_along() {
    let gone = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&gone);
    let url = provider(move || {
        let guard = Guard(Arc::clone(&seen));
        let first = stream::iter([text("one")]);
        first.chain(stream::once(async move {
            let _guard = guard;
            std::future::pending().await
        }))
    })
    .await;
    let service = Service::before(&url).await;
    let mut answer = service.open().await.unwrap();
    assert!(matches!(answer.next().await, Some(Ok(Event::Delta(_)))));
    assert_eq!(gone.load(Ordering::SeqCst), 0);
    drop(answer);
    wait_until(PATIENCE, "the provider's request to end", || async { gone.load(Ordering::SeqCst) == 1 }).await;
    let status = service.status().await;
    assert_eq!((status.calls, status.failures), (1, 0));
}

#[tokio::test]
async fn a_caller_that_reads_slowly_slows_the_provider_down() {
    const PIECE: usize = 10_000;
    const ENDLESS: usize = 100_000_000;
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&sent);
    let url = provider(move || {
        let counted = Arc::clone(&counted);
        stream::repeat_with(move || {
            counted.fetch_add(PIECE, Ordering::SeqCst);
            text(&"x".repeat(PIECE))
        })
    })
    .await;
    let config = Config { max_answer_bytes: ENDLESS, ..config(&url) };
    let service = Service::start(config).await;
    let mut answer = service.open().await.unwrap();
    assert!(matches!(answer.next().await, Some(Ok(Event::Delta(_)))));
    // Whatever the buffers in between hold, at some point nothing moves any more.
    let mut last = (0, 0);
    wait_until(PATIENCE, "the provider to be held up", || {
        let now = sent.load(Ordering::SeqCst);
        last = if now == last.0 { (now, last.1 + 1) } else { (now, 0) };
        let is_still = last.1 >= 40;
        async move { is_still }
    })
    .await;
    assert!(sent.load(Ordering::SeqCst) < ENDLESS / 4);
}
