//! The shop's HTTP contract as the terminal uses it.

use std::{pin::Pin, time::Duration};

use anyhow::Context as _;
use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use reqwest::{Client, RequestBuilder, Response, StatusCode, header::RETRY_AFTER};
use serde::Deserialize;
use serde_json::{Value, json};
use sse_stream::SseByteStream;
use uuid::Uuid;

/// Longest silence of a gateway; a turn takes at most half of that.
const SILENCE: Duration = Duration::from_secs(60);
/// Longest wait that a gateway may ask for before a message is given up.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// A running gateway.
#[derive(Debug, Clone)]
pub struct Shop {
    client: Client,
    base: String,
    api_key: Option<String>,
}

/// An open session.
#[derive(Debug, Deserialize)]
pub(super) struct Session {
    session_id: String,
    pub(super) greeting: String,
    #[serde(default)]
    pub(super) chips: Vec<Chip>,
}

/// A suggested next message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Chip {
    pub(super) label: String,
    pub(super) message: String,
}

impl Chip {
    /// The chips of a turn.
    pub(super) fn all(turn: &Value) -> Vec<Self> {
        turn.get("chips").and_then(|chips| serde_json::from_value(chips.clone()).ok()).unwrap_or_default()
    }
}

/// What happens in a turn.
#[derive(Debug)]
pub(super) enum Event {
    /// Cards.
    Products(Vec<Value>),
    /// The next piece of the reply.
    Text(String),
    /// The whole turn: its end.
    Completed(Value),
}

/// The events of a turn.
pub(super) struct Events(SseByteStream<Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send>>>);

impl Shop {
    /// The gateway at `base`, with the key of its API when it has some.
    ///
    /// # Errors
    /// When this machine cannot make connections at all.
    pub fn at(base: &str, api_key: Option<String>) -> anyhow::Result<Self> {
        let client =
            Client::builder().no_proxy().connect_timeout(Duration::from_secs(5)).read_timeout(SILENCE).build()?;
        Ok(Self { client, base: base.trim_end_matches('/').to_owned(), api_key })
    }

    pub(super) async fn open(&self) -> anyhow::Result<Session> {
        let answer = self.send(|| self.client.post(format!("{}/v1/sessions", self.base)).json(&json!({}))).await?;
        answer.json().await.context("that is no EasyMart gateway")
    }

    pub(super) async fn cart(&self, session: &Session) -> anyhow::Result<Value> {
        let url = format!("{}/v1/sessions/{}/cart", self.base, session.session_id);
        Ok(self.send(|| self.client.get(&url)).await?.json().await?)
    }

    /// Begins a turn. When the gateway asks to wait, the same message is sent again under the same key.
    pub(super) async fn say(&self, session: &Session, message: &str) -> anyhow::Result<Events> {
        let key = Uuid::now_v7().to_string();
        let body = json!({"session_id": session.session_id, "message": message});
        let url = format!("{}/v1/chat/stream", self.base);
        let answer = self.send(|| self.client.post(&url).header("idempotency-key", &key).json(&body)).await?;
        Ok(Events(SseByteStream::new(Box::pin(answer.bytes_stream()))))
    }

    async fn send(&self, request: impl Fn() -> RequestBuilder) -> anyhow::Result<Response> {
        loop {
            let request = match &self.api_key {
                Some(key) => request().header("x-api-key", key),
                None => request(),
            };
            let answer = request.send().await.map_err(reqwest::Error::without_url);
            let answer = answer.with_context(|| format!("cannot reach {}: is EasyMart running?", self.base))?;
            match wait(&answer) {
                Some(wait) => tokio::time::sleep(wait).await,
                None if answer.status().is_success() => return Ok(answer),
                None => anyhow::bail!(problem(&answer.bytes().await.unwrap_or_default())),
            }
        }
    }
}

/// How long to wait before asking again; `None`: there is no point in it.
fn wait(answer: &Response) -> Option<Duration> {
    if answer.status() != StatusCode::TOO_MANY_REQUESTS {
        return None;
    }
    let seconds = answer.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds)).filter(|wait| *wait <= LONGEST_WAIT)
}

/// A problem document in a sentence.
fn problem(body: &[u8]) -> String {
    let problem: Value = serde_json::from_slice(body).unwrap_or_default();
    match (problem["detail"].as_str(), problem["reason"].as_str()) {
        (Some(detail), Some(reason)) => format!("{detail} ({reason})"),
        _ => "that is no EasyMart gateway".to_owned(),
    }
}

impl Events {
    /// The next event; `None` when there are no more.
    pub(super) async fn next(&mut self) -> anyhow::Result<Option<Event>> {
        while let Some(event) = self.0.next().await {
            let event = event.map_err(|error| anyhow::anyhow!("the answer broke off: {error}"))?;
            let data = event.data.unwrap_or_default();
            let parsed = || serde_json::from_str::<Value>(&data).context("the gateway's answer cannot be read");
            return Ok(Some(match event.event.as_deref() {
                Some("products") => Event::Products(parsed()?["products"].as_array().cloned().unwrap_or_default()),
                Some("text.delta") => Event::Text(parsed()?["text"].as_str().unwrap_or_default().to_owned()),
                Some("turn.completed") => Event::Completed(parsed()?),
                Some("error") => anyhow::bail!(problem(data.as_bytes())),
                _ => continue,
            }));
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_told_in_a_sentence() {
        let body = br#"{"detail": "the session id was altered", "reason": "SESSION_INVALID"}"#;
        assert_eq!(problem(body), "the session id was altered (SESSION_INVALID)");
        assert_eq!(problem(b"<html>"), "that is no EasyMart gateway");
    }

    #[tokio::test]
    async fn nothing_running_is_said() {
        let address = easymart_testkit::free_address();
        let shop = Shop::at(&format!("http://{address}/"), None).unwrap();
        let error = format!("{:#}", shop.open().await.unwrap_err());
        assert!(error.starts_with(&format!("cannot reach http://{address}: is EasyMart running?")), "{error}");
    }
}
