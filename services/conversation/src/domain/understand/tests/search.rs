//! Slots of search requests.

use super::{desks_shown, dollars, fresh, intents, patch, patch_in};
use crate::domain::understanding::{Dimension, Intent, Paging, PriceWord, Relative, Situation, SizeLimit, SortOrder};

fn limits(message: &str) -> Vec<(Dimension, Option<f64>, Option<f64>)> {
    let round = |limit: &SizeLimit| {
        let whole = |cm: Option<f64>| cm.map(|cm| (cm * 10.0).round() / 10.0);
        (limit.dimension, whole(limit.min_cm), whole(limit.max_cm))
    };
    patch(message).sizes.iter().map(round).collect()
}

#[test]
fn names_are_whole_words_and_the_longest_wins() {
    for (message, category) in [
        ("two tiered shelves", "shelf"),
        ("a bedside table please", "bedside_table"),
        ("adjustable stools", "stool"),
        ("sofa covers", "sofa_cover"),
        ("night stands", "nightstand"),
        ("storage ottomans", "ottoman"),
        ("floor lamp with shelves", "lamp"),
        ("bookcases for my desk", "shelf"),
    ] {
        let expected = if category == "nightstand" { "bedside_table" } else { category };
        let patch = patch(message);
        assert_eq!(patch.category.as_deref(), Some(expected), "{message}");
        assert!(patch.colours.is_empty(), "{message}");
    }
}

#[test]
fn a_look_that_will_do_as_well_joins_those_before() {
    for message in ["or blue", "oak would be fine", "blue ones as well please", "i do not mind brown"] {
        let patch = patch_in(&desks_shown(), message);
        assert!(patch.also && patch.colours.len() == 1, "{message}: {patch:?}");
    }
    for message in ["blue", "in oak please", "only brown"] {
        assert!(!patch_in(&desks_shown(), message).also, "{message}");
    }
}

#[test]
fn the_end_of_the_whole_range_is_asked_for() {
    for (message, sort) in [
        ("what is the dearest item in the shop", SortOrder::PriceHigh),
        ("show me the least expensive product you sell", SortOrder::PriceLow),
    ] {
        let act = super::first(&desks_shown(), message);
        assert_eq!(act.topic.as_deref(), Some("whole_shop"), "{message}");
        assert_eq!((act.intent, act.patch.sort), (Intent::ProductSearch, Some(sort)), "{message}");
    }
}

#[test]
fn slips_are_read_through() {
    let patch = patch("lokcers in balck");
    assert_eq!(patch.category.as_deref(), Some("locker"));
    assert_eq!(patch.colours, ["black"]);
}

#[test]
fn price_limits() {
    for (message, least, most) in [
        ("stools below $85", None, Some(85)),
        ("mirrors for 90 bucks or less", None, Some(90)),
        ("wardrobes over 1.5k", Some(1_500), None),
        ("lamps from $40 to $75", Some(40), Some(75)),
        ("lamps 40-75 dollars", Some(40), Some(75)),
        ("beds between 300 and 450", Some(300), Some(450)),
        ("rugs, no more than fifty dollars", None, Some(50)),
        ("benches up to $1,250", None, Some(1_250)),
        ("desks at least 200 dollars", Some(200), None),
    ] {
        let patch = patch(message);
        assert_eq!(patch.price_min, least.and_then(dollars), "{message}");
        assert_eq!(patch.price_max, most.and_then(dollars), "{message}");
    }
    assert_eq!(patch("ottomans around $130").price_around, dollars(130));
    assert_eq!(patch("an affordable tallboy").price_word, Some(PriceWord::Low));
    assert_eq!(patch("a premium recliner").price_word, Some(PriceWord::High));
}

#[test]
fn sizes_are_no_prices() {
    for message in ["desk under 1.2m wide", "a desk no wider than 120 cm", "desk for a 1200mm gap"] {
        assert_eq!(limits(message), [(Dimension::Width, None, Some(120.0))], "{message}");
        assert_eq!(patch(message).price_max, None, "{message}");
    }
    assert_eq!(limits("cupboard at least 2 metres tall"), [(Dimension::Height, Some(200.0), None)]);
    assert_eq!(limits("hall table with a max depth of 30cm"), [(Dimension::Depth, None, Some(30.0))]);
    assert_eq!(limits("shelf less than 20 inches wide"), [(Dimension::Width, None, Some(50.8))]);
}

