//! Acts of every intent, with references, patches and details whether they belong to it or not.

use std::sync::LazyLock;

use easymart_core::{Currency, Money};
use proptest::prelude::*;

use super::messages::corpus;
use crate::domain::understanding::{
    Act, Dimension, Intent, Paging, PriceWord, Quantity, Reference, Relative, SearchPatch, SizeLimit, SortOrder,
};

/// Every intent of the contract; those that do most come twice.
const INTENTS: [Intent; 40] = [
    Intent::Greeting,
    Intent::Thanks,
    Intent::Smalltalk,
    Intent::Affirm,
    Intent::Affirm,
    Intent::Deny,
    Intent::GeneralHelp,
    Intent::ProductSearch,
    Intent::ProductSearch,
    Intent::ProductSearch,
    Intent::ProductSpecQa,
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
    Intent::OrderCancel,
    Intent::HumanHandoff,
    Intent::SystemReset,
    Intent::ClarificationNeeded,
    Intent::ContradictionDetected,
    Intent::OutOfScope,
    Intent::SecurityRefusal,
    Intent::Abuse,
    Intent::LanguageUnsupported,
];

/// Every topic that the data files know, those of contradictions and of the cart, and some that nobody knows.
static TOPICS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let table: toml::Table = toml::from_str(include_str!("../../../../data/nlu/topics.toml")).unwrap();
    let keys = table["topic"].as_array().unwrap().iter().map(|topic| topic["key"].as_str().unwrap().to_owned());
    let others = ["undo", "swap", "except", "bypass", "price_word", "price_range", "excluded", "no_such_topic", "$5"];
    keys.chain(others.map(str::to_owned)).collect()
});

/// Every attribute that can be asked for, and some that nobody knows.
static ATTRIBUTES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let table: toml::Table = toml::from_str(include_str!("../../../../data/specs.toml")).unwrap();
    let others = ["fit", "price", "stock", "no_such_attribute"];
    table.keys().cloned().chain(others.map(str::to_owned)).collect()
});

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(vec!["corner desk", "moonbeam", "mesh chair", "birch", "desk", "P1", "P3", "SL6 BR"])
            .prop_map(str::to_owned),
        1 => prop::sample::select(corpus()),
        1 => "\\PC{1,40}",
    ]
}

fn references() -> impl Strategy<Value = Vec<Reference>> {
    let one = prop_oneof![
        (0_u32..9).prop_map(Reference::Option),
        Just(Reference::Option(u32::MAX)),
        Just(Reference::Last),
        Just(Reference::Pronoun),
        Just(Reference::Other),
        Just(Reference::Cheapest),
        Just(Reference::Dearest),
        Just(Reference::WholeCart),
        prop::option::of(0_u32..7).prop_map(Reference::FirstN),
        (0_u32..4).prop_map(|n| Reference::InCart(Box::new(Reference::Option(n)))),
        Just(Reference::InCart(Box::new(Reference::Last))),
        texts().prop_map(Reference::Sku),
        texts().prop_map(Reference::Name),
        money().prop_map(Reference::Price),
        prop::sample::select(vec!["desk", "office_chair", "rug", "sofa"])
            .prop_map(|kind| Reference::Category(kind.to_owned())),
        prop::sample::select(vec![("colour", "black"), ("material", "wood"), ("brand", "Acme"), ("size", "queen")])
            .prop_map(|(name, value)| Reference::Attribute { name: name.to_owned(), value: value.to_owned() }),
    ];
    prop::collection::vec(one, 0..4)
}

fn money() -> impl Strategy<Value = Money> {
    prop_oneof![0_i64..90_000, Just(19_900), Just(19_899), Just(99_999_999)]
        .prop_map(|minor| Money::new(minor, Currency::AUD))
}

fn chosen(values: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    prop::option::weighted(0.25, prop::sample::select(values).prop_map(str::to_owned))
}

fn size() -> impl Strategy<Value = SizeLimit> {
    let cm = || prop::option::of((1_i32..4_000).prop_map(|tenths| f64::from(tenths) / 10.0));
    let dimension = prop::sample::select(vec![Dimension::Width, Dimension::Depth, Dimension::Height]);
    (dimension, cm(), cm()).prop_map(|(dimension, min_cm, max_cm)| SizeLimit { dimension, min_cm, max_cm })
}

