//! What a search gives.

use std::collections::HashSet;

use easymart_catalog_search::domain::{
    catalogue::{Exclusions, Filters, Range, Side},
    compare,
    search::{SearchQuery, Sort},
    similar,
    suggest::suggest,
    taxonomy::TermKind,
    vocabulary,
};

use serde_json::json;

use crate::support::{SHOP, Shop};

fn shop() -> Shop {
    Shop::new(SHOP)
}

fn list(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

#[test]
fn a_named_category_is_what_is_found() {
    let shop = shop();
    assert_eq!(
        shop.ids("couch").into_iter().collect::<HashSet<_>>(),
        HashSet::from(["sofa-3", "sofa-leather", "sofa-bed"])
    );
    assert_eq!(shop.ids("office chairs"), ["chair-office", "chair-gaming"]);
    assert_eq!(shop.ids("a desk with drawers")[0], "desk-oak");
    assert_eq!(shop.ids("nightstand"), ["bedside"]);
    assert_eq!(shop.ids("tv brackets"), ["tv-mount"]);
    assert_eq!(shop.ids("desk or a coffee table").len(), 3);
}

#[test]
fn nothing_that_fits_is_an_honest_zero() {
    let shop = shop();
    for text in ["rug", "helicopter", "gaming helicopter", "purple chairs", "red locomotive"] {
        assert_eq!(shop.ids(text), Vec::<&str>::new(), "{text}");
    }
    let query = SearchQuery { text: "zither desk".to_owned(), limit: 5, ..SearchQuery::default() };
    let found = shop.search(&query);
    assert_eq!((found.total, found.unmatched_words), (2, list(&["zither"])));
}

#[test]
fn typos_are_corrected_by_the_catalogues_words() {
    let shop = shop();
    for (typed, meant) in [("soffa", "sofa"), ("dinning chairs", "dining chairs"), ("coffe tabel", "coffee table")] {
        let query = SearchQuery { text: typed.to_owned(), limit: 5, ..SearchQuery::default() };
        let found = shop.search(&query);
        assert_eq!(found.corrected_query.as_deref(), Some(meant), "{typed}");
        assert!(found.total > 0, "{typed}");
    }
}

#[test]
fn a_sku_a_handle_or_an_id_finds_its_product() {
    let shop = shop();
    for text in ["WLD 100", "wld  100", "SKU: wld 100", "desk-oak"] {
        assert_eq!(shop.ids(text), ["desk-oak"], "{text}");
    }
}

#[test]
fn words_that_deny_exclude() {
    let shop = shop();
    assert!(!shop.ids("sofa not leather").contains(&"sofa-leather"));
    assert!(!shop.ids("chair without wheels").contains(&"chair-office"));
    assert!(shop.ids("sofa not leather").contains(&"sofa-3"));
}

#[test]
fn filters_are_exact_and_know_families() {
    let shop = shop();
    let with = |filters: Filters| -> HashSet<&str> {
        shop.filtered("", |query| query.filters = filters).into_iter().collect()
    };
    let chairs = HashSet::from(["chair-office", "chair-gaming", "chair-dining"]);
    assert_eq!(with(Filters { categories: list(&["chair"]), ..Filters::default() }), chairs);
    assert_eq!(
        with(Filters { colours: list(&["gray"]), ..Filters::default() }),
        HashSet::from(["chair-office", "sofa-3", "locker"])
    );
    let leather = HashSet::from(["sofa-leather", "chair-gaming"]);
    assert_eq!(with(Filters { materials: list(&["leather"]), ..Filters::default() }), leather);
    assert_eq!(
        with(Filters { materials: list(&["pu_leather"]), ..Filters::default() }),
        HashSet::from(["chair-gaming"])
    );
    assert_eq!(with(Filters { bed_sizes: list(&["king single"]), ..Filters::default() }), HashSet::from(["bed-ks"]));
    assert_eq!(with(Filters { brands: list(&["NUMBAT"]), ..Filters::default() }).len(), 4);
    assert_eq!(with(Filters { categories: list(&["spaceship"]), ..Filters::default() }), HashSet::new());
    let narrow = Filters { sizes: vec![(Side::Width, Range { min: None, max: Some(60.0) })], ..Filters::default() };
    assert_eq!(with(narrow), HashSet::from(["bedside", "shelf"]));
    let strong = Filters { weight_capacity_kg_min: Some(130.0), ..Filters::default() };
    assert_eq!(with(strong), HashSet::from(["chair-office"]));
    let many = Filters { seats_min: Some(3), categories: list(&["sofa"]), ..Filters::default() };
    assert_eq!(with(many), HashSet::from(["sofa-3"]));
    let excluded =
        Exclusions { materials: list(&["leather"]), categories: list(&["sofa_bed"]), ..Exclusions::default() };
    let filters = Filters { categories: list(&["sofa", "chair"]), exclude: excluded, ..Filters::default() };
    assert_eq!(with(filters), HashSet::from(["chair-office", "chair-dining", "sofa-3"]));
}

#[test]
fn a_price_limit_or_order_leaves_out_what_has_no_price() {
    let shop = shop();
    let lockers = shop.filtered("locker", |query| query.sort = Sort::PriceLow);
    assert_eq!(lockers, Vec::<&str>::new());
    assert_eq!(shop.ids("locker"), ["locker"]);
    let cheap = shop.filtered("", |query| query.filters.price = Range { min: None, max: Some(7_900.0) });
    assert_eq!(
        cheap.into_iter().collect::<HashSet<_>>(),
        HashSet::from(["stool-bar", "cover-sofa", "table-legs", "tv-mount"])
    );
}

#[test]
fn the_cheapest_of_all_matches_comes_first() {
    let shop = shop();
    let by = |sort| shop.filtered("chairs", |query| (query.sort, query.limit) = (sort, 1));
    assert_eq!((by(Sort::PriceLow), by(Sort::PriceHigh)), (vec!["chair-office"], vec!["chair-dining"]));
    let query = SearchQuery { text: "chairs".to_owned(), limit: 1, ..SearchQuery::default() };
    assert_eq!(shop.search(&query).prices, Some((18_950, 42_000)));
}

#[test]
fn pages_cover_everything_once() {
    let shop = shop();
    for sort in [Sort::Relevance, Sort::Title, Sort::Rating] {
        let page =
            |number: usize| shop.filtered("", |query| (query.sort, query.offset, query.limit) = (sort, number * 4, 4));
        let all: Vec<&str> = (0..6).flat_map(page).collect();
        assert_eq!(all.len(), shop.catalogue.len());
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len(), "{sort:?}");
    }
}

