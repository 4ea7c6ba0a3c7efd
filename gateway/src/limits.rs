//! How much a client may ask for: rates by session and by address, and what is worked on at once.

use std::{hash::Hash, net::IpAddr, num::NonZeroU32, sync::Arc, time::Duration};

use easymart_core::{Error, reason};
use easymart_runtime::Ticks;
use governor::{
    DefaultKeyedRateLimiter, Quota,
    clock::{Clock as _, DefaultClock},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    address::limit_key,
    config::LimitsConfig,
    metrics,
    problem::{Failure, Result},
};

/// How often keys that are at rest are forgotten, so that memory follows the clients of the last minute.
const FORGET_EVERY: Duration = Duration::from_secs(10);

/// What a client that was turned away should wait when the process has too much to do.
const OVERLOAD_PAUSE: Duration = Duration::from_secs(1);

/// All limits on rates and on what happens at once.
#[derive(Debug)]
pub(crate) struct Limits {
    sessions: Option<Rate<Uuid>>,
    addresses: Option<Rate<IpAddr>>,
    requests: Arc<Semaphore>,
    streams: Arc<Semaphore>,
}

impl Limits {
    /// As configured.
    pub(crate) fn new(config: &LimitsConfig) -> Self {
        Self {
            sessions: Rate::new(config.session_per_minute, config.session_burst),
            addresses: Rate::new(config.address_per_minute, 0),
            requests: Arc::new(Semaphore::new(config.concurrent_requests.min(Semaphore::MAX_PERMITS))),
            streams: Arc::new(Semaphore::new(config.open_streams.min(Semaphore::MAX_PERMITS))),
        }
    }

    /// Counts a message of a session.
    pub(crate) fn message(&self, session: Uuid) -> Result<()> {
        check(self.sessions.as_ref(), &session, "session", "this session has sent too many messages")
    }

    /// Counts a request of an address.
    pub(crate) fn request(&self, address: IpAddr) -> Result<()> {
        let key = limit_key(address);
        check(self.addresses.as_ref(), &key, "address", "too many requests came from this address")
    }

    /// A place to work on a request, or a refusal: a queue would only add waiting to overload.
    pub(crate) fn enter(&self) -> Result<OwnedSemaphorePermit> {
        place(&self.requests)
    }

    /// A place for a stream.
    pub(crate) fn open_stream(&self) -> Result<OwnedSemaphorePermit> {
        place(&self.streams)
    }

    /// Forgets keys at rest until told to stop.
    pub(crate) async fn forget_idle_keys(self: Arc<Self>, stop: CancellationToken) {
        let mut ticks = Ticks::new(FORGET_EVERY, stop);
        while ticks.next().await {
            self.forget();
        }
    }

    fn forget(&self) {
        if let Some(rate) = &self.sessions {
            rate.forget();
        }
        if let Some(rate) = &self.addresses {
            rate.forget();
        }
    }
}

fn check<K: Hash + Eq + Clone>(rate: Option<&Rate<K>>, key: &K, scope: &'static str, message: &str) -> Result<()> {
    let Some(wait) = rate.and_then(|rate| rate.take(key)) else {
        return Ok(());
    };
    metrics::rate_limited(scope);
    Err(Error::new(reason::RATE_LIMITED, message).retry_after(wait).into())
}

fn place(semaphore: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
    Arc::clone(semaphore).try_acquire_owned().map_err(|_| {
        Failure::from(
            Error::new(reason::OVERLOADED, "the server has as much work as it can take").retry_after(OVERLOAD_PAUSE),
        )
    })
}

/// A rate for each key.
#[derive(Debug)]
struct Rate<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    clock: DefaultClock,
}

impl<K: Hash + Eq + Clone> Rate<K> {
    /// So many a minute, at most `burst` at once; without a burst, the whole minute's at once. `None` for no limit.
    fn new(per_minute: u32, burst: u32) -> Option<Self> {
        let per_minute = NonZeroU32::new(per_minute)?;
        let burst = NonZeroU32::new(burst).unwrap_or(per_minute);
        let quota = Quota::per_minute(per_minute).allow_burst(burst);
        Some(Self { limiter: DefaultKeyedRateLimiter::keyed(quota), clock: DefaultClock::default() })
    }

    /// Takes one; when there is none, how long to wait for it.
    fn take(&self, key: &K) -> Option<Duration> {
        let refused = self.limiter.check_key(key).err()?;
        Some(refused.wait_time_from(self.clock.now()))
    }

    fn forget(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(change: impl FnOnce(&mut LimitsConfig)) -> Limits {
        let mut config = LimitsConfig::default();
        change(&mut config);
        Limits::new(&config)
    }

    #[test]
    fn a_session_has_a_burst_and_then_a_rate() {
        let limits = limits(|_| {});
        let (busy, quiet) = (Uuid::now_v7(), Uuid::now_v7());
        let refused = (0..40).filter(|_| limits.message(busy).is_err()).count();
        assert_eq!(refused, 35);
        assert_eq!(limits.message(busy).unwrap_err().reason(), reason::RATE_LIMITED);
        assert!(limits.message(quiet).is_ok(), "one shopper must not slow another");
    }

    #[test]
    fn zero_switches_a_limit_off() {
        let limits = limits(|config| {
            config.session_per_minute = 0;
            config.address_per_minute = 0;
        });
        let session = Uuid::now_v7();
        assert!((0..1_000).all(|_| limits.message(session).is_ok()));
        assert!((0..1_000).all(|_| limits.request(IpAddr::from([192, 0, 2, 1])).is_ok()));
    }

    #[test]
    fn without_a_burst_of_its_own_the_minute_is_the_burst() {
        let limits = limits(|config| config.session_burst = 0);
        let session = Uuid::now_v7();
        let allowed = (0..40).filter(|_| limits.message(session).is_ok()).count();
        assert_eq!(allowed, 30);
    }

    #[test]
    fn places_are_given_back() {
        let limits = limits(|config| config.concurrent_requests = 1);
        let place = limits.enter().unwrap();
        assert_eq!(limits.enter().unwrap_err().reason(), reason::OVERLOADED);
        drop(place);
        assert!(limits.enter().is_ok());
    }

    #[test]
    fn keys_at_rest_are_forgotten() {
        let limits = limits(|config| {
            config.session_per_minute = u32::MAX;
            config.session_burst = 1;
        });
        for _ in 0..1_000 {
            limits.message(Uuid::now_v7()).unwrap();
        }
        limits.forget();
        assert!(limits.sessions.as_ref().unwrap().limiter.len() < 1_000);
    }
}
