//! Facts about a product, each with where it came from.

use compact_str::format_compact;
use serde::{Deserialize, Serialize};

use super::text::ShortText;

/// Attribute names that the rest of the service knows. A feed may bring others; they are kept as they are.
pub mod name {
    /// Colours.
    pub const COLOUR: &str = "colour";
    /// Materials.
    pub const MATERIAL: &str = "material";
    /// Side to side, cm.
    pub const WIDTH: &str = "width_cm";
    /// Front to back, cm.
    pub const DEPTH: &str = "depth_cm";
    /// Floor to top, cm.
    pub const HEIGHT: &str = "height_cm";
    /// Floor to seat, cm.
    pub const SEAT_HEIGHT: &str = "seat_height_cm";
    /// What it carries, kg.
    pub const WEIGHT_CAPACITY: &str = "weight_capacity_kg";
    /// What it weighs, kg.
    pub const WEIGHT: &str = "weight_kg";
    /// People that it seats.
    pub const SEATS: &str = "seats";
    /// Smallest screen that it carries, inches.
    pub const SCREEN_MIN: &str = "screen_size_min_in";
    /// Largest screen that it carries, inches.
    pub const SCREEN_MAX: &str = "screen_size_max_in";
    /// Size of a bed.
    pub const BED_SIZE: &str = "bed_size";
    /// Pieces in one purchase.
    pub const SET_SIZE: &str = "set_size";
    /// Styles.
    pub const STYLE: &str = "style";
    /// Rooms that it is for.
    pub const ROOM: &str = "room";
    /// Features.
    pub const FEATURE: &str = "feature";
    /// The product's own warranty, as the feed words it.
    pub const WARRANTY: &str = "warranty";
    /// Whether it has to be assembled.
    pub const ASSEMBLY: &str = "assembly";
}

/// What is less sure than this is no ground for showing a product under a filter.
pub const SURE_ENOUGH: f64 = 0.5;

/// One fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attribute {
    /// Snake case name.
    pub name: ShortText,
    /// Canonical text values; for a number, its display text.
    pub values: Vec<ShortText>,
    /// The value as a number in `unit`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<f64>,
    /// Unit of `number`.
    #[serde(default, skip_serializing_if = "ShortText::is_empty")]
    pub unit: ShortText,
    /// Feed field that states it.
    pub source: ShortText,
    /// 0 to 1.
    pub confidence: f64,
}

impl Attribute {
    /// A fact in words.
    #[must_use]
    pub fn text(name: &str, values: Vec<ShortText>, source: &str, confidence: f64) -> Self {
        let unit = ShortText::default();
        Self { name: name.into(), values, number: None, unit, source: source.into(), confidence }
    }

    /// A fact in numbers.
    #[must_use]
    pub fn number(name: &str, number: f64, unit: &str, source: &str, confidence: f64) -> Self {
        Self {
            name: name.into(),
            values: vec![display_number(number, unit)],
            number: Some(number),
            unit: unit.into(),
            source: source.into(),
            confidence,
        }
    }
}

/// A number as people read it, without needless decimals: `120 cm`, `41.5 cm`, `3`.
#[must_use]
pub fn display_number(number: f64, unit: &str) -> ShortText {
    let rounded = (number * 100.0).round() / 100.0;
    match unit {
        "" | "seats" => format_compact!("{rounded}"),
        unit => format_compact!("{rounded} {unit}"),
    }
}

/// Values gathered from several places until it is clear how sure each one is.
#[derive(Debug, Default)]
pub struct Evidence<'a> {
    found: Vec<Mention<'a>>,
}

#[derive(Debug)]
struct Mention<'a> {
    value: &'a str,
    sources: Vec<&'a str>,
    doubt: f64,
}

impl<'a> Evidence<'a> {
    /// Notes that `source` states `value`. Independent sources that agree make a value surer; the same source twice does not.
    pub fn add(&mut self, value: &'a str, source: &'a str, confidence: f64) {
        let doubt = 1.0 - confidence.clamp(0.0, 1.0);
        match self.found.iter_mut().find(|mention| mention.value == value) {
            Some(mention) if mention.sources.contains(&source) => mention.doubt = mention.doubt.min(doubt),
            Some(mention) => {
                mention.sources.push(source);
                mention.doubt *= doubt;
            }
            None => self.found.push(Mention { value, sources: vec![source], doubt }),
        }
    }

    /// Drops a value.
    pub fn remove(&mut self, value: &str) {
        self.found.retain(|mention| mention.value != value);
    }

    /// Whether a value was noted at all.
    #[must_use]
    pub fn has(&self, value: &str) -> bool {
        self.found.iter().any(|mention| mention.value == value)
    }

    /// Every value noted, however unsure.
    #[must_use]
    pub fn all(&self) -> Vec<ShortText> {
        self.found.iter().map(|mention| mention.value.into()).collect()
    }

    /// The values that are sure enough as one fact, the surest first. Its confidence is that of its least sure value.
    #[must_use]
    pub fn into_attribute(mut self, name: &str) -> Option<Attribute> {
        self.found.retain(|mention| 1.0 - mention.doubt >= SURE_ENOUGH);
        self.found.sort_by(|a, b| a.doubt.total_cmp(&b.doubt));
        let doubt = self.found.last()?.doubt;
        let mut sources: Vec<&str> = Vec::new();
        for source in self.found.iter().flat_map(|mention| &mention.sources) {
            if !sources.contains(source) {
                sources.push(source);
            }
        }
        let values = self.found.iter().map(|mention| mention.value.into()).collect();
        let confidence = ((1.0 - doubt) * 100.0).round() / 100.0;
        Some(Attribute::text(name, values, &sources.join(", "), confidence))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_makes_surer_and_doubt_keeps_out() {
        let mut evidence = Evidence::default();
        evidence.add("red", "Color", 0.3);
        evidence.add("black", "Color", 0.6);
        evidence.add("black", "Color", 0.6);
        evidence.add("black", "Title", 0.9);
        evidence.add("grey", "Tags", 0.8);
        assert_eq!(evidence.all(), ["red", "black", "grey"]);
        let fact = evidence.into_attribute(name::COLOUR).unwrap();
        assert_eq!(fact.values, ["black", "grey"]);
        assert_eq!(fact.source, "Color, Title, Tags");
        assert!((fact.confidence - 0.8).abs() < 1e-9);
    }

    #[test]
    fn numbers_read_plainly() {
        assert_eq!(display_number(120.0, "cm"), "120 cm");
        assert_eq!(display_number(41.5, "cm"), "41.5 cm");
        assert_eq!(display_number(3.0, "seats"), "3");
    }
}
