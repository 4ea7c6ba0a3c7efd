//! A catalogue with changed offers is the catalogue of the changed products.

use std::{collections::BTreeMap, sync::LazyLock};

use easymart_catalog_search::{
    domain::{
        catalogue::{Catalogue, FacetValue, Filters, Offer, OfferChange, Range},
        product::{Availability, Product},
        search::{SearchQuery, SearchResult, Sort, search},
    },
    index::TextIndex,
};
use easymart_core::{Currency, Money};
use proptest::prelude::*;

use crate::support::{SHOP, imported, taxonomy};

static LISTED: LazyLock<(Vec<Product>, TextIndex)> = LazyLock::new(|| {
    let products = imported(SHOP).products;
    let index = TextIndex::in_memory(&products, taxonomy()).unwrap();
    (products, index)
});

fn money(minor: i64) -> Money {
    Money::new(minor, Currency::AUD)
}

fn change() -> impl Strategy<Value = OfferChange> {
    let price = prop::option::of(prop::option::of(1_i64..200_000));
    let availability = prop::option::of(prop::sample::select(vec![Availability::InStock, Availability::OutOfStock]));
    (price.clone(), price, availability, prop::option::of(0_u32..5)).prop_map(
        |(price, was_price, availability, stock_quantity)| OfferChange {
            price: price.map(|price| price.map(money)),
            was_price: was_price.map(|price| price.map(money)),
            availability,
            stock_quantity,
        },
    )
}

fn asked(sort: Sort, filters: Filters) -> SearchQuery {
    SearchQuery { filters, sort, limit: 100, with_facets: true, ..SearchQuery::default() }
}

fn answers(catalogue: &Catalogue, index: &TextIndex, limits: (u32, u32)) -> Vec<SearchResult> {
    let price = Range { min: Some(limits.0.into()), max: Some((limits.0 + limits.1).into()) };
    let filtered = Filters { price, exclude_out_of_stock: true, ..Filters::default() };
    let unfiltered = Filters { exclude_out_of_stock: true, ..Filters::default() };
    [
        asked(Sort::PriceLow, Filters::default()),
        asked(Sort::PriceHigh, unfiltered.clone()),
        asked(Sort::Relevance, filtered),
        asked(Sort::Relevance, unfiltered),
        asked(Sort::Relevance, Filters::default()),
    ]
    .iter()
    .map(|query| search(catalogue, index, query))
    .collect()
}

/// Price bands with how many products they have: lower and upper end in minor units.
fn bands(result: &SearchResult) -> Vec<(i64, i64, usize)> {
    let facet = result.facets.iter().find(|facet| facet.name == "price_band");
    let band = |value: &FacetValue| {
        let (from, to) = value.value.split_once('-').unwrap();
        let minor = |whole: &str| whole.parse().map_or(i64::MAX, |whole: i64| whole * 100);
        (minor(from), minor(to), value.count as usize)
    };
    facet.into_iter().flat_map(|facet| &facet.values).map(band).collect()
}

/// The same bands with how many of the prices they have; one more when some are in none of them.
fn counted(bands: &[(i64, i64, usize)], prices: &[i64]) -> Vec<(i64, i64, usize)> {
    let within = |from: i64, to: i64| prices.iter().filter(|price| (from..to).contains(*price)).count();
    let counted: Vec<_> = bands.iter().map(|(from, to, _)| (*from, *to, within(*from, *to))).collect();
    let rest = prices.len() - counted.iter().map(|(_, _, count)| count).sum::<usize>();
    counted.into_iter().chain((rest > 0).then_some((0, 0, rest))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn changed_offers_answer_like_changed_products(
        first in prop::collection::btree_map(0_u32..19, change(), 0..12),
        second in prop::collection::btree_map(0_u32..19, change(), 0..12),
        limits in (0_u32..60_000, 0_u32..100_000),
    ) {
        let (products, index) = (LISTED.0.clone(), &LISTED.1);
        let listed = Catalogue::new(products.clone(), taxonomy(), Currency::AUD);
        let mut offers: BTreeMap<u32, Offer> = BTreeMap::new();
        let mut layered = listed.clone();
        for (revision, changes) in [(1, &first), (2, &second)] {
            for (place, change) in changes {
                offers.entry(*place).or_default().state(change, revision);
            }
            layered = layered.with_offers(changes.keys().map(|place| (*place, offers[place].clone())));
        }
        let mut changed: Vec<Product> = products;
        for (place, offer) in &offers {
            offer.apply(&mut changed[*place as usize]);
        }
        let rebuilt = Catalogue::new(changed, taxonomy(), Currency::AUD);
        for place in 0..19 {
            prop_assert_eq!(layered.product(place), rebuilt.product(place));
        }
        let (layered_answers, rebuilt_answers) = (answers(&layered, index, limits), answers(&rebuilt, index, limits));
        for (a, b) in layered_answers.into_iter().zip(rebuilt_answers) {
            let found = a.hits.iter().filter_map(|(place, _)| rebuilt.product(*place)?.price);
            let prices: Vec<i64> = found.map(|price| price.minor).collect();
            prop_assert_eq!(a.prices, prices.iter().copied().min().zip(prices.iter().copied().max()));
            prop_assert_eq!(bands(&a), counted(&bands(&a), &prices));
            prop_assert_eq!(a.hits, b.hits);
            prop_assert_eq!((a.total, a.prices, a.facets), (b.total, b.prices, b.facets));
        }
        let since: Vec<u32> = layered.offers_since(1).into_iter().map(|(place, _)| place).collect();
        let said: Vec<u32> = second.iter().filter(|(_, change)| !change.is_empty()).map(|(place, _)| *place).collect();
        prop_assert_eq!(since, said);
    }
}

#[test]
fn stock_said_alone_makes_the_quantity_unknown() {
    let mut product = imported(SHOP).products.remove(0);
    assert_eq!((product.availability, product.stock_quantity), (Availability::InStock, Some(4)));
    let mut offer = Offer::default();
    offer.state(&OfferChange { availability: Some(Availability::OutOfStock), ..OfferChange::default() }, 1);
    offer.clone().apply(&mut product);
    assert_eq!((product.availability, product.stock_quantity), (Availability::OutOfStock, None));
    offer.state(&OfferChange { stock_quantity: Some(7), ..OfferChange::default() }, 2);
    offer.apply(&mut product);
    assert_eq!((product.availability, product.stock_quantity), (Availability::InStock, Some(7)));
}

#[test]
fn an_earlier_price_that_is_not_higher_is_none() {
    let mut product = imported(SHOP).products.remove(0);
    let mut offer = Offer::default();
    let was = OfferChange {
        price: Some(Some(money(10_000))),
        was_price: Some(Some(money(20_000))),
        ..OfferChange::default()
    };
    offer.state(&was, 1);
    offer.clone().apply(&mut product);
    assert_eq!(product.was_price, Some(money(20_000)));
    offer.state(&OfferChange { price: Some(Some(money(25_000))), ..OfferChange::default() }, 2);
    offer.apply(&mut product);
    assert_eq!((product.price, product.was_price), (Some(money(25_000)), None));
}