prop_compose! {
    fn slots()(
        category in chosen(&["desk", "office_chair", "chair", "rug"]),
        more in chosen(&["desk", "chair", "rug", "sofa"]),
        colour in chosen(&["black", "white", "green"]),
        material in chosen(&["wood", "mesh", "leather"]),
        style in chosen(&["modern"]),
        room in chosen(&["office", "kids"]),
        brand in chosen(&["Acme", "Nobody & Sons 2"]),
        query in prop::option::weighted(0.2, texts()),
        bed_size in chosen(&["queen"]),
        seats in prop::option::weighted(0.1, 0_u32..9),
        weight_capacity_kg in prop::option::weighted(0.1, prop::sample::select(vec![0.5, 120.0, 99.95])),
        feature in chosen(&["storage", "wheels"]),
        sizes in prop::collection::vec(size(), 0..2),
    ) -> SearchPatch {
        SearchPatch {
            category, style, room, brand, query, bed_size, seats, weight_capacity_kg, sizes,
            more_categories: more.into_iter().collect(),
            colours: colour.into_iter().collect(),
            materials: material.into_iter().collect(),
            features: feature.into_iter().collect(),
            ..SearchPatch::default()
        }
    }
}

prop_compose! {
    fn patches()(
        slots in slots(),
        not_colour in chosen(&["black", "white"]),
        not_material in chosen(&["leather"]),
        not_category in chosen(&["desk"]),
        remove in chosen(&["colour", "price", "category", "size", "exclude", "nonsense"]),
        price_min in prop::option::weighted(0.15, money()),
        price_max in prop::option::weighted(0.2, money()),
        price_around in prop::option::weighted(0.1, money()),
        price_word in prop::option::weighted(0.1, prop::sample::select(vec![PriceWord::Low, PriceWord::High])),
        relative in prop::option::weighted(0.15, prop::sample::select(vec![
            Relative::Cheaper, Relative::Dearer, Relative::Bigger, Relative::Smaller])),
        sort in prop::option::weighted(0.1, prop::sample::select(vec![
            SortOrder::PriceLow, SortOrder::PriceHigh, SortOrder::Relevance, SortOrder::Rating])),
        page in prop::option::weighted(0.2, prop::sample::select(vec![Paging::Next, Paging::Previous, Paging::Last])),
    ) -> SearchPatch {
        let mut patch = SearchPatch {
            price_min, price_max, price_around, price_word, relative, sort, page,
            remove: remove.into_iter().collect(),
            ..slots
        };
        patch.exclude.colours = not_colour.into_iter().collect();
        patch.exclude.materials = not_material.into_iter().collect();
        patch.exclude.categories = not_category.into_iter().collect();
        patch
    }
}

fn quantity() -> impl Strategy<Value = Option<Quantity>> {
    let number = prop_oneof![8 => -3_i64..120, 1 => Just(i64::MAX), 1 => Just(i64::MIN)];
    let quantity = (0_u8..3, number).prop_map(|(kind, n)| match kind {
        0 => Quantity::Exactly(n),
        1 => Quantity::More(n),
        _ => Quantity::Fewer(n),
    });
    prop::option::weighted(0.3, quantity)
}

prop_compose! {
    /// One act.
    pub(crate) fn acts()(
        intent in prop::sample::select(INTENTS.to_vec()),
        references in references(),
        patch in patches(),
        quantity in quantity(),
        attribute in prop::option::weighted(0.4, prop::sample::select(ATTRIBUTES.clone())),
        topic in prop::option::weighted(0.4, prop::sample::select(TOPICS.clone())),
        place in chosen(&["Hobart", "Alice Springs", "Tasmania", "Parramatta", "nowhere 4 you"]),
        days in prop::option::weighted(0.1, 0_u32..400),
        postcode in chosen(&["2000", "0800", "9", "99999", "7250", "6799", "0000", "abc"]),
        order_total in prop::option::weighted(0.15, money()),
    ) -> Act {
        Act { references, patch, quantity, attribute, topic, postcode, place, days, order_total, ..Act::of(intent, 0.8) }
    }
}
