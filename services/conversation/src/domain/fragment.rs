//! Text whose checkable parts know where they come from.

use std::sync::Arc;

use easymart_core::Money;
use serde::{Deserialize, Serialize};

/// A piece of a reply. Claims are counted in Unicode characters from its start.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Fragment {
    text: String,
    length: usize,
    claims: Vec<Claim>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    templates: Vec<TemplateUse>,
}

/// A stretch of a text that a template gave: why the reply says what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateUse {
    /// First character.
    pub start: usize,
    /// Character after the last.
    pub end: usize,
    /// Name of the template in the file of texts.
    pub key: Arc<str>,
}

/// A checkable part of a text: what it says, and the field of the tool result that says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// First character.
    pub start: usize,
    /// Character after the last.
    pub end: usize,
    /// Kind of claim.
    pub kind: ClaimKind,
    /// The value in canonical text.
    pub value: String,
    /// Tool result and field: "search_products.total".
    pub source: String,
}

/// Kind of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimKind {
    /// An amount of money.
    Price,
    /// A count or another plain number.
    Number,
    /// A length with its unit.
    Size,
    /// A word about stock.
    Stock,
    /// A colour.
    Colour,
    /// A material.
    Material,
    /// A kind of furniture.
    Category,
    /// Another attribute's value.
    Attribute,
    /// Name of a product.
    Name,
    /// A line of the catalogue, word by word.
    Quote,
    /// An address on the web.
    Url,
    /// A fact about the shop.
    Policy,
    /// The shopper's own words.
    Query,
}

impl ClaimKind {
    /// Name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Price => "price",
            Self::Number => "number",
            Self::Size => "size",
            Self::Stock => "stock",
            Self::Colour => "colour",
            Self::Material => "material",
            Self::Category => "category",
            Self::Attribute => "attribute",
            Self::Name => "name",
            Self::Quote => "quote",
            Self::Url => "url",
            Self::Policy => "policy",
            Self::Query => "query",
        }
    }
}

