//! Values with bounds: what reading refuses, the schema says, out of the same constants.

use std::{borrow::Cow, collections::BTreeSet, fmt, marker::PhantomData};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

/// Longest key, query or topic, in characters.
const LONGEST_TEXT: usize = 1_000;
/// Most values in a list.
const MOST_VALUES: usize = 20;
/// Greatest amount of money and greatest measure.
const GREATEST: f64 = 1_000_000_000.0;

/// A text of 1 to 1,000 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(in crate::tools) struct Text(String);

impl TryFrom<String> for Text {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.chars().count() {
            1..=LONGEST_TEXT => Ok(Self(text)),
            length => Err(format!("has {length} characters; 1 to {LONGEST_TEXT} are allowed")),
        }
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0
    }
}

/// Up to 20 texts.
pub(in crate::tools) type List = Several<0, MOST_VALUES>;

/// `LEAST` to `MOST` different texts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<Text>")]
pub(in crate::tools) struct Several<const LEAST: usize, const MOST: usize>(Vec<Text>);

impl<const LEAST: usize, const MOST: usize> Several<LEAST, MOST> {
    /// The texts.
    pub(in crate::tools) fn into_strings(self) -> Vec<String> {
        self.0.into_iter().map(String::from).collect()
    }
}

impl<const LEAST: usize, const MOST: usize> TryFrom<Vec<Text>> for Several<LEAST, MOST> {
    type Error = String;

    fn try_from(texts: Vec<Text>) -> Result<Self, String> {
        let distinct: BTreeSet<&Text> = texts.iter().collect();
        if distinct.len() != texts.len() || !(LEAST..=MOST).contains(&texts.len()) {
            return Err(format!("must be {LEAST} to {MOST} different values"));
        }
        Ok(Self(texts))
    }
}

/// One text, or several.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "must be a text or a list of up to 20 different texts")]
pub(in crate::tools) enum OneOrMany {
    /// One.
    One(Text),
    /// Several.
    Many(List),
}

impl OneOrMany {
    /// The texts.
    pub(in crate::tools) fn into_strings(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text.into()],
            Self::Many(list) => list.into_strings(),
        }
    }
}

/// A whole number from `LEAST` to `MOST`. As in JSON Schema, 2.0 is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "f64")]
pub(in crate::tools) struct Whole<const LEAST: u32, const MOST: u32>(u32);

impl<const LEAST: u32, const MOST: u32> Whole<LEAST, MOST> {
    /// The number.
    pub(in crate::tools) fn get(self) -> u32 {
        self.0
    }
}

impl<const LEAST: u32, const MOST: u32> TryFrom<f64> for Whole<LEAST, MOST> {
    type Error = String;

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // the range was checked
    fn try_from(number: f64) -> Result<Self, String> {
        if number.fract() == 0.0 && (f64::from(LEAST)..=f64::from(MOST)).contains(&number) {
            return Ok(Self(number as u32));
        }
        Err(format!("must be a whole number from {LEAST} to {MOST}"))
    }
}

/// Members by name. A derived reader would take a list of values as well, in the order of the fields, which no schema says.
#[derive(Debug)]
pub(in crate::tools) struct Members<T>(pub(in crate::tools) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Members<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ByName(PhantomData))
    }
}

struct ByName<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ByName<T> {
    type Value = Members<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Members)
    }
}

impl<T: JsonSchema> JsonSchema for Members<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// An amount of money in whole units of the shop's currency, such as 129.95.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "f64")]
pub(in crate::tools) struct Amount(f64);

/// A length in centimetres or a weight in kilograms.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "f64")]
pub(in crate::tools) struct Measure(f64);

fn bounded(number: f64) -> Result<f64, String> {
    if (0.0..=GREATEST).contains(&number) { Ok(number) } else { Err(format!("must be from 0 to {GREATEST}")) }
}

impl TryFrom<f64> for Amount {
    type Error = String;

    fn try_from(number: f64) -> Result<Self, String> {
        bounded(number).map(Self)
    }
}

impl TryFrom<f64> for Measure {
    type Error = String;

    fn try_from(number: f64) -> Result<Self, String> {
        bounded(number).map(Self)
    }
}

impl Amount {
    /// The number.
    pub(in crate::tools) fn get(self) -> f64 {
        self.0
    }
}

impl Measure {
    /// The number.
    pub(in crate::tools) fn get(self) -> f64 {
        self.0
    }
}

/// Writes schemas where they are used: none is worth a name.
macro_rules! inline_schema {
    ([$($generics:tt)*] $type:ty, $generator:ident => $schema:expr) => {
        impl<$($generics)*> JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema($generator: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}

inline_schema!([] Text, _generator => json_schema!({"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}));
inline_schema!([] Amount, _generator => json_schema!({"type": "number", "minimum": 0, "maximum": GREATEST}));
inline_schema!([] Measure, _generator => json_schema!({"type": "number", "minimum": 0, "maximum": GREATEST}));
inline_schema!([const LEAST: u32, const MOST: u32] Whole<LEAST, MOST>, _generator =>
    json_schema!({"type": "integer", "minimum": LEAST, "maximum": MOST}));
inline_schema!([const LEAST: usize, const MOST: usize] Several<LEAST, MOST>, generator =>
    json_schema!({"type": "array", "items": Text::json_schema(generator), "minItems": LEAST, "maxItems": MOST,
                  "uniqueItems": true}));
