//! One state of the catalogue: what was imported, the offers that changed since, and the index of the texts; how it is made and read back.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use easymart_core::Currency;

use super::{
    Settings,
    assembly::{Assembly, make_searchable},
};
use crate::{
    columns_file,
    domain::{
        catalogue::{Catalogue, Columns, Offer, Products as _},
        import::{self, Format, Report},
        taxonomy::Taxonomy,
    },
    embedding::Vectors,
    error::GenerationError,
    index::{IndexError, TextIndex},
    products::ProductsFile,
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
    /// Makes a generation of a feed, outside of any store. Blocks.
    pub(crate) fn import(
        settings: &Settings,
        id: &str,
        feed: Vec<u8>,
        format: Format,
        reading: &import::Settings,
    ) -> Result<(Self, Report), GenerationError> {
        let mut assembly = Assembly::begin(settings, id)?;
        let report = assembly.fill(&feed, format, reading)?;
        drop(feed);
        let record = GenerationRecord { id: id.to_owned(), product_count: report.kept, ..GenerationRecord::default() };
        Ok((assembly.finish(record)?, report))
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

    /// The same with another report of its import.
    pub(super) fn reported(mut self, report: Report) -> Self {
        Arc::make_mut(&mut self.record).report = report;
        self
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
        let products = settings.open_products(&record)?;
        let directory = settings.index_of(&record.id);
        let version = &settings.taxonomy.version;
        let index = TextIndex::open(&directory, products.len(), version);
        let columns = columns_file::read(&directory, products.len(), version);
        let (index, columns) = match (index, columns) {
            (Ok(index), Ok(columns)) => (index, columns),
            (index, columns) => {
                let error = index.err().map(|error| error.to_string());
                let error = error.or_else(|| columns.err().map(|error| error.to_string()));
                tracing::warn!(error, generation = record.id, "the text index and the columns are made anew");
                make_searchable(settings, &record, &products)?
            }
        };
        let (revision, offers) = store.offers(&record.id)?;
        let imported = Self::new(record, products, columns, index, settings.taxonomy);
        Ok(if revision == 0 { imported } else { imported.revised(revision, offers) })
    }

    pub(super) fn new(
        record: GenerationRecord,
        products: ProductsFile,
        columns: Columns,
        index: TextIndex,
        taxonomy: &'static Taxonomy,
    ) -> Self {
        let catalogue = Catalogue::with_columns(Arc::new(products), columns, taxonomy);
        Self {
            id: record.id.clone(),
            revision: 0,
            record: Arc::new(record),
            catalogue,
            index: Arc::new(index),
            vectors: Arc::default(),
        }
    }
}

impl Settings {
    /// Directory of a generation's text index and columns.
    pub(super) fn index_of(&self, generation: &str) -> PathBuf {
        self.index_dir.join(generation)
    }

    /// File of a generation's products.
    pub(super) fn products_of(&self, generation: &str) -> PathBuf {
        self.products_dir.join(generation)
    }

    /// Opens a generation's products.
    pub(super) fn open_products(&self, record: &GenerationRecord) -> Result<ProductsFile, GenerationError> {
        let products = ProductsFile::open(&self.products_of(&record.id), self.kept_products)?;
        if products.len() != record.product_count as usize {
            return Err(GenerationError::Incomplete {
                generation: record.id.clone(),
                expected: record.product_count,
                found: products.len(),
            });
        }
        Ok(products)
    }

    /// Takes the files of a generation away that will not be. What cannot be taken away now goes when house is kept.
    pub(super) fn discard(&self, generation: &str) {
        let _left = fs::remove_file(self.products_of(generation));
        let _left = remove_directory(&self.index_of(generation));
    }

    /// Currency of a generation in which nothing has a price.
    pub(super) fn fallback_of(&self, record: &GenerationRecord) -> Currency {
        record.currency.parse().unwrap_or(self.currency)
    }
}

/// Deletes a directory, if it is there.
pub(super) fn remove_directory(directory: &Path) -> Result<(), IndexError> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
