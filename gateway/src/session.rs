//! Session ids as clients hold them: opaque, signed, and worth a session to whoever has one.
//!
//! A token is `base64url(payload).base64url(HMAC-SHA256)`, the payload being a version, the session's key and when the token was
//! issued. Inside EasyMart only the key travels, and beside it a hash that logs may carry.

use std::{fmt, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use easymart_core::{UnixMillis, reason};
use easymart_runtime::log_hash;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use crate::problem::{Failure, Result};

pub(crate) mod key;

const VERSION: u8 = 1;
const PAYLOAD_BYTES: usize = 1 + 16 + 8;
/// 34 characters of payload, a dot, 43 of signature.
const TOKEN_CHARS: usize = 34 + 1 + 43;
/// The longest id that a client may have invented.
const LONGEST_FOREIGN: usize = 200;

/// Signs and reads session ids.
#[derive(Clone)]
pub(crate) struct Sessions {
    mac: Hmac<Sha256>,
    accept_client_ids: bool,
    max_age: Duration,
}

/// A session as the gateway knows it during one request.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// Key inside EasyMart, also that of the cart.
    pub key: Uuid,
    /// What the client calls it.
    pub public_id: String,
}

impl Session {
    /// The key as the services take it.
    pub(crate) fn key_text(&self) -> String {
        self.key.to_string()
    }
}

/// A hash of a session's key, fit for logs.
pub(crate) fn hash_of(key: Uuid) -> String {
    log_hash(&key.to_string())
}

/// What an id in a request turned out to be.
#[derive(Debug)]
pub(crate) enum Presented {
    /// One of ours.
    Issued(Session),
    /// One that its client invented; the session is the same each time.
    Invented(Session),
}

impl Presented {
    /// The session.
    pub(crate) fn session(self) -> Session {
        match self {
            Self::Issued(session) | Self::Invented(session) => session,
        }
    }

    /// Whether a turn opens the session when it is not there.
    pub(crate) fn opens_session(&self) -> bool {
        matches!(self, Self::Invented(_))
    }
}

impl Sessions {
    /// Signs with `secret`.
    ///
    /// # Errors
    /// Never for a key of any length; the type asks for it.
    pub(crate) fn new(secret: &[u8], accept_client_ids: bool, max_age: Duration) -> anyhow::Result<Self> {
        Ok(Self { mac: Hmac::new_from_slice(secret)?, accept_client_ids, max_age })
    }

    /// A new session.
    pub(crate) fn create(&self, now: UnixMillis) -> Session {
        self.issue(Uuid::now_v7(), now)
    }

