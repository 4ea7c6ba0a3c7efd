//! The shop's own table, when the environment says where it lies (`EASYMART_CATALOGUE`).

use std::{fs, time::Instant};

use easymart_catalog_search::domain::search::{SearchQuery, Sort};

use crate::support::{Shop, imported};

#[test]
fn the_real_table_is_read_in_full() {
    let Ok(path) = std::env::var("EASYMART_CATALOGUE") else {
        eprintln!("skipped: set EASYMART_CATALOGUE to the shop's products.csv to run this test");
        return;
    };
    let feed = fs::read(&path).unwrap_or_else(|error| panic!("EASYMART_CATALOGUE: cannot read {path}: {error}"));
    let report = imported(&feed).report;
    assert_eq!((report.read, report.kept, report.rejected_count, report.price_on_request), (554, 554, 0, 1));
    let duplicates = report.warnings.iter().find(|warning| warning.kind == "duplicate_sku");
    assert_eq!(duplicates.map(|warning| warning.count), Some(3));
    searches(&Shop::new(&feed));
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
    let started = Instant::now();
    for _ in 0..200 {
        shop.ids("black office desk");
    }
    // A bound that only a blunder breaks, on the slowest machine and without optimisation.
    assert!(started.elapsed().as_millis() < 2_000, "{:?} for 200 searches", started.elapsed());
}
