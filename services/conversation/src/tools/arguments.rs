//! The arguments of each tool as JSON: one type gives both the parser and the schema, so that neither can drift from the other.
//!
//! Reading checks everything that a schema can say. What needs the currency, the catalogue or the session comes after.

mod values;

use easymart_core::{Currency, Error, Money, reason};
use schemars::JsonSchema;
use serde::Deserialize;

pub(super) use values::{Amount, List, Measure, Members, OneOrMany, Several, Text, Whole};

use super::registry::MOST_COMPARED;
use crate::domain::{
    cart::MOST_PIECES,
    search_state::SearchState,
    tool::{CartAction, CartChange, ContactType, PolicyType, ToolCall},
    understanding::{Dimension, Exclusions, SizeLimit, SortOrder},
};

/// Arguments that become a call.
pub(super) trait Arguments {
    /// The call; amounts are in `currency`.
    ///
    /// # Errors
    /// `FIELD_INVALID`, naming the argument.
    fn call(self, currency: Currency) -> Result<ToolCall, Error>;
}

/// Finds products by words and hard limits. Nothing outside a limit is ever returned.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchProducts {
    /// Words that no other argument takes.
    query: Option<Text>,
    /// Category identifier, as list_categories gives them.
    category: Option<Text>,
    /// Colours, any of.
    colour: Option<OneOrMany>,
    /// Materials, any of.
    material: Option<OneOrMany>,
    /// Style.
    style: Option<Text>,
    /// Room.
    room: Option<Text>,
    /// Brand.
    brand: Option<Text>,
    /// Least price, inclusive.
    price_min: Option<Amount>,
    /// Highest price, inclusive.
    price_max: Option<Amount>,
    /// Size limits.
    size: Option<Members<Sizes>>,
    /// Bed size.
    bed_size: Option<Text>,
    /// Least number of seats.
    seats: Option<Whole<1, 20>>,
    /// Least weight capacity in kg.
    weight_capacity_kg: Option<Measure>,
    /// Wanted features, all of.
    features: Option<List>,
    /// What must not be there.
    exclude: Option<Members<Excluded>>,
    /// Order; best match first when it is not said.
    sort: Option<SortOrder>,
    /// Page, from 1.
    page: Option<Whole<1, 1_000>>,
}

/// Size limits in centimetres, inclusive.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Sizes {
    min_width_cm: Option<Measure>,
    max_width_cm: Option<Measure>,
    min_depth_cm: Option<Measure>,
    max_depth_cm: Option<Measure>,
    min_height_cm: Option<Measure>,
    max_height_cm: Option<Measure>,
}

/// What must not be there.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Excluded {
    category: Option<List>,
    colour: Option<List>,
    material: Option<List>,
    brand: Option<List>,
    features: Option<List>,
}

/// Everything that the catalogue states about one product.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GetProductSpecs {
    /// Id, handle or SKU.
    product_id: Text,
    /// Attribute asked for.
    question: Option<Text>,
}

/// Stock of one product.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckAvailability {
    /// Id, handle or SKU.
    product_id: Text,
}

/// Products side by side.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CompareProducts {
    /// Two to four different products: ids, handles or SKUs.
    product_ids: Several<2, { MOST_COMPARED as usize }>,
    /// Their numbers on the shown list.
    options: Option<Vec<Whole<1, 100>>>,
}

/// Products like one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FindSimilarProducts {
    /// Id, handle or SKU.
    product_id: Text,
    /// Ids of products to leave out.
    exclude_ids: Option<List>,
}

/// Changes the cart.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateCart {
    /// What to do.
    action: CartAction,
    /// The product: id, handle or SKU. Needed for everything but clear.
    product_id: Option<Text>,
    /// Pieces: to add (1 when it is not said), or to have in the end (needed then).
    quantity: Option<Whole<1, { MOST_PIECES }>>,
}

/// What the shop's policy is.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GetPolicyInfo {
    /// Which policy.
    policy_type: PolicyType,
    /// Finer topic.
    topic: Option<Text>,
}

/// How to reach the shop, and when it is open.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GetContactInfo {
    /// What is wanted.
    info_type: ContactType,
}

/// What delivery costs and how long it takes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CalculateShipping {
    /// What the goods cost together, when known.
    order_total: Option<Amount>,
    /// Postcode as typed, leading zeros kept.
    postcode: Option<Text>,
}

/// How an order stands.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GetOrderStatus {
    /// Number of the order.
    order_number: Option<Text>,
}