#[test]
fn facets_count_what_matches() {
    let shop = shop();
    let query = SearchQuery { text: "sofa".to_owned(), limit: 1, with_facets: true, ..SearchQuery::default() };
    let facets = shop.search(&query).facets;
    let count = |name: &str, value: &str| {
        let facet = facets.iter().find(|facet| facet.name == name)?;
        facet.values.iter().find(|counted| counted.value == value).map(|counted| counted.count)
    };
    assert_eq!((count("category", "sofa"), count("category", "sofa_bed")), (Some(3), Some(1)));
    assert_eq!(
        (count("colour", "blue"), count("brand", "numbat"), count("material", "leather")),
        (Some(1), Some(3), Some(1))
    );
    assert_eq!(
        (count("price_band", "300-500"), count("price_band", "1000-2000"), count("price_band", "0-50")),
        (Some(1), Some(1), None)
    );
}

#[test]
fn relaxations_name_what_would_match() {
    let shop = shop();
    let filters = Filters {
        categories: list(&["desk"]),
        colours: list(&["black"]),
        price: Range { min: None, max: Some(30_000.0) },
        ..Filters::default()
    };
    let query = SearchQuery { filters, limit: 5, with_relaxations: true, ..SearchQuery::default() };
    let found = shop.search(&query);
    assert_eq!(found.total, 0);
    let of = |constraint: &str| found.relaxations.iter().find(|relaxation| relaxation.constraint == constraint);
    assert_eq!(of("price_max").map(|r| (r.total, r.nearest.clone())), Some((1, list(&["59900"]))));
    assert_eq!(of("category").map(|r| r.total), Some(2));
    assert_eq!(of("colour"), None);
}

#[test]
fn similar_means_the_same_kind_first() {
    let shop = shop();
    let source = shop.catalogue.find_one("sofa-3").unwrap();
    let found = similar::similar(&shop.catalogue, source, &HashSet::new(), 5);
    let ids: Vec<String> = found.iter().map(|s| shop.catalogue.product(s.place).unwrap().id.clone()).collect();
    assert_eq!(ids, ["sofa-leather", "sofa-bed"]);
    let without = similar::similar(&shop.catalogue, source, &HashSet::from([found[0].place]), 5);
    assert_eq!(without.len(), 1);
    assert!(without[0].why.contains("cheaper"), "{}", without[0].why);
}

