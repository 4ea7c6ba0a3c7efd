use std::{
    collections::BTreeMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use tokio::time::timeout;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The background tasks of one `serve`: named, owned, told to stop, and waited for within a bound.
///
/// A task that panics or fails is logged and cancels the stop token that the owner was given: a process without, say, its
/// outbox would limp on looking healthy, while one that exits non-zero is restarted. Dropping `Tasks` ends what still runs.
pub struct Tasks {
    tracker: TaskTracker,
    owner_stop: CancellationToken,
    stop: CancellationToken,
    kill: CancellationToken,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    running: BTreeMap<&'static str, usize>,
    failed: Vec<&'static str>,
}

impl Tasks {
    /// No tasks yet. They are told to stop when `stop` is cancelled; a failing one cancels `stop`.
    #[must_use]
    pub fn new(stop: &CancellationToken) -> Self {
        Self {
            tracker: TaskTracker::new(),
            owner_stop: stop.clone(),
            stop: stop.child_token(),
            kill: CancellationToken::new(),
            state: Arc::default(),
        }
    }

    /// The token that tells these tasks to stop: cancelled with the owner's, and by [`Tasks::shutdown`].
    #[must_use]
    pub fn stop_token(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Starts a task that ends when it is told to, or when its work is done.
    pub fn spawn<F>(&self, name: &'static str, future: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.spawn_fallible(name, async move {
            future.await;
            Ok(())
        });
    }

    /// Starts a task whose failure ends the process.
    pub fn spawn_fallible<F>(&self, name: &'static str, future: F)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let watch = Watch::start(name, &self.state, &self.owner_stop);
        let kill = self.kill.clone();
        self.tracker.spawn(async move {
            let outcome = tokio::select! {
                outcome = future => outcome,
                () = kill.cancelled() => Ok(()),
            };
            if let Err(error) = outcome {
                watch.failed(&format!("{error:#}"));
            }
        });
    }

    /// Tells the tasks to stop and waits for them, at most `grace`; what still runs then is dropped.
    ///
    /// # Errors
    /// Names the tasks that panicked, failed, or did not stop in time.
    pub async fn shutdown(self, grace: Duration) -> anyhow::Result<()> {
        self.stop.cancel();
        self.tracker.close();
        let late = match timeout(grace, self.tracker.wait()).await {
            Ok(()) => Vec::new(),
            Err(_) => lock(&self.state).running.keys().copied().collect(),
        };
        let failed = lock(&self.state).failed.clone();
        anyhow::ensure!(failed.is_empty(), "task failed: {}", failed.join(", "));
        anyhow::ensure!(late.is_empty(), "task did not stop within {grace:?}: {}", late.join(", "));
        Ok(())
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        self.kill.cancel();
    }
}

/// Lives as long as its task and notices how it ends, a panic included.
struct Watch {
    name: &'static str,
    state: Arc<Mutex<State>>,
    owner_stop: CancellationToken,
}

impl Watch {
    fn start(name: &'static str, state: &Arc<Mutex<State>>, owner_stop: &CancellationToken) -> Self {
        *lock(state).running.entry(name).or_default() += 1;
        Self { name, state: Arc::clone(state), owner_stop: owner_stop.clone() }
    }

    fn failed(&self, error: &str) {
        tracing::error!(task = self.name, error, "task failed; stopping the process");
        lock(&self.state).failed.push(self.name);
        self.owner_stop.cancel();
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if thread::panicking() {
            self.failed("panicked");
        }
        let mut state = lock(&self.state);
        if let Some(count) = state.running.get_mut(self.name) {
            *count -= 1;
            if *count == 0 {
                state.running.remove(self.name);
            }
        }
    }
}

/// The state is a list of names: whole at every moment, so a poisoned lock is as good as any.
fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn tasks_are_told_to_stop_and_waited_for() {
        let stop = CancellationToken::new();
        let tasks = Tasks::new(&stop);
        let told = tasks.stop_token();
        tasks.spawn("worker", async move { told.cancelled().await });
        tasks.shutdown(GRACE).await.unwrap();
        assert!(!stop.is_cancelled(), "one service's end must not stop its neighbours");
    }

    #[tokio::test]
    async fn a_panic_stops_the_owner_and_fails_the_shutdown() {
        let stop = CancellationToken::new();
        let tasks = Tasks::new(&stop);
        tasks.spawn("outbox", async { panic!("boom") });
        stop.cancelled().await;
        let error = tasks.shutdown(GRACE).await.unwrap_err().to_string();
        assert_eq!(error, "task failed: outbox");
    }

    #[tokio::test]
    async fn a_failure_stops_the_owner() {
        let stop = CancellationToken::new();
        let tasks = Tasks::new(&stop);
        tasks.spawn_fallible("admin", async { anyhow::bail!("no such port") });
        stop.cancelled().await;
        assert!(tasks.shutdown(GRACE).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_deaf_task_is_dropped_after_the_grace() {
        let tasks = Tasks::new(&CancellationToken::new());
        let (alive, mut gone) = tokio::sync::mpsc::channel::<()>(1);
        tasks.spawn("deaf", async move {
            let _alive = alive;
            std::future::pending::<()>().await;
        });
        let error = tasks.shutdown(GRACE).await.unwrap_err().to_string();
        assert!(error.contains("deaf"), "{error}");
        assert!(gone.recv().await.is_none(), "the task must be dropped");
    }
}
