//! Changing what is in the cart, and taking a change back.

use super::{
    super::{Mood, Outcome, Scene, Stop, which::name_of},
    MANY_PIECES, MOST_PIECES,
    add::{add, ask_for_many, ask_how_many, too_many},
    after, change, empty, held, refused, run,
    swap::swap,
    total,
};
use crate::domain::{
    cart::CartLine,
    fragment::Fragment,
    references::{LineContext, Unresolved, resolve, resolve_lines},
    state::{LineMemory, Undo},
    tool::{CartAction, CartChange},
    understanding::{Intent, Quantity, Reference},
};

/// Takes things out of the cart.
pub(in super::super) fn remove(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    if scene.act.topic.as_deref() == Some("undo") {
        return undo(scene);
    }
    if scene.act.references == [Reference::WholeCart] {
        return super::clear(scene);
    }
    let lines = match lines(scene)? {
        Ok(lines) => lines,
        Err(outcome) => return Ok(*outcome),
    };
    let fewer = match scene.act.quantity {
        Some(Quantity::Exactly(n) | Quantity::Fewer(n)) => Some(n),
        _ => None,
    };
    set_lines(scene, &lines, |line| fewer.map_or(0, |n| i64::from(line.quantity).saturating_sub(n).max(0)))
}

/// Changes how many there are of something.
pub(in super::super) fn update_quantity(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    match scene.act.topic.as_deref() {
        Some("undo") => return undo(scene),
        Some("swap") => return swap(scene),
        _ => {}
    }
    let lines = match lines(scene)? {
        Ok(lines) => lines,
        // "Make it two" of what was just shown and is not in the cart yet.
        Err(_) if is_first_wish(scene) => return add(scene),
        Err(outcome) => return Ok(*outcome),
    };
    let Some(quantity) = sayable(scene.act.quantity) else {
        return Ok(ask_how_many(scene));
    };
    let target = |line: &CartLine| {
        let now = i64::from(line.quantity);
        match quantity {
            Quantity::Exactly(n) => n,
            Quantity::More(n) => now.saturating_add(n),
            Quantity::Fewer(n) => now.saturating_sub(n).max(0),
        }
    };
    let targets = || lines.iter().map(target);
    if targets().any(|n| n > MOST_PIECES) {
        return too_many(scene);
    }
    let grows = lines.iter().any(|line| target(line) > i64::from(line.quantity));
    if grows && targets().any(|n| n >= MANY_PIECES) && !scene.confirmed {
        return Ok(ask_for_many(scene));
    }
    set_lines(scene, &lines, target)
}

/// Whether a number of pieces is said of a product that is spoken of, with an empty cart.
fn is_first_wish(scene: &Scene<'_>) -> bool {
    let counts = matches!(scene.act.quantity, Some(Quantity::Exactly(n) | Quantity::More(n)) if n > 0);
    counts && scene.state.cart_lines == 0 && resolve(&scene.act.references, scene.state).is_ok()
}

/// A quantity that makes sense; of what does not it is asked anew.
fn sayable(quantity: Option<Quantity>) -> Option<Quantity> {
    quantity.filter(|(Quantity::Exactly(n) | Quantity::More(n) | Quantity::Fewer(n))| *n >= 0)
}

type Lines = Result<Vec<CartLine>, Box<Outcome>>;

/// The cart lines that the act is about; the inner error is what to say when there are none.
pub(super) fn lines(scene: &Scene<'_>) -> Result<Lines, Stop> {
    lines_of(scene, &scene.act.references)
}

pub(super) fn lines_of(scene: &Scene<'_>, references: &[Reference]) -> Result<Lines, Stop> {
    let (cart, _) = scene.cart()?;
    if cart.is_empty() {
        return Ok(Err(Box::new(empty(scene))));
    }
    let context = LineContext { cart, state: scene.state, names: scene.names };
    let found = resolve_lines(references, context).map(|found| match scene.act.topic.as_deref() {
        Some("except") => cart.lines.iter().filter(|line| !found.contains(line)).cloned().collect(),
        _ => found,
    });
    Ok(found.map_err(|unresolved| {
        let outcome = match unresolved {
            Unresolved::Ambiguous(_) => which_line(scene),
            _ => Outcome::say(scene, scene.text("cart.no_such_line", &[])),
        };
        Box::new(outcome.with_mood(Mood::Cart { empty: false }))
    }))
}

