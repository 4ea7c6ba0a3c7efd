//! The products of a generation in one file, beside the store: read one at a time, by place, for the few that are shown. Those that are
//! asked for again and again are kept in memory.
//!
//! Records follow each other as they were written, each a checksum and a MessagePack map: its fields have names, so that a later version
//! reads what an earlier one wrote. They are not compressed: that would save a third of the file and cost a twentieth of the import.
//! Behind them stand a table with the record of each place and a footer. The file is complete and on disk before the store names its
//! generation; one without its footer is half-made and is never opened.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write as _},
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use moka::sync::Cache;

use crate::domain::{catalogue::Products, product::Product};

/// Ends a complete file; its last digit is the version of the form.
const MAGIC: &[u8; 8] = b"EMPROD03";
/// Bytes of a checksum.
const CHECKSUM: usize = 4;
/// Bytes that most records take: no more memory has to be asked for on the way.
const USUAL: usize = 4_096;
/// Bytes of a place in the table: where its record begins, and its length.
const ENTRY: usize = 12;
/// Number of places, checksum of the table, magic.
const FOOTER: usize = 4 + CHECKSUM + MAGIC.len();

/// Why products cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ProductsError {
    /// The disk.
    #[error("the products cannot be read or written: {0}")]
    Disk(#[from] io::Error),
    /// A product that MessagePack cannot hold.
    #[error("a product cannot be written: {0}")]
    Encode(#[from] rmp_serde::encode::Error),
    /// Not what was written.
    #[error("the file of products is damaged or was never completed")]
    Damaged,
}

/// A product in the form in which it lies in the file.
pub struct Record(Vec<u8>);

impl Record {
    /// Encodes a product.
    ///
    /// # Errors
    /// When it cannot be written as MessagePack.
    pub fn new(product: &Product) -> Result<Self, ProductsError> {
        let mut bytes = Vec::with_capacity(USUAL);
        bytes.extend_from_slice(&[0; CHECKSUM]);
        rmp_serde::encode::write_named(&mut bytes, product)?;
        let checksum = crc32fast::hash(&bytes[CHECKSUM..]);
        bytes[..CHECKSUM].copy_from_slice(&checksum.to_le_bytes());
        Ok(Self(bytes))
    }

    /// The product; none when these are not the bytes that were written.
    fn decode(bytes: &[u8]) -> Option<Product> {
        let (checksum, product) = bytes.split_first_chunk::<CHECKSUM>()?;
        let is_whole = crc32fast::hash(product) == u32::from_le_bytes(*checksum);
        if is_whole { rmp_serde::from_slice(product).ok() } else { None }
    }
}

/// Where a record lies.
#[derive(Debug, Clone, Copy)]
struct Entry {
    begin: u64,
    length: u32,
}

/// A file on its way.
pub struct ProductsWriter {
    file: BufWriter<File>,
    directory: PathBuf,
    written: Vec<Entry>,
    end: u64,
}

impl ProductsWriter {
    /// Begins a file; one that is there is replaced.
    ///
    /// # Errors
    /// When it cannot be created.
    pub fn create(path: &Path) -> Result<Self, ProductsError> {
        let directory = path.parent().unwrap_or(Path::new(".")).to_owned();
        fs::create_dir_all(&directory)?;
        let file = BufWriter::with_capacity(1 << 20, File::create(path)?);
        Ok(Self { file, directory, written: Vec::new(), end: 0 })
    }

    /// Adds a record.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn push(&mut self, record: &Record) -> Result<(), ProductsError> {
        self.file.write_all(&record.0)?;
        let length = u32::try_from(record.0.len()).map_err(io::Error::other)?;
        self.written.push(Entry { begin: self.end, length });
        self.end += u64::from(length);
        Ok(())
    }

    /// Completes the file. `order` says for each place which of the records, counted from 0, stands there. When this returns, all of
    /// it is there after a power cut.
    ///
    /// # Errors
    /// When the disk fails, or `order` names a record that there is not.
    pub fn finish(mut self, order: &[u32]) -> Result<(), ProductsError> {
        let mut table = Vec::with_capacity(order.len() * ENTRY);
        for record in order {
            let entry = self.written.get(*record as usize).ok_or(ProductsError::Damaged)?;
            table.extend_from_slice(&entry.begin.to_le_bytes());
            table.extend_from_slice(&entry.length.to_le_bytes());
        }
        self.file.write_all(&table)?;
        self.file.write_all(&u32::try_from(order.len()).map_err(io::Error::other)?.to_le_bytes())?;
        self.file.write_all(&crc32fast::hash(&table).to_le_bytes())?;
        self.file.write_all(MAGIC)?;
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(File::open(self.directory)?.sync_all()?)
    }
}

/// An open file of products.
pub struct ProductsFile {
    file: File,
    entries: Vec<Entry>,
    kept: Cache<u32, Arc<Product>>,
}

