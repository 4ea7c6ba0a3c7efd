//! Writes a product as one line of the JSON Lines feed.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    PICTURE_PATH,
    assortment::{Product, Stock, Variant},
    wording,
};

/// Sorted by name, so that the bytes never depend on how the JSON library orders an object.
type Attributes = BTreeMap<&'static str, Value>;

#[derive(Serialize)]
pub(crate) struct Record<'a> {
    pub(crate) id: String,
    pub(crate) handle: String,
    pub(crate) sku: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) features: Vec<&'a str>,
    pub(crate) brand: &'a str,
    category_path: &'a [String],
    tags: Vec<&'a String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<Price>,
    #[serde(skip_serializing_if = "Option::is_none")]
    was_price: Option<Price>,
    attributes: Attributes,
    pub(crate) images: [String; 1],
    pub(crate) url: String,
    #[serde(flatten)]
    stock: StockFields,
    #[serde(skip_serializing_if = "Option::is_none")]
    rating: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rating_count: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) variants: Vec<VariantRecord>,
}

#[derive(Serialize)]
struct Price {
    amount: String,
    currency: &'static str,
}

/// Both absent when nothing is known.
#[derive(Serialize)]
struct StockFields {
    #[serde(skip_serializing_if = "Option::is_none")]
    availability: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<u32>,
}

#[derive(Serialize)]
pub(crate) struct VariantRecord {
    pub(crate) id: String,
    pub(crate) sku: String,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<Price>,
    attributes: Attributes,
    #[serde(flatten)]
    stock: StockFields,
}

/// The product as one line, without the line end.
pub(crate) fn line(product: &Product) -> Result<String> {
    Ok(serde_json::to_string(&record(product))?)
}

/// The product as the feed's fields.
pub(crate) fn record<'a>(product: &'a Product<'_>) -> Record<'a> {
    let handle = wording::handle(product);
    Record {
        id: format!("em-{}", 1000 + product.number),
        sku: product.sku.clone(),
        title: wording::title(product),
        description: wording::description(product),
        features: product.design.features.iter().map(String::as_str).collect(),
        brand: product.brand,
        category_path: &product.kind.category,
        tags: product.design.styles.iter().chain(&product.kind.rooms).collect(),
        price: product.price_cents.map(price),
        was_price: product.was_price_cents.map(price),
        attributes: attributes(product),
        images: [format!("{PICTURE_PATH}{}", picture_name(product))],
        url: format!("/#/products/{handle}"),
        handle,
        stock: stock(product.stock),
        rating: product.rating.map(|rating| f64::from(rating.tenths) / 10.0),
        rating_count: product.rating.map(|rating| rating.count),
        variants: product.variants.iter().map(variant).collect(),
    }
}

/// File name of the product's picture.
pub(crate) fn picture_name(product: &Product) -> String {
    format!("{}.svg", wording::handle(product))
}

fn price(cents: i64) -> Price {
    Price { amount: format!("{}.{:02}", cents / 100, cents % 100), currency: "AUD" }
}

fn stock(stock: Stock) -> StockFields {
    match stock {
        Stock::Unknown => StockFields { availability: None, quantity: None },
        Stock::None => StockFields { availability: Some("out_of_stock"), quantity: Some(0) },
        Stock::Units(units) => StockFields { availability: Some("in_stock"), quantity: Some(units) },
    }
}

fn attributes(product: &Product) -> Attributes {
    let mut map = Attributes::new();
    let mut put = |name: &'static str, value: Value| {
        map.insert(name, value);
    };
    let colours: Vec<String> = product.colours.iter().map(|colour| colour.name.to_lowercase()).collect();
    put("colour", json!(colours));
    put("material", json!([product.material.values.as_slice(), product.design.frame.as_slice()].concat()));
    put("style", json!(product.design.styles));
    put("room", json!(product.kind.rooms));
    put("width_cm", json!(product.size.width));
    put("depth_cm", json!(product.size.depth));
    put("height_cm", json!(product.size.height));
    put("weight_kg", json!(product.weight_kg));
    if let Some(capacity) = product.capacity_kg {
        put("weight_capacity_kg", json!(capacity));
    }
    if let Some(seats) = product.seats {
        put("seats", json!(seats));
    }
    if !product.bed_sizes.is_empty() {
        put("bed_size", json!(product.bed_sizes));
    }
    if let Some(set) = product.design.set {
        put("set_size", json!(set));
    }
    if !product.design.tags.is_empty() {
        put("feature", json!(product.design.tags));
    }
    put("assembly", json!(product.kind.assembly));
    put("warranty", json!(format!("{} months", product.kind.warranty_months)));
    map
}

fn variant(variant: &Variant) -> VariantRecord {
    let mut attributes = Attributes::new();
    if let Some(colour) = &variant.colour {
        attributes.insert("colour", json!([colour]));
    }
    if let Some(size) = &variant.bed_size {
        attributes.insert("bed_size", json!([size]));
    }
    if let Some(width) = variant.width_cm {
        attributes.insert("width_cm", json!(width));
    }
    VariantRecord {
        id: variant.sku.to_lowercase(),
        sku: variant.sku.clone(),
        title: variant.title.clone(),
        price: variant.price_cents.map(price),
        attributes,
        stock: stock(variant.stock),
    }
}
