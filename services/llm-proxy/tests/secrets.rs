//! The key reaches nobody but the provider, and what people write reaches no log that is on by default.
//!
//! In a process of its own: it listens to everything that anybody logs, at every level.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "service/support.rs"]
#[allow(dead_code)]
mod support;

use std::{
    io,
    sync::{Arc, Mutex},
};

use axum::{Router, http::StatusCode, routing::post};
use easymart_llm_proxy::Config;
use easymart_runtime::config::{Secret, redacted_toml};
use easymart_testkit::{LlmReply, ScriptedLlm, free_listener};
use support::{PATIENCE, Service, config, question};
use tracing::Subscriber;
use tracing_subscriber::{Layer, filter::LevelFilter, fmt, layer::SubscriberExt as _, registry::LookupSpan};

const KEY: &str = "sk-hunter2-do-not-tell";
const WORDS: &str = "my secret wardrobe wish";

/// Collects log lines.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A layer that collects what is logged at `level` and above.
fn listen<S>(level: LevelFilter) -> (impl Layer<S> + Send + Sync, Lines)
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let lines = Lines::default();
    let writer = lines.clone();
    let layer = fmt::layer().with_ansi(false).with_writer(move || writer.clone()).with_filter(level);
    (layer, lines)
}

/// A provider that repeats the key and the prompt in its error.
async fn chatty_provider() -> String {
    let listener = free_listener().await;
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let handler = |body: String| async move { (StatusCode::UNAUTHORIZED, format!("{KEY} does not work for {body}")) };
    let router = Router::new().route("/v1/chat/completions", post(handler));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}

#[tokio::test]
async fn the_key_is_in_no_log_and_in_no_error() {
    let (all, everything) = listen(LevelFilter::TRACE);
    let (info, by_default) = listen(LevelFilter::INFO);
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(all).with(info)).unwrap();
    let llm = ScriptedLlm::start().await;
    let replies = [
        LlmReply::Answer("fine".to_owned()),
        LlmReply::Status(500),
        LlmReply::HangUp,
        LlmReply::InvalidJson,
        LlmReply::CutAfter(vec!["one ".to_owned()]),
    ];
    replies.into_iter().for_each(|reply| {
        llm.then(reply);
    });
    let gone = ScriptedLlm::start().await.url();
    let mut told = Vec::new();
    for url in [llm.url(), chatty_provider().await, gone] {
        let config = Config { api_key: Secret::new(KEY), ..config(&url) };
        told.push(redacted_toml(&config));
        told.push(format!("{config:?}"));
        let service = Service::start(config).await;
        for _ in 0..3 {
            match service.complete_within(PATIENCE, question(WORDS)).await {
                Ok(completion) => told.push(completion.text),
                Err(error) => told.push(format!("{error:?}")),
            }
        }
        told.push(format!("{:?}", service.status().await));
        service.stop().await;
    }
    assert_eq!(llm.requests()[0].api_key.as_deref(), Some(KEY), "the provider does get it");
    for text in &told {
        assert!(!text.contains("hunter2") && !text.contains("wardrobe"), "{text}");
    }
    let logged = by_default.text();
    assert!(logged.contains("no answer"), "failures are logged: {logged}");
    assert!(!logged.contains("wardrobe"));
    let at_trace = everything.text();
    assert!(at_trace.len() > logged.len());
    let leak = at_trace.lines().find(|line| line.contains("hunter2"));
    assert_eq!(leak, None);
}
