//! How many pieces a line asks for. Option numbers, prices and sizes are never quantities.

use super::{
    line::Line,
    reading::{Unit, Value},
};
use crate::domain::{
    lexicon::TermKind,
    understanding::{Intent, Quantity, Situation},
};

/// Reads the quantity of a line that changes the cart.
pub(crate) fn read(line: &Line<'_>, intent: Intent, situation: &Situation) -> Option<Quantity> {
    if !matches!(
        intent,
        Intent::CartAdd | Intent::CartRemove | Intent::CartUpdateQuantity | Intent::ProductAvailability
    ) {
        return None;
    }
    let changed = matches!(intent, Intent::CartUpdateQuantity).then(|| step(line)).flatten();
    changed
        .or_else(|| target(line))
        .or_else(|| counted(line, intent))
        .or_else(|| times(line))
        .or_else(|| removed_one(line, intent))
        .or_else(|| lone_number(line).filter(|_| intent == Intent::CartAdd && situation.about_one))
}

/// "the first one twice".
fn times(line: &Line<'_>) -> Option<Quantity> {
    line.units.iter().find_map(|unit| match unit.stem.as_str() {
        "twice" => Some(Quantity::Exactly(2)),
        "thrice" => Some(Quantity::Exactly(3)),
        _ => None,
    })
}

/// "add 3", where nothing else is said and the number counts nothing.
pub(crate) fn lone_number(line: &Line<'_>) -> Option<Quantity> {
    let telling = |at: &usize| !line.units[*at].is_courtesy && !line.units[*at].in_class("add");
    let mut telling = (0..line.len()).filter(telling);
    let (Some(at), None) = (telling.next(), telling.next()) else { return None };
    number(line, at).map(Quantity::Exactly)
}

/// "one more", "two fewer", "take one off".
fn step(line: &Line<'_>) -> Option<Quantity> {
    (0..line.len()).find_map(|at| {
        let count = number(line, at)?;
        let next = line.stem(at + 1);
        let before = line.stem_before(at);
        if matches!(next, "more" | "extra" | "another") || matches!(before, "another" | "extra") {
            return Some(Quantity::More(count));
        }
        if matches!(next, "less" | "fewer")
            || (before == "by"
                && line.units.iter().any(|unit| matches!(unit.stem.as_str(), "reduce" | "decrease" | "lower")))
        {
            return Some(Quantity::Fewer(count));
        }
        if before == "by" {
            return Some(Quantity::More(count));
        }
        let off = matches!(next, "off" | "away" | "out")
            && line.units[..at].iter().any(|unit| matches!(unit.stem.as_str(), "take" | "knock" | "drop" | "pull"));
        off.then_some(Quantity::Fewer(count))
    })
}

/// "to 4", "make it 3", "quantity 5", "total of 2": what there shall be in the end. Of several the last "to" counts.
fn target(line: &Line<'_>) -> Option<Quantity> {
    let led = |at: usize| {
        let before = line.stem_before(at);
        let it = matches!(before, "it" | "that" | "this" | "them" | "those")
            && at > 1
            && matches!(line.stem(at - 2), "make" | "do" | "turn" | "change");
        matches!(before, "to" | "quantity" | "qty" | "x" | "into")
            || it
            || (before == "of" && at > 1 && line.stem(at - 2) == "total")
            || (matches!(before, "be" | "to") && is_negative(line, at))
    };
    (0..line.len())
        .rev()
        .filter(|at| led(*at) && !is_part_of_name(line, *at))
        .find_map(|at| number(line, at))
        .map(Quantity::Exactly)
}

/// "2 of the first", "4x", "a couple of those", "3 chairs".
fn counted(line: &Line<'_>, intent: Intent) -> Option<Quantity> {
    let any_number = intent == Intent::CartUpdateQuantity;
    let at = (0..line.len())
        .find(|at| number(line, *at).is_some() && (any_number || counts(line, *at)) && !is_part_of_name(line, *at))?;
    number(line, at).map(Quantity::Exactly)
}

fn counts(line: &Line<'_>, at: usize) -> bool {
    let spelt_one = line.stem(at) == "one";
    let next = line.stem(at + 1);
    let of = matches!(next, "of" | "x" | "unit" | "pcs" | "pc" | "copy" | "time") || (next == "more" && !spelt_one);
    let noun = line
        .units
        .get(at + 1..(at + 5).min(line.len()))
        .is_some_and(|rest| rest.iter().any(|unit| unit.has(TermKind::Category) || unit.value == Value::Code));
    let verb_before = line.units[..at].iter().any(|unit| unit.in_class("add") || unit.in_class("take"));
    let spoken_of =
        matches!(line.stem_before(at), "have" | "get" | "take" | "grab") && matches!(next, "please" | "in" | "into");
    let listed = line.stem_before(at) == "and";
    let into = !listed && verb_before && matches!(next, "in" | "into" | "to") && line.len() > at + 2;
    of || (!spelt_one && (noun || spoken_of || into))
}

/// "remove one of the chairs".
fn removed_one(line: &Line<'_>, intent: Intent) -> Option<Quantity> {
    let one_of = (0..line.len()).any(|at| line.stem(at) == "one" && line.stem(at + 1) == "of");
    (intent == Intent::CartRemove && one_of).then_some(Quantity::Fewer(1))
}

/// Whether a number belongs to a name: "3 seater".
fn is_part_of_name(line: &Line<'_>, at: usize) -> bool {
    !line.breaks_after(at) && line.units.get(at + 1).is_some_and(|next| next.in_class("counted"))
}

fn is_negative(line: &Line<'_>, at: usize) -> bool {
    line.units[at].raw.starts_with('-')
}

/// The whole number at a place, with its sign; "one" counts as 1.
fn number(line: &Line<'_>, at: usize) -> Option<i64> {
    let unit: &Unit = line.units.get(at)?;
    match unit.value {
        Value::Number(value) if value.fract() == 0.0 && value.abs() < 1e15 => Some(value as i64),
        Value::LongNumber => None,
        Value::Word
            if unit.stem == "one"
                && !matches!(line.stem_before(at), "this" | "that" | "the" | "which" | "last" | "other")
                && !line.units.get(at.wrapping_sub(1)).is_some_and(|before| before.is_term()) =>
        {
            Some(1)
        }
        _ => None,
    }
}
