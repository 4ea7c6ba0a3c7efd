use easymart_core::{Currency, Money};

use crate::domain::{
    testing::{Talk, act, refer, search_act},
    turn::Turn,
    understanding::{Act, Dimension, Intent, Quantity, Reference, Relative, SearchPatch, SizeLimit},
};

fn desks() -> Talk {
    let mut talk = Talk::new();
    let patch = SearchPatch { category: Some("desk".to_owned()), ..SearchPatch::default() };
    talk.say(&[search_act(patch)]);
    talk
}

fn ask(talk: &mut Talk, reference: Reference) -> Turn {
    talk.say(&[refer(Intent::ProductSpecQa, &[reference])])
}

fn asks_about(attribute: &str, reference: Reference) -> Act {
    Act { attribute: Some(attribute.to_owned()), ..refer(Intent::ProductSpecQa, &[reference]) }
}

#[test]
fn references_find_their_product() {
    let cases = [
        (Reference::Option(2), "D2"),
        (Reference::Last, "D5"),
        (Reference::Cheapest, "D5"),
        (Reference::Dearest, "D4"),
        (Reference::Price(Money::new(21_000, Currency::AUD)), "D3"),
        (Reference::Attribute { name: "colour".to_owned(), value: "grey".to_owned() }, "D4"),
        (Reference::Name("corner desk".to_owned()), "D3"),
        (Reference::Sku("D7".to_owned()), "D7"),
        (Reference::Name("mesh drafting chair".to_owned()), "C3"),
    ];
    for (reference, expected) in cases {
        let turn = ask(&mut desks(), reference.clone());
        assert_eq!(turn.focus_product_id, expected, "{reference:?}: {}", turn.reply.text());
    }
}

#[test]
fn what_cannot_be_resolved_is_asked_for_without_any_tool() {
    for reference in [Reference::Option(9), Reference::Pronoun] {
        let turn = ask(&mut desks(), reference);
        assert!(turn.intents.contains(&Intent::ClarificationNeeded));
        assert!(turn.asks && turn.tools.is_empty());
    }
    let turn = ask(&mut Talk::new(), Reference::Option(1));
    assert!(turn.asks && turn.tools.is_empty());
}

#[test]
fn a_detail_question_moves_the_focus_and_not_the_numbers() {
    let mut talk = desks();
    ask(&mut talk, Reference::Sku("C4".to_owned()));
    assert_eq!(talk.state.focus.as_ref().map(|p| p.product_id.as_str()), Some("C4"));
    let turn = ask(&mut talk, Reference::Option(2));
    assert_eq!(turn.focus_product_id, "D2");
    let it = talk.say(&[asks_about("colour", Reference::Pronoun)]);
    assert!(it.reply.text().contains("white"), "{}", it.reply.text());
    let sixth = ask(&mut talk, Reference::Option(6));
    assert_eq!(sixth.focus_product_id, "C4");
}

#[test]
fn an_answer_quotes_the_listing_and_admits_what_it_does_not_state() {
    let mut talk = desks();
    let material = talk.say(&[asks_about("material", Reference::Option(1))]);
    assert!(material.reply.text().contains("wood"), "{}", material.reply.text());
    assert!(material.reply.text().contains("solid pine 18mm"), "{}", material.reply.text());
    let weight = talk.say(&[asks_about("weight_capacity", Reference::Option(1))]);
    assert!(weight.reply.text().contains("doesn't state"), "{}", weight.reply.text());
}

#[test]
fn a_colour_that_is_not_listed_is_denied() {
    let mut talk = desks();
    let mut act = asks_about("colour", Reference::Option(1));
    act.patch.colours = vec!["green".to_owned()];
    let turn = talk.say(&[act]);
    assert!(turn.reply.text().starts_with("No, green is not listed"), "{}", turn.reply.text());
}

#[test]
fn whether_it_fits_is_computed() {
    let mut talk = desks();
    let gap = |max_cm| {
        let mut act = asks_about("fit", Reference::Option(1));
        act.patch.sizes = vec![SizeLimit { dimension: Dimension::Width, min_cm: None, max_cm: Some(max_cm) }];
        act
    };
    let fits = talk.say(&[gap(120.0)]);
    assert!(fits.reply.text().starts_with("Yes, it fits"), "{}", fits.reply.text());
    let too_wide = talk.say(&[gap(90.0)]);
    assert!(too_wide.reply.text().starts_with("No, it doesn't fit"), "{}", too_wide.reply.text());
    assert!(too_wide.reply.text().contains("100 cm wide"), "{}", too_wide.reply.text());
}

#[test]
fn stock_is_told_only_as_far_as_it_is_known() {
    let mut talk = desks();
    let unknown = talk.say(&[refer(Intent::ProductAvailability, &[Reference::Option(1)])]);
    assert!(unknown.reply.text().contains("can't confirm"), "{}", unknown.reply.text());
    let known = talk.say(&[refer(Intent::ProductAvailability, &[Reference::Sku("C1".to_owned())])]);
    assert!(known.reply.text().contains("in stock: 7 left"), "{}", known.reply.text());
}

