//! What a tool gave, in short: enough to see why the reply says what it says, far less than the result itself.

use serde_json::{Value, json};

use crate::domain::{
    cart::Cart,
    product::Product,
    tool::{SearchResult, ToolResult, ToolRun},
};

/// Most product ids and cart lines kept of a result.
const MOST: usize = 12;

/// The outcome of a run as a small JSON object.
#[must_use]
pub fn summary(run: &ToolRun) -> Value {
    match &run.outcome {
        Ok(result) => of_result(result),
        Err(failure) => json!({"failed": failure.reason.name(), "unavailable": failure.unavailable}),
    }
}

fn of_result(result: &ToolResult) -> Value {
    match result {
        ToolResult::Search(found) => of_search(found),
        ToolResult::Product(found) => json!({"count": found.count, "product_ids": ids(found.products.iter())}),
        ToolResult::Comparison(compared) => {
            json!({"rows": compared.rows.len(), "product_ids": ids(compared.products.iter())})
        }
        ToolResult::Similar(found) => {
            json!({"total": found.total, "product_ids": ids(found.products.iter().map(|found| &found.product))})
        }
        ToolResult::Cart(result) => of_cart(&result.cart),
        ToolResult::Checkout(result) => of_cart(&result.cart),
        ToolResult::Shipping(quote) => json!({"standard_cost": quote.standard_cost.to_string(), "zone": quote.zone,
                                              "postcode": quote.postcode_kind}),
        ToolResult::Categories(list) => json!({"total": list.total}),
        ToolResult::Policy(_) | ToolResult::Contact(_) | ToolResult::Handoff(_) | ToolResult::OrderStatus(_) => {
            json!({"from": "store profile"})
        }
    }
}

fn of_search(found: &SearchResult) -> Value {
    let mut summary = json!({
        "total": found.total, "page": found.page, "generation": found.generation,
        "product_ids": ids(found.products.iter().map(|found| &found.product)),
    });
    if !found.corrected_query.is_empty() {
        summary["corrected_query"] = json!(found.corrected_query);
    }
    if !found.relaxations.is_empty() {
        let without =
            |relaxation: &crate::domain::tool::Relaxation| (relaxation.constraint.clone(), json!(relaxation.total));
        summary["matches_without"] = Value::Object(found.relaxations.iter().map(without).collect());
    }
    summary
}

fn of_cart(cart: &Cart) -> Value {
    let lines =
        cart.lines.iter().take(MOST).map(|line| json!({"product_id": line.product_id, "quantity": line.quantity}));
    json!({"version": cart.version, "item_count": cart.item_count, "subtotal": cart.subtotal.to_string(),
           "lines": lines.collect::<Vec<Value>>()})
}

fn ids<'a>(products: impl Iterator<Item = &'a Product>) -> Vec<&'a str> {
    products.take(MOST).map(|product| product.product_id.as_str()).collect()
}
