//! A product as the catalogue tells it, and the few facts of it that a session remembers.

use easymart_core::Money;
use serde::{Deserialize, Serialize};

use super::understanding::Dimension;

/// A product. What the catalogue does not state is absent, never a guessed default.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Product {
    /// The catalogue's own key.
    pub product_id: String,
    /// URL name, unique in the catalogue.
    pub handle: String,
    /// Stock keeping unit; not unique.
    pub sku: String,
    /// Name as the shopper reads it.
    pub title: String,
    /// Running text; only in the full view.
    pub description: String,
    /// Selling points and specifications, one a line; only in the full view.
    pub features: Vec<String>,
    /// Maker or vendor.
    pub brand: String,
    /// Category identifier; empty when none fits.
    pub category: String,
    /// Category identifiers from the root to `category`.
    pub category_path: Vec<String>,
    /// Price of one unit, or of the whole set when `set_size` is above 1. Absent: price on request.
    pub price: Option<Money>,
    /// Earlier, higher price.
    pub was_price: Option<Money>,
    /// Pictures, the main one first.
    pub image_urls: Vec<String>,
    /// Page in the shop.
    pub url: String,
    /// Stock as far as the catalogue knows.
    pub availability: Availability,
    /// Units in stock, when counted.
    pub stock_quantity: Option<u32>,
    /// Mean rating, 0 to 5.
    pub rating: Option<f64>,
    /// Number of ratings behind it.
    pub rating_count: Option<u32>,
    /// Everything known, each with where it came from.
    pub attributes: Vec<Attribute>,
    /// Pieces in one purchase: 4 for a "set of 4".
    pub set_size: u32,
}

/// One fact about a product.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Attribute {
    /// Snake case name: colour, material, width_cm …
    pub name: String,
    /// Text values in canonical form; for a number its display text.
    pub values: Vec<String>,
    /// The value as a number in `unit`, when it is one.
    pub number: Option<f64>,
    /// Unit of `number`.
    pub unit: String,
    /// Feed field that states it.
    pub source: String,
    /// 0 to 1.
    pub confidence: f64,
}

/// What is known of the stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// The feed says nothing.
    #[default]
    Unknown,
    /// In stock.
    InStock,
    /// Out of stock.
    OutOfStock,
}

impl Product {
    /// The attribute of that name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<(usize, &Attribute)> {
        self.attributes.iter().enumerate().find(|(_, attribute)| attribute.name == name && !attribute.values.is_empty())
    }

    /// Number of the attribute of that name.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<f64> {
        self.attribute(name).and_then(|(_, attribute)| attribute.number)
    }

    fn values(&self, name: &str) -> Vec<String> {
        self.attribute(name).map(|(_, attribute)| attribute.values.clone()).unwrap_or_default()
    }

    /// What a session remembers of it.
    #[must_use]
    pub fn brief(&self) -> Brief {
        Brief {
            product_id: self.product_id.clone(),
            sku: self.sku.clone(),
            handle: self.handle.clone(),
            title: self.title.clone(),
            brand: self.brand.clone(),
            category: self.category.clone(),
            category_path: self.category_path.clone(),
            price: self.price,
            colours: self.values("colour"),
            materials: self.values("material"),
            width_cm: self.number("width_cm"),
            depth_cm: self.number("depth_cm"),
            height_cm: self.number("height_cm"),
        }
    }
}

/// The facts of a product that later messages can point at.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Brief {
    /// The catalogue's own key.
    pub product_id: String,
    /// Stock keeping unit.
    pub sku: String,
    /// URL name.
    pub handle: String,
    /// Name.
    pub title: String,
    /// Maker or vendor.
    pub brand: String,
    /// Category identifier.
    pub category: String,
    /// Category identifiers from the root to `category`.
    pub category_path: Vec<String>,
    /// Price; absent: on request.
    pub price: Option<Money>,
    /// Colours.
    pub colours: Vec<String>,
    /// Materials.
    pub materials: Vec<String>,
    /// Width in centimetres.
    pub width_cm: Option<f64>,
    /// Depth in centimetres.
    pub depth_cm: Option<f64>,
    /// Height in centimetres.
    pub height_cm: Option<f64>,
}

impl Brief {
    /// A side in centimetres.
    #[must_use]
    pub fn side(&self, dimension: Dimension) -> Option<f64> {
        match dimension {
            Dimension::Width => self.width_cm,
            Dimension::Depth => self.depth_cm,
            Dimension::Height => self.height_cm,
        }
    }

    /// Whether it stands in a category or below it.
    #[must_use]
    pub fn is_in(&self, category: &str) -> bool {
        self.category == category || self.category_path.iter().any(|part| part == category)
    }
}
