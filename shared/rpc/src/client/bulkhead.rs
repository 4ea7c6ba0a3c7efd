use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// Limits how many of our calls one peer can hold at a time.
#[derive(Debug, Clone)]
pub(super) struct Bulkhead {
    in_flight: Arc<AtomicUsize>,
    most: usize,
}

impl Bulkhead {
    pub(super) fn new(most: usize) -> Self {
        Self { in_flight: Arc::default(), most }
    }

    /// A place for one call, held until dropped; `None` when all are taken.
    pub(super) fn enter(&self) -> Option<Place> {
        let before = self.in_flight.fetch_add(1, Ordering::Relaxed);
        // Dropped again at once when it was one too many.
        let place = Place(Arc::clone(&self.in_flight));
        (before < self.most).then_some(place)
    }
}

/// A place in the bulkhead.
#[derive(Debug)]
pub(super) struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_limited_and_given_back() {
        let bulkhead = Bulkhead::new(2);
        let first = bulkhead.enter();
        let second = bulkhead.enter();
        assert!(first.is_some() && second.is_some());
        assert!(bulkhead.enter().is_none());
        drop(first);
        assert!(bulkhead.enter().is_some());
    }
}
