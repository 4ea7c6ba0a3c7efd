//! The service on the wire: checks and converts what comes in, calls the use cases, converts what goes out.

mod convert;

use std::pin::Pin;

use easymart_core::{Error, reason};
use easymart_proto::conversation::v1::{
    ConverseRequest, ConverseResponse, ConverseStreamRequest, ConverseStreamResponse, EraseSessionRequest,
    EraseSessionResponse, GetSessionRequest, GetSessionResponse, GetTurnTraceRequest, GetTurnTraceResponse, Rating,
    ReplaySessionRequest, ReplaySessionResponse, StartSessionRequest, StartSessionResponse, SubmitFeedbackRequest,
    SubmitFeedbackResponse, conversation_service_server::ConversationService,
    converse_stream_response::Event as WireEvent,
};
use easymart_rpc::{context, to_status};
use futures::{Stream, StreamExt as _, stream};
use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;
use tonic::{Request, Response, Status, async_trait};

use crate::app::{Conversations, Observer, TurnRequest};

/// conversation on the wire.
pub(crate) struct Grpc(pub(crate) Conversations);

type TurnStream = Pin<Box<dyn Stream<Item = Result<ConverseStreamResponse, Status>> + Send>>;

#[async_trait]
impl ConversationService for Grpc {
    type ConverseStreamStream = TurnStream;

    async fn start_session(
        &self,
        request: Request<StartSessionRequest>,
    ) -> Result<Response<StartSessionResponse>, Status> {
        let request = request.into_inner();
        let opened = self.0.open(&request.session_id, &request.locale).await.map_err(status)?;
        Ok(Response::new(StartSessionResponse {
            session_id: request.session_id,
            greeting: opened.greeting,
            chips: opened.chips.into_iter().map(convert::chip).collect(),
            expires_at_ms: opened.expires_at_ms,
        }))
    }

    async fn converse(&self, request: Request<ConverseRequest>) -> Result<Response<ConverseResponse>, Status> {
        let ctx = context(&request);
        let wish = turn_request(request.into_inner());
        let turn = self.0.converse(ctx, wish, Observer::default()).await.map_err(status)?;
        Ok(Response::new(ConverseResponse { turn: Some(convert::turn(turn)) }))
    }

    async fn converse_stream(
        &self,
        request: Request<ConverseStreamRequest>,
    ) -> Result<Response<Self::ConverseStreamStream>, Status> {
        let ctx = context(&request);
        let wish = request.into_inner().turn.unwrap_or_default();
        let (sender, receiver) = mpsc::unbounded_channel();
        let conversations = self.0.clone();
        let turn = async move {
            let turn = conversations.converse(ctx, turn_request(wish), Observer::sending(sender)).await;
            turn.map(|turn| event(WireEvent::Completed(convert::turn(turn)))).map_err(status)
        };
        // The turn runs beside the stream, so that its events flow while it is taken; the end of the channel is its end.
        let turn = tokio::spawn(turn);
        let events = UnboundedReceiverStream::new(receiver)
            .filter_map(|told| async move { convert::event(told).map(|told| Ok(event(told))) });
        let last = stream::once(async move { turn.await.unwrap_or_else(|error| Err(status(Error::internal(error)))) });
        Ok(Response::new(Box::pin(events.chain(last))))
    }

    async fn get_session(&self, request: Request<GetSessionRequest>) -> Result<Response<GetSessionResponse>, Status> {
        let session_id = request.into_inner().session_id;
        let transcript = self.0.read(&session_id).map_err(status)?;
        Ok(Response::new(convert::transcript(session_id, transcript)))
    }

    async fn erase_session(
        &self,
        request: Request<EraseSessionRequest>,
    ) -> Result<Response<EraseSessionResponse>, Status> {
        let existed = self.0.erase(&request.into_inner().session_id).await.map_err(status)?;
        Ok(Response::new(EraseSessionResponse { existed }))
    }

    async fn submit_feedback(
        &self,
        request: Request<SubmitFeedbackRequest>,
    ) -> Result<Response<SubmitFeedbackResponse>, Status> {
        let request = request.into_inner();
        let up = match request.rating() {
            Rating::Up => true,
            Rating::Down => false,
            Rating::Unspecified => {
                let error = Error::invalid(reason::FIELD_INVALID, "rating", "up or down");
                return Err(status(error));
            }
        };
        let kept = self.0.feedback(&request.session_id, &request.turn_id, up, &request.comment).await;
        kept.map_err(status)?;
        Ok(Response::new(SubmitFeedbackResponse {}))
    }

    async fn get_turn_trace(
        &self,
        request: Request<GetTurnTraceRequest>,
    ) -> Result<Response<GetTurnTraceResponse>, Status> {
        let GetTurnTraceRequest { session_id, turn_id } = request.into_inner();
        let (session_id, explanation) = self.0.explain(&session_id, &turn_id).map_err(status)?;
        let trace_json = serde_json::to_string(&explanation).map_err(|error| status(Error::internal(error)))?;
        Ok(Response::new(GetTurnTraceResponse { session_id, turn_id, trace_json }))
    }

    async fn replay_session(
        &self,
        request: Request<ReplaySessionRequest>,
    ) -> Result<Response<ReplaySessionResponse>, Status> {
        let ctx = context(&request);
        let session_id = request.into_inner().session_id;
        let replay = self.0.replay(&ctx, &session_id).await.map_err(status)?;
        Ok(Response::new(convert::replay(session_id, replay)))
    }
}

fn event(event: WireEvent) -> ConverseStreamResponse {
    ConverseStreamResponse { event: Some(event) }
}

fn turn_request(request: ConverseRequest) -> TurnRequest {
    TurnRequest {
        request_id: request.request_id,
        session_id: request.session_id,
        message: request.message,
        locale: request.locale,
        page_product: request.page.map(|page| page.product_id).unwrap_or_default(),
        create_session: request.create_session,
    }
}

fn status(error: Error) -> Status {
    to_status(&error)
}
