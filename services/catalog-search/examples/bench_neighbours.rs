//! How long finding the nearest products takes: `cargo run --release --example bench_neighbours -- PRODUCTS`.
//!
//! Vectors are made up, because only their number and length matter here.

use std::{error::Error, io::Write as _, time::Instant};

use easymart_catalog_search::{
    domain::{
        catalogue::Catalogue,
        import::{Format, Settings, import},
        taxonomy::Taxonomy,
    },
    embedding::{Encode, EncodeError, Quantised, build},
};
use easymart_core::Currency;

const DIMENSIONS: usize = 384;
const QUERIES: usize = 200;
const WANTED: usize = 200;

/// Makes vectors up from a text's bytes.
struct MadeUp;

impl Encode for MadeUp {
    fn id(&self) -> [u8; 32] {
        [0; 32]
    }

    fn dimensions(&self) -> usize {
        DIMENSIONS
    }

    fn length(&self, _text: &str) -> usize {
        1
    }

    fn encode(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncodeError> {
        Ok(texts.iter().map(|text| made_up(text)).collect())
    }
}

fn made_up(text: &str) -> Vec<f32> {
    let mut state = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1_u64 << 24) as f32 - 0.5
    };
    let vector: Vec<f32> = (0..DIMENSIONS).map(|_| next()).collect();
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    vector.into_iter().map(|value| value / length).collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let products: usize = std::env::args().nth(1).ok_or("how many products?")?.parse()?;
    let catalogue = catalogue(products)?;
    let directory = tempfile::tempdir()?;
    let vectors = build(directory.path(), &catalogue, &MadeUp, 2, None, &|_| true)?;
    let everything = catalogue.every();
    let mut taken: Vec<f64> = Vec::new();
    for query in 0..QUERIES {
        let query = Quantised::new(&made_up(&format!("query {query}")));
        let started = Instant::now();
        let found = vectors.nearest(&query, &everything, WANTED);
        taken.push(started.elapsed().as_secs_f64() * 1e3);
        assert_eq!(found.len(), WANTED.min(products));
    }
    taken.sort_by(f64::total_cmp);
    let at = |share: f64| taken[((taken.len() - 1) as f64 * share) as usize];
    writeln!(
        std::io::stdout(),
        "{products} products, {DIMENSIONS} dimensions, {WANTED} nearest: p50 {:.2} ms, p95 {:.2} ms, p99 {:.2} ms",
        at(0.50),
        at(0.95),
        at(0.99)
    )?;
    Ok(())
}

fn catalogue(products: usize) -> Result<Catalogue, Box<dyn Error>> {
    let mut feed = Vec::new();
    for number in 0..products {
        writeln!(
            feed,
            r#"{{"id":"p{number}","title":"Product {number}","price":{{"amount":"10.00","currency":"AUD"}}}}"#
        )?;
    }
    let taxonomy = Taxonomy::built_in().ok_or("the built-in taxonomy is malformed")?;
    let settings = Settings { currency: Currency::AUD, product_url_prefix: String::new() };
    let imported = import(&feed, Format::JsonLines, taxonomy, &settings);
    Ok(Catalogue::new(imported.products, taxonomy, Currency::AUD))
}
