//! The use cases: complete a prompt, whole or as a stream, and say how the provider has been doing.

mod budget;
mod call;
mod ledger;
mod ports;
mod streaming;

use std::{future::Future, sync::Arc, time::Duration};

use easymart_core::CallContext;
use easymart_runtime::Backoff;

pub(crate) use ledger::{Standing, State};
pub(crate) use ports::{Deltas, Provider, UsageLog};
pub(crate) use streaming::{AnswerStream, Event};

use crate::{
    config::Config,
    domain::{Answer, Assembly, Prompt, RetryPolicy},
    error::{Failure, Wait},
    metrics,
};
use budget::Budget;
use call::{Call, Mode};
use ledger::Ledger;

/// What a call is for and how long it may take.
pub(crate) struct Order<'a> {
    pub(crate) context: &'a CallContext,
    /// As the caller wrote it.
    pub(crate) purpose: &'a str,
    pub(crate) prompt: &'a Prompt,
}

/// An answer and what it took to get it.
#[derive(Debug, Clone)]
pub(crate) struct Completion {
    pub(crate) answer: Answer,
    /// Requests, from 1.
    pub(crate) attempts: u32,
    /// To the first token, or to the whole answer when it was not streamed.
    pub(crate) first_token: Duration,
}

/// How the provider has been doing.
#[derive(Debug, Clone)]
pub(crate) struct Status {
    /// Host and port; empty when none is configured.
    pub(crate) provider: String,
    /// Model asked for; empty when none is configured.
    pub(crate) model: String,
    pub(crate) standing: Standing,
}

/// The use cases over a provider. Clones are the same.
pub(crate) struct App<P> {
    inner: Arc<Inner<P>>,
}

impl<P> Clone for App<P> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

struct Inner<P> {
    provider: Option<P>,
    address: String,
    model: String,
    limits: Limits,
    retry: RetryPolicy,
    ledger: Arc<Ledger>,
}

/// What a call may take.
#[derive(Debug, Clone, Copy)]
struct Limits {
    first_token: Duration,
    idle: Duration,
    total: Duration,
    prompt_bytes: usize,
    answer_bytes: usize,
}

impl<P: Provider> App<P> {
    pub(crate) fn new(config: &Config, provider: Option<P>, usage: Arc<dyn UsageLog>) -> Self {
        let address = config.endpoint().map(|url| {
            let port = url.port_or_known_default().unwrap_or_default();
            format!("{}:{port}", url.host_str().unwrap_or_default())
        });
        let limits = Limits {
            first_token: config.first_token_timeout,
            idle: config.idle_timeout,
            total: config.total_timeout,
            prompt_bytes: config.max_prompt_bytes,
            answer_bytes: config.max_answer_bytes,
        };
        let retry = RetryPolicy {
            attempts: config.attempts,
            backoff: Backoff { initial: config.backoff_min, max: config.backoff_max },
        };
        let inner = Inner {
            model: if provider.is_some() { config.model.clone() } else { String::new() },
            provider,
            address: address.unwrap_or_default(),
            limits,
            retry,
            ledger: Arc::new(Ledger::new(config, usage)),
        };
        Self { inner: Arc::new(inner) }
    }

    /// One answer, whole.
    pub(crate) async fn complete(&self, order: Order<'_>) -> Result<Completion, Failure> {
        let (provider, mut call) = self.begin(&order, Mode::Whole)?;
        let budget = self.budget(&order);
        let request = || budget.bound(provider.complete(order.prompt));
        match self.with_retries(&mut call, &budget, request).await {
            Ok(answer) => Ok(call.succeed(answer)),
            Err(failure) => Err(call.fail(failure)),
        }
    }

