//! Reading a message as the answer to the question that waits.

use crate::domain::{
    references::resolve,
    state::{Pending, SessionState, Waiting},
    understanding::{Act, Intent, Reference, SearchPatch},
};

/// Topic of a question for everything about a product: more than pointing at it.
const DETAILS: &str = "details";
/// Topic of a search whose choice is left to us.
const BYPASS: &str = "bypass";

/// One act to carry out, and whether a yes stands behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct Intended {
    /// The act.
    pub act: Act,
    /// Whether a question about it was just answered with yes.
    pub confirmed: bool,
}

impl Intended {
    fn plain(act: Act) -> Self {
        Self { act, confirmed: false }
    }

    fn confirmed(act: Act) -> Self {
        Self { act, confirmed: true }
    }
}

/// The acts of a message in the light of the pending question, and the state without the question where it is answered or
/// has expired.
#[must_use]
pub fn interpret(acts: &[Act], state: &SessionState, turn: u32) -> (Vec<Intended>, SessionState) {
    let mut state = state.clone();
    let pending = state.pending.take().filter(|pending| pending.is_alive_at(turn));
    let Some((first, rest)) = acts.split_first() else {
        return (Vec::new(), state);
    };
    let Some(pending) = pending else {
        return (acts.iter().cloned().map(Intended::plain).collect(), state);
    };
    let Some(answer) = answer(first, &pending, &mut state) else {
        if is_aside(first) && matches!(pending.waiting, Waiting::ClearCart | Waiting::LargeQuantity { .. }) {
            state.lapsed_at_turn = turn;
        }
        if outlives(&pending, first) {
            state.pending = Some(pending);
        }
        return (acts.iter().cloned().map(Intended::plain).collect(), state);
    };
    let rest = rest.iter().cloned().map(Intended::plain);
    (std::iter::once(answer).chain(rest).collect(), state)
}

/// What an act means as an answer; `None` when it is none.
fn answer(act: &Act, pending: &Pending, state: &mut SessionState) -> Option<Intended> {
    match (&pending.waiting, act.intent) {
        (_, Intent::Deny) => Some(Intended::plain(denied(act, pending))),
        (Waiting::ClearCart, Intent::Affirm | Intent::CartClear) => {
            Some(Intended::confirmed(Act::of(Intent::CartClear, act.confidence)))
        }
        (Waiting::LargeQuantity { act: wanted }, Intent::Affirm) => Some(Intended::confirmed((**wanted).clone())),
        (Waiting::Relax { slot }, Intent::Affirm) => Some(Intended::plain(without(slot, state))),
        (Waiting::Category, Intent::Affirm) => Some(Intended::plain(anything())),
        (Waiting::NextWish, Intent::Affirm) => state
            .wishes
            .first()
            .cloned()
            .map(|wish| Intended::plain(search(SearchPatch { category: Some(wish), ..SearchPatch::default() }))),
        (Waiting::Choice { sides }, _) => side(act, sides).map(|side| Intended::plain(chosen(side, state))),
        (Waiting::WhichProduct { act: wanted }, _) => completes(act, wanted, state).map(Intended::plain),
        _ => None,
    }
}

fn denied(act: &Act, pending: &Pending) -> Act {
    let topic = match pending.waiting {
        Waiting::ClearCart | Waiting::LargeQuantity { .. } => "cancelled",
        Waiting::Relax { .. } => "relax",
        _ => "question",
    };
    Act { topic: Some(topic.to_owned()), ..act.clone() }
}

fn search(patch: SearchPatch) -> Act {
    Act { patch, ..Act::of(Intent::ProductSearch, 1.0) }
}

/// The search without a slot; where that leaves nothing to search by, whatever there is.
fn without(slot: &str, state: &SessionState) -> Act {
    let mut rest = state.search.clone();
    rest.remove(slot);
    let act = search(SearchPatch { remove: vec![slot.to_owned()], ..SearchPatch::default() });
    Act { topic: (!rest.is_searchable()).then(|| BYPASS.to_owned()), ..act }
}

fn anything() -> Act {
    Act { topic: Some(BYPASS.to_owned()), ..Act::of(Intent::ProductSearch, 1.0) }
}

/// The side that was chosen is shown even where no kind of furniture is known, or words that may mean anything: one question was enough.
fn chosen(side: SearchPatch, state: &SessionState) -> Act {
    let mut known = state.search.clone();
    known.remove("query");
    let topic = (!known.is_searchable()).then(|| BYPASS.to_owned());
    Act { topic, ..search(side) }
}

/// The side of a choice that a message takes: by its number, or in its very words.
fn side(act: &Act, sides: &[SearchPatch]) -> Option<SearchPatch> {
    if sides.contains(&act.patch) {
        return Some(act.patch.clone());
    }
    let number = act.references.iter().find_map(|reference| match reference {
        Reference::Option(number) => usize::try_from(*number).ok(),
        Reference::FirstN(Some(1)) => Some(1),
        Reference::Last => Some(sides.len()),
        _ => None,
    })?;
    sides.get(number.checked_sub(1)?).cloned()
}

/// "Option 2" after "which one?": the act that waited, now about option 2.
fn completes(act: &Act, wanted: &Act, state: &SessionState) -> Option<Act> {
    let only_points = matches!(
        act.intent,
        Intent::ProductSpecQa | Intent::Affirm | Intent::ClarificationNeeded | Intent::ProductSearch
    ) && act.attribute.is_none()
        && act.topic.as_deref() != Some(DETAILS);
    let bare = act.intent != Intent::ProductSearch || act.patch.is_empty();
    if !only_points || !bare || act.references.is_empty() {
        return None;
    }
    // "Compare it with …" keeps what it already had; what led nowhere led to the question.
    let leads_somewhere = |reference: &&Reference| resolve(std::slice::from_ref(*reference), state).is_ok();
    let mut references = match wanted.intent {
        Intent::ProductCompare => wanted.references.iter().filter(leads_somewhere).cloned().collect(),
        _ => Vec::new(),
    };
    references.extend(act.references.iter().cloned());
    Some(Act { references, quantity: act.quantity.or(wanted.quantity), ..wanted.clone() })
}

/// Whether the question still waits after a message about something else: a remark or a policy question does not answer it.
fn outlives(pending: &Pending, act: &Act) -> bool {
    let asks_for_a_thing =
        matches!(pending.waiting, Waiting::Category | Waiting::WhichProduct { .. } | Waiting::Postcode);
    is_aside(act) && asks_for_a_thing
}

/// Whether an act is neither a search nor a change of the cart.
fn is_aside(act: &Act) -> bool {
    !matches!(
        act.intent,
        Intent::ProductSearch
            | Intent::CartAdd
            | Intent::CartRemove
            | Intent::CartUpdateQuantity
            | Intent::CartClear
            | Intent::Checkout
            | Intent::SystemReset
            | Intent::ProductCompare
            | Intent::FindSimilar
    )
}
