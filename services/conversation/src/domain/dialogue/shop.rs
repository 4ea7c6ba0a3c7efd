//! Questions about the shop: policies, delivery, contact, hours, orders. Every fact comes from the store profile; what it does
//! not have is unknown, and the contact is named instead.

mod contact;
mod delivery;

pub(super) use contact::{contact, handoff, hours, order};
pub(super) use delivery::shipping;

use super::{Mood, Outcome, Scene, Stop, answer::question, which::which};
use crate::domain::{
    fragment::{ClaimKind, Fragment, Proof},
    policy::{DaySpan, Profile, Services},
    references::{resolve, significant_words},
    search_state::SearchState,
    tool::{PolicyType, ToolCall},
    understanding::{Act, Reference},
};

/// Reads a policy: the proof of the store profile.
pub(super) fn policy(scene: &Scene<'_>, policy_type: PolicyType) -> Result<Proof, Stop> {
    let call = ToolCall::GetPolicyInfo { policy_type, topic: scene.act.topic.clone() };
    Ok(scene.ask(&call)?.proof)
}

fn said(scene: &Scene<'_>, statement: Fragment) -> Outcome {
    Outcome::say(scene, statement).with_mood(Mood::Policy)
}

/// Facts in a row, each proved by its place in a list of the profile.
fn facts(scene: &Scene<'_>, proof: &Proof, field: &str, values: &[String]) -> Fragment {
    scene.shop.texts.all_of(&each(proof, field, values))
}

fn each(proof: &Proof, field: &str, values: &[String]) -> Vec<Fragment> {
    values
        .iter()
        .enumerate()
        .map(|(index, value)| proof.text(ClaimKind::Policy, &format!("{field}[{index}]"), value))
        .collect()
}

fn days(scene: &Scene<'_>, proof: &Proof, field: &str, span: DaySpan) -> Fragment {
    let proof = proof.at(field);
    let (min, max) = (proof.number("min", span.min), proof.number("max", span.max));
    scene.text("shop.days", &[("min", min), ("max", max)])
}

/// A service that the profile may or may not state; `None` when the topic is no service.
fn service<'a>(services: &'a Services, topic: &str) -> Option<(&'static str, Option<&'a String>)> {
    let found = match topic {
        "order_tracking" | "tracking" => ("order_tracking", &services.order_tracking),
        "order_cancellation" | "cancel" => ("order_cancellation", &services.order_cancellation),
        "price_match" => ("price_match", &services.price_match),
        "assembly" | "assembly_service" => ("assembly", &services.assembly),
        "old_furniture_removal" | "removal" => ("old_furniture_removal", &services.old_furniture_removal),
        "custom_orders" | "custom" => ("custom_orders", &services.custom_orders),
        _ => return None,
    };
    Some((found.0, found.1.as_ref()))
}

/// What the shop says about a service, or that nobody here knows; `None` when the topic is no service.
pub(super) fn service_answer(scene: &Scene<'_>) -> Result<Option<Outcome>, Stop> {
    let Some(topic) = scene.act.topic.as_deref() else {
        return Ok(None);
    };
    let Some((field, stated)) = service(&scene.shop.profile.services, topic) else {
        return Ok(None);
    };
    let Some(stated) = stated else {
        return unknown(scene).map(Some);
    };
    let proof = policy(scene, PolicyType::Services)?.at("store.services");
    let fact = proof.text(ClaimKind::Policy, field, stated);
    Ok(Some(said(scene, scene.text("shop.fact", &[("fact", fact.capitalised())]))))
}

/// A fact that the profile does not have.
pub(super) fn unknown(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let contact = scene.contact_line()?;
    Ok(said(scene, scene.text("shop.unknown", &[("contact", contact)])))
}

