//! From the bytes of a feed to products: read, clean, derive, and report what happened to every row.
//!
//! A broken row is rejected with its number, field and reason, and the rest is kept: one bad line must not close the shop.

mod clean;
mod csv_table;
mod easymart_csv;
mod google;
mod google_tsv;
mod google_xml;
mod json_lines;
mod record;
mod report;
mod shopify_csv;

use std::{
    collections::{HashMap, HashSet},
    convert::Infallible,
};

use easymart_core::Currency;
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

pub use clean::{clean, clean_html};
pub use record::{RawAttribute, RawPrice, RawRecord, RawValue, RawVariant};
pub use report::{Rejection, Report, Warning};

use super::{
    derive::{self, Derived},
    product::Product,
    taxonomy::Taxonomy,
    text::reference_key,
    wording::Wording,
};

/// Kind of feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// EasyMart's own, one JSON object a line.
    JsonLines,
    /// Shopify's product export: one row a variant, rows of a product share the handle.
    ShopifyCsv,
    /// The EasyMart shop's table: one row a product.
    EasymartCsv,
    /// Google Merchant product data as RSS or Atom.
    GoogleXml,
    /// Google Merchant product data as tab-separated text.
    GoogleTsv,
}

/// What an import has to be told.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Currency of prices that name none.
    pub currency: Currency,
    /// Address of a product's page without its handle.
    pub product_url_prefix: String,
}

/// What came of a feed.
#[derive(Debug)]
pub struct Imported {
    /// Products, in the order of the feed.
    pub products: Vec<Product>,
    /// What happened to the rows.
    pub report: Report,
}

/// A row as a reader gives it.
type Row = Result<RawRecord, Rejection>;

/// A row on its way to the readers' threads.
enum RawRow<'f> {
    /// A line that is still to be read.
    Line(&'f [u8], u32),
    /// A row that had to be read in order.
    Read(Box<Row>),
}

/// Rows that are read at once: enough to keep all threads busy, few enough that what is made of them is kept while it is still at hand in
/// the core's own memory.
const BATCH: usize = 128;

/// The kind of a feed, told from its content.
#[must_use]
pub fn recognise(feed: &[u8]) -> Option<Format> {
    let feed = without_byte_order_mark(feed);
    match feed.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => return Some(Format::JsonLines),
        Some(b'<') => return Some(Format::GoogleXml),
        _ => {}
    }
    let tabbed = csv_table::tabbed_columns(feed, google_tsv::column_name);
    if google_tsv::COLUMNS.iter().all(|column| tabbed.contains(*column)) {
        return Some(Format::GoogleTsv);
    }
    let columns = csv_table::columns(feed);
    if easymart_csv::COLUMNS.iter().all(|column| columns.contains(*column)) {
        return Some(Format::EasymartCsv);
    }
    shopify_csv::COLUMNS.iter().all(|column| columns.contains(*column)).then_some(Format::ShopifyCsv)
}

/// Reads a whole feed into memory.
#[must_use]
pub fn import(feed: &[u8], format: Format, taxonomy: &Taxonomy, settings: &Settings) -> Imported {
    let mut products = Vec::new();
    let keep = |product: Product| {
        products.push(product);
        Ok::<(), Infallible>(())
    };
    let Ok(report) = import_each(feed, format, taxonomy, settings, |product, _| product, keep);
    Imported { products, report }
}

/// Reads a whole feed, product by product, in its order: never all of them are in memory. Rows are read and products `prepare`d in parallel,
/// those of one batch while what was made of the batch before is kept.
///
/// # Errors
/// The first one of `keep`, which ends the import.
pub fn import_each<T: Send, E: Send>(
    feed: &[u8],
    format: Format,
    taxonomy: &Taxonomy,
    settings: &Settings,
    prepare: impl Fn(Product, Wording) -> T + Sync,
    mut keep: impl FnMut(T) -> Result<(), E> + Send,
) -> Result<Report, E> {
    let mut rows = rows(without_byte_order_mark(feed), format);
    let derive = |row: RawRow<'_>| {
        let Derived { row, product, wording, warnings } = derive::product(row.read()?, taxonomy, settings)?;
        let entry = Entry::of(&product, row, warnings);
        Ok((entry, prepare(product, wording)))
    };
    let mut next = || -> Vec<Result<_, Rejection>> {
        let batch: Vec<RawRow<'_>> = rows.by_ref().take(BATCH).collect();
        batch.into_par_iter().map(derive).collect()
    };
    let mut gathering = Gathering::default();
    let mut batch = next();
    while !batch.is_empty() {
        let mut products = batch.into_iter().filter_map(|row| gathering.take(row));
        let (following, kept) = rayon::join(&mut next, || products.try_for_each(&mut keep));
        kept?;
        batch = following;
    }
    Ok(gathering.report)
}

