use crate::domain::{
    dialogue::ActionType,
    testing::{Talk, act, refer, search_act},
    tool::Tool,
    turn::Turn,
    understanding::{Act, Intent, Quantity, Reference, SearchPatch},
};

fn desks() -> Talk {
    let mut talk = Talk::new();
    let patch = SearchPatch { category: Some("desk".to_owned()), ..SearchPatch::default() };
    talk.say(&[search_act(patch)]);
    talk
}

fn held(talk: &Talk) -> Vec<(&str, u32)> {
    talk.world.cart.lines.iter().map(|line| (line.product_id.as_str(), line.quantity)).collect()
}

fn add(option: u32, quantity: Option<i64>) -> Act {
    Act { quantity: quantity.map(Quantity::Exactly), ..refer(Intent::CartAdd, &[Reference::Option(option)]) }
}

fn change(quantity: Quantity) -> Act {
    Act { quantity: Some(quantity), ..refer(Intent::CartUpdateQuantity, &[Reference::Pronoun]) }
}

fn text(turn: &Turn) -> &str {
    turn.reply.text()
}

#[test]
fn adding_states_what_and_how_much() {
    let mut talk = desks();
    let turn = talk.say(&[add(1, Some(2))]);
    assert_eq!(held(&talk), [("D1", 2)]);
    assert!(text(&turn).contains("added 2 × Birch Writing Desk White"), "{}", text(&turn));
    assert!(text(&turn).contains("2 items, $240.00"), "{}", text(&turn));
    assert!(turn.actions.iter().any(|action| action.kind == ActionType::CartUpdated));
    assert_eq!(turn.cart.map(|cart| cart.item_count), Some(2));
}

#[test]
fn several_are_added_in_one_turn_and_again_adds_again() {
    let mut talk = desks();
    talk.say(&[refer(Intent::CartAdd, &[Reference::Option(1), Reference::Option(2)])]);
    assert_eq!(held(&talk), [("D1", 1), ("D2", 1)]);
    talk.say(&[add(1, None)]);
    assert_eq!(held(&talk), [("D1", 2), ("D2", 1)]);
}

#[test]
fn it_needs_to_be_one_thing() {
    let mut talk = desks();
    let turn = talk.say(&[refer(Intent::CartAdd, &[Reference::Pronoun])]);
    assert!(turn.asks && held(&talk).is_empty());
    let done = talk.say(&[refer(Intent::ProductSpecQa, &[Reference::Option(3)])]);
    assert_eq!(held(&talk), [("D3", 1)]);
    assert_eq!(done.intents, [Intent::CartAdd]);
}

#[test]
fn odd_quantities_change_nothing() {
    let mut talk = desks();
    for quantity in [-5, 0, 100, 99_999_999] {
        talk.say(&[add(1, Some(quantity))]);
        assert!(held(&talk).is_empty(), "{quantity}");
    }
}

#[test]
fn how_many_is_asked_before_which_one() {
    let mut talk = desks();
    let odd = Act { quantity: Some(Quantity::Exactly(-5)), ..refer(Intent::CartAdd, &[Reference::Pronoun]) };
    assert!(talk.say(&[odd]).asks);
    talk.say(&[act(Intent::WarrantyInfo)]);
    let done = talk.say(&[refer(Intent::ProductSpecQa, &[Reference::Option(3)])]);
    assert!(!done.asks, "{}", text(&done));
    assert_eq!(held(&talk), [("D3", 1)]);
    talk.say(&[add(1, None)]);
    let unsaid = Act { quantity: None, ..refer(Intent::CartUpdateQuantity, &[Reference::Pronoun, Reference::Other]) };
    let question = talk.say(&[unsaid]);
    assert!(question.asks && text(&question).contains("How many"), "{}", text(&question));
}

#[test]
fn many_pieces_need_a_yes_within_one_turn() {
    let mut talk = desks();
    let question = talk.say(&[add(1, Some(12))]);
    assert!(question.asks && text(&question).contains("12"), "{}", text(&question));
    talk.say(&[act(Intent::Affirm)]);
    assert_eq!(held(&talk), [("D1", 12)]);
    talk.say(&[add(2, Some(12))]);
    talk.say(&[act(Intent::Thanks)]);
    talk.say(&[act(Intent::Affirm)]);
    assert_eq!(held(&talk), [("D1", 12)]);
}

#[test]
fn clearing_needs_a_yes_and_a_no_leaves_it() {
    let mut talk = desks();
    talk.say(&[add(1, None)]);
    let question = talk.say(&[act(Intent::CartClear)]);
    assert!(question.asks && held(&talk) == [("D1", 1)]);
    let no = talk.say(&[act(Intent::Deny)]);
    assert!(text(&no).contains("left your cart"), "{}", text(&no));
    talk.say(&[act(Intent::CartClear)]);
    talk.say(&[act(Intent::Affirm)]);
    assert!(held(&talk).is_empty());
    talk.say(&[Act { topic: Some("undo".to_owned()), ..act(Intent::CartRemove) }]);
    assert_eq!(held(&talk), [("D1", 1)]);
}

#[test]
fn quantities_are_set_raised_and_lowered() {
    let mut talk = desks();
    talk.say(&[add(1, None)]);
    talk.say(&[change(Quantity::Exactly(4))]);
    assert_eq!(held(&talk), [("D1", 4)]);
    talk.say(&[change(Quantity::Fewer(1))]);
    assert_eq!(held(&talk), [("D1", 3)]);
    talk.say(&[change(Quantity::More(2))]);
    assert_eq!(held(&talk), [("D1", 5)]);
    let none = talk.say(&[change(Quantity::Exactly(0))]);
    assert!(held(&talk).is_empty() && text(&none).contains("removed"), "{}", text(&none));
}

