use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use easymart_core::{CallContext, Error};
use easymart_proto::llm_proxy::v1::{
    CompleteRequest, CompleteResponse, CompleteStreamRequest, CompleteStreamResponse, Completion, GetStatusRequest,
    GetStatusResponse, Prompt,
    complete_stream_response::Event,
    llm_proxy_service_client::LlmProxyServiceClient,
    llm_proxy_service_server::{LlmProxyService, LlmProxyServiceServer},
};
use easymart_rpc::{DeadlineStream, Idempotency, MethodPolicy, Peer, PeerConfig, Server, ServerConfig, context};
use easymart_testkit::free_listener;
use futures::{
    future::BoxFuture,
    stream::{BoxStream, StreamExt as _},
};
use tokio::{sync::watch, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tonic::{
    Request, Response, Status,
    transport::{Channel, Endpoint},
};

/// Long enough for a loaded machine; never waited for in full when things go well.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) const SERVICE: &str = "easymart.llm_proxy.v1.LlmProxyService";

pub(crate) type Answer = Result<String, Status>;
type Unary = Arc<dyn Fn(CallContext, String) -> BoxFuture<'static, Answer> + Send + Sync>;
type Streaming = Arc<dyn Fn(String) -> BoxStream<'static, Answer> + Send + Sync>;

/// A service whose answers are the test's.
#[derive(Clone)]
pub(crate) struct Scripted {
    unary: Unary,
    streaming: Streaming,
    calls: Arc<AtomicU64>,
}

impl Scripted {
    pub(crate) fn unary<F, Fut>(answer: F) -> Self
    where
        F: Fn(CallContext, String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Answer> + Send + 'static,
    {
        Self {
            unary: Arc::new(move |context, text| Box::pin(answer(context, text))),
            streaming: Arc::new(|_| futures::stream::empty().boxed()),
            calls: Arc::default(),
        }
    }

    pub(crate) fn streaming<F, S>(answers: F) -> Self
    where
        F: Fn(String) -> S + Send + Sync + 'static,
        S: futures::Stream<Item = Answer> + Send + 'static,
    {
        Self { streaming: Arc::new(move |text| answers(text).boxed()), ..Self::echo() }
    }

    pub(crate) fn echo() -> Self {
        Self::unary(|_, text| async move { Ok(text) })
    }

    /// Answers with what `outcome` makes of the number of the call, from 1.
    pub(crate) fn counting(outcome: impl Fn(u64) -> Answer + Send + Sync + 'static) -> Self {
        let count = AtomicU64::new(0);
        Self::unary(move |_, _| {
            let answer = outcome(count.fetch_add(1, Ordering::SeqCst) + 1);
            async move { answer }
        })
    }

    pub(crate) fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }
}

fn text_of(prompt: Option<Prompt>) -> String {
    prompt.unwrap_or_default().purpose
}

fn prompt(text: &str) -> Option<Prompt> {
    Some(Prompt { purpose: text.to_owned(), ..Prompt::default() })
}

#[tonic::async_trait]
impl LlmProxyService for Scripted {
    async fn complete(&self, request: Request<CompleteRequest>) -> Result<Response<CompleteResponse>, Status> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let context = context(&request);
        let text = (self.unary)(context, text_of(request.into_inner().prompt)).await?;
        let completion = Some(Completion { text, ..Completion::default() });
        Ok(Response::new(CompleteResponse { completion }))
    }

    type CompleteStreamStream = BoxStream<'static, Result<CompleteStreamResponse, Status>>;

    async fn complete_stream(
        &self,
        request: Request<CompleteStreamRequest>,
    ) -> Result<Response<Self::CompleteStreamStream>, Status> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let answers = (self.streaming)(text_of(request.into_inner().prompt));
        let delta = |text| CompleteStreamResponse { event: Some(Event::Delta(text)) };
        Ok(Response::new(answers.map(move |answer| answer.map(delta)).boxed()))
    }

    async fn get_status(&self, _: Request<GetStatusRequest>) -> Result<Response<GetStatusResponse>, Status> {
        Ok(Response::new(GetStatusResponse::default()))
    }
}

/// A server that runs until dropped.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) stop: CancellationToken,
    pub(crate) served: JoinHandle<anyhow::Result<()>>,
}

impl Running {
    pub(crate) async fn start(service: &Scripted) -> Self {
        Self::configured(service, &ServerConfig::default()).await
    }

    pub(crate) async fn configured(service: &Scripted, config: &ServerConfig) -> Self {
        Self::launch(Server::new("scripted", config), service).await
    }

    pub(crate) async fn with_readiness(service: &Scripted, ready: watch::Receiver<bool>) -> Self {
        let server = Server::new("scripted", &ServerConfig::default()).readiness(ready);
        Self::launch(server, service).await
    }

    async fn launch(server: Server, service: &Scripted) -> Self {
        let listener = free_listener().await;
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let serving = server.service(LlmProxyServiceServer::new(service.clone())).serve(listener, stop.clone());
        Self { address, stop, served: tokio::spawn(serving) }
    }

    pub(crate) fn peer(&self) -> Peer {
        self.peer_with(&PeerConfig::default())
    }

    pub(crate) fn peer_with(&self, config: &PeerConfig) -> Peer {
        peer_at(self.address, config)
    }

    /// Stops the server and returns when it has stopped.
    pub(crate) async fn finish(mut self) {
        self.stop.cancel();
        tokio::time::timeout(PATIENCE, &mut self.served).await.expect("the server stops").unwrap().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

pub(crate) fn peer_at(address: SocketAddr, config: &PeerConfig) -> Peer {
    Peer::new("scripted", &format!("http://{address}"), config).unwrap()
}

/// A channel without our client stack.
pub(crate) fn channel(address: SocketAddr) -> Channel {
    let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
    endpoint.connect_lazy()
}

pub(crate) const ONCE: MethodPolicy =
    MethodPolicy { method: "Complete", timeout: PATIENCE, idempotency: Idempotency::Unsafe, attempts: 1 };

pub(crate) const THRICE: MethodPolicy = MethodPolicy { idempotency: Idempotency::Safe, attempts: 3, ..ONCE };

pub(crate) fn within(timeout: Duration) -> MethodPolicy {
    MethodPolicy { timeout, ..ONCE }
}

/// A context with time enough.
pub(crate) fn unhurried() -> CallContext {
    CallContext::new(PATIENCE)
}

pub(crate) async fn complete(
    peer: &Peer,
    context: &CallContext,
    policy: &MethodPolicy,
    text: &str,
) -> Result<String, Error> {
    let request = CompleteRequest { prompt: prompt(text) };
    let answer = peer
        .call(context, policy, request, |channel, request| async move {
            LlmProxyServiceClient::new(channel).complete(request).await
        })
        .await?;
    Ok(answer.completion.unwrap_or_default().text)
}

pub(crate) async fn stream(
    peer: &Peer,
    context: &CallContext,
    policy: &MethodPolicy,
) -> Result<DeadlineStream<CompleteStreamResponse>, Error> {
    let request = CompleteStreamRequest { prompt: prompt("") };
    peer.open_stream(context, policy, request, |channel, request| async move {
        LlmProxyServiceClient::new(channel).complete_stream(request).await
    })
    .await
}
