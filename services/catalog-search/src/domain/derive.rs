//! From what a feed states to what the shop knows: a product with its category and its facts, each with where it came from and how
//! sure it is. Nothing is invented: what cannot be read stays unknown.

mod care;
mod category;
mod counts;
mod dimensions;
mod measures;
mod money;
mod pattern;
mod reading;
mod screens;
mod terms;

use super::{
    attribute::{Attribute, name},
    import::{RawAttribute, RawRecord, RawValue, RawVariant, Rejection, Settings},
    product::{Availability, Mentions, Product, Variant},
    taxonomy::Taxonomy,
    text::{ShortText, tokens},
    wording::Wording,
};
use reading::Reading;

/// A product and what was remarkable about its row.
#[derive(Debug)]
pub struct Derived {
    /// Number of the record in the feed.
    pub row: u32,
    /// The product.
    pub product: Product,
    /// Its texts in words.
    pub wording: Wording,
    /// Kind of remark and an example.
    pub warnings: Vec<(&'static str, String)>,
}

/// Longest texts that are taken from a feed, in characters: what is longer is no product text.
const LONGEST: [(&str, usize); 4] = [("id", 200), ("handle", 255), ("sku", 200), ("title", 1_000)];

/// Makes a product of a record.
///
/// # Errors
/// A rejection with the field and the reason when the record is no sellable product.
pub fn product(record: RawRecord, taxonomy: &Taxonomy, settings: &Settings) -> Result<Derived, Rejection> {
    let handle = handle(&record);
    let id = if record.id.is_empty() { handle.clone() } else { record.id.clone() };
    check_texts(&record, &id, &handle)?;
    let mut warnings = record.remarks.clone();
    let price = money::price(&record, settings.currency)?;
    let wording = Wording::new(&record.title, &record.features, &record.description, taxonomy);
    let reading = Reading::new(&record, &wording);
    let categories = category::categories(&reading, taxonomy);
    let measured = dimensions::read(&reading, taxonomy, &categories, &mut warnings);
    let set_size = measures::set_size(&reading);
    let mut facts = Facts::default();
    terms::read(&reading, taxonomy, &categories, &mut facts);
    facts.attributes.extend(measured);
    facts.attributes.extend(set_size.clone());
    facts.attributes.extend(in_own_fields(&record));
    let read = [
        measures::read(&reading, taxonomy, &categories),
        screens::read(&reading, taxonomy, &categories),
        counts::read(&reading, taxonomy),
        care::read(&reading),
    ];
    // What the feed states in a field of its own needs no reading between the lines.
    let news = read.into_iter().flatten().filter(|fact| !facts.attributes.iter().any(|known| known.name == fact.name));
    facts.attributes.extend(news.collect::<Vec<_>>());
    if categories.is_empty() {
        warnings.push(("no_category", record.title.clone()));
    }
    let was_price = money::was_price(&record, settings.currency, price, &mut warnings);
    let row = record.row;
    let product = Product {
        url: url(&record, &handle, settings),
        availability: availability(&record.availability, record.quantity),
        stock_quantity: record.quantity.and_then(|count| u32::try_from(count.max(0)).ok()),
        rating: record.rating.filter(|rating| (0.0..=5.0).contains(rating)),
        rating_count: record.rating_count,
        variants: record.variants.iter().map(|raw| variant(raw, price, taxonomy, settings)).collect(),
        set_size: set_size.and_then(|fact| fact.number).map_or(1, |pieces| pieces as u32),
        stated_path: stated_path(&record),
        attributes: facts.attributes,
        mentions: facts.mentions,
        categories,
        price,
        was_price,
        id,
        handle,
        sku: record.sku,
        title: record.title,
        description: record.description,
        features: record.features,
        brand: record.brand,
        image_urls: record.images,
    };
    Ok(Derived { row, product, wording, warnings })
}

/// Facts as they are gathered.
#[derive(Debug, Default)]
struct Facts {
    attributes: Vec<Attribute>,
    mentions: Mentions,
}

fn check_texts(record: &RawRecord, id: &str, handle: &str) -> Result<(), Rejection> {
    for (field, text) in [("id", id), ("title", &record.title)] {
        if text.is_empty() {
            return Err(Rejection::new(record.row, field, "is missing"));
        }
    }
    let texts = [id, handle, &record.sku, &record.title];
    for ((field, longest), text) in LONGEST.into_iter().zip(texts) {
        if text.chars().count() > longest {
            return Err(Rejection::new(record.row, field, format!("is longer than {longest} characters")));
        }
    }
    Ok(())
}

/// The feed's handle, else one made of the id: a product always has an address.
fn handle(record: &RawRecord) -> String {
    if !record.handle.is_empty() {
        return record.handle.clone();
    }
    tokens(&record.id).join("-")
}

fn stated_path(record: &RawRecord) -> Vec<String> {
    if !record.category_path.is_empty() || record.product_type.is_empty() {
        return record.category_path.clone();
    }
    vec![record.product_type.clone()]
}

fn url(record: &RawRecord, handle: &str, settings: &Settings) -> String {
    if record.url.is_empty() { format!("{}{handle}", settings.product_url_prefix) } else { record.url.clone() }
}

fn availability(stated: &str, quantity: Option<i64>) -> Availability {
    match (tokens(stated).join("").as_str(), quantity) {
        ("instock" | "available" | "true" | "yes", _) => Availability::InStock,
        ("outofstock" | "soldout" | "unavailable" | "false" | "no", _) => Availability::OutOfStock,
        (_, Some(count)) if count > 0 => Availability::InStock,
        (_, Some(_)) => Availability::OutOfStock,
        _ => Availability::Unknown,
    }
}

fn variant(raw: &RawVariant, price: Option<easymart_core::Money>, taxonomy: &Taxonomy, settings: &Settings) -> Variant {
    let own = raw.price.as_ref().and_then(|raw| money::amount(raw, settings.currency).ok().flatten());
    Variant {
        id: raw.id.clone(),
        sku: raw.sku.clone(),
        title: raw.title.clone(),
        price: own.filter(|own| Some(*own) != price),
        attributes: raw.attributes.iter().filter_map(|raw| stated(raw, taxonomy)).collect(),
        availability: availability(&raw.availability, None),
    }
}

/// A variant's own fact, in canonical words where there are such.
fn stated(raw: &RawAttribute, taxonomy: &Taxonomy) -> Option<Attribute> {
    match &raw.value {
        RawValue::Number(number) => {
            Some(Attribute::number(&raw.name, *number, unit(&raw.name), &raw.source, raw.confidence))
        }
        RawValue::Texts(texts) => {
            let resolve = |text: &str| match raw.name.as_str() {
                name::COLOUR => taxonomy.colours.resolve(text),
                name::MATERIAL => taxonomy.materials.resolve(text),
                name::BED_SIZE => taxonomy.bed_sizes.resolve(text),
                _ => None,
            };
            let values: Vec<ShortText> =
                texts.iter().map(|text| resolve(text).map_or_else(|| text.clone(), ShortText::new)).collect();
            (!values.is_empty()).then(|| Attribute::text(&raw.name, values, &raw.source, raw.confidence))
        }
    }
}

/// Facts in fields of their own, kept as they stand, save those that are read into canonical words and plausible numbers.
fn in_own_fields(record: &RawRecord) -> Vec<Attribute> {
    const READ: [&str; 11] = [
        name::COLOUR,
        name::MATERIAL,
        name::STYLE,
        name::ROOM,
        name::FEATURE,
        name::BED_SIZE,
        name::WIDTH,
        name::DEPTH,
        name::HEIGHT,
        name::SEAT_HEIGHT,
        name::SET_SIZE,
    ];
    let mut kept: Vec<Attribute> = Vec::new();
    for raw in record.attributes.iter().filter(|raw| !READ.contains(&raw.name.as_str())) {
        if kept.iter().any(|fact| fact.name == raw.name) {
            continue;
        }
        kept.push(match &raw.value {
            RawValue::Number(number) => {
                Attribute::number(&raw.name, *number, unit(&raw.name), &raw.source, raw.confidence)
            }
            RawValue::Texts(texts) => Attribute::text(&raw.name, texts.clone(), &raw.source, raw.confidence),
        });
    }
    kept
}

/// The unit that a field's name ends in.
fn unit(name: &str) -> &'static str {
    match name.rsplit('_').next() {
        Some("cm") => "cm",
        Some("in") => "inch",
        Some("kg") => "kg",
        Some("seats") => "seats",
        _ => "",
    }
}
