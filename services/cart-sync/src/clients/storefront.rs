//! The shop's backend over HTTP: `POST /api/cart/add` tells it a change, `GET /api/cart` reads its copy of a cart.

use std::time::Duration;

use anyhow::Context as _;
use easymart_runtime::{Admission, Breaker, BreakerConfig, retry_after};
use futures::future::BoxFuture;
use reqwest::{
    Client, RequestBuilder, Response, StatusCode, Url,
    header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER},
    redirect::Policy,
};
use serde::Serialize;
use serde_json::Value;
use tokio::time::Instant;

use super::answer;
use crate::{
    app::{Delivery, RemoteAnswer, Storefront},
    config::StorefrontConfig,
    domain::{CartId, Change, Entry},
    metrics as names,
};

/// Most bytes of an answer that are read; a full cart has a tenth of it.
const MAX_BODY: usize = 1 << 20;
/// Longest pause that a backend may ask for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(3_600);
/// Name of the header with an entry's key. A backend that knows it drops repetitions; one that does not loses nothing.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The backend at one address, with pooled connections.
pub(crate) struct HttpStorefront {
    client: Client,
    change_url: Url,
    read_url: Url,
    breaker: Breaker,
}

/// A change in the words of the contract.
#[derive(Serialize)]
struct ChangeBody<'a> {
    action: &'static str,
    session_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    product_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<u32>,
}

impl HttpStorefront {
    /// A backend that nothing was sent to yet.
    ///
    /// # Errors
    /// When the configuration is wrong.
    pub(crate) fn new(config: &StorefrontConfig) -> anyhow::Result<Self> {
        let base = config.base_url().map_err(anyhow::Error::msg)?;
        Ok(Self {
            client: client(config)?,
            change_url: below(&base, "api/cart/add"),
            read_url: below(&base, "api/cart"),
            breaker: breaker(config),
        })
    }

    async fn send_change(&self, cart_id: &CartId, entry: &Entry) -> Delivery {
        let admission = match self.breaker.admit() {
            Ok(admission) => admission,
            Err(wait) => return Delivery::Held { wait },
        };
        let started = Instant::now();
        let request = self
            .client
            .post(self.change_url.clone())
            .header(IDEMPOTENCY_KEY, &entry.idempotency_key)
            .json(&body(cart_id, &entry.change));
        let delivery = match exchange(request).await {
            Ok(reply) => judge(&entry.change, reply),
            Err(error) => Delivery::Retry { error, after: None },
        };
        note(&entry.change, &delivery, started.elapsed());
        tell(admission, &delivery);
        delivery
    }

    async fn read_cart(&self, cart_id: &CartId) -> Result<RemoteAnswer, String> {
        let mut url = self.read_url.clone();
        url.query_pairs_mut().append_pair("session_id", cart_id.as_str());
        let reply = exchange(self.client.get(url)).await?;
        if !reply.status.is_success() || answer::says_no(&reply.body) {
            return Err(reply.describe());
        }
        Ok(answer::read(&reply.body))
    }
}

impl Storefront for HttpStorefront {
    fn send<'a>(&'a self, cart_id: &'a CartId, entry: &'a Entry) -> BoxFuture<'a, Delivery> {
        Box::pin(self.send_change(cart_id, entry))
    }

    fn read<'a>(&'a self, cart_id: &'a CartId) -> BoxFuture<'a, Result<RemoteAnswer, String>> {
        Box::pin(self.read_cart(cart_id))
    }
}

/// An answer, read whole.
struct Reply {
    status: StatusCode,
    retry_after: Option<Duration>,
    /// Null when it is no JSON.
    body: Value,
}

impl Reply {
    fn describe(&self) -> String {
        let words = answer::words(&self.body);
        let status = self.status.as_u16();
        match words.as_str() {
            "" => format!("HTTP {status}"),
            words => format!("HTTP {status}: {words}"),
        }
    }
}

/// One for all carts: a backend that is down is down for everybody.
fn breaker(config: &StorefrontConfig) -> Breaker {
    let gauge = metrics::gauge!(names::STOREFRONT_BREAKER);
    let (failures, pause) = (config.breaker_failures, config.breaker_pause);
    let config = BreakerConfig { failures, pause, longest_pause: pause };
    Breaker::new(config, move |position| gauge.set(position.gauge()))
}

/// A backend that answers works, be it with a refusal: only what may succeed later is a failure of its.
fn tell(admission: Admission, delivery: &Delivery) {
    match delivery {
        Delivery::Retry { .. } => admission.failed(),
        Delivery::Done(_) | Delivery::Refused { .. } | Delivery::Held { .. } => admission.succeeded(),
    }
}

fn note(change: &Change, delivery: &Delivery, took: Duration) {
    let outcome = match delivery {
        Delivery::Done(_) => "done",
        Delivery::Refused { .. } => "refused",
        Delivery::Retry { .. } | Delivery::Held { .. } => "retry",
    };
    metrics::histogram!(names::STOREFRONT_SECONDS, "action" => change.action(), "outcome" => outcome)
        .record(took.as_secs_f64());
}

