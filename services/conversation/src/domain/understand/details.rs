//! Finer points of an act: the topic of a policy question, the attribute of a product question, postcode and order total.

use super::{
    grammar::grammar,
    line::Line,
    reading::{Unit, Value},
};
use crate::domain::understanding::{Act, Intent, PendingKind, Situation};
use easymart_core::Money;

/// Most words of a place's name.
const LONGEST_PLACE: usize = 3;

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
            act.place = place(line);
        }
        Intent::ReturnPolicy => act.days = days(line),
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
    let asked = situation.pending == Some(PendingKind::Postcode) || situation.about == Some(Intent::ShippingInfo);
    let digits =
        |unit: &&&Unit| matches!(unit.value, Value::Number(_)) && unit.text.bytes().all(|b| b.is_ascii_digit());
    let numbers: Vec<&&Unit> = line.units.iter().filter(digits).collect();
    let exact = numbers.iter().find(|unit| unit.text.len() == 4);
    exact.or_else(|| numbers.first().filter(|_| asked || introduced(line))).map(|unit| unit.text.clone())
}

/// The place that goods go to: a known one, else the words after "to", which the store profile may know.
fn place(line: &Line<'_>) -> Option<String> {
    if let Some((name, _)) = grammar().place(line) {
        return Some(name.to_owned());
    }
    let to = line.units.iter().rposition(|unit| unit.stem == "to")?;
    let is_name = |unit: &&&Unit| unit.value == Value::Word && !unit.is_courtesy;
    let words: Vec<&str> =
        line.units[to + 1..].iter().take_while(is_name).take(LONGEST_PLACE).map(|unit| unit.text.as_str()).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// "45 days later", "after 2 months": how many days that is.
fn days(line: &Line<'_>) -> Option<u32> {
    line.units.iter().enumerate().find_map(|(at, unit)| {
        let Value::Number(number) = unit.value else { return None };
        let unit = match line.stem(at + 1) {
            "day" => 1.0,
            "week" => 7.0,
            "month" => 30.0,
            "year" => 365.0,
            _ => return None,
        };
        let days = number * unit;
        (1.0..=100_000.0).contains(&days).then_some(days as u32)
    })
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
