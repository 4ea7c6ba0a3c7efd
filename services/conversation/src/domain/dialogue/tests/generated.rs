use easymart_core::{Currency, Money};
use proptest::prelude::*;

use crate::domain::{
    check::Watch,
    state::SessionState,
    testing::{Talk, vocabulary},
    understanding::{Act, Intent, Paging, PriceWord, Quantity, Reference, Relative, SearchPatch, SortOrder},
};

fn intents() -> impl Strategy<Value = Intent> {
    prop::sample::select(vec![
        Intent::ProductSearch,
        Intent::ProductSearch,
        Intent::ProductSpecQa,
        Intent::ProductCompare,
        Intent::ProductAvailability,
        Intent::FindSimilar,
        Intent::CartAdd,
        Intent::CartAdd,
        Intent::CartRemove,
        Intent::CartUpdateQuantity,
        Intent::CartClear,
        Intent::CartShow,
        Intent::Checkout,
        Intent::ReturnPolicy,
        Intent::ShippingInfo,
        Intent::PaymentOptions,
        Intent::WarrantyInfo,
        Intent::Promotions,
        Intent::ContactInfo,
        Intent::StoreHours,
        Intent::StoreLocation,
        Intent::OrderStatus,
        Intent::HumanHandoff,
        Intent::SystemReset,
        Intent::ContradictionDetected,
        Intent::ClarificationNeeded,
        Intent::Affirm,
        Intent::Deny,
        Intent::GeneralHelp,
        Intent::Greeting,
        Intent::OutOfScope,
        Intent::SecurityRefusal,
    ])
}

fn references() -> impl Strategy<Value = Vec<Reference>> {
    let one = prop_oneof![
        (0_u32..9).prop_map(Reference::Option),
        Just(Reference::Last),
        Just(Reference::Pronoun),
        Just(Reference::Other),
        Just(Reference::Cheapest),
        Just(Reference::Dearest),
        Just(Reference::WholeCart),
        Just(Reference::FirstN(None)),
        (1_u32..7).prop_map(|n| Reference::FirstN(Some(n))),
        (1_u32..4).prop_map(|n| Reference::InCart(Box::new(Reference::Option(n)))),
        prop::sample::select(vec!["D1", "C4", "D8", "NOPE", "birch desk", "a/b {x}"])
            .prop_map(|key| Reference::Sku(key.to_owned())),
        prop::sample::select(vec!["corner desk", "moonbeam", "mesh chair", "$5 <b>"])
            .prop_map(|name| Reference::Name(name.to_owned())),
        prop::sample::select(vec!["desk", "office_chair", "rug"]).prop_map(|kind| Reference::Category(kind.to_owned())),
        prop::sample::select(vec!["black", "green"])
            .prop_map(|value| Reference::Attribute { name: "colour".to_owned(), value: value.to_owned() }),
    ];
    prop::collection::vec(one, 0..3)
}

fn money() -> impl Strategy<Value = Money> {
    (0_i64..90_000).prop_map(|minor| Money::new(minor, Currency::AUD))
}

fn chosen(values: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    prop::option::weighted(0.3, prop::sample::select(values).prop_map(str::to_owned))
}

prop_compose! {
    fn patches()(
        category in chosen(&["desk", "office_chair", "chair", "rug"]),
        colour in chosen(&["black", "white", "green"]),
        not_colour in chosen(&["black", "white"]),
        room in chosen(&["office", "kids"]),
        query in chosen(&["corner", "moonbeam 5000", "<script>"]),
        remove in chosen(&["colour", "price", "category", "size", "nonsense"]),
        price_min in prop::option::weighted(0.15, money()),
        price_max in prop::option::weighted(0.2, money()),
        price_around in prop::option::weighted(0.1, money()),
        word in prop::option::weighted(0.1, prop::sample::select(vec![PriceWord::Low, PriceWord::High])),
        relative in prop::option::weighted(0.15, prop::sample::select(vec![
            Relative::Cheaper, Relative::Dearer, Relative::Bigger, Relative::Smaller])),
        sort in prop::option::weighted(0.1, prop::sample::select(vec![SortOrder::PriceLow, SortOrder::Relevance])),
        page in prop::option::weighted(0.2, prop::sample::select(vec![Paging::Next, Paging::Previous])),
    ) -> SearchPatch {
        let mut patch = SearchPatch {
            category, room, query, price_min, price_max, price_around, price_word: word, relative, sort, page,
            colours: colour.into_iter().collect(),
            remove: remove.into_iter().collect(),
            ..SearchPatch::default()
        };
        patch.exclude.colours = not_colour.into_iter().collect();
        patch
    }
}

prop_compose! {
    fn acts()(
        intent in intents(),
        references in references(),
        patch in patches(),
        quantity in prop::option::weighted(0.3, (-3_i64..200).prop_flat_map(|n| prop::sample::select(vec![
            Quantity::Exactly(n), Quantity::More(n), Quantity::Fewer(n)]))),
        attribute in chosen(&["material", "colour", "fit", "size", "price", "stock", "warranty", "weird_thing"]),
        topic in chosen(&["undo", "swap", "express", "mattress", "bitcoin", "anything", "saturday", "price_word", "catalogue"]),
        postcode in chosen(&["2000", "0800", "9", "99999"]),
        order_total in prop::option::weighted(0.1, money()),
    ) -> Act {
        Act { references, patch, quantity, attribute, topic, postcode, order_total, ..Act::of(intent, 0.8) }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_asked_the_reply_is_proved_and_the_state_survives(
        turns in prop::collection::vec(prop::collection::vec(acts(), 1..3), 1..12)
    ) {
        let mut talk = Talk::new();
        for acts in turns {
            let (turn, problems) = talk.say_unchecked(&acts);
            prop_assert!(problems.is_empty(), "{problems:?} in {:?} after {acts:?}", turn.reply.text());
            prop_assert!(!turn.reply.text().trim().is_empty(), "{acts:?}");
            prop_assert!(!turn.intents.is_empty());
            prop_assert!(turn.reply.text().matches('?').count() <= 2, "{}", turn.reply.text());
            let numbered: Vec<u32> = turn.cards.iter().map(|card| card.option).collect();
            prop_assert!(numbered.len() < 2 || numbered == (1..=numbered.len() as u32).collect::<Vec<_>>());
            prop_assert!(!turn.chips.is_empty());
            let json = serde_json::to_string(&talk.state).unwrap();
            let read: SessionState = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(&read, &talk.state);
        }
    }

    #[test]
    fn a_planted_claim_is_found(amount in 1_u32..9_000) {
        let (mut turn, _) = Talk::new().say_unchecked(&[Act::of(Intent::Greeting, 0.9)]);
        turn.reply.push_str(&format!(" Only ${amount}.00 today!"));
        let names = crate::domain::testing::names();
        let shop = crate::domain::testing::shop();
        let sources = crate::domain::check::Sources::new(&[], &[], &names, &shop.texts);
        let problems = crate::domain::check::check(&turn.reply, &sources, &Watch::build(&vocabulary()));
        prop_assert!(!problems.is_empty());
    }
}
