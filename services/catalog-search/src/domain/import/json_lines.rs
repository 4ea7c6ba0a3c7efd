//! EasyMart's own feed: one JSON object a line.

use serde::Deserialize;
use serde_json::Value;

use super::{
    Row, clean, clean_html,
    record::{RawAttribute, RawPrice, RawRecord, RawValue, RawVariant},
    report::Rejection,
};

/// The lines that are not blank, each with the number of its record.
pub(super) fn lines(feed: &[u8]) -> impl Iterator<Item = (&[u8], u32)> {
    let lines = feed.split(|byte| *byte == b'\n').filter(|line| line.iter().any(|byte| !byte.is_ascii_whitespace()));
    lines.zip(1..)
}

/// Fields that are not listed here are ignored, so that a feed may carry more than we use.
#[derive(Deserialize)]
struct Line {
    id: Value,
    #[serde(default)]
    handle: Option<String>,
    #[serde(default)]
    sku: Option<String>,
    title: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    features: Option<Vec<String>>,
    #[serde(default)]
    brand: Option<String>,
    #[serde(default)]
    category_path: Option<Vec<String>>,
    #[serde(default)]
    tags: Option<Vec<String>>,
    #[serde(default)]
    price: Option<Price>,
    #[serde(default)]
    was_price: Option<Price>,
    #[serde(default)]
    attributes: Option<serde_json::Map<String, Value>>,
    #[serde(default)]
    images: Option<Vec<String>>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    availability: Option<String>,
    #[serde(default)]
    quantity: Option<i64>,
    #[serde(default)]
    rating: Option<f64>,
    #[serde(default)]
    rating_count: Option<u32>,
    #[serde(default)]
    variants: Option<Vec<VariantLine>>,
}

#[derive(Deserialize)]
struct Price {
    /// Text, so that the amount is exact; a number is taken as it is written.
    amount: Value,
    #[serde(default)]
    currency: Option<String>,
}

#[derive(Deserialize)]
struct VariantLine {
    id: Value,
    #[serde(default)]
    sku: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    price: Option<Price>,
    #[serde(default)]
    attributes: Option<serde_json::Map<String, Value>>,
    #[serde(default)]
    availability: Option<String>,
}

/// The record of a line.
pub(super) fn record(line: &[u8], row: u32) -> Row {
    let line: Line = serde_json::from_slice(line).map_err(|error| Rejection::new(row, "", error.to_string()))?;
    let id = scalar(&line.id).filter(|id| !id.is_empty()).ok_or_else(|| Rejection::new(row, "id", "is missing"))?;
    let text = |text: Option<String>| clean(&text.unwrap_or_default());
    let list = |texts: Option<Vec<String>>| -> Vec<String> {
        texts.unwrap_or_default().iter().map(|text| clean(text)).filter(|text| !text.is_empty()).collect()
    };
    Ok(RawRecord {
        row,
        id,
        handle: text(line.handle),
        sku: text(line.sku),
        title: clean(&line.title),
        description: clean_html(&line.description.unwrap_or_default()).join(" "),
        features: line.features.unwrap_or_default().iter().flat_map(|feature| clean_html(feature)).collect(),
        brand: text(line.brand),
        product_type: String::new(),
        category_path: list(line.category_path),
        tags: list(line.tags),
        price: line.price.and_then(price),
        was_price: line.was_price.and_then(price),
        attributes: attributes(line.attributes.unwrap_or_default()),
        images: list(line.images),
        url: text(line.url),
        availability: text(line.availability),
        quantity: line.quantity,
        rating: line.rating,
        rating_count: line.rating_count,
        variants: line.variants.unwrap_or_default().into_iter().map(variant).collect(),
        remarks: Vec::new(),
    })
}

fn variant(line: VariantLine) -> RawVariant {
    RawVariant {
        id: scalar(&line.id).unwrap_or_default(),
        sku: clean(&line.sku.unwrap_or_default()),
        title: clean(&line.title.unwrap_or_default()),
        price: line.price.and_then(price),
        attributes: attributes(line.attributes.unwrap_or_default()),
        availability: clean(&line.availability.unwrap_or_default()),
    }
}

fn price(price: Price) -> Option<RawPrice> {
    let amount = scalar(&price.amount)?;
    Some(RawPrice { amount, currency: clean(&price.currency.unwrap_or_default()) })
}

fn attributes(fields: serde_json::Map<String, Value>) -> Vec<RawAttribute> {
    fields.into_iter().filter_map(|(field, value)| attribute(&field, &value)).collect()
}

fn attribute(field: &str, value: &Value) -> Option<RawAttribute> {
    let (name, source) = (attribute_name(field), format!("attributes.{field}"));
    if let Some(number) = value.as_f64() {
        return Some(RawAttribute { name, value: RawValue::Number(number), source, confidence: 1.0 });
    }
    let texts = match value {
        Value::Array(values) => values.iter().filter_map(scalar).collect(),
        other => scalar(other).into_iter().collect(),
    };
    RawAttribute::texts(&name, texts, &source, 1.0)
}

/// A field name in snake case, with our spelling of the ones that feeds spell differently.
pub(super) fn attribute_name(field: &str) -> String {
    let snake = crate::domain::text::tokens(field).join("_");
    match snake.as_str() {
        "color" | "colors" | "colours" | "colour_name" => "colour".to_owned(),
        "materials" => "material".to_owned(),
        "features" => "feature".to_owned(),
        "styles" => "style".to_owned(),
        "rooms" | "room_type" => "room".to_owned(),
        "width" | "length_cm" => "width_cm".to_owned(),
        "depth" => "depth_cm".to_owned(),
        "height" => "height_cm".to_owned(),
        "seat_count" | "number_of_seats" => "seats".to_owned(),
        "max_load_kg" | "weight_limit_kg" | "weight_capacity" => "weight_capacity_kg".to_owned(),
        _ => snake,
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(clean(text)),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(if *truth { "yes" } else { "no" }.to_owned()),
        _ => None,
    }
}
