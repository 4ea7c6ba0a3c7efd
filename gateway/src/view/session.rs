//! Sessions: opened, and read back.

use easymart_proto::conversation::v1::{self as proto, Speaker};
use serde::Serialize;
use utoipa::ToSchema;

use super::{non_empty, search::SearchView, time::rfc3339, turn::ChipView};

/// A session that was just opened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionOpened)]
pub(crate) struct OpenedView<'a> {
    /// Send it with every message. A bearer secret.
    pub session_id: &'a str,
    /// What the shopper reads first.
    pub greeting: &'a str,
    /// Suggested first messages.
    pub chips: Vec<ChipView<'a>>,
    /// When it is forgotten if nothing happens: RFC 3339, UTC.
    #[schema(format = DateTime)]
    pub expires_at: String,
}

/// Transcript and state of a session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionView<'a> {
    /// The session's id.
    pub session_id: &'a str,
    /// When it was opened.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When something last happened.
    #[schema(format = DateTime)]
    pub last_activity_at: String,
    /// When it is forgotten if nothing happens.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// Turns taken in all.
    pub turn_count: u32,
    /// Messages, oldest first; the newest 200.
    pub messages: Vec<MessageView<'a>>,
    /// Search state in force.
    pub search: SearchView<'a>,
    /// Product that "it" means now.
    pub focus_product_id: Option<&'a str>,
    /// Products on the shown list, in order.
    pub shown_product_ids: &'a [String],
}

/// One message of a transcript.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Message)]
pub(crate) struct MessageView<'a> {
    /// Turn it belongs to.
    pub turn_id: &'a str,
    /// `shopper` or `assistant`.
    #[schema(example = "shopper")]
    pub speaker: &'static str,
    /// What was said, card numbers and the like redacted.
    pub text: &'a str,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// Products shown with it.
    pub product_ids: &'a [String],
}

impl<'a> OpenedView<'a> {
    /// The session under its public id.
    pub(crate) fn new(opened: &'a proto::StartSessionResponse, session_id: &'a str) -> Self {
        Self {
            session_id,
            greeting: &opened.greeting,
            chips: opened.chips.iter().map(ChipView::from).collect(),
            expires_at: rfc3339(opened.expires_at_ms),
        }
    }
}

impl<'a> SessionView<'a> {
    /// The session under its public id.
    pub(crate) fn new(session: &'a proto::GetSessionResponse, session_id: &'a str) -> Self {
        Self {
            session_id,
            created_at: rfc3339(session.created_at_ms),
            last_activity_at: rfc3339(session.last_activity_ms),
            expires_at: rfc3339(session.expires_at_ms),
            turn_count: session.turn_count,
            messages: session.messages.iter().map(MessageView::from).collect(),
            search: SearchView::new(session.search.as_ref()),
            focus_product_id: non_empty(&session.focus_product_id),
            shown_product_ids: &session.shown_product_ids,
        }
    }
}

impl<'a> From<&'a proto::TranscriptMessage> for MessageView<'a> {
    fn from(message: &'a proto::TranscriptMessage) -> Self {
        Self {
            turn_id: &message.turn_id,
            speaker: match message.speaker() {
                Speaker::Shopper => "shopper",
                Speaker::Assistant | Speaker::Unspecified => "assistant",
            },
            text: &message.text,
            at: rfc3339(message.at_ms),
            product_ids: &message.product_ids,
        }
    }
}
