//! Is it in stock?

use super::{
    Mood, Outcome, Scene, Stop, answer,
    which::{name_of, which},
};
use crate::domain::{
    fragment::Fragment,
    tool::{ToolCall, ToolResult},
};

/// Most products answered for in one reply.
const MOST_PRODUCTS: usize = 3;

/// Tells the stock of one or several products, as far as the catalogue knows.
pub(super) fn availability(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let wanted = which(scene)?;
    let calls: Vec<ToolCall> = wanted
        .iter()
        .take(MOST_PRODUCTS)
        .map(|product| ToolCall::CheckAvailability { product_id: product.product_id.clone() })
        .collect();
    let missing = scene.facts.missing(&calls);
    if !missing.is_empty() {
        return Err(Stop::Need(missing));
    }
    let mut outcome = Outcome::say(scene, Fragment::default()).with_mood(Mood::Product);
    let mut unknown = false;
    for call in &calls {
        let answer = scene.ask(call)?;
        let Ok(ToolResult::Product(result)) = answer.outcome else {
            continue;
        };
        let Some(product) = result.products.first() else {
            continue;
        };
        let proof = answer.proof.at("products[0]");
        let name = name_of(&proof, "title", &product.title);
        outcome.statement.push_sentence(&answer::stock(scene, product, &proof, name));
        unknown |= product.availability == crate::domain::product::Availability::Unknown;
        outcome = outcome.focusing(product, false);
    }
    if outcome.statement.is_empty() {
        outcome.statement = scene.text("which.gone", &[]);
    }
    if unknown {
        let contact = scene.contact_line()?;
        outcome.statement.push_sentence(&scene.text("stock.ask_shop", &[("contact", contact)]));
    }
    Ok(outcome)
}
