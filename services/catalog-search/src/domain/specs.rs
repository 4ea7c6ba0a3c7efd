//! Answers to questions about one product: from the words of a question to the attributes that answer it, by a data file, and from there
//! to what is known. What is not known is said to be so, with what is known instead.

use std::{
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
};

use serde::Deserialize;

use super::{
    attribute::{Attribute, name},
    product::{Availability, Product},
    taxonomy::Taxonomy,
    text::{ShortText, Token, singular, tokens},
};

const TABLE: &str = include_str!("../../data/specs.toml");
/// Facts that stand in fields of the product are stated there, not derived.
const STATED: f64 = 1.0;
/// The length is no attribute of its own: it is one of the sides.
const LENGTH: &str = "length_cm";

/// Questions about products by topic.
#[derive(Debug)]
pub struct SpecTable {
    topics: BTreeMap<String, Topic>,
    /// Asking phrases in words of the singular, with their topics.
    phrases: HashMap<Vec<Token>, String>,
    longest: usize,
}

/// What a question asks for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// For people: "weight capacity".
    pub label: String,
    /// Attributes that answer it, the best first.
    pub attributes: Vec<String>,
    asks: Vec<String>,
}

/// What is known of what was asked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// The question as it was understood; empty when no topic fits.
    pub topic: String,
    /// What it asks for, for people.
    pub label: String,
    /// The facts that answer it; none: not known.
    pub facts: Vec<Attribute>,
    /// When nothing answers it: names of the attributes that are known.
    pub known: Vec<String>,
}

impl SpecTable {
    /// The table of the data file.
    ///
    /// # Errors
    /// When the file is malformed, or two topics share a phrase.
    pub fn built_in() -> Result<&'static Self, String> {
        static BUILT_IN: LazyLock<Result<SpecTable, String>> = LazyLock::new(|| SpecTable::parse(TABLE));
        BUILT_IN.as_ref().map_err(Clone::clone)
    }

    fn parse(text: &str) -> Result<Self, String> {
        let topics: BTreeMap<String, Topic> = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut phrases = HashMap::new();
        for (id, topic) in &topics {
            for phrase in &topic.asks {
                if let Some(other) = phrases.insert(stems(phrase), id.clone()).filter(|other| other != id) {
                    return Err(format!("{phrase:?} asks for {id} and for {other}"));
                }
            }
        }
        let longest = phrases.keys().map(Vec::len).max().unwrap_or(0);
        Ok(Self { topics, phrases, longest })
    }

    /// What a question asks for: a topic or attribute by its name, else by the longest phrase in it, of equals the first.
    fn topic(&self, question: &str) -> Option<(&String, &Topic)> {
        let named = question.trim().to_lowercase();
        let by_attribute = || self.topics.iter().find(|(_, topic)| topic.attributes == [named.as_str()]);
        self.topics.get_key_value(&named).or_else(by_attribute).or_else(|| self.asked(&stems(question)))
    }

    fn asked(&self, words: &[Token]) -> Option<(&String, &Topic)> {
        let lengths = (1..=self.longest.min(words.len())).rev();
        let mut spans = lengths.flat_map(|length| words.windows(length));
        let id = spans.find_map(|span| self.phrases.get(span))?;
        self.topics.get_key_value(id)
    }

    /// Answers a question about a product.
    #[must_use]
    pub fn answer(&self, product: &Product, question: &str) -> Answer {
        let features = named_features(question);
        // "Is it stackable?" asks for a feature whose name is no phrase of the table.
        let by_feature = || self.topics.get_key_value(name::FEATURE).filter(|_| !features.is_empty());
        let found = self.topic(question).or_else(by_feature);
        let own = tokens(question).join("_");
        let names: Vec<&str> = match found {
            Some((_, topic)) => topic.attributes.iter().map(String::as_str).collect(),
            // A feed may bring attributes that the table does not know; they go by their own name.
            None => vec![own.as_str()],
        };
        let mut facts: Vec<Attribute> = names.into_iter().flat_map(|name| facts(product, name)).collect();
        if !features.is_empty() {
            keep_features(&mut facts, &features);
        }
        let known = if facts.is_empty() { known(product) } else { Vec::new() };
        let (topic, label) = found.map(|(id, topic)| (id.clone(), topic.label.clone())).unwrap_or_default();
        Answer { topic, label, facts, known }
    }
}

