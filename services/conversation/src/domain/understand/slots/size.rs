//! Limits of size: "no wider than 60 cm", "under 1m wide", "fits a 1.1m nook", "at least 180cm high".

use super::SlotReader;
use crate::domain::{
    understand::reading::{Unit, Value},
    understanding::{Dimension, SearchPatch, SizeLimit},
};

/// How far from the said size a thing may be when no limit was said, as a share.
const TOLERANCE: f64 = 0.05;
/// The same for width and depth said together, which describe a thing rather than limit it.
const LOOSE: f64 = 0.1;
/// Dimensions of furniture in cm; what is outside is no size.
const PLAUSIBLE_CM: std::ops::RangeInclusive<f64> = 3.0..=1_000.0;

impl SlotReader<'_> {
    pub(super) fn sizes(&mut self, patch: &mut SearchPatch) {
        for at in 0..self.line.len() {
            if self.taken.contains(&at) {
                continue;
            }
            match self.line.units[at].value {
                Value::Length(_) | Value::Number(_) if self.size_range(at, patch) => {}
                Value::Length(cm) => self.one_side(at, cm, true, patch),
                Value::Number(cm) => self.one_side(at, cm, false, patch),
                Value::Dimensions(ref sides) => {
                    let sides = sides.clone();
                    self.several_sides(at, &sides, patch);
                }
                _ => {}
            }
        }
    }

    /// "between 120 and 140 cm", "80-100cm wide", "1 to 1.2 m": the first number has the unit of the second.
    fn size_range(&mut self, at: usize, patch: &mut SearchPatch) -> bool {
        let joined = matches!(self.line.stem(at + 1), "and" | "to" | "or" | "til" | "till" | "until");
        let opened = matches!(self.line.stem_before(at), "between" | "from") || self.line.stem(at + 1) != "and";
        let second = at + 1 + usize::from(joined);
        let (Some(first), Some(last)) = (self.line.units.get(at), self.line.units.get(second)) else { return false };
        let Some(max_cm) = length_of(last).filter(|_| opened && !self.line.breaks_after(at)) else { return false };
        let min_cm = match first.value {
            Value::Number(number) => number * unit_of(last, max_cm),
            Value::Length(cm) if joined => cm,
            _ => return false,
        };
        let plausible = PLAUSIBLE_CM.contains(&min_cm) && PLAUSIBLE_CM.contains(&max_cm) && min_cm < max_cm;
        // "2 60cm desks" counts; a range has ends of one order.
        if !plausible || min_cm * 5.0 < max_cm {
            return false;
        }
        let dimension = self.dimension(second).unwrap_or(Dimension::Width);
        patch.sizes.push(SizeLimit { dimension, min_cm: Some(min_cm), max_cm: Some(max_cm) });
        let from = if opened { at.saturating_sub(1) } else { at };
        self.take(from, second + 2);
        true
    }

    fn one_side(&mut self, at: usize, cm: f64, has_unit: bool, patch: &mut SearchPatch) {
        let named = self.dimension(at);
        if !PLAUSIBLE_CM.contains(&cm) || (named.is_none() && !has_unit) || (!has_unit && self.counts(at)) {
            return;
        }
        let space = self.line.starts_at("space_after", at + 1);
        let bound = self.bound(at, space.is_some());
        let dimension = named.unwrap_or(Dimension::Width);
        let limit = match bound {
            Some(Bound::AtMost) => SizeLimit { dimension, min_cm: None, max_cm: Some(cm) },
            Some(Bound::AtLeast) => SizeLimit { dimension, min_cm: Some(cm), max_cm: None },
            None if named.is_some() => {
                let (min_cm, max_cm) = (Some(cm * (1.0 - TOLERANCE)), Some(cm * (1.0 + TOLERANCE)));
                SizeLimit { dimension, min_cm, max_cm }
            }
            None => return,
        };
        patch.sizes.push(limit);
        self.take(at.saturating_sub(1), space.unwrap_or(at + 2));
    }

    /// "x4 height 65cm": the number says how many, the size comes after it.
    fn counts(&self, at: usize) -> bool {
        let is_measured = self.line.units.iter().skip(at + 1).take(4).any(|unit| length_of(unit).is_some());
        is_measured || matches!(self.line.stem_before(at), "x")
    }

    /// "a 1m by 50cm nook": what goes in must be no larger. Without a space or a limit, things of about that size are meant.
    fn several_sides(&mut self, at: usize, sides: &[f64], patch: &mut SearchPatch) {
        let space = self.line.starts_at("space_after", at + 1);
        let is_limit = self.bound(at, space.is_some()).is_some();
        if !sides.iter().all(|cm| PLAUSIBLE_CM.contains(cm)) {
            return;
        }
        let order = match sides.len() {
            2 => vec![Dimension::Width, Dimension::Depth],
            _ => vec![Dimension::Width, Dimension::Depth, Dimension::Height],
        };
        let limits = order.into_iter().zip(sides).map(|(dimension, cm)| SizeLimit {
            dimension,
            min_cm: (!is_limit).then_some(to_millimetre(cm * (1.0 - LOOSE))),
            max_cm: Some(if is_limit { *cm } else { to_millimetre(cm * (1.0 + LOOSE)) }),
        });
        patch.sizes.extend(limits);
        self.take(at, space.unwrap_or(at + 1));
    }

    fn bound(&self, at: usize, is_space: bool) -> Option<Bound> {
        let before = |group: &str| self.line.ends_before(group, at).is_some();
        let parted = |steps: usize| (0..steps).any(|step| self.line.breaks_after(at + step));
        let after = |group: &str| (1..=2).any(|step| self.line.starts_at(group, at + step).is_some() && !parted(step));
        if before("size_at_most_before") || is_space {
            return Some(Bound::AtMost);
        }
        if before("size_at_least_before")
            || after("at_least_after")
            || (before("at_least_before") && !before("at_most_before"))
        {
            return Some(Bound::AtLeast);
        }
        let plain_cue = self
            .line
            .ends_before("at_most_before", at)
            .is_some_and(|start| !matches!(self.line.stem(start), "for" | "have"));
        (plain_cue || after("at_most_after")).then_some(Bound::AtMost)
    }

    /// The side that is meant: named behind the number, or before it ("no wider than", "max depth of").
    fn dimension(&self, at: usize) -> Option<Dimension> {
        let groups =
            [("width_word", Dimension::Width), ("depth_word", Dimension::Depth), ("height_word", Dimension::Height)];
        let behind = |group: &str| self.line.starts_at(group, at + 1).is_some();
        if let Some((_, dimension)) = groups.iter().find(|(group, _)| behind(group)) {
            return Some(*dimension);
        }
        (1..=4).take_while(|back| *back <= at && !self.line.breaks_after(at - back)).find_map(|back| {
            groups
                .iter()
                .find(|(group, _)| self.line.starts_at(group, at - back).is_some_and(|end| end <= at))
                .map(|(_, dimension)| *dimension)
        })
    }
}

fn to_millimetre(cm: f64) -> f64 {
    (cm * 10.0).round() / 10.0
}

fn length_of(unit: &Unit) -> Option<f64> {
    match unit.value {
        Value::Length(cm) => Some(cm),
        _ => None,
    }
}

/// Centimetres in the unit that a length was typed in.
fn unit_of(unit: &Unit, cm: f64) -> f64 {
    let digits: String = unit.text.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    digits.parse::<f64>().ok().filter(|number| *number > 0.0).map_or(1.0, |number| cm / number)
}

enum Bound {
    AtMost,
    AtLeast,
}
