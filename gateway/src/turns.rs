//! Taking a turn: the one way in which all chat routes talk to the conversation.

use std::sync::Arc;

use easymart_core::{CallContext, reason};
use easymart_proto::conversation::v1::{ChatTurn, ConverseRequest, PageContext};
use http::{HeaderMap, header};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    edge::{Call, is_language_tag},
    extract::idempotency_key,
    gateway::{Gateway, context},
    problem::{Failure, Result},
    session::{Presented, Session, time_of_turn},
};

/// One message of a shopper.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(example = json!({"message": "white desks under $200"}))]
pub(crate) struct ChatRequest {
    /// What the shopper typed: 1 to 1,000 characters after trimming.
    pub message: String,
    /// The session's id; without one a session is opened, and the answer carries its id.
    #[serde(default)]
    pub session_id: Option<String>,
    /// BCP 47 language tag.
    #[serde(default)]
    pub locale: Option<String>,
    /// Page that the shopper is looking at.
    #[serde(default)]
    pub page: Option<PageRequest>,
}

/// Page that the shopper is looking at.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct PageRequest {
    /// Its address.
    #[serde(default)]
    pub url: Option<String>,
    /// Product it shows: id, handle or SKU.
    #[serde(default)]
    pub product_id: Option<String>,
}

/// A turn that passed all checks.
pub(crate) struct Turn {
    /// The request to the conversation.
    pub request: ConverseRequest,
    /// Whose turn it is.
    pub caller: Caller,
    /// Carries the deadline.
    pub context: CallContext,
}

/// Whose turn it is.
#[derive(Debug)]
pub(crate) enum Caller {
    /// Presented an id.
    Known(Session),
    /// Gets an id with the answer.
    New(Uuid),
}

impl Caller {
    fn key(&self) -> Uuid {
        match self {
            Self::Known(session) => session.key,
            Self::New(key) => *key,
        }
    }

    /// The session with the id that the client is to use. An id issued with a turn carries the turn's time, so that a repeated request
    /// gets the very same one.
    pub(crate) fn named(self, gateway: &Gateway, turn_id: &str) -> Session {
        match self {
            Self::Known(session) => session,
            Self::New(key) => issued_with(gateway, key, turn_id),
        }
    }
}

/// An id for a session, issued together with a turn.
pub(crate) fn issued_with(gateway: &Gateway, key: Uuid, turn_id: &str) -> Session {
    let issued_at = time_of_turn(turn_id).unwrap_or_else(|| gateway.now());
    gateway.sessions.issue(key, issued_at)
}

/// Checks a request of the present contract.
pub(crate) fn prepare(gateway: &Gateway, call: &Call, headers: &HeaderMap, asked: ChatRequest) -> Result<Turn> {
    let message = checked_message(&asked.message, gateway.config.limits.message_chars)?;
    let locale = checked_locale(asked.locale)?;
    let page = asked.page.map(checked_page).transpose()?;
    let presented = asked.session_id.as_deref().filter(|id| !id.is_empty());
    let presented = presented.map(|id| gateway.sessions.read(id, gateway.now())).transpose()?;
    let opens_session = presented.as_ref().is_none_or(Presented::opens_session);
    let known = presented.map(Presented::session);
    let request = ConverseRequest {
        message,
        locale: locale.unwrap_or_default(),
        page,
        create_session: opens_session,
        ..Default::default()
    };
    admit(gateway, call, headers, known, request)
}

/// Finds or makes the session, counts the message, and gives the request its idempotency key. `known` is the session that the
/// client presented.
pub(crate) fn admit(
    gateway: &Gateway,
    call: &Call,
    headers: &HeaderMap,
    known: Option<Session>,
    request: ConverseRequest,
) -> Result<Turn> {
    let client_key = idempotency_key(headers)?;
    let caller = match (known, client_key) {
        (Some(session), _) => Caller::Known(session),
        (None, Some(client_key)) => Caller::New(first_session(gateway, call, headers, client_key)),
        (None, None) => Caller::New(Uuid::now_v7()),
    };
    let key = caller.key();
    gateway.limits.message(key)?;
    Ok(Turn {
        context: context(call, gateway.config.deadlines.turn, Some(key)),
        request: ConverseRequest {
            request_id: request_id(gateway, key, client_key),
            session_id: key.to_string(),
            ..request
        },
        caller,
    })
}