impl Fragment {
    /// Text that claims nothing.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { length: text.chars().count(), text, ..Self::default() }
    }

    /// Text that is one claim.
    #[must_use]
    pub fn claim(
        kind: ClaimKind,
        text: impl Into<String>,
        value: impl Into<String>,
        source: impl Into<String>,
    ) -> Self {
        let mut fragment = Self::plain(text);
        fragment.claims.push(Claim {
            start: 0,
            end: fragment.length,
            kind,
            value: value.into(),
            source: source.into(),
        });
        fragment
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The claims, in order.
    #[must_use]
    pub fn claims(&self) -> &[Claim] {
        &self.claims
    }

    /// The templates behind the text: an outer one before those that fill its slots.
    #[must_use]
    pub fn templates(&self) -> &[TemplateUse] {
        &self.templates
    }

    /// Notes that a template gave this whole text.
    pub fn made_from(&mut self, key: Arc<str>) {
        self.templates.insert(0, TemplateUse { start: 0, end: self.length, key });
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Appends another fragment.
    pub fn push(&mut self, other: &Self) {
        self.text.push_str(&other.text);
        self.claims.extend(other.claims.iter().map(|claim| Claim {
            start: claim.start + self.length,
            end: claim.end + self.length,
            ..claim.clone()
        }));
        self.templates.extend(other.templates.iter().map(|template| TemplateUse {
            start: template.start + self.length,
            end: template.end + self.length,
            key: Arc::clone(&template.key),
        }));
        self.length += other.length;
    }

    /// Appends text that claims nothing.
    pub fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
        self.length += text.chars().count();
    }

    /// Appends another fragment after a space, unless one of the two is empty.
    pub fn push_sentence(&mut self, other: &Self) {
        if !self.is_empty() && !other.is_empty() {
            self.push_str(" ");
        }
        self.push(other);
    }

    /// The text without the sentences that templates of this family gave, and without what they claim.
    #[must_use]
    pub fn without(&self, family: &str) -> Self {
        let is_of = |template: &&TemplateUse| {
            template.key.strip_prefix(family).is_some_and(|r| r.is_empty() || r.starts_with('.'))
        };
        let Some(cut) = self.templates.iter().find(is_of).map(|template| (template.start, template.end)) else {
            return self.clone();
        };
        let mut rest = self.part(0, cut.0);
        rest.text.truncate(rest.text.trim_end().len());
        rest.length = rest.text.chars().count();
        rest.push_sentence(&self.part(cut.1, self.length).trimmed_start());
        rest.without(family)
    }

    /// The characters from one place to another, with what lies wholly within them.
    fn part(&self, from: usize, to: usize) -> Self {
        let within = |start: usize, end: usize| from <= start && end <= to;
        let text: String = self.text.chars().skip(from).take(to.saturating_sub(from)).collect();
        let claims = self.claims.iter().filter(|claim| within(claim.start, claim.end));
        let templates = self.templates.iter().filter(|template| within(template.start, template.end));
        Self {
            length: text.chars().count(),
            text,
            claims: claims.map(|c| Claim { start: c.start - from, end: c.end - from, ..c.clone() }).collect(),
            templates: templates
                .map(|t| TemplateUse { start: t.start - from, end: t.end - from, ..t.clone() })
                .collect(),
        }
    }

    fn trimmed_start(&self) -> Self {
        let blanks = self.text.chars().take_while(|c| c.is_whitespace()).count();
        self.part(blanks, self.length)
    }

    /// What comes before the question at the end, and that question; `None` when the text ends otherwise or claims something.
    #[must_use]
    pub fn split_question(&self) -> Option<(Self, Self)> {
        let text = self.text.strip_suffix('?').filter(|_| self.claims.is_empty())?;
        let start = text.rfind(['.', '!', '?']).map_or(0, |end| end + 1);
        let (before, question) = self.text.split_at(start);
        Some((Self::plain(before.trim_end()), Self::plain(question.trim_start())))
    }

    /// Makes the first letter a capital one.
    #[must_use]
    pub fn capitalised(mut self) -> Self {
        let mut chars = self.text.chars();
        if let Some(first) = chars.next() {
            let upper: Vec<char> = first.to_uppercase().collect();
            // A letter that grows when it is made a capital would shift every claim behind it.
            if let [upper] = upper.as_slice() {
                self.text = std::iter::once(*upper).chain(chars).collect();
            }
        }
        self
    }

    /// Items in a row: "a, b and c".
    #[must_use]
    pub fn list(items: &[Self], comma: &str, last: &str) -> Self {
        let mut list = Self::default();
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                list.push_str(if index + 1 == items.len() { last } else { comma });
            }
            list.push(item);
        }
        list
    }
}

/// Where the claims of one tool's result come from: makes claims whose source is a field of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    prefix: String,
}

impl Proof {
    /// Claims about the result that evidence calls `prefix`.
    #[must_use]
    pub fn of(prefix: impl Into<String>) -> Self {
        Self { prefix: prefix.into() }
    }

    /// The same result, one field deeper.
    #[must_use]
    pub fn at(&self, path: &str) -> Self {
        Self { prefix: format!("{}.{path}", self.prefix) }
    }

    fn source(&self, field: &str) -> String {
        if field.is_empty() { self.prefix.clone() } else { format!("{}.{field}", self.prefix) }
    }

    /// An amount.
    #[must_use]
    pub fn price(&self, field: &str, money: Money) -> Fragment {
        let text = money.to_string();
        Fragment::claim(ClaimKind::Price, text, money.decimal(), self.source(field))
    }

    /// A plain number.
    #[must_use]
    pub fn number(&self, field: &str, number: impl std::fmt::Display) -> Fragment {
        let text = number.to_string();
        Fragment::claim(ClaimKind::Number, text.clone(), text, self.source(field))
    }

    /// A length in centimetres.
    #[must_use]
    pub fn centimetres(&self, field: &str, cm: f64) -> Fragment {
        let number = trimmed(cm);
        let text = format!("{number} cm");
        Fragment::claim(ClaimKind::Size, text, number, self.source(field))
    }

    /// A text as the field has it.
    #[must_use]
    pub fn text(&self, kind: ClaimKind, field: &str, text: &str) -> Fragment {
        Fragment::claim(kind, text, text, self.source(field))
    }

    /// A text that stands for a canonical value.
    #[must_use]
    pub fn named(&self, kind: ClaimKind, field: &str, value: &str, text: &str) -> Fragment {
        Fragment::claim(kind, text, value, self.source(field))
    }
}

/// A number without needless decimals, to a tenth.
#[must_use]
pub fn trimmed(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}
