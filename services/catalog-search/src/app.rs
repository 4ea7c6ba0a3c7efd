//! The use cases: answering from the generation that is served, and importing the next one.

mod generation;
mod housekeeping;
mod import;
mod shelf;
mod workers;

use std::{
    collections::HashSet,
    path::PathBuf,
    sync::{Arc, PoisonError},
    time::Instant,
};

use arc_swap::ArcSwapOption;
use easymart_core::{Clock, Currency, Error, reason};
use tokio::{
    sync::Mutex,
    task::{JoinHandle, spawn_blocking},
};

pub(crate) use generation::Generation;
pub(crate) use import::Feed;

use crate::{
    domain::{
        compare, search,
        search::{SearchQuery, SearchResult},
        similar::{self, Similar},
        taxonomy::Taxonomy,
    },
    error::GenerationError,
    metrics as names,
    store::CatalogueStore,
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
    store: CatalogueStore,
    settings: Settings,
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
        clock: Arc<dyn Clock>,
    ) -> Result<Self, GenerationError> {
        let current = match store.current()? {
            Some(record) => Some(Arc::new(Generation::load(&settings, record)?)),
            None => None,
        };
        metrics::gauge!(names::PRODUCTS).set(current.as_ref().map_or(0.0, |current| current.catalogue.len() as f64));
        let inner = Inner {
            current: ArcSwapOption::new(current),
            store,
            settings,
            clock,
            importing: Arc::default(),
            writing: Arc::default(),
            last_import: std::sync::Mutex::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The generation that is served, if any was ever imported.
    pub(crate) fn current(&self) -> Option<Arc<Generation>> {
        self.inner.current.load_full()
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

    /// Searches, on the generation given back.
    pub(crate) async fn search(&self, query: SearchQuery) -> Result<(Arc<Generation>, SearchResult), Error> {
        let generation = self.generation()?;
        if generation.catalogue.len() <= INLINE_PRODUCTS {
            let result = measured(&generation, &query);
            return Ok((generation, result));
        }
        let searched = spawn_blocking(move || {
            let result = measured(&generation, &query);
            (generation, result)
        });
        searched.await.map_err(Error::internal)
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
        let rows = compare::rows(&generation.catalogue, &products.iter().collect::<Vec<_>>());
        Ok((places, rows))
    }

    /// Waits for an import that is still running.
    pub(crate) async fn finish(&self) {
        let last = self.inner.last_import.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Err(error)) = futures::future::OptionFuture::from(last).await {
            tracing::error!(%error, "the last import broke off");
        }
    }
}

fn find(generation: &Generation, reference: &str) -> Result<u32, Error> {
    generation.catalogue.find_one(reference).ok_or_else(|| {
        Error::new(reason::PRODUCT_UNKNOWN, format!("there is no product {reference:?} in the catalogue"))
    })
}

fn measured(generation: &Generation, query: &SearchQuery) -> SearchResult {
    let started = Instant::now();
    let result = search::search(&generation.catalogue, generation.index.as_ref(), query);
    let words = if query.text.trim().is_empty() { "no" } else { "yes" };
    metrics::histogram!(names::SEARCH_SECONDS, "words" => words).record(started.elapsed());
    if result.total == 0 {
        metrics::counter!(names::SEARCH_EMPTY, "words" => words).increment(1);
    }
    if result.corrected_query.is_some() {
        metrics::counter!(names::SEARCH_CORRECTED).increment(1);
    }
    result
}