#[test]
fn a_comparison_states_the_difference_and_takes_four_at_most() {
    let mut talk = desks();
    let two = talk.say(&[refer(Intent::ProductCompare, &[Reference::Option(1), Reference::Option(3)])]);
    assert!(two.reply.text().contains("cheaper by $90.00"), "{}", two.reply.text());
    assert!(two.cards.is_empty());
    let five = talk.say(&[refer(Intent::ProductCompare, &[Reference::FirstN(Some(5))])]);
    assert!(five.reply.text().contains("up to 4"), "{}", five.reply.text());
    let other = talk.say(&[refer(Intent::ProductCompare, &[Reference::Option(1)])]);
    assert!(other.asks);
    let done = talk.say(&[refer(Intent::ProductSpecQa, &[Reference::Option(2)])]);
    assert!(done.intents.contains(&Intent::ProductCompare), "{:?}", done.intents);
}

#[test]
fn similar_ones_are_new_and_numbered_from_one() {
    let mut talk = desks();
    let turn = talk.say(&[refer(Intent::FindSimilar, &[Reference::Option(2)])]);
    assert_eq!(turn.cards.iter().map(|c| c.product.product_id.as_str()).collect::<Vec<_>>(), ["D6", "D7", "D8"]);
    assert_eq!(turn.cards.iter().map(|c| c.option).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn like_one_but_cheaper_is_its_kind_below_its_price() {
    let mut talk = desks();
    let patch = SearchPatch { relative: Some(Relative::Cheaper), ..SearchPatch::default() };
    let turn = talk.say(&[Act { patch, ..refer(Intent::FindSimilar, &[Reference::Option(1)]) }]);
    assert_eq!(turn.cards.iter().map(|c| c.product.product_id.as_str()).collect::<Vec<_>>(), ["D2", "D5", "D7"]);
    assert!(turn.intents.contains(&Intent::FindSimilar), "{:?}", turn.intents);
}

#[test]
fn an_unknown_product_is_said_to_be_unknown() {
    let mut talk = Talk::new();
    for reference in [Reference::Sku("NOPE-1".to_owned()), Reference::Name("moonbeam recliner".to_owned())] {
        let turn = ask(&mut talk, reference);
        assert!(turn.reply.text().contains("couldn't find"), "{}", turn.reply.text());
        assert!(turn.cards.is_empty());
    }
}

#[test]
fn a_price_on_request_is_never_a_number() {
    let mut talk = Talk::new();
    let turn = ask(&mut talk, Reference::Sku("D8".to_owned()));
    assert!(turn.reply.text().contains("on request"), "{}", turn.reply.text());
    let add = talk.say(&[act(Intent::CartAdd)]);
    assert!(add.reply.text().contains("quote") && talk.world.changes == 0, "{}", add.reply.text());
}

#[test]
fn a_name_of_any_length_or_none_is_no_fault() {
    let mut talk = desks();
    let names = ["desk ".repeat(300), "D1".repeat(600), "\n\n".to_owned()];
    for name in names.iter().cloned().map(Reference::Name).chain(names.iter().cloned().map(Reference::Sku)) {
        let turn = ask(&mut talk, name);
        assert!(turn.tools.iter().all(|tool| tool.ok), "{}", turn.reply.text());
    }
}

#[test]
fn a_yes_beside_a_waiting_comparison_lets_a_number_mean_that_option() {
    let mut talk = desks();
    let compare = talk.say(&[refer(Intent::ProductCompare, &[Reference::Option(2)])]);
    assert!(compare.asks, "{}", compare.reply.text());
    let yes = talk.say(&[Act::of(Intent::HumanHandoff, 0.8), Act::of(Intent::Affirm, 0.8)]);
    let chip = yes.chips.first().map(|chip| chip.message.clone()).unwrap_or_default();
    assert_eq!(talk.send(&chip).turn.focus_product_id, "D1");
}

#[test]
fn chips_beside_an_answer_do_not_answer_what_was_asked_before() {
    let mut talk = desks();
    let wanted = Act { quantity: Some(Quantity::Exactly(0)), ..refer(Intent::CartAdd, &[Reference::Option(9)]) };
    assert!(talk.say(&[wanted]).asks);
    let both = talk.say(&[refer(Intent::WarrantyInfo, &[Reference::Option(1), Reference::Option(2)])]);
    for chip in &both.chips {
        let answer = talk.clone().send(&chip.message).turn;
        assert!(!answer.intents.contains(&Intent::CartAdd), "{chip:?}: {}", answer.reply.text());
    }
}

#[test]
fn a_value_that_several_share_is_told_once_with_who_has_it() {
    let mut talk = desks();
    let three = talk.say(&[refer(Intent::ProductCompare, &[Reference::FirstN(Some(3))])]);
    let told = "Colour: white for options 1 and 2 against black for option 3.";
    assert!(three.reply.text().contains(told), "{}", three.reply.text());
    let two = talk.say(&[refer(Intent::ProductCompare, &[Reference::Option(1), Reference::Option(3)])]);
    assert!(two.reply.text().contains("Colour: white against black."), "{}", two.reply.text());
}
