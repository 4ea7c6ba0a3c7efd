//! What each tool is called, which arguments it takes, and what is wrong with a call before anything runs.

use easymart_core::{Error, reason};
use serde_json::{Value, json};

use crate::domain::tool::{CartAction, CartChange, Tool, ToolCall};

/// Most products compared at once.
pub(super) const MOST_COMPARED: u32 = 4;
/// Most pieces of one product in a change.
const MOST_PIECES: u32 = 99;
/// Longest key, query or topic, in characters.
const LONGEST_TEXT: usize = 1_000;

/// A tool as others may learn of it: a language model, or another protocol.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// Name.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub description: &'static str,
    /// JSON Schema of its arguments.
    pub parameters: Value,
}

/// Every tool.
#[must_use]
pub fn definitions() -> Vec<Definition> {
    Tool::ALL.iter().map(|tool| definition(*tool)).collect()
}

fn definition(tool: Tool) -> Definition {
    let (description, properties, required) = match tool {
        Tool::SearchProducts => ("Finds products by words and hard limits.", search_properties(), vec![]),
        Tool::GetProductSpecs => (
            "Everything the catalogue states about one product.",
            json!({"product_id": text("Id, handle or SKU."), "question": text("Attribute asked for.")}),
            vec!["product_id"],
        ),
        Tool::CheckAvailability => {
            ("Stock of one product.", json!({"product_id": text("Id, handle or SKU.")}), vec!["product_id"])
        }
        Tool::CompareProducts => (
            "Products side by side.",
            json!({"product_ids": {"type": "array", "items": {"type": "string"}, "minItems": 2,
                                   "maxItems": MOST_COMPARED, "uniqueItems": true},
                   "options": {"type": "array", "items": {"type": "integer", "minimum": 1}}}),
            vec!["product_ids"],
        ),
        Tool::FindSimilarProducts => (
            "Products like one.",
            json!({"product_id": text("Id, handle or SKU."),
                   "exclude_ids": {"type": "array", "items": {"type": "string"}}}),
            vec!["product_id"],
        ),
        Tool::UpdateCart => (
            "Changes the cart.",
            json!({"action": {"enum": ["add", "remove", "update_quantity", "clear"]},
                   "product_id": text("The product; not for clear."),
                   "quantity": {"type": "integer", "minimum": 1, "maximum": MOST_PIECES}}),
            vec!["action"],
        ),
        Tool::GetPolicyInfo => (
            "What the shop's policy is.",
            json!({"policy_type": {"enum": ["returns", "shipping", "payment", "warranty", "promotions", "services"]},
                   "topic": text("Finer topic.")}),
            vec!["policy_type"],
        ),
        Tool::GetContactInfo => (
            "How to reach the shop, and when it is open.",
            json!({"info_type": {"enum": ["all", "phone", "email", "hours", "location", "chat"]}}),
            vec!["info_type"],
        ),
        Tool::CalculateShipping => (
            "What delivery costs and how long it takes.",
            json!({"order_total": {"type": "number", "minimum": 0}, "postcode": text("As typed, leading zeros kept.")}),
            vec![],
        ),
        Tool::GetOrderStatus => ("How an order stands.", json!({"order_number": text("Number of the order.")}), vec![]),
        Tool::GetCart => ("Reads the cart.", json!({}), vec![]),
        Tool::ListCategories => ("Lists what there is to buy.", json!({}), vec![]),
        Tool::GetCheckoutLink => ("The page to pay at.", json!({}), vec![]),
        Tool::HumanHandoff => ("Passes the shopper on to a person.", json!({}), vec![]),
    };
    Definition {
        name: tool.name(),
        description,
        parameters: json!({"type": "object", "properties": properties, "required": required,
                           "additionalProperties": false}),
    }
}

fn text(description: &str) -> Value {
    json!({"type": "string", "maxLength": LONGEST_TEXT, "description": description})
}

fn search_properties() -> Value {
    let list = json!({"type": "array", "items": {"type": "string"}});
    let one_or_more = json!({"anyOf": [{"type": "string"}, list]});
    json!({
        "query": text("Words that no other argument takes."),
        "category": text("Category identifier."),
        "colour": one_or_more, "material": one_or_more,
        "style": text("Style."), "room": text("Room."), "brand": text("Brand."),
        "price_min": {"type": "number", "minimum": 0}, "price_max": {"type": "number", "minimum": 0},
        "size": {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}},
        "bed_size": text("Bed size."), "seats": {"type": "integer", "minimum": 1},
        "weight_capacity_kg": {"type": "number", "minimum": 0},
        "features": list, "exclude": {"type": "object", "additionalProperties": list},
        "sort": {"enum": ["relevance", "price_low", "price_high", "rating"]},
        "page": {"type": "integer", "minimum": 1},
    })
}

/// What is wrong with a call.
///
/// # Errors
/// `FIELD_INVALID` or `QUANTITY_OUT_OF_RANGE`, naming the argument.
pub(crate) fn validate(call: &ToolCall) -> Result<(), Error> {
    match call {
        ToolCall::SearchProducts(search) => {
            let negative = |money: Option<easymart_core::Money>| money.is_some_and(|m| m.minor < 0);
            if negative(search.price_min) || negative(search.price_max) {
                return invalid("price_min", "must not be below zero");
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