    /// One answer as it is written. Returns when its first token is there.
    pub(crate) async fn stream(&self, order: Order<'_>) -> Result<AnswerStream<P::Deltas>, Failure> {
        let (provider, mut call) = self.begin(&order, Mode::Stream)?;
        let budget = self.budget(&order);
        let request = || self.first_token(provider, order.prompt, &budget);
        match self.with_retries(&mut call, &budget, request).await {
            Ok(opened) => {
                call.first_token();
                Ok(AnswerStream::new(call, opened, budget, self.inner.limits.idle))
            }
            Err(failure) => Err(call.fail(failure)),
        }
    }

    /// Whether there is a provider at all.
    pub(crate) fn is_configured(&self) -> bool {
        self.inner.provider.is_some()
    }

    /// How the provider has been doing. Asks nobody.
    pub(crate) fn status(&self) -> Status {
        let Inner { provider, address, model, ledger, .. } = &*self.inner;
        Status {
            provider: address.clone(),
            model: model.clone(),
            standing: if provider.is_some() { ledger.standing() } else { Standing::not_configured() },
        }
    }

    fn begin(&self, order: &Order<'_>, mode: Mode) -> Result<(&P, Call), Failure> {
        let Inner { provider, limits, ledger, .. } = &*self.inner;
        let purpose = ledger.purpose(order.purpose);
        let started = || {
            let provider = provider.as_ref().ok_or(Failure::NotConfigured)?;
            order.prompt.check(limits.prompt_bytes)?;
            let place = ledger.enter()?;
            let admission = ledger.admit()?;
            Ok((provider, Call::start(Arc::clone(ledger), purpose.clone(), mode, place, admission)))
        };
        started().inspect_err(|failure: &Failure| metrics::call_refused(&purpose, failure.outcome()))
    }

    fn budget(&self, order: &Order<'_>) -> Budget {
        Budget::new(order.context, self.inner.limits.total)
    }

    /// Makes requests until one succeeds, or another would be in vain. The first has been admitted.
    async fn with_retries<T, F>(&self, call: &mut Call, budget: &Budget, request: impl Fn() -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let retry = self.inner.retry;
        loop {
            let attempt = call.next_attempt();
            let failure = match request().await {
                Ok(value) => return Ok(value),
                Err(failure) => failure,
            };
            log_failed_attempt(call, attempt, &failure);
            call.judge(failure.verdict());
            let wait = match failure.is_worth_repeating() {
                true => retry.wait(attempt, failure.hint(), budget.left()),
                false => None,
            };
            let Some(wait) = wait else { return Err(failure) };
            tokio::time::sleep(wait).await;
            // Meanwhile it may have turned out, here or elsewhere, that it is no use.
            if call.readmit().is_err() {
                return Err(failure);
            }
            metrics::retried(call.purpose(), failure.outcome());
        }
    }

    /// Opens a stream and reads up to its first token.
    async fn first_token(&self, provider: &P, prompt: &Prompt, budget: &Budget) -> Result<Opened<P::Deltas>, Failure> {
        let Limits { first_token, answer_bytes, .. } = self.inner.limits;
        let opening = async {
            let mut deltas = provider.open(prompt).await?;
            let mut assembly = Assembly::new(answer_bytes);
            while let Some(delta) = deltas.next().await? {
                assembly.add(&delta)?;
                if delta.is_token() {
                    return Ok(Opened { deltas, assembly, first: delta.text });
                }
            }
            // It ended without one: this says what is wrong with that.
            assembly.finish().and(Err(Failure::Cut))
        };
        budget.bound_by(first_token, Wait::FirstToken, opening).await
    }
}

/// A stream whose first token is there.
struct Opened<D> {
    deltas: D,
    assembly: Assembly,
    /// Text of the first token; empty when that was part of a tool call.
    first: String,
}

fn log_failed_attempt(call: &Call, attempt: u32, failure: &Failure) {
    let purpose = call.purpose();
    match failure {
        Failure::Unreachable { cause } => tracing::warn!(%purpose, attempt, %failure, cause, "no answer"),
        _ => tracing::warn!(%purpose, attempt, %failure, "no answer"),
    }
}
