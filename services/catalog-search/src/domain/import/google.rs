//! Google Merchant product data, whatever it is written in: from the fields of an item to a record, and from the items of a group to one
//! product with variants.
//!
//! An item is what can be bought. Items that share an `item_group_id` become one product of that id: the first gives the texts, each is a
//! variant whose SKU is the item's own id. A sale price is the price, and the price then the earlier one. Sizes and weights are taken in
//! their units; a product's length is the longer of its two sides on the floor, whichever field states it.

use std::{borrow::Cow, collections::HashMap};

use super::{
    Row, clean, clean_html,
    record::{RawAttribute, RawPrice, RawRecord, RawValue, RawVariant},
    report::Rejection,
};

/// What a field of its own is worth; titles and texts may still say better.
const FIELD: f64 = 0.95;
/// The same for a side whose name may mean either side on the floor.
const SIDE: f64 = 0.9;
/// What the same thing is called in a feed's fields and here.
const TEXTS: [(&str, &str); 4] =
    [("color", "colour"), ("material", "material"), ("pattern", "pattern"), ("size", "size")];
const KEPT: [(&str, &str); 6] = [
    ("gtin", "gtin"),
    ("mpn", "mpn"),
    ("condition", "condition"),
    ("gender", "gender"),
    ("age_group", "age_group"),
    ("energy_efficiency_class", "energy_efficiency_class"),
];

/// The fields of one item, as they are written.
#[derive(Debug, Default)]
pub(super) struct Item {
    /// Number in the feed, from 1.
    pub(super) row: u32,
    /// Fields by name, several of one name in their order.
    pub(super) fields: Vec<(String, String)>,
    /// Statements of the form name and value.
    pub(super) details: Vec<(String, String)>,
}

impl Item {
    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn text(&self, name: &str) -> String {
        clean(self.all(name).next().unwrap_or_default()).into_owned()
    }

    /// The first of some fields that says something, with its name.
    fn first_of(&self, names: &[&str]) -> String {
        names.iter().map(|name| self.text(name)).find(|text| !text.is_empty()).unwrap_or_default()
    }
}

/// The products of a feed's items.
pub(super) fn records(items: impl IntoIterator<Item = Item>) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut groups: HashMap<String, usize> = HashMap::new();
    for item in items {
        let group = item.text("item_group_id");
        let (record, variant) = match record(&item) {
            Ok(read) => read,
            Err(rejection) => {
                rows.push(Err(rejection));
                continue;
            }
        };
        let known = groups.get(&group).and_then(|at| rows.get_mut(*at));
        match known {
            Some(Ok(product)) => add(product, record, variant),
            _ if group.is_empty() => rows.push(Ok(record)),
            _ => {
                groups.insert(group.clone(), rows.len());
                rows.push(Ok(RawRecord { id: group, variants: vec![variant], ..record }));
            }
        }
    }
    rows.iter_mut().filter_map(|row| row.as_mut().ok()).for_each(settle);
    rows
}

/// Adds another item of its group to a product.
fn add(product: &mut RawRecord, item: RawRecord, variant: RawVariant) {
    for image in item.images {
        if !product.images.contains(&image) {
            product.images.push(image);
        }
    }
    // What can be bought in one variant can be bought.
    if !is_in_stock(&product.availability) && is_in_stock(&item.availability) {
        product.availability = item.availability;
    }
    product.remarks.extend(item.remarks);
    product.variants.push(variant);
}

fn is_in_stock(availability: &str) -> bool {
    availability == "in stock"
}

/// What its variants can be is true of the product; one variant alone is the product itself.
fn settle(record: &mut RawRecord) {
    let facts: Vec<RawAttribute> =
        record.variants.iter().skip(1).flat_map(|variant| variant.attributes.clone()).collect();
    record.attributes.extend(facts);
    if record.variants.len() == 1 {
        record.variants.clear();
    }
}

