//! Vectors of queries: kept, made within a time limit, and never waited for longer.

use std::{sync::Arc, time::Duration};

use metrics::{counter, histogram};
use moka::sync::Cache;
use tokio::{
    sync::Semaphore,
    task::{JoinHandle, spawn_blocking},
    time::{Instant, timeout},
};

use super::{encoder::Encode, quantised::Quantised};
use crate::metrics as names;

/// Queries encoded at the same time for each processor; further ones are answered by words alone.
const AT_ONCE: usize = 2;

/// Makes and keeps the vectors of queries.
pub(crate) struct QueryVectors {
    encoder: Arc<dyn Encode>,
    known: Cache<String, Arc<Quantised>>,
    budget: Duration,
    slots: Arc<Semaphore>,
}

impl QueryVectors {
    /// Waits at most `budget` for a vector and keeps `kept` of them.
    pub(crate) fn new(encoder: Arc<dyn Encode>, budget: Duration, kept: u64) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let slots = Arc::new(Semaphore::new(processors * AT_ONCE));
        Self { encoder, known: Cache::new(kept), budget, slots }
    }

    /// The vector of what was typed, unless it is late or fails. `meant` says on first use what is encoded for it (its spelling corrected).
    pub(crate) async fn of(
        &self,
        typed: &str,
        remaining: Duration,
        meant: impl FnOnce() -> String + Send + 'static,
    ) -> Option<Arc<Quantised>> {
        let typed = typed.trim().to_lowercase();
        let (outcome, vector) = match self.known.get(&typed) {
            Some(vector) => ("kept", Some(vector)),
            None => self.made(typed, remaining, meant).await,
        };
        counter!(names::QUERY_VECTORS, "outcome" => outcome).increment(1);
        vector
    }

    async fn made(
        &self,
        typed: String,
        remaining: Duration,
        meant: impl FnOnce() -> String + Send + 'static,
    ) -> (&'static str, Option<Arc<Quantised>>) {
        let Some(making) = self.make(typed, meant) else { return ("busy", None) };
        // Half of what is left: the search itself takes time, too.
        match timeout(self.budget.min(remaining / 2), making).await {
            Ok(Ok(Some(vector))) => ("made", Some(vector)),
            Ok(_) => ("failed", None),
            // It is made nevertheless: the next one who asks has it.
            Err(_) => ("late", None),
        }
    }

    /// Begins to make a vector, if not too many are being made.
    fn make(
        &self,
        typed: String,
        meant: impl FnOnce() -> String + Send + 'static,
    ) -> Option<JoinHandle<Option<Arc<Quantised>>>> {
        let slot = Arc::clone(&self.slots).try_acquire_owned().ok()?;
        let (encoder, known) = (Arc::clone(&self.encoder), self.known.clone());
        Some(spawn_blocking(move || {
            let _slot = slot;
            let started = Instant::now();
            let vector = match encoder.encode(&[&meant()]) {
                Ok(vectors) => Arc::new(Quantised::new(vectors.first()?)),
                Err(error) => {
                    tracing::warn!(%error, "a query could not be embedded");
                    return None;
                }
            };
            histogram!(names::QUERY_VECTOR_SECONDS).record(started.elapsed());
            known.insert(typed, Arc::clone(&vector));
            Some(vector)
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, mpsc};

    use super::*;
    use crate::embedding::EncodeError;

    /// Encodes when told to; fails when nobody will tell any more.
    struct OnCommand(Mutex<mpsc::Receiver<()>>);

    impl Encode for OnCommand {
        fn id(&self) -> [u8; 32] {
            [0; 32]
        }

        fn dimensions(&self) -> usize {
            2
        }

        fn length(&self, text: &str) -> usize {
            text.len()
        }

        fn encode(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncodeError> {
            let told = self.0.lock().unwrap().recv();
            told.map_err(|_| EncodeError::Model("nobody tells".to_owned()))?;
            Ok(texts.iter().map(|text| vec![text.len() as f32, 0.0]).collect())
        }
    }

    const LONG: Duration = Duration::from_secs(60);

    fn queries(budget: Duration) -> (mpsc::Sender<()>, QueryVectors) {
        let (tell, told) = mpsc::channel();
        (tell, QueryVectors::new(Arc::new(OnCommand(Mutex::new(told))), budget, 10))
    }

    #[tokio::test]
    async fn a_vector_is_made_once() {
        let (tell, queries) = queries(LONG);
        tell.send(()).unwrap();
        let first = queries.of(" Sofa", LONG, || "sofa".to_owned()).await.unwrap();
        assert_eq!(first, queries.of("sofa ", LONG, || "is not asked again".to_owned()).await.unwrap());
    }

    #[tokio::test]
    async fn who_is_late_is_not_waited_for_but_kept() {
        let (tell, queries) = queries(Duration::from_millis(5));
        assert_eq!(queries.of("sofa", LONG, || "sofa".to_owned()).await, None);
        tell.send(()).unwrap();
        easymart_testkit::wait_until(LONG, "the late vector is kept", async || queries.known.get("sofa").is_some())
            .await;
        assert!(queries.of("sofa", LONG, String::new).await.is_some());
    }

    #[tokio::test]
    async fn a_spent_deadline_is_respected_and_failures_are_no_answer() {
        let (tell, queries) = queries(LONG);
        assert_eq!(queries.of("sofa", Duration::ZERO, || "sofa".to_owned()).await, None);
        drop(tell);
        assert_eq!(queries.of("chair", LONG, || "chair".to_owned()).await, None);
    }
}
