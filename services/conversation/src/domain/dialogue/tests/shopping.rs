use easymart_core::{Currency, Money};

use crate::domain::{
    testing::{Talk, act, refer, search_act},
    understanding::{Act, Intent, Reference, SearchPatch},
};

fn say(act: Act) -> String {
    Talk::new().say(&[act]).reply.text().to_owned()
}

fn about(intent: Intent, topic: &str) -> Act {
    Act { topic: Some(topic.to_owned()), ..act(intent) }
}

fn ship(total_cents: Option<i64>, postcode: Option<&str>) -> String {
    say(Act {
        order_total: total_cents.map(|minor| Money::new(minor, Currency::AUD)),
        postcode: postcode.map(str::to_owned),
        ..act(Intent::ShippingInfo)
    })
}

#[test]
fn delivery_is_quoted_to_the_cent() {
    assert!(ship(Some(19_900), None).contains("free for an order of $199.00"));
    let below = ship(Some(19_899), None);
    assert!(below.contains("$15.00") && below.contains("Another $0.01"), "{below}");
    assert!(ship(Some(12_000), Some("2000")).contains("Sydney metro area"));
    let darwin = ship(None, Some("0800"));
    assert!(darwin.contains("Darwin") && darwin.contains("5 to 10"), "{darwin}");
    let regional = ship(None, Some("6798"));
    assert!(regional.contains("Western Australia") && regional.contains("10 to 15"), "{regional}");
    for wrong in ["1", "99999", "0100", "12a4"] {
        assert!(ship(None, Some(wrong)).contains("don't recognise that postcode"), "{wrong}");
    }
}

#[test]
fn policies_state_the_profile() {
    let returns = say(act(Intent::ReturnPolicy));
    assert!(returns.contains("30 days") && returns.contains("unused"), "{returns}");
    assert!(say(about(Intent::ReturnPolicy, "mattress")).contains("Mattresses can't be returned"));
    assert!(say(about(Intent::ReturnPolicy, "refund_time")).contains("5 to 10 business days"));
    assert!(say(act(Intent::PaymentOptions)).contains("Visa, Mastercard, American Express and PayPal"));
    let coin = say(about(Intent::PaymentOptions, "bitcoin"));
    assert!(coin.contains("isn't one of our ways"), "{coin}");
    assert!(say(about(Intent::PaymentOptions, "afterpay")).contains("Yes, Afterpay works"));
    assert!(say(act(Intent::WarrantyInfo)).contains("12 months"));
    assert!(say(act(Intent::ContactInfo)).contains("1300 327 962"));
    assert!(say(about(Intent::ShippingInfo, "international")).contains("Australia only"));
    assert!(say(about(Intent::ShippingInfo, "express")).contains("$35.00"));
}

#[test]
fn hours_are_told_by_day_and_by_now() {
    assert!(say(about(Intent::StoreHours, "saturday")).contains("Saturday: 10 am to 4 pm"));
    assert!(say(about(Intent::StoreHours, "sunday")).contains("Sunday: closed"));
    assert!(say(act(Intent::StoreHours)).contains("Monday to Friday: 9 am to 6 pm"));
    // The epoch was a Thursday, 10 am in the shop.
    assert!(say(about(Intent::StoreHours, "now")).contains("open now"));
}

#[test]
fn unknown_facts_lead_to_the_contact() {
    for act in [
        about(Intent::GeneralHelp, "assembly"),
        about(Intent::Promotions, "price_match"),
        act(Intent::StoreLocation),
        act(Intent::OrderStatus),
    ] {
        let reply = say(act.clone());
        assert!(reply.contains("1300 327 962"), "{act:?}: {reply}");
    }
}

#[test]
fn the_cart_is_shipped_when_it_is_meant() {
    let mut talk = Talk::new();
    let patch = SearchPatch { category: Some("desk".to_owned()), ..SearchPatch::default() };
    talk.say(&[search_act(patch)]);
    talk.say(&[refer(Intent::CartAdd, &[Reference::Option(2)])]);
    let ship = Act { postcode: Some("3000".to_owned()), ..act(Intent::ShippingInfo) };
    let turn = talk.say(&[ship]);
    assert!(turn.reply.text().contains("$80.00"), "{}", turn.reply.text());
    assert!(turn.tools.iter().any(|tool| tool.name == "calculate_shipping"));
}

#[test]
fn small_talk_differs_by_what_was_said() {
    let intents = [
        Intent::Greeting,
        Intent::Thanks,
        Intent::Smalltalk,
        Intent::Deny,
        Intent::OutOfScope,
        Intent::SecurityRefusal,
        Intent::Abuse,
        Intent::LanguageUnsupported,
        Intent::GeneralHelp,
        Intent::Affirm,
    ];
    let mut replies: Vec<String> = intents.iter().map(|intent| say(act(*intent))).collect();
    replies.sort();
    replies.dedup();
    assert_eq!(replies.len(), intents.len());
}

#[test]
fn an_overview_names_what_is_sold() {
    let reply = say(about(Intent::GeneralHelp, "catalogue"));
    assert!(reply.contains("desks") && reply.contains("office chairs"), "{reply}");
}

#[test]
fn a_contradiction_is_put_as_a_choice_and_the_answer_taken() {
    let mut talk = Talk::new();
    let patch = SearchPatch { category: Some("desk".to_owned()), ..SearchPatch::default() };
    let odd = Act { patch, ..about(Intent::ContradictionDetected, "price_word") };
    let turn = talk.say(&[odd]);
    assert!(turn.asks && turn.cards.is_empty());
    assert!(turn.reply.text().contains("Cheap") && turn.reply.text().contains("luxury"));
    let first = talk.say(&[refer(Intent::ProductSpecQa, &[Reference::Option(1)])]);
    assert_eq!(first.cards.first().map(|card| card.product.product_id.as_str()), Some("D5"));
}

#[test]
fn the_side_of_a_contradiction_is_shown_even_where_no_kind_was_named() {
    let mut talk = Talk::new();
    let turn = talk.say(&[about(Intent::ContradictionDetected, "price_word")]);
    let chip = turn.chips.first().map(|chip| chip.message.clone()).unwrap_or_default();
    let answer = talk.send(&chip).turn;
    assert!(!answer.asks && !answer.cards.is_empty(), "{}", answer.reply.text());
}
