//! Putting things in the cart.

use super::{
    super::{
        Mood, Outcome, Scene, Stop,
        which::{name_of, which},
    },
    MANY_PIECES, MOST_PIECES, after, change, refused, run, total,
};
use crate::domain::{
    fragment::{ClaimKind, Fragment},
    product::Brief,
    state::{LineMemory, Undo, Waiting},
    tool::{CartAction, CartChange},
    understanding::{Intent, Quantity},
};

/// Adds the products that were named.
pub(in super::super) fn add(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let wanted = wanted_pieces(scene);
    // Asked before which one is meant: an answer to that would then lead on to this question, perhaps turns later.
    if wanted < 1 {
        return Ok(ask_how_many(scene));
    }
    let products = which(scene)?;
    let pieces = match pieces(scene, wanted)? {
        Pieces::So(pieces) => pieces,
        Pieces::Ask(outcome) => return Ok(*outcome),
    };
    if let Some(product) = products.iter().find(|product| product.price.is_none()) {
        return price_on_request(scene, product);
    }
    let mut added: Vec<Fragment> = Vec::new();
    let mut undo = Undo::default();
    let mut newest = None;
    for (place, product) in (0..).zip(&products) {
        let change = CartChange {
            product_id: product.product_id.clone(),
            quantity: pieces,
            ..change(scene, place, CartAction::Add)
        };
        let (result, proof) = match run(scene, change)? {
            Ok(ran) => ran,
            Err(failure) => return refused(scene, failure),
        };
        let title = result.line.as_ref().map_or(&product.title, |line| &line.title);
        let name = name_of(&proof, "line.title", title);
        let quantity = proof.number("quantity", result.quantity);
        added.push(scene.text("cart.pieces", &[("quantity", quantity), ("name", name)]));
        let now = result.line.as_ref().map_or(pieces, |line| line.quantity);
        undo.quantities.push(LineMemory {
            product_id: product.product_id.clone(),
            title: product.title.clone(),
            quantity: now.saturating_sub(pieces),
        });
        newest = Some((result, proof));
    }
    let Some((result, proof)) = newest else {
        return Ok(Outcome::say(scene, scene.text("which.gone", &[])));
    };
    let mut statement = scene.text("cart.added", &[("what", scene.shop.texts.all_of(&added))]);
    statement.push_sentence(&total(scene, &result.cart, &proof.at("cart")));
    let mut outcome =
        Outcome::say(scene, statement).with_intents(&[Intent::CartAdd]).with_mood(Mood::Cart { empty: false });
    let last = products.last().map(|product| memory(product, pieces));
    after(&mut outcome, &result.cart, last, undo);
    if let [only] = products.as_slice() {
        outcome.state.focus = Some(only.clone());
    }
    Ok(outcome)
}

fn memory(product: &Brief, quantity: u32) -> LineMemory {
    LineMemory { product_id: product.product_id.clone(), title: product.title.clone(), quantity }
}

enum Pieces {
    So(u32),
    Ask(Box<Outcome>),
}

/// How many are to be added, as it was said.
fn wanted_pieces(scene: &Scene<'_>) -> i64 {
    match scene.act.quantity {
        None => 1,
        Some(Quantity::Exactly(n) | Quantity::More(n)) => n,
        Some(Quantity::Fewer(n)) => n.saturating_neg(),
    }
}

/// How many to add, or what has to be said first about so many.
fn pieces(scene: &Scene<'_>, wanted: i64) -> Result<Pieces, Stop> {
    let outcome = match u32::try_from(wanted) {
        Ok(pieces) if wanted < MANY_PIECES || (wanted <= MOST_PIECES && scene.confirmed) => {
            return Ok(Pieces::So(pieces));
        }
        _ if wanted <= MOST_PIECES => ask_for_many(scene),
        _ => too_many(scene)?,
    };
    Ok(Pieces::Ask(Box::new(outcome)))
}

pub(super) fn ask_how_many(scene: &Scene<'_>) -> Outcome {
    let mut act = scene.act.clone();
    act.quantity = None;
    let waiting = Waiting::WhichProduct { act: Box::new(act) };
    // A place on the list would not say how many.
    Outcome::clarify(scene, scene.text("cart.how_many", &[]), waiting).with_mood(Mood::Open)
}

/// More than a cart line takes: people handle that.
pub(super) fn too_many(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let contact = scene.contact_line()?;
    let statement = scene.text("cart.too_many", &[("contact", contact)]);
    Ok(Outcome::say(scene, statement).with_mood(Mood::Product))
}

pub(super) fn ask_for_many(scene: &Scene<'_>) -> Outcome {
    let number = match scene.act.quantity {
        Some(Quantity::Exactly(n)) => ("Exactly", n),
        Some(Quantity::More(n)) => ("More", n),
        Some(Quantity::Fewer(n)) => ("Fewer", n),
        None => ("Exactly", 1),
    };
    let source = format!("message.acts[{}].quantity.{}", scene.step, number.0);
    let text = number.1.to_string();
    let quantity = Fragment::claim(ClaimKind::Number, text.clone(), text, source);
    let question = scene.text("cart.confirm_many", &[("quantity", quantity)]);
    let waiting = Waiting::LargeQuantity { act: Box::new(scene.act.clone()) };
    let outcome = Outcome::say(scene, Fragment::default());
    outcome.asking(scene, question, waiting).with_mood(Mood::Confirm)
}

/// A product without an online price cannot be bought here.
pub(super) fn price_on_request(scene: &Scene<'_>, product: &Brief) -> Result<Outcome, Stop> {
    let contact = scene.contact_line()?;
    let statement = scene.text("cart.price_on_request", &[("contact", contact)]);
    let mut outcome = Outcome::say(scene, statement).with_mood(Mood::Product);
    outcome.state.focus = Some(product.clone());
    Ok(outcome)
}
