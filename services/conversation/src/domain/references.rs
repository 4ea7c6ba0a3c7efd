//! What "the second", "the red one" or "it" points at: shown products here, cart lines in [`lines`].

mod lines;
mod matching;

pub use lines::{LineContext, resolve_lines};
pub use matching::{contains_words, significant_words};

use super::{
    product::Brief,
    state::{SessionState, ShownList},
    understanding::{Intent, Reference},
};
use matching::{dearest, has_attribute, has_price};

/// Why a reference does not lead to a product that the session knows.
#[derive(Debug, Clone, PartialEq)]
pub enum Unresolved {
    /// Nothing was shown that it could be about.
    NothingShown,
    /// There is no option of that number.
    OutOfRange(u32),
    /// Several products fit.
    Ambiguous(Vec<Brief>),
    /// Nothing on the list fits.
    NoneFits,
    /// A key to look up in the catalogue.
    LookUp(String),
    /// A name to search the catalogue for.
    Find(String),
    /// A kind of furniture of which nothing was shown.
    Kind(String),
}

/// The products that references point at, each once, in the order they were named.
///
/// # Errors
/// The first reference that does not resolve, and why.
pub fn resolve(references: &[Reference], state: &SessionState) -> Result<Vec<Brief>, Unresolved> {
    let kind = references.iter().find_map(|reference| match reference {
        Reference::Category(category) => Some(category.as_str()),
        _ => None,
    });
    let pointing: Vec<&Reference> =
        references.iter().filter(|reference| !matches!(reference, Reference::Category(_))).collect();
    if pointing.is_empty() {
        return by_kind_or_focus(kind, state);
    }
    // A code names its product whatever else is said.
    let by_code = pointing.iter().all(|reference| matches!(reference, Reference::Sku(_)));
    let list = match kind.filter(|_| !by_code) {
        Some(category) => state.lists.about(category).ok_or_else(|| Unresolved::Kind(category.to_owned()))?,
        None => state.lists.current(),
    };
    let mut found: Vec<Brief> = Vec::new();
    for reference in pointing {
        for product in resolve_one(reference, list, state)? {
            if !found.iter().any(|p| p.product_id == product.product_id) {
                found.push(product);
            }
        }
    }
    Ok(found)
}

fn by_kind_or_focus(kind: Option<&str>, state: &SessionState) -> Result<Vec<Brief>, Unresolved> {
    let Some(category) = kind else {
        return pronoun(state.lists.current(), state);
    };
    if let Some(focus) = state.focus.as_ref().filter(|p| p.is_in(category)) {
        return Ok(vec![focus.clone()]);
    }
    let fitting = |list: &ShownList| -> Vec<Brief> {
        list.products.iter().chain(&list.extras).filter(|product| product.is_in(category)).cloned().collect()
    };
    let mut candidates = fitting(state.lists.current());
    if candidates.is_empty() {
        candidates = state.lists.about(category).map(fitting).unwrap_or_default();
    }
    match candidates.len() {
        0 => Err(Unresolved::Kind(category.to_owned())),
        _ => only(candidates),
    }
}

fn resolve_one(reference: &Reference, list: &ShownList, state: &SessionState) -> Result<Vec<Brief>, Unresolved> {
    match reference {
        Reference::Option(number) => option(list, *number),
        Reference::Last => list.products.last().map(|product| vec![product.clone()]).ok_or(Unresolved::NothingShown),
        Reference::FirstN(count) => first(list, *count, state),
        Reference::Other => other(list, state),
        Reference::Pronoun => pronoun(list, state),
        Reference::Sku(key) => known_key(key, state),
        Reference::Price(price) => among(list, |product| has_price(product, *price)),
        Reference::Cheapest => extreme(spoken_of(list, state), true),
        Reference::Dearest => extreme(spoken_of(list, state), false),
        Reference::Attribute { name, value } => among(list, |product| has_attribute(product, name, value)),
        Reference::Name(name) => by_name(name, list, state),
        Reference::InCart(inner) => resolve_one(inner, list, state),
        Reference::Category(category) => by_kind_or_focus(Some(category), state),
        Reference::WholeCart => Err(Unresolved::NoneFits),
    }
}

fn option(list: &ShownList, number: u32) -> Result<Vec<Brief>, Unresolved> {
    if list.products.is_empty() {
        return Err(Unresolved::NothingShown);
    }
    list.option(number).map(|product| vec![product.clone()]).ok_or(Unresolved::OutOfRange(number))
}

