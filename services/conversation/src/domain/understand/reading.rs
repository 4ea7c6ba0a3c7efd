//! A message as a row of units: words with their spelling corrected, names of the lexicon, amounts, sizes, numbers, codes.

mod measure;

use std::borrow::Cow;

use easymart_core::{Currency, Money};

use super::grammar::{Classes, grammar};
use crate::domain::{
    lexicon::{Lexicon, TermId, TermKind},
    text::{Token, TokenKind, clean, number, singular, tokenise},
};

/// A message as a row of units.
#[derive(Debug)]
pub(crate) struct Reading {
    /// Everything in order, marks included.
    pub(crate) units: Vec<Unit>,
    /// Words that were corrected, as (typed, meant).
    pub(crate) corrections: Vec<(String, String)>,
    /// The message with look-alike characters made one; case kept.
    pub(crate) clean: String,
}

/// One unit of meaning.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    /// Its words in lower case, corrected.
    pub(crate) text: String,
    /// The singular of a single word; otherwise as `text`.
    pub(crate) stem: String,
    /// As typed.
    pub(crate) raw: String,
    /// What it says beside its words.
    pub(crate) value: Value,
    /// What the lexicon can mean by it.
    pub(crate) terms: Vec<TermId>,
    /// Kinds of those terms.
    kinds: u16,
    /// Number of the word in the grammar, 0 when no pattern names it.
    pub(crate) word: u32,
    /// Word classes.
    pub(crate) classes: Classes,
    /// Whether it only greets, thanks, fills or punctuates.
    pub(crate) is_courtesy: bool,
    /// How many tokens it covers.
    pub(crate) width: usize,
    /// Whether its spelling was corrected.
    pub(crate) corrected: bool,
}

/// What a unit says beside its words.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// Nothing more.
    Word,
    /// A plain number.
    Number(f64),
    /// An amount of money.
    Money(Money),
    /// A length in cm.
    Length(f64),
    /// Two or three lengths in cm.
    Dimensions(Vec<f64>),
    /// A weight in kg.
    Weight(f64),
    /// A percentage.
    Percent(f64),
    /// "third".
    Ordinal(u32),
    /// "option 3".
    Option(u32),
    /// A stock keeping unit or another code.
    Code,
    /// "#48213": too large for a place on a list.
    LongNumber,
    /// A web address.
    Url,
    /// A punctuation mark.
    Mark(char),
}

/// Kinds of units that a pattern can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entity {
    Term(TermKind),
    Money,
    Number,
    Length,
    Weight,
    Percent,
    Ordinal,
    Option,
    Code,
    LongNumber,
    Url,
}

impl Entity {
    /// The kinds behind a name in the data files; none for an unknown name.
    pub(crate) fn named(name: &str) -> Vec<Self> {
        use TermKind as T;
        let terms = |kinds: &[T]| kinds.iter().map(|kind| Self::Term(*kind)).collect();
        match name {
            "category" => terms(&[T::Category]),
            "colour" => terms(&[T::Colour]),
            "material" => terms(&[T::Material]),
            "style" => terms(&[T::Style]),
            "room" => terms(&[T::Room]),
            "brand" => terms(&[T::Brand]),
            "feature" => terms(&[T::Feature]),
            "bed_size" => terms(&[T::BedSize]),
            "trait" => terms(&[T::Colour, T::Material, T::Style, T::Brand, T::Feature, T::BedSize]),
            "any_term" => {
                terms(&[T::Category, T::Colour, T::Material, T::Style, T::Brand, T::Feature, T::BedSize, T::Room])
            }
            "product" => vec![Self::Term(T::Category), Self::Code],
            "money" => vec![Self::Money],
            "number" => vec![Self::Number],
            "amount" => vec![Self::Money, Self::Number],
            "length" => vec![Self::Length],
            "size" => vec![Self::Length, Self::Number],
            "weight" => vec![Self::Weight],
            "percent" => vec![Self::Percent],
            "ordinal" => vec![Self::Ordinal],
            "option" => vec![Self::Option],
            "place" => vec![Self::Option, Self::Ordinal],
            "code" => vec![Self::Code],
            "long_number" => vec![Self::LongNumber],
            "url" => vec![Self::Url],
            _ => Vec::new(),
        }
    }
}

