//! Splits a message into the things it asks, and builds one act of each.

use super::{
    contradiction, details,
    intents::{Evidence, rank},
    line::Line,
    markup::has_markup,
    quantity,
    reading::{Entity, Reading, Unit},
    references, slots,
};
use crate::domain::{
    lexicon::{Lexicon, TermKind},
    text::redact,
    understanding::{Act, Intent, Score, SearchPatch, Situation},
};

/// How sure both halves must be before a message is split between them.
const SURE_ENOUGH: f32 = 0.5;
/// How likely a second policy must be to be answered with the first.
const SECOND_POLICY: f32 = 0.06;
/// Most acts of one message.
const MOST_ACTS: usize = 5;
/// Most places where a message is tried to be split.
const MOST_BOUNDARIES: usize = 12;
/// What a payment card's number becomes when it is redacted.
const CARD: &str = "[card]";

/// The acts of a message and the scores of the whole.
pub(crate) fn read(reading: &Reading, situation: &Situation, lexicon: &Lexicon) -> (Vec<Act>, Vec<Score>) {
    let has_card = redact(&reading.clean).contains(CARD);
    let reader =
        ActReader { situation, lexicon, text: &reading.clean, has_card, has_markup: has_markup(&reading.clean) };
    let whole = reader.part(&reading.units);
    let parts = reader.split(&reading.units, whole.intent(), MOST_ACTS);
    let scores = whole.scores.clone();
    let mut acts: Vec<Act> = match parts.len() {
        0 | 1 => reader.undivided(&whole),
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
    has_card: bool,
    has_markup: bool,
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
            has_card: self.has_card,
            has_markup: self.has_markup,
        });
        Part { line, patch, scores }
    }

    /// Parts in order, when the message falls into several acts; otherwise none.
    fn split<'u>(&self, units: &'u [Unit], whole: Intent, most: usize) -> Vec<Part<'u>> {
        if most <= 1 {
            return Vec::new();
        }
        boundaries(units)
            .into_iter()
            .take(MOST_BOUNDARIES)
            .find_map(|at| self.split_at(units, at, whole, most))
            .unwrap_or_default()
    }

    fn split_at<'u>(&self, units: &'u [Unit], at: usize, whole: Intent, most: usize) -> Option<Vec<Part<'u>>> {
        let (left, right) = units.split_at(at);
        let starts = Line::of(right);
        let another_item = is_cart_change(whole) && starts.has("another_item") && !starts.has("act_start");
        if !another_item && !starts.has("act_start") {
            return None;
        }
        let (left, mut rest) = (self.part(left), self.part(right));
        if another_item && left.intent() == whole && names_item(&left.line) {
            rest.scores
                .insert(0, Score { intent: whole, score: left.confidence(), evidence: vec!["goes on".to_owned()] });
        } else if another_item || !self.are_two(&left, &rest, whole) {
            return None;
        }
        let tail = self.split(right, rest.intent(), most - 1);
        let mut parts = vec![left];
        parts.extend(if tail.len() > 1 { tail } else { vec![rest] });
        Some(parts)
    }

    fn are_two(&self, left: &Part<'_>, right: &Part<'_>, whole: Intent) -> bool {
        if left.is_empty() || right.is_empty() {
            return false;
        }
        if left.is_denied() {
            return right.confidence() >= SURE_ENOUGH && !is_minor(right.intent());
        }
        let sure = left.confidence() >= SURE_ENOUGH && right.confidence() >= SURE_ENOUGH;
        let kept = [left.intent(), right.intent()].contains(&whole) || is_deed(left.intent());
        let standing = |part: &Part<'_>| !is_minor(part.intent()) || part.is_denied();
        let again = is_cart_change(left.intent()) && right.line.has("deed_start");
        sure && kept && (left.intent() != right.intent() || again) && standing(left) && standing(right)
    }

    /// One act; two when one question names two policies: "your return policy and warranty".
    fn undivided(&self, whole: &Part<'_>) -> Vec<Act> {
        let mut acts = vec![self.act(whole)];
        if joins_two(&whole.line) && whole.intent().is_policy() {
            let second =
                whole.scores.iter().skip(1).find(|score| score.intent.is_policy() && score.score >= SECOND_POLICY);
            acts.extend(second.map(|score| self.act_of(whole, score.intent, score.score)));
        }
        acts
    }

    fn act(&self, part: &Part<'_>) -> Act {
        self.act_of(part, part.intent(), part.confidence())
    }

    fn act_of(&self, part: &Part<'_>, intent: Intent, confidence: f32) -> Act {
        let mut act = Act::of(intent, confidence);
        if points_at_products(intent) {
            act.references = references::read(&part.line, intent, self.lexicon, self.situation);
        }
        act.quantity = quantity::read(&part.line, intent, self.situation);
        if changes_search(intent) {
            act.patch = part.patch.clone();
        }
        details::fill(&mut act, &part.line, self.situation);
        if intent == Intent::SecurityRefusal && self.has_markup {
            act.topic = Some("injection".to_owned());
        }
        match intent {
            Intent::ProductSpecQa => act.patch = asked_about(&part.patch),
            Intent::WarrantyInfo => {
                act.patch = SearchPatch { brand: part.patch.brand.clone(), ..SearchPatch::default() };
            }
            Intent::ContradictionDetected => {
                act.topic = contradiction::of(&part.line, &part.patch, self.lexicon).map(str::to_owned);
            }
            _ => {}
        }
        act
    }
}

/// What a question about a product holds against it: "does it come in green", "will it go into a 120 cm gap".
fn asked_about(patch: &SearchPatch) -> SearchPatch {
    SearchPatch {
        colours: patch.colours.clone(),
        materials: patch.materials.clone(),
        sizes: patch.sizes.clone(),
        ..SearchPatch::default()
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

/// Whether a line names something that can go into the cart.
fn names_item(line: &Line<'_>) -> bool {
    line.units.iter().any(|unit| {
        unit.has(TermKind::Category)
            || [Entity::Code, Entity::Option, Entity::Ordinal].iter().any(|kind| unit.is(*kind))
    })
}

fn is_cart_change(intent: Intent) -> bool {
    matches!(intent, Intent::CartAdd | Intent::CartRemove | Intent::CartUpdateQuantity)
}

/// Whether something stands on both sides of an "and": "and express?" only goes on.
fn joins_two(line: &Line<'_>) -> bool {
    let says = |unit: &&Unit| !unit.is_courtesy;
    let begins = line.units.iter().position(says).unwrap_or_default();
    line.units.iter().skip(begins).any(|unit| matches!(unit.stem.as_str(), "and" | "or" | "plus"))
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
