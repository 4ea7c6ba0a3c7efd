//! The checker can fail: whatever is altered in a composed reply is found.

use proptest::prelude::*;

use crate::domain::{
    check::check,
    fragment::{ClaimKind, Fragment},
    testing::{
        BASICS, Said, Talk,
        generate::{acts, products},
        prove,
    },
};

/// A reply with another text and the same claims, which is what a faulty composer would make.
fn with_text(reply: &Fragment, text: &str) -> Fragment {
    let mut json = serde_json::to_value(reply).unwrap();
    json["text"] = text.into();
    json["length"] = text.chars().count().into();
    serde_json::from_value(json).unwrap()
}

fn is_caught(said: &Said, reply: &Fragment) -> bool {
    !check(reply, &said.sources(), &BASICS.watch).is_empty()
}

/// Another character of the same kind, so that a text stays as long and as well formed as it was.
fn other(c: char) -> char {
    match c {
        '9' => '1',
        '0'..='8' => char::from(c as u8 + 1),
        'a' | 'A' => 'e',
        _ => 'a',
    }
}

/// Every way to alter one character of a claim that changes what it says.
fn altered(reply: &Fragment) -> Vec<(ClaimKind, String)> {
    let chars: Vec<char> = reply.text().chars().collect();
    let mut texts = Vec::new();
    for claim in reply.claims() {
        for at in (claim.start..claim.end).filter(|at| chars[*at].is_ascii_alphanumeric()) {
            let mut text = chars.clone();
            text[at] = other(text[at]);
            texts.push((claim.kind, text.into_iter().collect()));
        }
    }
    texts
}

/// Additions that claim something nobody proved.
const ADDITIONS: [&str; 12] = [
    " Only $5.00!",
    " That is 3 of them.",
    " It has four legs.",
    " It is in stock.",
    " It is sold out.",
    " Comes in black.",
    " Made of leather.",
    " See www.shop.example",
    " Write to me@shop.example",
    " https://pay.example/1",
    " Call 1300 000 000.",
    " It takes 2–5 days.",
];

#[test]
fn one_altered_character_of_a_claim_is_found() {
    let strategy = (products(), prop::collection::vec(prop::collection::vec(acts(), 1..3), 1..8));
    prove("altered replies", 150, &strategy, |(products, lines), tally| {
        let mut talk = Talk::about(products);
        for line in lines {
            let said = talk.carry_out_all(&line);
            let reply = &said.turn.reply;
            for (kind, text) in altered(reply) {
                tally.turn(1);
                let found = is_caught(&said, &with_text(reply, &text));
                prop_assert!(found, "{kind:?}: {:?} became {text:?}", reply.text());
            }
            for addition in ADDITIONS {
                let mut longer = reply.clone();
                longer.push_str(addition);
                prop_assert!(is_caught(&said, &longer), "{addition:?}");
            }
            for index in 0..reply.claims().len() {
                prop_assert!(is_caught(&said, &without_result(reply, index)), "claim {index} of {:?}", reply.text());
            }
        }
        Ok(())
    });
}

/// A reply one of whose claims names a result that never was.
fn without_result(reply: &Fragment, index: usize) -> Fragment {
    let mut json = serde_json::to_value(reply).unwrap();
    json["claims"][index]["source"] = "search_products[9].total".into();
    serde_json::from_value(json).unwrap()
}
