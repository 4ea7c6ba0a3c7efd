//! Google Merchant feeds: RSS, Atom and TSV, with variants, and documents made to do harm.

use easymart_catalog_search::domain::{
    import::{Format, Imported, import, recognise},
    product::{Availability, Product},
};
use easymart_core::{Currency, Money};
use proptest::prelude::*;

use crate::support::{imported, settings, taxonomy};

const RSS: &[u8] = include_bytes!("../fixtures/google.rss.xml");
const ATOM: &[u8] = include_bytes!("../fixtures/google.atom.xml");
const TSV: &[u8] = include_bytes!("../fixtures/google.tsv");

fn money(minor: i64) -> Option<Money> {
    Some(Money::new(minor, Currency::AUD))
}

fn find<'a>(imported: &'a Imported, id: &str) -> &'a Product {
    imported.products.iter().find(|product| product.id == id).unwrap()
}

fn texts<'a>(product: &'a Product, name: &'a str) -> Vec<&'a str> {
    product.values(name).collect()
}

fn source<'a>(product: &'a Product, name: &str) -> (Option<f64>, &'a str) {
    product.attribute(name).map(|fact| (fact.number, fact.source.as_str())).unwrap()
}

#[test]
fn feeds_are_recognised_by_their_content() {
    for (feed, format) in [(RSS, Format::GoogleXml), (ATOM, Format::GoogleXml), (TSV, Format::GoogleTsv)] {
        assert_eq!(recognise(feed), Some(format));
    }
}

#[test]
fn an_item_becomes_a_product_with_its_provenance() {
    let imported = imported(RSS);
    let desk = find(&imported, "BAN-10");
    assert_eq!((desk.title.as_str(), desk.sku.as_str()), ("Bandicoot Writing Desk & Drawer", "BAN-10"));
    assert_eq!((desk.price, desk.was_price), (money(19_900), money(24_900)));
    assert_eq!((desk.availability, desk.category()), (Availability::InStock, "desk"));
    assert_eq!((desk.description.as_str(), desk.features.len()), ("A desk for small rooms.", 3));
    assert_eq!(desk.image_urls.len(), 3);
    assert_eq!(desk.url, "https://bandicoot.example/products/writing-desk");
    assert_eq!((texts(desk, "gtin"), texts(desk, "mpn")), (vec!["09312345678907"], vec!["WD-10"]));
    assert!(texts(desk, "colour").contains(&"black"), "{:?}", texts(desk, "colour"));
    assert_eq!(texts(desk, "material"), ["pine"]);
    assert_eq!(source(desk, "width_cm"), (Some(100.0), "product_length"));
    assert_eq!(source(desk, "depth_cm"), (Some(50.0), "product_width"));
    assert_eq!(source(desk, "height_cm"), (Some(75.01), "product_height"));
    assert_eq!(source(desk, "weight_kg"), (Some(18.0), "product_weight"));
    assert_eq!(source(desk, "weight_capacity_kg"), (Some(60.0), "Features"));
    assert_eq!(texts(desk, "warranty"), ["2 years"]);
}

#[test]
fn items_of_a_group_become_one_product_with_variants() {
    let imported = imported(RSS);
    let bed = find(&imported, "BAN-20");
    let variants: Vec<(&str, Option<Money>, Availability)> =
        bed.variants.iter().map(|variant| (variant.title.as_str(), variant.price, variant.availability)).collect();
    assert_eq!(
        variants,
        [("Black / Queen", None, Availability::OutOfStock), ("White / King", money(45_900), Availability::InStock)]
    );
    assert_eq!((bed.price, bed.availability), (money(39_900), Availability::InStock));
    assert_eq!(bed.variants[1].sku, "BAN-20-K");
    assert_eq!(bed.image_urls.len(), 2);
    assert_eq!(texts(bed, "colour"), ["black", "white"]);
    assert_eq!(bed.category(), "bed");
}

