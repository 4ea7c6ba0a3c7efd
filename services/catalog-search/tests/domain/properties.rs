//! What holds whatever comes in.

use std::{collections::HashSet, sync::LazyLock};

use easymart_catalog_search::domain::{
    attribute::name,
    catalogue::{Filters, Range, Side},
    import::{Format, import, recognise},
    product::Product,
    search::{SearchQuery, Sort},
};
use proptest::prelude::*;

use crate::support::{BROKEN, EASYMART, SHOP, SHOPIFY, Shop, settings, taxonomy};

static SHARED: LazyLock<Shop> = LazyLock::new(|| Shop::new(SHOP));

const WORDS: [&str; 22] = [
    "sofa",
    "couches",
    "black",
    "grey",
    "leather",
    "not",
    "without",
    "wheels",
    "desk",
    "with",
    "drawers",
    "a",
    "queen",
    "bed",
    "soffa",
    "rug",
    "helicopter",
    "WLD",
    "100",
    "-",
    "chairs",
    "oak",
];

fn query() -> impl Strategy<Value = SearchQuery> {
    let some = |values: &'static [&'static str]| {
        prop::collection::vec(prop::sample::select(values), 0..2)
            .prop_map(|values| values.into_iter().map(str::to_owned).collect::<Vec<_>>())
    };
    let text = prop::collection::vec(prop::sample::select(WORDS.as_slice()), 0..5).prop_map(|words| words.join(" "));
    let price = (prop::option::of(0_u32..100_000), prop::option::of(0_u32..200_000))
        .prop_map(|(min, max)| Range { min: min.map(f64::from), max: max.map(f64::from) });
    let width = prop::option::of(20_u32..220)
        .prop_map(|max| max.map(|max| (Side::Width, Range { min: None, max: Some(max.into()) })));
    let sort = prop::sample::select(vec![Sort::Relevance, Sort::PriceLow, Sort::PriceHigh, Sort::Title, Sort::Rating]);
    let lists = (
        some(&["chair", "sofa", "desk", "bed", "table"]),
        some(&["grey", "black", "blue"]),
        some(&["leather", "wood"]),
    );
    (text, lists, some(&["leather", "metal"]), price, width, sort, 0_usize..6, 1_usize..8).prop_map(
        |(text, (categories, colours, materials), excluded, price, width, sort, offset, limit)| SearchQuery {
            text,
            filters: Filters {
                categories,
                colours,
                materials,
                price,
                sizes: width.into_iter().collect(),
                exclude: easymart_catalog_search::domain::catalogue::Exclusions {
                    materials: excluded,
                    ..Default::default()
                },
                ..Filters::default()
            },
            sort,
            offset,
            limit,
            with_facets: true,
            with_relaxations: true,
            with_rejections: true,
            explain: false,
        },
    )
}

/// The constraints once more, product by product and without any index.
fn holds(product: &Product, filters: &Filters) -> bool {
    let tree = &taxonomy().categories;
    let within = |wanted: &String| product.categories.iter().any(|category| tree.is_within(category, wanted));
    let family = |values: Vec<&str>, wanted: &String, terms: &easymart_catalog_search::domain::taxonomy::Terms| {
        values.iter().any(|value| terms.with_ancestors(value).contains(wanted))
    };
    let colours: Vec<&str> = product.values(name::COLOUR).collect();
    let materials: Vec<&str> = product.values(name::MATERIAL).collect();
    let mentioned: Vec<&str> = product.mentions.materials.iter().map(|material| material.as_str()).collect();
    let price = product.price.map(|price| price.minor as f64);
    let width = product.number(name::WIDTH);
    (filters.categories.is_empty() || filters.categories.iter().any(within))
        && (filters.colours.is_empty()
            || filters.colours.iter().any(|wanted| family(colours.clone(), wanted, &taxonomy().colours)))
        && (filters.materials.is_empty()
            || filters.materials.iter().any(|wanted| family(materials.clone(), wanted, &taxonomy().materials)))
        && !filters.exclude.materials.iter().any(|unwanted| family(mentioned.clone(), unwanted, &taxonomy().materials))
        && filters.price.min.is_none_or(|min| price.is_some_and(|price| price >= min))
        && filters.price.max.is_none_or(|max| price.is_some_and(|price| price <= max))
        && filters.sizes.iter().all(|(_, range)| range.max.is_none_or(|max| width.is_some_and(|width| width <= max)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn no_constraint_is_ever_violated(query in query()) {
        let found = SHARED.search(&query);
        let products: Vec<_> = found.hits.iter().filter_map(|(place, _)| SHARED.catalogue.product(*place)).collect();
        prop_assert_eq!(products.len(), found.hits.len());
        for product in &products {
            prop_assert!(holds(product, &query.filters), "{} for {:?}", product.id, query);
        }
        let different: HashSet<&str> = products.iter().map(|product| product.id.as_str()).collect();
        prop_assert_eq!(different.len(), products.len());
        let expected = (found.total as usize).saturating_sub(query.offset).min(query.limit);
        prop_assert_eq!(products.len(), expected);
        if matches!(query.sort, Sort::PriceLow) {
            prop_assert!(products.windows(2).all(|pair| pair[0].price.unwrap().minor <= pair[1].price.unwrap().minor));
        }
        for facet in &found.facets {
            prop_assert!(facet.values.iter().all(|value| (1..=found.total).contains(&value.count)));
        }
        prop_assert!(found.total == 0 || found.relaxations.is_empty());
    }

    #[test]
    fn searching_for_anything_never_fails(text in ".{0,80}") {
        SHARED.search(&SearchQuery { text, limit: 5, ..SearchQuery::default() });
    }
}

fn report_adds_up(feed: &[u8], format: Format) {
    let imported = import(feed, format, taxonomy(), &settings());
    let report = imported.report;
    assert_eq!(report.read, report.kept + report.rejected_count);
    assert_eq!(report.kept as usize, imported.products.len());
    let ids: HashSet<&str> = imported.products.iter().map(|product| product.id.as_str()).collect();
    assert_eq!(ids.len(), imported.products.len());
    let unpriced = imported.products.iter().filter(|product| product.price.is_none()).count();
    assert_eq!(report.price_on_request as usize, unpriced);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_bytes_break_the_importer(feed in prop::collection::vec(any::<u8>(), 0..400)) {
        let _kind = recognise(&feed);
        for format in [Format::JsonLines, Format::EasymartCsv, Format::ShopifyCsv] {
            report_adds_up(&feed, format);
        }
    }

    #[test]
    fn no_damage_to_a_feed_breaks_the_importer(
        which in 0_usize..4,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let (feed, format) = [
            (SHOP, Format::JsonLines), (BROKEN, Format::JsonLines), (SHOPIFY, Format::ShopifyCsv), (EASYMART, Format::EasymartCsv),
        ][which];
        let mut feed = feed.to_vec();
        for (at, byte) in damage {
            let at = at.index(feed.len());
            feed[at] = byte;
        }
        report_adds_up(&feed, format);
    }

    #[test]
    fn no_text_breaks_the_derivation(title in ".{1,60}", feature in ".{0,80}", colour in ".{0,20}") {
        let line = serde_json::json!({
            "id": "x", "title": title, "features": [feature], "attributes": { "colour": [colour] }
        });
        report_adds_up(line.to_string().as_bytes(), Format::JsonLines);
    }
}
