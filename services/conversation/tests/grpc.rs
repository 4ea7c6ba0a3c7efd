//! conversation over real gRPC while the services it calls are down, or never answer.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use easymart_conversation::{Config, Peers, serve};
use easymart_core::{CallContext, Error, reason};
use easymart_proto::conversation::v1::{
    ChatTurn, ConverseRequest, ConverseStreamRequest, ConverseStreamResponse, EraseSessionRequest, GetSessionRequest,
    StartSessionRequest, conversation_service_client::ConversationServiceClient, converse_stream_response::Event,
};
use easymart_rpc::{Idempotency, MethodPolicy, Peer, PeerConfig};
use easymart_testkit::{TestDir, free_address, free_listener, wait_until};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_secs(12);

const fn policy(method: &'static str) -> MethodPolicy {
    MethodPolicy { method, timeout: PATIENCE, idempotency: Idempotency::WithKey, attempts: 1 }
}

/// The service, and a client of it.
struct Running {
    peer: Peer,
    stop: CancellationToken,
    served: JoinHandle<anyhow::Result<()>>,
}

fn peer(address: SocketAddr) -> Peer {
    Peer::new("test", &format!("http://{address}"), &PeerConfig::default()).unwrap()
}

impl Running {
    /// Started with every service that it calls at `address`.
    async fn start(dir: &TestDir, address: SocketAddr) -> Self {
        let listener = free_listener().await;
        let config = Config { data_dir: dir.join("data"), ..Config::default() };
        let peers = Peers { catalog_search: peer(address), cart_sync: peer(address), llm_proxy: peer(address) };
        let (stop, ours) = (CancellationToken::new(), listener.local_addr().unwrap());
        let served = tokio::spawn(serve(config, listener, peers, stop.clone()));
        let running = Self { peer: peer(ours), stop, served };
        let ready = || async {
            let ctx = CallContext::new(Duration::from_secs(1));
            running.peer.health(&ctx, "easymart.conversation.v1.ConversationService").await.is_ok()
        };
        wait_until(Duration::from_secs(60), "conversation to serve", ready).await;
        running
    }

    async fn say(&self, key: &str, message: &str) -> Result<ChatTurn, Error> {
        let ctx = CallContext::new(PATIENCE);
        let call = |channel, request| async move { ConversationServiceClient::new(channel).converse(request).await };
        let answer = self.peer.call(&ctx, &policy("Converse"), request(key, message), call).await?;
        Ok(answer.turn.unwrap())
    }

    async fn stop(self) {
        self.stop.cancel();
        self.served.await.unwrap().unwrap();
    }
}

fn request(key: &str, message: &str) -> ConverseRequest {
    ConverseRequest {
        request_id: key.to_owned(),
        session_id: "s1".to_owned(),
        message: message.to_owned(),
        create_session: true,
        ..ConverseRequest::default()
    }
}

#[tokio::test]
async fn with_everything_down_it_is_honest_and_knows_the_policies() {
    let dir = TestDir::new();
    let running = Running::start(&dir, free_address()).await;
    let search = running.say("a", "show me desks").await.unwrap();
    assert_eq!(search.degraded, ["catalog_search_unavailable"]);
    let cart = running.say("b", "show my cart").await.unwrap();
    assert_eq!(cart.degraded, ["cart_sync_unavailable"]);
    let policy = running.say("c", "what is your returns policy?").await.unwrap();
    assert!(policy.degraded.is_empty() && policy.reply.contains("30 days"), "{}", policy.reply);
    assert!(policy.evidence.iter().all(|claim| claim.start < claim.end));
    running.stop().await;
}

#[tokio::test]
async fn services_that_never_answer_do_not_hang_a_turn() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let dir = TestDir::new();
    let running = Running::start(&dir, silent.local_addr().unwrap()).await;
    for (key, message, reason) in
        [("a", "show me desks", "catalog_search_unavailable"), ("b", "show my cart", "cart_sync_unavailable")]
    {
        let begun = Instant::now();
        let turn = running.say(key, message).await.unwrap();
        assert_eq!(turn.degraded, [reason]);
        assert!(begun.elapsed() < Duration::from_secs(6), "{message}: {:?}", begun.elapsed());
    }
    running.stop().await;
}

#[tokio::test]
async fn a_stream_tells_the_turn_as_it_happens() {
    let dir = TestDir::new();
    let running = Running::start(&dir, free_address()).await;
    let ctx = CallContext::new(PATIENCE);
    let call = |channel, request| async move { ConversationServiceClient::new(channel).converse_stream(request).await };
    let wish = ConverseStreamRequest { turn: Some(request("a", "how much is delivery?")) };
    let mut stream = running.peer.open_stream(&ctx, &policy("ConverseStream"), wish, call).await.unwrap();
    let (mut text, mut completed, mut started) = (String::new(), None, false);
    while let Some(message) = stream.message().await {
        let ConverseStreamResponse { event } = message.unwrap();
        match event.unwrap() {
            Event::Started(turn) => started = !turn.turn_id.is_empty(),
            Event::TextDelta(piece) => text.push_str(&piece),
            Event::Completed(turn) => completed = Some(turn),
            Event::Products(_) | Event::Cart(_) => {}
        }
    }
    assert!(started);
    assert_eq!(completed.unwrap().reply, text);
    running.stop().await;
}

#[tokio::test]
async fn sessions_are_opened_read_and_erased() {
    let dir = TestDir::new();
    let running = Running::start(&dir, free_address()).await;
    let ctx = CallContext::new(PATIENCE);
    let start = StartSessionRequest { request_id: "r".to_owned(), session_id: "s1".to_owned(), locale: String::new() };
    let call = |channel, request| async move { ConversationServiceClient::new(channel).start_session(request).await };
    let opened = running.peer.call(&ctx, &policy("StartSession"), start, call).await.unwrap();
    assert!(!opened.greeting.is_empty());
    running.say("a", "how do returns work? mail me at jo@example.com").await.unwrap();
    let read = GetSessionRequest { session_id: "s1".to_owned() };
    let get = |channel, request| async move { ConversationServiceClient::new(channel).get_session(request).await };
    let session = running.peer.call(&ctx, &policy("GetSession"), read.clone(), get).await.unwrap();
    assert_eq!((session.messages.len(), session.turn_count), (2, 1));
    assert!(session.messages.iter().all(|message| !message.text.contains("jo@example.com")));
    let erase = EraseSessionRequest { request_id: "e".to_owned(), session_id: "s1".to_owned() };
    let call = |channel, request| async move { ConversationServiceClient::new(channel).erase_session(request).await };
    assert!(running.peer.call(&ctx, &policy("EraseSession"), erase, call).await.unwrap().existed);
    let gone = running.peer.call(&ctx, &policy("GetSession"), read, get).await.unwrap_err();
    assert_eq!(gone.reason, reason::SESSION_EXPIRED);
    running.stop().await;
}
