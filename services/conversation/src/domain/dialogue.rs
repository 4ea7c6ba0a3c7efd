//! Acts × state → what to do next. Each handler is a pure function that is asked again and again: while a fact is missing it
//! names the tool calls that would give it; once all are there it returns the outcome.

mod answer;
mod cart;
mod compare;
mod describe;
mod facts;
mod outcome;
mod pending;
mod relax;
mod scene;
mod search;
mod shop;
mod similar;
mod specs;
mod stock;
mod talk;
mod which;

pub use facts::{Answer, Facts, Stop, source_name};
pub use outcome::{Action, ActionType, Card, Mood, Outcome};
pub use pending::{Intended, interpret};
pub use scene::{Rooms, Scene, Shop};

use super::{tool::ToolCall, understanding::Intent};

/// What one act needs next.
#[derive(Debug)]
pub enum Step {
    /// Run these, then ask again. They do not depend on one another.
    Run(Vec<ToolCall>),
    /// It is done.
    Done(Box<Outcome>),
}

/// The next step of an act.
#[must_use]
pub fn step(scene: &Scene<'_>) -> Step {
    match handle(scene) {
        Ok(outcome) => Step::Done(Box::new(outcome)),
        Err(Stop::Done(outcome)) => Step::Done(outcome),
        Err(Stop::Need(calls)) => Step::Run(calls),
    }
}

fn handle(scene: &Scene<'_>) -> Result<Outcome, Stop> {
    match scene.act.intent {
        Intent::ProductSearch => search::product_search(scene),
        Intent::ProductSpecQa => specs::product_specs(scene),
        Intent::ProductAvailability => stock::availability(scene),
        Intent::ProductCompare => compare::compare(scene),
        Intent::FindSimilar => similar::find_similar(scene),
        Intent::CartAdd => cart::add(scene),
        Intent::CartRemove => cart::remove(scene),
        Intent::CartUpdateQuantity => cart::update_quantity(scene),
        Intent::CartClear => cart::clear(scene),
        Intent::CartShow => cart::show(scene),
        Intent::Checkout => cart::checkout(scene),
        Intent::ReturnPolicy => shop::returns(scene),
        Intent::ShippingInfo => shop::shipping(scene),
        Intent::PaymentOptions => shop::payment(scene),
        Intent::WarrantyInfo => shop::warranty(scene),
        Intent::Promotions => shop::promotions(scene),
        Intent::ContactInfo | Intent::StoreLocation => shop::contact(scene),
        Intent::StoreHours => shop::hours(scene),
        Intent::OrderStatus | Intent::OrderCancel => shop::order(scene),
        Intent::HumanHandoff => shop::handoff(scene),
        Intent::SystemReset => Ok(talk::reset(scene)),
        Intent::ContradictionDetected => Ok(talk::contradiction(scene)),
        Intent::ClarificationNeeded => talk::clarify(scene),
        Intent::Affirm => talk::affirm(scene),
        Intent::GeneralHelp => talk::help(scene),
        Intent::Greeting
        | Intent::Thanks
        | Intent::Smalltalk
        | Intent::Deny
        | Intent::OutOfScope
        | Intent::SecurityRefusal
        | Intent::Abuse
        | Intent::LanguageUnsupported => Ok(talk::say(scene)),
    }
}

#[cfg(test)]
mod tests;
