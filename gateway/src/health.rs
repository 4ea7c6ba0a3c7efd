//! How the parts of EasyMart are: asked in parallel, each with a short patience.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
    time::Instant,
};

use easymart_core::{CallContext, Error, reason};
use easymart_proto::{
    cart_sync::v1::ListUnsyncedRequest,
    llm_proxy::v1::{GetStatusRequest, ProviderState},
};
use easymart_rpc::Peer;
use futures::future::join_all;
use serde::Serialize;
use utoipa::ToSchema;

use crate::gateway::Gateway;

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    /// Works.
    Ok,
    /// Works, not as it should.
    Degraded,
    /// Does not work.
    Down,
}

/// How one part is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HealthCheck)]
pub(crate) struct Check {
    /// State.
    pub status: Status,
    /// How long the answer took.
    pub latency_ms: u64,
    /// What there is to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// How everything is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Health)]
pub(crate) struct Report {
    /// `down` when the conversation is, `degraded` when anything else is not well.
    pub status: Status,
    /// `conversation`, `catalog_search`, `cart_sync`, `llm_proxy`, `storefront`, `llm` and `store`.
    pub checks: BTreeMap<&'static str, Check>,
}

/// Whether the process may be sent work.
///
/// It starts when every part that a shopper needs has been up once, and then follows the conversation alone: taking the whole shop
/// away because one part is down would be worse than answering without it.
#[derive(Debug, Default)]
pub(crate) struct Readiness {
    was_whole: AtomicBool,
}

impl Readiness {
    /// Asks.
    pub(crate) async fn is_ready(&self, gateway: &Gateway) -> bool {
        if gateway.stop.is_cancelled() {
            return false;
        }
        let peers = &gateway.peers;
        let needed: &[&Peer] = if self.was_whole.load(Ordering::Relaxed) {
            &[&peers.conversation]
        } else {
            &[&peers.conversation, &peers.catalog_search, &peers.cart_sync]
        };
        let ctx = context(gateway);
        let answers = join_all(needed.iter().map(|peer| peer.health(&ctx, ""))).await;
        let ready = answers.iter().all(Result::is_ok);
        if ready {
            self.was_whole.store(true, Ordering::Relaxed);
        }
        ready
    }
}

/// Asks all parts.
pub(crate) async fn report(gateway: &Gateway) -> Report {
    let ctx = context(gateway);
    let services = gateway.peers.all().map(|(name, peer)| {
        let ctx = &ctx;
        async move {
            let started = Instant::now();
            let answer = peer.health(ctx, "").await;
            (name, answered(started, answer.map(|()| Finding::well())))
        }
    });
    let (services, (storefront, store), llm) =
        futures::join!(join_all(services), storefront_and_store(gateway, &ctx), llm(gateway, &ctx));
    let mut checks: BTreeMap<_, _> = services.into_iter().collect();
    checks.extend([("storefront", storefront), ("store", store), ("llm", llm)]);
    Report { status: overall(&checks), checks }
}

fn overall(checks: &BTreeMap<&'static str, Check>) -> Status {
    let conversation = checks.get("conversation").map(|check| check.status);
    let worst = checks.values().map(|check| check.status).max();
    match (conversation, worst) {
        (Some(Status::Down), _) => Status::Down,
        (_, Some(Status::Ok) | None) => Status::Ok,
        _ => Status::Degraded,
    }
}

fn context(gateway: &Gateway) -> CallContext {
    CallContext::new(gateway.config.deadlines.probe)
}

/// What a probe found.
struct Finding {
    status: Status,
    detail: Option<String>,
}

impl Finding {
    fn well() -> Self {
        Self { status: Status::Ok, detail: None }
    }

    fn of(status: Status, detail: impl Into<String>) -> Self {
        Self { status, detail: Some(detail.into()) }
    }
}

fn answered(started: Instant, finding: Result<Finding, Error>) -> Check {
    let finding = finding.unwrap_or_else(|error| Finding::of(Status::Down, error.message));
    Check {
        status: finding.status,
        latency_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        detail: finding.detail,
    }
}

/// One question to cart-sync tells both: what the shop's backend has not confirmed, read from the store.
async fn storefront_and_store(gateway: &Gateway, ctx: &CallContext) -> (Check, Check) {
    let started = Instant::now();
    let answer = gateway.peers.list_unsynced(ctx, ListUnsyncedRequest { limit: 1 }).await;
    let (storefront, store) = match answer {
        Ok(unsynced) => (backlog(unsynced.total), Finding::well()),
        Err(failure) if failure.reason() == reason::STORE_FAILED => (
            Finding::of(Status::Down, "the store cannot be read"),
            Finding::of(Status::Down, "the store cannot be read"),
        ),
        Err(_) => (unknown("cart_sync"), unknown("cart_sync")),
    };
    (answered(started, Ok(storefront)), answered(started, Ok(store)))
}

fn backlog(waiting: u32) -> Finding {
    match waiting {
        0 => Finding::well(),
        1 => Finding::of(Status::Degraded, "1 change waits for the shop's backend"),
        more => Finding::of(Status::Degraded, format!("{more} changes wait for the shop's backend")),
    }
}

async fn llm(gateway: &Gateway, ctx: &CallContext) -> Check {
    let started = Instant::now();
    let finding = match gateway.peers.get_status(ctx, GetStatusRequest {}).await {
        Ok(status) => provider(status.state()),
        Err(_) => unknown("llm_proxy"),
    };
    answered(started, Ok(finding))
}

fn provider(state: ProviderState) -> Finding {
    match state {
        ProviderState::Ok => Finding::well(),
        ProviderState::Untried => Finding::of(Status::Ok, "not called yet"),
        ProviderState::NotConfigured => Finding::of(Status::Ok, "none configured; the shop works without"),
        ProviderState::Failing => Finding::of(Status::Degraded, "recent calls failed; the shop works without"),
        ProviderState::Open => {
            Finding::of(Status::Down, "not called at the moment after many failures; the shop works without")
        }
        ProviderState::Unspecified => Finding::of(Status::Degraded, "its state is not known"),
    }
}

fn unknown(through: &str) -> Finding {
    Finding::of(Status::Down, format!("not known: {through} does not answer"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checks(states: &[(&'static str, Status)]) -> BTreeMap<&'static str, Check> {
        let check = |status| Check { status, latency_ms: 0, detail: None };
        states.iter().map(|(name, status)| (*name, check(*status))).collect()
    }

    #[test]
    fn the_whole_is_as_well_as_its_parts() {
        let of = |states: &[_]| overall(&checks(states));
        assert_eq!(of(&[("conversation", Status::Ok), ("llm", Status::Ok)]), Status::Ok);
        assert_eq!(of(&[("conversation", Status::Ok), ("llm", Status::Down)]), Status::Degraded);
        assert_eq!(of(&[("conversation", Status::Degraded), ("llm", Status::Ok)]), Status::Degraded);
        assert_eq!(of(&[("conversation", Status::Down), ("llm", Status::Ok)]), Status::Down);
    }

    #[test]
    fn a_backlog_is_counted() {
        assert_eq!(backlog(0).status, Status::Ok);
        assert_eq!(backlog(1).detail.as_deref(), Some("1 change waits for the shop's backend"));
        assert_eq!(backlog(7).status, Status::Degraded);
    }
}
