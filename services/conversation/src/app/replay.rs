//! Takes a stored conversation again and tells what comes out differently.
//!
//! Nothing real changes: the store is only read, the catalogue is asked again, and whatever concerns a cart, a service that was not
//! there, or a language model is answered from what was recorded with the turn.

use std::sync::{Mutex, PoisonError};

use easymart_core::{CallContext, Error, reason};
use futures::future::{self, BoxFuture};

use super::{
    Conversations, Knowledge, Observer, TurnRequest, check_key,
    engine::{Engine, Taken, VERSION},
    expired,
    language::{LLM_UNAVAILABLE, Phraser},
};
use crate::{
    domain::{
        difference::{Difference, differences},
        recording::Outcome,
        state::SessionState,
        tool::{ToolCall, ToolFailure, ToolRun, arguments},
        turn::{AnsweredBy, Turn},
    },
    ports::{Answer, Language},
    store::TurnRecord,
    tools::{Occasion, RunTools, Toolbox},
};

/// Most turns of a session that are taken again.
const MOST_TURNS: usize = 1_000;

/// A conversation taken again.
pub(crate) struct Replay {
    /// Version of the program.
    pub(crate) version: &'static str,
    /// Catalogue generation whose words were used.
    pub(crate) generation: String,
    /// The turns, oldest first.
    pub(crate) turns: Vec<ReplayedTurn>,
    /// Turns that were not taken again.
    pub(crate) left_out: usize,
}

/// A turn taken again.
pub(crate) struct ReplayedTurn {
    /// Key of the turn.
    pub(crate) turn_id: String,
    /// What the shopper said, redacted.
    pub(crate) message: String,
    /// When, milliseconds since the Unix epoch.
    pub(crate) at_ms: i64,
    /// Version of the program that answered it.
    pub(crate) version: String,
    /// Catalogue generation whose words it used.
    pub(crate) generation: String,
    /// What came out differently.
    pub(crate) differences: Vec<Difference>,
}

impl Conversations {
    /// Takes the turns of a session again, from its beginning.
    pub(crate) async fn replay(&self, ctx: &CallContext, session_id: &str) -> Result<Replay, Error> {
        check_key("session_id", session_id)?;
        let (session, mut records) = self.recorded(session_id).await?;
        let all = records.len();
        if usize::try_from(session.turn_count) != Ok(all) {
            let message = "the first turns of this session are no longer kept, so it cannot be taken again";
            return Err(Error::new(reason::TURN_UNKNOWN, message));
        }
        records.truncate(records.iter().position(|record| record.recording.is_cut).unwrap_or(MOST_TURNS));
        records.truncate(MOST_TURNS);
        let knowledge = self.parts().knowledge.current();
        let mut state = SessionState::open(session.created_at_ms, &session.locale);
        let left_out = all - records.len();
        let mut turns = Vec::new();
        for record in records {
            if ctx.is_expired() {
                return Err(Error::new(reason::DEADLINE_EXCEEDED, "the session is too long for the time given"));
            }
            let taken = self.take_again(ctx, session_id, &record, &knowledge, state).await;
            turns.push(compared(record, &taken.turn));
            state = taken.state;
        }
        Ok(Replay { version: VERSION, generation: knowledge.generation.clone(), turns, left_out })
    }

    /// A session and its turns as they belong together: not in the middle of a turn.
    async fn recorded(&self, session_id: &str) -> Result<(SessionState, Vec<TurnRecord>), Error> {
        let _place = self.0.lanes.enter(session_id).await?;
        let store = &self.parts().store;
        let state = store.session(session_id)?.ok_or_else(expired)?;
        Ok((state, store.turns(session_id)?))
    }

