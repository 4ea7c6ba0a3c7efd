//! The question that waits for its answer.

use serde::{Deserialize, Serialize};

use crate::domain::understanding::{Act, PendingKind, SearchPatch};

/// A question put to the shopper, and what its answer completes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// What the answer is for.
    pub waiting: Waiting,
    /// Turn that asked, counted from 1.
    pub asked_at_turn: u32,
}

/// What an answer completes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "for")]
pub enum Waiting {
    /// The kind of furniture: the search state holds the rest.
    Category,
    /// Which product an act is about.
    WhichProduct {
        /// The act, complete but for its reference.
        act: Box<Act>,
    },
    /// A yes to emptying the cart.
    ClearCart,
    /// A yes to a large quantity.
    LargeQuantity {
        /// The act, complete.
        act: Box<Act>,
    },
    /// One side of a contradiction.
    Choice {
        /// What each side changes in the search, in the order they were offered.
        sides: Vec<SearchPatch>,
    },
    /// A postcode.
    Postcode,
    /// A yes to dropping a slot.
    Relax {
        /// Name of the slot.
        slot: String,
    },
    /// A yes to looking at the next kind of furniture wished for.
    NextWish,
    /// A detail that would narrow the search; the results were shown already.
    Refine,
}

impl Pending {
    /// Its kind, as understanding knows it.
    #[must_use]
    pub fn kind(&self) -> PendingKind {
        match self.waiting {
            Waiting::Category | Waiting::Refine => PendingKind::Category,
            Waiting::WhichProduct { .. } => PendingKind::WhichProduct,
            Waiting::ClearCart | Waiting::LargeQuantity { .. } | Waiting::NextWish => PendingKind::Confirm,
            Waiting::Choice { .. } => PendingKind::Choice,
            Waiting::Postcode => PendingKind::Postcode,
            Waiting::Relax { .. } => PendingKind::Relax,
        }
    }

    /// Whether an answer in a turn still counts. A confirmation lasts one turn, so that a late "yes" never destroys
    /// anything; other questions last two.
    #[must_use]
    pub fn is_alive_at(&self, turn: u32) -> bool {
        let lasts = match self.waiting {
            Waiting::Category | Waiting::WhichProduct { .. } | Waiting::Postcode => 2,
            _ => 1,
        };
        turn.saturating_sub(self.asked_at_turn) <= lasts
    }
}
