//! One generation in memory.

use std::{fs, path::Path};

use super::Settings;
use crate::{
    domain::{catalogue::Catalogue, product::Product, taxonomy::Taxonomy},
    error::GenerationError,
    index::{IndexError, TextIndex},
    store::{CatalogueStore, GenerationRecord},
};

/// A generation that can be served.
pub(crate) struct Generation {
    /// What is known of it.
    pub(crate) record: GenerationRecord,
    /// Its products.
    pub(crate) catalogue: Catalogue,
    /// Its texts.
    pub(crate) index: TextIndex,
}

impl Generation {
    /// Puts a generation together.
    pub(super) fn new(record: GenerationRecord, products: Vec<Product>, index: TextIndex, settings: &Settings) -> Self {
        let fallback = record.currency.parse().unwrap_or(settings.currency);
        Self { catalogue: Catalogue::new(products, settings.taxonomy, fallback), record, index }
    }

    /// Reads a generation back. Blocks.
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
        Ok(Self::new(record, products, index, settings))
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
