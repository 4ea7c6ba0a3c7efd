//! One turn, from the message to the durable answer.

use std::{sync::Arc, time::Instant};

use easymart_core::{CallContext, Error, reason};
use futures::future::join_all;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{Conversations, Knowledge, expired, language::rephrase};
use crate::{
    domain::{
        cart::Cart,
        check::{Problem, Sources, check},
        dialogue::{Card, Facts, Intended, Outcome, Scene, Step, interpret, step},
        fragment::Fragment,
        privacy::without_personal_data,
        state::SessionState,
        tool::{ToolCall, ToolResult},
        turn::{Merged, Surroundings, Trace, Turn, newest_cart},
        understand::understand,
        understanding::{Act, Intent, Understanding},
    },
    metrics,
    store::{TurnRecord, Written},
    tools::Occasion,
};

/// Most acts of one message that are carried out.
const MOST_ACTS: usize = 6;
/// Most rounds of tools for one act; no handler needs half as many.
const MOST_ROUNDS: usize = 24;
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

    fn tell(&self, event: impl FnOnce() -> Event) {
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
        let work = Work { ctx, request, observer, knowledge: self.parts().knowledge.current() };
        let (turn, state, trace) = self.work(&work, state).await;
        let record = TurnRecord { turn, trace, at_ms: state.last_activity_ms };
        let written = Written {
            session_id: &request.session_id,
            request_id: &request.request_id,
            fingerprint,
            state: &state,
            record: &record,
        };
        self.parts().store.put_turn(written).await?;
        observer.tell_all(&record.turn);
        Ok(record.turn)
    }

    fn repeated(&self, request: &TurnRequest, fingerprint: u64) -> Result<Option<Turn>, Error> {
        let store = &self.parts().store;
        let Some(key) = store.key(&request.session_id, &request.request_id)? else {
            return Ok(None);
        };
        if key.fingerprint != fingerprint {
            let message = "this key was used for another message";
            return Err(Error::new(reason::IDEMPOTENCY_KEY_REUSED, message));
        }
        Ok(store.turn(&request.session_id, &key.turn_id)?.map(|record| record.turn))
    }

    fn session(&self, request: &TurnRequest) -> Result<SessionState, Error> {
        let parts = self.parts();
        match parts.store.session(&request.session_id)? {
            Some(state) => Ok(state),
            None if request.create_session => Ok(SessionState::open(parts.clock.now_ms(), &request.locale)),
            None => Err(expired()),
        }
    }

    /// The turn itself: understand, act, compose, prove.
    async fn work(&self, work: &Work<'_>, state: SessionState) -> (Turn, SessionState, Trace) {
        let parts = self.parts();
        let knowledge = &work.knowledge;
        let turn_id = Uuid::now_v7().to_string();
        work.observer.tell(|| Event::Started { session_id: work.request.session_id.clone(), turn_id: turn_id.clone() });
        let said = understand(work.request.message.trim(), &state.situation(), &knowledge.lexicon);
        let understanding = without_personal_data(said);
        let begun = begin(state, parts.clock.now_ms());
        let (intended, state) = interpret(&understanding.acts, &begun, begun.turn_count);
        let done = self.act(work, &turn_id, intended, state).await;
        let state = done.state;
        let around = Surroundings {
            session_id: &work.request.session_id,
            turn_id: &turn_id,
            state: &state,
            runs: done.facts.runs(),
            names: &knowledge.names,
            shop: &parts.shop,
        };
        let merged = Merged::of(done.outcomes);
        let may_rephrase = merged.may_rephrase;
        let mut turn = Turn::assemble(merged, around);
        work.observer.tell(|| Event::Products(turn.cards.clone()));
        let problems = self.prove(&mut turn, knowledge, &done.acts, &done.facts);
        if may_rephrase {
            rephrase(parts, work.ctx, &understanding.redacted, &mut turn).await;
        }
        let trace = trace(understanding, done.acts, knowledge, &problems);
        (turn, state, trace)
    }

    async fn act(&self, work: &Work<'_>, turn_id: &str, intended: Vec<Intended>, state: SessionState) -> Done {
        let mut done = Done { outcomes: Vec::new(), facts: Facts::default(), acts: Vec::new(), state };
        done.acts = intended.iter().take(MOST_ACTS).map(|intended| intended.act.clone()).collect();
        for (place, intended) in (0..).zip(intended.into_iter().take(MOST_ACTS)) {
            let outcome = self.carry_out(work, turn_id, place, &intended, &mut done).await;
            done.state = outcome.state.clone();
            done.outcomes.push(outcome);
        }
        done.state.last_intent = done.outcomes.first().and_then(|outcome| outcome.intents.last().copied());
        done
    }

    /// One act: asks the dialogue what it needs, runs that, and asks again until it is done.
    async fn carry_out(
        &self,
        work: &Work<'_>,
        turn_id: &str,
        place: u32,
        intended: &Intended,
        done: &mut Done,
    ) -> Outcome {
        let act_start = done.facts.runs().len();
        for _ in 0..MOST_ROUNDS {
            let scene = self.scene(work, turn_id, place, intended, done, act_start);
            match step(&scene) {
                Step::Done(outcome) => return *outcome,
                Step::Run(calls) => self.run(work, calls, &mut done.facts).await,
            }
        }
        tracing::error!(intent = intended.act.intent.as_str(), "an act never came to an end");
        let act = Act::of(Intent::ClarificationNeeded, 0.0);
        let lost = Intended { act, confirmed: false };
        let scene = self.scene(work, turn_id, place, &lost, done, act_start);
        Outcome::say(&scene, scene.text("unavailable.reply", &[]))
    }

    fn scene<'a>(
        &'a self,
        work: &'a Work<'_>,
        turn_id: &'a str,
        place: u32,
        intended: &'a Intended,
        done: &'a Done,
        act_start: usize,
    ) -> Scene<'a> {
        Scene {
            act: &intended.act,
            step: place,
            turn: done.state.turn_count,
            turn_id,
            state: &done.state,
            facts: &done.facts,
            act_start,
            names: &work.knowledge.names,
            shop: &self.parts().shop,
            page_product: Some(work.request.page_product.as_str()).filter(|product| !product.is_empty()),
            confirmed: intended.confirmed,
        }
    }

    /// Runs calls that do not depend on one another at the same time.
    async fn run(&self, work: &Work<'_>, calls: Vec<ToolCall>, facts: &mut Facts) {
        let cart = newest_cart(facts.runs()).cloned();
        let occasion = Occasion {
            session_id: &work.request.session_id,
            request_id: &work.request.request_id,
            now_ms: self.parts().clock.now_ms(),
            cart: cart.as_ref(),
        };
        let runs = calls.into_iter().map(|call| self.0.toolbox.run(work.ctx, call, occasion));
        for run in join_all(runs).await {
            if let Ok(ToolResult::Search(result)) = &run.outcome {
                self.parts().knowledge.hear_of(&result.generation);
            }
            facts.push(run);
        }
    }

    /// Lets no reply leave that is not proved: one that is not is replaced, and counted as a fault of ours.
    fn prove(&self, turn: &mut Turn, knowledge: &Knowledge, acts: &[Act], facts: &Facts) -> Vec<Problem> {
        let texts = &self.parts().shop.texts;
        let sources = Sources::new(facts.runs(), acts, &knowledge.names, texts);
        let problems = check(&turn.reply, &sources, &knowledge.watch);
        if !problems.is_empty() {
            metrics::unproved();
            let intent = turn.intents.first().map_or("none", |intent| intent.as_str());
            tracing::error!(intent, turn_id = %turn.turn_id, problems = problems.len(), "a reply was not proved");
            tracing::debug!(?problems, "what was not proved");
            turn.reply = Fragment::plain(texts.word("unavailable.reply"));
            turn.asks = true;
        }
        problems
    }
}

/// What a turn works with.
struct Work<'a> {
    ctx: &'a CallContext,
    request: &'a TurnRequest,
    observer: &'a Observer,
    knowledge: Arc<Knowledge>,
}

/// What the acts of a turn came to.
struct Done {
    outcomes: Vec<Outcome>,
    facts: Facts,
    acts: Vec<Act>,
    state: SessionState,
}

/// The session as a turn finds it.
fn begin(mut state: SessionState, now_ms: i64) -> SessionState {
    state.turn_count = state.turn_count.saturating_add(1);
    state.last_activity_ms = now_ms;
    state.cart_just_changed = false;
    state
}

fn started(turn: &Turn) -> Event {
    Event::Started { session_id: turn.session_id.clone(), turn_id: turn.turn_id.clone() }
}

fn trace(understanding: Understanding, acts: Vec<Act>, knowledge: &Knowledge, problems: &[Problem]) -> Trace {
    Trace {
        message: understanding.redacted,
        corrections: understanding.corrections,
        scores: understanding.scores,
        acts,
        generation: knowledge.generation.clone(),
        problems: problems.iter().map(|problem| format!("{problem:?}")).collect(),
    }
}