#[test]
fn rejected_items_are_named_and_the_rest_is_kept() {
    let imported = imported(RSS);
    let rejected: Vec<(u32, &str)> =
        imported.report.rejected.iter().map(|rejected| (rejected.row, rejected.field.as_str())).collect();
    assert_eq!((imported.report.kept, rejected), (3, vec![(4, "price"), (5, "id")]));
    let later = find(&imported, "BAN-40");
    assert_eq!((later.title.as_str(), later.price), ("Bandicoot Bookcase – 5 shelves tall", money(12_000)));
    assert_eq!((later.availability, texts(later, "order_status")), (Availability::Unknown, vec!["preorder"]));
    let remarks: Vec<&str> = imported.report.warnings.iter().map(|warning| warning.kind.as_str()).collect();
    assert!(remarks.contains(&"sale_price_with_period_ignored"), "{remarks:?}");
}

#[test]
fn atom_and_tab_separated_text_say_the_same() {
    let atom = imported(ATOM);
    let table = &atom.products[0];
    assert_eq!((table.id.as_str(), table.price), ("BAN-50", money(18_000)));
    assert_eq!(
        (table.url.as_str(), table.category()),
        ("https://bandicoot.example/products/coffee-table", "coffee_table")
    );
    assert_eq!(table.number("height_cm"), Some(40.0));

    let tsv = imported(TSV);
    let stand = find(&tsv, "BAN-60");
    assert_eq!((stand.title.as_str(), stand.image_urls.len()), ("Bandicoot 34\" TV Stand", 3));
    assert_eq!((stand.number("weight_capacity_kg"), texts(stand, "gtin")), (Some(45.0), vec!["09312345678914"]));
    let chair = find(&tsv, "BAN-70");
    assert_eq!((chair.variants.len(), chair.price, chair.was_price), (2, money(25_000), money(30_000)));
    assert_eq!((tsv.report.kept, tsv.report.rejected[0].row, tsv.report.rejected[0].field.as_str()), (2, 4, "title"));
}

fn refused(document: &[u8]) -> String {
    let imported = import(document, Format::GoogleXml, taxonomy(), &settings());
    assert_eq!((imported.products.len(), imported.report.rejected.len()), (0, 1), "{:?}", imported.report);
    imported.report.rejected[0].reason.clone()
}

#[test]
fn documents_made_to_do_harm_are_refused_whole() {
    let item = "<item><id>a</id><title>Desk</title></item>";
    let bomb = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><rss><channel>{item}<item><id>&b;</id></item></channel></rss>"
    );
    assert!(refused(bomb.as_bytes()).contains("document type definition"));
    let deep = format!("<rss>{item}{}", "<a>".repeat(100_000));
    assert!(refused(deep.as_bytes()).contains("nested"));
    let long = format!("<rss>{item}<item><title>{}</title></item></rss>", "x".repeat(2 << 20));
    assert!(refused(long.as_bytes()).contains("longer than"));
    assert!(refused(format!("<rss><channel>{item}").as_bytes()).contains("breaks off"));
    assert!(refused(format!("<rss><channel>{item}</rss>").as_bytes()).contains("broken"));
    assert!(refused(format!("<html>{item}</html>").as_bytes()).contains("rss or feed"));
    let mut latin = format!("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><rss>{item}<item><title>Caf").into_bytes();
    latin.extend_from_slice(b"\xe9</title></item></rss>");
    assert!(refused(&latin).contains("UTF-8"));
    let wide: Vec<u8> = String::from_utf8_lossy(RSS).encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(refused(&wide).contains("rss or feed") || recognise(&wide).is_none());
}

#[test]
fn an_unknown_entity_stays_as_it_is() {
    let feed = b"<rss><item><id>a&unknown;b</id><title>Desk &lt;b&gt; &#x41;</title></item></rss>";
    let imported = import(feed, Format::GoogleXml, taxonomy(), &settings());
    assert_eq!(imported.products[0].id, "a&unknown;b");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_damaged_feed_harms_nobody(at in 0..RSS.len(), bytes in prop::collection::vec(any::<u8>(), 0..12), cut in any::<bool>()) {
        let mut feed = RSS[..at].to_vec();
        feed.extend_from_slice(&bytes);
        if !cut {
            feed.extend_from_slice(&RSS[at..]);
        }
        let imported = import(&feed, Format::GoogleXml, taxonomy(), &settings());
        let report = imported.report;
        prop_assert_eq!(report.kept + report.rejected_count, report.read);
        // Cut off, it is refused as a whole, save where only what stands behind the last element is missing.
        if cut && at < RSS.len() - 10 && bytes.is_empty() {
            prop_assert_eq!(imported.products.len(), 0);
        }
    }
}
