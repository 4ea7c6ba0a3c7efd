//! The catalogue's words as understanding and replies use them: kept current by generation, and kept at all when the
//! catalogue is down.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use easymart_core::{CallContext, Currency};
use easymart_runtime::Readiness;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{
    domain::{
        check::Watch,
        lexicon::{Lexicon, Vocabulary},
        names::Names,
    },
    ports::{Catalogue, Words},
    store::SessionStore,
};

/// Longest time for reading the vocabulary.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Wait between tries while there is no vocabulary at all.
const FIRST_TRIES: Duration = Duration::from_millis(200);
/// After so many tries without a catalogue the service answers anyway, with what the language alone gives.
const TRIES_BEFORE_READY: u32 = 25;

/// What one catalogue generation lets shoppers say.
pub(crate) struct Knowledge {
    /// Catalogue generation; empty: none was ever read.
    pub(crate) generation: String,
    /// For reading messages.
    pub(crate) lexicon: Lexicon,
    /// For replies.
    pub(crate) names: Names,
    /// For proving replies.
    pub(crate) watch: Watch,
}

impl Knowledge {
    fn build(vocabulary: &Vocabulary, currency: Currency) -> Self {
        crate::metrics::vocabulary(vocabulary.terms.len());
        Self {
            generation: vocabulary.generation.clone(),
            lexicon: Lexicon::build(vocabulary, currency),
            names: Names::build(vocabulary),
            watch: Watch::build(vocabulary),
        }
    }
}

/// The knowledge in use. Cheap to clone.
#[derive(Clone)]
pub(crate) struct KnowledgeBase(Arc<Inner>);

struct Inner {
    current: RwLock<Arc<Knowledge>>,
    /// Generation that the words were last confirmed for: where only prices or stock changed, they stay the same.
    confirmed: RwLock<String>,
    currency: Currency,
    outdated: Notify,
}

impl KnowledgeBase {
    /// Starts with the words that were kept.
    pub(crate) fn new(kept: &Vocabulary, currency: Currency) -> Self {
        let current = RwLock::new(Arc::new(Knowledge::build(kept, currency)));
        let confirmed = RwLock::new(kept.generation.clone());
        Self(Arc::new(Inner { current, confirmed, currency, outdated: Notify::new() }))
    }

    /// The knowledge now.
    pub(crate) fn current(&self) -> Arc<Knowledge> {
        Arc::clone(&self.0.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Hears of the generation of an answer: one that the words were not confirmed for asks for new ones.
    pub(crate) fn hear_of(&self, generation: &str) {
        let is_confirmed = *self.0.confirmed.read().unwrap_or_else(PoisonError::into_inner) == generation;
        if !generation.is_empty() && !is_confirmed {
            self.0.outdated.notify_one();
        }
    }

    /// Keeps the knowledge current until `stop`; says on `ready` when there is some and the disk takes changes.
    pub(crate) async fn follow(
        self,
        catalogue: Arc<dyn Catalogue>,
        store: SessionStore,
        every: Duration,
        ready: Readiness,
        stop: CancellationToken,
    ) {
        let mut tries = 0;
        loop {
            self.refresh(catalogue.as_ref(), &store).await;
            tries += 1;
            let empty = self.current().generation.is_empty();
            if !empty || tries >= TRIES_BEFORE_READY {
                ready.set(store.is_healthy());
            }
            let wait = if empty { FIRST_TRIES } else { every };
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(wait) => {}
                () = self.0.outdated.notified() => {}
            }
        }
    }

    async fn refresh(&self, catalogue: &dyn Catalogue, store: &SessionStore) {
        let known = self.current().generation.clone();
        match catalogue.vocabulary(&CallContext::new(TIMEOUT), &known).await {
            Ok(Words { generation, vocabulary }) => {
                if let Some(vocabulary) = vocabulary {
                    self.adopt(vocabulary, store).await;
                }
                *self.0.confirmed.write().unwrap_or_else(PoisonError::into_inner) = generation;
            }
            Err(error) => tracing::debug!(reason = %error.reason, "the catalogue's words could not be read"),
        }
    }

    async fn adopt(&self, vocabulary: Vocabulary, store: &SessionStore) {
        if let Err(error) = store.put_vocabulary(&vocabulary).await {
            tracing::error!(%error, "the catalogue's words could not be kept");
        }
        let currency = self.0.currency;
        let built = tokio::task::spawn_blocking(move || Knowledge::build(&vocabulary, currency)).await;
        let Ok(knowledge) = built else {
            tracing::error!("the catalogue's words could not be read into a lexicon");
            return;
        };
        tracing::info!(generation = %knowledge.generation, "new words of the catalogue are in use");
        *self.0.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(knowledge);
    }
}
