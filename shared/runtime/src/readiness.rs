use tokio::sync::watch;

/// Whether a process may be sent work: one shared flag, set by who knows and read by probes.
#[derive(Debug, Clone)]
pub struct Readiness(watch::Sender<bool>);

impl Readiness {
    /// A flag that starts as `ready`.
    #[must_use]
    pub fn new(ready: bool) -> Self {
        Self(watch::Sender::new(ready))
    }

    /// Changes the flag and wakes those who watch it.
    pub fn set(&self, ready: bool) {
        self.0.send_replace(ready);
    }

    /// The flag now.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        *self.0.borrow()
    }

    /// Follows the flag.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<bool> {
        self.0.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_follower_sees_the_change() {
        let readiness = Readiness::new(false);
        let mut follower = readiness.subscribe();
        readiness.clone().set(true);
        assert!(*follower.wait_for(|ready| *ready).await.unwrap());
        assert!(readiness.is_ready());
    }
}
