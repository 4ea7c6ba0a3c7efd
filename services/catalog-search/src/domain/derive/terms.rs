//! Facts in words: colours, materials, styles, rooms, features.

use super::{
    Facts,
    reading::{Reading, TITLE},
};
use crate::domain::{
    attribute::{Evidence, name},
    import::RawValue,
    lexicon::WordNumber,
    phrases::Found,
    product::Mentions,
    taxonomy::{Taxonomy, Terms},
    text::{ShortText, stems},
};

/// How sure a value is by where it stands. A field of its own brings its own figure.
const IN_TITLE: f64 = 0.9;
const IN_KEYED_TEXT: f64 = 0.85;
const IN_TEXT: f64 = 0.6;
/// A sentence may mention a material that something else is made of: a bracket "for walls of wood and concrete".
const IN_SENTENCE: f64 = 0.45;
/// Up to so many words a statement is a plain one: "solid pine legs".
const PLAIN_STATEMENT: usize = 4;
const BY_CATEGORY: f64 = 0.7;
/// A field that was made by searching the text, and the text does not even have the word.
const UNSUPPORTED: f64 = 0.3;

/// Reads them all.
pub(super) fn read(reading: &Reading<'_>, taxonomy: &Taxonomy, categories: &[String], facts: &mut Facts) {
    let colours = colours(reading, taxonomy);
    let materials = materials(reading, taxonomy);
    let features = features(reading, taxonomy);
    let mentioned = mentioned_features(reading, &features, taxonomy);
    facts.mentions = Mentions { colours: colours.all(), materials: materials.all(), features: mentioned };
    let gathered = [
        (name::COLOUR, colours),
        (name::MATERIAL, materials),
        (name::STYLE, styles(reading, taxonomy)),
        (name::ROOM, rooms(reading, taxonomy, categories)),
        (name::FEATURE, features),
    ];
    facts.attributes.extend(gathered.into_iter().filter_map(|(name, evidence)| evidence.into_attribute(name)));
}

fn colours<'r>(reading: &'r Reading<'_>, taxonomy: &'r Taxonomy) -> Evidence<'r> {
    let mut evidence = Evidence::default();
    in_fields(reading, name::COLOUR, &taxonomy.colours, taxonomy, &mut evidence);
    in_words(&reading.title.numbers, TITLE, IN_TITLE, &taxonomy.colours, &mut evidence);
    for part in reading.keyed(&["colour"]).chain(reading.keyed(&["color"])) {
        let words = taxonomy.lexicon.numbers(&stems(part.value));
        in_words(&words, part.source, IN_KEYED_TEXT, &taxonomy.colours, &mut evidence);
    }
    evidence
}

fn materials<'r>(reading: &'r Reading<'_>, taxonomy: &'r Taxonomy) -> Evidence<'r> {
    let mut evidence = Evidence::default();
    in_fields(reading, name::MATERIAL, &taxonomy.materials, taxonomy, &mut evidence);
    in_words(&reading.title.numbers, TITLE, IN_TITLE, &taxonomy.materials, &mut evidence);
    for part in &reading.parts {
        let confidence = match (part.key().is_empty(), part.words.stems.len()) {
            (false, _) => IN_KEYED_TEXT,
            (true, ..=PLAIN_STATEMENT) => IN_TEXT,
            _ => IN_SENTENCE,
        };
        in_words(&part.words.numbers, part.source, confidence, &taxonomy.materials, &mut evidence);
    }
    for term in taxonomy.materials.iter() {
        if let Some(plainer) = term.replaces.as_ref().filter(|_| evidence.has(&term.value)) {
            evidence.remove(plainer);
        }
    }
    evidence
}

fn styles<'r>(reading: &'r Reading<'_>, taxonomy: &'r Taxonomy) -> Evidence<'r> {
    let mut evidence = Evidence::default();
    in_fields(reading, name::STYLE, &taxonomy.styles, taxonomy, &mut evidence);
    // Feeds file finishes such as "Vintage" and "Rustic" under colour.
    in_fields(reading, name::COLOUR, &taxonomy.styles, taxonomy, &mut evidence);
    everywhere(reading, &taxonomy.styles, taxonomy, &mut evidence);
    evidence
}

