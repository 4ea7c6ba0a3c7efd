use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Extension, Json, Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use futures::{Stream, StreamExt as _, stream};
use serde_json::{Value, json};

use crate::{
    free_listener,
    http::{HangUp, HttpServer},
};

/// The model that answers say they come from.
const MODEL: &str = "scripted-1";

/// What the scripted model does with one request.
#[derive(Debug, Clone)]
pub enum LlmReply {
    /// Answers with this text; in a stream: word by word, without pause.
    Answer(String),
    /// Streams these pieces with a pause before each; the first pause is the time to the first token. Not streamed: one
    /// answer after all pauses.
    Pieces(Vec<String>, Duration),
    /// Proposes one tool call: name and arguments as the model writes them.
    ToolCall(String, String),
    /// Answers with this status and an error body, for example 500.
    Status(u16),
    /// 429 with `Retry-After` in seconds.
    RateLimited(u64),
    /// Accepts the request and never answers.
    Hang,
    /// Streams these pieces and then nothing more, the connection open.
    StallAfter(Vec<String>),
    /// Streams these pieces and then closes the connection without an end.
    CutAfter(Vec<String>),
    /// Closes the connection without an answer.
    HangUp,
    /// Status 200 and a body that is no JSON.
    InvalidJson,
}

/// An OpenAI-compatible endpoint that does as it is told, one reply of the script a request.
pub struct ScriptedLlm {
    server: HttpServer,
    state: Shared,
}

type Shared = Arc<Mutex<Script>>;

struct Script {
    next: VecDeque<LlmReply>,
    otherwise: LlmReply,
    requests: Vec<LlmRequest>,
}

/// A request that the model received.
#[derive(Debug, Clone)]
pub struct LlmRequest {
    /// The bearer token, when one was sent.
    pub api_key: Option<String>,
    /// The body.
    pub body: Value,
}

impl ScriptedLlm {
    /// A model that answers `ok` until told otherwise.
    pub async fn start() -> Self {
        let state = Shared::new(Mutex::new(Script {
            next: VecDeque::new(),
            otherwise: LlmReply::Answer("ok".to_owned()),
            requests: Vec::new(),
        }));
        let router = Router::new().route("/v1/chat/completions", post(complete)).with_state(Arc::clone(&state));
        let server = HttpServer::start(free_listener().await, router);
        Self { server, state }
    }

    /// The base URL, as `EASYMART_LLM_URL` takes it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.server.address())
    }

    /// Adds a reply to the script.
    pub fn then(&self, reply: LlmReply) -> &Self {
        lock(&self.state).next.push_back(reply);
        self
    }

    /// What to do when the script is at its end.
    pub fn otherwise(&self, reply: LlmReply) -> &Self {
        lock(&self.state).otherwise = reply;
        self
    }

    /// The requests received so far.
    #[must_use]
    pub fn requests(&self) -> Vec<LlmRequest> {
        lock(&self.state).requests.clone()
    }
}

async fn complete(
    State(state): State<Shared>,
    Extension(hang_up): Extension<HangUp>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let streamed = body["stream"] == true;
    match take(&state, &headers, body) {
        LlmReply::Answer(text) if streamed => sse(pieces(words(&text), Duration::ZERO).chain(end())),
        LlmReply::Answer(text) => whole(&message(&text)),
        LlmReply::Pieces(texts, pause) if streamed => sse(pieces(texts, pause).chain(end())),
        LlmReply::Pieces(texts, pause) => {
            tokio::time::sleep(pause * u32::try_from(texts.len()).unwrap_or(u32::MAX)).await;
            whole(&message(&texts.concat()))
        }
        LlmReply::ToolCall(name, arguments) if streamed => sse(stream::iter(tool_call_events(&name, &arguments))),
        LlmReply::ToolCall(name, arguments) => whole(&tool_call_message(&name, &arguments)),
        LlmReply::Status(status) => failure(status),
        LlmReply::RateLimited(seconds) => ([(header::RETRY_AFTER, seconds.to_string())], failure(429)).into_response(),
        LlmReply::Hang => std::future::pending().await,
        LlmReply::StallAfter(texts) => sse(pieces(texts, Duration::ZERO).chain(stream::pending())),
        LlmReply::CutAfter(texts) => {
            let cut = stream::once(async move { hang_up.now().await });
            sse(pieces(texts, Duration::ZERO).chain(cut))
        }
        LlmReply::HangUp => hang_up.now().await,
        LlmReply::InvalidJson => "{\"choices\": [oops".into_response(),
    }
}