impl Unit {
    pub(crate) fn is(&self, entity: Entity) -> bool {
        match entity {
            Entity::Term(kind) => self.kinds & bit(kind) != 0,
            Entity::Money => matches!(self.value, Value::Money(_)),
            Entity::Number => matches!(self.value, Value::Number(_)),
            Entity::Length => matches!(self.value, Value::Length(_) | Value::Dimensions(_)),
            Entity::Weight => matches!(self.value, Value::Weight(_)),
            Entity::Percent => matches!(self.value, Value::Percent(_)),
            Entity::Ordinal => matches!(self.value, Value::Ordinal(_)),
            Entity::Option => matches!(self.value, Value::Option(_)),
            Entity::Code => matches!(self.value, Value::Code),
            Entity::LongNumber => matches!(self.value, Value::LongNumber),
            Entity::Url => matches!(self.value, Value::Url),
        }
    }

    pub(crate) fn has(&self, kind: TermKind) -> bool {
        self.is(Entity::Term(kind))
    }

    pub(crate) fn is_mark(&self) -> bool {
        matches!(self.value, Value::Mark(_))
    }

    pub(crate) fn is_mark_of(&self, mark: char) -> bool {
        self.value == Value::Mark(mark)
    }

    pub(crate) fn in_class(&self, name: &str) -> bool {
        self.classes & grammar().class(name) != 0
    }

    pub(crate) fn is_term(&self) -> bool {
        self.kinds != 0
    }
}

fn bit(kind: TermKind) -> u16 {
    1 << kind as u16
}

impl Reading {
    pub(crate) fn of(message: &str, lexicon: &Lexicon) -> Self {
        let clean = clean(message);
        let mut corrections = Vec::new();
        let tokens = corrected(tokenise(&clean), lexicon, &mut corrections);
        let units = Assembler { tokens: &tokens, lexicon, units: Vec::with_capacity(tokens.len()) }.run();
        Self { units, corrections, clean }
    }
}

/// A token with its spelling settled.
#[derive(Debug)]
struct Spelt {
    token: Token,
    stem: String,
    corrected: bool,
}

fn corrected(tokens: Vec<Token>, lexicon: &Lexicon, corrections: &mut Vec<(String, String)>) -> Vec<Spelt> {
    let mut spelt = Vec::with_capacity(tokens.len());
    for token in tokens {
        let meant = if needs_correction(&token, lexicon) { lexicon.correct(&token.text) } else { None };
        match meant {
            Some(words) => {
                corrections.push((token.text.clone(), words.join(" ")));
                spelt.extend(words.into_iter().map(|word| respelt(&token, word)));
            }
            None => spelt.push(as_typed(token)),
        }
    }
    spelt
}

fn needs_correction(token: &Token, lexicon: &Lexicon) -> bool {
    token.kind == TokenKind::Word && !lexicon.knows(&token.text)
}

fn respelt(token: &Token, word: String) -> Spelt {
    let stem = singular(&word).into_owned();
    Spelt { token: Token { text: word, ..token.clone() }, stem, corrected: true }
}

fn as_typed(token: Token) -> Spelt {
    let stem = match singular(&token.text) {
        Cow::Borrowed(word) => word.to_owned(),
        Cow::Owned(word) => word,
    };
    Spelt { token, stem, corrected: false }
}

/// Joins tokens to units, the longest meaning first.
struct Assembler<'a> {
    tokens: &'a [Spelt],
    lexicon: &'a Lexicon,
    units: Vec<Unit>,
}

