//! A product as the shop sells it.

use easymart_core::Money;
use serde::{Deserialize, Serialize};

use super::{attribute::Attribute, text::ShortText};

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

/// A product: what the feed states, cleaned, and what was derived from it with its provenance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Product {
    /// Key in the catalogue, stable over imports.
    pub id: String,
    /// URL name.
    pub handle: String,
    /// Stock keeping unit; not unique.
    pub sku: String,
    /// Name.
    pub title: String,
    /// Running text.
    #[serde(default)]
    pub description: String,
    /// Selling points and specifications.
    #[serde(default)]
    pub features: Vec<String>,
    /// Maker or vendor.
    #[serde(default)]
    pub brand: String,
    /// Taxonomy categories, the main one first. Empty when none fits.
    #[serde(default)]
    pub categories: Vec<String>,
    /// Where the feed itself files it, broadest first: its category path, else its product type. For finding by words only.
    #[serde(default)]
    pub stated_path: Vec<String>,
    /// Price of one purchase; `None` is price on request.
    pub price: Option<Money>,
    /// Earlier, higher price.
    #[serde(default)]
    pub was_price: Option<Money>,
    /// Pictures, the main one first.
    #[serde(default)]
    pub image_urls: Vec<String>,
    /// Page in the shop.
    #[serde(default)]
    pub url: String,
    /// Stock.
    #[serde(default)]
    pub availability: Availability,
    /// Units in stock.
    #[serde(default)]
    pub stock_quantity: Option<u32>,
    /// Mean rating, 0 to 5.
    #[serde(default)]
    pub rating: Option<f64>,
    /// Ratings behind it.
    #[serde(default)]
    pub rating_count: Option<u32>,
    /// Facts.
    #[serde(default)]
    pub attributes: Vec<Attribute>,
    /// What the texts mention, sure or not: an exclusion goes by this, because "not leather" must not show what may be leather.
    #[serde(default)]
    pub mentions: Mentions,
    /// Purchasable variants.
    #[serde(default)]
    pub variants: Vec<Variant>,
    /// Pieces in one purchase.
    #[serde(default = "one")]
    pub set_size: u32,
}

/// Values that a product's texts mention, sure or not.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Mentions {
    /// Colours.
    #[serde(default)]
    pub colours: Vec<ShortText>,
    /// Materials.
    #[serde(default)]
    pub materials: Vec<ShortText>,
    /// Features.
    #[serde(default)]
    pub features: Vec<ShortText>,
}

/// A purchasable variant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Variant {
    /// Key within the product.
    pub id: String,
    /// Stock keeping unit.
    pub sku: String,
    /// What sets it apart.
    pub title: String,
    /// Price when it differs from the product's.
    #[serde(default)]
    pub price: Option<Money>,
    /// Facts of this variant alone.
    #[serde(default)]
    pub attributes: Vec<Attribute>,
    /// Stock.
    #[serde(default)]
    pub availability: Availability,
}

fn one() -> u32 {
    1
}

impl Product {
    /// The main category; empty when none fits.
    #[must_use]
    pub fn category(&self) -> &str {
        self.categories.first().map_or("", String::as_str)
    }

    /// The fact of that name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// Text values of a fact; none when it is unknown.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.attributes
            .iter()
            .filter(move |attribute| attribute.name == name)
            .flat_map(|a| &a.values)
            .map(ShortText::as_str)
    }

    /// A fact as a number.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<f64> {
        self.attribute(name).and_then(|attribute| attribute.number)
    }
}
