//! What a turn heard from outside that cannot be asked again without harm or with another answer: kept, so that it can be replayed.
//!
//! The catalogue is read again; carts are not: they change by other hands, and a replay must never touch one.

use easymart_core::{Reason, reason};
use serde::{Deserialize, Serialize};

use super::{
    tool::{CartResult, CheckoutResult, ToolFailure, ToolResult, ToolRun},
    understanding::Act,
};

/// Most cart lines kept for a turn, all its outcomes together.
const MOST_LINES: usize = 400;

/// What a turn heard from outside.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Recording {
    /// Product of the page that the shopper looked at; empty: none.
    pub page_product: String,
    /// What the message was read as, where it cannot be read again: something in it was redacted.
    pub acts: Option<Vec<Act>>,
    /// For each tool of the turn what it gave, where that is kept.
    pub outcomes: Vec<Option<Outcome>>,
    /// Whether carts were too large to be kept, so that the turn cannot be replayed.
    pub is_cut: bool,
}

/// What a tool gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The cart, read or changed.
    Cart(CartResult),
    /// The checkout.
    Checkout(CheckoutResult),
    /// Nothing.
    Failed {
        /// Word of the error catalogue.
        reason: String,
        /// Whether the service could not be reached or did not answer in time.
        unavailable: bool,
    },
}

impl Recording {
    /// Keeps what `runs` heard, in a turn begun on a product's page; `acts` where the message cannot be read again.
    #[must_use]
    pub fn of(page_product: &str, acts: Option<Vec<Act>>, runs: &[ToolRun]) -> Self {
        let outcomes: Vec<Option<Outcome>> = runs.iter().map(kept).collect();
        let lines: usize = outcomes.iter().flatten().map(Outcome::lines).sum();
        let is_cut = lines > MOST_LINES;
        let outcomes = if is_cut { Vec::new() } else { outcomes };
        Self { page_product: page_product.to_owned(), acts, outcomes, is_cut }
    }
}

/// What of a run has to be kept: carts, and that a service was not there.
fn kept(run: &ToolRun) -> Option<Outcome> {
    match &run.outcome {
        Ok(ToolResult::Cart(result)) => Some(Outcome::Cart(result.clone())),
        Ok(ToolResult::Checkout(result)) => Some(Outcome::Checkout(result.clone())),
        Err(failure) if failure.unavailable || run.call.tool().is_about_cart() => {
            Some(Outcome::Failed { reason: failure.reason.name().to_owned(), unavailable: failure.unavailable })
        }
        _ => None,
    }
}

impl Outcome {
    fn lines(&self) -> usize {
        match self {
            Self::Cart(result) => result.cart.lines.len(),
            Self::Checkout(result) => result.cart.lines.len(),
            Self::Failed { .. } => 0,
        }
    }

    /// The outcome as a tool gives it.
    ///
    /// # Errors
    /// The failure that was kept.
    pub fn again(&self) -> Result<ToolResult, ToolFailure> {
        match self {
            Self::Cart(result) => Ok(ToolResult::Cart(result.clone())),
            Self::Checkout(result) => Ok(ToolResult::Checkout(result.clone())),
            Self::Failed { reason, unavailable } => Err(ToolFailure {
                reason: Reason::named(reason).unwrap_or(reason::INTERNAL),
                unavailable: *unavailable,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        testing::{World, shop},
        tool::{SearchResult, ToolCall},
    };

    fn run(call: ToolCall, outcome: Result<ToolResult, ToolFailure>) -> ToolRun {
        ToolRun { call, outcome, duration_ms: 0 }
    }

    #[test]
    fn carts_and_outages_are_kept_and_searches_are_not() {
        let cart = World::new().execute(&ToolCall::GetCart, &shop());
        let search = ToolCall::SearchProducts(Box::default());
        let runs = [
            run(ToolCall::GetCart, cart.clone()),
            run(search.clone(), Ok(ToolResult::Search(SearchResult::default()))),
            run(search, Err(ToolFailure::unavailable())),
        ];
        let recording = Recording::of("P1", None, &runs);
        let again: Vec<_> = recording.outcomes.iter().map(|kept| kept.as_ref().map(Outcome::again)).collect();
        assert_eq!(again, [Some(cart), None, Some(Err(ToolFailure::unavailable()))]);
        let json = serde_json::to_string(&recording).unwrap();
        assert_eq!(serde_json::from_str::<Recording>(&json).unwrap(), recording);
    }
}
