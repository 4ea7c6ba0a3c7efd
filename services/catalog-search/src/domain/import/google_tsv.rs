//! Google Merchant product data as tab-separated text: one row an item, columns by name in any order.

use super::{
    Row,
    csv_table::{Table, TableRow},
    google::{Item, records},
};

/// Columns that tell this feed from others.
pub(super) const COLUMNS: [&str; 3] = ["id", "title", "link"];

/// Names are written with blanks or with underscores.
pub(super) fn column_name(name: &str) -> String {
    let plain = name.trim().to_lowercase().replace(' ', "_");
    plain.strip_prefix("g:").unwrap_or(&plain).to_owned()
}

pub(super) fn read(feed: &[u8]) -> Vec<Row> {
    let mut table = Table::tabs(feed, column_name);
    let mut items = Vec::new();
    let mut broken: Vec<Row> = Vec::new();
    while let Some(row) = table.next() {
        match row {
            Ok(row) => items.push(item(&row)),
            Err(rejection) => broken.push(Err(rejection)),
        }
    }
    let mut rows = records(items);
    rows.append(&mut broken);
    rows
}

fn item(row: &TableRow<'_>) -> Item {
    let mut fields: Vec<(String, String)> =
        row.cells().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.to_owned(), value)).collect();
    // The order of columns is nobody's business.
    fields.sort();
    let details = fields.iter().filter(|(name, _)| name == "product_detail").flat_map(|(_, value)| details(value));
    Item { row: row.number, details: details.collect(), fields }
}

/// "section:name:value" between commas; the section may be empty.
fn details(text: &str) -> Vec<(String, String)> {
    let part = |detail: &str| {
        let mut parts = detail.splitn(3, ':').skip(1);
        Some((parts.next()?.to_owned(), parts.next()?.to_owned()))
    };
    text.split(',').filter_map(part).collect()
}
