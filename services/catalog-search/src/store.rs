//! Generations on disk, as far as they are small: their records, which one is served, and what imports were answered. Products, index and
//! columns are files of their own, complete before the record names them; files that it does not name are old or half-made, and go.

use std::{
    collections::{BTreeMap, HashSet},
    path::PathBuf,
    sync::Arc,
};

use easymart_core::{Clock, UnixMillis};
use easymart_store::{Batch, Schema, Store, StoreConfig, StoreError, Table};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::domain::{catalogue::Offer, import::Report};

/// Version 1 kept the products in here, too.
const SCHEMA: Schema = Schema { name: "catalog_search", version: 2 };
/// Every generation that was begun.
const GENERATIONS: Table<GenerationRecord> = Table::new("generations");
/// The generation that is served, under [`CURRENT_KEY`].
const CURRENT: Table<String> = Table::new("current");
const CURRENT_KEY: &str = "generation";
/// What an import was answered with, by its idempotency key.
const ANSWERS: Table<Answered> = Table::new("answers");
/// Offers that changed since the import, by `<generation>/<place>`.
const OFFERS: Table<Offer> = Table::new("offers");
/// The latest revision of an import's offers.
const REVISIONS: Table<Revision> = Table::new("revisions");
/// What changes of offers were answered with, by their idempotency key.
const OFFER_ANSWERS: Table<OfferAnswer> = Table::new("offer_answers");
/// Changes in one commit: large enough to be fast, small enough to keep memory low.
const COMMIT: usize = 1_000;

/// What is known of a generation beside its products.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GenerationRecord {
    /// Its name; later ones sort behind earlier ones.
    pub(crate) id: String,
    /// How many products it has.
    pub(crate) product_count: u32,
    /// Currency that prices without one were taken for.
    pub(crate) currency: String,
    /// Where the feed came from.
    pub(crate) source_name: String,
    /// SHA-256 of the feed, hexadecimal.
    pub(crate) content_sha256: String,
    /// Version of the taxonomy that its facts were derived with.
    #[serde(default)]
    pub(crate) taxonomy_version: String,
    /// When it was made.
    pub(crate) imported_at_ms: UnixMillis,
    /// What happened to the feed's rows.
    pub(crate) report: Report,
}

/// What an import was answered with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answered {
    /// SHA-256 of the feed: the same key for another feed is a mistake of the caller.
    pub(crate) content_sha256: String,
    /// Generation served then.
    pub(crate) generation: String,
    /// Whether nothing had to be done.
    pub(crate) unchanged: bool,
    /// The report.
    pub(crate) report: Report,
}

/// How often the offers of an import were changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Revision {
    /// Number of the last change, from 1.
    pub(crate) number: u32,
    /// When that was.
    pub(crate) revised_at_ms: UnixMillis,
}

/// What a change of offers was answered with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct OfferAnswer {
    /// SHA-256 of the request: the same key for other changes is a mistake of the caller.
    pub(crate) sha256: String,
    /// First generation with the changes.
    pub(crate) generation: String,
    /// Changes that were applied.
    pub(crate) applied: u32,
    /// Changes that were not.
    pub(crate) rejected: Vec<RefusedOffer>,
}

/// A change that was not applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RefusedOffer {
    /// Place in the request.
    pub(crate) index: u32,
    /// Its product.
    pub(crate) product_id: String,
    /// Word of the error catalogue.
    pub(crate) reason: String,
    /// Field at fault.
    pub(crate) field: String,
    /// What is wrong, for people.
    pub(crate) message: String,
}

/// The answer to a change of offers to keep, and until when.
pub(crate) struct OfferKeep<'a> {
    /// Idempotency key.
    pub(crate) request_id: &'a str,
    /// The answer.
    pub(crate) answer: &'a OfferAnswer,
    /// Until when.
    pub(crate) until: UnixMillis,
}

/// An answer to keep, and until when.
pub(crate) struct Keep<'a> {
    /// Idempotency key.
    pub(crate) request_id: &'a str,
    /// The answer.
    pub(crate) answered: &'a Answered,
    /// Until when.
    pub(crate) until: UnixMillis,
}

/// The catalogue's part of the disk. Everything here blocks.
#[derive(Clone)]
pub(crate) struct CatalogueStore {
    store: Store,
}

impl CatalogueStore {
    /// Opens the store.
    pub(crate) fn open(path: PathBuf, cache_mb: u64, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        Ok(Self { store: Store::open(&StoreConfig { path, cache_mb }, SCHEMA, clock)? })
    }

    /// The generation that is served.
    pub(crate) fn current(&self) -> Result<Option<GenerationRecord>, StoreError> {
        match self.store.get(&CURRENT, CURRENT_KEY)? {
            Some(id) => self.store.get(&GENERATIONS, &id),
            None => Ok(None),
        }
    }

    /// What an import was answered with.
    pub(crate) fn answered(&self, request_id: &str) -> Result<Option<Answered>, StoreError> {
        self.store.get(&ANSWERS, request_id)
    }

