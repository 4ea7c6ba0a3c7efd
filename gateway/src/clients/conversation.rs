//! conversation.

use easymart_core::CallContext;
use easymart_proto::conversation::v1::{
    ConverseRequest, ConverseResponse, ConverseStreamRequest, ConverseStreamResponse, EraseSessionRequest,
    EraseSessionResponse, GetSessionRequest, GetSessionResponse, GetTurnTraceRequest, GetTurnTraceResponse,
    StartSessionRequest, StartSessionResponse, SubmitFeedbackRequest, SubmitFeedbackResponse,
    conversation_service_client::ConversationServiceClient,
};
use easymart_rpc::MethodPolicy;
use futures::{Stream, TryStreamExt as _};

use super::{CONVERSATION_ABSENT, Peers, keyed, methods, safe};
use crate::problem::Result;

methods! { conversation, ConversationServiceClient, CONVERSATION_ABSENT;
    #[doc = "Opens a session and greets."]
    start_session: keyed("StartSession", 20), StartSessionRequest => StartSessionResponse;
    #[doc = "One turn, whole."]
    converse: keyed("Converse", 60), ConverseRequest => ConverseResponse;
    #[doc = "Transcript and state."]
    get_session: safe("GetSession", 20), GetSessionRequest => GetSessionResponse;
    #[doc = "Forgets a session."]
    erase_session: keyed("EraseSession", 20), EraseSessionRequest => EraseSessionResponse;
    #[doc = "A shopper's thumb on a turn."]
    submit_feedback: keyed("SubmitFeedback", 20), SubmitFeedbackRequest => SubmitFeedbackResponse;
    #[doc = "Why a turn went as it did."]
    get_turn_trace: safe("GetTurnTrace", 20), GetTurnTraceRequest => GetTurnTraceResponse;
}

impl Peers {
    /// One turn as it happens; the stream ends after its first failure.
    pub(crate) async fn converse_stream(
        &self,
        ctx: &CallContext,
        request: ConverseStreamRequest,
    ) -> Result<impl Stream<Item = Result<ConverseStreamResponse>> + use<>> {
        const POLICY: MethodPolicy = keyed("ConverseStream", 60);
        let answers = self
            .conversation
            .open_stream(ctx, &POLICY, request, |channel, request| async move {
                ConversationServiceClient::new(channel).converse_stream(request).await
            })
            .await
            .map_err(|error| CONVERSATION_ABSENT.tell(error))?;
        Ok(answers.map_err(|error| CONVERSATION_ABSENT.tell(error)))
    }
}