    /// An id for a session's key.
    pub(crate) fn issue(&self, key: Uuid, issued_at: UnixMillis) -> Session {
        let mut payload = [0; PAYLOAD_BYTES];
        payload[0] = VERSION;
        payload[1..17].copy_from_slice(key.as_bytes());
        payload[17..].copy_from_slice(&issued_at.to_be_bytes());
        let mut public_id = String::with_capacity(TOKEN_CHARS);
        URL_SAFE_NO_PAD.encode_string(payload, &mut public_id);
        let signature = self.sign("token", &[public_id.as_bytes()]);
        public_id.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut public_id);
        Session { key, public_id }
    }

    /// The session behind an id.
    ///
    /// # Errors
    /// `SESSION_INVALID` for an id that was not issued here or was altered (unless clients may invent theirs), `SESSION_EXPIRED` for
    /// one that is too old.
    pub(crate) fn read(&self, id: &str, now: UnixMillis) -> Result<Presented> {
        if let Some((key, issued_at)) = self.verify(id) {
            self.check_age(issued_at, now)?;
            let public_id = id.to_owned();
            return Ok(Presented::Issued(Session { key, public_id }));
        }
        if self.accept_client_ids && is_inventable(id) {
            let key = self.derive("client id", &[id.as_bytes()]);
            let public_id = id.to_owned();
            return Ok(Presented::Invented(Session { key, public_id }));
        }
        Err(Failure::new(
            reason::SESSION_INVALID,
            "the session id was not issued here or was altered; open a new session",
        ))
    }

    /// What a foreign id counts as where rates are limited: its client is one client, whatever sessions it is given.
    pub(crate) fn stand_in(&self, foreign_id: &str) -> Uuid {
        self.derive("foreign id", &[foreign_id.as_bytes()])
    }

    /// The session that a first message opens when it carries an idempotency key: a repeat finds the same one. `client` sets those who
    /// happen to choose the same key apart.
    pub(crate) fn for_first_message(&self, idempotency_key: &str, client: &[&str]) -> Uuid {
        let mut parts = vec![idempotency_key.as_bytes()];
        parts.extend(client.iter().map(|part| part.as_bytes()));
        self.derive("first message", &parts)
    }

    /// The request id behind a client's idempotency key: one client's key means nothing in another's session.
    pub(crate) fn request_id(&self, session: Uuid, idempotency_key: &str) -> Uuid {
        self.derive("request", &[session.as_bytes(), idempotency_key.as_bytes()])
    }

    fn verify(&self, id: &str) -> Option<(Uuid, UnixMillis)> {
        if id.len() != TOKEN_CHARS {
            return None;
        }
        let (payload_text, signature_text) = id.split_once('.')?;
        let mut signature = [0; 32];
        let mut payload = [0; PAYLOAD_BYTES];
        decode(signature_text, &mut signature)?;
        decode(payload_text, &mut payload)?;
        let expected = self.sign("token", &[payload_text.as_bytes()]);
        if !bool::from(expected.ct_eq(&signature)) || payload[0] != VERSION {
            return None;
        }
        let key = Uuid::from_slice(&payload[1..17]).ok()?;
        let issued_at = payload[17..].try_into().map(UnixMillis::from_be_bytes);
        Some((key, issued_at.ok()?))
    }

    fn check_age(&self, issued_at: UnixMillis, now: UnixMillis) -> Result<()> {
        let age = Duration::from_millis(u64::try_from(now.saturating_sub(issued_at)).unwrap_or(0));
        if age <= self.max_age {
            return Ok(());
        }
        Err(Failure::new(reason::SESSION_EXPIRED, "the session id is too old; open a new session"))
    }

    fn derive(&self, purpose: &str, parts: &[&[u8]]) -> Uuid {
        let digest = self.sign(purpose, parts);
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }

    /// A MAC over a purpose and parts, each with its length, so that no two lists read the same.
    fn sign(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.mac.clone();
        for part in std::iter::once(purpose.as_bytes()).chain(parts.iter().copied()) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").field("accept_client_ids", &self.accept_client_ids).finish_non_exhaustive()
    }
}

/// The key of the session that an id names, for those who may read every session anyway: nothing is verified. `None` for what has not the
/// form of an id of ours.
#[must_use]
pub fn key_in(public_id: &str) -> Option<Uuid> {
    let (payload_text, _) = public_id.split_once('.')?;
    let mut payload = [0; PAYLOAD_BYTES];
    decode(payload_text, &mut payload)?;
    (payload[0] == VERSION).then(|| Uuid::from_slice(&payload[1..17]).ok())?
}

/// Decodes exactly as many bytes as `out` has.
fn decode(text: &str, out: &mut [u8]) -> Option<()> {
    let written = URL_SAFE_NO_PAD.decode_slice(text, out).ok()?;
    (written == out.len()).then_some(())
}

fn is_inventable(id: &str) -> bool {
    !id.is_empty() && id.len() <= LONGEST_FOREIGN && id.bytes().all(|b| b.is_ascii_graphic())
}

