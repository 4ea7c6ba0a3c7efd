//! The shop's own table, when the environment says where it lies (`TEST_CATALOGUE`).

use std::fs;

use easymart_catalog_search::domain::search::{SearchQuery, Sort};
use easymart_testkit::skip_without;

use crate::{
    searching::check_facets,
    support::{Shop, imported},
};

#[test]
fn the_real_table_is_read_in_full() {
    let path = std::env::var("TEST_CATALOGUE").unwrap_or_default();
    let Ok(feed) = fs::read(&path) else {
        skip_without("the shop's products.csv, its path in TEST_CATALOGUE (`make test` sets it)");
        return;
    };
    let report = imported(&feed).report;
    assert_eq!((report.read, report.kept, report.rejected_count, report.price_on_request), (554, 554, 0, 1));
    let duplicates = report.warnings.iter().find(|warning| warning.kind == "duplicate_sku");
    assert_eq!(duplicates.map(|warning| warning.count), Some(3));
    let shop = Shop::new(&feed);
    searches(&shop);
    for text in ["", "lockers", "chairs", "leather recliner"] {
        check_facets(&shop, text);
    }
}

fn searches(shop: &Shop) {
    for (text, least) in
        [("office chairs", 25), ("leather chairs", 10), ("black office desk", 5), ("gaming chair", 10), ("tv unit", 20)]
    {
        let found = shop.ids(text);
        assert!(found.len() >= least, "{text}: {}", found.len());
    }
    assert_eq!(shop.ids("SL6 BR").len(), 3);
    assert_eq!(shop.ids("rugs"), Vec::<&str>::new());
    let cheapest = |text: &str| {
        let query = SearchQuery { text: text.to_owned(), sort: Sort::PriceLow, limit: 1, ..SearchQuery::default() };
        let found = shop.search(&query);
        shop.catalogue.product(found.hits[0].0).unwrap().price.unwrap().minor
    };
    assert_eq!((cheapest("locker"), cheapest("office chair")), (23_500, 6_000));
}
