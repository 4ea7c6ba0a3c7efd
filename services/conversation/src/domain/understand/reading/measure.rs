//! Amounts, sizes, weights, numbers and places on a list, out of one or several tokens.

use easymart_core::{Currency, Money};

use super::{Spelt, Value, whole_number};
use crate::domain::text::{TokenKind, number};

/// Largest number that can be a place on a list rather than an order number.
const LAST_PLACE: u32 = 99;

/// What begins at a token, and how many tokens it takes.
pub(super) fn at(tokens: &[Spelt], at: usize, currency: Currency, previous: &str) -> Option<(Value, usize)> {
    let rest = Rest { tokens: &tokens[at..], currency };
    rest.money()
        .or_else(|| rest.place(previous))
        .or_else(|| rest.dimensions())
        .or_else(|| rest.measured())
        .or_else(|| rest.ordinal())
        .or_else(|| rest.plain_number())
}

struct Rest<'a> {
    tokens: &'a [Spelt],
    currency: Currency,
}

impl Rest<'_> {
    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |spelt| spelt.token.text.as_str())
    }

    fn numeral(&self, at: usize) -> Option<f64> {
        match self.tokens.get(at)?.token.kind {
            TokenKind::Number(value) => Some(value),
            _ => None,
        }
    }

    fn is_mark(&self, at: usize, mark: char) -> bool {
        self.tokens.get(at).is_some_and(|spelt| spelt.token.kind == TokenKind::Mark(mark))
    }

    fn is_spaced(&self, at: usize) -> bool {
        self.tokens.get(at).is_none_or(|spelt| spelt.token.spaced)
    }

    /// A numeral or number words: the value and its width.
    fn number(&self, at: usize) -> Option<(f64, usize)> {
        if let Some(value) = self.numeral(at) {
            return Some((value, 1));
        }
        let words = self.tokens.get(at..)?.iter().take_while(|spelt| spelt.token.kind == TokenKind::Word);
        let (value, width) = number::spoken(words.map(|spelt| spelt.token.text.as_str()))?;
        Some((f64::from(value), width))
    }

    fn money(&self) -> Option<(Value, usize)> {
        self.signed_money().or_else(|| self.worded_money())
    }

    /// "$1,500", "A$ 50", "AUD 200", "$1.2k".
    fn signed_money(&self) -> Option<(Value, usize)> {
        let country =
            matches!(self.text(0), "a" | "au" | "aud" | "us" | "nz") && self.is_mark(1, '$') && !self.is_spaced(1);
        let sign = usize::from(country);
        let signed = self.is_mark(sign, '$') || (self.text(0) == "aud" && self.numeral(1).is_some());
        if !signed {
            return None;
        }
        let (value, width) = self.number(sign + 1)?;
        let thousands = usize::from(self.text(sign + 1 + width) == "k" && !self.is_spaced(sign + 1 + width));
        let end = sign + 1 + width + thousands;
        let named = usize::from(matches!(self.text(end), "aud" | "dollar" | "dollars" | "bucks"));
        Some((self.amount(value * if thousands > 0 { 1_000.0 } else { 1.0 })?, end + named))
    }

    /// "50 bucks", "two hundred dollars", "1.2k", "a grand", "95 cents".
    fn worded_money(&self) -> Option<(Value, usize)> {
        if self.text(0) == "a" && matches!(self.text(1), "grand") {
            return Some((self.amount(1_000.0)?, 2));
        }
        if self.text(0) == "a" && self.text(1) == "hundred" && matches!(self.text(2), "bucks" | "dollars") {
            return Some((self.amount(100.0)?, 3));
        }
        let (value, width) = self.number(0)?;
        let factor = match self.text(width) {
            "dollar" | "dollars" | "buck" | "bucks" | "aud" | "quid" | "dollarydoos" => 1.0,
            "k" | "grand" => 1_000.0,
            "cent" | "cents" => 0.01,
            _ if self.is_mark(width, '$') && !self.is_spaced(width) => 1.0,
            _ => return None,
        };
        let named = usize::from(factor >= 1_000.0 && matches!(self.text(width + 1), "dollars" | "bucks" | "aud"));
        Some((self.amount(value * factor)?, width + 1 + named))
    }

    fn amount(&self, value: f64) -> Option<Value> {
        let minor = (value * 10_f64.powi(self.currency.exponent() as i32)).round();
        (minor.abs() < 1e15).then(|| Value::Money(Money::new(minor as i64, self.currency)))
    }

    /// "option 2", "#2", "number three", "item no. 4". An order number or phone number is none.
    fn place(&self, previous: &str) -> Option<(Value, usize)> {
        let hash = usize::from(self.is_mark(0, '#'));
        let mut at = hash;
        if hash == 0 {
            if !matches!(
                self.text(0),
                "option"
                    | "opt"
                    | "number"
                    | "num"
                    | "item"
                    | "product"
                    | "choice"
                    | "no"
                    | "nr"
                    | "options"
                    | "numbers"
            ) {
                return None;
            }
            at = 1;
            if matches!(self.text(at), "number" | "no" | "num" | "nr") {
                at += 1;
            }
            let dotted = usize::from(self.is_mark(at, '.') && !self.is_spaced(at));
            if self.text(at - 1) == "no" && dotted == 0 && self.is_spaced(at) {
                return None;
            }
            at += dotted;
            at += usize::from(self.is_mark(at, '#'));
        }
        let place = self.tokens.get(at).and_then(whole_number)?;
        let of_an_order = matches!(
            previous,
            "order" | "phone" | "tracking" | "contact" | "card" | "invoice" | "reference" | "account" | "parcel"
        );
        if place > LAST_PLACE || (of_an_order && self.text(0) != "option") {
            return Some((Value::LongNumber, at + 1));
        }
        (place > 0).then_some((Value::Option(place), at + 1))
    }

    /// "60 x 40 x 40 cm", "1m by 50cm".
    fn dimensions(&self) -> Option<(Value, usize)> {
        let mut sides: Vec<(f64, Option<f64>)> = Vec::new();
        let mut at = 0;
        while sides.len() < 3 {
            let start = match sides.len() {
                0 => at,
                _ if matches!(self.text(at), "x" | "by") || self.is_mark(at, '*') => at + 1,
                _ => break,
            };
            let Some(value) = self.numeral(start) else { break };
            let unit = self.length_unit(start + 1);
            sides.push((value, unit.map(|(factor, _)| factor)));
            at = start + 1 + unit.map_or(0, |(_, width)| width);
        }
        let unit = sides.iter().rev().find_map(|(_, unit)| *unit);
        let plausible = unit.is_some() || sides.iter().all(|(value, _)| *value >= 10.0);
        if sides.len() < 2 || !plausible {
            return None;
        }
        let lengths = sides.iter().map(|(value, own)| value * own.or(unit).unwrap_or(1.0)).collect();
        Some((Value::Dimensions(lengths), at))
    }

    /// Centimetres in the unit at a token, and the tokens that it takes.
    fn length_unit(&self, at: usize) -> Option<(f64, usize)> {
        let factor = match self.text(at) {
            "mm" | "millimetre" | "millimetres" | "millimeter" | "millimeters" | "mil" => 0.1,
            "cm" | "cms" | "centimetre" | "centimetres" | "centimeter" | "centimeters" => 1.0,
            "m" | "mtr" | "mtrs" | "metre" | "metres" | "meter" | "meters" => 100.0,
            "inch" | "inches" => 2.54,
            "in" if !self.is_spaced(at) || is_side(self.text(at + 1)) => 2.54,
            "ft" | "foot" | "feet" => 30.48,
            "\"" if !self.is_spaced(at) => 2.54,
            "'" if !self.is_spaced(at) => 30.48,
            _ => return None,
        };
        Some((factor, 1))
    }

    fn measured(&self) -> Option<(Value, usize)> {
        let (value, width) = match (self.text(0), self.text(1)) {
            ("a", "metre" | "meter" | "foot") => (1.0, 1),
            ("half", "a") if matches!(self.text(2), "metre" | "meter") => (0.5, 2),
            _ => self.number(0)?,
        };
        let hyphen = usize::from(self.is_mark(width, '-') && !self.is_spaced(width) && !self.is_spaced(width + 1));
        let at = width + hyphen;
        if let Some((factor, unit)) = self.length_unit(at) {
            let (inches, more) = self.trailing_inches(at + unit, factor);
            return Some((Value::Length(value * factor + inches), at + unit + more));
        }
        match self.text(at) {
            "kg" | "kgs" | "kilo" | "kilos" | "kilogram" | "kilograms" => Some((Value::Weight(value), at + 1)),
            "lb" | "lbs" | "pounds" => Some((Value::Weight(value * 0.453_592), at + 1)),
            "percent" | "%" => Some((Value::Percent(value), at + 1)),
            _ => None,
        }
    }

    /// "5 ft 6 in" is one length.
    fn trailing_inches(&self, at: usize, factor: f64) -> (f64, usize) {
        let inches = self.numeral(at).filter(|inches| factor > 30.0 && factor < 31.0 && *inches < 12.0);
        match (inches, self.length_unit(at + 1)) {
            (Some(inches), Some((unit, width))) if unit < 3.0 => (inches * unit, 1 + width),
            _ => (0.0, 0),
        }
    }

    fn ordinal(&self) -> Option<(Value, usize)> {
        number::ordinal(self.text(0)).map(|place| (Value::Ordinal(place), 1))
    }

    /// A numeral or number words. A lone "one" is a pronoun more often than a number, so it stays a word.
    fn plain_number(&self) -> Option<(Value, usize)> {
        let negative = self.is_mark(0, '-') && self.is_spaced(0) && !self.is_spaced(1);
        if let Some(value) = self.numeral(1).filter(|_| negative) {
            return Some((Value::Number(-value), 2));
        }
        let (value, width) = self.number(0)?;
        let pronoun = width == 1 && self.text(0) == "one";
        (!pronoun).then_some((Value::Number(value), width))
    }
}

fn is_side(word: &str) -> bool {
    matches!(word, "wide" | "tall" | "deep" | "high" | "long" | "w" | "d" | "h" | "x" | "by" | "thick" | "across")
}