/// Sending things back.
pub(super) fn returns(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let proof = policy(scene, PolicyType::Returns)?.at("store.returns");
    let returns = &scene.shop.profile.returns;
    let topic = scene.act.topic.as_deref().unwrap_or_default();
    if topic.starts_with("refund") {
        return Ok(said(scene, refund(scene, &proof)));
    }
    if topic == "window" {
        return Ok(said(scene, within_window(scene, &proof)));
    }
    if let ("start", Some(fact)) = (topic, &returns.how_to_start) {
        let fact = proof.text(ClaimKind::Policy, "how_to_start", fact);
        let mut statement = scene.text("shop.fact", &[("fact", fact.capitalised())]);
        statement.push_sentence(&general_returns(scene, &proof));
        return Ok(said(scene, statement));
    }
    if matches!(topic, "damaged" | "exchange" | "return_cost" | "start") {
        let contact = scene.contact_line()?;
        let mut statement = scene.text(&format!("shop.returns.{topic}"), &[("contact", contact)]);
        statement.push_sentence(&general_returns(scene, &proof));
        return Ok(said(scene, statement));
    }
    if let Some(index) = returns.exclusions.iter().position(|e| is_about(e, topic)) {
        let what = returns.exclusions.get(index).map(String::as_str).unwrap_or_default();
        let what = proof.text(ClaimKind::Policy, &format!("exclusions[{index}]"), what);
        let mut statement = scene.text("shop.returns.excluded", &[("what", what.capitalised())]);
        statement.push_sentence(&general_returns(scene, &proof));
        statement.push_sentence(&scene.text("shop.more", &[("contact", scene.contact_line()?)]));
        return Ok(said(scene, statement));
    }
    if let ("change_of_mind", Some(fact)) = (topic, &returns.change_of_mind) {
        let fact = proof.text(ClaimKind::Policy, "change_of_mind", fact);
        let mut statement = scene.text("shop.returns.change_of_mind", &[("fact", fact)]);
        statement.push_sentence(&general_returns(scene, &proof));
        return Ok(said(scene, statement));
    }
    let mut statement = general_returns(scene, &proof);
    if topic == "packaging" {
        return Ok(said(scene, statement));
    }
    let exclusions = facts(scene, &proof, "exclusions", &returns.exclusions);
    statement.push_sentence(&scene.text("shop.returns.exclusions", &[("what", exclusions)]));
    statement.push_sentence(&refund(scene, &proof));
    Ok(said(scene, statement))
}

/// Until when things can be sent back, and whether the days that were named are too many.
fn within_window(scene: &Scene<'_>, proof: &Proof) -> Fragment {
    let mut statement = match scene.act.days {
        Some(days) if days > scene.shop.profile.returns.days => scene.text("shop.returns.too_late", &[]),
        Some(_) => scene.text("shop.returns.in_time", &[]),
        None => Fragment::default(),
    };
    statement.push_sentence(&general_returns(scene, proof));
    statement
}

fn general_returns(scene: &Scene<'_>, proof: &Proof) -> Fragment {
    let returns = &scene.shop.profile.returns;
    let conditions = facts(scene, proof, "conditions", &returns.conditions);
    let days = proof.number("days", returns.days);
    scene.text("shop.returns.general", &[("days", days), ("conditions", conditions)])
}

fn refund(scene: &Scene<'_>, proof: &Proof) -> Fragment {
    let returns = &scene.shop.profile.returns;
    let to = proof.text(ClaimKind::Policy, "refund_to", &returns.refund_to);
    let days = days(scene, proof, "refund_days", returns.refund_days);
    scene.text("shop.returns.refund", &[("to", to), ("days", days)])
}

/// Whether a fact of the profile is about a topic: "mattresses" is about "mattress".
fn is_about(fact: &str, topic: &str) -> bool {
    let words = significant_words(fact);
    let topic = significant_words(&topic.replace('_', " "));
    let same = |a: &str, b: &str| a == b || a.strip_suffix("e") == Some(b);
    !topic.is_empty() && topic.iter().all(|wanted| words.iter().any(|word| same(word, wanted)))
}

/// Ways to pay.
pub(super) fn payment(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    if let Some(outcome) = service_answer(scene)? {
        return Ok(outcome);
    }
    let proof = policy(scene, PolicyType::Payment)?.at("store.payment");
    let payment = &scene.shop.profile.payment;
    let mut ways = each(&proof, "cards", &payment.cards);
    ways.extend(each(&proof, "wallets", &payment.wallets));
    let later = each(&proof, "pay_later", &payment.pay_later);
    let general = scene.text(
        "shop.payment.general",
        &[("ways", scene.shop.texts.all_of(&ways)), ("later", scene.shop.texts.any_of(&later))],
    );
    let topic = scene.act.topic.as_deref().unwrap_or_default();
    if topic == "gift_card" && payment.gift_cards.is_none() {
        return unknown(scene);
    }
    let asked = ways.iter().chain(&later).find(|way| is_about(way.text(), topic));
    let mut statement = match asked {
        Some(way) => scene.text("shop.payment.yes", &[("way", way.clone())]),
        None if names_a_way(topic) => scene.text("shop.payment.not_listed", &[]),
        None => Fragment::default(),
    };
    statement.push_sentence(&general);
    Ok(said(scene, statement))
}

/// Topics of payment questions that name a way to pay.
fn names_a_way(topic: &str) -> bool {
    matches!(topic, "bitcoin" | "other_pay_later" | "wallet" | "cash" | "bank_transfer" | "eftpos" | "finance")
}