#[test]
fn what_is_meant_in_the_cart_is_found() {
    let cases = [
        (Reference::InCart(Box::new(Reference::Option(2))), "D3"),
        (Reference::Name("corner".to_owned()), "D3"),
        (Reference::Option(1), "D1"),
        (Reference::Pronoun, "D3"),
        (Reference::Category("desk".to_owned()), ""),
    ];
    for (reference, gone) in cases {
        let mut talk = desks();
        talk.say(&[add(1, None)]);
        talk.say(&[add(3, None)]);
        let turn = talk.say(&[refer(Intent::CartRemove, std::slice::from_ref(&reference))]);
        let left = held(&talk).iter().any(|(id, _)| *id == gone);
        assert!(!left, "{reference:?}: {}", text(&turn));
        assert_eq!(held(&talk).len(), if gone.is_empty() { 2 } else { 1 }, "{reference:?}");
    }
}

#[test]
fn a_swap_keeps_the_quantity() {
    let mut talk = desks();
    talk.say(&[add(1, Some(3))]);
    let swap = Act { topic: Some("swap".to_owned()), ..refer(Intent::CartUpdateQuantity, &[Reference::Option(2)]) };
    let turn = talk.say(&[swap]);
    assert_eq!(held(&talk), [("D2", 3)], "{}", text(&turn));
    talk.say(&[Act { topic: Some("undo".to_owned()), ..act(Intent::CartRemove) }]);
    assert_eq!(held(&talk), [("D1", 3)]);
}

#[test]
fn two_wishes_run_in_order() {
    let mut talk = desks();
    let turn = talk.say(&[add(1, Some(2)), act(Intent::CartShow)]);
    assert_eq!(turn.intents, [Intent::CartAdd, Intent::CartShow]);
    assert!(text(&turn).contains("$240.00"), "{}", text(&turn));
}

#[test]
fn the_checkout_is_opened_or_explained() {
    let mut talk = desks();
    let empty = talk.say(&[act(Intent::Checkout)]);
    assert!(text(&empty).contains("nothing to check out"), "{}", text(&empty));
    talk.say(&[add(1, None)]);
    let ready = talk.say(&[act(Intent::Checkout)]);
    assert!(ready.actions.iter().any(|action| action.kind == ActionType::OpenCheckout));
}

#[test]
fn a_cart_that_is_down_is_admitted() {
    let mut talk = desks();
    talk.world.down = vec![Tool::UpdateCart, Tool::GetCart];
    let turn = talk.say(&[add(1, None)]);
    assert_eq!(turn.degraded, ["cart_sync_unavailable"]);
    assert!(text(&turn).contains("can't reach your cart"), "{}", text(&turn));
}

#[test]
fn a_reset_forgets_the_talk_and_keeps_the_cart() {
    let mut talk = desks();
    talk.say(&[add(1, None)]);
    let turn = talk.say(&[act(Intent::SystemReset)]);
    assert!(turn.actions.iter().any(|action| action.kind == ActionType::ResetSession));
    assert!(talk.state.search.is_empty() && talk.state.lists.options() == 0);
    assert_eq!(held(&talk), [("D1", 1)]);
}

#[test]
fn all_but_one_thing_goes() {
    let mut talk = desks();
    talk.say(&[refer(Intent::CartAdd, &[Reference::FirstN(Some(3))])]);
    let keep = Reference::Name("corner desk".to_owned());
    talk.say(&[Act { topic: Some("except".to_owned()), ..refer(Intent::CartRemove, &[keep]) }]);
    assert_eq!(held(&talk), [("D3", 1)]);
}

#[test]
fn what_the_cart_takes_no_more_of_is_not_offered_to_be_added() {
    let mut talk = desks();
    let asked = [refer(Intent::ProductSpecQa, &[Reference::Option(1)])];
    let is_offered = |turn: &Turn| turn.chips.iter().any(|chip| chip.message == "Add it to my cart");
    assert!(is_offered(&talk.say(&asked)));
    talk.say(&[add(1, Some(99))]);
    talk.say(&[act(Intent::Affirm)]);
    assert_eq!(held(&talk), [("D1", 99)]);
    assert!(!is_offered(&talk.say(&asked)));
    talk.say(&[change(Quantity::Exactly(3))]);
    assert!(is_offered(&talk.say(&asked)));
}

#[test]
fn only_what_can_go_in_the_cart_is_offered_for_it() {
    let mut talk = desks();
    let which = refer(Intent::CartAdd, &[Reference::Pronoun]);
    let offered = |turn: &Turn| turn.chips.iter().map(|chip| chip.message.clone()).collect::<Vec<_>>();
    assert!(offered(&talk.clone().say(std::slice::from_ref(&which))).contains(&"Option 1".to_owned()));
    talk.say(&[add(1, Some(99))]);
    talk.say(&[act(Intent::Affirm)]);
    let patch = SearchPatch { category: Some("desk".to_owned()), ..SearchPatch::default() };
    talk.say(&[search_act(patch)]);
    let asked = talk.say(&[which]);
    assert!(asked.asks && !offered(&asked).contains(&"Option 1".to_owned()), "{:?}", asked.chips);
}
