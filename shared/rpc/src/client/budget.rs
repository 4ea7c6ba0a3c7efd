use std::sync::atomic::{AtomicU32, Ordering};

/// What a retry costs, in hundredths, so that a percentage is what a call earns.
const RETRY: u32 = 100;

/// Most that can be saved up: ten retries. Also what is there at the start.
const MOST: u32 = 10 * RETRY;

/// Keeps retries a small share of the calls: when a destination fails for everybody, repeating everything would only bury it.
#[derive(Debug)]
pub(super) struct RetryBudget {
    saved: AtomicU32,
    earned_per_call: u32,
}

impl RetryBudget {
    pub(super) fn new(retry_percent: u32) -> Self {
        Self { saved: AtomicU32::new(MOST), earned_per_call: retry_percent }
    }

    /// A call begins.
    pub(super) fn earn(&self) {
        // Full is the normal state: looking costs less than writing a line that all cores share.
        if self.saved.load(Ordering::Relaxed) < MOST {
            let add = |saved: u32| Some(saved.saturating_add(self.earned_per_call).min(MOST));
            let _ = self.saved.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
        }
    }

    /// Pays for one retry; false when there is not enough.
    pub(super) fn spend(&self) -> bool {
        let pay = |saved: u32| saved.checked_sub(RETRY);
        self.saved.fetch_update(Ordering::Relaxed, Ordering::Relaxed, pay).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_are_a_share_of_the_calls() {
        let budget = RetryBudget::new(10);
        let reserve = (0..100).filter(|_| budget.spend()).count();
        assert_eq!(reserve, 10);
        let retries = (0..1_000)
            .filter(|_| {
                budget.earn();
                budget.spend()
            })
            .count();
        assert_eq!(retries, 100);
    }

    #[test]
    fn savings_are_limited() {
        let budget = RetryBudget::new(10);
        (0..1_000).for_each(|_| budget.earn());
        assert_eq!((0..100).filter(|_| budget.spend()).count(), 10);
    }
}
