//! One state of the catalogue: what was imported, the offers that changed since, and the index of the texts; how it is made and read back.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use easymart_core::Currency;
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use super::{Settings, shelf::Shelf};
use crate::{
    columns_file,
    domain::{
        catalogue::{Catalogue, Columns, ColumnsBuilder, Offer, Products},
        import::{self, Format, Report},
        product::Product,
        taxonomy::Taxonomy,
    },
    embedding::Vectors,
    error::GenerationError,
    index::{Document, Documents, IndexBuilder, IndexError, TextIndex},
    products::ProductsFile,
    store::{CatalogueStore, GenerationRecord},
};

/// Products that are made ready at once: enough to keep all threads busy, few enough to keep memory low.
const BATCH: u32 = 2_048;

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
    /// Makes the index and the columns of a generation whose products are on disk. Blocks.
    pub(super) fn make(settings: &Settings, record: GenerationRecord) -> Result<Self, GenerationError> {
        let products = open_products(settings, &record)?;
        let (index, columns) = derive(settings, &record, &products)?;
        Ok(Self::new(record, products, columns, index, settings.taxonomy))
    }

    /// Makes a generation of a feed, outside of any store. Blocks.
    pub(crate) fn import(
        settings: &Settings,
        id: &str,
        feed: Vec<u8>,
        format: Format,
        reading: &import::Settings,
    ) -> Result<(Self, Report), GenerationError> {
        let mut shelf = Shelf::create(&settings.products_of(id), settings.taxonomy)?;
        let report = shelf.fill(&feed, format, reading)?;
        drop(feed);
        shelf.finish()?;
        let record = GenerationRecord { id: id.to_owned(), product_count: report.kept, ..GenerationRecord::default() };
        Ok((Self::make(settings, record)?, report))
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
        let products = open_products(settings, &record)?;
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
                derive(settings, &record, &products)?
            }
        };
        let (revision, offers) = store.offers(&record.id)?;
        let imported = Self::new(record, products, columns, index, settings.taxonomy);
        Ok(if revision == 0 { imported } else { imported.revised(revision, offers) })
    }

    fn new(
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
}

fn open_products(settings: &Settings, record: &GenerationRecord) -> Result<ProductsFile, GenerationError> {
    let products = ProductsFile::open(&settings.products_of(&record.id), settings.kept_products)?;
    if products.len() != record.product_count as usize {
        return Err(GenerationError::Incomplete {
            generation: record.id.clone(),
            expected: record.product_count,
            found: products.len(),
        });
    }
    Ok(products)
}

/// Makes everything that follows from the products, in memory and on disk.
fn derive(
    settings: &Settings,
    record: &GenerationRecord,
    products: &ProductsFile,
) -> Result<(TextIndex, Columns), GenerationError> {
    let directory = settings.index_of(&record.id);
    remove_directory(&directory)?;
    let fallback = record.currency.parse().unwrap_or(settings.currency);
    let mut index = IndexBuilder::on_disk(&directory, settings.taxonomy)?;
    let columns = index_all(&mut index, products, settings.taxonomy, fallback)?;
    columns_file::write(&directory, &columns, &settings.taxonomy.version)?;
    Ok((index.finish()?, columns))
}

/// Takes all products through the index and the columns. While one batch is taken in, the next one is read and cut into words.
fn index_all(
    index: &mut IndexBuilder,
    products: &ProductsFile,
    taxonomy: &'static Taxonomy,
    fallback: Currency,
) -> Result<Columns, GenerationError> {
    let documents = Documents::new(taxonomy);
    let mut columns = ColumnsBuilder::new(taxonomy);
    let mut begin = 0;
    let mut batch = read_batch(products, &documents, begin)?;
    while !batch.is_empty() {
        begin += BATCH;
        let (read, cut): (Vec<Product>, Vec<Document>) = batch.into_iter().unzip();
        let add_columns = || read.iter().for_each(|product| columns.add(product));
        let add_documents = || cut.into_iter().try_for_each(|document| index.add(document));
        let (next, (indexed, ())) =
            rayon::join(|| read_batch(products, &documents, begin), || rayon::join(add_documents, add_columns));
        indexed?;
        batch = next?;
    }
    Ok(columns.finish(fallback))
}

fn read_batch(
    products: &ProductsFile,
    documents: &Documents<'_>,
    begin: u32,
) -> Result<Vec<(Product, Document)>, GenerationError> {
    let end = (begin + BATCH).min(products.len() as u32);
    let read = |place| {
        let product = products.read(place)?;
        let document = documents.of(&product);
        Ok((product, document))
    };
    (begin..end.max(begin)).into_par_iter().map(read).collect()
}

/// Deletes a directory, if it is there.
pub(super) fn remove_directory(directory: &Path) -> Result<(), IndexError> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