fn record(item: &Item) -> Result<(RawRecord, RawVariant), Rejection> {
    let id = item.text("id");
    if id.is_empty() {
        return Err(Rejection::new(item.row, "id", "is missing"));
    }
    let mut remarks = Vec::new();
    let (price, was_price) = prices(item, &mut remarks)?;
    let mut lines = clean_html(&item.first_of(&["description", "summary", "content"]));
    let description = if lines.is_empty() { String::new() } else { lines.remove(0) };
    let product_type = path(&item.text("product_type"));
    let google = path(&item.text("google_product_category"));
    let own = attributes(item);
    let record = RawRecord {
        row: item.row,
        sku: id.clone(),
        title: item.text("title"),
        description,
        features: features(item, lines),
        brand: item.text("brand"),
        // A category of Google's that is only a number says nothing here.
        category_path: if google.iter().any(|step| step.parse::<u64>().is_err()) {
            google
        } else {
            product_type.clone()
        },
        product_type: product_type.last().cloned().unwrap_or_default(),
        price: price.clone(),
        was_price,
        attributes: own.iter().cloned().chain(sizes(item)).collect(),
        images: images(item),
        url: item.text("link"),
        availability: item.text("availability").replace('_', " ").to_lowercase(),
        remarks,
        id: id.clone(),
        ..RawRecord::default()
    };
    let title = own.iter().filter(|fact| ["colour", "material", "pattern", "size"].contains(&fact.name.as_str()));
    let variant = RawVariant {
        sku: id.clone(),
        id,
        title: title.filter_map(RawAttribute::first_text).collect::<Vec<_>>().join(" / "),
        price,
        availability: record.availability.clone(),
        attributes: own,
    };
    Ok((record, variant))
}

