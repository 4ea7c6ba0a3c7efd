use std::time::{Duration, Instant};

/// Leaves a provider that keeps failing alone, and lets single requests find out whether it is back.
#[derive(Debug)]
pub(crate) struct Breaker {
    /// 0: never.
    failures_to_open: u32,
    pause: Duration,
    failures: u32,
    open_until: Option<Instant>,
}

impl Breaker {
    pub(crate) fn new(failures_to_open: u32, pause: Duration) -> Self {
        Self { failures_to_open, pause, failures: 0, open_until: None }
    }

    /// Lets a request through, or says how long none will be.
    pub(crate) fn admit(&mut self, now: Instant) -> Result<(), Duration> {
        match self.open_until {
            None => Ok(()),
            Some(until) if now < until => Err(until - now),
            Some(_) => {
                // This request finds out. The next may do so after another pause, should this one never come back.
                self.open_until = Some(now + self.pause);
                Ok(())
            }
        }
    }

    /// The provider did as it should.
    pub(crate) fn succeed(&mut self) {
        self.failures = 0;
        self.open_until = None;
    }

    /// The provider failed.
    pub(crate) fn fail(&mut self, now: Instant) {
        self.failures = self.failures.saturating_add(1);
        if self.failures_to_open > 0 && self.failures >= self.failures_to_open {
            self.open_until = Some(now + self.pause);
        }
    }

    /// Whether requests are being held back.
    pub(crate) fn is_open(&self) -> bool {
        self.open_until.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(10);

    #[test]
    fn it_opens_after_failures_in_a_row_and_closes_when_a_trial_succeeds() {
        let (mut breaker, now) = (Breaker::new(3, PAUSE), Instant::now());
        for _ in 0..2 {
            breaker.fail(now);
        }
        breaker.succeed();
        for _ in 0..2 {
            breaker.fail(now);
        }
        assert!(breaker.admit(now).is_ok() && !breaker.is_open());
        breaker.fail(now);
        assert_eq!(breaker.admit(now + PAUSE / 4), Err(PAUSE / 4 * 3));
        let later = now + PAUSE;
        assert_eq!(breaker.admit(later), Ok(()));
        assert_eq!(breaker.admit(later), Err(PAUSE), "one trial at a time");
        breaker.succeed();
        assert!(breaker.admit(later).is_ok() && !breaker.is_open());
    }

    #[test]
    fn a_failed_trial_means_another_pause() {
        let (mut breaker, now) = (Breaker::new(1, PAUSE), Instant::now());
        breaker.fail(now);
        let later = now + PAUSE;
        assert_eq!(breaker.admit(later), Ok(()));
        breaker.fail(later);
        assert_eq!(breaker.admit(later + PAUSE / 2), Err(PAUSE / 2));
    }

    #[test]
    fn zero_switches_it_off() {
        let (mut breaker, now) = (Breaker::new(0, PAUSE), Instant::now());
        (0..100).for_each(|_| breaker.fail(now));
        assert_eq!(breaker.admit(now), Ok(()));
    }
}
