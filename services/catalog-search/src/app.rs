//! The use cases: answering from the generation that is served, and importing the next one.

mod assembly;
mod cache;
mod generation;
mod housekeeping;
mod import;
mod kept;
mod meaning;
mod offers;
mod specs;
mod watch;
mod workers;

use std::{
    collections::HashSet,
    path::PathBuf,
    sync::{Arc, PoisonError},
    time::{Duration, Instant},
};

use arc_swap::ArcSwapOption;
use easymart_core::{Clock, Currency, Error, reason};
use tokio::{
    sync::{Mutex, watch as signal},
    task::{JoinHandle, spawn_blocking},
    time::Instant as TokioInstant,
};

pub(crate) use generation::Generation;
pub(crate) use import::Feed;
pub(crate) use kept::Retention;
pub(crate) use meaning::Meaning;
pub(crate) use offers::{OfferBatch, Refusal};
pub(crate) use specs::SpecAnswer;
pub(crate) use watch::{Change, News, Watcher};

use cache::ResultCache;
use kept::Kept;
use offers::Waiting;

use crate::{
    domain::{
        compare, search,
        search::{SearchQuery, SearchResult},
        similar::{self, Similar},
        taxonomy::Taxonomy,
    },
    embedding::Quantised,
    error::GenerationError,
    metrics as names,
    store::{CatalogueStore, GenerationRecord},
};

/// Up to so many products a search is short enough (well under half a millisecond) to run where the call is served; beyond, it moves to
/// a thread of its own, so that it holds nobody up.
const INLINE_PRODUCTS: usize = 50_000;

/// What the use cases have to be told.
pub(crate) struct Settings {
    /// Currency of prices that name none.
    pub(crate) currency: Currency,
    /// Address of a product's page without its handle.
    pub(crate) product_url_prefix: String,
    /// Where the text indexes lie, one directory for each generation.
    pub(crate) index_dir: PathBuf,
    /// Where the products lie, one file for each generation.
    pub(crate) products_dir: PathBuf,
    /// How long and how many replaced generations are kept.
    pub(crate) retention: Retention,
    /// Memory for results of searches, in MiB.
    pub(crate) result_cache_mb: u64,
    /// Products of a generation that are kept in memory.
    pub(crate) kept_products: u64,
    /// The words of furniture.
    pub(crate) taxonomy: &'static Taxonomy,
}

/// The catalogue. Clones are cheap and mean the same one.
#[derive(Clone)]
pub(crate) struct Catalogues {
    inner: Arc<Inner>,
}

struct Inner {
    current: ArcSwapOption<Generation>,
    kept: Kept,
    results: ResultCache,
    /// Wakes those who watch.
    changed: signal::Sender<()>,
    /// Held while one generation takes the place of another: an import and a change of offers must see each other.
    changing: std::sync::Mutex<()>,
    /// Changes of offers that wait to be taken.
    waiting: std::sync::Mutex<Vec<Waiting>>,
    /// Held by the one who takes them; when the last ones were taken.
    revising: Arc<Mutex<TokioInstant>>,
    store: CatalogueStore,
    settings: Settings,
    /// The model for search by meaning, if there is one.
    meaning: Option<Meaning>,
    clock: Arc<dyn Clock>,
    /// Held by the import that runs: a second one is turned away.
    importing: Arc<Mutex<()>>,
    /// Held while generations are made or deleted: an import waits until what is stale is gone, and the other way round.
    writing: Arc<Mutex<()>>,
    /// The import that runs or ran last: it goes on when its caller goes away, and stopping waits for it.
    last_import: std::sync::Mutex<Option<JoinHandle<()>>>,
}

