//! The cart: adding, changing, clearing, showing, paying.

mod add;
mod change;
mod swap;

pub(super) use add::add;
pub(super) use change::{remove, update_quantity};

use super::{Action, ActionType, Mood, Outcome, Scene, Stop, which::name_of};
use crate::domain::{
    cart::{self, Cart},
    fragment::{ClaimKind, Fragment, Proof},
    state::{LineMemory, Undo, Waiting},
    tool::{CartAction, CartChange, CartResult, ToolCall, ToolFailure, ToolResult},
    understanding::Intent,
};
use easymart_core::reason;

/// Most pieces of one product, as quantities are counted while they are read.
const MOST_PIECES: i64 = cart::MOST_PIECES as i64;
/// Pieces from which on a yes is asked for.
const MANY_PIECES: i64 = 10;
/// Most lines named when the cart is told.
const LINES_NAMED: usize = 3;
/// Room for the changes of one act, so that no two changes of a turn share a number.
const STEPS_PER_ACT: u32 = 64;

/// Tells what is in the cart.
pub(super) fn show(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let (cart, proof) = scene.cart()?;
    if cart.is_empty() {
        return Ok(empty(scene));
    }
    let lines: Vec<Fragment> = cart
        .lines
        .iter()
        .enumerate()
        .take(LINES_NAMED)
        .map(|(index, line)| {
            let proof = proof.at(&format!("lines[{index}]"));
            let quantity = proof.number("quantity", line.quantity);
            let name = name_of(&proof, "title", &line.title);
            let total = proof.price("line_total", line.line_total);
            scene.text("cart.line", &[("quantity", quantity), ("name", name), ("total", total)])
        })
        .collect();
    let mut statement = scene.text("cart.has", &[("lines", scene.shop.texts.all_of(&lines))]);
    if cart.lines.len() > LINES_NAMED {
        statement = Fragment::default();
    }
    statement.push_sentence(&total(scene, cart, &proof));
    let mut outcome = Outcome::say(scene, statement).with_mood(Mood::Cart { empty: false });
    outcome.state.see_cart(cart);
    Ok(outcome)
}

fn empty(scene: &Scene<'_>) -> Outcome {
    let mut outcome = Outcome::say(scene, scene.text("cart.empty", &[])).with_mood(Mood::Cart { empty: true });
    outcome.state.cart_lines = 0;
    outcome.state.full_lines.clear();
    outcome.state.last_line = None;
    outcome
}

/// Pieces and subtotal of a cart.
fn total(scene: &Scene<'_>, cart: &Cart, proof: &Proof) -> Fragment {
    let count = proof.number("item_count", cart.item_count);
    let subtotal = proof.price("subtotal", cart.subtotal);
    let slots = [("count", count), ("subtotal", subtotal)];
    scene.shop.texts.count("cart.total", cart.item_count, &slots)
}

/// Empties the cart after a yes.
pub(super) fn clear(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    if !scene.confirmed {
        return ask_to_clear(scene);
    }
    let (cart, _) = scene.cart()?;
    if cart.is_empty() {
        return Ok(empty(scene));
    }
    let undo = all_of(cart);
    let result = match run(scene, change(scene, 0, CartAction::Clear))? {
        Ok((result, _)) => result,
        Err(failure) => return refused(scene, failure),
    };
    let mut outcome = Outcome::say(scene, scene.text("cart.cleared", &[]))
        .with_intents(&[Intent::CartClear])
        .with_mood(Mood::Cart { empty: true });
    after(&mut outcome, &result.cart, None, undo);
    Ok(outcome)
}

fn ask_to_clear(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let (cart, proof) = scene.cart()?;
    if cart.is_empty() {
        return Ok(empty(scene));
    }
    let count = proof.number("item_count", cart.item_count);
    let subtotal = proof.price("subtotal", cart.subtotal);
    let slots = [("count", count), ("subtotal", subtotal)];
    let question = scene.shop.texts.count("cart.confirm_clear", cart.item_count, &slots);
    let outcome = Outcome::say(scene, Fragment::default());
    Ok(outcome.asking(scene, question, Waiting::ClearCart).with_mood(Mood::Confirm))
}

