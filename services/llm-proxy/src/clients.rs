//! The provider behind OpenAI's chat completions, over HTTP.

mod request;
mod response;
mod sse;

use std::time::Duration;

use easymart_runtime::retry_after;
use reqwest::{
    Client, Response, StatusCode, Url,
    header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER},
    redirect,
};

use crate::{
    app::Provider,
    config::Config,
    domain::{Answer, Prompt},
    error::Failure,
};
use request::Defaults;
use sse::SseDeltas;

/// Longest wait that a provider may ask for.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(86_400);

/// One endpoint that speaks chat completions, behind a pool of connections.
pub(crate) struct OpenAi {
    client: Client,
    endpoint: Url,
    defaults: Defaults,
    max_answer_bytes: usize,
}

impl OpenAi {
    pub(crate) fn new(config: &Config, endpoint: Url) -> anyhow::Result<Self> {
        let client = Client::builder()
            .default_headers(headers(config)?)
            .user_agent(concat!("easymart-llm-proxy/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(config.connect_timeout)
            // Chunks that follow each other closely would else wait for acknowledgements.
            .tcp_nodelay(true)
            // What the environment says about proxies is not part of the configuration.
            .no_proxy()
            // A redirect would carry the key to who knows where.
            .redirect(redirect::Policy::none())
            .build()?;
        Ok(Self { client, endpoint, defaults: Defaults::of(config), max_answer_bytes: config.max_answer_bytes })
    }

    async fn post(&self, prompt: &Prompt, is_streamed: bool) -> Result<Response, Failure> {
        let body = self.defaults.body(prompt, is_streamed);
        let response = self.client.post(self.endpoint.clone()).json(&body).send().await.map_err(unreachable)?;
        match failure(&response) {
            // The error's body is not read: it may repeat the prompt, or parts of the key.
            Some(failure) => Err(failure),
            None => Ok(response),
        }
    }
}

impl Provider for OpenAi {
    type Deltas = SseDeltas;

    async fn complete(&self, prompt: &Prompt) -> Result<Answer, Failure> {
        let response = self.post(prompt, false).await?;
        let body = read(response, self.max_answer_bytes).await?;
        response::answer(&body)
    }

    async fn open(&self, prompt: &Prompt) -> Result<SseDeltas, Failure> {
        let response = self.post(prompt, true).await?;
        SseDeltas::of(response)
    }
}

fn headers(config: &Config) -> anyhow::Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    if config.api_key.is_set() {
        let mut bearer = HeaderValue::try_from(format!("Bearer {}", config.api_key.expose()))?;
        bearer.set_sensitive(true); // no log shows it, be it at trace
        headers.insert(AUTHORIZATION, bearer);
    }
    Ok(headers)
}

/// What a response's status says is wrong.
fn failure(response: &Response) -> Option<Failure> {
    let status = response.status();
    let retry_after = || {
        let header = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
        retry_after(header, LONGEST_RETRY_AFTER)
    };
    match status {
        status if status.is_success() => None,
        StatusCode::TOO_MANY_REQUESTS => Some(Failure::RateLimited { retry_after: retry_after() }),
        status if status.is_server_error() => {
            Some(Failure::Status { status: status.as_u16(), retry_after: retry_after() })
        }
        status => Some(Failure::Refused { status: status.as_u16() }),
    }
}

/// The request failed before its response began.
fn unreachable(error: reqwest::Error) -> Failure {
    Failure::Unreachable { cause: chain(error) }
}

/// The response broke off.
fn cut(error: reqwest::Error) -> Failure {
    tracing::debug!(cause = chain(error), "the provider's response broke off");
    Failure::Cut
}

fn chain(error: reqwest::Error) -> String {
    // The address may hold a key.
    format!("{:#}", anyhow::Error::from(error.without_url()))
}

/// The whole body, unless it is too large.
async fn read(mut response: Response, max_bytes: usize) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(cut)? {
        if body.len() + chunk.len() > max_bytes {
            return Err(Failure::Malformed("an answer that is too large"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
