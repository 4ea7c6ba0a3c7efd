//! The use cases: open a session, take a turn, read and erase a session, keep a thumb.

mod engine;
mod knowledge;
mod lanes;
mod language;
mod replay;
mod turn;

pub(crate) use knowledge::{Knowledge, KnowledgeBase};
pub(crate) use replay::{Replay, ReplayedTurn};
pub(crate) use turn::{Event, Observer, TurnRequest};

use std::{sync::Arc, time::Duration};

use easymart_core::{CallContext, Clock, Error, reason};
use easymart_runtime::Ticks;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    domain::{
        chips::{Chip, suggest},
        dialogue::{Mood, Shop},
        state::SessionState,
        text::redact,
        trace::Explanation,
        turn::Turn,
    },
    ports::{Carts, Catalogue, Language},
    store::{FeedbackRecord, SessionStore, TurnRecord},
    tools::Toolbox,
};
use lanes::Lanes;

/// Longest message, in characters.
pub(crate) const LONGEST_MESSAGE: usize = 1_000;
/// Longest key of a session or request, in bytes: one of each, joined, is a key of the store.
const LONGEST_KEY: usize = 90;

/// What the use cases work with.
pub(crate) struct Parts {
    /// Sessions on disk.
    pub(crate) store: SessionStore,
    /// Knows the products.
    pub(crate) catalogue: Arc<dyn Catalogue>,
    /// Owns the carts.
    pub(crate) carts: Arc<dyn Carts>,
    /// May phrase a sentence.
    pub(crate) language: Arc<dyn Language>,
    /// The catalogue's words.
    pub(crate) knowledge: KnowledgeBase,
    /// Texts, profile and tables.
    pub(crate) shop: Arc<Shop>,
    /// The time.
    pub(crate) clock: Arc<dyn Clock>,
    /// Messages of one session that may wait.
    pub(crate) session_queue: usize,
    /// Longest time for a language model.
    pub(crate) llm_timeout: Duration,
}

/// The conversations. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Conversations(Arc<Inner>);

struct Inner {
    parts: Parts,
    toolbox: Toolbox,
    lanes: Lanes,
    turns: TaskTracker,
}

/// An opened session.
pub(crate) struct Opened {
    /// What the shopper reads first.
    pub(crate) greeting: String,
    /// Suggested first messages.
    pub(crate) chips: Vec<Chip>,
    /// When it is forgotten if nothing happens.
    pub(crate) expires_at_ms: i64,
}

/// A session as it is read.
pub(crate) struct Transcript {
    /// The session.
    pub(crate) state: SessionState,
    /// Its turns since the last reset, oldest first.
    pub(crate) turns: Vec<TurnRecord>,
    /// When it is forgotten if nothing happens.
    pub(crate) expires_at_ms: i64,
}

impl Conversations {
    pub(crate) fn new(parts: Parts) -> Self {
        let toolbox = Toolbox {
            catalogue: Arc::clone(&parts.catalogue),
            carts: Arc::clone(&parts.carts),
            profile: Arc::clone(&parts.shop.profile),
        };
        let lanes = Lanes::new(parts.session_queue);
        Self(Arc::new(Inner { parts, toolbox, lanes, turns: TaskTracker::new() }))
    }

    fn parts(&self) -> &Parts {
        &self.0.parts
    }

    /// Opens a session and greets. A session that is there stays as it is.
    pub(crate) async fn open(&self, session_id: &str, locale: &str) -> Result<Opened, Error> {
        check_key("session_id", session_id)?;
        let parts = self.parts();
        let _place = self.0.lanes.enter(session_id).await?;
        let now = parts.clock.now_ms();
        let state = match parts.store.session(session_id)? {
            Some(state) => state,
            None => {
                let state = SessionState::open(now, locale);
                parts.store.put_session(session_id, &state).await?;
                state
            }
        };
        let knowledge = parts.knowledge.current();
        let kinds = knowledge.names.popular().iter().take(4).cloned().collect();
        Ok(Opened {
            greeting: parts.shop.texts.word("talk.greeting.first"),
            chips: suggest(&Mood::Kind(kinds), &state, &knowledge.names, &parts.shop),
            expires_at_ms: parts.store.expiry_after(state.last_activity_ms),
        })
    }

