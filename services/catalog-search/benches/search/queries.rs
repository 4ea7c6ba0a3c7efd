//! What shoppers of the invented catalogue ask for: drawn from the generator's own words with a fixed seed.

use std::fmt;

use easymart_catalog_search::domain::{
    catalogue::{Filters, Range},
    search::SearchQuery,
};
use easymart_sample_shop::bulk::{QueryWords, query_words};

const KIND_PERCENT: u64 = 70;
const COLOUR_PERCENT: u64 = 35;
const TYPO_PERCENT: u64 = 15;
const NEGATION_PERCENT: u64 = 5;
const PRICE_PERCENT: u64 = 40;
const DENIED: [&str; 4] = ["not leather", "without wheels", "no metal", "not black"];

/// A query with its price limit.
pub(crate) struct Query {
    pub(crate) text: String,
    /// Most, in cents.
    pub(crate) price_max: Option<u32>,
}

impl Query {
    /// As the engine is asked: with facets and relaxations, the first page.
    pub(crate) fn ours(&self) -> SearchQuery {
        let price = Range { min: None, max: self.price_max.map(f64::from) };
        SearchQuery {
            text: self.text.clone(),
            filters: Filters { price, ..Filters::default() },
            limit: 10,
            with_facets: true,
            with_relaxations: true,
            ..SearchQuery::default()
        }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text)?;
        self.price_max.map_or(Ok(()), |cents| write!(f, " under ${}", cents / 100))
    }
}

/// So many queries of 1 to 4 words.
pub(crate) fn make(count: usize, seed: u64) -> Vec<Query> {
    let words = query_words().unwrap();
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    (0..count).map(|_| query(&words, &mut dice)).collect()
}

fn query(words: &QueryWords, dice: &mut Dice) -> Query {
    let mut parts: Vec<String> = Vec::new();
    if dice.chance(COLOUR_PERCENT) {
        parts.push(dice.pick(&words.colours).clone());
    }
    for _ in 0..dice.roll(3) {
        parts.push(dice.pick(&words.words).clone());
    }
    if parts.is_empty() || dice.chance(KIND_PERCENT) {
        parts.push(dice.pick(&words.kinds).clone());
    }
    let mut text = parts.join(" ");
    if dice.chance(TYPO_PERCENT) {
        text = mistyped(&text, dice);
    }
    if dice.chance(NEGATION_PERCENT) {
        text = format!("{text} {}", DENIED[dice.roll(DENIED.len() as u64) as usize]);
    }
    let price_max = dice.chance(PRICE_PERCENT).then(|| (100 + dice.roll(1_400) as u32) * 100);
    Query { text, price_max }
}

/// The longest word with two letters exchanged, doubled or one left out.
fn mistyped(text: &str, dice: &mut Dice) -> String {
    let longest = text.split(' ').max_by_key(|word| word.len()).unwrap_or_default();
    let mut letters: Vec<char> = longest.chars().collect();
    if letters.len() < 5 {
        return text.to_owned();
    }
    let at = 1 + dice.roll(letters.len() as u64 - 2) as usize;
    match dice.roll(3) {
        0 => letters.swap(at, at + 1),
        1 => letters.insert(at, letters[at]),
        _ => drop(letters.remove(at)),
    }
    text.replacen(longest, &letters.into_iter().collect::<String>(), 1)
}

/// A small deterministic generator (xorshift), so that runs ask the same.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.roll(100) < percent
    }

    fn pick<'a>(&mut self, list: &'a [String]) -> &'a String {
        &list[self.roll(list.len() as u64) as usize]
    }
}