fn first(list: &ShownList, count: Option<u32>, state: &SessionState) -> Result<Vec<Brief>, Unresolved> {
    if list.products.is_empty() {
        return Err(Unresolved::NothingShown);
    }
    let wanted = count.map_or(list.products.len(), |n| usize::try_from(n).unwrap_or(usize::MAX));
    if wanted == 2 && list.products.len() > 2 && state.compared.len() == 2 {
        return Ok(state.compared.clone());
    }
    if wanted == 0 || wanted > list.products.len() {
        return Err(Unresolved::OutOfRange(count.unwrap_or(u32::MAX)));
    }
    Ok(list.products.iter().take(wanted).cloned().collect())
}

/// What is neither in focus nor just changed, of the compared pair or else of the list.
fn other(list: &ShownList, state: &SessionState) -> Result<Vec<Brief>, Unresolved> {
    let pool = if state.compared.len() == 2 { &state.compared } else { &list.products };
    if pool.is_empty() {
        return Err(Unresolved::NothingShown);
    }
    let is_taken = |product: &Brief| {
        let id = Some(product.product_id.as_str());
        state.focus.as_ref().map(|p| p.product_id.as_str()) == id
            || state.last_line.as_ref().map(|l| l.product_id.as_str()) == id
    };
    only(pool.iter().filter(|p| !is_taken(p)).cloned().collect())
}

/// The focus, else the only product shown.
fn pronoun(list: &ShownList, state: &SessionState) -> Result<Vec<Brief>, Unresolved> {
    if let Some(focus) = &state.focus {
        return Ok(vec![focus.clone()]);
    }
    match list.products.as_slice() {
        [] => Err(Unresolved::NothingShown),
        products => only(products.to_vec()),
    }
}

fn known_key(key: &str, state: &SessionState) -> Result<Vec<Brief>, Unresolved> {
    let folded = fold_key(key);
    let is_it = |product: &&Brief| {
        [&product.product_id, &product.handle, &product.sku].iter().any(|own| fold_key(own) == folded)
    };
    let known: Vec<Brief> = state.lists.everything().filter(is_it).cloned().collect();
    match known.as_slice() {
        [_] => Ok(known),
        // A key can stand on several products: only the catalogue knows all of them.
        _ => Err(Unresolved::LookUp(key.to_owned())),
    }
}

fn fold_key(key: &str) -> String {
    key.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn among(list: &ShownList, fits: impl Fn(&Brief) -> bool) -> Result<Vec<Brief>, Unresolved> {
    if list.products.is_empty() {
        return Err(Unresolved::NothingShown);
    }
    let fitting = list.products.iter().chain(&list.extras);
    only(fitting.filter(|product| fits(product)).cloned().collect())
}

/// What was compared just now, else the list: "the cheaper one" after "compare 2 and 4" is one of the two.
fn spoken_of<'a>(list: &'a ShownList, state: &'a SessionState) -> &'a [Brief] {
    let compared = state.last_intent == Some(Intent::ProductCompare) && !state.compared.is_empty();
    if compared { &state.compared } else { &list.products }
}

fn extreme(products: &[Brief], cheapest: bool) -> Result<Vec<Brief>, Unresolved> {
    if products.is_empty() {
        return Err(Unresolved::NothingShown);
    }
    let priced = products.iter().filter(|product| product.price.is_some());
    let price = |product: &&Brief| product.price.map_or(i64::MAX, |price| price.minor);
    let found = if cheapest { priced.min_by_key(price) } else { dearest(priced) };
    found.map(|product| vec![product.clone()]).ok_or(Unresolved::NoneFits)
}

fn by_name(name: &str, list: &ShownList, state: &SessionState) -> Result<Vec<Brief>, Unresolved> {
    let fitting = |products: &mut dyn Iterator<Item = &Brief>| -> Vec<Brief> {
        products.filter(|product| contains_words(&product.title, name)).cloned().collect()
    };
    let mut found = fitting(&mut list.products.iter().chain(&list.extras));
    if found.is_empty() {
        found = fitting(&mut state.focus.iter());
    }
    match found.len() {
        0 => Err(Unresolved::Find(name.to_owned())),
        _ => only(found),
    }
}

/// The one candidate, or why there is none.
fn only(candidates: Vec<Brief>) -> Result<Vec<Brief>, Unresolved> {
    match candidates.len() {
        0 => Err(Unresolved::NoneFits),
        1 => Ok(candidates),
        _ => Err(Unresolved::Ambiguous(candidates)),
    }
}