fn rows<'f>(feed: &'f [u8], format: Format) -> Box<dyn Iterator<Item = RawRow<'f>> + Send + 'f> {
    match format {
        Format::JsonLines => Box::new(json_lines::lines(feed).map(|(line, row)| RawRow::Line(line, row))),
        Format::EasymartCsv => Box::new(easymart_csv::read(feed).map(RawRow::read_in_order)),
        Format::ShopifyCsv => Box::new(shopify_csv::read(feed).map(RawRow::read_in_order)),
        Format::GoogleXml => Box::new(google_xml::read(feed).into_iter().map(RawRow::read_in_order)),
        Format::GoogleTsv => Box::new(google_tsv::read(feed).into_iter().map(RawRow::read_in_order)),
    }
}

impl RawRow<'_> {
    fn read_in_order(row: Row) -> Self {
        Self::Read(Box::new(row))
    }

    fn read(self) -> Row {
        match self {
            Self::Line(line, row) => json_lines::record(line, row),
            Self::Read(row) => *row,
        }
    }
}

fn without_byte_order_mark(feed: &[u8]) -> &[u8] {
    feed.strip_prefix(b"\xef\xbb\xbf").unwrap_or(feed)
}

/// The report so far, with what has to be unique over all products.
#[derive(Default)]
struct Gathering {
    report: Report,
    ids: HashSet<String>,
    handles: HashSet<String>,
    skus: HashMap<String, u32>,
}

/// What the report needs of a product.
struct Entry {
    row: u32,
    id: String,
    handle: String,
    sku: String,
    has_price: bool,
    warnings: Vec<(&'static str, String)>,
}

impl Entry {
    fn of(product: &Product, row: u32, warnings: Vec<(&'static str, String)>) -> Self {
        Self {
            row,
            id: product.id.clone(),
            handle: product.handle.clone(),
            sku: product.sku.clone(),
            has_price: product.price.is_some(),
            warnings,
        }
    }
}

impl Gathering {
    /// What was prepared of the product, unless its row is rejected.
    fn take<T>(&mut self, row: Result<(Entry, T), Rejection>) -> Option<T> {
        self.report.read += 1;
        let unique = row.and_then(|(entry, prepared)| self.check_unique(&entry).map(|()| (entry, prepared)));
        match unique {
            Ok((entry, prepared)) => {
                self.keep(entry);
                Some(prepared)
            }
            Err(rejection) => {
                self.report.reject(rejection);
                None
            }
        }
    }

    fn check_unique(&mut self, Entry { row, id, handle, .. }: &Entry) -> Result<(), Rejection> {
        let used = |field, text| Rejection::new(*row, field, format!("{text:?} was already used by an earlier row"));
        if !self.ids.insert(id.clone()) {
            return Err(used("id", id));
        }
        if !self.handles.insert(reference_key(handle)) {
            self.ids.remove(id);
            return Err(used("handle", handle));
        }
        Ok(())
    }

    fn keep(&mut self, entry: Entry) {
        self.report.kept += 1;
        if !entry.has_price {
            self.report.price_on_request += 1;
        }
        for (kind, example) in entry.warnings {
            self.report.warn(kind, example);
        }
        let uses = self.skus.entry(reference_key(&entry.sku)).or_default();
        *uses += 1;
        if *uses > 1 && !entry.sku.is_empty() {
            self.report.warn("duplicate_sku", format!("{} ({})", entry.sku, entry.handle));
        }
    }
}
