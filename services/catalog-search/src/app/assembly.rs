//! Putting a new generation together: its products, its texts and its columns are taken from the feed in one go, in the feed's order;
//! each product gets its place when all are there.

use std::path::{Path, PathBuf};

use easymart_core::Currency;
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use super::{Generation, Settings, generation::remove_directory};
use crate::{
    columns_file,
    domain::{
        catalogue::{Arrangement, Arranger, ColumnRow, Columns, ColumnsBuilder, Products as _},
        import::{self, Format, Report, import_each},
        product::Product,
        wording::Wording,
    },
    error::GenerationError,
    index::{Document, Documents, IndexBuilder, IndexError, TextIndex},
    products::{ProductsError, ProductsFile, ProductsWriter, Record},
    store::GenerationRecord,
};

/// Products that are read back at once: enough to keep all threads busy, few enough to keep memory low.
const BATCH: u32 = 2_048;

/// A generation on its way.
pub(super) struct Assembly<'s> {
    settings: &'s Settings,
    products: ProductsWriter,
    searchable: Searchable,
    arranger: Arranger,
    ids: Vec<u64>,
}

impl<'s> Assembly<'s> {
    /// Begins the files of a generation.
    pub(super) fn begin(settings: &'s Settings, id: &str) -> Result<Self, GenerationError> {
        Ok(Self {
            settings,
            products: ProductsWriter::create(&settings.products_of(id))?,
            searchable: Searchable::begin(settings, id)?,
            arranger: Arranger::default(),
            ids: Vec::new(),
        })
    }

    /// Takes the products of a feed.
    pub(super) fn fill(
        &mut self,
        feed: &[u8],
        format: Format,
        reading: &import::Settings,
    ) -> Result<Report, GenerationError> {
        let taxonomy = self.settings.taxonomy;
        let documents = Documents::new(taxonomy);
        let prepare = |product: Product, wording: Wording| {
            let row = ColumnRow::of(&product, &wording, taxonomy);
            (Record::new(&product), documents.of(&product, &wording), row)
        };
        import_each(feed, format, taxonomy, reading, prepare, |(record, document, row)| {
            self.take(&record?, document, row)
        })
    }

    fn take(&mut self, record: &Record, document: Document, row: ColumnRow) -> Result<(), GenerationError> {
        self.products.push(record)?;
        self.arranger.add(&row);
        self.ids.push(row.id_hash());
        self.searchable.add(document, row)
    }

    /// Hashes of the ids, ascending.
    pub(super) fn ids(&mut self) -> &[u64] {
        self.ids.sort_unstable();
        &self.ids
    }

    /// Puts every product at its place. When this returns, all of it is on disk.
    pub(super) fn finish(self, record: GenerationRecord) -> Result<Generation, GenerationError> {
        let arrangement = self.arranger.finish(self.settings.taxonomy);
        let fallback = self.settings.fallback_of(&record);
        let (written, searchable) = rayon::join(
            || self.products.finish(arrangement.numbers()),
            || self.searchable.finish(&arrangement, fallback),
        );
        written?;
        let (index, columns) = searchable?;
        let products = self.settings.open_products(&record)?;
        Ok(Generation::new(record, products, columns, index, self.settings.taxonomy))
    }
}

/// What is searched, on its way: texts and columns.
struct Searchable {
    index: IndexBuilder,
    columns: ColumnsBuilder,
    directory: PathBuf,
    taxonomy_version: &'static str,
}

impl Searchable {
    fn begin(settings: &Settings, id: &str) -> Result<Self, GenerationError> {
        let directory = settings.index_of(id);
        remove_directory(&directory)?;
        Ok(Self {
            index: IndexBuilder::on_disk(&directory, settings.taxonomy)?,
            columns: ColumnsBuilder::new(settings.taxonomy),
            directory,
            taxonomy_version: &settings.taxonomy.version,
        })
    }

    fn add(&mut self, document: Document, row: ColumnRow) -> Result<(), GenerationError> {
        self.columns.add(row);
        Ok(self.index.add(document)?)
    }

    fn finish(self, arrangement: &Arrangement, fallback: Currency) -> Result<(TextIndex, Columns), GenerationError> {
        let Self { index, columns, directory, taxonomy_version } = self;
        let write_columns = || {
            let columns = columns.finish(arrangement, fallback);
            columns_file::write(&directory, &columns, taxonomy_version).map(|()| columns)
        };
        let (index, columns) = rayon::join(|| index.finish(arrangement), write_columns);
        let finished = (index?, columns?);
        sync_directory(&directory)?;
        Ok(finished)
    }
}

fn sync_directory(directory: &Path) -> Result<(), IndexError> {
    Ok(std::fs::File::open(directory)?.sync_all()?)
}

/// Makes what is searched of products that are on disk, each at its place.
pub(super) fn make_searchable(
    settings: &Settings,
    record: &GenerationRecord,
    products: &ProductsFile,
) -> Result<(TextIndex, Columns), GenerationError> {
    let documents = Documents::new(settings.taxonomy);
    let count = products.len() as u32;
    let mut searchable = Searchable::begin(settings, &record.id)?;
    for begin in (0..count).step_by(BATCH as usize) {
        let read = |place| {
            let product = products.read(place)?;
            let wording = Wording::of(&product, settings.taxonomy);
            Ok((documents.of(&product, &wording), ColumnRow::of(&product, &wording, settings.taxonomy)))
        };
        let batch = (begin..count.min(begin + BATCH)).into_par_iter().map(read);
        for (document, row) in batch.collect::<Result<Vec<_>, ProductsError>>()? {
            searchable.add(document, row)?;
        }
    }
    searchable.finish(&Arrangement::as_they_came(count), settings.fallback_of(record))
}
