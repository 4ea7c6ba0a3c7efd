//! Search by meaning beside search by words: sees to the vectors of the generation that is served, and to those of queries.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::task::{JoinHandle, spawn_blocking};

use super::{Catalogues, Generation};
use crate::{
    config::EmbeddingConfig,
    domain::{
        catalogue::Places,
        search::{Neighbours, QueryPlan, SearchQuery, Sort},
    },
    embedding::{self, Encode, EncodeError, Progress, Quantised, QueryVectors, Vectors, VectorsError},
    metrics as names,
};

/// How often the log says how far the making of vectors has come.
const REPORTED: Duration = Duration::from_secs(10);

/// A model at work.
pub(crate) struct Meaning {
    encoder: Arc<dyn Encode>,
    queries: QueryVectors,
    threads: usize,
    stopping: AtomicBool,
    /// The making of vectors that runs or ran last. One at a time: a new one waits for the old one, which sees that it is stale.
    making: Mutex<Option<JoinHandle<()>>>,
}

impl Meaning {
    /// Loads the model, if one is configured. Blocks.
    pub(crate) fn load(config: &EmbeddingConfig) -> Result<Option<Self>, EncodeError> {
        if config.model_dir.as_os_str().is_empty() {
            return Ok(None);
        }
        let encoder = embedding::load(&config.model_dir)?;
        let threads = match config.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        let queries = QueryVectors::new(Arc::clone(&encoder), config.query_budget, config.kept_queries);
        Ok(Some(Self { encoder, queries, threads, stopping: AtomicBool::new(false), making: Mutex::default() }))
    }

    /// Makes the vectors that are being made stop, and waits for it.
    pub(super) async fn finish(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        let making = self.making.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Err(error)) = futures::future::OptionFuture::from(making).await {
            tracing::error!(%error, "making vectors broke off");
        }
    }

    fn make(
        &self,
        directory: &Path,
        generation: &Generation,
        known: Option<&Vectors>,
        is_current: impl Fn() -> bool + Sync,
    ) {
        let started = Instant::now();
        let reported = AtomicU64::new(0);
        let go_on = |progress: Progress| {
            let periods = started.elapsed().as_secs() / REPORTED.as_secs();
            if reported.fetch_max(periods, Ordering::Relaxed) < periods {
                tracing::info!(done = progress.done, total = progress.total, "products' vectors are being made");
            }
            !self.stopping.load(Ordering::Relaxed) && is_current()
        };
        let (catalogue, encoder) = (&generation.catalogue, self.encoder.as_ref());
        match embedding::build(directory, catalogue, encoder, self.threads, known, &go_on) {
            Ok(vectors) => {
                let (products, seconds) = (vectors.len(), started.elapsed().as_secs_f64());
                metrics::gauge!(names::VECTORS).set(products as f64);
                generation.vectors.get_or_init(|| vectors);
                tracing::info!(generation = generation.record.id, products, seconds, "search by meaning is on");
            }
            Err(VectorsError::Stopped) => {}
            // The directory of a generation that was replaced meanwhile goes away.
            Err(VectorsError::Disk(_)) if !is_current() => {}
            Err(error) => tracing::error!(%error, "products' vectors could not be made: words answer alone"),
        }
    }
}

impl Catalogues {
    /// Sees to the vectors of a generation in the background; until they are there, words answer alone. Texts that `previous` has, too, keep
    /// their vectors.
    pub(super) fn see_to_vectors(&self, generation: &Arc<Generation>, previous: Option<&Generation>) {
        let Some(meaning) = &self.inner.meaning else { return };
        metrics::gauge!(names::VECTORS).set(0.0);
        let (this, generation) = (self.clone(), Arc::clone(generation));
        let known = previous.map(|previous| Arc::clone(&previous.vectors));
        let mut making = meaning.making.lock().unwrap_or_else(PoisonError::into_inner);
        let before = making.take();
        *making = Some(spawn_blocking(move || {
            if let Some(before) = before {
                // Its outcome is in the log.
                let _ended = futures::executor::block_on(before);
            }
            let Some(meaning) = &this.inner.meaning else { return };
            let directory = this.inner.settings.index_of(&generation.record.id);
            let is_current = || this.current().is_some_and(|current| current.record.id == generation.record.id);
            if is_current() {
                meaning.make(&directory, &generation, known.as_ref().and_then(|known| known.get()), is_current);
            }
        }));
    }

    /// The vector of a query, if it is to be searched by meaning and there is one in time.
    pub(super) async fn query_vector(
        &self,
        generation: &Arc<Generation>,
        query: &SearchQuery,
        remaining: Duration,
    ) -> Option<Arc<Quantised>> {
        let meaning = self.inner.meaning.as_ref()?;
        let wanted = query.sort == Sort::Relevance && !query.text.trim().is_empty();
        if !wanted || generation.vectors.get().is_none() {
            return None;
        }
        let (within, text) = (Arc::clone(generation), query.text.clone());
        let meant = move || {
            let plan = QueryPlan::new(&text, &within.catalogue, within.index.as_ref());
            plan.corrected.unwrap_or(text)
        };
        meaning.queries.of(&query.text, remaining, meant).await
    }
}

/// What is near to a query in a generation.
pub(super) struct Near<'a> {
    pub(super) vectors: &'a Vectors,
    pub(super) query: &'a Quantised,
}

impl Neighbours for Near<'_> {
    fn nearest(&self, allowed: &Places, limit: usize) -> Vec<(u32, f32)> {
        self.vectors.nearest(self.query, allowed, limit)
    }
}
