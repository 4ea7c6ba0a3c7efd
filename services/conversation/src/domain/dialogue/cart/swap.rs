//! One thing for another: "swap it for option 2", "no, I meant the black one".

use super::{
    super::{
        Mood, Outcome, Scene, Stop,
        which::{name_of, which},
    },
    add::price_on_request,
    after, change as numbered,
    change::{lines_of, memory},
    refused, run, total,
};
use crate::domain::{
    state::{LineMemory, Undo},
    tool::{CartAction, CartChange},
    understanding::{Act, Intent, Reference},
};

/// Replaces a cart line by another product, as many pieces as there were.
pub(super) fn swap(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let (out, into): (&[Reference], &[Reference]) = match scene.act.references.split_last() {
        Some((into, out)) => (out, std::slice::from_ref(into)),
        None => (&[], &[]),
    };
    let wanted = Act { references: into.to_vec(), ..scene.act.clone() };
    let products = which(&Scene { act: &wanted, ..*scene })?;
    let Some(product) = products.first() else {
        return Ok(Outcome::say(scene, scene.text("which.gone", &[])));
    };
    let lines = match lines_of(scene, out)? {
        Ok(lines) => lines,
        Err(outcome) => return Ok(*outcome),
    };
    let Some(going) = lines.into_iter().next() else {
        return Ok(Outcome::say(scene, scene.text("cart.no_such_line", &[])));
    };
    if going.product_id == product.product_id {
        return Ok(Outcome::say(scene, scene.text("cart.same", &[])));
    }
    if product.price.is_none() {
        return price_on_request(scene, product);
    }
    let put = CartChange {
        product_id: product.product_id.clone(),
        quantity: going.quantity,
        ..numbered(scene, 0, CartAction::Add)
    };
    // First in, then out: a refusal leaves the cart as it was.
    if let Err(failure) = run(scene, put)? {
        return refused(scene, failure);
    }
    let take = CartChange {
        product_id: going.product_id.clone(),
        line_id: going.line_id.clone(),
        ..numbered(scene, 1, CartAction::Remove)
    };
    let (result, proof) = match run(scene, take)? {
        Ok(ran) => ran,
        Err(failure) => return refused(scene, failure),
    };
    let gone = name_of(&proof, "line.title", &going.title);
    let Some((index, line)) =
        result.cart.lines.iter().enumerate().find(|(_, line)| line.product_id == product.product_id)
    else {
        return Ok(Outcome::say(scene, scene.text("cart.failed", &[])));
    };
    let cart = proof.at("cart");
    let came = name_of(&cart, &format!("lines[{index}].title"), &line.title);
    let mut statement = scene.text("cart.swapped", &[("gone", gone), ("came", came)]);
    statement.push_sentence(&total(scene, &result.cart, &cart));
    let mut outcome = Outcome::say(scene, statement)
        .with_intents(&[Intent::CartUpdateQuantity])
        .with_mood(Mood::Cart { empty: false });
    let undo = Undo {
        quantities: vec![
            memory(&going, going.quantity),
            LineMemory {
                product_id: product.product_id.clone(),
                title: product.title.clone(),
                quantity: line.quantity.saturating_sub(going.quantity),
            },
        ],
    };
    let last =
        LineMemory { product_id: product.product_id.clone(), title: product.title.clone(), quantity: line.quantity };
    after(&mut outcome, &result.cart, Some(last), undo);
    outcome.state.focus = Some(product.clone());
    Ok(outcome)
}
