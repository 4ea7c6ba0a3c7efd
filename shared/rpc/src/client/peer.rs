use std::{error::Error as StdError, future::Future, sync::Arc, time::Duration};

use anyhow::Context as _;
use easymart_core::{CallContext, Error, reason};
use easymart_runtime::{Admission, Breaker};
use tokio::time::{Instant, sleep, timeout_at};
use tonic::{
    Code, Request, Response, Status, Streaming, TimeoutExpired,
    transport::{Channel, Endpoint},
};
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};
use tracing::Instrument as _;

use super::{
    DeadlineStream, Idempotency, MethodPolicy, PeerConfig,
    budget::RetryBudget,
    bulkhead::{Bulkhead, Place},
};
use crate::{
    context, metrics as names,
    status::{
        code_name, deadline_exceeded, from_status, is_unreachable, is_unsent, overloaded, unreachable, wire_code,
    },
};

/// When a caller that met a full bulkhead may try again: about the time in which places become free.
const BULKHEAD_RETRY_AFTER: Duration = Duration::from_millis(100);

/// Attempts at a call that meets closing connections. It is sent again at once, whatever its policy: nothing was sent before.
const UNSENT_ATTEMPTS: u32 = 3;

const HEALTH: MethodPolicy =
    MethodPolicy { method: "Health", timeout: Duration::from_secs(2), idempotency: Idempotency::Safe, attempts: 1 };

/// A service that this process calls. Cheap to clone; all clones share one connection, budget, breaker and bulkhead.
#[derive(Clone)]
pub struct Peer(Arc<Inner>);

struct Inner {
    name: &'static str,
    channel: Channel,
    config: PeerConfig,
    bulkhead: Bulkhead,
    breaker: Breaker,
    budget: RetryBudget,
}

impl Peer {
    /// The peer at `address`, a URL such as `http://127.0.0.1:7102`. Connects with the first call, never here. Needs a
    /// Tokio runtime.
    ///
    /// # Errors
    /// When the address is no URL.
    pub fn new(name: &'static str, address: &str, config: &PeerConfig) -> anyhow::Result<Self> {
        let endpoint = Endpoint::from_shared(address.to_owned())
            .with_context(|| format!("address of {name}: `{address}` is no URL"))?
            .tcp_nodelay(true)
            .connect_timeout(config.connect_timeout)
            .http2_keep_alive_interval(config.keepalive_interval)
            .keep_alive_timeout(config.keepalive_timeout)
            .keep_alive_while_idle(true);
        Ok(Self(Arc::new(Inner {
            name,
            channel: endpoint.connect_lazy(),
            config: config.clone(),
            bulkhead: Bulkhead::new(config.max_in_flight),
            breaker: breaker(name, config),
            budget: RetryBudget::new(config.retry_percent),
        })))
    }

    /// The name that metrics and errors use.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.0.name
    }

    /// One call with one answer. `attempt` sends it once, for example
    /// `|channel, request| async move { CartSyncServiceClient::new(channel).get_cart(request).await }`.
    ///
    /// # Errors
    /// The peer's own error; `UNAVAILABLE` when it cannot be reached or its breaker is open; `DEADLINE_EXCEEDED`;
    /// `OVERLOADED` when the bulkhead is full.
    pub async fn call<Req, Res, F, Fut>(
        &self,
        ctx: &CallContext,
        policy: &MethodPolicy,
        request: Req,
        attempt: F,
    ) -> Result<Res, Error>
    where
        Req: Clone,
        F: Fn(Channel, Request<Req>) -> Fut,
        Fut: Future<Output = Result<Response<Res>, Status>>,
    {
        let call = Call::begin(&self.0, ctx, policy);
        let outcome = call.run(request, attempt).await;
        call.record(outcome.as_ref().err());
        outcome.map(|(response, _)| response.into_inner())
    }

    /// Opens a stream of answers. Retried, if at all, only until the peer's first header; the stream ends at the deadline.
    ///
    /// # Errors
    /// As [`Peer::call`].
    pub async fn open_stream<Req, Res, F, Fut>(
        &self,
        ctx: &CallContext,
        policy: &MethodPolicy,
        request: Req,
        attempt: F,
    ) -> Result<DeadlineStream<Res>, Error>
    where
        Req: Clone,
        F: Fn(Channel, Request<Req>) -> Fut,
        Fut: Future<Output = Result<Response<Streaming<Res>>, Status>>,
    {
        let call = Call::begin(&self.0, ctx, policy);
        let outcome = call.run(request, attempt).await;
        call.record(outcome.as_ref().err());
        let (response, place) = outcome?;
        Ok(DeadlineStream::new(response.into_inner(), call.deadline, place))
    }

    /// Asks the peer's health endpoint about `service`; empty asks about the whole server.
    ///
    /// # Errors
    /// `UNAVAILABLE` when it is not serving; else as [`Peer::call`].
    pub async fn health(&self, ctx: &CallContext, service: &str) -> Result<(), Error> {
        let request = HealthCheckRequest { service: service.to_owned() };
        let answer =
            self.call(ctx, &HEALTH, request, |channel, request| async move {
                HealthClient::new(channel).check(request).await
            })
            .await?;
        if answer.status() == ServingStatus::Serving {
            return Ok(());
        }
        let message = format!("{} is not ready", self.name());
        Err(Error::new(reason::UNAVAILABLE, message))
    }
}

fn breaker(name: &'static str, config: &PeerConfig) -> Breaker {
    let gauge = metrics::gauge!(names::CLIENT_BREAKER, "peer" => name);
    Breaker::new(config.breaker(), move |position| gauge.set(position.gauge()))
}

