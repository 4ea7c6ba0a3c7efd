//! Search by words and meaning together, with a stand-in for the model that knows a few words.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicUsize, Ordering},
};

use easymart_catalog_search::{
    domain::{
        catalogue::Places,
        search::{Neighbours, SearchQuery, Sort, search_near},
    },
    embedding::{Encode, EncodeError, Quantised, Vectors, VectorsError, build},
};

use crate::support::{SHOP, Shop};

/// One dimension for each group of words that mean the same, and one for everything.
const GROUPS: [&[&str]; 3] = [&["sofa", "lounge", "loveseat"], &["desk", "bureau"], &["bed", "bunk"]];

/// Counts the texts that it encodes.
#[derive(Default)]
struct StandIn {
    model: u8,
    encoded: AtomicUsize,
}

impl Encode for StandIn {
    fn id(&self) -> [u8; 32] {
        [self.model; 32]
    }

    fn dimensions(&self) -> usize {
        GROUPS.len() + 1
    }

    fn length(&self, text: &str) -> usize {
        text.len()
    }

    fn encode(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncodeError> {
        self.encoded.fetch_add(texts.len(), Ordering::Relaxed);
        Ok(texts.iter().map(|text| vector(text)).collect())
    }
}

fn vector(text: &str) -> Vec<f32> {
    let text = text.to_lowercase();
    let has = |group: &&[&str]| if group.iter().any(|word| text.contains(word)) { 3.0 } else { 0.0 };
    let mut vector: Vec<f32> = GROUPS.iter().map(has).collect();
    vector.push(1.0);
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    vector.into_iter().map(|value| value / length).collect()
}

struct Near<'a>(&'a Vectors, Quantised);

impl Neighbours for Near<'_> {
    fn nearest(&self, allowed: &Places, limit: usize) -> Vec<(u32, f32)> {
        self.0.nearest(&self.1, allowed, limit)
    }
}

fn vectors(shop: &Shop, directory: &tempfile::TempDir) -> Vectors {
    build(directory.path(), &shop.catalogue, &StandIn::default(), 2, None, &|_| true).unwrap()
}

fn found(shop: &Shop, vectors: &Vectors, query: &SearchQuery) -> Vec<u32> {
    let near = Near(vectors, Quantised::new(&vector(&query.text)));
    let result = search_near(&shop.catalogue, &shop.index, query, Some(&near));
    assert_eq!(result.total as usize, result.hits.len(), "{:?}", query.text);
    result.hits.into_iter().map(|(place, _)| place).collect()
}

fn query(text: &str) -> SearchQuery {
    SearchQuery { text: text.to_owned(), limit: 100, ..SearchQuery::default() }
}

#[test]
fn every_match_by_words_stays_and_no_constraint_is_broken() {
    let shop = Shop::new(SHOP);
    let directory = tempfile::tempdir().unwrap();
    let vectors = vectors(&shop, &directory);
    for text in ["desk", "sofa", "white desk", "bed", "chair", "desk under the bed"] {
        let mut asked = query(text);
        for highest in [None, Some(40_000_i64)] {
            asked.filters.price.max = highest.map(|minor| minor as f64);
            let by_words: BTreeSet<u32> = shop.search(&asked).hits.into_iter().map(|(place, _)| place).collect();
            let both = found(&shop, &vectors, &asked);
            let different: BTreeSet<u32> = both.iter().copied().collect();
            assert_eq!(different.len(), both.len(), "{text}: a product twice");
            assert!(by_words.is_subset(&different), "{text}: a match is lost");
            for place in both {
                let price = shop.catalogue.prices().get(place);
                assert!(highest.is_none_or(|highest| price.is_some_and(|price| price <= highest as f64)), "{text}");
            }
        }
    }
}

#[test]
fn what_the_shop_has_not_stays_not_there() {
    let shop = Shop::new(SHOP);
    let directory = tempfile::tempdir().unwrap();
    let vectors = vectors(&shop, &directory);
    for text in ["zither", "zither desk stand", "rug"] {
        assert_eq!(shop.search(&query(text)).total, 0, "{text}");
        assert_eq!(found(&shop, &vectors, &query(text)), [0_u32; 0], "{text}");
    }
}

#[test]
fn another_order_than_relevance_has_the_matches_by_words_alone() {
    let shop = Shop::new(SHOP);
    let directory = tempfile::tempdir().unwrap();
    let vectors = vectors(&shop, &directory);
    for sort in [Sort::PriceLow, Sort::PriceHigh, Sort::Title, Sort::Rating] {
        let asked = SearchQuery { sort, ..query("desk") };
        let by_words: Vec<u32> = shop.search(&asked).hits.into_iter().map(|(place, _)| place).collect();
        assert_eq!(found(&shop, &vectors, &asked), by_words, "{sort:?}");
    }
}

#[test]
fn texts_that_did_not_change_keep_their_vectors() {
    let shop = Shop::new(SHOP);
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let encoder = StandIn::default();
    let made = |directory: &tempfile::TempDir, shop: &Shop, encoder: &StandIn, known: Option<&Vectors>| {
        let before = encoder.encoded.load(Ordering::Relaxed);
        let vectors = build(directory.path(), &shop.catalogue, encoder, 2, known, &|_| true).unwrap();
        (vectors, encoder.encoded.load(Ordering::Relaxed) - before)
    };
    let (vectors, encoded) = made(&first, &shop, &encoder, None);
    assert_eq!((vectors.len(), encoded), (shop.catalogue.len(), shop.catalogue.len()));
    assert_eq!(made(&first, &shop, &encoder, None).1, 0, "what is on disk is opened");

    let changed = String::from_utf8_lossy(SHOP).replacen("\"title\":\"", "\"title\":\"Newly named ", 1);
    let changed = changed.replacen("\"title\": \"", "\"title\": \"Newly named ", 1);
    assert_ne!(changed.as_bytes(), SHOP);
    let changed = Shop::new(changed.as_bytes());
    let (_, encoded) = made(&second, &changed, &encoder, Some(&vectors));
    assert!((1..=2).contains(&encoded), "{encoded} texts are new");

    let other = StandIn { model: 7, ..StandIn::default() };
    assert_eq!(made(&second, &changed, &other, Some(&vectors)).1, changed.catalogue.len(), "another model starts anew");
}

#[test]
fn stopped_vectors_are_not_there() {
    let shop = Shop::new(SHOP);
    let directory = tempfile::tempdir().unwrap();
    let stopped = build(directory.path(), &shop.catalogue, &StandIn::default(), 1, None, &|_| false);
    assert!(matches!(stopped, Err(VectorsError::Stopped)));
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}
