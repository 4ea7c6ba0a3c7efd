//! Which cart is sent to the backend when: each by one sender at a time, and not before its wait is over.

use std::collections::{BTreeSet, HashMap, HashSet};

use tokio::time::Instant;

use crate::domain::CartId;

/// The carts that have something to send.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    /// By time; the cart's key makes the pair unique.
    due: BTreeSet<(Instant, CartId)>,
    waiting: HashMap<CartId, Instant>,
    sending: HashSet<CartId>,
    /// Carts that changed while they were being sent.
    again: HashSet<CartId>,
}

impl Schedule {
    /// A cart has something to send. One that waits after a failure goes on waiting: a shopper who clicks on must not make us
    /// press a backend that is down.
    pub(super) fn wake(&mut self, cart_id: CartId, now: Instant) {
        if self.sending.contains(&cart_id) {
            self.again.insert(cart_id);
        } else if !self.waiting.contains_key(&cart_id) {
            self.wait(cart_id, now);
        }
    }

    /// Takes the cart that is due first, if one is.
    pub(super) fn take(&mut self, now: Instant) -> Option<CartId> {
        let (at, cart_id) = self.due.first()?;
        if *at > now {
            return None;
        }
        let key = (*at, cart_id.clone());
        self.due.remove(&key);
        self.waiting.remove(&key.1);
        self.sending.insert(key.1.clone());
        Some(key.1)
    }

    /// A cart was sent, until `retry_at` if there is something left.
    pub(super) fn finish(&mut self, cart_id: CartId, retry_at: Option<Instant>, now: Instant) {
        self.sending.remove(&cart_id);
        let again = self.again.remove(&cart_id);
        match retry_at {
            Some(at) => self.wait(cart_id, at),
            None if again => self.wait(cart_id, now),
            None => {}
        }
    }

    /// When the next cart is due.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }

    /// How many carts are being sent.
    pub(super) fn in_flight(&self) -> usize {
        self.sending.len()
    }

    fn wait(&mut self, cart_id: CartId, at: Instant) {
        self.waiting.insert(cart_id.clone(), at);
        self.due.insert((at, cart_id));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const WAIT: Duration = Duration::from_secs(1);

    fn id(text: &str) -> CartId {
        CartId::parse(text).unwrap()
    }

    #[test]
    fn a_cart_is_sent_by_one_sender_at_a_time_and_again_if_it_changed_meanwhile() {
        let (mut schedule, now) = (Schedule::default(), Instant::now());
        schedule.wake(id("a"), now);
        schedule.wake(id("a"), now);
        assert_eq!(schedule.take(now), Some(id("a")));
        schedule.wake(id("a"), now);
        assert_eq!(schedule.take(now), None);
        schedule.finish(id("a"), None, now);
        assert_eq!(schedule.take(now), Some(id("a")));
        schedule.finish(id("a"), None, now);
        assert_eq!((schedule.take(now), schedule.next_due()), (None, None));
    }

    #[test]
    fn a_change_does_not_cut_the_wait_after_a_failure_short() {
        let (mut schedule, now) = (Schedule::default(), Instant::now());
        schedule.wake(id("a"), now);
        let _ = schedule.take(now);
        schedule.finish(id("a"), Some(now + WAIT), now);
        schedule.wake(id("a"), now);
        assert_eq!(schedule.take(now), None);
        assert_eq!(schedule.next_due(), Some(now + WAIT));
        assert_eq!(schedule.take(now + WAIT), Some(id("a")));
    }

    #[test]
    fn a_cart_that_waits_holds_no_other_up() {
        let (mut schedule, now) = (Schedule::default(), Instant::now());
        schedule.wake(id("a"), now);
        let _ = schedule.take(now);
        schedule.finish(id("a"), Some(now + WAIT), now);
        schedule.wake(id("b"), now);
        assert_eq!(schedule.take(now), Some(id("b")));
        assert_eq!(schedule.in_flight(), 1);
    }
}