#[test]
fn negation_reaches_as_far_as_it_should() {
    assert_eq!(patch("sofas, anything but leather").exclude.materials, ["leather"]);
    let patch_of = |message| patch_in(&desks_shown(), message);
    assert_eq!(patch_of("no black or brown ones").exclude.colours, ["black", "brown"]);
    assert_eq!(patch_of("without drawers").exclude.features, ["drawers"]);
    let wish = patch("i'm not looking for a table, i need a bench");
    assert_eq!(wish.category.as_deref(), Some("bench"));
    assert!(wish.exclude.categories.is_empty());
    let plain = patch("white desk, not glass");
    assert_eq!((plain.colours, plain.exclude.materials), (vec!["white".to_owned()], vec!["glass".to_owned()]));
}

#[test]
fn a_correction_replaces_instead_of_shunning() {
    let patch = patch_in(&desks_shown(), "oops, green not blue");
    assert_eq!(patch.colours, ["green"]);
    assert!(patch.exclude.colours.is_empty());
}

#[test]
fn constraints_can_be_taken_back() {
    let patch_of = |message| patch_in(&desks_shown(), message);
    assert_eq!(patch_of("any material").remove, ["material"]);
    assert_eq!(patch_of("ignore the price limit").remove, ["price"]);
    assert_eq!(patch_of("the colour doesn't matter").remove, ["colour"]);
    assert!(patch_of("any colour but red").remove.is_empty());
}

#[test]
fn what_is_shown_can_be_turned() {
    let patch_of = |message| patch_in(&desks_shown(), message);
    assert_eq!(patch_of("got cheaper ones?").relative, Some(Relative::Cheaper));
    assert_eq!(patch_of("something larger").relative, Some(Relative::Bigger));
    assert_eq!(patch_of("taller ones").relative, Some(Relative::Taller));
    assert_eq!(patch_of("a bit too deep for me").relative, Some(Relative::Shallower));
    assert_eq!(patch_of("a slim one please").relative, Some(Relative::Smaller));
    assert_eq!(patch("a slim desk please").relative, None);
    assert_eq!(patch_of("more please").page, Some(Paging::Next));
    assert_eq!(patch_of("back to the previous page").page, Some(Paging::Previous));
    assert_eq!(patch_of("order them from low to high").sort, Some(SortOrder::PriceLow));
    assert_eq!(patch("your dearest armchair").sort, Some(SortOrder::PriceHigh));
    assert_eq!(intents(&fresh(), "give me more"), [Intent::ClarificationNeeded]);
}

#[test]
fn what_describes_the_second_thing_says_nothing_of_the_first() {
    let wish = patch("a desk below $150 and a white sofa for at most $90");
    assert_eq!((wish.category.as_deref(), wish.more_categories.as_slice()), (Some("desk"), &["sofa".to_owned()][..]));
    assert_eq!((wish.price_max.map(|price| price.minor), wish.colours), (Some(15_000), Vec::<String>::new()));
    let three = patch("we have $600 for a sofa, a rug and a lamp");
    assert_eq!((three.category.as_deref(), three.more_categories.len()), (Some("sofa"), 2));
    let shared = patch("a black desk and a sofa under $200");
    assert_eq!((shared.price_max.map(|price| price.minor), shared.colours), (Some(20_000), vec!["black".to_owned()]));
}

#[test]
fn a_search_goes_on_with_another_look_a_count_or_without_a_kind() {
    let patch_of = |message| patch_in(&desks_shown(), message);
    assert!(patch_of("in another colour please").other_colour);
    let named = patch_of("another colour, maybe white");
    assert_eq!((named.other_colour, named.colours), (false, vec!["white".to_owned()]));
    let counted = patch_of("4 drawers");
    assert_eq!((counted.category, counted.query.as_deref()), (None, Some("4 drawers")));
    let sized = patch_of("sofa 180cm wide");
    assert_eq!((sized.category.as_deref(), sized.sizes.len()), (Some("sofa"), 1));
    let chairs = Situation { category: Some("chair".to_owned()), ..desks_shown() };
    let without = patch_in(&chairs, "exclude office chairs");
    assert_eq!((without.category, without.exclude.categories), (None, vec!["office_chair".to_owned()]));
}

