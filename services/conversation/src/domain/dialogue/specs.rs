//! Questions about products.

use super::{
    Mood, Outcome, Scene, Stop,
    answer::{fit, question, summary},
    which::which,
};
use crate::domain::{fragment::Fragment, product::Product, understanding::Intent};

/// Most products answered for in one reply.
const MOST_PRODUCTS: usize = 3;

/// Answers a question about one or several products.
pub(super) fn product_specs(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let wanted = which(scene)?;
    let attribute = scene.act.attribute.as_deref();
    let mut statement = Fragment::default();
    let mut answered: Vec<Product> = Vec::new();
    for brief in wanted.iter().take(MOST_PRODUCTS) {
        let (product, proof) = match look_up(scene, &brief.product_id)? {
            Some(found) => found,
            None => return Ok(Outcome::say(scene, scene.text("which.gone", &[]))),
        };
        let answer = match attribute {
            None => summary(scene, product, &proof),
            Some("fit") => fit(scene, product, &proof),
            Some("warranty") => warranty(scene, product, &proof)?,
            Some(attribute) => question(scene, product, &proof, attribute),
        };
        statement.push_sentence(&answer);
        answered.push(product.clone());
    }
    let mut outcome = Outcome::say(scene, statement).with_intents(&[Intent::ProductSpecQa]).with_mood(Mood::Product);
    // Details of one product come with its card; an answer about one attribute does not.
    if let [product] = answered.as_slice() {
        let shown = scene.state.lists.current().number_of(&product.product_id).is_some();
        outcome = outcome.focusing(product, attribute.is_none() || !shown);
    }
    Ok(outcome)
}

type Looked<'a> = Option<(&'a Product, crate::domain::fragment::Proof)>;

/// A product by the id that a list or a look-up gave: the look-up of this very turn serves again.
pub(super) fn look_up<'a>(scene: &Scene<'a>, product_id: &str) -> Result<Looked<'a>, Stop> {
    use crate::domain::tool::ToolResult;
    let known = scene.facts.runs().iter().find_map(|run| match &run.outcome {
        Ok(ToolResult::Product(result)) if run.call.tool() == crate::domain::tool::Tool::GetProductSpecs => {
            let [product] = result.products.as_slice() else {
                return None;
            };
            (product.product_id == product_id).then_some(run)
        }
        _ => None,
    });
    if let Some(run) = known {
        let answer = scene.ask(&run.call)?;
        if let Ok(ToolResult::Product(result)) = answer.outcome {
            return Ok(result.products.first().map(|p| (p, answer.proof.at("products[0]"))));
        }
    }
    let (products, proof) = scene.products(product_id, scene.act.attribute.as_deref())?;
    Ok(products.first().map(|product| (product, proof.at("products[0]"))))
}

/// The product's own warranty goes before the shop's; where it states none, the shop's holds.
fn warranty(scene: &Scene<'_>, product: &Product, proof: &crate::domain::fragment::Proof) -> Result<Fragment, Stop> {
    let own = question(scene, product, proof, "warranty");
    let asked = scene.shop.specs.question("warranty");
    let states = product.attribute("warranty").is_some() || !asked.quotes(product, 1).is_empty();
    if states {
        return Ok(own);
    }
    let mut text = own;
    text.push_sentence(&super::shop::store_warranty(scene)?);
    Ok(text)
}
