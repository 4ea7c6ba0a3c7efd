//! Questions about products.

use super::{
    Mood, Outcome, Scene, Stop,
    answer::{fit, question, summary},
    which::which,
};
use crate::domain::{
    fragment::Fragment,
    product::Product,
    references::{Unresolved, resolve},
    tool::{ToolCall, ToolResult, ToolRun},
    understanding::{Act, Intent, Reference, SearchPatch},
};

/// Most products answered for in one reply.
const MOST_PRODUCTS: usize = 3;

/// Answers a question about one or several products.
pub(super) fn product_specs(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    if let Some(patch) = wish_in_disguise(scene) {
        let act = Act { intent: Intent::ProductSearch, patch, references: Vec::new(), ..scene.act.clone() };
        return super::search::product_search(&Scene { act: &act, ..*scene });
    }
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
            Some("fit") => fit(scene, product, &proof),
            _ if asks_for_room(scene) => fit(scene, product, &proof),
            None => summary(scene, product, &proof),
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

/// Whether a size that the message names is a space for the product, rather than what tells it from others.
fn asks_for_room(scene: &Scene<'_>) -> bool {
    let about_size = |attribute: &str| attribute == "size" || attribute.ends_with("_cm");
    let named_by_size = scene.act.references.iter().any(|reference| matches!(reference, Reference::Attribute { .. }));
    !scene.act.patch.sizes.is_empty() && scene.act.attribute.as_deref().is_none_or(about_size) && !named_by_size
}

/// "The leather one", where none of those shown is of leather, asks for such things rather than about one of them.
fn wish_in_disguise(scene: &Scene<'_>) -> Option<SearchPatch> {
    let [Reference::Attribute { name, value }] = scene.act.references.as_slice() else {
        return None;
    };
    let fits_none = resolve(&scene.act.references, scene.state) == Err(Unresolved::NoneFits);
    if scene.act.attribute.is_some() || !fits_none {
        return None;
    }
    let mut patch = SearchPatch::default();
    match name.as_str() {
        "colour" => patch.colours.push(value.clone()),
        "material" => patch.materials.push(value.clone()),
        "brand" => patch.brand = Some(value.clone()),
        _ => return None,
    }
    Some(patch)
}

type Looked<'a> = Option<(&'a Product, crate::domain::fragment::Proof)>;

/// A product by the id that a list or a look-up gave: the look-up of this very turn serves again.
pub(super) fn look_up<'a>(scene: &Scene<'a>, product_id: &str) -> Result<Looked<'a>, Stop> {
    let is_it = |run: &&ToolRun| match (&run.call, &run.outcome) {
        (ToolCall::GetProductSpecs { .. }, Ok(ToolResult::Product(result))) => {
            matches!(result.products.as_slice(), [product] if product.product_id == product_id)
        }
        _ => false,
    };
    let (products, proof) = match scene.facts.runs().iter().find(is_it).map(|run| &run.call) {
        Some(ToolCall::GetProductSpecs { product_id, question }) => scene.products(product_id, question.as_deref())?,
        _ => scene.products(product_id, scene.act.attribute.as_deref())?,
    };
    Ok(products.first().map(|product| (product, proof.at("products[0]"))))
}

/// The product's own warranty goes before the shop's; where it states none, the shop's holds.
fn warranty(scene: &Scene<'_>, product: &Product, proof: &crate::domain::fragment::Proof) -> Result<Fragment, Stop> {
    let own = question(scene, product, proof, "warranty");
    if states_warranty(scene, product) {
        return Ok(own);
    }
    let mut text = own;
    text.push_sentence(&super::shop::store_warranty(scene)?);
    Ok(text)
}

/// Whether a product's listing states a warranty of its own.
pub(super) fn states_warranty(scene: &Scene<'_>, product: &Product) -> bool {
    let asked = scene.shop.specs.question("warranty");
    product.attribute("warranty").is_some() || !asked.quotes(product, 1).is_empty()
}
