//! Calls to conversation that only operators make.

use std::time::Duration;

use anyhow::Context as _;
use easymart_core::CallContext;
use easymart_proto::conversation::v1::{
    GetTurnTraceRequest, GetTurnTraceResponse, ReplaySessionRequest, ReplaySessionResponse,
    conversation_service_client::ConversationServiceClient,
};
use easymart_rpc::{Idempotency, MethodPolicy, Peer, PeerConfig};

use crate::cli::Target;

const GET_TRACE: MethodPolicy = safe("GetTurnTrace", 10);
/// The longest session that is taken again has 1,000 turns.
const REPLAY: MethodPolicy = safe("ReplaySession", 120);

const fn safe(method: &'static str, seconds: u64) -> MethodPolicy {
    MethodPolicy { method, timeout: Duration::from_secs(seconds), idempotency: Idempotency::Safe, attempts: 2 }
}

/// The trace of a turn, from the conversation at `url`.
///
/// # Errors
/// When it cannot be reached, or knows no such turn.
pub async fn trace(url: &str, turn_id: String) -> anyhow::Result<GetTurnTraceResponse> {
    let request = GetTurnTraceRequest { session_id: String::new(), turn_id };
    let call = |channel, request| async move { ConversationServiceClient::new(channel).get_turn_trace(request).await };
    let answer = conversation(url)?.call(&CallContext::new(GET_TRACE.timeout), &GET_TRACE, request, call).await;
    answer.with_context(|| format!("conversation at {url} cannot explain it"))
}

/// A session taken again, by the conversation at `url`.
///
/// # Errors
/// When it cannot be reached, or knows no such session.
pub async fn replay(url: &str, session_id: String) -> anyhow::Result<ReplaySessionResponse> {
    let request = ReplaySessionRequest { session_id };
    let call = |channel, request| async move { ConversationServiceClient::new(channel).replay_session(request).await };
    let answer = conversation(url)?.call(&CallContext::new(REPLAY.timeout), &REPLAY, request, call).await;
    answer.with_context(|| format!("conversation at {url} cannot take the session again"))
}

fn conversation(url: &str) -> anyhow::Result<Peer> {
    Peer::new(Target::Conversation.name(), url, &PeerConfig::default())
}
