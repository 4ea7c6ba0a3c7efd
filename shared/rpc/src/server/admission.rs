use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use metrics::Gauge;

/// Limits the calls in work over all connections of a server.
#[derive(Clone)]
pub(super) struct Admission {
    in_flight: Arc<AtomicUsize>,
    most: usize,
    gauge: Gauge,
}

impl Admission {
    pub(super) fn new(most: usize, gauge: Gauge) -> Self {
        Self { in_flight: Arc::default(), most, gauge }
    }

    /// A ticket for one call, held until its answer has been sent; `None` when the server is full.
    pub(super) fn enter(&self) -> Option<Ticket> {
        let before = self.in_flight.fetch_add(1, Ordering::Relaxed);
        self.gauge.increment(1.0);
        let ticket = Ticket(self.clone());
        (before < self.most).then_some(ticket)
    }
}

/// One call in work.
pub(super) struct Ticket(Admission);

impl Drop for Ticket {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
        self.0.gauge.decrement(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_server_lets_nobody_in_until_somebody_leaves() {
        let admission = Admission::new(1, Gauge::noop());
        let first = admission.enter();
        assert!(first.is_some());
        assert!(admission.enter().is_none());
        drop(first);
        assert!(admission.enter().is_some());
    }
}