    /// Takes a turn. The work goes on when the caller hangs up, so that nothing is applied by half.
    pub(crate) async fn converse(
        &self,
        ctx: CallContext,
        request: TurnRequest,
        observer: Observer,
    ) -> Result<Turn, Error> {
        check_key("session_id", &request.session_id)?;
        check_key("request_id", &request.request_id)?;
        check_message(&request.message)?;
        let this = self.clone();
        let turn = self.0.turns.spawn(async move { this.take_turn(&ctx, &request, &observer).await });
        turn.await.map_err(Error::internal)?
    }

    /// A session with its transcript.
    pub(crate) fn read(&self, session_id: &str) -> Result<Transcript, Error> {
        check_key("session_id", session_id)?;
        let store = &self.parts().store;
        let state = store.session(session_id)?.ok_or_else(expired)?;
        let mut turns = store.turns(session_id)?;
        turns.retain(|record| record.turn.turn_id.as_str() > state.history_from.as_str());
        let expires_at_ms = store.expiry_after(state.last_activity_ms);
        Ok(Transcript { state, turns, expires_at_ms })
    }

    /// Why a turn went as it did, with the key of its session; an empty `session_id` means whichever the turn belongs to.
    pub(crate) fn explain(&self, session_id: &str, turn_id: &str) -> Result<(String, Explanation), Error> {
        check_key("turn_id", turn_id)?;
        let unknown = || Error::new(reason::TURN_UNKNOWN, "there is no such turn, or it is no longer kept");
        let found = self.parts().store.turn(turn_id)?;
        let (owner, record) =
            found.filter(|(owner, _)| session_id.is_empty() || owner == session_id).ok_or_else(unknown)?;
        Ok((owner, Explanation::of(record.turn, record.trace, record.at_ms)))
    }

    /// Forgets a session for good.
    pub(crate) async fn erase(&self, session_id: &str) -> Result<bool, Error> {
        check_key("session_id", session_id)?;
        let _place = self.0.lanes.enter(session_id).await?;
        self.parts().store.erase(session_id).await
    }

    /// Keeps a thumb on a turn.
    pub(crate) async fn feedback(&self, session_id: &str, turn_id: &str, up: bool, comment: &str) -> Result<(), Error> {
        check_key("session_id", session_id)?;
        if comment.chars().count() > LONGEST_MESSAGE {
            return Err(Error::invalid(reason::FIELD_INVALID, "comment", "at most 1,000 characters"));
        }
        let parts = self.parts();
        if parts.store.turn(turn_id)?.is_none_or(|(owner, _)| owner != session_id) {
            return Err(Error::new(reason::TURN_UNKNOWN, "the session has no such turn"));
        }
        let feedback = FeedbackRecord { up, comment: redact(comment), at_ms: parts.clock.now_ms() };
        parts.store.put_feedback(session_id, turn_id, &feedback).await
    }

    /// Waits until no turn is being taken.
    pub(crate) async fn finish(&self) {
        self.0.turns.close();
        self.0.turns.wait().await;
    }

    /// Deletes what has expired, every `period`, until told to stop.
    pub(crate) async fn sweep(self, period: Duration, stop: CancellationToken) {
        let mut ticks = Ticks::new(period, stop);
        while ticks.next().await {
            match self.parts().store.sweep().await {
                Ok(records) => crate::metrics::swept(records),
                Err(error) => tracing::error!(%error, "expired sessions could not be deleted"),
            }
        }
    }
}

fn expired() -> Error {
    Error::new(reason::SESSION_EXPIRED, "there is no such session")
}

fn check_key(field: &'static str, key: &str) -> Result<(), Error> {
    let wrong = key.is_empty() || key.len() > LONGEST_KEY || key.contains('/') || key.chars().any(char::is_control);
    if wrong {
        return Err(Error::invalid(reason::FIELD_INVALID, field, "1 to 90 characters without slashes"));
    }
    Ok(())
}

fn check_message(message: &str) -> Result<(), Error> {
    let length = message.trim().chars().count();
    if length == 0 {
        return Err(Error::invalid(reason::MESSAGE_EMPTY, "message", "has no text"));
    }
    if length > LONGEST_MESSAGE {
        return Err(Error::invalid(reason::MESSAGE_TOO_LONG, "message", "at most 1,000 characters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
