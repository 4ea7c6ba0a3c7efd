//! The committed sample shop is what the generator makes, and it is a shop that one can show.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

const REGENERATE: &str = "run `cargo run -p easymart-sample-shop --bin generate-sample-shop`";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn products() -> Vec<Value> {
    let text = std::str::from_utf8(easymart_sample_shop::CATALOGUE).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn cents(price: &Value) -> i64 {
    price["amount"].as_str().unwrap().replace('.', "").parse().unwrap()
}

#[test]
fn the_committed_files_are_what_the_generator_makes() {
    let made = easymart_sample_shop::generate().unwrap();
    let catalogue = fs::read_to_string(folder().join("catalogue.jsonl")).unwrap();
    assert!(catalogue == made.catalogue, "catalogue.jsonl is out of date: {REGENERATE}");

    let mut committed = BTreeMap::new();
    for entry in fs::read_dir(folder().join("pictures")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        committed.insert(name, fs::read_to_string(path).unwrap());
    }
    assert!(committed == made.pictures, "the pictures are out of date: {REGENERATE}");
}

#[test]
fn the_shop_is_large_and_varied_enough() {
    let products = products();
    assert!(products.len() >= 240, "{} products", products.len());
    let categories: BTreeSet<String> = products.iter().map(|product| product["category_path"].to_string()).collect();
    assert!(categories.len() >= 31, "{} categories", categories.len());
    let without_price = products.iter().filter(|product| product["price"].is_null()).count();
    assert!((1..=5).contains(&without_price), "{without_price} products without a price");
    for (what, field) in [("a rating", "rating"), ("a known stock", "availability"), ("an earlier price", "was_price")]
    {
        let with = products.iter().filter(|product| !product[field].is_null()).count();
        assert!(with > 0 && with < products.len(), "{with} of {} products have {what}", products.len());
    }
}

#[test]
fn ids_handles_skus_and_titles_are_unique() {
    let products = products();
    for field in ["id", "handle", "sku", "title"] {
        let distinct: BTreeSet<&str> = products.iter().map(|product| product[field].as_str().unwrap()).collect();
        assert_eq!(distinct.len(), products.len(), "{field}");
    }
}

#[test]
fn every_product_states_a_plausible_size_and_price_and_has_no_open_placeholder() {
    for product in products() {
        let title = product["title"].as_str().unwrap();
        assert!(!title.contains('{') && !product["description"].as_str().unwrap().contains('{'), "{title}");
        for side in ["width_cm", "depth_cm", "height_cm"] {
            let size = product["attributes"][side].as_u64().unwrap_or(0);
            assert!((1..=330).contains(&size), "{title}: {side} {size}");
        }
        if !product["price"].is_null() {
            let price = cents(&product["price"]);
            assert!((2_000..=400_000).contains(&price), "{title}: {price}");
            let was = product["was_price"].as_object().map(|_| cents(&product["was_price"]));
            assert!(was.is_none_or(|was| was > price), "{title}");
        }
    }
}

#[test]
fn every_image_is_an_embedded_picture_without_outside_references_and_all_together_are_small() {
    let mut bytes = 0;
    for product in products() {
        let address = product["images"][0].as_str().unwrap();
        let name = address.strip_prefix(easymart_sample_shop::PICTURE_PATH).unwrap();
        let picture = easymart_sample_shop::picture(name).unwrap_or_else(|| panic!("no picture {name}"));
        let svg = std::str::from_utf8(picture).unwrap();
        assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""), "{name}");
        assert_eq!(svg.matches("http").count(), 1, "{name}");
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
        bytes += picture.len();
    }
    assert!(bytes < 600_000, "{bytes} bytes of pictures");
    assert!(easymart_sample_shop::picture("../store.toml").is_none());
}

#[test]
fn the_store_profile_is_valid_toml() {
    let profile: toml::Table = toml::from_str(easymart_sample_shop::STORE_PROFILE).unwrap();
    assert_eq!(profile["store"]["currency"].as_str(), Some("AUD"));
    assert_eq!(profile["shipping"]["standard"]["free_from_minor"].as_integer(), Some(19_900));
}