/// Declares tools without arguments.
macro_rules! without_arguments {
    ($(#[doc = $doc:literal] $name:ident;)*) => {
        $(
            #[doc = $doc]
            #[derive(Debug, Deserialize, JsonSchema)]
            #[serde(deny_unknown_fields)]
            pub(super) struct $name {}

            impl Arguments for $name {
                fn call(self, _: Currency) -> Result<ToolCall, Error> {
                    Ok(ToolCall::$name)
                }
            }
        )*
    };
}

without_arguments! {
    #[doc = "Reads the cart."]
    GetCart;
    #[doc = "Lists what there is to buy."]
    ListCategories;
    #[doc = "The page to pay at."]
    GetCheckoutLink;
    #[doc = "Passes the shopper on to a person."]
    HumanHandoff;
}

impl Arguments for SearchProducts {
    fn call(self, currency: Currency) -> Result<ToolCall, Error> {
        let exclude = self.exclude.map(|exclude| exclude.0.exclusions()).unwrap_or_default();
        Ok(ToolCall::SearchProducts(Box::new(SearchState {
            query: text(self.query),
            category: text(self.category),
            colours: self.colour.map(OneOrMany::into_strings).unwrap_or_default(),
            materials: self.material.map(OneOrMany::into_strings).unwrap_or_default(),
            style: text(self.style),
            room: text(self.room),
            brand: text(self.brand),
            price_min: money("price_min", self.price_min, currency)?,
            price_max: money("price_max", self.price_max, currency)?,
            sizes: self.size.map(|size| size.0.limits()).unwrap_or_default(),
            bed_size: text(self.bed_size),
            seats: self.seats.map(Whole::get),
            weight_capacity_kg: self.weight_capacity_kg.map(Measure::get),
            features: list(self.features),
            exclude,
            sort: self.sort,
            page: self.page.map_or(1, Whole::get),
            ..SearchState::default()
        })))
    }
}

impl Sizes {
    fn limits(&self) -> Vec<SizeLimit> {
        let limit = |dimension, min: Option<Measure>, max: Option<Measure>| SizeLimit {
            dimension,
            min_cm: min.map(Measure::get),
            max_cm: max.map(Measure::get),
        };
        let limits = [
            limit(Dimension::Width, self.min_width_cm, self.max_width_cm),
            limit(Dimension::Depth, self.min_depth_cm, self.max_depth_cm),
            limit(Dimension::Height, self.min_height_cm, self.max_height_cm),
        ];
        limits.into_iter().filter(|limit| limit.min_cm.is_some() || limit.max_cm.is_some()).collect()
    }
}

impl Excluded {
    fn exclusions(self) -> Exclusions {
        Exclusions {
            categories: list(self.category),
            colours: list(self.colour),
            materials: list(self.material),
            brands: list(self.brand),
            features: list(self.features),
        }
    }
}

impl Arguments for GetProductSpecs {
    fn call(self, _: Currency) -> Result<ToolCall, Error> {
        Ok(ToolCall::GetProductSpecs { product_id: self.product_id.into(), question: text(self.question) })
    }
}

impl Arguments for CheckAvailability {
    fn call(self, _: Currency) -> Result<ToolCall, Error> {
        Ok(ToolCall::CheckAvailability { product_id: self.product_id.into() })
    }
}

impl Arguments for CompareProducts {
    fn call(self, _: Currency) -> Result<ToolCall, Error> {
        let options = self.options.unwrap_or_default().into_iter().map(Whole::get).collect();
        Ok(ToolCall::CompareProducts { product_ids: self.product_ids.into_strings(), options })
    }
}

impl Arguments for FindSimilarProducts {
    fn call(self, _: Currency) -> Result<ToolCall, Error> {
        Ok(ToolCall::FindSimilarProducts { product_id: self.product_id.into(), exclude_ids: list(self.exclude_ids) })
    }
}

impl Arguments for UpdateCart {
    fn call(self, _: Currency) -> Result<ToolCall, Error> {
        let needs_product = self.action != CartAction::Clear;
        if needs_product && self.product_id.is_none() {
            return Err(Error::invalid(reason::FIELD_INVALID, "product_id", "is needed for everything but clear"));
        }
        if self.action == CartAction::UpdateQuantity && self.quantity.is_none() {
            return Err(Error::invalid(reason::FIELD_INVALID, "quantity", "is needed to set it"));
        }
        Ok(ToolCall::UpdateCart(CartChange {
            action: self.action,
            product_id: text(self.product_id).filter(|_| needs_product).unwrap_or_default(),
            line_id: String::new(),
            quantity: self.quantity.map_or(1, Whole::get),
            step: 0,
        }))
    }
}

impl Arguments for GetPolicyInfo {
    fn call(self, _: Currency) -> Result<ToolCall, Error> {
        Ok(ToolCall::GetPolicyInfo { policy_type: self.policy_type, topic: text(self.topic) })
    }
}

impl Arguments for GetContactInfo {
    fn call(self, _: Currency) -> Result<ToolCall, Error> {
        Ok(ToolCall::GetContactInfo { info_type: self.info_type })
    }
}

impl Arguments for CalculateShipping {
    fn call(self, currency: Currency) -> Result<ToolCall, Error> {
        let order_total = money("order_total", self.order_total, currency)?;
        Ok(ToolCall::CalculateShipping { order_total, postcode: text(self.postcode) })
    }
}

impl Arguments for GetOrderStatus {
    fn call(self, _: Currency) -> Result<ToolCall, Error> {
        Ok(ToolCall::GetOrderStatus { order_number: text(self.order_number) })
    }
}

fn text(text: Option<Text>) -> Option<String> {
    text.map(String::from)
}

fn list(list: Option<List>) -> Vec<String> {
    list.map(List::into_strings).unwrap_or_default()
}

/// An exact amount: one that is finer than the currency is refused, never rounded.
fn money(field: &'static str, amount: Option<Amount>, currency: Currency) -> Result<Option<Money>, Error> {
    let money = amount.map(|amount| Money::parse(&amount.get().to_string(), currency)).transpose();
    money.map_err(|error| Error::invalid(reason::FIELD_INVALID, field, error.to_string()))
}
