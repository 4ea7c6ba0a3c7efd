//! Products: the card of a list, and the whole product.

use easymart_proto::catalog_search::v1::{self as proto, Availability};
use serde::{Serialize, Serializer, ser::SerializeMap};
use utoipa::{PartialSchema, ToSchema, openapi};

use super::{money::MoneyView, non_empty};

/// Attributes that were read out of running text with less confidence than this are not shown as facts.
const LEAST_CONFIDENCE: f64 = 0.5;

/// A product as shown on a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProductCard)]
pub(crate) struct CardView<'a> {
    /// The catalogue's key.
    #[schema(example = "desk-oak-120")]
    pub product_id: &'a str,
    /// URL name, unique in the catalogue.
    #[schema(example = "oak-desk-120")]
    pub handle: &'a str,
    /// Stock keeping unit; not always unique.
    #[schema(example = "DESK-120-OAK")]
    pub sku: &'a str,
    /// Name.
    #[schema(example = "Oak desk, 120 cm")]
    pub title: &'a str,
    /// Price of one; null: on request.
    pub price: Option<MoneyView<'a>>,
    /// Earlier, higher price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was_price: Option<MoneyView<'a>>,
    /// Maker or vendor.
    #[schema(example = "Easymart")]
    pub brand: &'a str,
    /// Category identifier.
    #[schema(example = "desk")]
    pub category: &'a str,
    /// Main picture; empty when there is none.
    #[schema(example = "/sample-shop/pictures/oak-desk-120.svg")]
    pub image_url: &'a str,
    /// Product page in the shop.
    #[schema(example = "/products/oak-desk-120")]
    pub url: &'a str,
    /// `in_stock`, `out_of_stock` or `unknown`.
    #[schema(example = "unknown")]
    pub availability: &'static str,
    /// Number on the shown list, from 1: what "option 2" refers to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub option: Option<u32>,
    /// What is known about it, by name: texts, or numbers in the unit that the name ends in.
    pub attributes: Attributes<'a>,
    /// Why it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<&'a str>,
}

impl<'a> CardView<'a> {
    /// The card of a product at a place of a list.
    pub(crate) fn new(product: &'a proto::Product, option: Option<u32>, why: &'a str) -> Self {
        Self {
            product_id: &product.product_id,
            handle: &product.handle,
            sku: &product.sku,
            title: &product.title,
            price: product.price.as_ref().map(MoneyView::from),
            was_price: product.was_price.as_ref().map(MoneyView::from),
            brand: &product.brand,
            category: &product.category,
            image_url: product.image_urls.first().map_or("", String::as_str),
            url: &product.url,
            availability: availability(product.availability()),
            option,
            attributes: Attributes(&product.attributes),
            why: non_empty(why),
        }
    }
}

/// The cards of a page of hits, numbered from `first`.
pub(crate) fn cards(hits: &[proto::Hit], first: u32) -> Vec<CardView<'_>> {
    hits.iter()
        .zip(first..)
        .filter_map(|(hit, option)| {
            let product = hit.product.as_ref()?;
            Some(CardView::new(product, Some(option), &hit.why))
        })
        .collect()
}

/// Everything about one product.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Product)]
pub(crate) struct ProductView<'a> {
    /// What a card has.
    #[serde(flatten)]
    pub card: CardView<'a>,
    /// Running text.
    pub description: &'a str,
    /// Selling points and specifications.
    pub features: &'a [String],
    /// Category identifiers from the root.
    pub category_path: &'a [String],
    /// All pictures, the main one first.
    pub image_urls: &'a [String],
    /// Units in stock, when counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stock_quantity: Option<u32>,
    /// Mean rating, 0 to 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<f64>,
    /// Ratings behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating_count: Option<u32>,
    /// Pieces in one purchase.
    pub set_size: u32,
    /// Purchasable variants.
    pub variants: Vec<VariantView<'a>>,
    /// Where each attribute comes from.
    pub provenance: Vec<ProvenanceView<'a>>,
}

/// One purchasable variant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Variant)]
pub(crate) struct VariantView<'a> {
    /// Key within the product.
    pub variant_id: &'a str,
    /// Stock keeping unit.
    pub sku: &'a str,
    /// What sets it apart.
    pub title: &'a str,
    /// Price when it differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<MoneyView<'a>>,
    /// `in_stock`, `out_of_stock` or `unknown`.
    pub availability: &'static str,
    /// Attributes of this variant alone.
    pub attributes: Attributes<'a>,
}

/// Where one attribute comes from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Provenance)]
pub(crate) struct ProvenanceView<'a> {
    /// Attribute.
    pub name: &'a str,
    /// Values in canonical form.
    pub values: &'a [String],
    /// Feed field that states it.
    pub source: &'a str,
    /// 0 to 1.
    pub confidence: f64,
}

impl<'a> From<&'a proto::Product> for ProductView<'a> {
    fn from(product: &'a proto::Product) -> Self {
        Self {
            card: CardView::new(product, None, ""),
            description: &product.description,
            features: &product.features,
            category_path: &product.category_path,
            image_urls: &product.image_urls,
            stock_quantity: product.stock_quantity,
            rating: product.rating,
            rating_count: product.rating_count,
            set_size: product.set_size.max(1),
            variants: product.variants.iter().map(VariantView::from).collect(),
            provenance: product.attributes.iter().map(provenance).collect(),
        }
    }
}