#[test]
fn beds_have_sizes_and_lockers_do_not() {
    assert_eq!(patch("a king single bed").bed_size.as_deref(), Some("king_single"));
    assert_eq!(patch("single locker").bed_size, None);
    let beds = Situation { category: Some("bed".to_owned()), ..desks_shown() };
    assert_eq!(patch_in(&beds, "queen size").bed_size.as_deref(), Some("queen"));
}

#[test]
fn numbers_that_are_no_prices() {
    assert_eq!(patch("4 seater couch").seats, Some(4));
    assert_eq!(patch("dining tables that seat ten").seats, Some(10));
    assert_eq!(patch("an office chair for 150 kg").weight_capacity_kg, Some(150.0));
}

#[test]
fn several_wishes_in_one_message() {
    let patch = patch("looking for a bench and a mirror for the hallway");
    assert_eq!(patch.category.as_deref(), Some("bench"));
    assert_eq!(patch.more_categories, ["mirror"]);
    assert_eq!(patch.room.as_deref(), Some("hallway"));
}

#[test]
fn the_colour_of_a_part_is_not_the_colour_of_the_thing() {
    assert_eq!(patch("grey stool with black legs").colours, ["grey"]);
}

#[test]
fn a_lone_word_completes_the_name_of_the_kind_in_force() {
    let after = |kind: &str, message: &str| {
        let situation = Situation { category: Some(kind.to_owned()), ..desks_shown() };
        patch_in(&situation, message).category
    };
    assert_eq!(after("chair", "dining").as_deref(), Some("dining_chair"));
    assert_eq!(after("dining_table", "not dining, coffee").as_deref(), Some("coffee_table"));
    assert_eq!(after("bedside_table", "i said coffee, not bedside").as_deref(), Some("coffee_table"));
    assert_eq!(after("desk", "oak").as_deref(), None);
}

#[test]
fn the_home_is_not_the_thing() {
    let sofa = patch("a sofa but my door is only 80 cm wide");
    assert!(sofa.features.is_empty() && sofa.query.is_none(), "{sofa:?}");
    assert_eq!(limits("a sofa but my door is only 80 cm wide"), [(Dimension::Width, None, Some(80.0))]);
}

#[test]
fn a_count_beside_a_size_is_no_size() {
    let stools = patch("bar stools x4 height around 65 cm");
    assert!(stools.sizes.iter().all(|limit| limit.dimension == Dimension::Height), "{stools:?}");
    assert!(stools.sizes.iter().all(|limit| limit.min_cm > Some(50.0)), "{stools:?}");
}

#[test]
fn two_sides_describe_what_is_wanted() {
    let sizes = patch_in(&desks_shown(), "160 x 80 cm").sizes;
    assert_eq!(sizes.iter().map(|limit| limit.dimension).collect::<Vec<_>>(), [Dimension::Width, Dimension::Depth]);
    assert!(sizes.iter().all(|limit| limit.min_cm.is_some() && limit.max_cm.is_some()), "{sizes:?}");
}

#[test]
fn of_several_numbers_of_seats_the_fewest_will_do() {
    assert_eq!(patch("a 2 seater or 3 seater couch").seats, Some(2));
}

#[test]
fn a_cue_belongs_to_the_number_that_it_leads() {
    let desk = patch("a desk, max 300, at least 140 cm wide");
    assert_eq!((desk.price_min, desk.price_max), (None, dollars(300)));
    assert_eq!(limits("a desk, max 300, at least 140 cm wide"), [(Dimension::Width, Some(140.0), None)]);
}

#[test]
fn an_extra_of_what_is_looked_for_is_not_looked_for_itself() {
    for message in ["with rgb lights", "with a cushion", "with a lamp"] {
        assert_eq!(patch_in(&desks_shown(), message).category, None, "{message}");
    }
}

#[test]
fn a_number_below_zero_is_no_price() {
    let desk = patch("black desks under $200 -1");
    assert_eq!((desk.price_min, desk.price_max), (None, dollars(200)));
}

#[test]
fn numbers_of_parts_are_left_to_the_catalogue() {
    let query = |message: &str| patch_in(&fresh(), message).query;
    assert_eq!(query("lockers with 5 doors").as_deref(), Some("5 doors"));
    assert_eq!(query("a three drawer desk").as_deref(), Some("3 drawer"));
    assert_eq!(query("dining chairs set of 4").as_deref(), Some("set of 4"));
    assert!(patch_in(&fresh(), "lockers with 5 doors").features.is_empty());
    assert_eq!(patch_in(&fresh(), "3 seater sofas").query, None);
}
