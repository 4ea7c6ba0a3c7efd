//! What a title says that a thing is.

use serde_json::json;

use crate::support::product;

fn categories(title: &str) -> Vec<String> {
    product(json!({ "title": title })).categories
}

fn main_category(title: &str) -> String {
    categories(title).first().cloned().unwrap_or_default()
}

#[test]
fn a_title_tells_the_category_by_whole_words() {
    for (title, category) in [
        ("Wombat Stretch Sofa Cover 3 Seater", "sofa_cover"),
        ("Wombat Fabric Sofa 3 Seater", "sofa"),
        ("Pair of Steel Coffee Table Legs", "table_legs"),
        ("Round Coffee Table", "coffee_table"),
        ("Oak Bedside Table", "bedside_table"),
        ("TV Stand with Wall Mount Bracket", "tv_mount"),
        ("TV Stand Entertainment Unit 160cm", "tv_unit"),
        ("Study Desk with Chair", "desk"),
        ("Desk Chair with Headrest", "office_chair"),
        ("Laptop Side Table on Wheels", "side_table"),
        ("Adjustable Upholstered Bench", "bench"),
        ("Credenza for the Bedroom", "cabinet"),
        ("Standing Desk Frame Only Dual Motor", "desk_part"),
        ("Electric Standing Desk", "standing_desk"),
        ("Executive Leather Chair", "office_chair"),
        ("Gaming Racing Style Chair", "gaming_chair"),
        ("Wooden Dining Chairs Set of 4", "dining_chair"),
        ("Kitchen Bar Stools Swivel Dining Chair", "bar_stool"),
        ("Large Storage Ottoman", "ottoman"),
        ("Shoe Cabinet Bench with Drawers", "shoe_storage"),
        ("Velvet Sofa Armchair", "armchair"),
        ("Coat and Shoe Rack", "shoe_storage"),
        ("Coffee Table with Shelf and Hairpin Legs", "coffee_table"),
        ("Kelpie Lightweight Thing", ""),
    ] {
        assert_eq!(main_category(title), category, "{title}");
    }
}

#[test]
fn a_title_that_honestly_names_several_things_is_filed_under_each() {
    let found = categories("Recliner Armchair Luxury Single Sofa");
    assert_eq!(found[0], "recliner");
    assert!(found.contains(&"armchair".to_owned()) && found.contains(&"sofa".to_owned()), "{found:?}");
    // A stool whose title also says "dining chair" for the search engines is still no chair.
    assert_eq!(categories("Bar Stool Kitchen Dining Chair Cafe"), ["bar_stool"]);
}

#[test]
fn a_category_path_wins_over_the_title_and_the_title_narrows_it() {
    let with_path =
        |title: &str, path: &[&str]| product(json!({ "title": title, "category_path": path })).categories[0].clone();
    assert_eq!(with_path("Kelpie Nook Desk Companion", &["Furniture", "Filing Cabinets"]), "filing_cabinet");
    assert_eq!(with_path("Kelpie Gaming Chair", &["Furniture", "Chairs"]), "gaming_chair");
    assert_eq!(with_path("Kelpie Nook", &["Home", "Lamps"]), "lamp");
}
