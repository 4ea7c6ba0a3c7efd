//! One turn, from the message to the durable answer.

use std::time::Instant;

use easymart_core::{CallContext, Error, reason};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    Conversations,
    engine::{Engine, Taken},
    expired,
    language::Phraser,
};
use crate::{
    domain::{cart::Cart, dialogue::Card, recording::Recording, state::SessionState, tool::ToolResult, turn::Turn},
    metrics,
    store::{TurnRecord, Written},
};

/// Characters of a piece of a streamed reply.
const PIECE: usize = 48;

/// A turn to take.
#[derive(Debug, Clone)]
pub(crate) struct TurnRequest {
    /// Idempotency key.
    pub(crate) request_id: String,
    /// Key of the session.
    pub(crate) session_id: String,
    /// What the shopper typed.
    pub(crate) message: String,
    /// Language tag; empty: the session's.
    pub(crate) locale: String,
    /// Product of the page that the shopper looks at; empty: none.
    pub(crate) page_product: String,
    /// Whether to open the session when it is not there.
    pub(crate) create_session: bool,
}

impl TurnRequest {
    /// Tells two requests under one key apart. FNV-1a: the same in every version, and collisions do no harm.
    fn fingerprint(&self) -> u64 {
        let parts = [self.message.trim(), "\u{1f}", &self.locale, "\u{1f}", &self.page_product];
        parts
            .iter()
            .flat_map(|part| part.bytes())
            .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    }
}

/// What a caller can watch of a turn.
#[derive(Debug)]
pub(crate) enum Event {
    /// It has begun.
    Started {
        /// Key of the session.
        session_id: String,
        /// Key of the turn.
        turn_id: String,
    },
    /// Cards, as soon as they are known.
    Products(Vec<Card>),
    /// The cart, when the turn read or changed it.
    Cart(Box<Cart>),
    /// The next piece of the reply.
    Text(String),
}

/// Who watches a turn; nobody, as a rule.
#[derive(Default)]
pub(crate) struct Observer(Option<mpsc::UnboundedSender<Event>>);

impl Observer {
    /// Sends the events of a turn, of which there are few.
    pub(crate) fn sending(sender: mpsc::UnboundedSender<Event>) -> Self {
        Self(Some(sender))
    }

    pub(super) fn tell(&self, event: impl FnOnce() -> Event) {
        if let Some(sender) = &self.0 {
            // A caller that has gone away misses nothing but the show.
            let _ = sender.send(event());
        }
    }

    fn tell_all(&self, turn: &Turn) {
        if self.0.is_none() {
            return;
        }
        if let Some(cart) = &turn.cart {
            self.tell(|| Event::Cart(Box::new(cart.clone())));
        }
        let chars: Vec<char> = turn.reply.text().chars().collect();
        for piece in chars.chunks(PIECE) {
            self.tell(|| Event::Text(piece.iter().collect()));
        }
    }
}

impl Conversations {
    /// Takes a turn when its session is free: a repeat gets the first answer.
    pub(super) async fn take_turn(
        &self,
        ctx: &CallContext,
        request: &TurnRequest,
        observer: &Observer,
    ) -> Result<Turn, Error> {
        let begun = Instant::now();
        let outcome = self.take_turn_in_lane(ctx, request, observer).await;
        match &outcome {
            Ok(turn) => metrics::turn_taken(turn, begun.elapsed()),
            Err(error) => metrics::turn_failed(error.reason.name(), begun.elapsed()),
        }
        outcome
    }

    async fn take_turn_in_lane(
        &self,
        ctx: &CallContext,
        request: &TurnRequest,
        observer: &Observer,
    ) -> Result<Turn, Error> {
        let _place = self.0.lanes.enter(&request.session_id).await?;
        if ctx.is_expired() {
            return Err(Error::new(reason::DEADLINE_EXCEEDED, "the turn waited too long"));
        }
        let fingerprint = request.fingerprint();
        if let Some(turn) = self.repeated(request, fingerprint)? {
            metrics::replayed();
            observer.tell(|| started(&turn));
            observer.tell(|| Event::Products(turn.cards.clone()));
            observer.tell_all(&turn);
            return Ok(turn);
        }
        let state = self.session(request)?;
        let Taken { turn, state, trace, runs, acts } = self.engage(ctx, request, observer, state).await;
        let recording = Recording::of(&request.page_product, acts, &runs);
        let record = TurnRecord { fingerprint, turn, trace, recording, at_ms: state.last_activity_ms };
        let written = Written {
            session_id: &request.session_id,
            request_id: &request.request_id,
            state: &state,
            record: &record,
        };
        self.parts().store.put_turn(written).await?;
        observer.tell_all(&record.turn);
        Ok(record.turn)
    }

    fn repeated(&self, request: &TurnRequest, fingerprint: u64) -> Result<Option<Turn>, Error> {
        match self.parts().store.turn_of(&request.session_id, &request.request_id)? {
            Some(record) if record.fingerprint == fingerprint => Ok(Some(record.turn)),
            Some(_) => {
                let message = "this key was used for another message";
                Err(Error::new(reason::IDEMPOTENCY_KEY_REUSED, message))
            }
            None => Ok(None),
        }
    }

    fn session(&self, request: &TurnRequest) -> Result<SessionState, Error> {
        let parts = self.parts();
        match parts.store.session(&request.session_id)? {
            Some(state) => Ok(state),
            None if request.create_session => Ok(SessionState::open(parts.clock.now_ms(), &request.locale)),
            None => Err(expired()),
        }
    }

    /// The turn itself, with live tools.
    async fn engage(
        &self,
        ctx: &CallContext,
        request: &TurnRequest,
        observer: &Observer,
        state: SessionState,
    ) -> Taken {
        let parts = self.parts();
        let knowledge = parts.knowledge.current();
        let turn_id = Uuid::now_v7().to_string();
        observer.tell(|| Event::Started { session_id: request.session_id.clone(), turn_id: turn_id.clone() });
        let engine = Engine {
            ctx,
            request,
            acts: None,
            turn_id: &turn_id,
            now_ms: parts.clock.now_ms(),
            shop: &parts.shop,
            knowledge: &knowledge,
            tools: &self.0.toolbox,
            phraser: Phraser {
                language: parts.language.as_ref(),
                timeout: parts.llm_timeout,
                knowledge: &knowledge,
                texts: &parts.shop.texts,
            },
            observer,
        };
        let taken = engine.take(state).await;
        for run in &taken.runs {
            if let Ok(ToolResult::Search(result)) = &run.outcome {
                parts.knowledge.hear_of(&result.generation);
            }
        }
        report_unproved(&taken);
        taken
    }
}

/// A reply that was not proved is a fault of ours: counted and logged.
fn report_unproved(taken: &Taken) {
    let problems = &taken.trace.problems;
    if problems.is_empty() {
        return;
    }
    metrics::unproved();
    let intent = taken.turn.intents.first().map_or("none", |intent| intent.as_str());
    tracing::error!(intent, turn_id = %taken.turn.turn_id, problems = problems.len(), "a reply was not proved");
    tracing::debug!(?problems, "what was not proved");
}

fn started(turn: &Turn) -> Event {
    Event::Started { session_id: turn.session_id.clone(), turn_id: turn.turn_id.clone() }
}
