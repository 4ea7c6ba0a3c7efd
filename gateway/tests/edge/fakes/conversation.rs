use std::{
    collections::{HashMap, HashSet},
    pin::Pin,
    sync::{Arc, Mutex},
    time::Duration,
};

use easymart_core::reason;
use easymart_proto::{
    cart_sync::v1::{Cart, CartLine},
    conversation::v1::{
        Action, ActionType, AnsweredBy, ChatTurn, Chip, ConverseRequest, ConverseResponse, ConverseStreamRequest,
        ConverseStreamResponse, EraseSessionRequest, EraseSessionResponse, Evidence, GetSessionRequest,
        GetSessionResponse, GetTurnTraceRequest, GetTurnTraceResponse, ProductCard, ProductsShown,
        ReplaySessionRequest, ReplaySessionResponse, SearchState, Speaker, StartSessionRequest, StartSessionResponse,
        SubmitFeedbackRequest, SubmitFeedbackResponse, ToolRun, ToolStatus, TranscriptMessage, TurnStarted,
        conversation_service_server::ConversationService, converse_stream_response::Event,
    },
};
use futures::{Stream, StreamExt as _, stream};
use tokio::{
    sync::{Notify, Semaphore},
    time::interval,
};
use tokio_stream::wrappers::IntervalStream;
use tonic::{Request, Response, Status, async_trait};

use super::{aud, goods, refuse};

type Events = Pin<Box<dyn Stream<Item = Result<ConverseStreamResponse, Status>> + Send>>;

/// Repeats what it hears. Some messages do more:
/// `desks` shows cards, `cart` shows a cart, `reset` resets, `hold` waits until released, `break` fails in mid-stream,
/// `drip` streams a piece each millisecond, `busy` is turned away, `fault` panics.
#[derive(Clone, Default)]
pub struct FakeConversation {
    state: Arc<Mutex<State>>,
    pub held: Arc<Held>,
}

#[derive(Default)]
struct State {
    sessions: HashSet<String>,
    answers: HashMap<String, ChatTurn>,
    heard: Vec<ConverseRequest>,
    hashes: Vec<Option<String>>,
    deadlines: Vec<Duration>,
    feedback: Vec<SubmitFeedbackRequest>,
}

/// Turns that wait.
pub struct Held {
    /// A turn began to wait.
    pub arrived: Notify,
    /// Each permit lets one turn go on.
    pub release: Semaphore,
}

impl Default for Held {
    fn default() -> Self {
        Self { arrived: Notify::new(), release: Semaphore::new(0) }
    }
}

impl FakeConversation {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The requests of all turns that were taken.
    pub fn heard(&self) -> Vec<ConverseRequest> {
        self.state().heard.clone()
    }

    /// What the calls said of their session.
    pub fn hashes(&self) -> Vec<Option<String>> {
        self.state().hashes.clone()
    }

    /// What the calls had left of their time.
    pub fn deadlines(&self) -> Vec<Duration> {
        self.state().deadlines.clone()
    }

    pub fn feedback(&self) -> Vec<SubmitFeedbackRequest> {
        self.state().feedback.clone()
    }

    pub fn sessions(&self) -> usize {
        self.state().sessions.len()
    }

    async fn take(&self, request: ConverseRequest) -> Result<ChatTurn, Status> {
        if let Some(answer) = self.repeated(&request)? {
            return Ok(answer);
        }
        match request.message.as_str() {
            "hold" => {
                self.held.arrived.notify_one();
                self.held.release.acquire().await.unwrap().forget();
            }
            "busy" => return Err(refuse(reason::SESSION_BUSY, "too many messages wait")),
            "fault" => panic!("a fault on purpose"),
            _ => {}
        }
        let turn = turn(&request);
        let mut state = self.state();
        state.sessions.insert(request.session_id.clone());
        state.answers.insert(request.request_id.clone(), turn.clone());
        state.heard.push(request);
        Ok(turn)
    }