impl Assembler<'_> {
    fn run(mut self) -> Vec<Unit> {
        let mut at = 0;
        while at < self.tokens.len() {
            let unit = self.unit_at(at);
            at += unit.width;
            self.units.push(unit);
        }
        self.units
    }

    fn unit_at(&self, at: usize) -> Unit {
        let previous = self.units.last().map_or("", |unit| unit.stem.as_str());
        let fixed = match self.tokens[at].token.kind {
            TokenKind::Url => Some((Value::Url, 1)),
            TokenKind::Mark(mark) if !matches!(mark, '$' | '#' | '-') => Some((Value::Mark(mark), 1)),
            _ => None,
        };
        fixed
            .or_else(|| measure::at(self.tokens, at, self.currency(), previous))
            .map(|(value, width)| self.valued(at, width, value))
            .or_else(|| self.named(at))
            .or_else(|| self.code(at))
            .unwrap_or_else(|| self.plain(at))
    }

    fn currency(&self) -> Currency {
        self.lexicon.currency()
    }

    /// A name of the lexicon. Hyphens inside it do not matter.
    fn named(&self, at: usize) -> Option<Unit> {
        let (words, widths) = self.words_from(at);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let direct = self.lexicon.longest_phrase(&words).map(|(count, terms)| (count, terms.to_vec()));
        let (count, terms) = direct.or_else(|| self.written_apart(&words))?;
        let width = widths[count - 1];
        let mut unit = self.valued(at, width, Value::Word);
        if count > 1 {
            unit.stem = words[..count].join(" ");
            unit.word = 0;
            unit.classes = 0;
        }
        unit.kinds = terms.iter().fold(0, |kinds, id| kinds | bit(self.lexicon.term(*id).kind));
        unit.terms = terms;
        unit.is_courtesy = false;
        Some(unit)
    }

    /// A name that the lexicon writes as one word and the shopper as two.
    fn written_apart(&self, words: &[&str]) -> Option<(usize, Vec<TermId>)> {
        let [first, second, ..] = words else { return None };
        let joined = format!("{first}{second}");
        let (count, terms) = self.lexicon.longest_phrase(&[&joined])?;
        (count == 1 && first.len() > 2 && second.len() > 2).then(|| (2, terms.to_vec()))
    }

    /// Stems of the next words and how many tokens lie before the end of each.
    fn words_from(&self, at: usize) -> (Vec<String>, Vec<usize>) {
        let (mut words, mut widths) = (Vec::new(), Vec::new());
        for (index, spelt) in self.tokens[at..].iter().enumerate() {
            match spelt.token.kind {
                TokenKind::Word | TokenKind::Code | TokenKind::Number(_) if words.len() < 6 => {
                    words.push(spelt.stem.clone());
                    widths.push(index + 1);
                }
                TokenKind::Mark('-') if !spelt.token.spaced && index > 0 => {}
                _ => break,
            }
        }
        (words, widths)
    }

    /// A code, with the short capitals that belong to it: "SL1 BR".
    fn code(&self, at: usize) -> Option<Unit> {
        let first = &self.tokens[at];
        if first.token.kind != TokenKind::Code {
            return None;
        }
        let tail = self.tokens.get(at + 1).filter(|next| next.token.spaced && self.continues_code(first, next));
        Some(self.valued(at, 1 + usize::from(tail.is_some()), Value::Code))
    }

    fn continues_code(&self, first: &Spelt, next: &Spelt) -> bool {
        let shouted =
            |text: &str| text.len() <= 6 && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        let both_shouted = first.token.raw.bytes().any(|b| b.is_ascii_uppercase()) && shouted(&next.token.raw);
        let unknown =
            next.token.kind == TokenKind::Word && next.token.text.len() <= 5 && !self.lexicon.knows(&next.token.text);
        (both_shouted || unknown) && !matches!(next.token.kind, TokenKind::Mark(_))
    }

    fn plain(&self, at: usize) -> Unit {
        match self.tokens[at].token.kind {
            TokenKind::Mark(mark) => self.valued(at, 1, Value::Mark(mark)),
            _ => self.valued(at, 1, Value::Word),
        }
    }

    fn valued(&self, at: usize, width: usize, value: Value) -> Unit {
        let covered = &self.tokens[at..at + width];
        let text = joined(covered.iter().map(|spelt| (spelt.token.text.as_str(), spelt.token.spaced)));
        let raw = joined(covered.iter().map(|spelt| (spelt.token.raw.as_str(), spelt.token.spaced)));
        let stem = if width == 1 { covered[0].stem.clone() } else { text.clone() };
        let grammar = grammar();
        let classes = if width == 1 { grammar.classes_of(&stem) } else { 0 };
        let is_mark = matches!(value, Value::Mark(_));
        Unit {
            word: if width == 1 && !is_mark { grammar.word_id(&stem) } else { 0 },
            is_courtesy: is_mark || classes & grammar.class("courtesy") != 0,
            corrected: covered.iter().any(|spelt| spelt.corrected),
            text,
            stem,
            raw,
            value,
            terms: Vec::new(),
            kinds: 0,
            classes,
            width,
        }
    }
}

/// Pieces with a space where one was typed.
fn joined<'a>(pieces: impl Iterator<Item = (&'a str, bool)>) -> String {
    let mut text = String::new();
    for (piece, spaced) in pieces {
        if spaced && !text.is_empty() {
            text.push(' ');
        }
        text.push_str(piece);
    }
    text
}

/// The whole number that a word or a numeral names.
fn whole_number(spelt: &Spelt) -> Option<u32> {
    match spelt.token.kind {
        TokenKind::Number(value) if value.fract() == 0.0 && (0.0..=999_999_999.0).contains(&value) => {
            Some(value as u32)
        }
        TokenKind::Word => number::cardinal(&spelt.token.text),
        _ => None,
    }
}
