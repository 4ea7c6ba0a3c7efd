//! Splits a message into the things it asks, and builds one act of each.

use super::{
    details,
    intents::{Evidence, rank},
    line::Line,
    quantity,
    reading::{Reading, Unit},
    references, slots,
};
use crate::domain::{
    lexicon::Lexicon,
    understanding::{Act, Intent, Score, SearchPatch, Situation},
};

/// How sure both halves must be before a message is split between them.
const SURE_ENOUGH: f32 = 0.4;
/// Most acts of one message.
const MOST_ACTS: usize = 5;

/// The acts of a message and the scores of the whole.
pub(crate) fn read(reading: &Reading, situation: &Situation, lexicon: &Lexicon) -> (Vec<Act>, Vec<Score>) {
    let reader = ActReader { situation, lexicon, text: &reading.clean };
    let whole = reader.part(&reading.units);
    let parts = reader.split(&reading.units, whole.intent(), MOST_ACTS);
    let scores = whole.scores.clone();
    let mut acts: Vec<Act> = match parts.len() {
        0 | 1 => vec![reader.act(&whole)],
        _ => parts.iter().filter(|part| !part.is_denied()).map(|part| reader.act(part)).collect(),
    };
    if acts.is_empty() {
        acts.push(Act::of(Intent::Deny, SURE_ENOUGH));
    }
    order(&mut acts, whole.intent());
    (acts, scores)
}

/// Refusals lead; otherwise the message's order stands, except that a question about the shop gives way to what the whole is about.
fn order(acts: &mut Vec<Act>, main: Intent) {
    let first = acts.iter().position(|act| act.intent == Intent::SecurityRefusal).or_else(|| {
        acts.iter().position(|act| act.intent == main).filter(|_| acts.iter().all(|act| !is_deed(act.intent)))
    });
    if let Some(at) = first {
        let act = acts.remove(at);
        acts.insert(0, act);
    }
}

struct ActReader<'a> {
    situation: &'a Situation,
    lexicon: &'a Lexicon,
    text: &'a str,
}

/// A stretch of the message with what was read from it.
struct Part<'a> {
    line: Line<'a>,
    patch: SearchPatch,
    scores: Vec<Score>,
}

impl Part<'_> {
    fn intent(&self) -> Intent {
        self.scores.first().map_or(Intent::ClarificationNeeded, |score| score.intent)
    }

    fn confidence(&self) -> f32 {
        self.scores.first().map_or(0.0, |score| score.score)
    }

    fn is_denied(&self) -> bool {
        self.line.has("negated_act")
    }

    fn is_empty(&self) -> bool {
        self.line.units.iter().all(|unit| unit.is_courtesy)
    }
}

impl<'a> ActReader<'a> {
    fn part<'u>(&self, units: &'u [Unit]) -> Part<'u> {
        let line = Line::of(units);
        let patch = slots::read(&line, self.lexicon, self.situation);
        let scores = rank(&Evidence {
            line: &line,
            text: self.text,
            patch: &patch,
            situation: self.situation,
            lexicon: self.lexicon,
        });
        Part { line, patch, scores }
    }

    /// Parts in order, when the message falls into several acts; otherwise at most one.
    fn split<'u>(&self, units: &'u [Unit], whole: Intent, most: usize) -> Vec<Part<'u>> {
        if most > 1 {
            for at in boundaries(units) {
                let (left, right) = (self.part(&units[..at]), &units[at..]);
                let rest = self.part(right);
                if self.are_two(&left, &rest, whole) {
                    let tail = self.split(right, rest.intent(), most - 1);
                    let mut parts = vec![left];
                    parts.extend(if tail.len() > 1 { tail } else { vec![rest] });
                    return parts;
                }
            }
        }
        Vec::new()
    }

    fn are_two(&self, left: &Part<'_>, right: &Part<'_>, whole: Intent) -> bool {
        if left.is_empty() || right.is_empty() || !right.line.has("act_start") {
            return false;
        }
        if left.is_denied() {
            return right.confidence() >= SURE_ENOUGH && !is_minor(right.intent());
        }
        let sure = left.confidence() >= SURE_ENOUGH && right.confidence() >= SURE_ENOUGH;
        let kept = [left.intent(), right.intent()].contains(&whole) || is_deed(left.intent());
        let standing = |part: &Part<'_>| !is_minor(part.intent()) || part.is_denied();
        let different = left.intent() != right.intent()
            || (is_deed(left.intent()) && left.intent() != Intent::ProductSearch && right.line.has("deed_start"));
        sure && kept && different && standing(left) && standing(right)
    }

    fn act(&self, part: &Part<'_>) -> Act {
        let intent = part.intent();
        let mut act = Act::of(intent, part.confidence());
        if points_at_products(intent) {
            act.references = references::read(&part.line, intent, self.lexicon);
        }
        act.quantity = quantity::read(&part.line, intent);
        if changes_search(intent) {
            act.patch = part.patch.clone();
        }
        details::fill(&mut act, &part.line, self.situation);
        act
    }
}

/// Places where a message may fall into two, each before the first unit of the second part.
fn boundaries(units: &[Unit]) -> Vec<usize> {
    let joins = |unit: &Unit| {
        matches!(unit.stem.as_str(), "and" | "then" | "also" | "but" | "plus")
            || [',', '.', ';', '!', '?', '&', '+'].iter().any(|mark| unit.is_mark_of(*mark))
    };
    (1..units.len()).filter(|at| joins(&units[at - 1]) && !joins(&units[*at])).collect()
}

/// Things that are done rather than told.
fn is_deed(intent: Intent) -> bool {
    matches!(
        intent,
        Intent::CartAdd
            | Intent::CartRemove
            | Intent::CartUpdateQuantity
            | Intent::CartClear
            | Intent::CartShow
            | Intent::Checkout
            | Intent::ProductSearch
            | Intent::ProductCompare
    )
}

/// What never stands as an act of its own beside another.
fn is_minor(intent: Intent) -> bool {
    matches!(
        intent,
        Intent::Greeting
            | Intent::Thanks
            | Intent::Smalltalk
            | Intent::Affirm
            | Intent::Deny
            | Intent::ClarificationNeeded
            | Intent::OutOfScope
            | Intent::GeneralHelp
            | Intent::ContradictionDetected
            | Intent::LanguageUnsupported
            | Intent::Abuse
    )
}

fn points_at_products(intent: Intent) -> bool {
    matches!(
        intent,
        Intent::CartAdd
            | Intent::CartRemove
            | Intent::CartUpdateQuantity
            | Intent::CartClear
            | Intent::CartShow
            | Intent::Checkout
            | Intent::ProductSpecQa
            | Intent::ProductCompare
            | Intent::ProductAvailability
            | Intent::FindSimilar
            | Intent::WarrantyInfo
            | Intent::ShippingInfo
            | Intent::ReturnPolicy
            | Intent::Promotions
            | Intent::Affirm
            | Intent::Deny
            | Intent::ClarificationNeeded
    )
}

fn changes_search(intent: Intent) -> bool {
    matches!(
        intent,
        Intent::ProductSearch
            | Intent::FindSimilar
            | Intent::ClarificationNeeded
            | Intent::ContradictionDetected
            | Intent::ProductAvailability
            | Intent::Affirm
    )
}
