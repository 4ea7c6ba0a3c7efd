//! The EasyMart shop's table: one row a product, 21 columns, the handle as the only key.
//!
//! What its columns are worth: the text is in `Features` (parts between bars), `Specifications` repeats the end of it, `Description` is
//! mostly a heading. `Material` and `Color` were made by searching the text and list too much. `Length` is usually the widest side.
//! The `Price Range_` tag contradicts the price in half of the rows and is ignored. There is no stock and no currency.

use super::{
    Row, clean,
    csv_table::{Table, TableRow},
    record::{RawAttribute, RawPrice, RawRecord},
};

/// Columns that tell this feed from others.
pub(super) const COLUMNS: [&str; 6] = ["Handle", "Title", "Vendor", "Features", "Variant SKU", "Specifications"];

/// A description shorter than this is a heading ("PRODUCT DESCRIPTION") and says nothing.
const HEADING: usize = 40;

pub(super) fn read(feed: &[u8]) -> impl Iterator<Item = Row> + '_ {
    let mut table = Table::new(feed);
    std::iter::from_fn(move || table.next().map(|row| row.map(|row| record(&row))))
}

fn record(row: &TableRow<'_>) -> RawRecord {
    let tags = row.parts("Tags", ',');
    RawRecord {
        row: row.number,
        handle: row.text("Handle"),
        sku: row.text("Variant SKU"),
        title: row.text("Title"),
        description: description(row),
        features: row.parts("Features", '|'),
        brand: row.text("Vendor"),
        product_type: row.text("Type"),
        category_path: row.parts("Product Category", '>'),
        price: Some(RawPrice { amount: row.text("Variant Price"), currency: String::new() }),
        attributes: attributes(row, &tags),
        images: [row.text("Image Src")].into_iter().filter(|address| !address.is_empty()).collect(),
        tags: tags.into_iter().filter(|tag| !tag.starts_with("Price Range_")).collect(),
        ..RawRecord::default()
    }
}

fn description(row: &TableRow<'_>) -> String {
    let description = row.text("Description");
    if description.chars().count() < HEADING { row.text("SEO Description") } else { description }
}

fn attributes(row: &TableRow<'_>, tags: &[String]) -> Vec<RawAttribute> {
    let tagged = tags.iter().filter_map(|tag| tag.strip_prefix("Color_")).map(clean);
    let lists = [
        RawAttribute::texts("colour", row.parts("Color", '|'), "Color", 0.6),
        RawAttribute::texts("colour", tagged, "Tags", 0.8),
        RawAttribute::texts("material", row.parts("Material", '|'), "Material", 0.6),
    ];
    let sizes = [("width_cm", "Length"), ("depth_cm", "Width"), ("height_cm", "Height")];
    let sizes = sizes.map(|(name, column)| RawAttribute::texts(name, [row.text(column)], column, 0.6));
    lists.into_iter().chain(sizes).flatten().collect()
}
