//! A language model, as llm-proxy reaches it.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use easymart_core::CallContext;
use easymart_proto::llm_proxy::v1::{
    CompleteRequest, GetStatusRequest, Message, Prompt, Role, llm_proxy_service_client::LlmProxyServiceClient as Client,
};
use easymart_rpc::{Idempotency, MethodPolicy, Peer};
use futures::future::BoxFuture;

use crate::ports::{Answer, Language};

/// How long the answer to "is a model configured?" holds.
const STATUS_HOLDS: Duration = Duration::from_secs(30);
/// Most tokens of a phrased answer.
const MOST_TOKENS: u32 = 160;

const GET_STATUS: MethodPolicy = MethodPolicy {
    method: "GetStatus",
    timeout: Duration::from_millis(500),
    idempotency: Idempotency::Safe,
    attempts: 1,
};
/// llm-proxy repeats what may be repeated; the caller's deadline is shorter than this.
const COMPLETE: MethodPolicy = MethodPolicy {
    method: "Complete",
    timeout: Duration::from_secs(30),
    idempotency: Idempotency::Unsafe,
    attempts: 1,
};

/// The model behind a peer.
pub(crate) struct PeerLanguage {
    peer: Peer,
    status: Mutex<Option<(Instant, bool)>>,
}

impl PeerLanguage {
    pub(crate) fn new(peer: Peer) -> Self {
        Self { peer, status: Mutex::default() }
    }

    fn remembered(&self) -> Option<bool> {
        let status = *self.status.lock().unwrap_or_else(PoisonError::into_inner);
        status.filter(|(at, _)| at.elapsed() < STATUS_HOLDS).map(|(_, configured)| configured)
    }

    fn remember(&self, configured: bool) {
        *self.status.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), configured));
    }
}

impl Language for PeerLanguage {
    fn is_configured<'a>(&'a self, ctx: &'a CallContext) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            if let Some(configured) = self.remembered() {
                return configured;
            }
            let call = |channel, request| async move { Client::new(channel).get_status(request).await };
            let answer = self.peer.call(ctx, &GET_STATUS, GetStatusRequest {}, call).await;
            // A proxy that cannot be reached is as good as none: the shop goes on without, and asks again later.
            let configured = answer.is_ok_and(|status| status.configured);
            self.remember(configured);
            configured
        })
    }

    fn phrase<'a>(&'a self, ctx: &'a CallContext, instructions: &'a str, message: &'a str) -> Answer<'a, String> {
        Box::pin(async move {
            let said = |role: Role, content: &str| Message {
                role: role.into(),
                content: content.to_owned(),
                ..Message::default()
            };
            let prompt = Prompt {
                messages: vec![said(Role::System, instructions), said(Role::User, message)],
                max_output_tokens: MOST_TOKENS,
                purpose: "phrase_help".to_owned(),
                ..Prompt::default()
            };
            let call = |channel, request| async move { Client::new(channel).complete(request).await };
            let answer = self.peer.call(ctx, &COMPLETE, CompleteRequest { prompt: Some(prompt) }, call).await?;
            Ok(answer.completion.map(|completion| completion.text).unwrap_or_default())
        })
    }
}
