//! The three kinds of feed.

use easymart_catalog_search::domain::{
    attribute::name,
    import::{Format, recognise},
    product::Availability,
};
use easymart_core::{Currency, Money};

use crate::support::{BROKEN, EASYMART, SHOP, SHOPIFY, imported};

#[test]
fn the_kind_of_a_feed_is_told_from_its_content() {
    assert_eq!(recognise(SHOP), Some(Format::JsonLines));
    assert_eq!(recognise(SHOPIFY), Some(Format::ShopifyCsv));
    assert_eq!(recognise(EASYMART), Some(Format::EasymartCsv));
    assert_eq!(recognise(b"a,b,c\n1,2,3\n"), None);
    assert_eq!(recognise(b""), None);
    let marked = [b"\xef\xbb\xbf".as_slice(), EASYMART].concat();
    assert_eq!(recognise(&marked), Some(Format::EasymartCsv));
}

#[test]
fn a_broken_row_is_rejected_by_name_and_the_rest_is_kept() {
    let imported = imported(BROKEN);
    let report = imported.report;
    assert_eq!((report.read, report.kept, report.rejected_count, report.price_on_request), (10, 3, 7, 1));
    let rejected: Vec<(u32, &str)> = report.rejected.iter().map(|row| (row.row, row.field.as_str())).collect();
    let expected = [(2, "title"), (3, ""), (4, "price"), (5, "id"), (6, ""), (7, "price"), (8, "price")];
    assert_eq!(rejected, expected);
    assert!(report.rejected.iter().all(|row| !row.reason.is_empty()));
    let kinds: Vec<&str> = report.warnings.iter().map(|warning| warning.kind.as_str()).collect();
    assert_eq!(kinds, ["duplicate_sku"]);
    let ids: Vec<&str> = imported.products.iter().map(|product| product.id.as_str()).collect();
    assert_eq!(ids, ["a", "f", "g"]);
}

#[test]
fn json_lines_carry_everything() {
    let desk = imported(SHOP).products.remove(0);
    assert_eq!(desk.price, Some(Money::new(34_900, Currency::AUD)));
    assert_eq!(desk.was_price, Some(Money::new(39_900, Currency::AUD)));
    assert_eq!((desk.handle.as_str(), desk.url.as_str()), ("desk-oak", "https://shop.example/products/desk-oak"));
    assert_eq!((desk.availability, desk.stock_quantity, desk.rating_count), (Availability::InStock, Some(4), Some(41)));
    assert_eq!(desk.description, "A solid oak desk.");
    assert_eq!(desk.attribute(name::WIDTH).unwrap().source, "attributes.width_cm");
    assert_eq!(desk.number(name::DEPTH), Some(60.0));
    assert_eq!(desk.values(name::ASSEMBLY).collect::<Vec<_>>(), ["required"]);
}

#[test]
fn the_facts_of_a_line_are_fields_of_an_object() {
    let lines: [&[u8]; 3] = [
        br#"{"id":"a","title":"Echidna Desk","price":{"amount":"59"},"attributes":["oak"]}"#,
        br#"{"id":"b","title":"Echidna Desk","price":{"amount":59.5},"attributes":{"Soft Close":true,"finish":["matt","\u006filed"],"shelves":2,"note":null}}"#,
        b"{\"id\":\"c\",\"title\":\"Echidna \xff\"}",
    ];
    let imported = imported(&lines.join(b"\n".as_slice()));
    let rejected: Vec<(u32, &str)> = imported.report.rejected.iter().map(|row| (row.row, row.field.as_str())).collect();
    assert_eq!(rejected, [(1, "attributes"), (3, "")]);
    let desk = &imported.products[0];
    assert_eq!(desk.price, Some(Money::new(5_950, Currency::AUD)));
    assert_eq!(desk.values("soft_close").collect::<Vec<_>>(), ["yes"]);
    assert_eq!(desk.values("finish").collect::<Vec<_>>(), ["matt", "oiled"]);
    assert_eq!(desk.attribute("finish").unwrap().source, "attributes.finish");
    assert_eq!((desk.number("shelves"), desk.attribute("note")), (Some(2.0), None));
}

#[test]
fn shopify_rows_of_one_handle_are_one_product() {
    let imported = imported(SHOPIFY);
    assert_eq!((imported.report.read, imported.report.kept, imported.report.rejected_count), (3, 2, 1));
    assert_eq!((imported.report.rejected[0].row, imported.report.rejected[0].field.as_str()), (3, "price"));
    let bed = &imported.products[0];
    assert_eq!((bed.id.as_str(), bed.sku.as_str(), bed.category()), ("galah-bed", "GAL-Q-WH", "bed"));
    assert_eq!(bed.description, "A quiet bed.");
    assert_eq!(bed.features, ["Solid pine & ply", "Width: 160 cm"]);
    assert_eq!(bed.image_urls.len(), 2);
    assert_eq!((bed.availability, bed.stock_quantity), (Availability::InStock, Some(5)));
    let titles: Vec<&str> = bed.variants.iter().map(|variant| variant.title.as_str()).collect();
    assert_eq!(titles, ["White / Queen", "Black / Queen", "Black / King"]);
    let prices: Vec<Option<i64>> = bed.variants.iter().map(|variant| variant.price.map(|price| price.minor)).collect();
    assert_eq!(prices, [None, None, Some(49_900)]);
    assert_eq!(bed.values(name::COLOUR).collect::<Vec<_>>(), ["white", "black"]);
    let lamp = &imported.products[1];
    assert!(lamp.variants.is_empty());
    assert_eq!((lamp.category(), lamp.availability), ("lamp", Availability::Unknown));
}

#[test]
fn the_easymart_table_is_cleaned() {
    let imported = imported(EASYMART);
    let report = &imported.report;
    assert_eq!((report.read, report.kept, report.price_on_request), (4, 4, 1));
    let warnings: Vec<(&str, u32)> = report.warnings.iter().map(|w| (w.kind.as_str(), w.count)).collect();
    assert_eq!(warnings, [("implausible_size", 4), ("duplicate_sku", 1)]);
    let [desk, five, ten, chairs] = imported.products.as_slice() else { panic!("four products") };
    assert_eq!(desk.features[0], "Neat & small");
    assert_eq!(desk.sku, "CAS 1 WH");
    assert_eq!(desk.description, "A neat desk for a small study that fits below a window.");
    // The colour and material columns list too much: nothing in the row says red or leather.
    assert_eq!(desk.values(name::COLOUR).collect::<Vec<_>>(), ["white"]);
    assert_eq!(desk.values(name::MATERIAL).next(), None);
    assert_eq!(desk.number(name::WIDTH), Some(100.0));
    assert!(!desk.features.iter().any(|part| part.contains("Price Range")));
    assert_eq!(five.values(name::COLOUR).collect::<Vec<_>>(), ["black", "red"]);
    assert_eq!(five.values(name::ASSEMBLY).collect::<Vec<_>>(), ["not required"]);
    assert_eq!((ten.price, ten.category(), ten.number(name::WIDTH)), (None, "locker", Some(180.0)));
    assert_eq!((chairs.set_size, chairs.category()), (2, "office_chair"));
    assert_eq!(chairs.number(name::WEIGHT_CAPACITY), None);
    assert_eq!(chairs.values(name::MATERIAL).collect::<Vec<_>>(), ["pu leather"]);
}