fn rooms<'r>(reading: &'r Reading<'_>, taxonomy: &'r Taxonomy, categories: &[String]) -> Evidence<'r> {
    let mut evidence = Evidence::default();
    in_fields(reading, name::ROOM, &taxonomy.rooms, taxonomy, &mut evidence);
    everywhere(reading, &taxonomy.rooms, taxonomy, &mut evidence);
    for room in categories.iter().filter_map(|id| taxonomy.categories.get(id)).flat_map(|category| &category.rooms) {
        evidence.add(room, "category", BY_CATEGORY);
    }
    evidence
}

fn features<'r>(reading: &'r Reading<'_>, taxonomy: &'r Taxonomy) -> Evidence<'r> {
    let mut evidence = Evidence::default();
    in_fields(reading, name::FEATURE, &taxonomy.features, taxonomy, &mut evidence);
    everywhere(reading, &taxonomy.features, taxonomy, &mut evidence);
    evidence
}

/// Features that are found, and those that the texts so much as mention without denying them there.
fn mentioned_features(reading: &Reading<'_>, found: &Evidence<'_>, taxonomy: &Taxonomy) -> Vec<ShortText> {
    let mut mentioned = found.all();
    for (words, _) in reading.texts() {
        for Found { meaning: term, at, length } in taxonomy.features.mentioned_in(&words.numbers) {
            let is_denied = words.denied.iter().any(|(place, _)| (at..at + length).contains(place));
            if !is_denied && !mentioned.iter().any(|known| *known == term.value) {
                mentioned.push(ShortText::new(&term.value));
            }
        }
    }
    mentioned
}

/// Fields of their own. A value that is only in a field made by searching the text, and not in the text, is not believed.
fn in_fields<'r>(
    reading: &'r Reading<'_>,
    field: &str,
    terms: &'r Terms,
    taxonomy: &Taxonomy,
    evidence: &mut Evidence<'r>,
) {
    for raw in reading.record.attributes.iter().filter(|raw| raw.name == field) {
        let RawValue::Texts(texts) = &raw.value else { continue };
        for text in texts {
            let words = taxonomy.lexicon.numbers(&stems(text));
            for Found { meaning: term, at, length } in terms.in_field(&words) {
                let said = &words[at..at + length];
                let made_up = raw.confidence < IN_KEYED_TEXT && !supported(reading, said, taxonomy);
                evidence.add(&term.value, &raw.source, if made_up { UNSUPPORTED } else { raw.confidence });
            }
        }
    }
}

/// Whether the record says these words anywhere but in fields of the same make. Without any text there is nothing to doubt them by.
fn supported(reading: &Reading<'_>, said: &[WordNumber], taxonomy: &Taxonomy) -> bool {
    let has = |words: &[WordNumber]| words.windows(said.len()).any(|window| window == said);
    if reading.parts.is_empty() {
        return true;
    }
    let in_tags = reading.record.tags.iter().any(|tag| has(&taxonomy.lexicon.numbers(&stems(tag))));
    in_tags || has(&reading.title.numbers) || reading.parts.iter().any(|part| has(&part.words.numbers))
}

fn everywhere<'r>(reading: &'r Reading<'_>, terms: &'r Terms, taxonomy: &Taxonomy, evidence: &mut Evidence<'r>) {
    for (words, source) in reading.texts() {
        let confidence = if source == TITLE { IN_TITLE } else { IN_TEXT };
        // Values that the words name and do not deny ("no wheels").
        let is_denied = |at: usize| at > 0 && taxonomy.words.negations.contains(&words.stems[at - 1]);
        for found in terms.in_text(&words.numbers).into_iter().filter(|found| !is_denied(found.at)) {
            evidence.add(&found.meaning.value, source, confidence);
        }
    }
}

fn in_words<'r>(words: &[WordNumber], source: &'r str, confidence: f64, terms: &'r Terms, evidence: &mut Evidence<'r>) {
    for found in terms.in_text(words) {
        evidence.add(&found.meaning.value, source, confidence);
    }
}
