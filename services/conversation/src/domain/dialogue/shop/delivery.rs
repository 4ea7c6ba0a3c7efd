//! Delivery: what it costs, how long it takes, where it goes.

use super::{
    super::{Mood, Outcome, Scene, Stop},
    days, policy, profile, said, service_answer, unknown,
};
use crate::domain::{
    fragment::{ClaimKind, Fragment, Proof},
    policy::{Destination, PostcodeKind, ShippingQuote, Zone},
    references::resolve,
    state::Waiting,
    tool::{PolicyType, ToolCall, ToolResult},
    understanding::Reference,
};
use easymart_core::Money;

/// Answers a question about delivery: a quote where a postcode or an amount is known, else the policy.
pub(in super::super) fn shipping(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    if let Some(outcome) = service_answer(scene)? {
        return Ok(outcome);
    }
    let topic = scene.act.topic.as_deref();
    if matches!(topic, Some("international" | "overseas" | "new_zealand")) {
        return abroad(scene);
    }
    if topic == Some("pickup") {
        return pickup(scene);
    }
    if matches!(topic, Some("service" | "day" | "carrier")) {
        let mut outcome = unknown(scene)?;
        let proof = policy(scene, PolicyType::Shipping)?.at("shipping");
        let quote = profile(scene).quote(None, None);
        outcome.statement.push_sentence(&cost(scene, &quote, &proof, None));
        outcome.statement.push_sentence(&times(scene, &quote, &proof));
        return Ok(outcome);
    }
    let destination = destination(scene);
    let order_total = order_total(scene, destination.is_some())?;
    if order_total.is_none() && scene.act.postcode.is_none() && destination.is_none() {
        return general(scene);
    }
    let postcode = match &destination {
        Some(Destination::Postcode(postcode)) => Some(postcode.clone()),
        _ => scene.act.postcode.clone(),
    };
    let call = ToolCall::CalculateShipping { order_total, postcode };
    let answer = scene.ask(&call)?;
    let Ok(ToolResult::Shipping(quote)) = answer.outcome else {
        return unknown(scene);
    };
    let outcome = quoted(scene, quote, &answer.proof);
    Ok(match destination {
        Some(Destination::State) => within_state(scene, outcome),
        _ => outcome,
    })
}

/// Where the place lies that the message names; a postcode says more.
fn destination(scene: &Scene<'_>) -> Option<Destination> {
    let place = scene.act.place.as_deref().filter(|_| scene.act.postcode.is_none())?;
    profile(scene).destination(place)
}

/// The place in the shopper's words.
fn named_place(scene: &Scene<'_>) -> Option<Fragment> {
    let place = scene.act.place.as_deref().filter(|_| scene.act.postcode.is_none())?;
    let source = format!("message.acts[{}].place", scene.step);
    Some(Fragment::claim(ClaimKind::Query, place, place, source))
}

/// A state has near and far places: both times were told, the postcode decides.
fn within_state(scene: &Scene<'_>, outcome: Outcome) -> Outcome {
    let place = named_place(scene).unwrap_or_default();
    let question = scene.text("shop.shipping.which_postcode", &[("place", place)]);
    outcome.asking(scene, question, Waiting::Postcode)
}

/// What the goods cost: as said, else the product or the cart that the question is about.
fn order_total(scene: &Scene<'_>, has_destination: bool) -> Result<Option<Money>, Stop> {
    if scene.act.order_total.is_some() {
        return Ok(scene.act.order_total);
    }
    let about_cart = matches!(scene.act.topic.as_deref(), Some("cart" | "to_free"))
        || scene.act.references.iter().any(|r| matches!(r, Reference::WholeCart | Reference::InCart(_)));
    if !about_cart && !scene.act.references.is_empty() {
        let product = resolve(&scene.act.references, scene.state).ok();
        return Ok(product.and_then(|found| found.first().and_then(|p| p.price)));
    }
    let quotes = scene.act.postcode.is_some() || has_destination || scene.act.topic.as_deref() == Some("free");
    let cart_helps = quotes && scene.state.cart_lines > 0;
    if !about_cart && !cart_helps {
        return Ok(None);
    }
    let (cart, _) = scene.cart()?;
    Ok(Some(cart.subtotal).filter(|_| !cart.is_empty()))
}

fn quoted(scene: &Scene<'_>, quote: &ShippingQuote, proof: &Proof) -> Outcome {
    if quote.postcode_kind == PostcodeKind::Unknown {
        return unknown_postcode(scene, quote, proof);
    }
    let mut statement = match (quote.is_free, quote.order_total) {
        (true, Some(total)) => {
            let total = proof.price("order_total", total);
            let from = proof.price("free_from", quote.free_from);
            scene.text("shop.shipping.free", &[("total", total), ("from", from)])
        }
        (_, total) => cost(scene, quote, proof, total),
    };
    if scene.act.topic.as_deref() == Some("to_free") {
        return said(scene, statement);
    }
    statement.push_sentence(&times(scene, quote, proof));
    if scene.act.topic.as_deref() == Some("express") {
        statement.push_sentence(&express(scene, quote, proof));
    }
    said(scene, statement)
}

