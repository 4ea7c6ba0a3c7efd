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

use std::collections::{HashMap, HashSet};

use easymart_core::Currency;

pub use clean::{clean, clean_html};
pub use record::{RawAttribute, RawPrice, RawRecord, RawValue, RawVariant};
pub use report::{Rejection, Report, Warning};

use super::{derive, product::Product, taxonomy::Taxonomy, text::reference_key};

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

/// Reads a whole feed.
#[must_use]
pub fn import(feed: &[u8], format: Format, taxonomy: &Taxonomy, settings: &Settings) -> Imported {
    let feed = without_byte_order_mark(feed);
    let rows: Box<dyn Iterator<Item = Row> + '_> = match format {
        Format::JsonLines => Box::new(json_lines::read(feed)),
        Format::EasymartCsv => Box::new(easymart_csv::read(feed)),
        Format::ShopifyCsv => Box::new(shopify_csv::read(feed)),
        Format::GoogleXml => Box::new(google_xml::read(feed).into_iter()),
        Format::GoogleTsv => Box::new(google_tsv::read(feed).into_iter()),
    };
    let mut gathering = Gathering::default();
    for row in rows {
        gathering.take(row.and_then(|record| derive::product(record, taxonomy, settings)));
    }
    gathering.finish()
}

fn without_byte_order_mark(feed: &[u8]) -> &[u8] {
    feed.strip_prefix(b"\xef\xbb\xbf").unwrap_or(feed)
}

/// Products gathered so far, with what has to be unique over all of them.
#[derive(Default)]
struct Gathering {
    products: Vec<Product>,
    report: Report,
    ids: HashSet<String>,
    handles: HashSet<String>,
    skus: HashMap<String, u32>,
}

impl Gathering {
    fn take(&mut self, row: Result<derive::Derived, Rejection>) {
        self.report.read += 1;
        match row.and_then(|derived| self.unique(derived)) {
            Ok(derived) => self.keep(derived),
            Err(rejection) => self.report.reject(rejection),
        }
    }

    fn unique(&mut self, derived: derive::Derived) -> Result<derive::Derived, Rejection> {
        let product = &derived.product;
        if !self.ids.insert(product.id.clone()) {
            return Err(Rejection::new(
                derived.row,
                "id",
                format!("{:?} was already used by an earlier row", product.id),
            ));
        }
        if !self.handles.insert(reference_key(&product.handle)) {
            self.ids.remove(&product.id);
            return Err(Rejection::new(
                derived.row,
                "handle",
                format!("{:?} was already used by an earlier row", product.handle),
            ));
        }
        Ok(derived)
    }

    fn keep(&mut self, derived: derive::Derived) {
        let product = derived.product;
        self.report.kept += 1;
        if product.price.is_none() {
            self.report.price_on_request += 1;
        }
        for (kind, example) in derived.warnings {
            self.report.warn(kind, example);
        }
        let uses = self.skus.entry(reference_key(&product.sku)).or_default();
        *uses += 1;
        if *uses > 1 && !product.sku.is_empty() {
            self.report.warn("duplicate_sku", format!("{} ({})", product.sku, product.handle));
        }
        self.products.push(product);
    }

    fn finish(self) -> Imported {
        Imported { products: self.products, report: self.report }
    }
}
