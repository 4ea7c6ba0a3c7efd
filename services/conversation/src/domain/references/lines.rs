//! What a message points at in the cart.

use super::{Unresolved, matching::contains_words};
use crate::domain::{
    cart::{Cart, CartLine},
    names::Names,
    state::SessionState,
    understanding::{Intent, Reference},
};

/// What cart references are resolved against.
#[derive(Debug, Clone, Copy)]
pub struct LineContext<'a> {
    /// The cart as it is now.
    pub cart: &'a Cart,
    /// The session.
    pub state: &'a SessionState,
    /// Names of categories.
    pub names: &'a Names,
}

/// The cart lines that references point at, each once.
///
/// # Errors
/// The first reference that does not resolve, and why.
pub fn resolve_lines(references: &[Reference], context: LineContext<'_>) -> Result<Vec<CartLine>, Unresolved> {
    if context.cart.is_empty() {
        return Err(Unresolved::NothingShown);
    }
    if references.is_empty() {
        return pronoun(context);
    }
    let mut found: Vec<CartLine> = Vec::new();
    // "Option 2 from the desks" points with the option; the kind only says which list.
    let pointing = references.len() > 1;
    for reference in references {
        if pointing && matches!(reference, Reference::Category(_)) {
            continue;
        }
        for line in resolve_one(reference, context)? {
            if !found.iter().any(|known| known.line_id == line.line_id) {
                found.push(line);
            }
        }
    }
    Ok(found)
}

fn resolve_one(reference: &Reference, context: LineContext<'_>) -> Result<Vec<CartLine>, Unresolved> {
    let lines = &context.cart.lines;
    match reference {
        Reference::WholeCart => Ok(lines.clone()),
        Reference::InCart(inner) => in_cart(inner, context),
        Reference::Pronoun => pronoun(context),
        Reference::Option(_) | Reference::Last | Reference::FirstN(_)
            if context.state.last_intent == Some(Intent::CartShow) =>
        {
            in_cart(reference, context)
        }
        Reference::Other => other(context),
        Reference::Option(_) | Reference::FirstN(_) | Reference::Last => shown_then_cart(reference, context),
        _ => in_cart(reference, context),
    }
}

/// A place on the shown list whose product is in the cart, else the same place among the lines.
fn shown_then_cart(reference: &Reference, context: LineContext<'_>) -> Result<Vec<CartLine>, Unresolved> {
    let shown = super::resolve(std::slice::from_ref(reference), context.state).unwrap_or_default();
    let held: Vec<CartLine> =
        shown.iter().filter_map(|product| context.cart.line_of(&product.product_id).cloned()).collect();
    if held.is_empty() {
        return in_cart(reference, context);
    }
    Ok(held)
}

fn in_cart(reference: &Reference, context: LineContext<'_>) -> Result<Vec<CartLine>, Unresolved> {
    let lines = &context.cart.lines;
    match reference {
        Reference::Option(number) => usize::try_from(*number)
            .ok()
            .and_then(|n| lines.get(n.checked_sub(1)?))
            .map(|line| vec![line.clone()])
            .ok_or(Unresolved::OutOfRange(*number)),
        Reference::Last => Ok(lines.last().cloned().into_iter().collect()),
        Reference::FirstN(count) => {
            let wanted = count.map_or(lines.len(), |n| usize::try_from(n).unwrap_or(usize::MAX));
            Ok(lines.iter().take(wanted).cloned().collect())
        }
        Reference::Cheapest => Ok(lines.iter().min_by_key(|line| line.unit_price.minor).cloned().into_iter().collect()),
        Reference::Dearest => Ok(lines.iter().max_by_key(|line| line.unit_price.minor).cloned().into_iter().collect()),
        Reference::Sku(key) => {
            among(context, |line| line.sku.eq_ignore_ascii_case(key) || line.product_id.eq_ignore_ascii_case(key))
        }
        Reference::Price(price) => among(context, |line| line.unit_price == *price),
        Reference::Attribute { value, .. } => among(context, |line| contains_words(&line.title, value)),
        Reference::Name(name) => among(context, |line| contains_words(&line.title, name)),
        Reference::Category(category) => by_kind(category, context),
        Reference::Pronoun => pronoun(context),
        Reference::Other => other(context),
        Reference::InCart(inner) => in_cart(inner, context),
        Reference::WholeCart => Ok(lines.clone()),
    }
}

fn by_kind(category: &str, context: LineContext<'_>) -> Result<Vec<CartLine>, Unresolved> {
    let name = context.names.singular(category);
    let known_kind = |line: &CartLine| {
        context.state.lists.everything().any(|product| product.product_id == line.product_id && product.is_in(category))
    };
    among(context, |line| known_kind(line) || contains_words(&line.title, &name))
}

/// The line changed last, else the product in focus, else the only line.
fn pronoun(context: LineContext<'_>) -> Result<Vec<CartLine>, Unresolved> {
    let LineContext { cart, state, .. } = context;
    let last = state.last_line.as_ref().map(|line| line.product_id.as_str());
    let focus = state.focus.as_ref().map(|p| p.product_id.as_str());
    let preferred = [last, focus].into_iter().flatten().find_map(|product_id| cart.line_of(product_id));
    match (preferred, cart.lines.as_slice()) {
        (Some(line), _) | (None, [line]) => Ok(vec![line.clone()]),
        (None, _) => Err(Unresolved::Ambiguous(Vec::new())),
    }
}

fn other(context: LineContext<'_>) -> Result<Vec<CartLine>, Unresolved> {
    let last = context.state.last_line.as_ref().map(|line| &line.product_id);
    among(context, |line| Some(&line.product_id) != last)
}

fn among(context: LineContext<'_>, fits: impl Fn(&CartLine) -> bool) -> Result<Vec<CartLine>, Unresolved> {
    let found: Vec<CartLine> = context.cart.lines.iter().filter(|line| fits(line)).cloned().collect();
    match found.len() {
        0 => Err(Unresolved::NoneFits),
        1 => Ok(found),
        _ => Err(Unresolved::Ambiguous(Vec::new())),
    }
}