fn cost(scene: &Scene<'_>, quote: &ShippingQuote, proof: &Proof, total: Option<Money>) -> Fragment {
    let cost = proof.price("standard_cost", quote.standard_cost);
    let from = proof.price("free_from", quote.free_from);
    match (total, quote.missing_to_free) {
        (Some(total), Some(missing)) => {
            let total = proof.price("order_total", total);
            let missing = proof.price("missing_to_free", missing);
            let slots = [("cost", cost), ("total", total), ("missing", missing), ("from", from)];
            scene.text("shop.shipping.cost_of_order", &slots)
        }
        _ => scene.text("shop.shipping.cost", &[("cost", cost), ("from", from)]),
    }
}

fn times(scene: &Scene<'_>, quote: &ShippingQuote, proof: &Proof) -> Fragment {
    let standard = days(scene, proof, "standard_days", quote.standard_days);
    let postcode = quote.postcode.as_deref().unwrap_or_default();
    let postcode = match named_place(scene) {
        // Its own name says it all.
        Some(place) if quote.area.as_deref() == Some(place.text()) => {
            return scene.text("shop.shipping.time_in_area", &[("area", place), ("days", standard)]);
        }
        Some(place) => place,
        None => proof.text(ClaimKind::Policy, "postcode", postcode),
    };
    match quote.zone {
        Zone::Unknown => {
            let regional = days(scene, proof, "regional_days", quote.regional_days);
            scene.text("shop.shipping.times", &[("metro", standard), ("regional", regional)])
        }
        Zone::Metro => {
            let area = quote.area.as_deref().unwrap_or_default();
            let area = proof.text(ClaimKind::Policy, "area", area);
            let slots = [("postcode", postcode), ("area", area), ("days", standard)];
            scene.text("shop.shipping.time_metro", &slots)
        }
        Zone::Regional => {
            let state = quote.state.as_deref().unwrap_or_default();
            let state = proof.text(ClaimKind::Policy, "state", state);
            let slots = [("postcode", postcode), ("state", state), ("days", standard)];
            scene.text("shop.shipping.time_regional", &slots)
        }
    }
}

fn express(scene: &Scene<'_>, quote: &ShippingQuote, proof: &Proof) -> Fragment {
    let cost = proof.price("express_cost", quote.express_cost);
    let days = days(scene, proof, "express_days", quote.express_days);
    scene.text("shop.shipping.express", &[("cost", cost), ("days", days)])
}

fn unknown_postcode(scene: &Scene<'_>, quote: &ShippingQuote, proof: &Proof) -> Outcome {
    let area = proof.text(ClaimKind::Policy, "delivery_area", &quote.delivery_area);
    let question = scene.text("shop.shipping.unknown_postcode", &[("area", area)]);
    let outcome = Outcome::say(scene, Fragment::default()).with_mood(Mood::Policy);
    outcome.asking(scene, question, Waiting::Postcode)
}

/// The policy, when nothing is known of the order.
fn general(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let proof = policy(scene, PolicyType::Shipping)?.at("shipping");
    let quote = profile(scene).quote(None, None);
    let mut statement = Fragment::default();
    let topic = scene.act.topic.as_deref();
    if topic == Some("express") {
        statement.push_sentence(&express(scene, &quote, &proof));
        statement.push_sentence(&cost(scene, &quote, &proof, None));
        return Ok(said(scene, statement));
    }
    if topic == Some("time") {
        statement.push_sentence(&times(scene, &quote, &proof));
        statement.push_sentence(&express(scene, &quote, &proof));
        return Ok(said(scene, statement));
    }
    if topic == Some("to_free") {
        // The cart was looked at, and nothing is in it.
        statement.push_sentence(&scene.text("cart.empty", &[]));
        statement.push_sentence(&cost(scene, &quote, &proof, None));
        return Ok(said(scene, statement));
    }
    statement.push_sentence(&cost(scene, &quote, &proof, None));
    statement.push_sentence(&times(scene, &quote, &proof));
    statement.push_sentence(&express(scene, &quote, &proof));
    if topic == Some("area") {
        let area = proof.text(ClaimKind::Policy, "delivery_area", &quote.delivery_area);
        statement.push_sentence(&scene.text("shop.shipping.area", &[("area", area)]));
    }
    Ok(said(scene, statement))
}

fn abroad(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let proof = policy(scene, PolicyType::Shipping)?.at("store.shipping");
    let area = proof.text(ClaimKind::Policy, "area", &profile(scene).shipping.area);
    Ok(said(scene, scene.text("shop.shipping.abroad", &[("area", area)])))
}

fn pickup(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let Some(fact) = &profile(scene).contact.pickup else {
        return unknown(scene);
    };
    let proof = policy(scene, PolicyType::Shipping)?.at("store.contact");
    let fact = proof.text(ClaimKind::Policy, "pickup", fact);
    Ok(said(scene, scene.text("shop.fact", &[("fact", fact.capitalised())])))
}