fn take(state: &Shared, headers: &HeaderMap, body: Value) -> LlmReply {
    let api_key = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
        .map(str::to_owned);
    let mut script = lock(state);
    script.requests.push(LlmRequest { api_key, body });
    script.next.pop_front().unwrap_or_else(|| script.otherwise.clone())
}

fn message(text: &str) -> Value {
    json!({"message": {"role": "assistant", "content": text}, "finish_reason": "stop"})
}

fn tool_call_message(name: &str, arguments: &str) -> Value {
    let call = json!({"id": "call-1", "type": "function", "function": {"name": name, "arguments": arguments}});
    json!({
        "message": {"role": "assistant", "content": null, "tool_calls": [call]},
        "finish_reason": "tool_calls"
    })
}

fn whole(choice: &Value) -> Response {
    let mut choice = choice.clone();
    choice["index"] = json!(0);
    Json(json!({
        "id": "completion-1",
        "object": "chat.completion",
        "created": 0,
        "model": MODEL,
        "choices": [choice],
        "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
    }))
    .into_response()
}

fn failure(status: u16) -> Response {
    let status = StatusCode::from_u16(status).expect("a script names real statuses");
    let body = json!({"error": {"message": "scripted failure", "type": "scripted", "code": null}});
    (status, Json(body)).into_response()
}

fn words(text: &str) -> Vec<String> {
    text.split_inclusive(' ').map(str::to_owned).collect()
}

fn sse(events: impl Stream<Item = String> + Send + 'static) -> Response {
    let lines = events.map(|data| Ok::<_, Infallible>(Bytes::from(format!("data: {data}\n\n"))));
    let headers = [(header::CONTENT_TYPE, "text/event-stream")];
    (headers, Body::from_stream(lines)).into_response()
}

fn pieces(texts: Vec<String>, pause: Duration) -> impl Stream<Item = String> + Send {
    stream::iter(texts).then(move |text| async move {
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        chunk(json!({"content": text}), None)
    })
}

fn end() -> impl Stream<Item = String> + Send {
    stream::iter([chunk(json!({}), Some("stop")), usage(), "[DONE]".to_owned()])
}

fn tool_call_events(name: &str, arguments: &str) -> Vec<String> {
    // Arguments arrive in parts, as real models send them.
    let middle = (0..=arguments.len() / 2).rev().find(|at| arguments.is_char_boundary(*at));
    let (first, second) = arguments.split_at(middle.unwrap_or(0));
    let part = |call: Value| chunk(json!({"tool_calls": [call]}), None);
    vec![
        part(json!({"index": 0, "id": "call-1", "type": "function", "function": {"name": name, "arguments": first}})),
        part(json!({"index": 0, "function": {"arguments": second}})),
        chunk(json!({}), Some("tool_calls")),
        usage(),
        "[DONE]".to_owned(),
    ]
}

fn chunk(delta: Value, finish_reason: Option<&str>) -> String {
    event(json!([{"index": 0, "delta": delta, "finish_reason": finish_reason}]), Value::Null)
}

fn usage() -> String {
    event(json!([]), json!({"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}))
}

fn event(choices: Value, usage: Value) -> String {
    json!({
        "id": "completion-1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": MODEL,
        "choices": choices,
        "usage": usage
    })
    .to_string()
}

fn lock(state: &Shared) -> MutexGuard<'_, Script> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
