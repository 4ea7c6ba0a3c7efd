//! A running gateway with its fakes, and a client for it.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use easymart_gateway::{Config, Edge, Peers, serve};
use easymart_proto::{
    cart_sync::v1::cart_sync_service_server::CartSyncServiceServer,
    catalog_search::v1::catalog_search_service_server::CatalogSearchServiceServer,
    conversation::v1::conversation_service_server::ConversationServiceServer,
    llm_proxy::v1::llm_proxy_service_server::LlmProxyServiceServer,
};
use easymart_rpc::{Peer, PeerConfig, Server, ServerConfig};
use easymart_runtime::{
    config::Secret,
    telemetry::{MetricsHandle, install_metrics},
};
use easymart_testkit::{free_listener, wait_until};
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::fakes::{FakeCarts, FakeCatalogue, FakeConversation, FakeLlm};

/// Long enough for a busy machine; nothing waits that long when all is well.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub struct System {
    pub address: SocketAddr,
    pub client: Client,
    pub conversation: FakeConversation,
    pub carts: FakeCarts,
    pub catalogue: FakeCatalogue,
    pub stop: CancellationToken,
    /// Stops the conversation alone.
    pub stop_conversation: CancellationToken,
    pub serving: JoinHandle<anyhow::Result<()>>,
    services: CancellationToken,
}

impl Drop for System {
    fn drop(&mut self) {
        self.stop.cancel();
        self.services.cancel();
    }
}

/// An answer with its document.
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub json: Value,
}

impl Answer {
    async fn read(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.unwrap();
        let json = serde_json::from_slice(&body).unwrap_or_default();
        Self { status, headers, json }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn text(&self, pointer: &str) -> String {
        let value = self.json.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {}", self.json));
        value.as_str().unwrap_or_else(|| panic!("{pointer} is no text in {}", self.json)).to_owned()
    }

    /// A problem document of this status and reason, with all that the contract promises.
    #[track_caller]
    pub fn assert_problem(&self, status: u16, reason: &str) {
        assert_eq!((self.status.as_u16(), self.json["reason"].as_str()), (status, Some(reason)), "{}", self.json);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.json["status"], status);
        assert_eq!(self.json["request_id"], self.header("x-request-id"));
        for field in ["type", "title", "detail"] {
            assert!(self.json[field].as_str().is_some_and(|text| !text.is_empty()), "{field} in {}", self.json);
        }
    }
}

impl System {
    /// With generous limits.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::with_edge(change, None).await
    }

    /// Collects metrics, for the whole test process.
    pub async fn with_metrics() -> Self {
        Self::with_edge(|_| {}, Some(install_metrics().unwrap())).await
    }

    async fn with_edge(change: impl FnOnce(&mut Config), metrics: Option<MetricsHandle>) -> Self {
        let mut config = Config::default();
        config.sessions.secret = Secret::new("a secret for tests only");
        config.limits.session_per_minute = 0;
        config.limits.address_per_minute = 0;
        change(&mut config);
        let services = CancellationToken::new();
        let stop_conversation = services.child_token();
        let (conversation, carts, catalogue) =
            (FakeConversation::default(), FakeCarts::default(), FakeCatalogue::default());
        let peers = Peers {
            conversation: run(ConversationServiceServer::new(conversation.clone()), &stop_conversation).await,
            cart_sync: run(CartSyncServiceServer::new(carts.clone()), &services).await,
            catalog_search: run(CatalogSearchServiceServer::new(catalogue.clone()), &services).await,
            llm_proxy: run(LlmProxyServiceServer::new(FakeLlm), &services).await,
        };
        let listener = free_listener().await;
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let pictures: easymart_gateway::Pictures =
            Arc::new(|name| (name == "desk").then(|| Bytes::from_static(b"<svg xmlns='http://www.w3.org/2000/svg'/>")));
        let edge = Edge { metrics, pictures: Some(pictures) };
        let serving = tokio::spawn(serve(config, listener, peers, edge, stop.clone()));
        let client = Client::builder().no_proxy().build().unwrap();
        Self { address, client, conversation, carts, catalogue, stop, stop_conversation, serving, services }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, self.url(path))
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        send(self.request(Method::DELETE, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::POST, path).json(&body)).await
    }

    /// A session's id.
    pub async fn session(&self) -> String {
        let opened = self.post("/v1/sessions", serde_json::json!({})).await;
        assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.json);
        opened.text("/session_id")
    }

    /// Stops the conversation and waits until the gateway has noticed.
    pub async fn lose_conversation(&self) {
        self.stop_conversation.cancel();
        wait_until(PATIENCE, "the gateway to miss the conversation", || async {
            self.get("/readyz").await.status == StatusCode::SERVICE_UNAVAILABLE
        })
        .await;
    }
}

pub async fn send(request: reqwest::RequestBuilder) -> Answer {
    Answer::read(request.timeout(PATIENCE).send().await.unwrap()).await
}

async fn run<S>(service: S, stop: &CancellationToken) -> Peer
where
    S: tower::Service<
            http::Request<tonic::body::Body>,
            Response = http::Response<tonic::body::Body>,
            Error = std::convert::Infallible,
            Future: Send + 'static,
        > + tonic::server::NamedService
        + Clone
        + Send
        + Sync
        + 'static,
{
    let listener = free_listener().await;
    let address = format!("http://{}", listener.local_addr().unwrap());
    let config = ServerConfig { grace: Duration::from_millis(100), ..ServerConfig::default() };
    let server = Server::new("fake", &config).service(service);
    tokio::spawn(server.serve(listener, stop.clone()));
    Peer::new("fake", &address, &PeerConfig::default()).unwrap()
}