/// When a turn was taken, read from its id when that is a UUID of version 7.
pub(crate) fn time_of_turn(turn_id: &str) -> Option<UnixMillis> {
    let (seconds, nanos) = Uuid::parse_str(turn_id).ok()?.get_timestamp()?.to_unix();
    let millis = seconds.checked_mul(1_000)? + u64::from(nanos) / 1_000_000;
    UnixMillis::try_from(millis).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = 1_800_000_000_000;
    const MAX_AGE: Duration = Duration::from_secs(60);

    fn sessions(accept_client_ids: bool) -> Sessions {
        Sessions::new(b"a secret for tests only", accept_client_ids, MAX_AGE).unwrap()
    }

    #[test]
    fn an_issued_id_is_read_back() {
        let sessions = sessions(false);
        let session = sessions.create(NOW);
        assert_eq!(session.public_id.len(), TOKEN_CHARS);
        let read = sessions.read(&session.public_id, NOW).unwrap();
        assert!(!read.opens_session());
        assert_eq!(read.session().key, session.key);
    }

    #[test]
    fn no_altered_character_is_believed() {
        let sessions = sessions(false);
        let token = sessions.create(NOW).public_id;
        for at in 0..token.len() {
            for other in b"AZaz09-_.=".iter().filter(|byte| **byte != token.as_bytes()[at]) {
                let mut forged = token.clone().into_bytes();
                forged[at] = *other;
                let forged = String::from_utf8(forged).unwrap();
                let refused = sessions.read(&forged, NOW).unwrap_err();
                assert_eq!(refused.reason(), reason::SESSION_INVALID, "{forged}");
            }
        }
        for forged in [&token[1..], &format!("{token}A"), "", "é", "..", "a.b"] {
            assert!(sessions.read(forged, NOW).is_err(), "{forged}");
        }
    }

    #[test]
    fn another_secret_believes_nothing() {
        let other = Sessions::new(b"another secret for tests", false, MAX_AGE).unwrap();
        assert!(other.read(&sessions(false).create(NOW).public_id, NOW).is_err());
    }

    #[test]
    fn an_old_id_is_expired_not_invalid() {
        let sessions = sessions(false);
        let token = sessions.create(NOW).public_id;
        assert!(sessions.read(&token, NOW + 60_000).is_ok());
        let refused = sessions.read(&token, NOW + 60_001).unwrap_err();
        assert_eq!(refused.reason(), reason::SESSION_EXPIRED);
    }

    #[test]
    fn an_invented_id_is_one_session_where_allowed() {
        let sessions = sessions(true);
        let first = sessions.read("session-1-abc", NOW).unwrap();
        assert!(first.opens_session());
        let first = first.session();
        assert_eq!(first.public_id, "session-1-abc");
        assert_eq!(sessions.read("session-1-abc", NOW).unwrap().session().key, first.key);
        assert_ne!(sessions.read("session-2-abc", NOW).unwrap().session().key, first.key);
        assert!(sessions.read("with space", NOW).is_err());
        assert!(sessions.read(&"x".repeat(201), NOW).is_err());
    }

    #[test]
    fn derived_ids_keep_clients_and_sessions_apart() {
        let sessions = sessions(false);
        let key = |key, client: &[&str]| sessions.for_first_message(key, client);
        assert_eq!(key("k", &["a", "b"]), key("k", &["a", "b"]));
        assert_ne!(key("k", &["a", "b"]), key("k", &["ab"]));
        assert_ne!(key("k", &["a"]), key("k2", &["a"]));
        let (one, two) = (Uuid::now_v7(), Uuid::now_v7());
        assert_ne!(sessions.request_id(one, "k"), sessions.request_id(two, "k"));
    }

    #[test]
    fn only_a_hash_is_fit_for_logs() {
        let session = sessions(false).create(NOW);
        let hash = hash_of(session.key);
        assert_eq!(hash.len(), 16);
        assert!(!session.key.simple().to_string().contains(&hash));
    }

    #[test]
    fn a_turn_id_tells_its_time() {
        let id = Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, 1_800_000_000, 5_000_000));
        assert_eq!(time_of_turn(&id.to_string()), Some(1_800_000_000_005));
        assert_eq!(time_of_turn("turn-1"), None);
    }
}
