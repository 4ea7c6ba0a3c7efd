//! Small judgements about single words of a search request.

use std::{collections::HashSet, sync::LazyLock};

use super::super::{
    grammar::grammar,
    line::Line,
    reading::{Unit, Value},
};
use crate::domain::text::singular;

static STOP: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("../../../../data/nlu/stop.txt").split_whitespace().collect());

/// Whether a unit says something that only the ranking can use.
pub(crate) fn is_free(unit: &Unit) -> bool {
    if unit.is_courtesy {
        return false;
    }
    unit.value == Value::Word
        && !STOP.contains(unit.text.as_str())
        && !STOP.contains(unit.stem.as_str())
        && unit.text.chars().all(char::is_alphanumeric)
}

/// Whether a unit is one of the words that every request has.
pub(crate) fn is_stop(unit: &Unit) -> bool {
    STOP.contains(unit.text.as_str())
}

/// Woods that name a finish rather than what a thing is made of.
pub(super) fn is_finish(stem: &str) -> bool {
    matches!(
        stem,
        "oak"
            | "walnut"
            | "light oak"
            | "dark oak"
            | "white oak"
            | "dark walnut"
            | "natural"
            | "natural oak"
            | "natural wood"
    )
}

/// Parts of furniture that may have a look of their own.
pub(super) fn is_part(stem: &str) -> bool {
    matches!(
        stem,
        "leg"
            | "top"
            | "center"
            | "centre"
            | "base"
            | "cushion"
            | "drawer"
            | "door"
            | "handle"
            | "trim"
            | "accent"
            | "frame"
            | "feet"
            | "foot"
            | "seat"
            | "back"
            | "shelf"
            | "edge"
            | "stitching"
            | "arm"
    )
}

/// A weight to be borne.
pub(super) fn weight(unit: &Unit) -> Option<f64> {
    match unit.value {
        Value::Weight(kg) if kg > 0.0 => Some(kg),
        _ => None,
    }
}

/// "3 seater", "seats 4", "for 6 people": the number and the units it covers.
pub(super) fn seats(line: &Line<'_>, at: usize) -> Option<(u32, usize, usize)> {
    let Value::Number(value) = line.units.get(at)?.value else { return None };
    let plausible = value.fract() == 0.0 && (1.0..=20.0).contains(&value);
    let behind = matches!(line.stem(at + 1), "seater" | "seat" | "person" | "people" | "pax");
    let before = matches!(line.stem_before(at), "seat" | "seating" | "sit" | "seats");
    (plausible && (behind || before)).then_some((value as u32, at - usize::from(before), at + 1 + usize::from(behind)))
}

/// "5 doors", "three drawer", "set of 4": the count with its part, and the units it covers.
pub(super) fn count_of_part(line: &Line<'_>, at: usize) -> Option<(String, usize, usize)> {
    let Value::Number(number) = line.units.get(at)?.value else { return None };
    if number.fract() != 0.0 || !(1.0..=99.0).contains(&number) {
        return None;
    }
    if at > 1 && line.stem_before(at) == "of" && line.stem(at - 2) == "set" {
        return Some((format!("set of {number}"), at - 2, at + 1));
    }
    let next = line.units.get(at + 1).filter(|_| !line.breaks_after(at))?;
    let (part, rest) = next.text.split_once(' ').unwrap_or((&next.text, ""));
    let is_part = grammar().classes_of(&singular(part)) & grammar().class("part") != 0;
    // In "12 drawer chest" the part begins the name of the thing, which stays.
    is_part.then(|| (format!("{number} {part}"), at, at + 1 + usize::from(rest.is_empty())))
}
