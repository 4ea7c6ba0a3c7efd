//! Sessions, turns and the catalogue's words on disk. One commit a turn: the session, the turn and its key.

use std::{path::PathBuf, sync::Arc, time::Duration};

use easymart_core::{Clock, Error};
use easymart_store::{Batch, Schema, Store, StoreConfig, StoreError, Table};
use serde::{Deserialize, Serialize};

use crate::domain::{lexicon::Vocabulary, recording::Recording, state::SessionState, trace::Trace, turn::Turn};

const SCHEMA: Schema = Schema { name: "conversation", version: 1 };
const SESSIONS: Table<SessionState> = Table::new("sessions");
const TURNS: Table<TurnRecord> = Table::new("turns");
/// Key of a turn to the key of its session, for those who know the turn alone.
const TURN_SESSIONS: Table<String> = Table::new("turn_sessions");
const KEYS: Table<KeyRecord> = Table::new("request_keys");
const FEEDBACK: Table<FeedbackRecord> = Table::new("feedback");
const VOCABULARY: Table<Vocabulary> = Table::new("vocabulary");
/// The only key of the vocabulary's table.
const NEWEST: &str = "newest";
const MINUTE_MS: i64 = 60_000;

/// A turn as it is kept: for repeats, for the transcript, and for those who have to explain it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TurnRecord {
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

/// A key that was used, and for what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeyRecord {
    /// Tells the request apart from another one under the same key.
    pub(crate) fingerprint: u64,
    /// The turn that it led to.
    pub(crate) turn_id: String,
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
    /// What tells the request apart.
    pub(crate) fingerprint: u64,
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
    idempotency_ttl: Duration,
}

impl SessionStore {
    /// Opens the store. Blocks.
    pub(crate) fn open(
        path: PathBuf,
        cache_mb: u64,
        clock: Arc<dyn Clock>,
        session_ttl: Duration,
        idempotency_ttl: Duration,
    ) -> Result<Self, StoreError> {
        let store = Store::open(&StoreConfig { path, cache_mb }, SCHEMA, Arc::clone(&clock))?;
        Ok(Self { store, clock, session_ttl, idempotency_ttl })
    }

    /// The session, unless it is not there or has expired.
    pub(crate) fn session(&self, session_id: &str) -> Result<Option<SessionState>, Error> {
        Ok(self.store.get(&SESSIONS, session_id)?)
    }

    /// When a session that is touched now will be forgotten, milliseconds since the Unix epoch.
    pub(crate) fn expiry(&self) -> i64 {
        self.later(self.session_ttl)
    }

    /// When a session was last touched, it will be forgotten so much later.
    pub(crate) fn expiry_after(&self, last_activity_ms: i64) -> i64 {
        last_activity_ms.saturating_add(millis(self.session_ttl))
    }

    /// Whole minutes: a session that is touched again soon keeps its place in the store's index by expiry.
    fn later(&self, ttl: Duration) -> i64 {
        let at = self.clock.now_ms().saturating_add(millis(ttl));
        at.saturating_add(MINUTE_MS - 1) / MINUTE_MS * MINUTE_MS
    }

    /// Keeps a session without a turn.
    pub(crate) async fn put_session(&self, session_id: &str, state: &SessionState) -> Result<(), Error> {
        let mut batch = Batch::new();
        batch.put_until(&SESSIONS, session_id, state, self.expiry())?;
        Ok(self.store.commit(batch).await?)
    }

    /// Keeps a turn with all that belongs to it.
    pub(crate) async fn put_turn(&self, written: Written<'_>) -> Result<(), Error> {
        let mut batch = Batch::new();
        let expiry = self.expiry();
        let turn_id = written.record.turn.turn_id.clone();
        let key = KeyRecord { fingerprint: written.fingerprint, turn_id };
        batch.put_until(&SESSIONS, written.session_id, written.state, expiry)?;
        batch.put_until(&TURNS, &under(written.session_id, &key.turn_id), written.record, expiry)?;
        batch.put_until(&TURN_SESSIONS, &key.turn_id, &written.session_id.to_owned(), expiry)?;
        let key_expiry = self.later(self.idempotency_ttl);
        batch.put_until(&KEYS, &under(written.session_id, written.request_id), &key, key_expiry)?;
        Ok(self.store.commit(batch).await?)
    }

    /// What a key was used for.
    pub(crate) fn key(&self, session_id: &str, request_id: &str) -> Result<Option<KeyRecord>, Error> {
        Ok(self.store.get(&KEYS, &under(session_id, request_id))?)
    }

    /// A turn of a session.
    pub(crate) fn turn(&self, session_id: &str, turn_id: &str) -> Result<Option<TurnRecord>, Error> {
        Ok(self.store.get(&TURNS, &under(session_id, turn_id))?)
    }

    /// The session of a turn.
    pub(crate) fn session_of(&self, turn_id: &str) -> Result<Option<String>, Error> {
        Ok(self.store.get(&TURN_SESSIONS, turn_id)?)
    }

    /// The turns of a session, oldest first.
    pub(crate) fn turns(&self, session_id: &str) -> Result<Vec<TurnRecord>, Error> {
        let found: Result<Vec<_>, StoreError> = self.store.scan(&TURNS, &under(session_id, "")).collect();
        Ok(found?.into_iter().map(|(_, record)| record).collect())
    }

    /// Forgets a session and all that belongs to it. Returns whether there was one.
    pub(crate) async fn erase(&self, session_id: &str) -> Result<bool, Error> {
        let existed = self.session(session_id)?.is_some();
        let mut batch = Batch::new();
        batch.delete(&SESSIONS, session_id);
        let prefix = under(session_id, "");
        for key in self.keys_under(&TURNS, &prefix)? {
            batch.delete(&TURNS, &key);
            batch.delete(&TURN_SESSIONS, key.strip_prefix(&prefix).unwrap_or(&key));
        }
        for key in self.keys_under(&KEYS, &prefix)? {
            batch.delete(&KEYS, &key);
        }
        for key in self.keys_under(&FEEDBACK, &prefix)? {
            batch.delete(&FEEDBACK, &key);
        }
        self.store.commit(batch).await?;
        Ok(existed)
    }

    fn keys_under<T: serde::de::DeserializeOwned>(&self, table: &Table<T>, prefix: &str) -> Result<Vec<String>, Error> {
        let found: Result<Vec<_>, StoreError> = self.store.scan(table, prefix).collect();
        Ok(found?.into_iter().map(|(key, _)| key).collect())
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

    /// Deletes what has expired and returns how much that was.
    pub(crate) async fn sweep(&self) -> Result<usize, Error> {
        Ok(self.store.sweep_all().await?)
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Key of something that belongs to a session. Session keys hold no slash.
fn under(session_id: &str, key: &str) -> String {
    format!("{session_id}/{key}")
}
