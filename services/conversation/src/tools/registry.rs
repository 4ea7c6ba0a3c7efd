//! What each tool is called, which arguments it takes, how they are read, and what is wrong with a call before anything runs.

use easymart_core::{Currency, Error, reason};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::arguments::{self as args, Arguments};
use crate::domain::{
    cart::MOST_PIECES,
    tool::{CartAction, CartChange, Tool, ToolCall},
};

/// Most products compared at once.
pub(super) const MOST_COMPARED: u32 = 4;
/// Longest key, query or topic, in characters.
const LONGEST_TEXT: usize = 1_000;

/// A tool as others may learn of it: a language model, or another protocol.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// Name.
    pub name: &'static str,
    /// What it does, in a sentence or two.
    pub description: String,
    /// JSON Schema (2020-12) of its arguments; everything is spelt out in place.
    pub parameters: Value,
}

/// How the arguments of one tool are read and described.
struct Form {
    schema: fn() -> Value,
    read: fn(&Value, Currency) -> Result<ToolCall, Error>,
}

impl Form {
    const fn of<A: Arguments + DeserializeOwned + JsonSchema>() -> Self {
        Self { schema: schema::<A>, read: read::<A> }
    }
}

fn form(tool: Tool) -> Form {
    match tool {
        Tool::SearchProducts => Form::of::<args::SearchProducts>(),
        Tool::GetProductSpecs => Form::of::<args::GetProductSpecs>(),
        Tool::CheckAvailability => Form::of::<args::CheckAvailability>(),
        Tool::CompareProducts => Form::of::<args::CompareProducts>(),
        Tool::FindSimilarProducts => Form::of::<args::FindSimilarProducts>(),
        Tool::UpdateCart => Form::of::<args::UpdateCart>(),
        Tool::GetPolicyInfo => Form::of::<args::GetPolicyInfo>(),
        Tool::GetContactInfo => Form::of::<args::GetContactInfo>(),
        Tool::CalculateShipping => Form::of::<args::CalculateShipping>(),
        Tool::GetCart => Form::of::<args::GetCart>(),
        Tool::ListCategories => Form::of::<args::ListCategories>(),
        Tool::GetCheckoutLink => Form::of::<args::GetCheckoutLink>(),
        Tool::HumanHandoff => Form::of::<args::HumanHandoff>(),
        Tool::GetOrderStatus => Form::of::<args::GetOrderStatus>(),
    }
}

/// Every tool.
#[must_use]
pub fn definitions() -> Vec<Definition> {
    Tool::ALL.into_iter().map(definition).collect()
}

fn definition(tool: Tool) -> Definition {
    let mut parameters = (form(tool).schema)();
    let described = parameters.as_object_mut().and_then(|schema| schema.remove("description"));
    let description = described.and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default();
    Definition { name: tool.name(), description, parameters }
}

fn schema<A: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<A>();
    schema.remove("title");
    schema.to_value()
}

/// Reads the arguments of a tool. Whether the ids in them exist is not known yet.
///
/// # Errors
/// `FIELD_INVALID`, naming the argument by its path.
pub fn parse(tool: Tool, arguments: &Value, currency: Currency) -> Result<ToolCall, Error> {
    (form(tool).read)(arguments, currency)
}

fn read<A: Arguments + DeserializeOwned>(arguments: &Value, currency: Currency) -> Result<ToolCall, Error> {
    let read: Result<args::Members<A>, _> = serde_path_to_error::deserialize(arguments);
    let args::Members(arguments) = read.map_err(|error| {
        let path = error.path().to_string();
        let field = if path == "." { "arguments".to_owned() } else { path };
        Error::invalid(reason::FIELD_INVALID, field, error.inner().to_string())
    })?;
    arguments.call(currency)
}

/// What is wrong with a call.
///
/// # Errors
/// `FIELD_INVALID` or `QUANTITY_OUT_OF_RANGE`, naming the argument.
pub(crate) fn validate(call: &ToolCall) -> Result<(), Error> {
    match call {
        ToolCall::SearchProducts(search) => {
            for (field, price) in [("price_min", search.price_min), ("price_max", search.price_max)] {
                if price.is_some_and(|money| money.minor < 0) {
                    return invalid(field, "must not be below zero");
                }
            }
            bounded("query", search.query.as_deref().unwrap_or_default())
        }
        ToolCall::GetProductSpecs { product_id, .. }
        | ToolCall::CheckAvailability { product_id }
        | ToolCall::FindSimilarProducts { product_id, .. } => key("product_id", product_id),
        ToolCall::CompareProducts { product_ids, .. } => compared(product_ids),
        ToolCall::UpdateCart(change) => cart_change(change),
        ToolCall::CalculateShipping { order_total, postcode } => {
            if order_total.is_some_and(|total| total.minor < 0) {
                return invalid("order_total", "must not be below zero");
            }
            bounded("postcode", postcode.as_deref().unwrap_or_default())
        }
        _ => Ok(()),
    }
}

fn compared(product_ids: &[String]) -> Result<(), Error> {
    let most = usize::try_from(MOST_COMPARED).unwrap_or(usize::MAX);
    let distinct: std::collections::BTreeSet<&String> = product_ids.iter().collect();
    if product_ids.len() < 2 || product_ids.len() > most || distinct.len() != product_ids.len() {
        return invalid("product_ids", "two to four different products");
    }
    product_ids.iter().try_for_each(|id| key("product_ids", id))
}

fn cart_change(change: &CartChange) -> Result<(), Error> {
    let counts = matches!(change.action, CartAction::Add | CartAction::UpdateQuantity);
    if counts && !(1..=MOST_PIECES).contains(&change.quantity) {
        return Err(Error::invalid(reason::QUANTITY_OUT_OF_RANGE, "quantity", "must be 1 to 99"));
    }
    match change.action {
        CartAction::Clear => Ok(()),
        CartAction::Add => key("product_id", &change.product_id),
        CartAction::Remove | CartAction::UpdateQuantity => key("line_id", &change.line_id),
    }
}

fn key(field: &'static str, value: &str) -> Result<(), Error> {
    if value.trim().is_empty() {
        return invalid(field, "must not be empty");
    }
    bounded(field, value)
}

fn bounded(field: &'static str, value: &str) -> Result<(), Error> {
    if value.chars().count() > LONGEST_TEXT {
        return invalid(field, "is too long");
    }
    Ok(())
}

fn invalid(field: &'static str, description: &str) -> Result<(), Error> {
    Err(Error::invalid(reason::FIELD_INVALID, field, description))
}