/// One call on its way through the stack.
struct Call<'a> {
    peer: &'a Inner,
    context: &'a CallContext,
    policy: &'a MethodPolicy,
    started: Instant,
    deadline: Instant,
}

impl<'a> Call<'a> {
    fn begin(peer: &'a Inner, context: &'a CallContext, policy: &'a MethodPolicy) -> Self {
        let started = Instant::now();
        Self { peer, context, policy, started, deadline: started + context.remaining().min(policy.timeout) }
    }

    async fn run<Req, Res, F, Fut>(&self, request: Req, attempt: F) -> Result<(Response<Res>, Place), Error>
    where
        Req: Clone,
        F: Fn(Channel, Request<Req>) -> Fut,
        Fut: Future<Output = Result<Response<Res>, Status>>,
    {
        let place = self.peer.bulkhead.enter().ok_or_else(|| overloaded(self.peer.name, BULKHEAD_RETRY_AFTER))?;
        self.peer.budget.earn();
        let mut number = 1;
        loop {
            // No retry when the breaker is open: the point is to fail at once.
            let admission = self.admit()?;
            match self.attempt(admission, request.clone(), &attempt).await {
                Ok(response) => return Ok((response, place)),
                Err(error) => self.prepare_retry(number, error).await?,
            }
            number += 1;
        }
    }

    async fn attempt<Req, Res, F, Fut>(
        &self,
        admission: Admission,
        message: Req,
        attempt: &F,
    ) -> Result<Response<Res>, Error>
    where
        F: Fn(Channel, Request<Req>) -> Fut,
        Fut: Future<Output = Result<Response<Res>, Status>>,
    {
        let left = self.left()?;
        let mut request = Request::new(message);
        context::write(self.context, request.metadata_mut());
        request.set_timeout(left);
        self.count(names::CLIENT_ATTEMPTS);
        let span = tracing::debug_span!("attempt", peer = self.peer.name, method = self.policy.method);
        let sent = attempt(self.peer.channel.clone(), request).instrument(span);
        let outcome = match timeout_at(self.deadline, sent).await {
            Ok(answer) => answer.map_err(|status| explain(&status, self.deadline)),
            Err(_) => Err(deadline_exceeded()),
        };
        self.judge(admission, left, outcome.as_ref().err());
        outcome
    }

    fn left(&self) -> Result<Duration, Error> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(deadline_exceeded());
        }
        Ok(left)
    }

    fn admit(&self) -> Result<Admission, Error> {
        self.peer.breaker.admit().map_err(|wait| {
            let message = format!("{} is not available at the moment", self.peer.name);
            Error::new(reason::UNAVAILABLE, message).retry_after(wait)
        })
    }

    /// Tells the breaker how the attempt went.
    fn judge(&self, admission: Admission, given: Duration, error: Option<&Error>) {
        match error {
            Some(error) if is_unreachable(error) => admission.failed(),
            Some(error) if error.reason == reason::DEADLINE_EXCEEDED => {
                // A caller in a hurry proves nothing: it must not close the door for those who have time.
                if given * 2 >= self.policy.timeout {
                    admission.failed();
                }
            }
            _ => admission.succeeded(),
        }
    }

    /// Waits before the next attempt, or gives the error back when there is to be none.
    async fn prepare_retry(&self, number: u32, error: Error) -> Result<(), Error> {
        if is_unsent(&error) && number < UNSENT_ATTEMPTS {
            return Ok(());
        }
        if !self.policy.may_retry(number, &error) {
            return Err(error);
        }
        let wait = self.peer.config.backoff().wait(number, error.retry_after);
        if Instant::now() + wait >= self.deadline {
            return Err(error);
        }
        if !self.peer.budget.spend() {
            metrics::counter!(names::CLIENT_BUDGET_EMPTY, "peer" => self.peer.name).increment(1);
            return Err(error);
        }
        tracing::debug!(peer = self.peer.name, method = self.policy.method, %error, ?wait, "retrying");
        sleep(wait).await;
        Ok(())
    }

    fn count(&self, name: &'static str) {
        metrics::counter!(name, "peer" => self.peer.name, "method" => self.policy.method).increment(1);
    }

    fn record(&self, error: Option<&Error>) {
        let code = error.map_or(Code::Ok, |error| wire_code(error.code));
        metrics::histogram!(
            names::CLIENT_SECONDS,
            "peer" => self.peer.name,
            "method" => self.policy.method,
            "code" => code_name(code)
        )
        .record(self.started.elapsed().as_secs_f64());
    }
}

/// The error in a status of tonic's client.
///
/// Two things have to be called by their names. Time that ran out is CANCELLED to tonic. And a connection that broke is
/// CANCELLED, UNKNOWN or INTERNAL, by the moment at which it did; such a status, made on this side, has a cause, while one
/// that the peer sent has none.
pub(super) fn explain(status: &Status, deadline: Instant) -> Error {
    let late = status.code() == Code::Cancelled && Instant::now() >= deadline;
    if late || has_cause::<TimeoutExpired>(status, |_| true) {
        return deadline_exceeded();
    }
    if status.source().is_some() {
        let sent = !has_cause(status, hyper::Error::is_canceled);
        return unreachable(status.message(), sent);
    }
    from_status(status)
}

fn has_cause<E: StdError + 'static>(status: &Status, test: impl Fn(&E) -> bool) -> bool {
    let mut cause = status.source();
    while let Some(error) = cause {
        if error.downcast_ref().is_some_and(&test) {
            return true;
        }
        cause = error.source();
    }
    false
}