/// The price that is asked now and the one that was asked before.
fn prices(
    item: &Item,
    remarks: &mut Vec<(&'static str, String)>,
) -> Result<(Option<RawPrice>, Option<RawPrice>), Rejection> {
    let (price, mut sale) = (price(item, "price")?, price(item, "sale_price")?);
    // Whether the time has come is not known when the feed is read, and a price that is not asked yet is a wrong price.
    if sale.is_some() && !item.text("sale_price_effective_date").is_empty() {
        remarks.push(("sale_price_with_period_ignored", item.text("id")));
        sale = None;
    }
    Ok(match sale {
        Some(sale) => (Some(sale), price),
        None => (price, None),
    })
}

/// "129.00 AUD", "AUD 129.00", "1,299.00".
fn price(item: &Item, field: &str) -> Result<Option<RawPrice>, Rejection> {
    let text = item.text(field);
    if text.is_empty() {
        return Ok(None);
    }
    let is_code = |word: &&str| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let (codes, amounts): (Vec<&str>, Vec<&str>) = text.split(' ').partition(is_code);
    let [amount] = amounts.as_slice() else {
        return Err(Rejection::new(item.row, field, format!("{text:?} is not an amount with a currency")));
    };
    if !groups_thousands(amount) {
        return Err(Rejection::new(item.row, field, format!("{text:?} has a comma where a point is needed")));
    }
    let currency = codes.first().map(|code| code.to_uppercase()).unwrap_or_default();
    Ok(Some(RawPrice { amount: (*amount).to_owned(), currency }))
}

/// Whether commas stand before three digits each: "129,00" must not become 12900.
fn groups_thousands(amount: &str) -> bool {
    let whole = amount.split('.').next().unwrap_or_default();
    whole.split(',').skip(1).all(|group| group.len() == 3)
        && !amount.rsplit('.').next().is_some_and(|end| end.contains(',') && amount.contains('.'))
}

fn path(text: &str) -> Vec<String> {
    text.split('>').map(clean).filter(|step| !step.is_empty()).map(Cow::into_owned).collect()
}

fn features(item: &Item, lines: Vec<String>) -> Vec<String> {
    let highlights = item.all("product_highlight").flat_map(clean_html);
    let details = item.details.iter().map(|(name, value)| format!("{}: {}", clean(name), clean(value)));
    // A size in words ("Queen", "120 x 60 cm") is read like any other statement.
    let size = Some(item.text("size")).filter(|size| !size.is_empty()).map(|size| format!("Size: {size}"));
    lines.into_iter().chain(highlights).chain(details).chain(size).collect()
}

fn images(item: &Item) -> Vec<String> {
    let more = item.all("additional_image_link").flat_map(|links| links.split(','));
    let all = item.all("image_link").chain(more).map(|link| clean(link).into_owned()).filter(|link| !link.is_empty());
    let mut images: Vec<String> = Vec::new();
    all.for_each(|link| {
        if !images.contains(&link) {
            images.push(link);
        }
    });
    images
}

fn attributes(item: &Item) -> Vec<RawAttribute> {
    let texts = TEXTS.iter().filter_map(|(field, name)| {
        let values = item.all(field).flat_map(|value| value.split('/')).map(clean);
        RawAttribute::texts(name, values, field, FIELD)
    });
    let kept = KEPT.iter().filter_map(|(field, name)| RawAttribute::texts(name, [item.text(field)], field, 1.0));
    texts.chain(kept).chain(orderable(item)).collect()
}

/// What is neither in stock nor sold out can be ordered all the same: that is told, and when it comes.
fn orderable(item: &Item) -> Vec<RawAttribute> {
    let availability = item.text("availability").replace('_', " ").to_lowercase();
    if !["preorder", "backorder"].contains(&availability.as_str()) {
        return Vec::new();
    }
    let told = RawAttribute::texts("order_status", [availability], "availability", 1.0);
    let date = RawAttribute::texts("available_from", [item.text("availability_date")], "availability_date", 1.0);
    told.into_iter().chain(date).collect()
}

/// Sides and weight of the product itself; those of its parcel are none of it.
fn sizes(item: &Item) -> Vec<RawAttribute> {
    let cm = |field: &'static str| Some((measure(&item.text(field), &LENGTHS)?, field));
    let number = |name: &str, (value, source): (f64, &str)| RawAttribute {
        name: name.into(),
        value: RawValue::Number(value),
        source: source.into(),
        confidence: SIDE,
    };
    let (length, width) = (cm("product_length"), cm("product_width"));
    let (width, depth) = match (length, width) {
        (Some(a), Some(b)) if a.0 < b.0 => (Some(b), Some(a)),
        (Some(a), b) => (Some(a), b),
        (None, b) => (b, None),
    };
    let weight = measure(&item.text("product_weight"), &WEIGHTS).map(|kg| (kg, "product_weight"));
    let sides = [("width_cm", width), ("depth_cm", depth), ("height_cm", cm("product_height")), ("weight_kg", weight)];
    sides.into_iter().filter_map(|(name, side)| Some(number(name, side?))).collect()
}

/// Units with what they are worth in cm.
const LENGTHS: [(&str, f64); 5] = [("cm", 1.0), ("mm", 0.1), ("m", 100.0), ("in", 2.54), ("ft", 30.48)];
/// Units with what they are worth in kg.
const WEIGHTS: [(&str, f64); 4] = [("kg", 1.0), ("g", 0.001), ("lb", 0.453_592_37), ("oz", 0.028_349_523_125)];

/// A number with its unit; without one it says nothing.
fn measure(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    let at = text.find(|c: char| c.is_alphabetic())?;
    let (number, unit) = text.split_at(at);
    let (_, factor) = units.iter().find(|(name, _)| unit.trim().eq_ignore_ascii_case(name))?;
    let number: f64 = number.trim().parse().ok()?;
    Some((number * factor * 100.0).round() / 100.0).filter(|number| *number > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(fields: &[(&str, &str)]) -> Item {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Item { row: 1, fields, details: Vec::new() }
    }

    #[test]
    fn prices_as_feeds_write_them() {
        let read =
            |text| price(&item(&[("price", text)]), "price").ok().flatten().map(|raw| (raw.amount, raw.currency));
        assert_eq!(read("129.00 AUD"), Some(("129.00".to_owned(), "AUD".to_owned())));
        assert_eq!(read("aud 1,299.00"), Some(("1,299.00".to_owned(), "AUD".to_owned())));
        assert_eq!(read("129"), Some(("129".to_owned(), String::new())));
        for wrong in ["129,00 EUR", "1.299,00 EUR", "12 9 AUD", "AUD"] {
            assert!(price(&item(&[("price", wrong)]), "price").is_err(), "{wrong}");
        }
        assert_eq!(price(&item(&[]), "price"), Ok(None));
    }

    #[test]
    fn units_are_converted_and_the_longer_side_is_the_width() {
        let read = sizes(&item(&[
            ("product_length", "20 in"),
            ("product_width", "1.2 m"),
            ("product_height", "75"),
            ("product_weight", "10 lb"),
        ]));
        let read: Vec<(&str, &RawValue)> = read.iter().map(|fact| (fact.name.as_str(), &fact.value)).collect();
        assert_eq!(
            read,
            [
                ("width_cm", &RawValue::Number(120.0)),
                ("depth_cm", &RawValue::Number(50.8)),
                ("weight_kg", &RawValue::Number(4.54))
            ]
        );
    }
}