/// The shop's warranty, or a product's when one is meant.
pub(super) fn warranty(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    // "the warranty on these", of a whole list, and that of a bed, when none is shown, is the shop's own.
    let general = |reference: &Reference| match reference {
        Reference::Pronoun => true,
        Reference::Category(_) => scene.state.lists.options() == 0,
        _ => false,
    };
    let of_none = resolve(&scene.act.references, scene.state).is_err() && scene.act.references.iter().all(general);
    if !scene.act.references.is_empty() && !of_none {
        which(scene)?;
        return product_warranty(scene);
    }
    // A finer question is about the shop's own terms; a bare one is about the product at hand.
    if matches!(scene.act.topic.as_deref(), None | Some("lifetime")) {
        if let Some(outcome) = warranty_of_brand(scene)? {
            return Ok(outcome);
        }
        let at_hand = [Reference::Pronoun];
        if resolve(&at_hand, scene.state).is_ok_and(|found| found.len() == 1) {
            let act = Act { references: at_hand.to_vec(), ..scene.act.clone() };
            return product_warranty(&Scene { act: &act, ..*scene });
        }
    }
    let mut statement = store_warranty(scene)?;
    if scene.state.lists.options() > 0 {
        statement.push_sentence(&scene.text("shop.warranty.listings", &[]));
    }
    if matches!(scene.act.topic.as_deref(), Some("claim" | "extended" | "lifetime" | "transfer" | "receipt")) {
        let contact = scene.contact_line()?;
        statement.push_sentence(&scene.text("shop.more", &[("contact", contact)]));
    }
    Ok(said(scene, statement))
}

fn product_warranty(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let act = Act { attribute: Some("warranty".to_owned()), ..scene.act.clone() };
    let mut outcome = super::specs::product_specs(&Scene { act: &act, ..*scene })?;
    outcome.intents = vec![scene.act.intent];
    Ok(outcome)
}

/// A brand whose listing states its own warranty: that one is told before the shop's.
fn warranty_of_brand(scene: &Scene<'_>) -> Result<Option<Outcome>, Stop> {
    let Some(brand) = scene.act.patch.brand.clone() else {
        return Ok(None);
    };
    let (result, proof) = scene.search(&SearchState { brand: Some(brand), page: 1, ..SearchState::default() })?;
    let stating = result.products.iter().position(|found| super::specs::states_warranty(scene, &found.product));
    let Some((index, found)) = stating.and_then(|index| Some((index, result.products.get(index)?))) else {
        return Ok(None);
    };
    let proof = proof.at(&format!("products[{index}].product"));
    let mut statement = question(scene, &found.product, &proof, "warranty");
    statement.push_sentence(&scene.text("shop.warranty.goes_before", &[]));
    statement.push_sentence(&store_warranty(scene)?);
    Ok(Some(said(scene, statement)))
}

/// The warranty that every product has.
pub(super) fn store_warranty(scene: &Scene<'_>) -> Result<Fragment, Stop> {
    let call = ToolCall::GetPolicyInfo { policy_type: PolicyType::Warranty, topic: None };
    let proof = scene.ask(&call)?.proof.at("store.warranty");
    let warranty = &scene.shop.profile.warranty;
    Ok(scene.text(
        "shop.warranty.general",
        &[
            ("months", proof.number("months", warranty.months)),
            ("covers", facts(scene, &proof, "covers", &warranty.covers)),
            ("excludes", scene.shop.texts.any_of(&each(&proof, "excludes", &warranty.excludes))),
        ],
    ))
}

/// Offers. A code that a shopper brings is never taken.
pub(super) fn promotions(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    if let Some(outcome) = service_answer(scene)? {
        return Ok(outcome);
    }
    if scene.act.topic.as_deref() == Some("gift_card") {
        return payment(scene);
    }
    let proof = policy(scene, PolicyType::Promotions)?.at("store.promotions");
    let text = &scene.shop.profile.promotions.text;
    let offers = proof.text(ClaimKind::Policy, "text", text);
    let mut statement = match scene.act.topic.as_deref() {
        Some("code" | "group") => scene.text("shop.promotions.no_codes", &[]),
        Some("bulk") => scene.text("shop.promotions.bulk", &[("contact", scene.contact_line()?)]),
        _ => Fragment::default(),
    };
    statement.push_sentence(&offers);
    Ok(said(scene, statement))
}

/// The shop's profile.
fn profile<'a>(scene: &Scene<'a>) -> &'a Profile {
    &scene.shop.profile
}
