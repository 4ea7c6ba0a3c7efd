use easymart_core::{Currency, Money};

use crate::domain::{
    product::Attribute,
    testing::{Talk, act, product, refer, search_act},
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

/// What a conversation of messages ends with.
fn last_of(messages: &[&str]) -> String {
    let mut talk = Talk::new();
    let mut reply = String::new();
    for message in messages {
        let said = talk.send(message);
        assert_eq!(said.problems(), [], "{message}: {}", said.turn.reply.text());
        reply = said.turn.reply.text().to_owned();
    }
    reply
}

#[test]
fn the_way_to_free_delivery_is_counted_from_the_cart() {
    for question in ["how far am I from free shipping", "how much more until delivery is free"] {
        let below = last_of(&["desks", "add option 1", question]);
        assert!(below.contains("Another $79.00"), "{below}");
        let above = last_of(&["desks", "add option 4", question]);
        assert!(above.contains("free for an order of $350.00"), "{above}");
        let empty = last_of(&[question]);
        assert!(empty.contains("Your cart is empty") && empty.contains("$199.00"), "{empty}");
    }
}

#[test]
fn a_place_is_as_good_as_a_postcode() {
    for (messages, told) in [
        (vec!["deliver to hobart"], "To Hobart (metro area) it takes 5 to 10"),
        (vec!["delivery to melbourne", "and to alice springs"], "To Alice Springs (regional, Northern Territory)"),
        (vec!["shipping", "tassie"], "Which postcode in Tasmania"),
        (vec!["shipping to tassie", "7315"], "To 7315 (regional, Tasmania)"),
        (vec!["how much for a $150 order to cairns"], "Another $49.00"),
        (vec!["shipping", "png"], "Australia only"),
    ] {
        let reply = last_of(&messages);
        assert!(reply.contains(told), "{messages:?}: {reply}");
    }
}

#[test]
fn a_few_words_go_on_about_the_policy_that_was_told() {
    for (messages, told) in [
        (vec!["shipping to 3000", "what about express"], "Express delivery is $35.00"),
        (vec!["returns policy", "who pays freight"], "who pays for return freight"),
        (vec!["returns policy", "45 days later ok?"], "too late"),
        (vec!["can I return it after 2 weeks"], "still in time"),
        (vec!["can i return a clearance item"], "Final sale items can't be returned"),
        (vec!["opening hours", "and sunday?"], "Sunday: closed"),
        (vec!["shipping", "when are you open"], "open now"),
    ] {
        let reply = last_of(&messages);
        assert!(reply.contains(told), "{messages:?}: {reply}");
    }
    assert!(!last_of(&["shipping to 3000", "and express?"]).contains("Visa"));
}

#[test]
fn services_without_data_lead_to_the_contact() {
    for message in [
        "do you do assembly",
        "assembly service",
        "will you take my old sofa",
        "custom made?",
        "gift vouchers",
        "do you price match",
        "how do I start a return",
    ] {
        let reply = last_of(&[message]);
        assert!(reply.contains("1300 327 962"), "{message}: {reply}");
    }
}

/// A shop with one locker that states its own warranty.
fn locker_shop() -> Talk {
    let mut locker = product("L1", "Eight Door Steel Locker", "desk", 425, "grey", 30.0);
    locker.features.push("Lifetime warranty".to_owned());
    locker.attributes.push(Attribute {
        name: "warranty".to_owned(),
        values: vec!["Lifetime warranty".to_owned()],
        confidence: 1.0,
        ..Attribute::default()
    });
    Talk::about(vec![locker])
}

#[test]
fn a_products_own_warranty_goes_before_the_stores_and_is_said_once() {
    let mut talk = locker_shop();
    talk.send("desks");
    for message in ["warranty", "lifetime warranty?"] {
        let said = talk.send(message);
        assert_eq!(said.problems(), []);
        assert_eq!(said.turn.reply.text(), "Eight Door Steel Locker: Lifetime warranty.", "{message}");
    }
    assert!(talk.send("what is your warranty policy").turn.reply.text().contains("12 months"));
    let brand = Act {
        patch: SearchPatch { brand: Some("acme".to_owned()), ..SearchPatch::default() },
        ..act(Intent::WarrantyInfo)
    };
    let mut talk = locker_shop();
    let reply = talk.say(&[brand]);
    assert!(reply.reply.text().starts_with("Eight Door Steel Locker: Lifetime warranty."), "{}", reply.reply.text());
    assert!(last_of(&["desks", "warranty"]).contains("12 months"));
    assert!(last_of(&["desks", "what's the warranty on these"]).contains("12 months"));
    assert!(last_of(&["the desk i bought from you broke after a year"]).contains("12 months"));
}

#[test]
fn a_yes_that_comes_too_late_changes_nothing_and_says_so() {
    let late = last_of(&["desks", "add 12 of option 1", "what is your returns policy", "yes"]);
    assert!(late.contains("nothing left to confirm"), "{late}");
    assert!(last_of(&["desks", "add 12 of option 1", "yes"]).contains("I've added 12"));
    assert!(!last_of(&["yes"]).contains("confirm"));
}

#[test]
fn the_total_of_the_cart_is_said_once_in_a_turn() {
    let reply = last_of(&["desks", "add option 1 and show my cart"]);
    assert_eq!(reply.matches("Your cart:").count(), 1, "{reply}");
    assert!(reply.contains("In your cart:"), "{reply}");
}

#[test]
fn the_side_of_a_contradiction_is_shown_whatever_was_said_with_it() {
    let words = SearchPatch { query: Some("no no no".to_owned()), ..SearchPatch::default() };
    let odd = Act { patch: words, ..about(Intent::ContradictionDetected, "price_word") };
    for acts in [vec![odd.clone()], vec![odd, act(Intent::Affirm)]] {
        let chips: Vec<String> = Talk::new().say(&acts).chips.into_iter().map(|chip| chip.message).collect();
        assert!(!chips.is_empty());
        for chip in chips {
            let mut talk = Talk::new();
            talk.say(&acts);
            let answer = talk.send(&chip).turn;
            assert!(!answer.asks && !answer.cards.is_empty(), "{chip}: {}", answer.reply.text());
        }
    }
}