    /// Makes a generation whose files are complete the one that is served, with the offers that are newer than it, and keeps the answer to
    /// the import, in one commit.
    pub(crate) fn flip(
        &self,
        record: &GenerationRecord,
        revised: Option<(Revision, &[(u32, Offer)])>,
        keep: Keep<'_>,
    ) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        batch.put(&GENERATIONS, &record.id, record)?;
        batch.put(&CURRENT, CURRENT_KEY, &record.id)?;
        if let Some((revision, offers)) = revised {
            put_offers(&mut batch, &record.id, revision, offers.iter().map(|(place, offer)| (*place, offer)))?;
        }
        batch.put_until(&ANSWERS, keep.request_id, keep.answered, keep.until)?;
        self.store.commit_blocking(batch)
    }

    /// The last revision of an import, 0 for none, and its changed offers by place.
    pub(crate) fn offers(&self, generation: &str) -> Result<(u32, Vec<(u32, Offer)>), StoreError> {
        let Some(revision) = self.store.get(&REVISIONS, generation)? else { return Ok((0, Vec::new())) };
        let found = self.store.scan(&OFFERS, &prefix(generation));
        let place = |key: &str| key.rsplit('/').next().and_then(|place| place.parse().ok());
        let offers = found.filter_map(|found| match found {
            Ok((key, offer)) => Some(Ok((place(&key)?, offer))),
            Err(error) => Some(Err(error)),
        });
        Ok((revision.number, offers.collect::<Result<_, _>>()?))
    }

    /// Writes a revision of offers and the answers to those who asked for it, in one commit.
    pub(crate) fn put_offers(
        &self,
        generation: &str,
        revision: Revision,
        offers: &BTreeMap<u32, Offer>,
        keep: &[OfferKeep<'_>],
    ) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        put_offers(&mut batch, generation, revision, offers.iter().map(|(place, offer)| (*place, offer)))?;
        put_answers(&mut batch, keep)?;
        self.store.commit_blocking(batch)
    }

    /// Keeps answers to changes of which none could be applied.
    pub(crate) fn keep_offer_answers(&self, keep: &[OfferKeep<'_>]) -> Result<(), StoreError> {
        if keep.is_empty() {
            return Ok(());
        }
        let mut batch = Batch::new();
        put_answers(&mut batch, keep)?;
        self.store.commit_blocking(batch)
    }

    /// What a change of offers was answered with.
    pub(crate) fn offers_answered(&self, request_id: &str) -> Result<Option<OfferAnswer>, StoreError> {
        self.store.get(&OFFER_ANSWERS, request_id)
    }

    /// Keeps the answer to an import that changed nothing.
    pub(crate) fn keep(&self, keep: Keep<'_>) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        batch.put_until(&ANSWERS, keep.request_id, keep.answered, keep.until)?;
        self.store.commit_blocking(batch)
    }

    /// Deletes answers that nobody will ask for again.
    pub(crate) async fn sweep(&self) -> Result<usize, StoreError> {
        self.store.sweep_all().await
    }

    /// Whether changes can still be written.
    pub(crate) fn is_healthy(&self) -> bool {
        self.store.is_healthy()
    }

    /// Generations that are neither the one that is served nor kept.
    pub(crate) fn stale(&self, kept: &HashSet<String>) -> Result<Vec<String>, StoreError> {
        let current: Option<String> = self.store.get(&CURRENT, CURRENT_KEY)?;
        let needed = |id: &String| kept.contains(id) || current.as_ref() == Some(id);
        let ids = self.store.scan(&GENERATIONS, "").map(|found| found.map(|(id, _)| id));
        ids.filter(|id| !id.as_ref().is_ok_and(needed)).collect()
    }

    /// Deletes what is known of a generation. Its record goes last, so that what was interrupted is resumed.
    pub(crate) fn delete(&self, generation: &str) -> Result<(), StoreError> {
        self.delete_all(&OFFERS, &prefix(generation))?;
        let mut batch = Batch::new();
        batch.delete(&REVISIONS, generation);
        batch.delete(&GENERATIONS, generation);
        self.store.commit_blocking(batch)
    }

    fn delete_all<T: DeserializeOwned>(&self, table: &Table<T>, prefix: &str) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        for (number, found) in self.store.scan(table, prefix).enumerate() {
            batch.delete(table, &found?.0);
            if (number + 1) % COMMIT == 0 {
                self.store.commit_blocking(std::mem::take(&mut batch))?;
            }
        }
        self.store.commit_blocking(batch)
    }
}

fn put_offers<'o>(
    batch: &mut Batch,
    generation: &str,
    revision: Revision,
    offers: impl Iterator<Item = (u32, &'o Offer)>,
) -> Result<(), StoreError> {
    batch.put(&REVISIONS, generation, &revision)?;
    for (place, offer) in offers {
        batch.put(&OFFERS, &format!("{}{place:08}", prefix(generation)), offer)?;
    }
    Ok(())
}

fn put_answers(batch: &mut Batch, keep: &[OfferKeep<'_>]) -> Result<(), StoreError> {
    keep.iter().try_for_each(|keep| batch.put_until(&OFFER_ANSWERS, keep.request_id, keep.answer, keep.until))
}

fn prefix(generation: &str) -> String {
    format!("{generation}/")
}