impl<'a> From<&'a proto::Variant> for VariantView<'a> {
    fn from(variant: &'a proto::Variant) -> Self {
        Self {
            variant_id: &variant.variant_id,
            sku: &variant.sku,
            title: &variant.title,
            price: variant.price.as_ref().map(MoneyView::from),
            availability: availability(variant.availability()),
            attributes: Attributes(&variant.attributes),
        }
    }
}

fn provenance(attribute: &proto::Attribute) -> ProvenanceView<'_> {
    ProvenanceView {
        name: &attribute.name,
        values: &attribute.values,
        source: &attribute.source,
        confidence: attribute.confidence,
    }
}

/// The contract's word for what is known of the stock.
pub(crate) fn availability(known: Availability) -> &'static str {
    match known {
        Availability::InStock => "in_stock",
        Availability::OutOfStock => "out_of_stock",
        Availability::Unspecified => "unknown",
    }
}

/// A flat map from attribute name to its number or its text; several texts are joined by commas.
#[derive(Debug)]
pub(crate) struct Attributes<'a>(pub &'a [proto::Attribute]);

impl Serialize for Attributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (at, attribute) in self.0.iter().enumerate() {
            if !is_shown(attribute) || names_earlier(&self.0[..at], &attribute.name) {
                continue;
            }
            match (attribute.number, attribute.values.as_slice()) {
                (Some(number), _) => map.serialize_entry(&attribute.name, &tidy(number))?,
                (None, []) => {}
                (None, [value]) => map.serialize_entry(&attribute.name, value)?,
                (None, values) => map.serialize_entry(&attribute.name, &values.join(", "))?,
            }
        }
        map.end()
    }
}

impl PartialSchema for Attributes<'_> {
    fn schema() -> openapi::RefOr<openapi::schema::Schema> {
        openapi::ObjectBuilder::new()
            .description(Some("Attribute name → number or text"))
            .examples([serde_json::json!({"colour": "black", "material": "steel, wood", "width_cm": 120})])
            .additional_properties(Some(openapi::schema::AdditionalProperties::FreeForm(true)))
            .into()
    }
}

impl ToSchema for Attributes<'_> {
    fn name() -> std::borrow::Cow<'static, str> {
        "Attributes".into()
    }
}

fn is_shown(attribute: &proto::Attribute) -> bool {
    attribute.confidence >= LEAST_CONFIDENCE
}

// A product has some twenty attributes: looking back is cheaper than a set.
fn names_earlier(earlier: &[proto::Attribute], name: &str) -> bool {
    earlier.iter().any(|other| other.name == name && is_shown(other))
}

/// A whole number without a fraction.
fn tidy(number: f64) -> serde_json::Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() < EXACT {
        #[allow(clippy::cast_possible_truncation)]
        return (number as i64).into();
    }
    number.into()
}

#[cfg(test)]
mod tests {
    use easymart_proto::common::v1::Money;
    use serde_json::json;

    use super::*;

    fn attribute(name: &str, values: &[&str], number: Option<f64>, confidence: f64) -> proto::Attribute {
        proto::Attribute {
            name: name.to_owned(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
            number,
            confidence,
            ..Default::default()
        }
    }

    fn desk() -> proto::Product {
        proto::Product {
            product_id: "p1".into(),
            handle: "desk".into(),
            sku: "D-1".into(),
            title: "Desk".into(),
            price: Some(Money { amount_minor: 12_900, currency_code: "AUD".into() }),
            attributes: vec![
                attribute("colour", &["black", "oak"], None, 1.0),
                attribute("width_cm", &["120 cm"], Some(120.0), 0.9),
                attribute("depth_cm", &["60.5 cm"], Some(60.5), 0.9),
                attribute("style", &["modern"], None, 0.4),
                attribute("width_cm", &["90 cm"], Some(90.0), 0.6),
                attribute("warranty", &[], None, 1.0),
            ],
            ..Default::default()
        }
    }

    #[test]
    fn a_card_has_the_contracts_fields() {
        let product = desk();
        let card = serde_json::to_value(CardView::new(&product, Some(2), "Nearest in price")).unwrap();
        assert_eq!(
            card,
            json!({
                "product_id": "p1", "handle": "desk", "sku": "D-1", "title": "Desk",
                "price": {"amount_minor": 12900, "currency": "AUD", "display": "$129.00"},
                "brand": "", "category": "", "image_url": "", "url": "", "availability": "unknown", "option": 2,
                "attributes": {"colour": "black, oak", "width_cm": 120, "depth_cm": 60.5},
                "why": "Nearest in price",
            })
        );
    }

    #[test]
    fn a_price_on_request_is_null() {
        let product = proto::Product { price: None, availability: Availability::OutOfStock.into(), ..desk() };
        let card = serde_json::to_value(CardView::new(&product, None, "")).unwrap();
        assert!(card["price"].is_null());
        assert_eq!(card["availability"], "out_of_stock");
        assert!(card.get("option").is_none() && card.get("why").is_none());
    }

    #[test]
    fn the_whole_product_says_where_its_facts_come_from() {
        let product = desk();
        let whole = serde_json::to_value(ProductView::from(&product)).unwrap();
        assert_eq!(whole["handle"], "desk");
        assert_eq!(whole["set_size"], 1);
        assert_eq!(whole["provenance"].as_array().unwrap().len(), 6);
    }

    #[test]
    fn hits_are_numbered_along_the_page() {
        let hits = vec![proto::Hit { product: Some(desk()), ..Default::default() }; 3];
        let options: Vec<_> = cards(&hits, 6).iter().map(|card| card.option).collect();
        assert_eq!(options, [Some(6), Some(7), Some(8)]);
    }
}
