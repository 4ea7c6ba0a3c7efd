//! One state of the catalogue: what was imported, the offers that changed since, and the index of the texts.

use std::{
    fs,
    path::Path,
    sync::{Arc, OnceLock},
};

use super::Settings;
use crate::{
    domain::{
        catalogue::{Catalogue, Offer},
        product::Product,
        taxonomy::Taxonomy,
    },
    embedding::Vectors,
    error::GenerationError,
    index::{IndexError, TextIndex},
    store::{CatalogueStore, GenerationRecord},
};

/// A generation that can be served.
pub(crate) struct Generation {
    /// Its name: the import's, and behind a dot the number of its revision when there is one.
    pub(crate) id: String,
    /// How often offers were changed since the import.
    pub(crate) revision: u32,
    /// What is known of the import.
    pub(crate) record: Arc<GenerationRecord>,
    /// Its products.
    pub(crate) catalogue: Catalogue,
    /// Its texts.
    pub(crate) index: Arc<TextIndex>,
    /// Their vectors, once they are made, if there is a model.
    pub(crate) vectors: Arc<OnceLock<Vectors>>,
}

impl Generation {
    /// Puts a generation together.
    pub(super) fn new(record: GenerationRecord, products: Vec<Product>, index: TextIndex, settings: &Settings) -> Self {
        let fallback = record.currency.parse().unwrap_or(settings.currency);
        Self {
            id: record.id.clone(),
            revision: 0,
            catalogue: Catalogue::new(products, settings.taxonomy, fallback),
            record: Arc::new(record),
            index: Arc::new(index),
            vectors: Arc::default(),
        }
    }

    /// The next revision of it. Shares all but the changed offers.
    pub(super) fn revised(&self, revision: u32, offers: impl IntoIterator<Item = (u32, Offer)>) -> Self {
        Self {
            id: format!("{}.{revision}", self.record.id),
            revision,
            record: Arc::clone(&self.record),
            catalogue: self.catalogue.with_offers(offers),
            index: Arc::clone(&self.index),
            vectors: Arc::clone(&self.vectors),
        }
    }

    /// Whether a name is that of this import or of one of its revisions.
    pub(crate) fn is_of_same_import(&self, id: &str) -> bool {
        id.split_once('.').map_or(id, |(import, _)| import) == self.record.id
    }

    /// Reads a generation back, with the offers that changed since its import. Blocks.
    pub(super) fn load(
        store: &CatalogueStore,
        settings: &Settings,
        record: GenerationRecord,
    ) -> Result<Self, GenerationError> {
        let products = store.products(&record.id)?;
        if products.len() != record.product_count as usize {
            return Err(GenerationError::Incomplete {
                generation: record.id,
                expected: record.product_count,
                found: products.len(),
            });
        }
        let directory = settings.index_dir.join(&record.id);
        let index = match TextIndex::open(&directory, products.len(), &settings.taxonomy.version) {
            Ok(index) => index,
            Err(error) => {
                tracing::warn!(%error, generation = record.id, "the text index is made anew");
                create_index(&directory, &products, settings.taxonomy)?
            }
        };
        let (revision, offers) = store.offers(&record.id)?;
        let imported = Self::new(record, products, index, settings);
        Ok(if revision == 0 { imported } else { imported.revised(revision, offers) })
    }
}

/// Makes a generation's index where nothing usable is.
pub(super) fn create_index(
    directory: &Path,
    products: &[Product],
    taxonomy: &Taxonomy,
) -> Result<TextIndex, IndexError> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    TextIndex::create(directory, products, taxonomy)
}