#[test]
fn a_comparison_shows_differences_and_what_is_unknown() {
    let shop = shop();
    let products: Vec<_> = ["desk-oak", "desk-stand"].iter().map(|id| shop.catalogue.find_one(id).unwrap()).collect();
    let products: Vec<_> = products.into_iter().map(|place| shop.catalogue.product(place).unwrap()).collect();
    let rows = compare::rows(&shop.catalogue, &products);
    let row = |name: &str| rows.iter().find(|row| row.attribute == name).unwrap();
    assert_eq!((row("price").values.clone(), row("price").differs), (list(&["$349.00", "$599.00"]), true));
    assert_eq!(
        (row("weight_capacity_kg").values.clone(), row("weight_capacity_kg").differs),
        (list(&["80 kg", ""]), false)
    );
    assert!(!row("brand").differs);
    assert!(rows.iter().all(|row| row.values.len() == 2));
}

#[test]
fn suggestions_complete_what_was_typed() {
    let shop = shop();
    let texts = |prefix: &str| suggest(&shop.catalogue, prefix, 8).into_iter().map(|s| s.text).collect::<Vec<_>>();
    assert_eq!(texts("sof")[..2], list(&["sofas", "sofa beds"]));
    assert!(texts("numb")[0].contains("Numbat"));
    assert!(texts("queen bed").contains(&"Bettong Queen Size Bed Frame with Drawers White".to_owned()));
    assert_eq!(texts("rug"), Vec::<String>::new());
    assert_eq!(texts(" "), Vec::<String>::new());
}

#[test]
fn the_vocabulary_has_what_the_shop_has_not() {
    let terms = vocabulary::terms(&shop().catalogue);
    let term = |kind, value: &str| terms.iter().find(|term| term.kind == kind && term.value == value).unwrap();
    assert_eq!(term(TermKind::Category, "rug").count, 0);
    let sofa = term(TermKind::Category, "sofa");
    assert_eq!((sofa.count, sofa.label.as_str()), (3, "sofas"));
    assert!(sofa.names.contains(&"couch".to_owned()));
    assert_eq!(term(TermKind::Material, "pu leather").label, "PU leather");
    assert_eq!(term(TermKind::Colour, "charcoal").parent, "grey");
    assert_eq!(term(TermKind::Brand, "Numbat").names, list(&["numbat"]));
    assert_eq!(term(TermKind::BedSize, "king_single").names[0], "king single");
}

#[test]
fn an_explanation_adds_up_to_the_score() {
    let shop = shop();
    for text in ["black desk", "couch", "gaming chair without wheels", "coffe tabel", "WLD 100", "chairs no leather"] {
        let query = SearchQuery { text: text.to_owned(), limit: 5, explain: true, ..SearchQuery::default() };
        let found = shop.search(&query);
        assert_eq!(found.explanations.len(), found.hits.len());
        for ((_, score), parts) in found.hits.iter().zip(&found.explanations) {
            let sum: f64 = parts.iter().map(|part| part.points).sum();
            assert!((sum - score).abs() < 1e-3, "{text}: {score} is not the sum of {parts:?}");
        }
    }
}

fn shop_of(lines: &[serde_json::Value]) -> Shop {
    let feed: Vec<String> = lines.iter().map(ToString::to_string).collect();
    Shop::new(feed.join("\n").as_bytes())
}

#[test]
fn the_product_whose_title_is_typed_comes_first() {
    let shop = shop_of(&[
        json!({ "id": "drawers", "title": "Kelpie Bedside Drawer Drawer", "brand": "Kelpie" }),
        json!({ "id": "whole", "title": "Kelpie Bedside Table - No Drawer", "brand": "Kelpie" }),
        json!({ "id": "more", "title": "Kelpie Bedside Table Drawer White Oak", "brand": "Kelpie" }),
        json!({ "id": "locker", "title": "Kelpie Steel Locker", "brand": "Kelpie" }),
    ]);
    for text in ["Kelpie Bedside Table - No Drawer", "kelpie bedside table no drawer", "bedside table no drawers"] {
        assert_eq!(shop.ids(text).first(), Some(&"whole"), "{text}");
    }
    let limited = |query: &mut SearchQuery| query.filters.categories = list(&["locker"]);
    assert!(!shop.filtered("bedside table no drawer", limited).contains(&"whole"));
    let query = SearchQuery { text: "steel locker".to_owned(), limit: 5, explain: true, ..SearchQuery::default() };
    let found = shop.search(&query);
    let sum: f64 = found.explanations[0].iter().map(|part| part.points).sum();
    assert!((sum - found.hits[0].1).abs() < 1e-3);
}

