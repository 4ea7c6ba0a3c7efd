//! llm-proxy.

use easymart_proto::llm_proxy::v1::{
    GetStatusRequest, GetStatusResponse, llm_proxy_service_client::LlmProxyServiceClient,
};

use super::{LLM_ABSENT, methods, safe};

methods! { llm_proxy, LlmProxyServiceClient, LLM_ABSENT;
    #[doc = "Whether a model is configured and how it has been doing."]
    get_status: safe("GetStatus", 10), GetStatusRequest => GetStatusResponse;
}
