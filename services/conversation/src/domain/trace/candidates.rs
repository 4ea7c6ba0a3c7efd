//! What the references of a message could have meant. Resolved again from the same state as the dialogue's own resolution, which is pure.

use serde::{Deserialize, Serialize};

use crate::domain::{
    cart::Cart,
    names::Names,
    product::Brief,
    references::{LineContext, Unresolved, resolve, resolve_lines},
    state::SessionState,
    understanding::{Act, Intent, Reference},
};

/// Most candidates kept of an act.
const MOST: usize = 12;

/// The references of one act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consulted {
    /// What the act is for.
    pub intent: Intent,
    /// How the message pointed: "option 2", "it", "the black one".
    pub said: Vec<String>,
    /// What it could have pointed at.
    pub candidates: Vec<Candidate>,
    /// Ids of the products that it was taken for.
    pub chosen: Vec<String>,
    /// Why it was taken for none; empty when it was.
    pub unresolved: String,
}

/// A product or a cart line that a reference could have meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The product.
    pub product_id: String,
    /// Its name.
    pub title: String,
    /// Where it stands: "option 2", "focus", "cart line 1".
    pub place: String,
}

impl Consulted {
    /// What an act's references led to; `None` when it has none. `state` is the session before the act, `cart` as the act saw it.
    #[must_use]
    pub fn of(act: &Act, state: &SessionState, cart: Option<&Cart>, names: &Names) -> Option<Self> {
        if act.references.is_empty() {
            return None;
        }
        let about_lines = matches!(act.intent, Intent::CartRemove | Intent::CartUpdateQuantity | Intent::CartClear);
        let (candidates, found) = match cart {
            Some(cart) if about_lines => (lines(cart), resolve_in_cart(act, LineContext { cart, state, names })),
            _ => (shown(state), ids(resolve(&act.references, state), |product: &Brief| &product.product_id)),
        };
        let (chosen, unresolved) = match found {
            Ok(chosen) => (chosen, String::new()),
            Err(unresolved) => (Vec::new(), reason(&unresolved)),
        };
        let said = act.references.iter().map(said).collect();
        Some(Self { intent: act.intent, said, candidates, chosen, unresolved })
    }
}

fn resolve_in_cart(act: &Act, context: LineContext<'_>) -> Result<Vec<String>, Unresolved> {
    ids(resolve_lines(&act.references, context), |line| &line.product_id)
}

fn ids<T>(found: Result<Vec<T>, Unresolved>, id: impl Fn(&T) -> &String) -> Result<Vec<String>, Unresolved> {
    found.map(|found| found.iter().map(|one| id(one).clone()).collect())
}

fn lines(cart: &Cart) -> Vec<Candidate> {
    let line = |(number, line): (usize, &crate::domain::cart::CartLine)| Candidate {
        product_id: line.product_id.clone(),
        title: line.title.clone(),
        place: format!("cart line {number}"),
    };
    (1..).zip(&cart.lines).take(MOST).map(line).collect()
}

/// The shown list, and the focus when it is not on it.
fn shown(state: &SessionState) -> Vec<Candidate> {
    let candidate = |product: &Brief, place: String| Candidate {
        product_id: product.product_id.clone(),
        title: product.title.clone(),
        place,
    };
    let listed = (1..).zip(state.lists.everything()).map(|(number, product)| {
        let in_focus = state.focus.as_ref().is_some_and(|focus| focus.product_id == product.product_id);
        candidate(product, format!("option {number}{}", if in_focus { ", focus" } else { "" }))
    });
    let is_listed = |id: &str| state.lists.everything().any(|product| product.product_id == id);
    let focus = state.focus.iter().filter(|focus| !is_listed(&focus.product_id));
    listed.chain(focus.map(|focus| candidate(focus, "focus".to_owned()))).take(MOST).collect()
}

/// A reference in the words of the trace.
fn said(reference: &Reference) -> String {
    match reference {
        Reference::Option(number) => format!("option {number}"),
        Reference::Last => "the last".to_owned(),
        Reference::FirstN(Some(count)) => format!("the first {count}"),
        Reference::FirstN(None) => "all of them".to_owned(),
        Reference::Other => "the other one".to_owned(),
        Reference::Pronoun => "it".to_owned(),
        Reference::Sku(key) => format!("key {key}"),
        Reference::Price(price) => format!("the one at {price}"),
        Reference::Cheapest => "the cheapest".to_owned(),
        Reference::Dearest => "the dearest".to_owned(),
        Reference::Attribute { name, value } => format!("{name} {value}"),
        Reference::Name(name) => format!("name {name}"),
        Reference::Category(category) => format!("kind {category}"),
        Reference::InCart(inner) => format!("{} in the cart", said(inner)),
        Reference::WholeCart => "the whole cart".to_owned(),
    }
}

fn reason(unresolved: &Unresolved) -> String {
    match unresolved {
        Unresolved::NothingShown => "nothing was shown".to_owned(),
        Unresolved::OutOfRange(number) => format!("there is no option {number}"),
        Unresolved::Ambiguous(products) => format!("{} fit", products.len()),
        Unresolved::NoneFits => "none fits".to_owned(),
        Unresolved::LookUp(_) => "looked up in the catalogue".to_owned(),
        Unresolved::Find(_) => "searched for in the catalogue".to_owned(),
        Unresolved::Kind(category) => format!("no {category} was shown"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{World, names};

    fn consulted(reference: Reference, state: &SessionState) -> Consulted {
        let mut act = Act::of(Intent::ProductSpecQa, 1.0);
        act.references = vec![reference];
        Consulted::of(&act, state, None, &names()).unwrap()
    }

    #[test]
    fn the_shown_list_is_what_an_option_is_chosen_from() {
        let mut state = SessionState::default();
        let products = World::new().products;
        state.lists.show(Some("desk".to_owned()), products.iter().take(3).map(|product| product.brief()).collect());
        let second = consulted(Reference::Option(2), &state);
        assert_eq!(second.chosen, ["D2"]);
        let places: Vec<&str> = second.candidates.iter().map(|candidate| candidate.place.as_str()).collect();
        assert_eq!(places, ["option 1", "option 2", "option 3"]);
        let ninth = consulted(Reference::Option(9), &state);
        assert_eq!((ninth.chosen.len(), ninth.unresolved.as_str()), (0, "there is no option 9"));
    }

    #[test]
    fn an_act_that_points_at_nothing_consults_nothing() {
        let act = Act::of(Intent::Greeting, 1.0);
        assert_eq!(Consulted::of(&act, &SessionState::default(), None, &names()), None);
    }
}
