//! What one act came to.

use serde::{Deserialize, Serialize};

use super::Scene;
use crate::domain::{
    fragment::Fragment,
    product::Product,
    state::{Pending, SessionState, Waiting},
    understanding::Intent,
};

/// What one act came to: what to say, what to show, and the state that follows.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Intents to report, main one first.
    pub intents: Vec<Intent>,
    /// What to say.
    pub statement: Fragment,
    /// What to ask.
    pub question: Option<Fragment>,
    /// A polite question that ends the reply when nothing else does; nobody waits for its answer.
    pub closing: Option<Fragment>,
    /// What to show.
    pub cards: Vec<Card>,
    /// For the storefront.
    pub actions: Vec<Action>,
    /// The state that follows.
    pub state: SessionState,
    /// What kind of next step helps: chooses the chips.
    pub mood: Mood,
    /// Whether a language model may try to phrase it better.
    pub may_rephrase: bool,
}

/// A product to show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// The product.
    pub product: Product,
    /// Its number on the shown list.
    pub option: u32,
    /// Why it is shown; may be empty.
    pub why: String,
}

/// Something for the storefront to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// What.
    pub kind: ActionType,
    /// Product concerned; may be empty.
    pub product_id: String,
    /// Address to open; may be empty.
    pub url: String,
}

/// What a storefront can be told to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionType {
    /// The cart changed.
    CartUpdated,
    /// Open a product's page.
    OpenProduct,
    /// Open the checkout.
    OpenCheckout,
    /// The conversation was reset.
    ResetSession,
    /// A person takes over.
    Handoff,
}

impl Action {
    /// An action about nothing in particular.
    #[must_use]
    pub fn of(kind: ActionType) -> Self {
        Self { kind, product_id: String::new(), url: String::new() }
    }
}

/// What kind of next step helps.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Mood {
    /// A list was shown.
    Found {
        /// Whether there are further pages.
        more: bool,
        /// Colours among the matches, most frequent first.
        colours: Vec<String>,
    },
    /// Nothing was found.
    Nothing {
        /// Slot that can be dropped.
        relax: Option<String>,
    },
    /// One product was talked about.
    Product,
    /// The cart was talked about.
    Cart {
        /// Whether nothing is in it.
        empty: bool,
    },
    /// A policy was told.
    Policy,
    /// A yes or no is wanted.
    Confirm,
    /// One of the shown is wanted.
    Which,
    /// Two of the shown are wanted.
    Pair,
    /// A kind of furniture is wanted, of these.
    Kind(Vec<String>),
    /// A side of a contradiction is wanted.
    Sides(Vec<String>),
    /// Anything.
    #[default]
    Open,
}

impl Outcome {
    /// An act that says something and leaves the state as it is.
    #[must_use]
    pub fn say(scene: &Scene<'_>, statement: Fragment) -> Self {
        Self {
            intents: vec![scene.act.intent],
            statement,
            question: None,
            closing: None,
            cards: Vec::new(),
            actions: Vec::new(),
            state: scene.state.clone(),
            mood: Mood::Open,
            may_rephrase: false,
        }
    }

    /// An act that cannot go on without an answer.
    #[must_use]
    pub fn clarify(scene: &Scene<'_>, question: Fragment, waiting: Waiting) -> Self {
        let mut outcome = Self::say(scene, Fragment::default()).asking(scene, question, waiting);
        outcome.state.asked = outcome.state.asked.saturating_add(1);
        outcome.intents.push(Intent::ClarificationNeeded);
        outcome.intents.dedup();
        outcome
    }

    /// Takes the question at the end of the statement out of it, so that a reply with several parts puts only one.
    #[must_use]
    pub fn with_closing(mut self) -> Self {
        if let Some((statement, question)) = self.statement.split_question() {
            self.statement = statement;
            self.closing = Some(question);
        }
        self
    }

    /// Adds a question whose answer the session waits for.
    #[must_use]
    pub fn asking(mut self, scene: &Scene<'_>, question: Fragment, waiting: Waiting) -> Self {
        self.question = Some(question);
        self.state.pending = Some(Pending { waiting, asked_at_turn: scene.turn });
        self
    }

    /// Shows products as a new numbered page.
    #[must_use]
    pub fn showing(mut self, category: Option<String>, found: Vec<(Product, String)>) -> Self {
        let briefs = found.iter().map(|(product, _)| product.brief()).collect();
        self.state.lists.show(category, briefs);
        self.state.asked = 0;
        self.state.compared.clear();
        self.state.focus = match found.as_slice() {
            [(only, _)] => Some(only.brief()),
            _ => None,
        };
        self.cards = (1..).zip(found).map(|(option, (product, why))| Card { product, option, why }).collect();
        self
    }

    /// Shows one product with the number that it has on the list, and puts it in focus.
    #[must_use]
    pub fn focusing(mut self, product: &Product, with_card: bool) -> Self {
        let brief = product.brief();
        let option = self.state.lists.add(brief.clone());
        self.state.focus = Some(brief);
        self.state.asked = 0;
        if with_card {
            self.cards = vec![Card { product: product.clone(), option, why: String::new() }];
        }
        self
    }

    /// Chooses the chips.
    #[must_use]
    pub fn with_mood(mut self, mood: Mood) -> Self {
        self.mood = mood;
        self
    }

    /// Adds an action.
    #[must_use]
    pub fn with_action(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }

    /// Replaces the intents.
    #[must_use]
    pub fn with_intents(mut self, intents: &[Intent]) -> Self {
        self.intents = intents.to_vec();
        self
    }
}
