//! Everything that a handler may look at.

use std::{collections::BTreeMap, sync::Arc};

use easymart_core::Currency;
use serde::Deserialize;

use super::{Facts, Outcome, Stop, facts::Answer};
use crate::domain::{
    cart::Cart,
    fragment::{ClaimKind, Fragment, Proof},
    names::Names,
    policy::Profile,
    product::Product,
    search_state::SearchState,
    specs::SpecTable,
    state::SessionState,
    texts::{Slots, Texts},
    tool::{SearchResult, Tool, ToolCall, ToolFailure, ToolResult},
    understanding::Act,
};

/// What does not change from turn to turn: texts, store profile, tables.
#[derive(Debug, Clone)]
pub struct Shop {
    /// Sentences.
    pub texts: Texts,
    /// Facts about the shop.
    pub profile: Arc<Profile>,
    /// How product questions map to attributes.
    pub specs: SpecTable,
    /// What usually stands in a room.
    pub rooms: Rooms,
}

/// What usually stands in a room, by room.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Rooms {
    #[serde(flatten)]
    rooms: BTreeMap<String, Vec<String>>,
}

impl Rooms {
    /// Reads the table.
    ///
    /// # Errors
    /// When it is no TOML of lists.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// Kinds of furniture for a room, most wanted first.
    #[must_use]
    pub fn kinds(&self, room: &str) -> &[String] {
        self.rooms.get(&room.replace(' ', "_")).map_or(&[], Vec::as_slice)
    }
}

impl Shop {
    /// Currency of the shop.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.profile.store.currency
    }
}

/// One act in its surroundings.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The act.
    pub act: &'a Act,
    /// Place of the act within its turn, from 0.
    pub step: u32,
    /// Turn of the session, from 1.
    pub turn: u32,
    /// Key of the turn.
    pub turn_id: &'a str,
    /// The session before the act.
    pub state: &'a SessionState,
    /// What the tools have told so far.
    pub facts: &'a Facts,
    /// How many tools had run before this act.
    pub act_start: usize,
    /// Names of the catalogue's terms.
    pub names: &'a Names,
    /// What does not change.
    pub shop: &'a Shop,
    /// Product of the page that the shopper looks at: id, handle or SKU.
    pub page_product: Option<&'a str>,
    /// Whether a question of the session has just been answered with yes: large quantities and clearing go ahead.
    pub confirmed: bool,
}

impl<'a> Scene<'a> {
    /// A text with its slots filled.
    #[must_use]
    pub fn text(&self, key: &str, slots: Slots<'_>) -> Fragment {
        self.shop.texts.say(key, slots)
    }

    /// The same scene in another state.
    #[must_use]
    pub fn in_state<'b>(&'b self, state: &'b SessionState) -> Scene<'b> {
        Scene { state, ..*self }
    }

