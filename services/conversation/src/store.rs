//! Sessions, turns and the catalogue's words on disk. One commit a turn: the session, the turn and its key.

use std::{path::PathBuf, sync::Arc, time::Duration};

use easymart_core::{Clock, Error};
use easymart_store::{Batch, Schema, Store, StoreConfig, StoreError, Table};
use serde::{Deserialize, Serialize};

use crate::domain::{lexicon::Vocabulary, recording::Recording, state::SessionState, trace::Trace, turn::Turn};

const SCHEMA: Schema = Schema { name: "conversation", version: 2 };
const SESSIONS: Table<SessionState> = Table::new("sessions");
/// By session and request: a repeat finds its first answer under its own key.
const TURNS: Table<TurnRecord> = Table::new("turns");
/// By turn, and so by time: for those who know the turn alone, and to find the oldest. Spares the turns an index by expiry.
const TURN_PLACES: Table<TurnPlace> = Table::new("turn_places");
const FEEDBACK: Table<FeedbackRecord> = Table::new("feedback");
const VOCABULARY: Table<Vocabulary> = Table::new("vocabulary");
/// The only key of the vocabulary's table.
const NEWEST: &str = "newest";
const MINUTE_MS: i64 = 60_000;
/// Turns that are forgotten in one commit.
const SWEEP_STEP: usize = 500;

/// A turn as it is kept: for repeats, for the transcript, and for those who have to explain it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TurnRecord {
    /// Tells its request apart from another one under the same key.
    pub(crate) fingerprint: u64,
    /// The turn.
    pub(crate) turn: Turn,
    /// Why it went as it did; holds the redacted message.
    pub(crate) trace: Trace,
    /// What it heard from outside, for a replay.
    #[serde(default)]
    pub(crate) recording: Recording,
    /// When, milliseconds since the Unix epoch.
    pub(crate) at_ms: i64,
}

/// Where a turn is kept, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct TurnPlace {
    session_id: String,
    request_id: String,
    /// Milliseconds since the Unix epoch.
    at_ms: i64,
}

impl TurnPlace {
    fn key(&self) -> String {
        under(&self.session_id, &self.request_id)
    }
}

/// A shopper's thumb on a turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FeedbackRecord {
    /// Up, or down.
    pub(crate) up: bool,
    /// Remark, redacted.
    pub(crate) comment: String,
    /// When, milliseconds since the Unix epoch.
    pub(crate) at_ms: i64,
}

/// All that one turn writes.
#[derive(Debug)]
pub(crate) struct Written<'a> {
    /// Key of the session.
    pub(crate) session_id: &'a str,
    /// Key of the request.
    pub(crate) request_id: &'a str,
    /// The session after the turn.
    pub(crate) state: &'a SessionState,
    /// The turn.
    pub(crate) record: &'a TurnRecord,
}

/// Sessions on disk.
#[derive(Clone)]
pub(crate) struct SessionStore {
    store: Store,
    clock: Arc<dyn Clock>,
    session_ttl: Duration,
}

impl SessionStore {
    /// Opens the store. Blocks.
    pub(crate) fn open(
        path: PathBuf,
        cache_mb: u64,
        clock: Arc<dyn Clock>,
        session_ttl: Duration,
    ) -> Result<Self, StoreError> {
        let store = Store::open(&StoreConfig { path, cache_mb }, SCHEMA, Arc::clone(&clock))?;
        Ok(Self { store, clock, session_ttl })
    }

    /// The session, unless it is not there or has expired.
    pub(crate) fn session(&self, session_id: &str) -> Result<Option<SessionState>, Error> {
        Ok(self.store.get(&SESSIONS, session_id)?)
    }

    /// When a session that is touched now will be forgotten, milliseconds since the Unix epoch. In whole minutes: a session that is
    /// touched again soon keeps its place in the store's index by expiry.
    pub(crate) fn expiry(&self) -> i64 {
        let at = self.expiry_after(self.clock.now_ms());
        at.saturating_add(MINUTE_MS - 1) / MINUTE_MS * MINUTE_MS
    }

    /// When a session was last touched, it will be forgotten so much later; and so will a turn.
    pub(crate) fn expiry_after(&self, last_activity_ms: i64) -> i64 {
        last_activity_ms.saturating_add(millis(self.session_ttl))
    }

    /// Keeps a session without a turn.
    pub(crate) async fn put_session(&self, session_id: &str, state: &SessionState) -> Result<(), Error> {
        let mut batch = Batch::new();
        batch.put_until(&SESSIONS, session_id, state, self.expiry())?;
        Ok(self.store.commit(batch).await?)
    }