impl Catalogues {
    /// Opens what was served last. Blocks.
    pub(crate) fn open(
        store: CatalogueStore,
        settings: Settings,
        meaning: Option<Meaning>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, GenerationError> {
        let current = match store.current()? {
            Some(record) => loaded(&store, &settings, record)?.map(Arc::new),
            None => None,
        };
        metrics::gauge!(names::PRODUCTS).set(current.as_ref().map_or(0.0, |current| current.catalogue.len() as f64));
        let inner = Inner {
            current: ArcSwapOption::new(current),
            kept: Kept::new(settings.retention),
            results: ResultCache::new(settings.result_cache_mb),
            changed: signal::Sender::new(()),
            changing: std::sync::Mutex::default(),
            waiting: std::sync::Mutex::default(),
            revising: Arc::new(Mutex::new(TokioInstant::now())),
            store,
            settings,
            meaning,
            clock,
            importing: Arc::default(),
            writing: Arc::default(),
            last_import: std::sync::Mutex::default(),
        };
        let this = Self { inner: Arc::new(inner) };
        if let Some(current) = this.current() {
            this.see_to_vectors(&current, None);
        }
        Ok(this)
    }

    /// The generation that is served, if any was ever imported.
    pub(crate) fn current(&self) -> Option<Arc<Generation>> {
        self.inner.current.load_full()
    }

    /// The generation of that name, as long as it is kept; the one that is served when the name is empty.
    pub(crate) fn named(&self, id: &str) -> Result<Arc<Generation>, Error> {
        let current = self.generation()?;
        if id.is_empty() || id == current.id {
            return Ok(current);
        }
        self.inner.kept.get(id, self.inner.clock.now_ms()).ok_or_else(|| {
            Error::new(reason::GENERATION_GONE, format!("generation {id:?} is not kept any more, or never was"))
        })
    }

    /// Serves a generation from now on and keeps the one before it. Only while `changing` is held.
    fn serve(&self, generation: Arc<Generation>, changes: usize) {
        metrics::gauge!(names::PRODUCTS).set(generation.catalogue.len() as f64);
        metrics::gauge!(names::CHANGED_OFFERS).set(generation.catalogue.changed_offers() as f64);
        if let Some(replaced) = self.inner.current.swap(Some(Arc::clone(&generation))) {
            self.inner.kept.keep(replaced, &generation, changes, self.inner.clock.now_ms());
        }
        self.inner.changed.send_replace(());
    }

    /// The generation that is served.
    pub(crate) fn generation(&self) -> Result<Arc<Generation>, Error> {
        self.current().ok_or_else(|| {
            Error::new(
                reason::CATALOGUE_EMPTY,
                "no catalogue has been imported yet: import one with `easymart import FILE`",
            )
        })
    }

    /// Searches, on the generation given back, within the time that remains.
    pub(crate) async fn search(
        &self,
        query: SearchQuery,
        generation: &str,
        remaining: Duration,
    ) -> Result<(Arc<Generation>, Arc<SearchResult>), Error> {
        let generation = self.named(generation)?;
        let words = if query.text.trim().is_empty() { "no" } else { "yes" };
        let vector = self.query_vector(&generation, &query, remaining).await;
        let key = cache::key(&generation.id, &query, vector.is_some());
        let result = match self.inner.results.get(&key).await {
            Some(result) => result,
            None => {
                let result = Arc::new(run(Arc::clone(&generation), query, vector, words).await?);
                self.inner.results.put(key, Arc::clone(&result)).await;
                result
            }
        };
        count(&result, words);
        Ok((generation, result))
    }

    /// Products like another one.
    pub(crate) fn similar(
        &self,
        generation: &Generation,
        reference: &str,
        exclude: &[String],
        limit: usize,
    ) -> Result<(u32, Vec<Similar>), Error> {
        let place = find(generation, reference)?;
        let exclude: HashSet<u32> = exclude.iter().flat_map(|reference| generation.catalogue.find(reference)).collect();
        Ok((place, similar::similar(&generation.catalogue, place, &exclude, limit)))
    }

    /// An attribute table.
    pub(crate) fn compare(
        &self,
        generation: &Generation,
        references: &[String],
    ) -> Result<(Vec<u32>, Vec<compare::Row>), Error> {
        let places =
            references.iter().map(|reference| find(generation, reference)).collect::<Result<Vec<u32>, Error>>()?;
        let different: HashSet<&u32> = places.iter().collect();
        if different.len() < places.len() {
            return Err(Error::invalid(reason::FIELD_INVALID, "product_ids", "name the same product twice"));
        }
        let products: Vec<_> = places.iter().filter_map(|place| generation.catalogue.product(*place)).collect();
        let rows = compare::rows(&generation.catalogue, &products);
        Ok((places, rows))
    }

    /// Waits for an import or a change of offers that is still running.
    pub(crate) async fn finish(&self) {
        let last = self.inner.last_import.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Err(error)) = futures::future::OptionFuture::from(last).await {
            tracing::error!(%error, "the last import broke off");
        }
        drop(self.inner.revising.lock().await);
        if let Some(meaning) = &self.inner.meaning {
            meaning.finish().await;
        }
    }
}

/// The generation that was served last. None when its products are lost: a shop that is empty until the next import is better than none.
fn loaded(
    store: &CatalogueStore,
    settings: &Settings,
    record: GenerationRecord,
) -> Result<Option<Generation>, GenerationError> {
    let id = record.id.clone();
    match Generation::load(store, settings, record) {
        Err(error @ (GenerationError::Products(_) | GenerationError::Incomplete { .. })) => {
            tracing::error!(%error, generation = id, "the catalogue is lost; import its feed again");
            Ok(None)
        }
        loaded => loaded.map(Some),
    }
}

fn find(generation: &Generation, reference: &str) -> Result<u32, Error> {
    generation.catalogue.find_one(reference).ok_or_else(|| {
        Error::new(reason::PRODUCT_UNKNOWN, format!("there is no product {reference:?} in the catalogue"))
    })
}

async fn run(
    generation: Arc<Generation>,
    query: SearchQuery,
    vector: Option<Arc<Quantised>>,
    words: &'static str,
) -> Result<SearchResult, Error> {
    if generation.catalogue.len() <= INLINE_PRODUCTS {
        return Ok(measured(&generation, &query, vector.as_deref(), words));
    }
    spawn_blocking(move || measured(&generation, &query, vector.as_deref(), words)).await.map_err(Error::internal)
}

fn measured(
    generation: &Generation,
    query: &SearchQuery,
    vector: Option<&Quantised>,
    words: &'static str,
) -> SearchResult {
    let started = Instant::now();
    let near = vector.and_then(|query| Some(meaning::Near { vectors: generation.vectors.get()?, query }));
    let neighbours = near.as_ref().map(|near| near as &dyn search::Neighbours);
    let result = search::search_near(&generation.catalogue, generation.index.as_ref(), query, neighbours);
    metrics::histogram!(names::SEARCH_SECONDS, "words" => words).record(started.elapsed());
    result
}

fn count(result: &SearchResult, words: &'static str) {
    if result.total == 0 {
        metrics::counter!(names::SEARCH_EMPTY, "words" => words).increment(1);
    }
    if result.corrected_query.is_some() {
        metrics::counter!(names::SEARCH_CORRECTED).increment(1);
    }
}
