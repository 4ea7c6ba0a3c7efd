//! Catalogues of any size, for measuring: the sample shop's designs in other sizes, colours, prices and words.
//!
//! Each product is drawn from a stream of its own, so that a catalogue is the beginning of every larger one with the same seed, and none
//! has to be kept in memory.

use std::io::Write;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::{
    assortment::{Line, Product},
    feed, pricing,
    rng::Rng,
    templates::{self, Design, Kind, Templates},
    wording,
};

const WORDS: &str = include_str!("../data/bulk.toml");
/// Titles with an adjective.
const ADJECTIVE_PERCENT: u32 = 60;
/// Model names with a middle.
const MIDDLE_PERCENT: u32 = 40;

/// Words that vary. The earlier in its list a word stands, the more often it is drawn.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    beginnings: Vec<String>,
    middles: Vec<String>,
    endings: Vec<String>,
    brand_words: Vec<String>,
    brand_endings: Vec<String>,
    adjectives: Vec<String>,
    sentences: Vec<String>,
    features: Vec<String>,
}

/// Writes a catalogue of invented products as EasyMart JSON Lines. The same number and seed always give the same bytes.
///
/// # Errors
/// When a template is malformed or `out` cannot be written.
pub fn write_catalogue(out: &mut dyn Write, products: u32, seed: u64) -> Result<()> {
    let templates = templates::load()?;
    let words: Words = toml::from_str(WORDS).context("data/bulk.toml")?;
    for number in 1..=products {
        let line = line(&templates, &words, number, seed).with_context(|| format!("product {number}"))?;
        out.write_all(line.as_bytes())?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

fn line(templates: &Templates, words: &Words, number: u32, seed: u64) -> Result<String> {
    let mut rng = Rng::named(&format!("{seed}/{number}"));
    let kind = rng.pick_early(&templates.kinds).context("no kind")?;
    let design = rng.pick(&kind.designs).context("no design")?;
    let key = rng.pick(&design.colours).context("no colour")?;
    let colour = templates.palette.colours.get(key).with_context(|| format!("unknown colour {key}"))?;
    let place = number as usize;
    let mut product = Line::new(&templates.palette, kind, design, place, rng.fork()).product(&[(key, colour)])?;
    product.number = place;
    vary_price(&mut product, &mut rng);
    let title = title(words, &product, &mut rng);
    let brand = brand(words, &mut rng);
    let mut record = feed::record(&product);
    record.id = format!("p{number}");
    record.handle = format!("{}-{number}", wording::slug(&title));
    record.url = format!("/#/products/{}", record.handle);
    record.images = [format!("/pictures/{number}.jpg")];
    record.sku = format!("{}{number:07}-{}", kind.code, colour.code);
    record.description = description(words, &product, &mut rng);
    record.features = features(words, design, &mut rng);
    record.brand = &brand;
    record.title = title;
    for (variant, at) in record.variants.iter_mut().zip(1..) {
        variant.id = format!("p{number}-{at}");
        variant.sku = format!("{}-{at}", record.sku);
    }
    Ok(serde_json::to_string(&record)?)
}

/// From two fifths below the design's price to two thirds above it.
fn vary_price(product: &mut Product<'_>, rng: &mut Rng) {
    let factor = f64::from(rng.between(60, 166)) / 100.0;
    let vary = |cents: i64| pricing::price_point(cents as f64 / 100.0 * factor);
    product.price_cents = product.price_cents.map(vary);
    product.was_price_cents = product.was_price_cents.map(vary);
    for variant in &mut product.variants {
        variant.price_cents = variant.price_cents.map(vary);
    }
}

fn title(words: &Words, product: &Product<'_>, rng: &mut Rng) -> String {
    let model = model(words, rng);
    let adjective = rng.pick_early(&words.adjectives).filter(|_| rng.chance(ADJECTIVE_PERCENT));
    let adjective = adjective.map(|word| format!("{word} ")).unwrap_or_default();
    let name = wording::fill(&product.design.title, product);
    let colours: Vec<&str> = product.colours.iter().map(|colour| colour.name.as_str()).collect();
    format!("{model} {adjective}{name}, {}", colours.join(" "))
}

fn model(words: &Words, rng: &mut Rng) -> String {
    let middle = rng.chance(MIDDLE_PERCENT).then(|| rng.pick_early(&words.middles)).flatten();
    let parts = [rng.pick_early(&words.beginnings), middle, rng.pick_early(&words.endings)];
    parts.into_iter().flatten().map(String::as_str).collect()
}

fn brand(words: &Words, rng: &mut Rng) -> String {
    let parts = [rng.pick_early(&words.brand_words), rng.pick_early(&words.brand_endings)];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn description(words: &Words, product: &Product<'_>, rng: &mut Rng) -> String {
    let more = (0..rng.between(1, 5)).filter_map(|_| rng.pick(&words.sentences));
    let more: Vec<String> = more.map(|sentence| wording::fill(sentence, product)).collect();
    format!("{} {}", wording::description(product), more.join(" "))
}

fn features<'a>(words: &'a Words, design: &'a Design, rng: &mut Rng) -> Vec<&'a str> {
    let more = (0..rng.between(0, 3)).filter_map(|_| rng.pick(&words.features));
    let more: Vec<&str> = more.map(String::as_str).collect();
    design.features.iter().map(String::as_str).chain(more).collect()
}

/// Words that shoppers of a generated catalogue use, for making queries: kinds with their colours, and words of titles and texts.
pub struct QueryWords {
    /// Names of the kinds of furniture, singular and plural as the feed has them.
    pub kinds: Vec<String>,
    /// Colours.
    pub colours: Vec<String>,
    /// Adjectives and words of the designs' names.
    pub words: Vec<String>,
}

/// The words that [`write_catalogue`] draws from, each once.
///
/// # Errors
/// When a template is malformed.
pub fn query_words() -> Result<QueryWords> {
    let templates = templates::load()?;
    let words: Words = toml::from_str(WORDS).context("data/bulk.toml")?;
    let leaf = |kind: &Kind| kind.category.last().map(|name| name.to_lowercase());
    let in_titles = templates.kinds.iter().flat_map(|kind| &kind.designs).flat_map(|design| plain_words(&design.title));
    let mut all: Vec<String> = words.adjectives.iter().map(|word| word.to_lowercase()).chain(in_titles).collect();
    all.sort();
    all.dedup();
    Ok(QueryWords {
        kinds: templates.kinds.iter().filter_map(leaf).collect(),
        colours: templates.palette.colours.values().map(|colour| colour.name.to_lowercase()).collect(),
        words: all,
    })
}

fn plain_words(text: &str) -> impl Iterator<Item = String> + '_ {
    let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() > 2);
    words.map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn catalogue(products: u32, seed: u64) -> String {
        let mut out = Vec::new();
        write_catalogue(&mut out, products, seed).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_seed_gives_the_same_catalogue_and_a_larger_one_begins_with_it() {
        let small = catalogue(200, 7);
        assert!(catalogue(300, 7).starts_with(&small));
        assert_ne!(catalogue(200, 8), small);
    }

    #[test]
    fn products_are_told_apart_and_of_many_kinds() {
        let text = catalogue(3_000, 1);
        let products: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for field in ["id", "handle", "sku"] {
            let different: HashSet<String> = products.iter().map(|product| product[field].to_string()).collect();
            assert_eq!(different.len(), 3_000, "{field}");
        }
        let different = |field: &str| products.iter().map(|p| p[field].to_string()).collect::<HashSet<_>>().len();
        assert!(different("category_path") >= 31 && different("brand") > 100 && different("title") > 2_500);
        assert!(products.iter().all(|p| !p["description"].to_string().contains('{')));
    }
}