impl ProductsFile {
    /// Opens a complete file. At most `kept` of its products are kept in memory.
    ///
    /// # Errors
    /// When it is missing, half-made or damaged.
    pub fn open(path: &Path, kept: u64) -> Result<Self, ProductsError> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut footer = [0; FOOTER];
        let footer_begin = length.checked_sub(FOOTER as u64).ok_or(ProductsError::Damaged)?;
        file.read_exact_at(&mut footer, footer_begin)?;
        let damaged = ProductsError::Damaged;
        let Some((count, rest)) = footer.split_first_chunk::<4>() else { return Err(damaged) };
        let Some((checksum, magic)) = rest.split_first_chunk::<CHECKSUM>() else { return Err(damaged) };
        let size = u64::from(u32::from_le_bytes(*count)) * ENTRY as u64;
        let Some(table_begin) = footer_begin.checked_sub(size).filter(|_| magic == MAGIC) else { return Err(damaged) };
        let mut table = vec![0; usize::try_from(size).map_err(io::Error::other)?];
        file.read_exact_at(&mut table, table_begin)?;
        if crc32fast::hash(&table) != u32::from_le_bytes(*checksum) {
            return Err(damaged);
        }
        let entries = table.chunks_exact(ENTRY).filter_map(entry).collect();
        Ok(Self { file, entries, kept: Cache::new(kept) })
    }

    /// Reads the product at a place, whether it is kept or not: for those who go through all products.
    ///
    /// # Errors
    /// When there is no such place, the disk fails, or it is not what was written.
    pub fn read(&self, place: u32) -> Result<Product, ProductsError> {
        let entry = self.entries.get(place as usize).ok_or(ProductsError::Damaged)?;
        let mut bytes = vec![0; entry.length as usize];
        self.file.read_exact_at(&mut bytes, entry.begin)?;
        Record::decode(&bytes).ok_or(ProductsError::Damaged)
    }
}

impl Products for ProductsFile {
    fn len(&self) -> usize {
        self.entries.len()
    }

    fn get(&self, place: u32) -> Option<Arc<Product>> {
        if place as usize >= self.entries.len() {
            return None;
        }
        if let Some(product) = self.kept.get(&place) {
            return Some(product);
        }
        let read = self.read(place).inspect_err(|error| tracing::error!(%error, place, "a product cannot be read"));
        let product = Arc::new(read.ok()?);
        self.kept.insert(place, Arc::clone(&product));
        Some(product)
    }
}

fn entry(bytes: &[u8]) -> Option<Entry> {
    let (begin, length) = bytes.split_first_chunk::<8>()?;
    Some(Entry { begin: u64::from_le_bytes(*begin), length: u32::from_le_bytes(length.try_into().ok()?) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(id: &str) -> Product {
        let text = serde_json::json!({ "id": id, "handle": id, "sku": "", "title": "Grey sofa", "price": null });
        serde_json::from_value(text).unwrap()
    }

    fn write(path: &Path) {
        let mut writer = ProductsWriter::create(path).unwrap();
        for id in ["a", "b", "c"] {
            writer.push(&Record::new(&product(id)).unwrap()).unwrap();
        }
        writer.finish(&[2, 0, 1]).unwrap();
    }

    #[test]
    fn products_stand_at_the_places_that_the_order_gives_them() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("new/products");
        write(&path);
        let file = ProductsFile::open(&path, 2).unwrap();
        let ids: Vec<String> = (0..4).filter_map(|place| file.get(place)).map(|product| product.id.clone()).collect();
        assert_eq!((file.len(), ids), (3, ["c", "a", "b"].map(str::to_owned).to_vec()));
    }

    #[test]
    fn a_product_that_was_asked_for_is_kept() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("products");
        write(&path);
        for (kept, same) in [(2, true), (0, false)] {
            let file = ProductsFile::open(&path, kept).unwrap();
            let [first, again] = [0, 0].map(|place| file.get(place).unwrap());
            assert_eq!((Arc::ptr_eq(&first, &again), &again.id[..]), (same, "c"));
        }
    }

    #[test]
    fn what_was_not_completed_is_not_opened() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("products");
        write(&path);
        let bytes = fs::read(&path).unwrap();
        for length in 0..bytes.len() {
            fs::write(&path, &bytes[..length]).unwrap();
            assert!(ProductsFile::open(&path, 2).is_err(), "{length} of {} bytes", bytes.len());
        }
    }

    #[test]
    fn an_altered_byte_is_never_taken_for_a_product() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("products");
        write(&path);
        let bytes = fs::read(&path).unwrap();
        for at in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[at] ^= 0x10;
            fs::write(&path, &altered).unwrap();
            let Ok(file) = ProductsFile::open(&path, 2) else { continue };
            let read: Vec<Arc<Product>> = (0..3).filter_map(|place| file.get(place)).collect();
            assert_eq!(read.len(), 2, "byte {at}");
        }
    }
}
