//! Suggested next messages. Each one can be carried out on the very state that it is shown with.

use serde::{Deserialize, Serialize};

use super::{
    dialogue::{Mood, Shop},
    fragment::Fragment,
    lexicon::TermKind,
    names::Names,
    state::{SessionState, Waiting},
    understanding::Intent,
};

/// Most chips shown.
const MOST: usize = 4;
/// Most of them that name a place on the list.
const MOST_NUMBERS: u32 = 3;

/// A suggested next message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chip {
    /// Text on the button.
    pub label: String,
    /// Message to send.
    pub message: String,
}

/// What a shopper may want next, given where the conversation stands.
#[must_use]
pub fn suggest(mood: &Mood, state: &SessionState, names: &Names, shop: &Shop) -> Vec<Chip> {
    let suggest = Suggest { state, names, shop };
    let mut chips = match mood {
        Mood::Found { more, colours } => suggest.after_list(*more, colours),
        Mood::Nothing { relax } => suggest.after_nothing(relax.as_deref()),
        Mood::Product => suggest.about_product(),
        Mood::Cart { empty } => suggest.about_cart(*empty),
        Mood::Policy => suggest.after_policy(),
        Mood::Confirm => vec![suggest.fixed("yes"), suggest.fixed("no")],
        Mood::Which => suggest.which(),
        Mood::Pair => suggest.pair(),
        Mood::Kind(kinds) => suggest.kinds(kinds),
        Mood::Sides(sides) => sides.iter().map(|side| suggest.named("show", side)).collect(),
        Mood::Open => Vec::new(),
    };
    if chips.is_empty() {
        chips = suggest.open();
    }
    chips.truncate(MOST);
    chips
}

struct Suggest<'a> {
    state: &'a SessionState,
    names: &'a Names,
    shop: &'a Shop,
}

impl Suggest<'_> {
    fn chip(&self, key: &str, slots: &[(&str, Fragment)]) -> Chip {
        let text = |part: &str| {
            let text = self.shop.texts.say(&format!("chip.{key}.{part}"), slots);
            text.text().to_owned()
        };
        Chip { label: text("label"), message: text("message") }
    }

    fn fixed(&self, key: &str) -> Chip {
        self.chip(key, &[])
    }

    fn numbered(&self, key: &str, number: u32) -> Chip {
        self.chip(key, &[("option", Fragment::plain(number.to_string()))])
    }

    fn named(&self, key: &str, name: &str) -> Chip {
        self.chip(key, &[("name", Fragment::plain(name))])
    }

    fn after_list(&self, more: bool, colours: &[String]) -> Vec<Chip> {
        let products = self.state.lists.products();
        let mut chips = Vec::new();
        if let Some(wish) = self.state.wishes.first() {
            chips.push(self.named("show", &self.names.plural(wish)));
        }
        if !products.is_empty() {
            chips.push(self.numbered("details", 1));
        }
        if products.first().is_some_and(|product| self.state.can_add(product)) {
            chips.push(self.numbered("add", 1));
        }
        if more {
            chips.push(self.fixed("more"));
        }
        let colour = colours.iter().find(|colour| !self.state.search.colours.contains(colour));
        if let Some(colour) = colour.filter(|_| products.len() > 1) {
            let label = self.names.label(TermKind::Colour, colour);
            chips.push(self.named("in_colour", &label));
        }
        if products.len() > 1 {
            chips.push(self.fixed("compare"));
        }
        chips
    }

    fn after_nothing(&self, relax: Option<&str>) -> Vec<Chip> {
        let mut chips = Vec::new();
        if relax.is_some() {
            chips.extend([self.fixed("yes"), self.fixed("no")]);
        }
        chips.extend(self.kinds(self.names.popular()));
        chips
    }

    fn about_product(&self) -> Vec<Chip> {
        let mut chips = Vec::new();
        if let Some(focus) = &self.state.focus {
            if self.state.can_add(focus) {
                chips.push(self.fixed("add_it"));
            }
            chips.extend([self.fixed("stock"), self.fixed("similar")]);
        } else {
            // A bare number would answer a question that may still wait from before.
            chips.extend(self.options().map(|number| self.numbered("details", number)));
        }
        chips.push(self.fixed("contact"));
        chips
    }

    fn about_cart(&self, empty: bool) -> Vec<Chip> {
        if empty {
            return self.kinds(self.names.popular());
        }
        ["cart", "checkout", "delivery", "clear"].iter().map(|key| self.fixed(key)).collect()
    }

    fn after_policy(&self) -> Vec<Chip> {
        let mut chips = Vec::new();
        if self.state.lists.options() > 0 {
            chips.push(self.numbered("details", 1));
        }
        chips.extend(["delivery", "returns", "contact"].iter().map(|key| self.fixed(key)));
        chips
    }

    fn which(&self) -> Vec<Chip> {
        if self.awaits_pair() {
            return self.pair();
        }
        let products = self.options().zip(self.state.lists.products());
        let answers = products.filter(|(_, product)| !self.awaits_piece() || self.state.can_add(product));
        answers.map(|(number, _)| self.numbered("option", number)).collect()
    }

    /// The first numbers of the list.
    fn options(&self) -> std::ops::RangeInclusive<u32> {
        let options = u32::try_from(self.state.lists.products().len()).unwrap_or(u32::MAX);
        1..=options.min(MOST_NUMBERS)
    }

    /// Whether the question that waits takes two products: the number of one would only bring it back.
    fn awaits_pair(&self) -> bool {
        self.asked_for() == Some(Intent::ProductCompare)
    }

    /// Whether the question that waits takes a product for the cart.
    fn awaits_piece(&self) -> bool {
        matches!(self.asked_for(), Some(Intent::CartAdd | Intent::CartUpdateQuantity))
    }

    /// What the product is wanted for that the question which waits asks for.
    fn asked_for(&self) -> Option<Intent> {
        match &self.state.pending.as_ref()?.waiting {
            Waiting::WhichProduct { act } => Some(act.intent),
            _ => None,
        }
    }

    fn pair(&self) -> Vec<Chip> {
        if self.state.lists.products().len() > 1 { vec![self.fixed("compare")] } else { Vec::new() }
    }

    fn kinds(&self, kinds: &[String]) -> Vec<Chip> {
        kinds.iter().take(MOST).map(|kind| self.named("show", &self.names.plural(kind))).collect()
    }

    fn open(&self) -> Vec<Chip> {
        if self.state.lists.options() > 0 {
            let mut chips = vec![self.numbered("details", 1)];
            if self.state.cart_lines > 0 {
                chips.push(self.fixed("cart"));
            }
            chips.extend(self.kinds(self.names.popular()));
            return chips;
        }
        let mut chips = self.kinds(self.names.popular());
        chips.truncate(2);
        chips.extend([self.fixed("delivery"), self.fixed("contact")]);
        chips
    }
}