#[test]
fn a_number_of_parts_is_kept_to_where_there_is_such_a_thing() {
    let shop = shop_of(&[
        json!({ "id": "five", "title": "Kelpie Five Door Locker" }),
        json!({ "id": "six", "title": "Kelpie Locker (6 Door)" }),
        json!({ "id": "plain", "title": "Kelpie Locker", "features": ["5 hooks", "6 keys"] }),
        json!({ "id": "chair", "title": "Kelpie Dining Chair" }),
        json!({ "id": "chairs", "title": "Kelpie Set of 4 Dining Chairs" }),
    ]);
    for (text, id) in
        [("lockers with 5 doors", "five"), ("six door locker", "six"), ("set of four dining chairs", "chairs")]
    {
        assert_eq!(shop.ids(text), [id], "{text}");
    }
    assert_eq!(shop.filtered("5 doors", |query| query.filters.categories = list(&["locker"])), ["five"]);
    let query = SearchQuery { text: "locker with 9 doors".to_owned(), limit: 5, ..SearchQuery::default() };
    let found = shop.search(&query);
    assert_eq!((found.total, found.unmatched_words), (2, list(&["9"])));
}

#[test]
fn without_a_feature_excludes_what_mentions_it() {
    let shop = shop_of(&[
        json!({ "id": "plain", "title": "Kelpie Office Chair", "features": ["Armless design"] }),
        json!({ "id": "none", "title": "Kelpie Office Chair", "features": ["Comes without armrests"] }),
        json!({ "id": "arms", "title": "Kelpie Office Chair with Arms" }),
        json!({ "id": "armchair", "title": "Kelpie Office Armchair Office Chair" }),
    ]);
    for text in ["office chair without armrests", "office chair no arms"] {
        let mut ids = shop.ids(text);
        ids.sort_unstable();
        assert_eq!(ids, ["none", "plain"], "{text}");
    }
}

#[test]
fn leather_has_both_and_says_so_and_genuine_leather_is_genuine() {
    let shop = shop_of(&[
        json!({ "id": "pu", "title": "Kelpie PU Leather Recliner" }),
        json!({ "id": "real", "title": "Kelpie Recliner Genuine Leather" }),
    ]);
    assert_eq!(shop.ids("leather recliner").len(), 2);
    assert_eq!(shop.catalogue.label(TermKind::Material, "leather"), "leather or leather-look");
    for text in ["real leather recliner", "genuine leather recliner", "full grain leather recliner"] {
        assert_eq!(shop.ids(text), ["real"], "{text}");
    }
}

/// Whatever a facet counts is found by filtering by exactly its value.
pub(crate) fn check_facets(shop: &Shop, text: &str) {
    let query = SearchQuery { text: text.to_owned(), with_facets: true, ..SearchQuery::default() };
    for facet in shop.search(&query).facets.iter().filter(|facet| facet.name != "price_band") {
        for counted in &facet.values {
            for named in [&counted.value, &counted.label] {
                let filters = match facet.name {
                    "category" => Filters { categories: list(&[named]), ..Filters::default() },
                    "colour" => Filters { colours: list(&[named]), ..Filters::default() },
                    "material" => Filters { materials: list(&[named]), ..Filters::default() },
                    _ => Filters { brands: list(&[named]), ..Filters::default() },
                };
                let found = shop.search(&SearchQuery { filters, ..query.clone() }).total;
                assert!(
                    found >= counted.count,
                    "{text:?}: {} {named:?} finds {found}, not {}",
                    facet.name,
                    counted.count
                );
            }
        }
    }
}

#[test]
fn a_facets_value_finds_what_it_counts() {
    for text in ["", "sofa", "locker", "desk"] {
        check_facets(&shop(), text);
    }
}
