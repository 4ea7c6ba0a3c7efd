//! The search state: only what is set.

use easymart_proto::{
    catalog_search::v1::{Dimension, Exclusions, SizeRange, Sort},
    conversation::v1 as proto,
};
use serde::{Serialize, Serializer, ser::SerializeMap};
use utoipa::{PartialSchema, ToSchema, openapi};

use super::{money::decimal, non_empty};

/// What is being looked for; `{}` when nothing is.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = SearchState, example = json!({"category": "desk", "colour": "white", "price_max": 200, "size": {"max_width_cm": 120}}))]
pub(crate) struct SearchView<'a> {
    /// Free words beside the slots.
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<&'a str>,
    /// Category identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<&'a str>,
    /// Narrower category identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    subcategory: Option<&'a str>,
    /// Colour; a list when there are several.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    colour: OneOrMany<'a>,
    /// Material; a list when there are several.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    material: OneOrMany<'a>,
    /// Style.
    #[serde(skip_serializing_if = "Option::is_none")]
    style: Option<&'a str>,
    /// Room.
    #[serde(skip_serializing_if = "Option::is_none")]
    room: Option<&'a str>,
    /// Brand.
    #[serde(skip_serializing_if = "Option::is_none")]
    brand: Option<&'a str>,
    /// Least price, in whole units of the shop's currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    price_min: Option<serde_json::Number>,
    /// Highest price, inclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    price_max: Option<serde_json::Number>,
    /// Size limits: `max_width_cm`, `min_width_cm`, `max_depth_cm`, `max_height_cm` …
    #[serde(skip_serializing_if = "Sizes::is_empty")]
    size: Sizes<'a>,
    /// Bed size.
    #[serde(skip_serializing_if = "Option::is_none")]
    bed_size: Option<&'a str>,
    /// Least number of seats.
    #[serde(skip_serializing_if = "Option::is_none")]
    seats: Option<u32>,
    /// Least weight capacity.
    #[serde(skip_serializing_if = "Option::is_none")]
    weight_capacity_kg: Option<f64>,
    /// Wanted features.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    features: &'a [String],
    /// What must not be there.
    #[serde(skip_serializing_if = "Option::is_none")]
    exclude: Option<ExcludeView<'a>>,
    /// `relevance`, `price_low`, `price_high`, `title` or `rating`.
    #[serde(skip_serializing_if = "Option::is_none")]
    sort: Option<&'static str>,
    /// Page shown, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
}

impl<'a> SearchView<'a> {
    /// The state in force, or none.
    pub(crate) fn new(state: Option<&'a proto::SearchState>) -> Self {
        state.map_or_else(Self::default, Self::from)
    }
}

impl<'a> From<&'a proto::SearchState> for SearchView<'a> {
    fn from(state: &'a proto::SearchState) -> Self {
        Self {
            query: non_empty(&state.query),
            category: non_empty(&state.category),
            subcategory: non_empty(&state.subcategory),
            colour: OneOrMany(&state.colours),
            material: OneOrMany(&state.materials),
            style: non_empty(&state.style),
            room: non_empty(&state.room),
            brand: non_empty(&state.brand),
            price_min: state.price_min.as_ref().map(decimal),
            price_max: state.price_max.as_ref().map(decimal),
            size: Sizes(&state.sizes),
            bed_size: non_empty(&state.bed_size),
            seats: state.seats,
            weight_capacity_kg: state.weight_capacity_kg,
            features: &state.features,
            exclude: state.exclude.as_ref().and_then(ExcludeView::new),
            sort: sort_word(state.sort()),
            page: (state.page > 0).then_some(state.page),
        }
    }
}

/// What must not be there.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Exclusions)]
struct ExcludeView<'a> {
    /// Categories.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    category: &'a [String],
    /// Colours.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    colour: &'a [String],
    /// Materials.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    material: &'a [String],
    /// Brands.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    brand: &'a [String],
    /// Features.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    features: &'a [String],
    /// Products.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    product_ids: &'a [String],
}

impl<'a> ExcludeView<'a> {
    fn new(exclude: &'a Exclusions) -> Option<Self> {
        (*exclude != Exclusions::default()).then_some(Self {
            category: &exclude.categories,
            colour: &exclude.colours,
            material: &exclude.materials,
            brand: &exclude.brands,
            features: &exclude.features,
            product_ids: &exclude.product_ids,
        })
    }
}

/// The contract's word for an order; `None` when none was asked for.
fn sort_word(sort: Sort) -> Option<&'static str> {
    match sort {
        Sort::Unspecified => None,
        Sort::Relevance => Some("relevance"),
        Sort::PriceLow => Some("price_low"),
        Sort::PriceHigh => Some("price_high"),
        Sort::Title => Some("title"),
        Sort::Rating => Some("rating"),
    }
}

