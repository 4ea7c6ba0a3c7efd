//! The gRPC face: converts, calls the use cases, maps failures.

mod convert;

use std::pin::Pin;

use easymart_proto::llm_proxy::v1::{
    self as wire, complete_stream_response::Event as WireEvent, llm_proxy_service_server::LlmProxyService,
};
use easymart_rpc::{context, to_status};
use futures::{Stream, stream};
use tonic::{Request, Response, Status};

use crate::{
    app::{AnswerStream, App, Deltas, Event, Order, Provider},
    error::Failure,
};

/// The service over the use cases.
pub(crate) struct Grpc<P> {
    app: App<P>,
}

impl<P> Grpc<P> {
    pub(crate) fn new(app: App<P>) -> Self {
        Self { app }
    }
}

type EventStream = Pin<Box<dyn Stream<Item = Result<wire::CompleteStreamResponse, Status>> + Send>>;

#[tonic::async_trait]
impl<P: Provider> LlmProxyService for Grpc<P> {
    type CompleteStreamStream = EventStream;

    async fn complete(
        &self,
        request: Request<wire::CompleteRequest>,
    ) -> Result<Response<wire::CompleteResponse>, Status> {
        let context = context(&request);
        let (purpose, prompt) = self.prompt(request.into_inner().prompt)?;
        let order = Order { context: &context, purpose: &purpose, prompt: &prompt };
        let completion = self.app.complete(order).await.map_err(status)?;
        let completion = Some(convert::completion(completion));
        Ok(Response::new(wire::CompleteResponse { completion }))
    }

    async fn complete_stream(
        &self,
        request: Request<wire::CompleteStreamRequest>,
    ) -> Result<Response<EventStream>, Status> {
        let context = context(&request);
        let (purpose, prompt) = self.prompt(request.into_inner().prompt)?;
        let order = Order { context: &context, purpose: &purpose, prompt: &prompt };
        let answer = self.app.stream(order).await.map_err(status)?;
        Ok(Response::new(Box::pin(events(answer))))
    }

    async fn get_status(
        &self,
        _: Request<wire::GetStatusRequest>,
    ) -> Result<Response<wire::GetStatusResponse>, Status> {
        Ok(Response::new(convert::status(self.app.status())))
    }
}

impl<P: Provider> Grpc<P> {
    /// Purpose and prompt of a request. That no model is configured is said before anything about the prompt.
    fn prompt(&self, prompt: Option<wire::Prompt>) -> Result<(String, crate::domain::Prompt), Status> {
        if !self.app.is_configured() {
            return Err(status(Failure::NotConfigured));
        }
        let mut prompt = prompt.unwrap_or_default();
        let purpose = std::mem::take(&mut prompt.purpose);
        let prompt = convert::prompt(prompt).map_err(|error| status(error.into()))?;
        Ok((purpose, prompt))
    }
}

/// The stream as it goes out: pulled piece by piece, so that a slow reader slows the provider down and a gone one stops it.
fn events<D: Deltas>(
    answer: AnswerStream<D>,
) -> impl Stream<Item = Result<wire::CompleteStreamResponse, Status>> + Send {
    stream::unfold(answer, |mut answer| async move {
        let event = answer.next().await?.map_err(status).map(|event| {
            let event = match event {
                Event::Delta(text) => WireEvent::Delta(text),
                Event::Done(completion) => WireEvent::Done(convert::completion(completion)),
            };
            wire::CompleteStreamResponse { event: Some(event) }
        });
        Some((event, answer))
    })
}

fn status(failure: Failure) -> Status {
    to_status(&failure.into())
}
