use std::pin::Pin;

use easymart_proto::llm_proxy::v1::{
    CompleteRequest, CompleteResponse, CompleteStreamRequest, CompleteStreamResponse, GetStatusRequest,
    GetStatusResponse, ProviderState, llm_proxy_service_server::LlmProxyService,
};
use futures::Stream;
use tonic::{Request, Response, Status, async_trait};

/// No model configured.
#[derive(Clone, Default)]
pub struct FakeLlm;

#[async_trait]
impl LlmProxyService for FakeLlm {
    type CompleteStreamStream = Pin<Box<dyn Stream<Item = Result<CompleteStreamResponse, Status>> + Send>>;

    async fn complete(&self, _: Request<CompleteRequest>) -> Result<Response<CompleteResponse>, Status> {
        Err(Status::unimplemented("not in miniature"))
    }

    async fn complete_stream(
        &self,
        _: Request<CompleteStreamRequest>,
    ) -> Result<Response<Self::CompleteStreamStream>, Status> {
        Err(Status::unimplemented("not in miniature"))
    }

    async fn get_status(&self, _: Request<GetStatusRequest>) -> Result<Response<GetStatusResponse>, Status> {
        let state = ProviderState::NotConfigured.into();
        Ok(Response::new(GetStatusResponse { state, ..Default::default() }))
    }
}