fn client(config: &StorefrontConfig) -> anyhow::Result<Client> {
    let mut headers = HeaderMap::new();
    if config.api_key.is_set() {
        let name = HeaderName::try_from(&config.api_key_header)?;
        let mut key = HeaderValue::try_from(config.api_key.expose())
            .context("cart_sync.storefront.api_key: has characters that no header may have")?;
        key.set_sensitive(true);
        headers.insert(name, key);
    }
    Client::builder()
        .default_headers(headers)
        .connect_timeout(config.connect_timeout)
        .timeout(config.timeout)
        .pool_max_idle_per_host(config.max_concurrent)
        .tcp_nodelay(true)
        // A followed redirect turns POST into GET: the change would get lost and look done.
        .redirect(Policy::none())
        .no_proxy()
        .build()
        .context("cannot set the HTTP client up")
}

fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url
}

fn body<'a>(cart_id: &'a CartId, change: &'a Change) -> ChangeBody<'a> {
    ChangeBody {
        action: change.action(),
        session_id: cart_id.as_str(),
        product_id: change.key(),
        quantity: match change {
            Change::Set { quantity, .. } => Some(*quantity),
            Change::Remove { .. } | Change::Clear => None,
        },
    }
}

/// Sends a request and reads the whole answer. The error is for people.
async fn exchange(request: RequestBuilder) -> Result<Reply, String> {
    let response = request.send().await.map_err(|error| explain(&error))?;
    let status = response.status();
    let retry_after = asked_wait(response.headers());
    let bytes = read_bounded(response).await?;
    Ok(Reply { status, retry_after, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) })
}

/// The body, or nothing when it is too long to be an answer.
async fn read_bounded(mut response: Response) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| explain(&error))? {
        if bytes.len() + chunk.len() > MAX_BODY {
            return Ok(Vec::new());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// What an answer means for the change.
fn judge(change: &Change, reply: Reply) -> Delivery {
    let gone = matches!(reply.status, StatusCode::NOT_FOUND | StatusCode::GONE);
    match reply.status {
        status if status.is_success() && answer::says_no(&reply.body) => Delivery::Refused { error: reply.describe() },
        status if status.is_success() => Delivery::Done(answer::read(&reply.body)),
        // What shall not be there is not there: an earlier attempt, or another hand, has removed it.
        _ if gone && change.quantity() == 0 => Delivery::Done(RemoteAnswer::default()),
        status if is_passing(status) => Delivery::Retry { error: reply.describe(), after: reply.retry_after },
        _ => Delivery::Refused { error: reply.describe() },
    }
}

/// Whether the same request may well succeed later.
fn is_passing(status: StatusCode) -> bool {
    status.is_server_error()
        || matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS)
}

/// How long the backend wants to be left alone.
fn asked_wait(headers: &HeaderMap) -> Option<Duration> {
    retry_after(headers.get(RETRY_AFTER)?.to_str().ok()?, MAX_RETRY_AFTER)
}

/// What went wrong, without the address: it names the cart.
fn explain(error: &reqwest::Error) -> String {
    let what = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "cannot be reached"
    } else {
        "the connection broke"
    };
    what.to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reply(status: u16, body: Value) -> Reply {
        Reply { status: StatusCode::from_u16(status).unwrap(), retry_after: None, body }
    }

    fn set() -> Change {
        Change::Set { key: "A".to_owned(), quantity: 2 }
    }

    #[test]
    fn statuses_mean_done_later_or_never() {
        let outcome = |status| match judge(&set(), reply(status, Value::Null)) {
            Delivery::Done(_) => "done",
            Delivery::Retry { .. } => "retry",
            Delivery::Refused { .. } => "refused",
            Delivery::Held { .. } => "held",
        };
        for status in [200, 201, 204] {
            assert_eq!(outcome(status), "done", "{status}");
        }
        for status in [408, 425, 429, 500, 502, 503, 504] {
            assert_eq!(outcome(status), "retry", "{status}");
        }
        for status in [301, 400, 401, 403, 404, 409, 410, 422] {
            assert_eq!(outcome(status), "refused", "{status}");
        }
    }

    #[test]
    fn removing_what_is_not_there_is_done() {
        let remove = Change::Remove { key: "A".to_owned() };
        for change in [remove, Change::Clear] {
            let delivery = judge(&change, reply(404, Value::Null));
            assert!(matches!(delivery, Delivery::Done(_)), "{delivery:?}");
        }
    }

    #[test]
    fn a_success_that_says_no_is_a_refusal() {
        let said = reply(200, json!({"success": false, "error": "sold out"}));
        let Delivery::Refused { error } = judge(&set(), said) else {
            panic!("not refused");
        };
        assert_eq!(error, "HTTP 200: sold out");
    }

    #[test]
    fn the_address_may_have_a_path_of_its_own() {
        let base = Url::parse("http://shop.example/base/").unwrap();
        let url = below(&base, "api/cart/add");
        assert_eq!(url.as_str(), "http://shop.example/base/api/cart/add");
    }
}
