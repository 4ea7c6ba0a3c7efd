//! EasyMart's own feed: one JSON object a line.

use std::{borrow::Cow, error::Error, slice};

use serde::{Deserialize, Deserializer};
use serde_json_borrow::Value;

use super::{
    Row, clean, clean_html,
    record::{RawAttribute, RawPrice, RawRecord, RawValue, RawVariant},
    report::Rejection,
};
use crate::domain::text::{ShortText, tokens};

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
    #[serde(borrow, deserialize_with = "value")]
    id: Value<'f>,
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
    #[serde(borrow, default, deserialize_with = "value")]
    attributes: Value<'f>,
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
    #[serde(borrow, deserialize_with = "value")]
    amount: Value<'f>,
    #[serde(borrow)]
    currency: Option<Text<'f>>,
}

#[derive(Deserialize)]
struct VariantLine<'f> {
    #[serde(borrow, deserialize_with = "value")]
    id: Value<'f>,
    #[serde(borrow)]
    sku: Option<Text<'f>>,
    #[serde(borrow)]
    title: Option<Text<'f>>,
    #[serde(borrow)]
    price: Option<Price<'f>>,
    #[serde(borrow, default, deserialize_with = "value")]
    attributes: Value<'f>,
    #[serde(borrow)]
    availability: Option<Text<'f>>,
}

/// The library's values live as long as the line itself, and no shorter.
fn value<'f, 'de: 'f, D: Deserializer<'de>>(deserializer: D) -> Result<Value<'f>, D::Error> {
    Value::deserialize(deserializer)
}

/// The record of a line.
pub(super) fn record(line: &[u8], row: u32) -> Row {
    let reject = |error: &dyn Error| Rejection::new(row, "", error.to_string());
    // Seen to once for the whole line, not for each of its texts.
    let line = str::from_utf8(line).map_err(|error| reject(&error))?;
    let line: Line<'_> = serde_json::from_str(line).map_err(|error| reject(&error))?;
    let id = scalar(&line.id).filter(|id| !id.is_empty()).ok_or_else(|| Rejection::new(row, "id", "is missing"))?;
    let list = |texts: Option<Vec<Text<'_>>>| -> Vec<String> {
        let cleaned = texts.into_iter().flatten().map(|text| cleaned(&text));
        cleaned.filter(|text| !text.is_empty()).collect()
    };
    Ok(RawRecord {
        row,
        id: id.into_owned(),
        handle: text(line.handle),
        sku: text(line.sku),
        title: cleaned(&line.title),
        description: line.description.map(|text| clean_html(&text.0).join(" ")).unwrap_or_default(),
        features: line.features.unwrap_or_default().iter().flat_map(|feature| clean_html(&feature.0)).collect(),
        brand: text(line.brand),
        product_type: String::new(),
        category_path: list(line.category_path),
        tags: list(line.tags),
        price: line.price.and_then(price),
        was_price: line.was_price.and_then(price),
        attributes: attributes(&line.attributes, row)?,
        images: list(line.images),
        url: text(line.url),
        availability: text(line.availability),
        quantity: line.quantity,
        rating: line.rating,
        rating_count: line.rating_count,
        variants: line.variants.into_iter().flatten().map(|line| variant(line, row)).collect::<Result<_, _>>()?,
        remarks: Vec::new(),
    })
}

fn variant(line: VariantLine<'_>, row: u32) -> Result<RawVariant, Rejection> {
    Ok(RawVariant {
        id: scalar(&line.id).unwrap_or_default().into_owned(),
        sku: text(line.sku),
        title: text(line.title),
        price: line.price.and_then(price),
        attributes: attributes(&line.attributes, row)?,
        availability: text(line.availability),
    })
}

fn text(text: Option<Text<'_>>) -> String {
    text.map(|text| cleaned(&text)).unwrap_or_default()
}

fn cleaned(text: &Text<'_>) -> String {
    clean(&text.0).into_owned()
}

fn price(price: Price<'_>) -> Option<RawPrice> {
    let amount = scalar(&price.amount)?.into_owned();
    Some(RawPrice { amount, currency: text(price.currency) })
}

fn attributes(fields: &Value<'_>, row: u32) -> Result<Vec<RawAttribute>, Rejection> {
    match fields {
        Value::Null => Ok(Vec::new()),
        Value::Object(fields) => Ok(fields.iter().filter_map(|(field, value)| attribute(field, value)).collect()),
        _ => Err(Rejection::new(row, "attributes", "is no object with a field for each fact")),
    }
}

fn attribute(field: &str, value: &Value<'_>) -> Option<RawAttribute> {
    let (name, source) = (attribute_name(field), ShortText::new("attributes.") + field);
    if let Some(number) = value.as_f64() {
        return Some(RawAttribute { name, value: RawValue::Number(number), source, confidence: 1.0 });
    }
    let values = if let Value::Array(values) = value { values } else { slice::from_ref(value) };
    RawAttribute::texts(&name, values.iter().filter_map(scalar), &source, 1.0)
}

/// A field name in snake case, with our spelling of the ones that feeds spell differently.
pub(super) fn attribute_name(field: &str) -> ShortText {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'));
    let snake = if field.split('_').all(is_word) { field.into() } else { ShortText::from(tokens(field).join("_")) };
    match snake.as_str() {
        "color" | "colors" | "colours" | "colour_name" => "colour".into(),
        "materials" => "material".into(),
        "features" => "feature".into(),
        "styles" => "style".into(),
        "rooms" | "room_type" => "room".into(),
        "width" | "length_cm" => "width_cm".into(),
        "depth" => "depth_cm".into(),
        "height" => "height_cm".into(),
        "seat_count" | "number_of_seats" => "seats".into(),
        "max_load_kg" | "weight_limit_kg" | "weight_capacity" => "weight_capacity_kg".into(),
        _ => snake,
    }
}

fn scalar<'v>(value: &'v Value<'_>) -> Option<Cow<'v, str>> {
    match value {
        Value::Str(text) => Some(clean(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(truth) => Some(Cow::Borrowed(if *truth { "yes" } else { "no" })),
        _ => None,
    }
}
