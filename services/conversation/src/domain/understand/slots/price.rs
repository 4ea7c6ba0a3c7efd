//! Limits of price: "under $200", "80-120 dollars", "between 200 and 400", "$80 or less", "around 150".

use easymart_core::Money;

use super::SlotReader;
use crate::domain::{
    lexicon::TermKind,
    understand::reading::{Unit, Value},
    understanding::{PriceWord, SearchPatch},
};

/// Smallest bare number that is taken for a price without a currency.
const LEAST_BARE_PRICE: f64 = 10.0;
/// A word about price this many units behind a shopper's negation is a wish for the opposite.
const NEGATION_REACH: usize = 2;

impl SlotReader<'_> {
    pub(super) fn prices(&mut self, patch: &mut SearchPatch) {
        let mut at = 0;
        while at < self.line.len() {
            if self.taken.contains(&at) {
                at += 1;
                continue;
            }
            at = match self.range(at, patch) {
                Some(end) => end,
                None => self.limit(at, patch).unwrap_or(at + 1),
            };
        }
        self.price_words(patch);
    }

    /// Two amounts that belong together.
    fn range(&mut self, at: usize, patch: &mut SearchPatch) -> Option<usize> {
        let first = self.amount(at, true)?;
        let joined = matches!(self.line.stem(at + 1), "and" | "to" | "or" | "through" | "till" | "until");
        let next = if joined { at + 2 } else { at + 1 };
        let second = self.amount(next, true)?;
        let lead = self.line.stem_before(at);
        let led =
            matches!(lead, "between" | "from" | "betwen" | "range") || (at > 1 && self.line.stem(at - 2) == "between");
        let signed = self.is_signed(at) || self.is_signed(next);
        let dashed = !joined && signed;
        let spanned = self.line.stem(at + 1) == "to" && signed;
        if !(dashed || spanned || (led && (signed || self.is_price_like(next))) || self.is_bare_span(at, next)) {
            return None;
        }
        patch.price_min = Some(first);
        patch.price_max = Some(second);
        self.take(at.saturating_sub(usize::from(led)), next + 1);
        Some(next + 1)
    }

    /// One amount with its cue before or behind it.
    fn limit(&mut self, at: usize, patch: &mut SearchPatch) -> Option<usize> {
        let signed = self.is_signed(at);
        let amount = self.amount(at, false)?;
        if !signed && !self.is_price_like(at) {
            return None;
        }
        let after = at + 1;
        let (from, to, kind) = self.cue(at, after, signed)?;
        match kind {
            Cue::AtMost => patch.price_max = Some(amount),
            Cue::AtLeast => patch.price_min = Some(amount),
            Cue::Around => patch.price_around = Some(amount),
        }
        self.take(from, to);
        Some(to)
    }

    fn cue(&self, at: usize, after: usize, signed: bool) -> Option<(usize, usize, Cue)> {
        let behind = |group: &str, cue: Cue| self.cue_behind(group, after).map(|end| (at, end, cue));
        let before = |group: &str, cue: Cue| self.line.ends_before(group, at).map(|start| (start, after, cue));
        before("at_least_before", Cue::AtLeast)
            .filter(|(start, ..)| !self.is_negated(*start))
            .or_else(|| behind("at_least_after", Cue::AtLeast))
            .or_else(|| behind("at_most_after", Cue::AtMost))
            .or_else(|| before("around_before", Cue::Around))
            .or_else(|| before("at_most_before", Cue::AtMost))
            .or_else(|| before("at_least_before", Cue::AtMost))
            .or_else(|| behind("around_after", Cue::Around))
            .or_else(|| signed.then_some((at, after, Cue::Around)))
    }

    /// End of a cue behind an amount. In "max 300, at least 140 cm" the second cue is that of the second number.
    fn cue_behind(&self, group: &str, after: usize) -> Option<usize> {
        let leads = |end: usize| {
            let next = self.line.units.get(end).map(|unit| &unit.value);
            matches!(next, Some(Value::Number(_) | Value::Length(_) | Value::Money(_) | Value::Weight(_)))
        };
        self.line.starts_at(group, after).filter(|end| !leads(*end))
    }

    /// "100 to 150", "100-130" as all that is said in the middle of a search.
    fn is_bare_span(&self, at: usize, next: usize) -> bool {
        let number = |at: usize| match self.line.units[at].value {
            Value::Number(value) => value,
            _ => 0.0,
        };
        let telling = self.line.units.iter().filter(|unit| !unit.is_courtesy).count();
        self.situation.searching
            && telling <= next - at + 2
            && next + 1 == self.line.len()
            && number(at) >= LEAST_BARE_PRICE
            && number(at) < number(next)
    }

    /// "nothing over", "not above": the longest cue already says so; this catches a negation further off.
    fn is_negated(&self, start: usize) -> bool {
        start > 0 && matches!(self.line.stem(start - 1), "no" | "not" | "nothing" | "never")
    }

    fn is_signed(&self, at: usize) -> bool {
        self.line.units.get(at).is_some_and(|unit| matches!(unit.value, Value::Money(_)))
    }

    /// Whether a bare number can be a price here: large enough, with a cue, and no noun that it counts.
    fn is_price_like(&self, at: usize) -> bool {
        let Some(unit) = self.line.units.get(at) else { return false };
        let Value::Number(value) = unit.value else { return false };
        let counted = self.line.units.get(at + 1).is_some_and(|next| !self.line.breaks_after(at) && counts(next));
        let cued = self
            .line
            .ends_before("at_most_before", at)
            .is_some_and(|start| self.line.stem(start) != "for" && self.line.stem(start) != "have")
            || self.line.ends_before("at_least_before", at).is_some_and(|start| self.line.stem(start) != "from")
            || self.line.ends_before("around_before", at).is_some()
            || self.cue_behind("at_most_after", at + 1).is_some()
            || self.cue_behind("at_least_after", at + 1).is_some()
            || matches!(self.line.stem_before(at), "and" | "to");
        value >= LEAST_BARE_PRICE && !counted && cued && !self.speaks_of_size(at)
    }

    /// "120 wide" and "width under 100" are no prices.
    fn speaks_of_size(&self, at: usize) -> bool {
        let words = ["width_word", "depth_word", "height_word"];
        let near = |place: usize| words.iter().any(|group| self.line.starts_at(group, place).is_some());
        near(at + 1) || (at.saturating_sub(4)..at).any(near)
    }

    fn amount(&self, at: usize, bare: bool) -> Option<Money> {
        let unit = self.line.units.get(at)?;
        match unit.value {
            Value::Money(money) => Some(money),
            // "-1" is no amount, whatever it was meant to be.
            Value::Number(value) if value >= 0.0 && (bare || value >= LEAST_BARE_PRICE) && value < 1e9 => {
                let exponent = i32::try_from(self.lexicon.currency().exponent()).unwrap_or(2);
                Some(Money::new((value * 10_f64.powi(exponent)).round() as i64, self.lexicon.currency()))
            }
            _ => None,
        }
    }

    fn price_words(&mut self, patch: &mut SearchPatch) {
        let low =
            self.line.find("price_low_word").filter(|(from, to)| !(*from..*to).any(|at| self.taken.contains(&at)));
        if let Some((from, to)) = low {
            patch.price_word = Some(PriceWord::Low);
            self.take(from, to);
        }
        let high =
            self.line.find("price_high_word").filter(|(from, to)| !(*from..*to).any(|at| self.taken.contains(&at)));
        let Some((from, to)) = high else { return };
        let most = self.line.stem_before(from) == "most" || self.line.stem_before(from) == "least";
        let more = matches!(self.line.stem_before(from), "more" | "less" | "too");
        let negated = (from.saturating_sub(NEGATION_REACH)..from)
            .any(|at| matches!(self.line.stem(at), "not" | "nothing" | "no"));
        if !most && !more {
            patch.price_word = Some(if negated { PriceWord::Low } else { PriceWord::High });
            self.take(from, to);
        }
    }
}

#[derive(Clone, Copy)]
enum Cue {
    AtMost,
    AtLeast,
    Around,
}

/// Whether a number before this unit counts it: "2 desks", "3 seater", "4 drawers".
fn counts(next: &Unit) -> bool {
    next.has(TermKind::Category) || next.in_class("counted") || matches!(next.stem.as_str(), "of" | "x")
}