    /// Keeps a turn with all that belongs to it.
    pub(crate) async fn put_turn(&self, written: Written<'_>) -> Result<(), Error> {
        let Written { session_id, request_id, state, record } = written;
        let place =
            TurnPlace { session_id: session_id.to_owned(), request_id: request_id.to_owned(), at_ms: record.at_ms };
        let mut batch = Batch::new();
        batch.put_until(&SESSIONS, session_id, state, self.expiry())?;
        batch.put(&TURNS, &place.key(), record)?;
        batch.put(&TURN_PLACES, &record.turn.turn_id, &place)?;
        Ok(self.store.commit(batch).await?)
    }

    /// The turn that a request led to.
    pub(crate) fn turn_of(&self, session_id: &str, request_id: &str) -> Result<Option<TurnRecord>, Error> {
        Ok(self.store.get(&TURNS, &under(session_id, request_id))?)
    }

    /// A turn with the key of its session.
    pub(crate) fn turn(&self, turn_id: &str) -> Result<Option<(String, TurnRecord)>, Error> {
        let Some(place) = self.store.get(&TURN_PLACES, turn_id)? else { return Ok(None) };
        let record = self.store.get(&TURNS, &place.key())?;
        Ok(record.map(|record| (place.session_id, record)))
    }

    /// The turns of a session, oldest first.
    pub(crate) fn turns(&self, session_id: &str) -> Result<Vec<TurnRecord>, Error> {
        let found: Result<Vec<_>, StoreError> = self.store.scan(&TURNS, &under(session_id, "")).collect();
        let mut turns: Vec<TurnRecord> = found?.into_iter().map(|(_, record)| record).collect();
        turns.sort_unstable_by(|one, other| one.turn.turn_id.cmp(&other.turn.turn_id));
        Ok(turns)
    }

    /// Forgets a session and all that belongs to it. Returns whether there was one.
    pub(crate) async fn erase(&self, session_id: &str) -> Result<bool, Error> {
        let existed = self.session(session_id)?.is_some();
        let mut batch = Batch::new();
        batch.delete(&SESSIONS, session_id);
        let prefix = under(session_id, "");
        let turns: Result<Vec<_>, StoreError> = self.store.scan(&TURNS, &prefix).collect();
        for (key, record) in turns? {
            batch.delete(&TURNS, &key);
            batch.delete(&TURN_PLACES, &record.turn.turn_id);
        }
        let feedback: Result<Vec<_>, StoreError> = self.store.scan(&FEEDBACK, &prefix).collect();
        for (key, _) in feedback? {
            batch.delete(&FEEDBACK, &key);
        }
        self.store.commit(batch).await?;
        Ok(existed)
    }

    /// Keeps a thumb.
    pub(crate) async fn put_feedback(
        &self,
        session_id: &str,
        turn_id: &str,
        feedback: &FeedbackRecord,
    ) -> Result<(), Error> {
        let mut batch = Batch::new();
        batch.put_until(&FEEDBACK, &under(session_id, turn_id), feedback, self.expiry())?;
        Ok(self.store.commit(batch).await?)
    }

    /// The last words that the catalogue told, for a start without it.
    pub(crate) fn vocabulary(&self) -> Result<Option<Vocabulary>, Error> {
        Ok(self.store.get(&VOCABULARY, NEWEST)?)
    }

    /// Keeps the catalogue's words.
    pub(crate) async fn put_vocabulary(&self, vocabulary: &Vocabulary) -> Result<(), Error> {
        let mut batch = Batch::new();
        batch.put(&VOCABULARY, NEWEST, vocabulary)?;
        Ok(self.store.commit(batch).await?)
    }

    /// Whether changes can still be written.
    pub(crate) fn is_healthy(&self) -> bool {
        self.store.is_healthy()
    }

    /// Deletes what has expired and returns how many records that were.
    pub(crate) async fn sweep(&self) -> Result<usize, Error> {
        let mut swept = self.store.sweep_all().await?;
        loop {
            let turns = self.sweep_turns().await?;
            swept += 2 * turns;
            if turns < SWEEP_STEP {
                return Ok(swept);
            }
        }
    }

    /// Deletes the oldest turns if their time has come, and returns how many.
    async fn sweep_turns(&self) -> Result<usize, Error> {
        let now = self.clock.now_ms();
        let mut batch = Batch::new();
        let mut count = 0;
        for place in self.store.scan(&TURN_PLACES, "").take(SWEEP_STEP) {
            let (turn_id, place) = place?;
            if self.expiry_after(place.at_ms) > now {
                break;
            }
            batch.delete(&TURNS, &place.key());
            batch.delete(&TURN_PLACES, &turn_id);
            count += 1;
        }
        if count > 0 {
            self.store.commit(batch).await?;
        }
        Ok(count)
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Key of something that belongs to a session. Session keys hold no slash.
fn under(session_id: &str, key: &str) -> String {
    format!("{session_id}/{key}")
}
