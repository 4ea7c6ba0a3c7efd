//! Facts read out of texts.

use easymart_catalog_search::domain::{attribute::name, product::Product, specs::SpecTable};
use serde_json::json;

use crate::support::{imported, product};

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

#[test]
fn what_one_lies_on_is_as_wide_as_it_is_across() {
    let sides = |title: &str, features: &[&str]| {
        let product = thing(title, features);
        [name::WIDTH, name::DEPTH, name::HEIGHT].map(|side| product.number(side))
    };
    let bed = [Some(149.0), Some(204.0), Some(94.0)];
    for text in ["Overall dimensions: 204cm x 149cm x 94cm", "Size: 204cm (L) x 149cm (W) x 94cm (H)"] {
        assert_eq!(sides("Kelpie Double Bed Frame", &[text]), bed, "{text}");
    }
    assert_eq!(sides("Kelpie Double Bed Frame", &["Length: 204cm", "Width: 149cm"]), [bed[0], bed[1], None]);
    let frame = ["The dimensions of the frame are 204 x 149 x 94 cm", "Fits a mattress of 190cm x 137cm"];
    assert_eq!(sides("Kelpie Double Bed Frame", &frame), bed);
    assert_eq!(sides("Kelpie Bed Frame", &["Fits a standard mattress of 190cm x 137cm"]), [None, None, None]);
    let desk = [Some(120.0), Some(60.0), Some(75.0)];
    assert_eq!(sides("Kelpie Desk", &["Size: 120cm (L) x 60cm (W) x 75cm (H)"]), desk);
}

/// A product of the shop's own table, whose size columns were made by searching the text.
fn tabled(title: &str, features: &str, length: &str, height: &str) -> Product {
    let header = "Handle,Title,Vendor,Features,Variant SKU,Specifications,Length,Height";
    imported(format!("{header}\np,{title},,{features},,,{length},{height}\n").as_bytes()).products.remove(0)
}

#[test]
fn the_length_of_a_cable_is_no_width() {
    for text in
        ["Cable length: 128cm", "Power cable length: Approx.128cm", "Strap length: 128 cm", "Screw length: 128cm"]
    {
        assert_eq!(tabled("Kelpie Chair", text, "128", "").number(name::WIDTH), None, "{text}");
        assert_eq!(size(&[text]), [None, None, None], "{text}");
    }
    let powered = tabled("Kelpie Chair", "Power: 240V/50Hz | Seat height: 44cm", "", "50");
    assert_eq!((powered.number(name::HEIGHT), powered.number(name::SEAT_HEIGHT)), (None, Some(44.0)));
    let among_others = tabled("Kelpie Table", "Tabletop thickness is 2cm and height 73cm", "", "73");
    assert_eq!(among_others.number(name::HEIGHT), Some(73.0));
    let stated = tabled("Kelpie Chair", "Cable length: 60cm | It is 60cm across", "60", "");
    assert_eq!(stated.number(name::WIDTH), Some(60.0));
    assert_eq!(tabled("Kelpie Chair", "Comfortable", "60", "").number(name::WIDTH), Some(60.0));
}

#[test]
fn what_carries_a_screen_says_which() {
    let screens = |title: &str, features: &[&str]| {
        let product = thing(title, features);
        [name::SCREEN_MIN, name::SCREEN_MAX].map(|name| product.number(name))
    };
    for text in [
        "Fits 32 inch to 70 inch TV screens",
        "Fit TV screen size: 32” to 70”",
        "Fits screen 32\" - 70\" (81cm - 178cm)",
        "Fits 32 inch-70 inch TV screens",
    ] {
        assert_eq!(screens("Kelpie TV Wall Mount", &[text]), [Some(32.0), Some(70.0)], "{text}");
    }
    assert_eq!(screens("Kelpie Monitor Arm", &["Fits screen: Up to 32’"]), [None, Some(32.0)]);
    assert_eq!(screens("Kelpie TV Bracket 32 42 50 55 65 inch", &[]), [Some(32.0), Some(65.0)]);
    assert_eq!(screens("Kelpie TV Unit", &["The TV unit is 59 by 16 inches"]), [None, None]);
    assert_eq!(screens("Kelpie Desk", &["Fits 32 inch screens"]), [None, None]);
    let mount = thing("Kelpie TV Mount", &["Width: 40cm", "Fits 32 to 70 inch TVs"]);
    let least = mount.attribute(name::SCREEN_MIN).unwrap();
    assert_eq!((least.values[0].as_str(), least.source.as_str()), ("32 inch", "Features"));
    let answer = SpecTable::built_in().unwrap().answer(&mount, "does it fit a 75 inch tv?");
    let facts: Vec<&str> = answer.facts.iter().map(|fact| fact.name.as_str()).collect();
    assert_eq!((answer.topic.as_str(), facts), ("screen_size", vec![name::SCREEN_MIN, name::SCREEN_MAX]));
}

#[test]
fn a_question_for_a_feature_is_answered_with_that_feature() {
    let answer = |product: &Product, question: &str| SpecTable::built_in().unwrap().answer(product, question).facts;
    let divider = thing("Kelpie Room Divider", &["Foldable Panels", "Rolls on wheels"]);
    let facts = answer(&divider, "is it foldable?");
    assert_eq!(
        (facts.len(), facts[0].values.as_slice(), facts[0].source.as_str()),
        (1, &["foldable".into()][..], "Features")
    );
    assert_eq!(answer(&divider, "does it fold up")[0].values, ["foldable"]);
    assert_eq!(answer(&divider, "is it stackable"), []);
    assert_eq!(answer(&thing("Kelpie Stool", &["Stackable"]), "is it stackable")[0].values, ["stackable"]);
    assert_eq!(answer(&divider, "features")[0].values.len(), 2);
}

#[test]
fn a_length_is_the_longer_side_on_the_floor() {
    let bed = thing("Kelpie Bed Frame", &["Overall dimensions: 204cm x 149cm x 94cm"]);
    let desk = thing("Kelpie Desk", &["Overall dimensions: 120cm x 60cm x 75cm"]);
    for (product, side, cm) in [(&bed, name::DEPTH, 204.0), (&desk, name::WIDTH, 120.0)] {
        let facts = SpecTable::built_in().unwrap().answer(product, "how long is it").facts;
        assert_eq!((facts[0].name.as_str(), facts[0].number), (side, Some(cm)));
    }
}

#[test]
fn parts_are_counted() {
    let locker = thing("Kelpie Eight Door Locker", &["With 2 shelves"]);
    assert_eq!((locker.number("doors"), locker.number("shelves")), (Some(8.0), Some(2.0)));
    let safe = thing("Kelpie Filing Cabinet", &["For safety only one drawer can be pulled open at a time"]);
    assert_eq!(safe.number("drawers"), None);
    assert_eq!(locker.attribute("doors").unwrap().source, "Title");
    assert_eq!(
        thing("Kelpie Set of 4 Chairs", &["4 pieces"]).attributes.iter().filter(|a| a.name == name::SET_SIZE).count(),
        1
    );
}

#[test]
fn leather_is_genuine_only_where_it_says_so() {
    let materials =
        |text: &str| thing("Kelpie Recliner", &[text]).values(name::MATERIAL).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(materials("Full grain leather"), ["genuine leather"]);
    assert_eq!(materials("PU leather"), ["pu leather"]);
}
