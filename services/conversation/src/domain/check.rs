//! Proof of a reply: every checkable part of it has a claim, and every claim holds in the tool results.
//!
//! Separate from the composer on purpose: it knows nothing of templates or plans, only the text, the claims and the results.

mod scan;
mod sources;

pub use scan::Watch;
pub use sources::Sources;

use serde_json::Value;

use super::fragment::{Claim, ClaimKind, Fragment, trimmed};

/// Fewest characters of a name that was cut short: less could be the beginning of any name.
const LEAST_NAME: usize = 12;

/// What is wrong with a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// A claim's span does not lie in the reply.
    Span(String),
    /// A claim's source does not exist.
    Source(String),
    /// A claim's value is not what the source says.
    Value {
        /// The source.
        source: String,
        /// What the claim says.
        claimed: String,
    },
    /// A claim's text does not say its value.
    Wording {
        /// The text.
        text: String,
        /// The value.
        value: String,
    },
    /// A part that could be checked has no claim.
    Unproved(String),
}

/// Everything wrong with a reply; empty when it is proved.
#[must_use]
pub fn check(reply: &Fragment, sources: &Sources<'_>, watch: &Watch) -> Vec<Problem> {
    let chars: Vec<char> = reply.text().chars().collect();
    let mut problems: Vec<Problem> =
        reply.claims().iter().filter_map(|claim| check_claim(claim, &chars, sources)).collect();
    problems.extend(scan::unproved(&chars, reply.claims(), watch).into_iter().map(Problem::Unproved));
    problems
}

fn check_claim(claim: &Claim, chars: &[char], sources: &Sources<'_>) -> Option<Problem> {
    let Some(span) = chars.get(claim.start..claim.end).filter(|s| !s.is_empty()) else {
        return Some(Problem::Span(claim.source.clone()));
    };
    let text: String = span.iter().collect();
    let Some(value) = sources.resolve(&claim.source) else {
        return Some(Problem::Source(claim.source.clone()));
    };
    if !holds(claim, &value) {
        return Some(Problem::Value { source: claim.source.clone(), claimed: claim.value.clone() });
    }
    (!says(claim, &text, sources)).then(|| Problem::Wording { text, value: claim.value.clone() })
}

/// Whether a field of a result is what a claim says.
fn holds(claim: &Claim, value: &Value) -> bool {
    match claim.kind {
        ClaimKind::Price => sources::money(value)
            .is_some_and(|minor| sources::minor_of(&claim.value).is_some_and(|claimed| claimed == minor)),
        ClaimKind::Number | ClaimKind::Size if value.is_number() => {
            value.as_f64().is_some_and(|number| trimmed(number) == claim.value)
        }
        _ => match value {
            Value::String(text) => *text == claim.value,
            Value::Array(list) => list.iter().any(|v| v.as_str() == Some(&claim.value)),
            Value::Number(number) => number.to_string() == claim.value,
            _ => false,
        },
    }
}

/// Whether a text says a value. Names for canonical values are checked against the catalogue's own names.
fn says(claim: &Claim, text: &str, sources: &Sources<'_>) -> bool {
    match claim.kind {
        ClaimKind::Price => sources::minor_of(&claim.value) == sources::minor_of(text),
        ClaimKind::Number => text == claim.value,
        ClaimKind::Size => {
            text.strip_suffix(" cm").unwrap_or(text) == claim.value || sources.is_name(&claim.value, text)
        }
        ClaimKind::Name => match text.strip_suffix('…') {
            Some(beginning) => beginning.chars().count() >= LEAST_NAME && claim.value.starts_with(beginning),
            None => text == claim.value,
        },
        ClaimKind::Query => letters(text) == letters(&claim.value) || sources.is_name(&claim.value, text),
        ClaimKind::Stock => sources.is_stock_word(&claim.value, text),
        _ => same_words(text, &claim.value) || sources.is_name(&claim.value, text),
    }
}

/// Letters and digits alone: what a shopper said is quoted without the marks around and in it.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn same_words(text: &str, value: &str) -> bool {
    let fold = |text: &str| text.replace('_', " ").to_lowercase();
    fold(text) == fold(value)
}

#[cfg(test)]
mod tests {
    use easymart_core::{Currency, Money};

    use super::*;
    use crate::domain::{
        fragment::Proof,
        testing::{names, shop, vocabulary},
        tool::{SearchResult, ToolCall, ToolResult, ToolRun},
    };

    fn problems(reply: &Fragment) -> Vec<Problem> {
        let search = crate::domain::search_state::SearchState {
            category: Some("desk".to_owned()),
            colours: vec!["black".to_owned()],
            price_max: Some(Money::new(12_050, Currency::AUD)),
            ..Default::default()
        };
        let result =
            SearchResult { total: 8, lowest_price: Some(Money::new(6_000, Currency::AUD)), ..Default::default() };
        let run = ToolRun {
            call: ToolCall::SearchProducts(Box::new(search)),
            outcome: Ok(ToolResult::Search(result)),
            duration_ms: 0,
        };
        let (names, shop, watch) = (names(), shop(), Watch::build(&vocabulary()));
        check(reply, &Sources::new(&[run], &[], &names, &shop.texts), &watch)
    }

    fn proof() -> Proof {
        Proof::of("search_products")
    }

    fn aud(minor: i64) -> Money {
        Money::new(minor, Currency::AUD)
    }

    #[test]
    fn what_the_results_say_is_proved() {
        let mut reply = Fragment::plain("I found ");
        reply.push(&proof().number("total", 8));
        reply.push_str(" ");
        reply.push(&proof().named(ClaimKind::Colour, "arguments.colour", "black", "black"));
        reply.push_str(" ");
        reply.push(&proof().named(ClaimKind::Category, "arguments.category", "desk", "desks"));
        reply.push_str(" up to ");
        reply.push(&proof().price("arguments.price_max", aud(12_050)));
        reply.push_str(", from ");
        reply.push(&proof().price("lowest_price", aud(6_000)));
        assert_eq!(problems(&reply), []);
    }

    #[test]
    fn what_they_do_not_say_is_found() {
        let wrong = [
            proof().number("total", 9),
            proof().number("no_such_field", 8),
            proof().price("lowest_price", aud(5_999)),
            Proof::of("get_cart").price("subtotal", aud(6_000)),
            proof().named(ClaimKind::Colour, "arguments.colour", "red", "red"),
            proof().named(ClaimKind::Colour, "arguments.colour", "black", "white"),
            proof().named(ClaimKind::Category, "arguments.category", "desk", "sofas"),
            Fragment::claim(ClaimKind::Price, "$70.00", "60.00", "search_products.lowest_price"),
        ];
        for claim in wrong {
            assert_ne!(problems(&claim), [], "{:?}", claim.claims());
        }
    }

    #[test]
    fn what_could_be_checked_needs_a_claim() {
        for text in [
            "Only $5 today",
            "There are 3 of them",
            "It has four legs",
            "See www.shop.example",
            "Write to a@b.example",
            "It is in stock.",
            "Comes in red.",
            "Made of steel, really",
            "call 1300 327 962",
        ] {
            assert_ne!(problems(&Fragment::plain(text)), [], "{text}");
        }
        for text in ["Nothing to check here.", "One moment, please!", "That gives you a choice."] {
            assert_eq!(problems(&Fragment::plain(text)), [], "{text}");
        }
    }
}