fn all_of(cart: &Cart) -> Undo {
    let quantities = cart
        .lines
        .iter()
        .map(|line| LineMemory {
            product_id: line.product_id.clone(),
            title: line.title.clone(),
            quantity: line.quantity,
        })
        .collect();
    Undo { quantities }
}

/// Sends the shopper to the checkout.
pub(super) fn checkout(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let answer = scene.ask(&ToolCall::GetCheckoutLink)?;
    let result = match answer.outcome {
        Ok(ToolResult::Checkout(result)) => result,
        Err(failure) if failure.is(reason::CART_EMPTY) => {
            let statement = scene.text("checkout.empty", &[]);
            return Ok(Outcome::say(scene, statement).with_mood(Mood::Cart { empty: true }));
        }
        _ => return checkout_by_people(scene),
    };
    let url = answer.proof.text(ClaimKind::Url, "checkout_url", &result.checkout_url);
    let proof = answer.proof.at("cart");
    let mut statement = scene.text("checkout.ready", &[("url", url)]);
    statement.push_sentence(&total(scene, &result.cart, &proof));
    let action = Action { url: result.checkout_url.clone(), ..Action::of(ActionType::OpenCheckout) };
    let mood = Mood::Cart { empty: false };
    Ok(Outcome::say(scene, statement).with_action(action).with_mood(mood))
}

/// No checkout is configured: people take the order.
fn checkout_by_people(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    let contact = scene.contact_line()?;
    let statement = scene.text("checkout.unavailable", &[("contact", contact)]);
    Ok(Outcome::say(scene, statement).with_mood(Mood::Cart { empty: false }))
}

/// A change of the cart, numbered within the turn.
fn change(scene: &Scene<'_>, place: u32, action: CartAction) -> CartChange {
    CartChange {
        action,
        product_id: String::new(),
        line_id: String::new(),
        quantity: 0,
        step: scene.step * STEPS_PER_ACT + place,
    }
}

type Ran<'a> = Result<(&'a CartResult, Proof), &'a ToolFailure>;

/// Runs a change; the inner error is the cart's refusal.
fn run<'a>(scene: &Scene<'a>, change: CartChange) -> Result<Ran<'a>, Stop> {
    let call = ToolCall::UpdateCart(change);
    let answer = scene.ask(&call)?;
    match answer.outcome {
        Ok(ToolResult::Cart(result)) => Ok(Ok((result, answer.proof))),
        Err(failure) => Ok(Err(failure)),
        Ok(_) => Err(Stop::with(scene.unavailable(call.tool()))),
    }
}

/// Why the cart refused, and what can be done.
fn refused(scene: &Scene<'_>, failure: &ToolFailure) -> Result<Outcome, Stop> {
    let key = match failure.reason {
        r if r == reason::PRICE_ON_REQUEST => "cart.price_on_request",
        r if r == reason::QUANTITY_OUT_OF_RANGE => "cart.too_many",
        r if r == reason::OUT_OF_STOCK => "cart.out_of_stock",
        r if r == reason::CART_FULL => "cart.full",
        r if r == reason::PRODUCT_UNKNOWN || r == reason::SKU_AMBIGUOUS => "which.gone",
        r if r == reason::CART_LINE_UNKNOWN => "cart.not_there",
        _ => "cart.failed",
    };
    let contact = scene.contact_line()?;
    let statement = scene.text(key, &[("contact", contact)]);
    Ok(Outcome::say(scene, statement).with_mood(Mood::Product))
}

/// What every change leaves in the session.
fn after(outcome: &mut Outcome, cart: &Cart, line: Option<LineMemory>, undo: Undo) {
    outcome.state.see_cart(cart);
    outcome.state.cart_just_changed = true;
    outcome.state.last_line = line;
    outcome.state.undo = Some(undo);
    outcome.state.asked = 0;
    let action = Action::of(ActionType::CartUpdated);
    if !outcome.actions.contains(&action) {
        outcome.actions.push(action);
    }
}

/// Pieces of a product that a cart holds.
fn held(cart: &Cart, product_id: &str) -> u32 {
    cart.line_of(product_id).map_or(0, |line| line.quantity)
}
