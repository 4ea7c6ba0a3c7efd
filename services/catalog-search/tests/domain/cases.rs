//! Searches and what must hold of their results, from `cases.toml`.

use std::fs;

use easymart_catalog_search::domain::{
    attribute::name,
    catalogue::{Filters, Range, Side},
    product::Product,
    search::SearchQuery,
};
use easymart_testkit::skip_without;
use serde::Deserialize;

use crate::support::{Shop, taxonomy};

const CASES: &str = include_str!("cases.toml");
const SAMPLE_SHOP: &[u8] = include_bytes!("../../../../deploy/sample-shop/catalogue.jsonl");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    query: String,
    on: Vec<String>,
    price_max: Option<f64>,
    width_max_cm: Option<f64>,
    #[serde(default)]
    least: u32,
    #[serde(default)]
    none: bool,
    corrected: Option<String>,
    #[serde(default)]
    all: Traits,
    #[serde(default)]
    never: Traits,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Traits {
    category: Option<String>,
    colour: Option<String>,
    material: Option<String>,
    feature: Option<String>,
}

#[test]
fn searches_of_the_sample_shop_give_what_was_asked_for() {
    check("shop", &Shop::new(SAMPLE_SHOP));
}

#[test]
fn searches_of_the_shops_own_table_give_what_was_asked_for() {
    let path = std::env::var("TEST_CATALOGUE").unwrap_or_default();
    let Ok(feed) = fs::read(&path) else {
        skip_without("the shop's products.csv, its path in TEST_CATALOGUE (`make test` sets it)");
        return;
    };
    check("table", &Shop::new(&feed));
}

/// Plays every case of a catalogue and reports all failures at once.
fn check(catalogue: &str, shop: &Shop) {
    let File { case: cases } = toml::from_str(CASES).expect("cases.toml is well formed");
    let cases: Vec<Case> = cases.into_iter().filter(|case| case.on.iter().any(|on| on == catalogue)).collect();
    assert!(!cases.is_empty());
    let failures: Vec<String> = cases
        .iter()
        .flat_map(|case| case.failures(shop).into_iter().map(move |failure| format!("{:?}: {failure}", case.query)))
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

impl Case {
    fn failures(&self, shop: &Shop) -> Vec<String> {
        let found = shop.search(&self.query());
        let mut failures = Vec::new();
        if self.none && found.total > 0 {
            failures.push(format!("{} products instead of none", found.total));
        }
        if found.total < self.least {
            failures.push(format!("{} products, not {}", found.total, self.least));
        }
        if found.corrected_query != self.corrected {
            failures.push(format!("searched as {:?}", found.corrected_query));
        }
        let products = found.hits.iter().filter_map(|(place, _)| shop.catalogue.product(*place));
        failures.extend(products.flat_map(|product| self.broken_by(&product)));
        failures
    }

    fn query(&self) -> SearchQuery {
        let most = |max: f64| Range { min: None, max: Some(max) };
        let filters = Filters {
            price: self.price_max.map(|max| most(max * 100.0)).unwrap_or_default(),
            sizes: self.width_max_cm.map(|max| (Side::Width, most(max))).into_iter().collect(),
            ..Filters::default()
        };
        SearchQuery { text: self.query.clone(), filters, limit: 100, ..SearchQuery::default() }
    }

    fn broken_by(&self, product: &Product) -> Vec<String> {
        let mut broken = self
            .all
            .named()
            .filter(|trait_| !has(product, trait_))
            .map(|(kind, value)| format!("{} ({}) is not of {kind} {value}", product.title, product.category()))
            .collect::<Vec<_>>();
        broken.extend(
            self.never
                .named()
                .filter(|trait_| has(product, trait_))
                .map(|(_, value)| format!("{} has {value}", product.title)),
        );
        let price = product.price.map(|price| price.minor as f64);
        if self.price_max.is_some_and(|max| price.is_none_or(|price| price > max * 100.0)) {
            broken.push(format!("{} costs {price:?}", product.title));
        }
        let width = product.number(name::WIDTH);
        if self.width_max_cm.is_some_and(|max| width.is_none_or(|width| width > max)) {
            broken.push(format!("{} is {width:?} cm wide", product.title));
        }
        broken
    }
}

impl Traits {
    fn named(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("category", &self.category),
            ("colour", &self.colour),
            ("material", &self.material),
            ("feature", &self.feature),
        ]
        .into_iter()
        .filter_map(|(kind, value)| Some((kind, value.as_deref()?)))
    }
}

fn has(product: &Product, (kind, wanted): &(&str, &str)) -> bool {
    let taxonomy = taxonomy();
    let (attribute, terms) = match *kind {
        "category" => {
            return product.categories.iter().any(|category| taxonomy.categories.is_within(category, wanted));
        }
        "colour" => (name::COLOUR, &taxonomy.colours),
        "material" => (name::MATERIAL, &taxonomy.materials),
        _ => (name::FEATURE, &taxonomy.features),
    };
    product.values(attribute).any(|value| terms.with_ancestors(value).iter().any(|value| value == wanted))
}