    async fn take_again(
        &self,
        ctx: &CallContext,
        session_id: &str,
        record: &TurnRecord,
        knowledge: &Knowledge,
        state: SessionState,
    ) -> Taken {
        let parts = self.parts();
        let request = TurnRequest {
            request_id: record.turn.turn_id.clone(),
            session_id: session_id.to_owned(),
            message: record.trace.message.clone(),
            locale: String::new(),
            page_product: record.recording.page_product.clone(),
            create_session: false,
        };
        let engine = Engine {
            ctx,
            request: &request,
            acts: record.recording.acts.as_deref(),
            turn_id: &record.turn.turn_id,
            now_ms: record.at_ms,
            shop: &parts.shop,
            knowledge,
            tools: &Recorded::of(record, &self.0.toolbox),
            phraser: Phraser {
                language: &RecordedModel(&record.turn),
                timeout: parts.llm_timeout,
                knowledge,
                texts: &parts.shop.texts,
            },
            observer: &Observer::default(),
        };
        engine.take(state).await
    }
}

fn compared(record: TurnRecord, replayed: &Turn) -> ReplayedTurn {
    ReplayedTurn {
        differences: differences(&record.turn, replayed),
        turn_id: record.turn.turn_id,
        message: record.trace.message,
        at_ms: record.at_ms,
        version: record.trace.version,
        generation: record.trace.generation,
    }
}

/// The tools of a recorded turn: what was kept is given again, the catalogue is asked.
struct Recorded<'a> {
    catalogue: &'a Toolbox,
    /// Name, arguments and outcome of each run that has not been given yet.
    runs: Mutex<Vec<(&'a str, &'a str, Option<&'a Outcome>)>>,
}

impl<'a> Recorded<'a> {
    fn of(record: &'a TurnRecord, catalogue: &'a Toolbox) -> Self {
        let outcomes = record.recording.outcomes.iter().map(Option::as_ref).chain(std::iter::repeat(None));
        let runs = record.turn.tools.iter().zip(outcomes);
        let runs = runs.map(|(report, outcome)| (report.name.as_str(), report.arguments_json.as_str(), outcome));
        Self { catalogue, runs: Mutex::new(runs.collect()) }
    }

    /// What was recorded for a call, each time the next.
    fn outcome(&self, call: &ToolCall) -> Option<&'a Outcome> {
        let (name, arguments) = (call.tool().name(), arguments(call).to_string());
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        let place = runs.iter().position(|run| run.0 == name && run.1 == arguments)?;
        runs.remove(place).2
    }
}

impl RunTools for Recorded<'_> {
    fn run<'a>(&'a self, ctx: &'a CallContext, call: ToolCall, occasion: Occasion<'a>) -> BoxFuture<'a, ToolRun> {
        let outcome = match self.outcome(&call) {
            Some(outcome) => outcome.again(),
            // Another call than then: there is no answer, and a cart is not to be touched.
            None if call.tool().is_about_cart() => Err(ToolFailure::unavailable()),
            None => return self.catalogue.run(ctx, call, occasion),
        };
        Box::pin(future::ready(ToolRun { call, outcome, duration_ms: 0 }))
    }
}

/// The language model of a recorded turn: it writes what was taken from it then.
struct RecordedModel<'a>(&'a Turn);

impl RecordedModel<'_> {
    fn failed(&self) -> bool {
        self.0.degraded.iter().any(|reason| reason == LLM_UNAVAILABLE)
    }
}

impl Language for RecordedModel<'_> {
    fn is_configured<'a>(&'a self, _: &'a CallContext) -> BoxFuture<'a, bool> {
        Box::pin(future::ready(self.failed() || self.0.answered_by == AnsweredBy::Llm))
    }

    fn phrase<'a>(&'a self, _: &'a CallContext, _: &'a str, _: &'a str) -> Answer<'a, String> {
        let text = if self.failed() {
            Err(Error::new(reason::LLM_UNAVAILABLE, "no answer was recorded"))
        } else {
            Ok(self.0.reply.text().to_owned())
        };
        Box::pin(future::ready(text))
    }
}