fn which_line(scene: &Scene<'_>) -> Outcome {
    // How many first: an answer to which one would then lead on to that question, perhaps turns later.
    if scene.act.intent == Intent::CartUpdateQuantity && sayable(scene.act.quantity).is_none() {
        return ask_how_many(scene);
    }
    let waiting = crate::domain::state::Waiting::WhichProduct { act: Box::new(scene.act.clone()) };
    Outcome::clarify(scene, scene.text("cart.which_line", &[]), waiting)
}

/// Sets each line to its target; nothing left removes it.
fn set_lines(scene: &Scene<'_>, lines: &[CartLine], target: impl Fn(&CartLine) -> i64) -> Result<Outcome, Stop> {
    let mut statement = Fragment::default();
    let mut undo = Undo::default();
    let mut newest = None;
    let mut last = None;
    for (place, line) in (0..).zip(lines) {
        let quantity = u32::try_from(target(line)).unwrap_or(0);
        let change = set(scene, place, line, quantity);
        let (result, proof) = match run(scene, change)? {
            Ok(ran) => ran,
            Err(failure) => return refused(scene, failure),
        };
        let name = name_of(&proof, "line.title", &line.title);
        let told = if quantity == 0 {
            scene.text("cart.removed", &[("name", name)])
        } else {
            let now = proof.number("line.quantity", quantity);
            scene.text("cart.now", &[("name", name), ("quantity", now)])
        };
        statement.push_sentence(&told);
        undo.quantities.push(memory(line, line.quantity));
        last = (quantity > 0).then(|| memory(line, quantity));
        newest = Some((result, proof));
    }
    let Some((result, proof)) = newest else {
        return Ok(Outcome::say(scene, scene.text("cart.no_such_line", &[])));
    };
    let empty = result.cart.is_empty();
    statement.push_sentence(&if empty {
        scene.text("cart.now_empty", &[])
    } else {
        total(scene, &result.cart, &proof.at("cart"))
    });
    let mut outcome = Outcome::say(scene, statement).with_mood(Mood::Cart { empty });
    after(&mut outcome, &result.cart, last, undo);
    Ok(outcome)
}

fn set(scene: &Scene<'_>, place: u32, line: &CartLine, quantity: u32) -> CartChange {
    let action = if quantity == 0 { CartAction::Remove } else { CartAction::UpdateQuantity };
    CartChange {
        product_id: line.product_id.clone(),
        line_id: line.line_id.clone(),
        quantity,
        ..change(scene, place, action)
    }
}

pub(super) fn memory(line: &CartLine, quantity: u32) -> LineMemory {
    LineMemory { product_id: line.product_id.clone(), title: line.title.clone(), quantity }
}

/// Takes the last change back.
fn undo(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let Some(undo) = &scene.state.undo else {
        return Ok(Outcome::say(scene, scene.text("cart.nothing_to_undo", &[])));
    };
    let (cart, _) = scene.cart()?;
    let mut back = Undo::default();
    let mut newest = None;
    for (place, before) in (0..).zip(&undo.quantities) {
        let now = held(cart, &before.product_id);
        let Some(change) = restore(scene, place, cart.line_of(&before.product_id), before) else {
            continue;
        };
        match run(scene, change)? {
            Ok(ran) => newest = Some(ran),
            Err(failure) => return refused(scene, failure),
        }
        back.quantities.push(LineMemory { quantity: now, ..before.clone() });
    }
    let Some((result, proof)) = newest else {
        return Ok(Outcome::say(scene, scene.text("cart.nothing_to_undo", &[])));
    };
    let mut statement = scene.text("cart.undone", &[]);
    let empty = result.cart.is_empty();
    statement.push_sentence(&if empty {
        scene.text("cart.now_empty", &[])
    } else {
        total(scene, &result.cart, &proof.at("cart"))
    });
    let mut outcome =
        Outcome::say(scene, statement).with_intents(&[Intent::CartRemove]).with_mood(Mood::Cart { empty });
    after(&mut outcome, &result.cart, None, back);
    Ok(outcome)
}

fn restore(scene: &Scene<'_>, place: u32, line: Option<&CartLine>, before: &LineMemory) -> Option<CartChange> {
    match line {
        Some(line) if line.quantity == before.quantity => None,
        Some(line) => Some(set(scene, place, line, before.quantity)),
        None if before.quantity == 0 => None,
        None => Some(CartChange {
            product_id: before.product_id.clone(),
            quantity: before.quantity,
            ..change(scene, place, CartAction::Add)
        }),
    }
}
