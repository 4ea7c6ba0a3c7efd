//! Facts read out of texts.

use easymart_catalog_search::domain::{attribute::name, product::Product};
use serde_json::json;

use crate::support::product;

fn thing(title: &str, features: &[&str]) -> Product {
    product(json!({ "title": title, "features": features }))
}

fn size(features: &[&str]) -> [Option<f64>; 3] {
    let product = thing("Kelpie Console Table", features);
    [name::WIDTH, name::DEPTH, name::HEIGHT].map(|side| product.number(side))
}

#[test]
fn sizes_are_read_in_every_unit() {
    for (text, width, depth, height) in [
        ("Overall dimensions: 120 x 60 x 75cm", 120.0, 60.0, 75.0),
        ("Dimensions: 1200mm x 600mm x 750mm", 120.0, 60.0, 75.0),
        ("Dimensions: 1200 x 600 x 750", 120.0, 60.0, 75.0),
        ("Overall: 1.2m x 0.6m x 0.75m", 120.0, 60.0, 75.0),
        ("Size: 4 ft x 2 ft x 2.5 ft", 121.9, 61.0, 76.2),
        ("Overall size is 75cm (H) x 120cm (W) x 60cm (D)", 120.0, 60.0, 75.0),
        ("Dimensions: W120 x D60 x H75 cm", 120.0, 60.0, 75.0),
        ("Overall dimensions: 80cm x 60cm x 73cm-106cm", 80.0, 60.0, 73.0),
    ] {
        assert_eq!(size(&[text]), [Some(width), Some(depth), Some(height)], "{text}");
    }
}

#[test]
fn single_sides_are_read_where_they_are_named() {
    assert_eq!(size(&["Width: 80cm", "Overall height: 92 cm"]), [Some(80.0), None, Some(92.0)]);
    let title = product(json!({ "title": "Steel Cupboard 1200 mm Wide" }));
    assert_eq!(title.number(name::WIDTH), Some(120.0));
    let bare = product(json!({ "title": "Oak TV Unit 180cm" }));
    assert_eq!(bare.number(name::WIDTH), Some(180.0));
    assert!(bare.attribute(name::WIDTH).unwrap().confidence < 0.7);
}

#[test]
fn a_parts_size_is_not_the_products() {
    for text in
        ["Drawer: 35 x 30 x 12 cm", "Package size: 130 x 70 x 20 cm", "Width per panel: 40cm", "Shelf width: 30 cm"]
    {
        assert_eq!(size(&[text]), [None, None, None], "{text}");
    }
    let stool = thing("Kelpie Bar Stool", &["Seat height: 66cm"]);
    assert_eq!((stool.number(name::SEAT_HEIGHT), stool.number(name::HEIGHT)), (Some(66.0), None));
}

#[test]
fn nonsense_sizes_stay_unknown() {
    for field in [0.0, 1.0, 6_000.0] {
        let product = product(json!({ "title": "Kelpie Desk", "attributes": { "width_cm": field } }));
        assert_eq!(product.number(name::WIDTH), None, "{field}");
    }
}

#[test]
fn of_several_weight_capacities_the_lowest_counts() {
    let chair =
        thing("Kelpie Chair", &["Weight capacity: 150kg", "Maximum weight capacity: 120 kg", "Weight capacity:"]);
    assert_eq!(chair.number(name::WEIGHT_CAPACITY), Some(120.0));
    let shelf = thing("Kelpie Shelf", &["Weight capacity per shelf: 10kg", "Weight capacity: 60kg"]);
    assert_eq!(shelf.number(name::WEIGHT_CAPACITY), Some(60.0));
}

#[test]
fn sets_seats_and_bed_sizes() {
    let pieces = |title: &str, sku: &str| product(json!({ "title": title, "sku": sku })).set_size;
    for (title, sku, expected) in [
        ("Kelpie Set of 4 Dining Chairs", "A", 4),
        ("2x Kelpie Bar Stools", "A", 2),
        ("4 X Kelpie Chairs", "A", 4),
        ("Kelpie Bar Stools", "KEL-BKX2", 2),
        ("Kelpie 3 Piece Dining Set", "A", 3),
        ("Kelpie 1 X Bar Stool", "KEL-X2", 1),
        ("Kelpie Room Divider 4 Panel", "A", 1),
        ("Kelpie 528 CD Shelf", "A", 1),
    ] {
        assert_eq!(pieces(title, sku), expected, "{title} {sku}");
    }
    assert_eq!(thing("Kelpie 3 Seater Sofa", &[]).number(name::SEATS), Some(3.0));
    let bed = |title: &str| thing(title, &[]).values(name::BED_SIZE).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(bed("Kelpie King Single Bed Frame"), ["king_single"]);
    assert_eq!(bed("Kelpie Bed Frame Double Full Size"), ["double"]);
    assert_eq!(bed("Kelpie Single Door Locker"), Vec::<String>::new());
}

#[test]
fn colours_and_materials_are_whole_words() {
    let bench = thing("Kelpie Upholstered Tiered Credenza", &["Layered plywood"]);
    assert_eq!(bench.values(name::COLOUR).next(), None);
    let pu = thing("Kelpie PU Leather Chair", &["Seat material: PU leather"]);
    assert_eq!(pu.values(name::MATERIAL).collect::<Vec<_>>(), ["pu leather"]);
    let board = thing("Kelpie Desk", &["Material: particle board"]);
    assert_eq!(board.values(name::MATERIAL).collect::<Vec<_>>(), ["particle board"]);
}

#[test]
fn what_the_text_denies_is_no_feature() {
    let features =
        |text: &str| thing("Kelpie Stool", &[text]).values(name::FEATURE).map(str::to_owned).collect::<Vec<_>>();
    assert!(features("Five castor wheels").contains(&"wheels".to_owned()));
    assert!(!features("No wheels").contains(&"wheels".to_owned()));
}

#[test]
fn a_field_of_its_own_wins_over_the_text() {
    let chair = product(json!({
        "title": "Kelpie Chair", "features": ["Weight capacity: 90kg", "Lifetime warranty", "Easy assembly"],
        "attributes": { "weight_capacity_kg": 120, "warranty": "24 months" }
    }));
    assert_eq!(chair.number(name::WEIGHT_CAPACITY), Some(120.0));
    assert_eq!(chair.values(name::WARRANTY).collect::<Vec<_>>(), ["24 months"]);
    assert_eq!(chair.values(name::ASSEMBLY).collect::<Vec<_>>(), ["required"]);
}

#[test]
fn every_fact_says_where_it_comes_from() {
    let desk = product(json!({
        "title": "Kelpie Desk Black", "features": ["Overall dimensions: 120 x 60 x 75cm", "Lifetime warranty"],
        "attributes": { "colour": ["black"], "finish": "satin" }
    }));
    assert!(desk.attributes.iter().all(|fact| !fact.source.is_empty() && (0.0..=1.0).contains(&fact.confidence)));
    assert_eq!(desk.attribute(name::COLOUR).unwrap().source, "attributes.colour, Title");
    assert_eq!(desk.attribute(name::WIDTH).unwrap().source, "Features");
    assert_eq!(desk.values(name::WARRANTY).collect::<Vec<_>>(), ["Lifetime warranty"]);
    assert_eq!(desk.values("finish").collect::<Vec<_>>(), ["satin"]);
}