/// The order behind the contract's word.
pub(crate) fn sort_named(word: &str) -> Option<Sort> {
    match word {
        "" => Some(Sort::Unspecified),
        "relevance" => Some(Sort::Relevance),
        "price_low" => Some(Sort::PriceLow),
        "price_high" => Some(Sort::PriceHigh),
        "title" => Some(Sort::Title),
        "rating" => Some(Sort::Rating),
        _ => None,
    }
}

/// A plain text for one value, a list for several.
#[derive(Debug, Default)]
struct OneOrMany<'a>(&'a [String]);

impl OneOrMany<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for OneOrMany<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            [one] => one.serialize(serializer),
            many => many.serialize(serializer),
        }
    }
}

impl PartialSchema for OneOrMany<'_> {
    fn schema() -> openapi::RefOr<openapi::schema::Schema> {
        openapi::OneOfBuilder::new()
            .item(<String as PartialSchema>::schema())
            .item(<Vec<String> as PartialSchema>::schema())
            .into()
    }
}

impl ToSchema for OneOrMany<'_> {
    fn name() -> std::borrow::Cow<'static, str> {
        "OneOrMany".into()
    }
}

/// Size limits as one flat map.
#[derive(Debug, Default)]
struct Sizes<'a>(&'a [SizeRange]);

impl Sizes<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Sizes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for range in self.0 {
            let Some((least, most)) = limit_names(range.dimension()) else {
                continue;
            };
            if let Some(min) = range.min_cm {
                map.serialize_entry(least, &min)?;
            }
            if let Some(max) = range.max_cm {
                map.serialize_entry(most, &max)?;
            }
        }
        map.end()
    }
}

impl PartialSchema for Sizes<'_> {
    fn schema() -> openapi::RefOr<openapi::schema::Schema> {
        [Dimension::Width, Dimension::Depth, Dimension::Height]
            .into_iter()
            .filter_map(limit_names)
            .flat_map(|(least, most)| [least, most])
            .fold(openapi::ObjectBuilder::new(), |object, name| object.property(name, <f64 as PartialSchema>::schema()))
            .into()
    }
}

impl ToSchema for Sizes<'_> {
    fn name() -> std::borrow::Cow<'static, str> {
        "SizeLimits".into()
    }
}

fn limit_names(dimension: Dimension) -> Option<(&'static str, &'static str)> {
    match dimension {
        Dimension::Unspecified => None,
        Dimension::Width => Some(("min_width_cm", "max_width_cm")),
        Dimension::Depth => Some(("min_depth_cm", "max_depth_cm")),
        Dimension::Height => Some(("min_height_cm", "max_height_cm")),
    }
}

#[cfg(test)]
mod tests {
    use easymart_proto::common::v1::Money;
    use serde_json::json;

    use super::*;

    fn json_of(state: &proto::SearchState) -> serde_json::Value {
        serde_json::to_value(SearchView::from(state)).unwrap()
    }

    #[test]
    fn nothing_said_is_an_empty_object() {
        assert_eq!(serde_json::to_value(SearchView::new(None)).unwrap(), json!({}));
        let empty = proto::SearchState { exclude: Some(Exclusions::default()), ..Default::default() };
        assert_eq!(json_of(&empty), json!({}));
    }

    #[test]
    fn what_was_said_has_the_contracts_names() {
        let state = proto::SearchState {
            category: "desk".into(),
            colours: vec!["white".into()],
            materials: vec!["wood".into(), "metal".into()],
            price_max: Some(Money { amount_minor: 19_950, currency_code: "AUD".into() }),
            sizes: vec![
                SizeRange { dimension: Dimension::Width.into(), min_cm: Some(90.0), max_cm: Some(120.5) },
                SizeRange { dimension: Dimension::Height.into(), min_cm: None, max_cm: Some(75.0) },
            ],
            seats: Some(2),
            features: vec!["adjustable".into()],
            exclude: Some(Exclusions { colours: vec!["black".into()], ..Default::default() }),
            sort: Sort::PriceLow.into(),
            page: 2,
            ..Default::default()
        };
        assert_eq!(
            json_of(&state),
            json!({
                "category": "desk", "colour": "white", "material": ["wood", "metal"], "price_max": 199.5,
                "size": {"min_width_cm": 90.0, "max_width_cm": 120.5, "max_height_cm": 75.0},
                "seats": 2, "features": ["adjustable"], "exclude": {"colour": ["black"]}, "sort": "price_low", "page": 2,
            })
        );
    }

    #[test]
    fn every_word_for_an_order_is_read_back() {
        for sort in [Sort::Relevance, Sort::PriceLow, Sort::PriceHigh, Sort::Title, Sort::Rating] {
            assert_eq!(sort_word(sort).and_then(sort_named), Some(sort));
        }
        assert_eq!(sort_named("newest"), None);
    }
}
