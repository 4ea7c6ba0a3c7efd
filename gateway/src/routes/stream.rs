//! `POST /v1/chat/stream`: one turn as it happens, as server-sent events.

use std::{convert::Infallible, pin::pin, sync::Arc, time::Duration};

use axum::{
    extract::{Extension, State},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use easymart_core::{Error, reason};
use easymart_proto::conversation::v1::{
    ConverseStreamRequest, ConverseStreamResponse, converse_stream_response::Event as Happened,
};
use futures::{StreamExt as _, stream};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde::Serialize;
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc},
    time::{Instant, timeout_at},
};
use tokio_stream::wrappers::ReceiverStream;

use crate::{
    edge::Call,
    extract::Json,
    gateway::Gateway,
    metrics::Open,
    openapi::{ChatErrors, IdempotencyKey},
    problem::{Failure, Form, Problem, Result},
    session::Session,
    turns::{self, Caller, ChatRequest, Turn},
    view::{
        cart::CartView,
        turn::{CartShownView, DeltaView, ShownView, StartedView, TurnView, cards},
    },
};

/// How often a silent stream shows that it is alive: less than proxies wait.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Events on their way to a client that reads slowly; beyond that the turn waits.
const WAITING_EVENTS: usize = 64;

/// One turn, streamed
///
/// The same request as `POST /v1/chat`, answered by server-sent events: `turn.started` first, then `products` as soon as the cards are
/// known, `text.delta` with the next piece of the reply, `cart` when the turn read or changed it, and last `turn.completed` with the
/// whole turn, or `error` with `{"problem": …}`. The pieces of text joined are exactly the reply. What fails before the turn begins is
/// answered as a problem document with its status.
#[utoipa::path(
    post, path = "/v1/chat/stream", tag = "Chat",
    operation_id = "chat_stream",
    params(IdempotencyKey),
    request_body = ChatRequest,
    responses(
        (status = 200, description = "Events", body = TurnView, content_type = "text/event-stream",
         example = "event: text.delta\ndata: {\"text\":\"Hello!\"}\n\n"),
        ChatErrors,
    ),
)]
pub(crate) async fn chat_stream(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    headers: HeaderMap,
    Json(asked): Json<ChatRequest>,
) -> Result<Response> {
    let turn = turns::prepare(&gateway, &call, &headers, asked)?;
    let place = gateway.limits.open_stream()?;
    let (outbox, mut inbox) = mpsc::channel(WAITING_EVENTS);
    let teller = Teller { gateway: Arc::clone(&gateway), call, outbox };
    // A task of its own: what was asked for is done even when the client hangs up.
    gateway.calls.spawn(teller.tell(turn));
    let first = match inbox.recv().await {
        Some(first) => first?,
        None => return Err(cut_short().into()),
    };
    Ok(answer(first, inbox, place))
}

fn answer(first: Event, rest: mpsc::Receiver<Result<Event>>, place: OwnedSemaphorePermit) -> Response {
    let held = (Open::stream(), place);
    let rest = ReceiverStream::new(rest).filter_map(|event| async { event.ok() });
    let events = stream::once(async { first }).chain(rest).map(move |event| {
        // The place is given back when the stream is dropped.
        let _held = &held;
        Ok::<_, Infallible>(event)
    });
    let sse = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    let headers = [
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, sse).into_response()
}

/// Passes a turn on as it happens. A failure before the first event is sent as such, later ones as an event.
struct Teller {
    gateway: Arc<Gateway>,
    call: Call,
    outbox: mpsc::Sender<Result<Event>>,
}

impl Teller {
    async fn tell(self, turn: Turn) {
        let deadline = Instant::from_std(turn.context.deadline);
        let mut telling = Telling { teller: &self, session: None, completed: false };
        let outcome = tokio::select! {
            outcome = telling.run(turn, deadline) => outcome,
            () = self.gateway.cut.cancelled() => Err(Failure::new(
                reason::SHUTTING_DOWN,
                "the server is stopping; repeat the message with the same Idempotency-Key",
            )),
        };
        if let Err(failure) = outcome {
            telling.fail(failure, deadline).await;
        }
    }
}

struct Telling<'a> {
    teller: &'a Teller,
    session: Option<Session>,
    completed: bool,
}

impl Telling<'_> {
    async fn run(&mut self, turn: Turn, deadline: Instant) -> Result<()> {
        let Turn { request, caller, context } = turn;
        let request = ConverseStreamRequest { turn: Some(request) };
        let mut caller = Some(caller);
        let peers = &self.teller.gateway.peers;
        let mut answers = pin!(peers.converse_stream(&context, request).await?);
        while let Some(answer) = answers.next().await {
            if let Some(event) = self.event(answer?, &mut caller)? {
                self.send(Ok(event), deadline).await;
            }
        }
        if self.completed { Ok(()) } else { Err(cut_short().into()) }
    }

    fn event(&mut self, answer: ConverseStreamResponse, caller: &mut Option<Caller>) -> Result<Option<Event>> {
        let Some(happened) = answer.event else { return Ok(None) };
        if let Some(caller) = caller.take() {
            self.session = Some(caller.named(&self.teller.gateway, turn_id(&happened)));
        }
        let session_id = self.session.as_ref().map_or("", |session| session.public_id.as_str());
        self.completed |= matches!(happened, Happened::Completed(_));
        let event = match &happened {
            Happened::Started(started) => {
                let turn_id = &started.turn_id;
                event("turn.started", &StartedView { session_id, turn_id })
            }
            Happened::Products(shown) => event("products", &ShownView { products: cards(&shown.products) }),
            Happened::TextDelta(text) => event("text.delta", &DeltaView { text }),
            Happened::Cart(cart) => event("cart", &CartShownView { cart: CartView::new(cart, session_id) }),
            Happened::Completed(turn) => event("turn.completed", &TurnView::new(turn, session_id)),
        };
        event.map(Some)
    }

    async fn fail(&self, failure: Failure, deadline: Instant) {
        if self.session.is_none() {
            return self.send(Err(failure), deadline).await;
        }
        let request_id = self.teller.call.request_id.to_string();
        failure.log(&request_id, "/v1/chat/stream");
        let problem = failure.document(&request_id, Form::Current);
        if let Ok(event) = event("error", &ProblemEvent { problem }) {
            self.send(Ok(event), deadline).await;
        }
    }

    /// Sends to the client, if it is still there and reads before the deadline. A moment is left after it for the last event.
    async fn send(&self, event: Result<Event>, deadline: Instant) {
        const LAST_MOMENT: Duration = Duration::from_millis(500);
        let sent = self.teller.outbox.send(event);
        let _gone_or_late = timeout_at(deadline + LAST_MOMENT, sent).await;
    }
}

/// Data of the event `error`.
#[derive(Serialize)]
struct ProblemEvent<'a> {
    problem: Problem<'a>,
}

fn event<T: Serialize>(name: &str, data: &T) -> Result<Event> {
    let event = Event::default().event(name).json_data(data);
    Ok(event.map_err(Error::internal)?)
}

/// The turn's id as far as its first event tells it.
fn turn_id(happened: &Happened) -> &str {
    match happened {
        Happened::Started(started) => &started.turn_id,
        Happened::Completed(turn) => &turn.turn_id,
        _ => "",
    }
}

fn cut_short() -> Error {
    Error::new(reason::UNAVAILABLE, "the answer was cut short; repeat the message with the same Idempotency-Key")
}