    /// What a tool gave.
    ///
    /// # Errors
    /// The call, when it has not run; the apology, when its service is not there.
    pub fn ask(&self, call: &ToolCall) -> Result<Answer<'a>, Stop> {
        let answer = self.facts.ask(call)?;
        match answer.outcome {
            Err(failure) if failure.unavailable => Err(Stop::with(self.unavailable(call.tool()))),
            _ => Ok(answer),
        }
    }

    /// Searches.
    ///
    /// # Errors
    /// As [`Scene::ask`].
    pub fn search(&self, search: &SearchState) -> Result<(&'a SearchResult, Proof), Stop> {
        let call = ToolCall::SearchProducts(Box::new(search.clone()));
        let answer = self.ask(&call)?;
        match answer.outcome {
            Ok(ToolResult::Search(result)) => Ok((result, answer.proof)),
            _ => Err(Stop::with(self.unavailable(call.tool()))),
        }
    }

    /// Looks a product up; several when a SKU stands on several, none when it is unknown.
    ///
    /// # Errors
    /// As [`Scene::ask`].
    pub fn products(&self, key: &str, question: Option<&str>) -> Result<(&'a [Product], Proof), Stop> {
        let call = ToolCall::GetProductSpecs { product_id: key.to_owned(), question: question.map(str::to_owned) };
        let answer = self.ask(&call)?;
        match answer.outcome {
            Ok(ToolResult::Product(result)) => Ok((&result.products, answer.proof)),
            _ => Ok((&[], answer.proof)),
        }
    }

    /// The cart as it was before this act, read if nothing has.
    ///
    /// # Errors
    /// As [`Scene::ask`].
    pub fn cart(&self) -> Result<(&'a Cart, Proof), Stop> {
        let answer = match self.facts.cart_before(self.act_start) {
            Some(answer) => answer,
            None => self.ask(&ToolCall::GetCart)?,
        };
        match answer.outcome {
            Ok(ToolResult::Cart(result)) => Ok((&result.cart, answer.proof.at("cart"))),
            Ok(ToolResult::Checkout(result)) => Ok((&result.cart, answer.proof.at("cart"))),
            _ => Err(Stop::with(self.unavailable(Tool::GetCart))),
        }
    }

    /// The apology for a service that is not there.
    #[must_use]
    pub fn unavailable(&self, tool: Tool) -> Outcome {
        let key = match tool {
            Tool::UpdateCart | Tool::GetCart | Tool::GetCheckoutLink => "unavailable.cart",
            _ => "unavailable.catalogue",
        };
        Outcome::say(self, self.text(key, &[]))
    }

    /// The refusal behind a failure, for handlers that tell refusals apart.
    #[must_use]
    pub fn refusal<'b>(&self, answer: &Answer<'b>) -> Option<&'b ToolFailure> {
        answer.outcome.err()
    }

    /// A kind of furniture in the plural, proved by the catalogue's vocabulary.
    #[must_use]
    pub fn kind(&self, category: &str) -> Fragment {
        self.kind_as(category, &self.names.plural(category))
    }

    /// A kind of furniture under one of its names. Of a kind that the catalogue does not have nothing is claimed.
    #[must_use]
    pub fn kind_as(&self, category: &str, name: &str) -> Fragment {
        if self.names.count(category).is_none() {
            return Fragment::plain(name);
        }
        Fragment::claim(ClaimKind::Category, name, category, format!("vocabulary.{category}"))
    }

    /// A product's name, shortened where it is long.
    #[must_use]
    pub fn title(&self, proof: &Proof, field: &str, title: &str) -> Fragment {
        proof.named(ClaimKind::Name, field, title, &short_title(title))
    }

    /// How to reach the shop, as "call … or write to …".
    ///
    /// # Errors
    /// As [`Scene::ask`].
    pub fn contact_line(&self) -> Result<Fragment, Stop> {
        let call = ToolCall::GetContactInfo { info_type: crate::domain::tool::ContactType::All };
        let answer = self.ask(&call)?;
        let contact = &self.shop.profile.contact;
        let proof = answer.proof.at("store.contact");
        Ok(self.text(
            "contact.line",
            &[
                ("phone", proof.text(ClaimKind::Policy, "phone", &contact.phone)),
                ("email", proof.text(ClaimKind::Policy, "email", &contact.email)),
            ],
        ))
    }
}

/// Longest product name in a reply, in characters.
const TITLE_LENGTH: usize = 60;

/// A name cut at a word, so that a sentence stays readable.
#[must_use]
pub(super) fn short_title(title: &str) -> String {
    if title.chars().count() <= TITLE_LENGTH {
        return title.to_owned();
    }
    let cut: String = title.chars().take(TITLE_LENGTH).collect();
    // A name that is nearly all one word is cut within it, so that enough is left to know it by.
    let words = cut.rsplit_once(' ').map(|(words, _)| words).filter(|words| words.chars().count() > TITLE_LENGTH / 2);
    let whole = words.unwrap_or(&cut);
    format!("{}…", whole.trim_end_matches([',', '-', '|', ' ']))
}