/// Idempotency key of a change in a session: the client's, or one of its own.
pub(crate) fn request_id(gateway: &Gateway, session: Uuid, client_key: Option<&str>) -> String {
    let id = match client_key {
        Some(client_key) => gateway.sessions.request_id(session, client_key),
        None => Uuid::now_v7(),
    };
    id.to_string()
}

/// The session that a first message opens: found again when the message is repeated, by its key and what tells its client from others.
fn first_session(gateway: &Gateway, call: &Call, headers: &HeaderMap, client_key: &str) -> Uuid {
    let address = call.address.to_string();
    let agent = headers.get(header::USER_AGENT).map_or("", |agent| agent.to_str().unwrap_or_default());
    gateway.sessions.for_first_message(client_key, &[&address, agent])
}

/// Takes the turn; it goes on when the client hangs up.
pub(crate) async fn take(gateway: &Arc<Gateway>, turn: Turn) -> Result<(ChatTurn, Session)> {
    let Turn { request, caller, context } = turn;
    let peers = gateway.peers.clone();
    let answer = gateway.see_through(async move { peers.converse(&context, request).await }).await?;
    let turn = answer.turn.ok_or_else(without_turn)?;
    let session = caller.named(gateway, &turn.turn_id);
    Ok((turn, session))
}

fn without_turn() -> Failure {
    easymart_core::Error::internal("the conversation answered without a turn").into()
}

/// The message without white space around it.
pub(crate) fn checked_message(message: &str, most: usize) -> Result<String> {
    let trimmed = message.trim();
    if trimmed.is_empty() {
        return Err(Failure::field(reason::MESSAGE_EMPTY, "message", "has no text"));
    }
    // A text has at most as many characters as bytes.
    if trimmed.len() > most {
        let count = trimmed.chars().count();
        if count > most {
            let problem = format!("{count} characters; at most {most} are read");
            return Err(Failure::field(reason::MESSAGE_TOO_LONG, "message", problem));
        }
    }
    Ok(trimmed.to_owned())
}

fn checked_locale(locale: Option<String>) -> Result<Option<String>> {
    let locale = locale.filter(|locale| !locale.is_empty());
    match locale {
        Some(locale) if !is_language_tag(&locale) => {
            Err(Failure::field(reason::FIELD_INVALID, "locale", "must be a language tag such as en-AU"))
        }
        locale => Ok(locale),
    }
}

const LONGEST_URL: usize = 2_048;
const LONGEST_PRODUCT: usize = 200;

fn checked_page(page: PageRequest) -> Result<PageContext> {
    Ok(PageContext {
        url: at_most("page.url", page.url, LONGEST_URL)?,
        product_id: at_most("page.product_id", page.product_id, LONGEST_PRODUCT)?,
    })
}

fn at_most(field: &str, text: Option<String>, most: usize) -> Result<String> {
    let text = text.unwrap_or_default();
    if text.chars().count() <= most {
        return Ok(text);
    }
    let problem = format!("longer than {most} characters");
    Err(Failure::field(reason::FIELD_INVALID, field, problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_trimmed_and_counted_in_characters() {
        assert_eq!(checked_message("  hi \n", 5).unwrap(), "hi");
        assert_eq!(checked_message(&"é".repeat(5), 5).unwrap().chars().count(), 5);
        let refused = |message: &str| checked_message(message, 5).unwrap_err().reason();
        assert_eq!(refused(" \u{a0}\t"), reason::MESSAGE_EMPTY);
        assert_eq!(refused("ééééét"), reason::MESSAGE_TOO_LONG);
    }

    #[test]
    fn what_describes_the_page_is_bounded() {
        let page = |url: usize| PageRequest { url: Some("u".repeat(url)), product_id: None };
        assert!(checked_page(page(LONGEST_URL)).is_ok());
        assert!(checked_page(page(LONGEST_URL + 1)).is_err());
        assert!(checked_locale(Some("en-AU".into())).is_ok());
        assert!(checked_locale(Some("en AU".into())).is_err());
    }
}
