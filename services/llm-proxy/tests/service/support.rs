use std::{path::PathBuf, time::Duration};

use easymart_core::{CallContext, Error};
use easymart_llm_proxy::{Config, Peers, serve};
use easymart_proto::llm_proxy::v1::{
    CompleteRequest, CompleteStreamRequest, Completion, GetStatusRequest, GetStatusResponse, Message, Prompt, Role,
    complete_stream_response::Event, llm_proxy_service_client::LlmProxyServiceClient,
};
use easymart_rpc::{DeadlineStream, Idempotency, MethodPolicy, Peer, PeerConfig};
use easymart_testkit::{TestDir, free_listener};
use futures::StreamExt as _;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Longer than anything that a test waits for on purpose.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A running service and its caller.
pub(crate) struct Service {
    peer: Peer,
    stop: CancellationToken,
    task: JoinHandle<anyhow::Result<()>>,
    dir: TestDir,
}

/// A configuration with waits that suit tests.
pub(crate) fn config(url: &str) -> Config {
    Config {
        url: url.to_owned(),
        model: "small-1".to_owned(),
        backoff_min: Duration::from_millis(10),
        backoff_max: Duration::from_millis(20),
        ..Config::default()
    }
}

impl Service {
    pub(crate) async fn start(config: Config) -> Self {
        Self::start_in(TestDir::new(), config).await
    }

    /// A service in front of the provider at `url`.
    pub(crate) async fn before(url: &str) -> Self {
        Self::start(config(url)).await
    }

    pub(crate) async fn start_in(dir: TestDir, config: Config) -> Self {
        let config = Config { data_dir: dir.join("data"), ..config };
        let listener = free_listener().await;
        let address = format!("http://{}", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        let task = tokio::spawn(serve(config, listener, Peers, stop.clone()));
        let peer = Peer::new("llm-proxy", &address, &PeerConfig::default()).unwrap();
        Self { peer, stop, task, dir }
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.dir.join("data")
    }

    /// Stops the service and waits until it has drained.
    pub(crate) async fn stop(self) -> TestDir {
        self.stop.cancel();
        self.task.await.unwrap().unwrap();
        self.dir
    }

    pub(crate) async fn complete(&self) -> Result<Completion, Error> {
        self.complete_within(PATIENCE, question("hello")).await
    }

    pub(crate) async fn complete_within(&self, timeout: Duration, prompt: Prompt) -> Result<Completion, Error> {
        let request = CompleteRequest { prompt: Some(prompt) };
        let call = |channel, request| async move { LlmProxyServiceClient::new(channel).complete(request).await };
        let response = self.peer.call(&CallContext::new(timeout), &policy("Complete"), request, call).await?;
        Ok(response.completion.unwrap())
    }

    pub(crate) async fn open(&self) -> Result<Answer, Error> {
        self.open_within(PATIENCE).await
    }

    pub(crate) async fn open_within(&self, timeout: Duration) -> Result<Answer, Error> {
        let request = CompleteStreamRequest { prompt: Some(question("hello")) };
        let call = |channel, request| async move { LlmProxyServiceClient::new(channel).complete_stream(request).await };
        let context = CallContext::new(timeout);
        self.peer.open_stream(&context, &policy("CompleteStream"), request, call).await.map(Answer)
    }

    pub(crate) async fn status(&self) -> GetStatusResponse {
        let call = |channel, request| async move { LlmProxyServiceClient::new(channel).get_status(request).await };
        let context = CallContext::new(PATIENCE);
        self.peer.call(&context, &policy("GetStatus"), GetStatusRequest {}, call).await.unwrap()
    }
}

/// One attempt: what is repeated is the service's business here.
fn policy(method: &'static str) -> MethodPolicy {
    MethodPolicy { method, timeout: PATIENCE, idempotency: Idempotency::Unsafe, attempts: 1 }
}

pub(crate) fn question(text: &str) -> Prompt {
    let user = Message { role: Role::User.into(), content: text.to_owned(), ..Message::default() };
    Prompt { messages: vec![user], purpose: "test".to_owned(), ..Prompt::default() }
}

/// A streamed answer.
pub(crate) struct Answer(DeadlineStream<easymart_proto::llm_proxy::v1::CompleteStreamResponse>);

impl Answer {
    pub(crate) async fn next(&mut self) -> Option<Result<Event, Error>> {
        Some(self.0.next().await?.map(|response| response.event.unwrap()))
    }

    /// Reads to the end: the pieces, and how it ended.
    pub(crate) async fn read(mut self) -> (Vec<String>, Result<Completion, Error>) {
        let mut pieces = Vec::new();
        loop {
            match self.next().await.expect("a stream ends with `done` or an error") {
                Ok(Event::Delta(piece)) => pieces.push(piece),
                Ok(Event::Done(completion)) => {
                    assert!(self.next().await.is_none(), "nothing follows `done`");
                    return (pieces, Ok(completion));
                }
                Err(error) => return (pieces, Err(error)),
            }
        }
    }
}

/// Pieces of a scripted stream.
pub(crate) fn pieces(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}
