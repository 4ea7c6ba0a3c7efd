//! An attribute table of a few products: one row for each attribute that at least one of them has.

use std::sync::Arc;

use super::{
    attribute::name,
    catalogue::Catalogue,
    product::{Availability, Product},
    taxonomy::TermKind,
    text::ShortText,
};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Attribute name.
    pub attribute: String,
    /// Text for people.
    pub label: String,
    /// Display value for each product; empty means unknown.
    pub values: Vec<String>,
    /// Whether known values differ.
    pub differs: bool,
}

/// Rows in the order in which they tell most. Attributes that are not listed follow in the order of their name.
const ROWS: [(&str, &str); 18] = [
    (name::WIDTH, "Width"),
    (name::DEPTH, "Depth"),
    (name::HEIGHT, "Height"),
    (name::SEAT_HEIGHT, "Seat height"),
    (name::COLOUR, "Colour"),
    (name::MATERIAL, "Material"),
    (name::SEATS, "Seats"),
    (name::BED_SIZE, "Bed size"),
    (name::SCREEN_MIN, "Smallest screen"),
    (name::SCREEN_MAX, "Largest screen"),
    (name::SET_SIZE, "Pieces in the set"),
    (name::WEIGHT_CAPACITY, "Weight capacity"),
    (name::WEIGHT, "Weight"),
    (name::FEATURE, "Features"),
    (name::STYLE, "Style"),
    (name::ROOM, "Room"),
    (name::WARRANTY, "Warranty"),
    (name::ASSEMBLY, "Assembly"),
];

/// The table.
#[must_use]
pub fn rows(catalogue: &Catalogue, products: &[Arc<Product>]) -> Vec<Row> {
    let own = |label: &str, attribute: &str, value: &dyn Fn(&Product) -> String| {
        row(attribute, label, products.iter().map(|product| value(product)).collect())
    };
    let mut rows = vec![
        own("Price", "price", &|product| product.price.map(|price| price.to_string()).unwrap_or_default()),
        own("Category", "category", &|product| catalogue.label(TermKind::Category, product.category())),
        own("Brand", "brand", &|product| product.brand.clone()),
    ];
    rows.extend(ROWS.iter().map(|(attribute, label)| attribute_row(catalogue, products, attribute, label)));
    for attribute in others(products) {
        rows.push(attribute_row(catalogue, products, &attribute, &attribute.replace('_', " ")));
    }
    rows.push(own("Rating", "rating", &|product| {
        product.rating.map(|rating| format!("{rating:.1}")).unwrap_or_default()
    }));
    rows.push(own("Stock", "availability", &|product| stock(product.availability).to_owned()));
    rows.retain(|row| row.values.iter().any(|value| !value.is_empty()));
    rows
}

fn others(products: &[Arc<Product>]) -> Vec<ShortText> {
    let listed = |attribute: &str| ROWS.iter().any(|(known, _)| *known == attribute);
    let all = products.iter().flat_map(|product| &product.attributes).map(|fact| &fact.name);
    let mut others: Vec<ShortText> = all.filter(|attribute| !listed(attribute)).cloned().collect();
    others.sort_unstable();
    others.dedup();
    others
}

fn attribute_row(catalogue: &Catalogue, products: &[Arc<Product>], attribute: &str, label: &str) -> Row {
    let display = |product: &Arc<Product>| -> String {
        let values = product.values(attribute).map(|value| display(catalogue, attribute, value));
        values.collect::<Vec<_>>().join(", ")
    };
    row(attribute, label, products.iter().map(display).collect())
}

/// The text for people of a fact's value.
#[must_use]
pub fn display(catalogue: &Catalogue, attribute: &str, value: &str) -> String {
    let kind = match attribute {
        name::MATERIAL => TermKind::Material,
        name::BED_SIZE => TermKind::BedSize,
        name::FEATURE => TermKind::Feature,
        name::ROOM => TermKind::Room,
        _ => return value.to_owned(),
    };
    catalogue.label(kind, value)
}

fn row(attribute: &str, label: &str, values: Vec<String>) -> Row {
    let mut known = values.iter().filter(|value| !value.is_empty());
    let first = known.next();
    let differs = first.is_some_and(|first| known.any(|value| value != first));
    Row { attribute: attribute.to_owned(), label: label.to_owned(), values, differs }
}

fn stock(availability: Availability) -> &'static str {
    match availability {
        Availability::InStock => "in stock",
        Availability::OutOfStock => "out of stock",
        Availability::Unknown => "",
    }
}
