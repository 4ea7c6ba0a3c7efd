//! Where claims are looked up: the results and arguments of the tools that ran, and the message as it was understood.

use std::cell::RefCell;
use std::collections::HashMap;

use serde_json::{Value, json};

use crate::domain::{
    dialogue::source_name,
    lexicon::TermKind,
    names::Names,
    texts::Texts,
    tool::{ToolRun, arguments},
    understanding::Act,
};

/// The facts of one turn. Results are laid out when the first claim asks for them.
pub struct Sources<'a> {
    runs: &'a [ToolRun],
    acts: &'a [Act],
    names: &'a Names,
    texts: &'a Texts,
    laid_out: RefCell<HashMap<String, Value>>,
}

impl<'a> Sources<'a> {
    /// The facts of a turn.
    #[must_use]
    pub fn new(runs: &'a [ToolRun], acts: &'a [Act], names: &'a Names, texts: &'a Texts) -> Self {
        Self { runs, acts, names, texts, laid_out: RefCell::default() }
    }

    /// The field that a source names.
    #[must_use]
    pub fn resolve(&self, source: &str) -> Option<Value> {
        let (head, path) = source.split_once('.')?;
        if head == "vocabulary" {
            return self.names.count(path).map(|_| json!(path));
        }
        let mut laid_out = self.laid_out.borrow_mut();
        if !laid_out.contains_key(head) {
            laid_out.insert(head.to_owned(), self.lay_out(head)?);
        }
        dig(laid_out.get(head)?, path).cloned()
    }

    fn lay_out(&self, head: &str) -> Option<Value> {
        if head == "message" {
            return Some(json!({"acts": self.acts}));
        }
        let index = (0..self.runs.len()).find(|index| source_name(self.runs, *index) == head)?;
        let run = self.runs.get(index)?;
        let mut value = match &run.outcome {
            Ok(result) => serde_json::to_value(result).ok()?,
            Err(_) => json!({}),
        };
        value.as_object_mut()?.insert("arguments".to_owned(), arguments(&run.call));
        Some(value)
    }

    /// Whether a text is a name of a canonical value.
    pub(super) fn is_name(&self, value: &str, text: &str) -> bool {
        const KINDS: [TermKind; 7] = [
            TermKind::Colour,
            TermKind::Material,
            TermKind::Style,
            TermKind::Room,
            TermKind::Brand,
            TermKind::Feature,
            TermKind::BedSize,
        ];
        let same = |name: String| name.eq_ignore_ascii_case(text);
        same(self.names.plural(value))
            || same(self.names.singular(value))
            || KINDS.iter().any(|kind| same(self.names.label(*kind, value)))
    }

    /// Whether a text is the word for a state of the stock.
    pub(super) fn is_stock_word(&self, value: &str, text: &str) -> bool {
        let key = format!("stock.{value}");
        self.texts.has(&key) && self.texts.word(&key) == text
    }
}

/// The value at `a.b[0].c`.
fn dig<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, part| {
        let mut pieces = part.split('[');
        let name = pieces.next()?;
        let value = value.get(name)?;
        pieces.try_fold(value, |value, index| value.get(index.strip_suffix(']')?.parse::<usize>().ok()?))
    })
}

/// Hundredths of an amount: of money as results have it, or of a decimal number as arguments have it.
pub(super) fn money(value: &Value) -> Option<i64> {
    match value {
        Value::Object(money) => {
            let minor = money.get("minor")?.as_i64()?;
            let currency: easymart_core::Currency = money.get("currency")?.as_str()?.parse().ok()?;
            minor_of(&easymart_core::Money::new(minor, currency).decimal())
        }
        Value::Number(number) => minor_of(&number.to_string()),
        _ => None,
    }
}

/// Thousandths of an amount as written, symbol and grouping left out; fine enough for every currency.
pub(super) fn minor_of(text: &str) -> Option<i64> {
    let plain: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '.' || *c == '-').collect();
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain.as_str(), ""));
    if whole.is_empty() || fraction.len() > 3 {
        return None;
    }
    let sign = if whole.starts_with('-') { -1 } else { 1 };
    let whole: i64 = whole.trim_start_matches('-').parse().ok()?;
    let fraction: i64 = format!("{fraction:0<3}").parse().ok()?;
    Some(sign * (whole.checked_mul(1000)?.checked_add(fraction)?))
}
