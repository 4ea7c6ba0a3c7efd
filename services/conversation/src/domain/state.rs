//! What a session remembers between two messages.

mod lists;
mod pending;

pub use lists::{Lists, ShownList};
pub use pending::{Pending, Waiting};

use serde::{Deserialize, Serialize};

use super::{
    cart::{Cart, MOST_PIECES},
    product::Brief,
    search_state::SearchState,
    understanding::{Intent, Situation},
};

/// Most further wishes kept ("and a chair, and a lamp").
const MAX_WISHES: usize = 6;
/// Most questions in a row before something is shown anyway.
const MAX_ASKED: u32 = 2;

/// A session's memory. Bounded: nothing in it grows with the number of turns.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionState {
    /// When it was opened, milliseconds since the Unix epoch.
    pub created_at_ms: i64,
    /// When something last happened.
    pub last_activity_ms: i64,
    /// Turns taken.
    pub turn_count: u32,
    /// Language tag; empty: the shop's.
    pub locale: String,
    /// Turns before this one were forgotten by a reset; empty: none was.
    pub history_from: String,
    /// The search in force.
    pub search: SearchState,
    /// What was shown, newest page and older lists.
    pub lists: Lists,
    /// Product that "it" means.
    pub focus: Option<Brief>,
    /// Products compared last: what "both" and "the other one" mean first.
    pub compared: Vec<Brief>,
    /// Cart line that was changed last.
    pub last_line: Option<LineMemory>,
    /// Lines of the cart as last seen.
    pub cart_lines: u32,
    /// Products of which the cart, as last seen, takes no more pieces.
    pub full_lines: Vec<String>,
    /// Whether the last turn changed the cart.
    pub cart_just_changed: bool,
    /// Question that waits for its answer.
    pub pending: Option<Pending>,
    /// Turn that let a confirmation pass without an answer; 0: none did.
    pub lapsed_at_turn: u32,
    /// Questions put in a row without anything shown.
    pub asked: u32,
    /// Kinds of furniture wished for and not yet shown.
    pub wishes: Vec<String>,
    /// How to take the last cart change back.
    pub undo: Option<Undo>,
    /// Main intent of the last turn.
    pub last_intent: Option<Intent>,
}

/// A cart line as it was when a turn changed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineMemory {
    /// The product.
    pub product_id: String,
    /// Its name.
    pub title: String,
    /// Pieces that the change was about.
    pub quantity: u32,
}

/// What a cart held before the last change, of the lines that the change touched.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Undo {
    /// Each product and the pieces there were; 0: it was not in the cart.
    pub quantities: Vec<LineMemory>,
}

impl SessionState {
    /// A fresh session.
    #[must_use]
    pub fn open(now_ms: i64, locale: &str) -> Self {
        Self { created_at_ms: now_ms, last_activity_ms: now_ms, locale: locale.to_owned(), ..Self::default() }
    }

    /// What understanding may know of it.
    #[must_use]
    pub fn situation(&self) -> Situation {
        Situation {
            shown: u32::try_from(self.lists.options()).unwrap_or(u32::MAX),
            has_focus: self.focus.is_some(),
            cart_lines: self.cart_lines,
            category: self.search.category.clone(),
            searching: !self.search.is_empty(),
            pending: self.pending.as_ref().map(Pending::kind),
            cart_just_changed: self.cart_just_changed,
            about_one: self.is_about_one(),
            about: self.last_intent,
        }
    }

    fn is_about_one(&self) -> bool {
        let told = matches!(self.last_intent, Some(Intent::ProductSpecQa | Intent::ProductAvailability));
        (told && self.focus.is_some()) || self.lists.options() == 1
    }

    /// Remembers of a cart what later turns go by.
    pub fn see_cart(&mut self, cart: &Cart) {
        let full = cart.lines.iter().filter(|line| line.quantity >= MOST_PIECES);
        self.full_lines = full.map(|line| line.product_id.clone()).collect();
        self.cart_lines = cart.distinct_count;
    }

    /// Whether a product has a price and the cart takes another piece of it.
    #[must_use]
    pub fn can_add(&self, product: &Brief) -> bool {
        product.price.is_some() && !self.full_lines.contains(&product.product_id)
    }

    /// Forgets the conversation; the cart is not the conversation's and stays.
    pub fn reset(&mut self, turn_id: &str) {
        *self = Self {
            created_at_ms: self.created_at_ms,
            last_activity_ms: self.last_activity_ms,
            turn_count: self.turn_count,
            locale: std::mem::take(&mut self.locale),
            history_from: turn_id.to_owned(),
            cart_lines: self.cart_lines,
            full_lines: std::mem::take(&mut self.full_lines),
            ..Self::default()
        };
    }

    /// Whether another question would be one too many: then something is shown instead.
    #[must_use]
    pub fn asked_enough(&self) -> bool {
        self.asked >= MAX_ASKED
    }

    /// Puts further kinds of furniture in the queue.
    pub fn wish(&mut self, categories: &[String]) {
        for category in categories {
            if !self.wishes.contains(category) && self.wishes.len() < MAX_WISHES {
                self.wishes.push(category.clone());
            }
        }
    }

    /// Takes a kind of furniture out of the queue, since it is being shown.
    pub fn fulfil(&mut self, category: &str) {
        self.wishes.retain(|wish| wish != category);
    }
}
