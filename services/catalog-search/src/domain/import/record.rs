//! A product as a feed states it, before anything is derived: the one form that all readers produce. Texts are cleaned already.

use crate::domain::text::ShortText;

/// What a feed says about one product.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RawRecord {
    /// Number of the record in the feed, from 1.
    pub row: u32,
    /// The feed's own key, when it has one.
    pub id: String,
    /// URL name.
    pub handle: String,
    /// Stock keeping unit.
    pub sku: String,
    /// Name.
    pub title: String,
    /// Running text.
    pub description: String,
    /// Selling points and specifications.
    pub features: Vec<String>,
    /// Maker or vendor.
    pub brand: String,
    /// Product type as the feed names it.
    pub product_type: String,
    /// Category names from the root.
    pub category_path: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Price; `None` when the feed has none.
    pub price: Option<RawPrice>,
    /// Earlier price.
    pub was_price: Option<RawPrice>,
    /// Facts in fields of their own.
    pub attributes: Vec<RawAttribute>,
    /// Pictures.
    pub images: Vec<String>,
    /// Page in the shop.
    pub url: String,
    /// Stock in words.
    pub availability: String,
    /// Units in stock.
    pub quantity: Option<i64>,
    /// Mean rating.
    pub rating: Option<f64>,
    /// Ratings behind it.
    pub rating_count: Option<u32>,
    /// Variants.
    pub variants: Vec<RawVariant>,
    /// What was remarkable when it was read: kind in snake case, and an example.
    pub remarks: Vec<(&'static str, String)>,
}

/// A price as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RawPrice {
    /// Decimal number.
    pub amount: String,
    /// Currency code, when the feed names one.
    pub currency: String,
}

/// A fact in a field of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct RawAttribute {
    /// The feed's name for it, folded to snake case.
    pub name: ShortText,
    /// What it says.
    pub value: RawValue,
    /// The feed's field.
    pub source: ShortText,
    /// How far the field can be trusted, 0 to 1.
    pub confidence: f64,
}

/// What a field says.
#[derive(Debug, Clone, PartialEq)]
pub enum RawValue {
    /// Texts.
    Texts(Vec<ShortText>),
    /// A number.
    Number(f64),
}

/// A variant as the feed states it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RawVariant {
    /// Key.
    pub id: String,
    /// Stock keeping unit.
    pub sku: String,
    /// What sets it apart.
    pub title: String,
    /// Price.
    pub price: Option<RawPrice>,
    /// Facts.
    pub attributes: Vec<RawAttribute>,
    /// Stock in words.
    pub availability: String,
}

impl RawAttribute {
    /// The first of its texts.
    #[must_use]
    pub fn first_text(&self) -> Option<&str> {
        match &self.value {
            RawValue::Texts(texts) => texts.first().map(ShortText::as_str),
            RawValue::Number(_) => None,
        }
    }

    /// A field with texts; `None` when there are none.
    pub fn texts<T: Into<ShortText>>(
        name: &str,
        texts: impl IntoIterator<Item = T>,
        source: &str,
        confidence: f64,
    ) -> Option<Self> {
        let texts: Vec<ShortText> = texts.into_iter().map(Into::into).filter(|text| !text.is_empty()).collect();
        let value = RawValue::Texts(texts);
        (value != RawValue::Texts(Vec::new())).then(|| Self {
            name: name.into(),
            value,
            source: source.into(),
            confidence,
        })
    }
}