    fn repeated(&self, request: &ConverseRequest) -> Result<Option<ChatTurn>, Status> {
        let state = self.state();
        let first = state.heard.iter().find(|heard| heard.request_id == request.request_id);
        if first.is_some_and(|first| first.message != request.message) {
            return Err(refuse(reason::IDEMPOTENCY_KEY_REUSED, "another message had this key"));
        }
        if let Some(answer) = state.answers.get(&request.request_id) {
            return Ok(Some(answer.clone()));
        }
        if !request.create_session && !state.sessions.contains(&request.session_id) {
            return Err(refuse(reason::SESSION_EXPIRED, "no such session"));
        }
        Ok(None)
    }

    fn note<T>(&self, request: &Request<T>) {
        let context = easymart_rpc::context(request);
        let mut state = self.state();
        state.hashes.push(context.session_hash.clone());
        state.deadlines.push(context.remaining());
    }
}

fn turn(request: &ConverseRequest) -> ChatTurn {
    let message = request.message.as_str();
    let turn = ChatTurn {
        session_id: request.session_id.clone(),
        turn_id: uuid::Uuid::now_v7().to_string(),
        reply: format!("Dear shopper, you said “{message}”."),
        intents: vec!["smalltalk".to_owned()],
        chips: vec![Chip { label: "Desks".to_owned(), message: "desks".to_owned() }],
        answered_by: AnsweredBy::Rules.into(),
        ..Default::default()
    };
    match message {
        "desks" => with_cards(turn),
        "cart" => ChatTurn { cart: Some(a_cart(&request.session_id)), ..turn },
        "reset" => {
            ChatTurn { actions: vec![Action { r#type: ActionType::ResetSession.into(), ..Default::default() }], ..turn }
        }
        _ => turn,
    }
}

fn with_cards(turn: ChatTurn) -> ChatTurn {
    let cards =
        (1..).zip(goods()).map(|(option, product)| ProductCard { product: Some(product), option, why: String::new() });
    ChatTurn {
        intents: vec!["product_search".to_owned()],
        products: cards.collect(),
        tools: vec![ToolRun {
            name: "search_products".to_owned(),
            arguments_json: r#"{"category":"desk"}"#.to_owned(),
            status: ToolStatus::Ok.into(),
            duration_ms: 3,
        }],
        search: Some(SearchState { category: "desk".to_owned(), page: 1, ..Default::default() }),
        evidence: vec![Evidence {
            start: 0,
            end: 4,
            kind: "name".to_owned(),
            value: "Dear".to_owned(),
            source: "search_products.title".to_owned(),
        }],
        ..turn
    }
}

fn a_cart(cart_id: &str) -> Cart {
    Cart {
        cart_id: cart_id.to_owned(),
        version: 1,
        lines: vec![CartLine { line_id: "l1".to_owned(), quantity: 1, ..Default::default() }],
        item_count: 1,
        distinct_count: 1,
        subtotal: Some(aud(12_900)),
        sync: None,
    }
}

/// The events of a turn: the reply cut in the middle of its words.
fn events(turn: ChatTurn) -> Vec<Event> {
    let mut events =
        vec![Event::Started(TurnStarted { session_id: turn.session_id.clone(), turn_id: turn.turn_id.clone() })];
    if !turn.products.is_empty() {
        events.push(Event::Products(ProductsShown { products: turn.products.clone() }));
    }
    let characters: Vec<char> = turn.reply.chars().collect();
    events.extend(characters.chunks(5).map(|piece| Event::TextDelta(piece.iter().collect())));
    events.extend(turn.cart.clone().map(Event::Cart));
    events.push(Event::Completed(turn));
    events
}

#[async_trait]
impl ConversationService for FakeConversation {
    type ConverseStreamStream = Events;

    async fn start_session(
        &self,
        request: Request<StartSessionRequest>,
    ) -> Result<Response<StartSessionResponse>, Status> {
        self.note(&request);
        let session_id = request.into_inner().session_id;
        self.state().sessions.insert(session_id.clone());
        Ok(Response::new(StartSessionResponse {
            session_id,
            greeting: "Welcome!".to_owned(),
            chips: vec![Chip { label: "Desks".to_owned(), message: "desks".to_owned() }],
            expires_at_ms: 1_900_000_000_000,
        }))
    }

    async fn converse(&self, request: Request<ConverseRequest>) -> Result<Response<ConverseResponse>, Status> {
        self.note(&request);
        let turn = self.take(request.into_inner()).await?;
        Ok(Response::new(ConverseResponse { turn: Some(turn) }))
    }

    async fn converse_stream(
        &self,
        request: Request<ConverseStreamRequest>,
    ) -> Result<Response<Self::ConverseStreamStream>, Status> {
        self.note(&request);
        let request = request.into_inner().turn.unwrap_or_default();
        let breaks = request.message == "break";
        let drips = request.message == "drip";
        let waits = request.message == "hold";
        let started = turn(&ConverseRequest { message: String::new(), ..request.clone() });
        let this = self.clone();
        if waits {
            // The turn begins at once and is completed when it is released.
            let begin = events(started).into_iter().take(1);
            let rest = stream::once(async move { this.take(request).await })
                .flat_map(|turn| stream::iter(turn.map(events).unwrap_or_default().into_iter().skip(1)));
            return Ok(Response::new(stream::iter(begin).chain(rest).map(answer).boxed()));
        }
        let happened = events(self.take(request).await?);
        if breaks {
            let begun = happened.into_iter().take(3).map(answer);
            let broken = std::iter::once(Err(refuse(reason::STORE_FAILED, "the disk is full")));
            return Ok(Response::new(stream::iter(begun.chain(broken)).boxed()));
        }
        if drips {
            let pace = IntervalStream::new(interval(Duration::from_millis(1)));
            let pieces = (0..100).map(|_| Event::TextDelta("drip".to_owned()));
            let dripping = stream::iter(happened.into_iter().take(1).chain(pieces)).zip(pace);
            let dripping = dripping.map(|(event, _)| answer(event));
            return Ok(Response::new(dripping.boxed()));
        }
        Ok(Response::new(stream::iter(happened).map(answer).boxed()))
    }

    async fn get_session(&self, request: Request<GetSessionRequest>) -> Result<Response<GetSessionResponse>, Status> {
        let session_id = request.into_inner().session_id;
        let state = self.state();
        if !state.sessions.contains(&session_id) {
            return Err(refuse(reason::SESSION_EXPIRED, "no such session"));
        }
        let heard = state.heard.iter().filter(|heard| heard.session_id == session_id);
        let messages = heard.map(|heard| TranscriptMessage {
            speaker: Speaker::Shopper.into(),
            text: heard.message.clone(),
            ..Default::default()
        });
        let messages: Vec<_> = messages.collect();
        Ok(Response::new(GetSessionResponse {
            turn_count: messages.len().try_into().unwrap(),
            messages,
            session_id,
            ..Default::default()
        }))
    }

    async fn erase_session(
        &self,
        request: Request<EraseSessionRequest>,
    ) -> Result<Response<EraseSessionResponse>, Status> {
        let existed = self.state().sessions.remove(&request.into_inner().session_id);
        Ok(Response::new(EraseSessionResponse { existed }))
    }

    async fn submit_feedback(
        &self,
        request: Request<SubmitFeedbackRequest>,
    ) -> Result<Response<SubmitFeedbackResponse>, Status> {
        let request = request.into_inner();
        if request.turn_id == "unknown" {
            return Err(refuse(reason::TURN_UNKNOWN, "no such turn"));
        }
        self.state().feedback.push(request);
        Ok(Response::new(SubmitFeedbackResponse {}))
    }

    async fn get_turn_trace(
        &self,
        request: Request<GetTurnTraceRequest>,
    ) -> Result<Response<GetTurnTraceResponse>, Status> {
        let GetTurnTraceRequest { session_id, turn_id } = request.into_inner();
        let state = self.state();
        let mut turns = state.answers.values();
        match turns.find(|turn| turn.session_id == session_id && turn.turn_id == turn_id) {
            Some(turn) => {
                let trace_json = serde_json::json!({"reply": {"text": turn.reply}}).to_string();
                Ok(Response::new(GetTurnTraceResponse { session_id, turn_id, trace_json }))
            }
            None => Err(refuse(reason::TURN_UNKNOWN, "no such turn")),
        }
    }

    async fn replay_session(
        &self,
        _: Request<ReplaySessionRequest>,
    ) -> Result<Response<ReplaySessionResponse>, Status> {
        Err(refuse(reason::UNIMPLEMENTED, "the gateway never asks for it"))
    }
}

fn answer(event: Event) -> Result<ConverseStreamResponse, Status> {
    Ok(ConverseStreamResponse { event: Some(event) })
}
