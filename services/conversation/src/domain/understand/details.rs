//! Finer points of an act: the topic of a policy question, the attribute of a product question, postcode and order total.

use super::{
    grammar::grammar,
    line::Line,
    reading::{Unit, Value},
};
use crate::domain::understanding::{Act, Intent, PendingKind, Situation};
use easymart_core::Money;

/// Fills in what the intent of the act can use.
pub(crate) fn fill(act: &mut Act, line: &Line<'_>, situation: &Situation) {
    act.topic = topic(act.intent, line);
    if act.intent == Intent::SecurityRefusal && line.units.iter().any(|unit| unit.stem == "card") {
        act.topic = Some("card".to_owned());
    }
    match act.intent {
        Intent::ProductSpecQa | Intent::ProductCompare => act.attribute = attribute(line),
        Intent::ShippingInfo => {
            act.postcode = postcode(line, situation);
            act.order_total = order_total(line);
        }
        Intent::CartAdd | Intent::CartRemove | Intent::CartUpdateQuantity => act.topic = cart_topic(line, situation),
        _ => {}
    }
}

fn topic(intent: Intent, line: &Line<'_>) -> Option<String> {
    let fits = |topic: &&super::grammar::Topic| topic.intent.is_none_or(|own| own == intent);
    grammar().topics.iter().filter(fits).find(|topic| topic.matches(line)).map(|topic| topic.key.clone())
}

fn attribute(line: &Line<'_>) -> Option<String> {
    grammar().attributes.iter().find(|attribute| attribute.matches(line)).map(|attribute| attribute.key.clone())
}

/// "undo" takes the last change back; "swap" puts what is named in the place of what was changed last; "except" means all but what is
/// named.
fn cart_topic(line: &Line<'_>, situation: &Situation) -> Option<String> {
    if line.has("undo") {
        return Some("undo".to_owned());
    }
    if line.has("except_these") {
        return Some("except".to_owned());
    }
    let replaces = line.has("swap") && (situation.cart_just_changed || situation.cart_lines > 0);
    replaces.then(|| "swap".to_owned())
}

/// Four digits as typed. With a pending question for it, any digits: they may be wrong, and the answer says so.
fn postcode(line: &Line<'_>, situation: &Situation) -> Option<String> {
    let asked = situation.pending == Some(PendingKind::Postcode) || situation.about_delivery;
    let digits =
        |unit: &&&Unit| matches!(unit.value, Value::Number(_)) && unit.text.bytes().all(|b| b.is_ascii_digit());
    let numbers: Vec<&&Unit> = line.units.iter().filter(digits).collect();
    let exact = numbers.iter().find(|unit| unit.text.len() == 4);
    exact.or_else(|| numbers.first().filter(|_| asked || introduced(line))).map(|unit| unit.text.clone())
}

/// "postcode 12": a number that claims to be one.
fn introduced(line: &Line<'_>) -> bool {
    line.units.iter().any(|unit| unit.stem == "postcode")
}

fn order_total(line: &Line<'_>) -> Option<Money> {
    line.units.iter().find_map(|unit| match unit.value {
        Value::Money(money) => Some(money),
        _ => None,
    })
}
