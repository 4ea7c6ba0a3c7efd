//! Shopify's product export: the first row of a handle carries the product, each row may carry a variant and a picture.

use std::iter::Peekable;

use super::{
    Row, clean, clean_html,
    csv_table::{Table, TableRow},
    record::{RawAttribute, RawPrice, RawRecord, RawVariant},
    report::Rejection,
};

/// Columns that tell this feed from others.
pub(super) const COLUMNS: [&str; 4] = ["Handle", "Title", "Body (HTML)", "Variant Price"];

/// Options that a product can have.
const OPTIONS: [(&str, &str); 3] =
    [("Option1 Name", "Option1 Value"), ("Option2 Name", "Option2 Value"), ("Option3 Name", "Option3 Value")];

/// Option that Shopify writes when there is none.
const NO_OPTION: &str = "Default Title";

pub(super) fn read(feed: &[u8]) -> impl Iterator<Item = Row> + '_ {
    let mut table = Table::new(feed);
    let lines = std::iter::from_fn(move || table.next().map(|row| row.map(|row| Line::read(&row))));
    Products { lines: lines.peekable(), number: 0 }
}

/// One row, taken apart.
struct Line {
    product: RawRecord,
    options: Vec<(String, String)>,
    variant: RawVariant,
    image: String,
    quantity: Option<i64>,
}

impl Line {
    fn read(row: &TableRow<'_>) -> Self {
        let options = OPTIONS.iter().map(|(name, value)| (row.text(name), row.text(value))).collect();
        Self {
            options,
            variant: variant(row),
            image: row.text("Image Src"),
            quantity: quantity(row),
            product: product(row),
        }
    }

    fn continues(&self, handle: &str) -> bool {
        self.product.handle == handle && self.product.title.is_empty()
    }
}

struct Products<L: Iterator<Item = Result<Line, Rejection>>> {
    lines: Peekable<L>,
    /// Products so far: a reader of the report counts products, not rows.
    number: u32,
}

impl<L: Iterator<Item = Result<Line, Rejection>>> Iterator for Products<L> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let first = self.lines.next()?;
        self.number += 1;
        let mut first = match first {
            Ok(line) => line,
            Err(rejection) => return Some(Err(Rejection { row: self.number, ..rejection })),
        };
        first.product.row = self.number;
        let names: Vec<String> = first.options.iter().map(|(name, _)| name.clone()).collect();
        let handle = first.product.handle.clone();
        let mut record = first.product.clone();
        add(&mut record, first, &names);
        while let Some(Ok(line)) = self.lines.next_if(|line| line.as_ref().is_ok_and(|line| line.continues(&handle))) {
            add(&mut record, line, &names);
        }
        settle(&mut record);
        Some(Ok(record))
    }
}

/// Adds what a row has beside the product itself: its variant, its picture, its stock.
fn add(record: &mut RawRecord, line: Line, names: &[String]) {
    if !line.image.is_empty() && !record.images.contains(&line.image) {
        record.images.push(line.image);
    }
    record.quantity = match (record.quantity, line.quantity) {
        (Some(sum), Some(more)) => Some(sum.saturating_add(more)),
        (known, more) => known.or(more),
    };
    let mut variant = line.variant;
    if variant.price.is_none() && variant.sku.is_empty() {
        return;
    }
    let options = names.iter().zip(&line.options).filter(|(name, (_, value))| !name.is_empty() && !value.is_empty());
    let values: Vec<(&String, &String)> =
        options.map(|(name, (_, value))| (name, value)).filter(|(_, v)| *v != NO_OPTION).collect();
    variant.title = values.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(" / ");
    variant.id = format!("{}", record.variants.len() + 1);
    let facts = values.iter().filter_map(|(name, value)| {
        RawAttribute::texts(&super::json_lines::attribute_name(name), [value.as_str()], name, 0.95)
    });
    variant.attributes = facts.collect();
    record.variants.push(variant);
}

/// The product's own SKU and price are its first variant's; what its variants can be is true of the product.
fn settle(record: &mut RawRecord) {
    if let Some(first) = record.variants.first() {
        record.sku = first.sku.clone();
        record.price = first.price.clone();
    }
    let facts: Vec<RawAttribute> = record.variants.iter().flat_map(|variant| variant.attributes.clone()).collect();
    record.attributes.extend(facts);
    if record.variants.len() == 1 {
        record.variants.clear();
    }
}

fn product(row: &TableRow<'_>) -> RawRecord {
    let mut lines = clean_html(&row.raw("Body (HTML)"));
    let description = if lines.is_empty() { String::new() } else { lines.remove(0) };
    RawRecord {
        row: row.number,
        handle: row.text("Handle"),
        title: row.text("Title"),
        description,
        features: lines,
        brand: row.text("Vendor"),
        product_type: row.text("Type"),
        category_path: row.parts("Product Category", '>'),
        tags: row.parts("Tags", ','),
        was_price: price(row, "Variant Compare At Price"),
        ..RawRecord::default()
    }
}

fn variant(row: &TableRow<'_>) -> RawVariant {
    RawVariant { sku: row.text("Variant SKU"), price: price(row, "Variant Price"), ..RawVariant::default() }
}

fn price(row: &TableRow<'_>, column: &str) -> Option<RawPrice> {
    let amount = row.text(column);
    (!amount.is_empty()).then_some(RawPrice { amount, currency: String::new() })
}

/// Stock counts only where Shopify tracks it.
fn quantity(row: &TableRow<'_>) -> Option<i64> {
    let tracked = !row.text("Variant Inventory Tracker").is_empty();
    let quantity = clean(&row.raw("Variant Inventory Qty")).parse().ok();
    quantity.filter(|_| tracked)
}