fn stems(text: &str) -> Vec<Token> {
    tokens(text).iter().map(|word| singular(word)).collect()
}

/// The features that a question names.
fn named_features(question: &str) -> Vec<String> {
    let found = Taxonomy::built_in()
        .map(|taxonomy| taxonomy.features.in_field(&taxonomy.lexicon.numbers(&stems(question))))
        .unwrap_or_default();
    found.into_iter().map(|found| found.meaning.value.clone()).collect()
}

/// Of the features, keeps those that were asked for, or kinds of them: who asks whether a thing folds must not be told that it rolls.
fn keep_features(facts: &mut Vec<Attribute>, asked: &[String]) {
    let Some(taxonomy) = Taxonomy::built_in() else { return };
    let is_asked =
        |value: &ShortText| taxonomy.features.with_ancestors(value).iter().any(|value| asked.contains(value));
    for fact in facts.iter_mut().filter(|fact| fact.name == name::FEATURE) {
        fact.values.retain(is_asked);
    }
    facts.retain(|fact| !fact.values.is_empty());
}

/// Facts of that name: derived attributes, or a field of the product itself.
fn facts(product: &Product, name: &str) -> Vec<Attribute> {
    let field = |value: &str| Attribute::text(name, vec![value.into()], name, STATED);
    let stated = match name {
        "price" => product.price.map(|price| field(&price.to_string())),
        "brand" => Some(product.brand.as_str()).filter(|brand| !brand.is_empty()).map(field),
        "availability" => stock(product.availability).map(field),
        "stock_quantity" => {
            product.stock_quantity.map(|count| Attribute::number(name, f64::from(count), "", name, STATED))
        }
        "rating" => product.rating.map(|rating| Attribute::number(name, rating, "", name, STATED)),
        _ => None,
    };
    let name = if name == LENGTH { longer_side(product) } else { name };
    let derived = product.attributes.iter().filter(|fact| fact.name == name).cloned();
    stated.into_iter().chain(derived).collect()
}

/// The side that is called a thing's length: the longer one on the floor.
fn longer_side(product: &Product) -> &'static str {
    let [width, depth] = [name::WIDTH, name::DEPTH].map(|side| product.number(side));
    if depth > width { name::DEPTH } else { name::WIDTH }
}

fn stock(availability: Availability) -> Option<&'static str> {
    match availability {
        Availability::InStock => Some("in stock"),
        Availability::OutOfStock => Some("out of stock"),
        Availability::Unknown => None,
    }
}

/// Names of what is known, each once. The room is what the category suggests as a rule, and no answer to anything else.
fn known(product: &Product) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    for fact in product.attributes.iter().filter(|fact| fact.name != name::ROOM) {
        if !known.iter().any(|known| *known == fact.name) {
            known.push(fact.name.to_string());
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_map_to_topics() {
        let table = SpecTable::built_in().unwrap();
        for (question, expected) in [
            ("How much weight can it hold?", "weight_capacity"),
            ("how much does it weigh", "weight_kg"),
            ("What is it made of?", "material"),
            ("how tall is it", "height_cm"),
            ("How high is the seat?", "seat_height_cm"),
            ("Do I have to put it together myself?", "assembly"),
            ("How many people can sit on it?", "seats"),
            ("weight_capacity_kg", "weight_capacity"),
            ("Is there a guarantee?", "warranty"),
            ("what are the dimensions", "size"),
            ("how long is it", "length"),
            ("does it fit a 75 inch tv", "screen_size"),
            ("what screen size does it fit", "screen_size"),
            ("what size TV will it hold?", "screen_size"),
            ("will my TV fit on it", "screen_size"),
        ] {
            assert_eq!(table.topic(question).map(|(id, _)| id.as_str()), Some(expected), "{question}");
        }
        assert!(table.topic("does it dream of electric sheep").is_none());
    }

    #[test]
    fn a_phrase_has_one_topic() {
        let text = "[a]\nlabel = \"a\"\nattributes = []\nasks = [\"wide\"]\n[b]\nlabel = \"b\"\nattributes = []\nasks = [\"wide\"]";
        assert!(SpecTable::parse(text).unwrap_err().contains("wide"));
    }
}
