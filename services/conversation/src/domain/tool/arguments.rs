//! Arguments as JSON: what a turn reports of its tools, named as in the HTTP contract's search object.

use easymart_core::Money;
use serde_json::{Map, Value, json};

use super::ToolCall;
use crate::domain::{
    search_state::SearchState,
    understanding::{Dimension, Exclusions, SortOrder},
};

/// The arguments of a call as a JSON object; nothing in it is null.
#[must_use]
pub fn arguments(call: &ToolCall) -> Value {
    let value = match call {
        ToolCall::SearchProducts(search) => return search_arguments(search),
        ToolCall::GetProductSpecs { product_id, question } => json!({"product_id": product_id, "question": question}),
        ToolCall::CheckAvailability { product_id } => json!({"product_id": product_id}),
        ToolCall::CompareProducts { product_ids, options } => json!({"product_ids": product_ids, "options": options}),
        ToolCall::FindSimilarProducts { product_id, exclude_ids } => {
            json!({"product_id": product_id, "exclude_ids": exclude_ids})
        }
        ToolCall::UpdateCart(change) => match change.action {
            super::CartAction::Clear => json!({"action": change.action}),
            super::CartAction::Remove => {
                json!({"action": change.action, "product_id": change.product_id})
            }
            _ => json!({"action": change.action, "product_id": change.product_id,
                        "quantity": change.quantity}),
        },
        ToolCall::GetPolicyInfo { policy_type, topic } => {
            json!({"policy_type": policy_type, "topic": topic})
        }
        ToolCall::GetContactInfo { info_type } => json!({"info_type": info_type}),
        ToolCall::CalculateShipping { order_total, postcode } => {
            json!({"order_total": order_total.map(decimal), "postcode": postcode})
        }
        ToolCall::GetOrderStatus { order_number } => json!({"order_number": order_number}),
        ToolCall::GetCart | ToolCall::ListCategories | ToolCall::GetCheckoutLink | ToolCall::HumanHandoff => json!({}),
    };
    without_nothing(value)
}

/// The search state as the arguments of a search.
#[must_use]
pub fn search_arguments(search: &SearchState) -> Value {
    without_nothing(json!({
        "query": search.query,
        "category": search.category,
        "colour": one_or_many(&search.colours),
        "material": one_or_many(&search.materials),
        "style": search.style,
        "room": search.room,
        "brand": search.brand,
        "price_min": search.price_min.map(decimal),
        "price_max": search.price_max.map(decimal),
        "size": sizes(search),
        "bed_size": search.bed_size,
        "seats": search.seats,
        "weight_capacity_kg": search.weight_capacity_kg,
        "features": search.features,
        "exclude": exclusions(&search.exclude),
        "sort": search.sort.map(sort_name),
        "page": search.page.max(1),
    }))
}

fn one_or_many(values: &[String]) -> Value {
    match values {
        [] => Value::Null,
        [one] => json!(one),
        many => json!(many),
    }
}

fn sizes(search: &SearchState) -> Value {
    let mut map = Map::new();
    for limit in &search.sizes {
        let name = match limit.dimension {
            Dimension::Width => "width",
            Dimension::Depth => "depth",
            Dimension::Height => "height",
        };
        if let Some(cm) = limit.min_cm {
            map.insert(format!("min_{name}_cm"), json!(cm));
        }
        if let Some(cm) = limit.max_cm {
            map.insert(format!("max_{name}_cm"), json!(cm));
        }
    }
    Value::Object(map)
}

fn exclusions(exclude: &Exclusions) -> Value {
    without_nothing(json!({
        "category": exclude.categories,
        "colour": exclude.colours,
        "material": exclude.materials,
        "brand": exclude.brands,
        "features": exclude.features,
    }))
}

/// Name of an order on the wire.
fn sort_name(order: SortOrder) -> &'static str {
    match order {
        SortOrder::Relevance => "relevance",
        SortOrder::PriceLow => "price_low",
        SortOrder::PriceHigh => "price_high",
        SortOrder::Rating => "rating",
    }
}

/// An amount as a JSON number with its exact decimal digits.
fn decimal(money: Money) -> Value {
    money.decimal().parse::<serde_json::Number>().map_or(Value::Null, Value::Number)
}

/// Drops members that say nothing.
fn without_nothing(value: Value) -> Value {
    let Value::Object(map) = value else {
        return value;
    };
    let says_something = |value: &Value| match value {
        Value::Null => false,
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
        _ => true,
    };
    Value::Object(map.into_iter().filter(|(_, v)| says_something(v)).collect())
}
