//! EasyMart's own feed: one JSON object a line.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

use super::{
    Row, clean, clean_html,
    record::{RawAttribute, RawPrice, RawRecord, RawValue, RawVariant},
    report::Rejection,
};
use crate::domain::text::tokens;

/// The lines that are not blank, each with the number of its record.
pub(super) fn lines(feed: &[u8]) -> impl Iterator<Item = (&[u8], u32)> {
    let lines = feed.split(|byte| *byte == b'\n').filter(|line| line.iter().any(|byte| !byte.is_ascii_whitespace()));
    lines.zip(1..)
}

/// A text that lies in the line itself, unless it has escapes.
#[derive(Deserialize)]
struct Text<'f>(#[serde(borrow)] Cow<'f, str>);

/// Fields that are not listed here are ignored, so that a feed may carry more than we use.
#[derive(Deserialize)]
struct Line<'f> {
    id: Value,
    #[serde(borrow)]
    handle: Option<Text<'f>>,
    #[serde(borrow)]
    sku: Option<Text<'f>>,
    #[serde(borrow)]
    title: Text<'f>,
    #[serde(borrow)]
    description: Option<Text<'f>>,
    #[serde(borrow)]
    features: Option<Vec<Text<'f>>>,
    #[serde(borrow)]
    brand: Option<Text<'f>>,
    #[serde(borrow)]
    category_path: Option<Vec<Text<'f>>>,
    #[serde(borrow)]
    tags: Option<Vec<Text<'f>>>,
    #[serde(borrow)]
    price: Option<Price<'f>>,
    #[serde(borrow)]
    was_price: Option<Price<'f>>,
    attributes: Option<serde_json::Map<String, Value>>,
    #[serde(borrow)]
    images: Option<Vec<Text<'f>>>,
    #[serde(borrow)]
    url: Option<Text<'f>>,
    #[serde(borrow)]
    availability: Option<Text<'f>>,
    quantity: Option<i64>,
    rating: Option<f64>,
    rating_count: Option<u32>,
    #[serde(borrow)]
    variants: Option<Vec<VariantLine<'f>>>,
}

#[derive(Deserialize)]
struct Price<'f> {
    /// Text, so that the amount is exact; a number is taken as it is written.
    amount: Value,
    #[serde(borrow)]
    currency: Option<Text<'f>>,
}

#[derive(Deserialize)]
struct VariantLine<'f> {
    id: Value,
    #[serde(borrow)]
    sku: Option<Text<'f>>,
    #[serde(borrow)]
    title: Option<Text<'f>>,
    #[serde(borrow)]
    price: Option<Price<'f>>,
    attributes: Option<serde_json::Map<String, Value>>,
    #[serde(borrow)]
    availability: Option<Text<'f>>,
}

/// The record of a line.
pub(super) fn record(line: &[u8], row: u32) -> Row {
    let line: Line<'_> = serde_json::from_slice(line).map_err(|error| Rejection::new(row, "", error.to_string()))?;
    let id = scalar(&line.id).filter(|id| !id.is_empty()).ok_or_else(|| Rejection::new(row, "id", "is missing"))?;
    let list = |texts: Option<Vec<Text<'_>>>| -> Vec<String> {
        texts.unwrap_or_default().iter().map(|text| clean(&text.0)).filter(|text| !text.is_empty()).collect()
    };
    Ok(RawRecord {
        row,
        id,
        handle: text(line.handle),
        sku: text(line.sku),
        title: clean(&line.title.0),
        description: line.description.map(|text| clean_html(&text.0).join(" ")).unwrap_or_default(),
        features: line.features.unwrap_or_default().iter().flat_map(|feature| clean_html(&feature.0)).collect(),
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

fn variant(line: VariantLine<'_>) -> RawVariant {
    RawVariant {
        id: scalar(&line.id).unwrap_or_default(),
        sku: text(line.sku),
        title: text(line.title),
        price: line.price.and_then(price),
        attributes: attributes(line.attributes.unwrap_or_default()),
        availability: text(line.availability),
    }
}

fn text(text: Option<Text<'_>>) -> String {
    text.map(|text| clean(&text.0)).unwrap_or_default()
}

fn price(price: Price<'_>) -> Option<RawPrice> {
    let amount = scalar(&price.amount)?;
    Some(RawPrice { amount, currency: text(price.currency) })
}

fn attributes(fields: serde_json::Map<String, Value>) -> Vec<RawAttribute> {
    fields.into_iter().filter_map(|(field, value)| attribute(&field, &value)).collect()
}

fn attribute(field: &str, value: &Value) -> Option<RawAttribute> {
    let (name, source) = (attribute_name(field), ["attributes.", field].concat());
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
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'));
    let snake = if field.split('_').all(is_word) { field.to_owned() } else { tokens(field).join("_") };
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
