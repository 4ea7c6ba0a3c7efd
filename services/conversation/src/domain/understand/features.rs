//! What the classifier sees of a message: words with names and amounts replaced by their kind, pairs of them, and parts of words.
//!
//! Names are replaced so that what is learnt about "desk" holds for every category of every catalogue; parts of words carry what a slip of
//! the finger leaves intact.

use super::reading::{Entity, Unit, Value};
use crate::domain::lexicon::TermKind;

/// Weight of all word features together, and of all parts of words together.
const WORD_NORM: f32 = 3.0;
const PART_NORM: f32 = 1.3;
/// Units beyond this many say nothing new about the intent.
const MOST_UNITS: usize = 60;

/// A feature: its hash and its value.
pub type Feature = (u32, f32);

/// The symbols of a row of units: words as they are, names and amounts as their kind. `knows` tells which words were ever learnt.
pub(crate) fn symbols(line: &[&Unit], knows: impl Fn(u32) -> bool) -> Vec<String> {
    line.iter().filter(|unit| !unit.is_mark()).take(MOST_UNITS).map(|unit| symbol(unit, &knows)).collect()
}

fn symbol(unit: &Unit, knows: &impl Fn(u32) -> bool) -> String {
    let fixed = match unit.value {
        Value::Money(_) => "<money>",
        Value::Length(_) | Value::Dimensions(_) => "<length>",
        Value::Weight(_) => "<weight>",
        Value::Percent(_) => "<percent>",
        Value::Number(_) => "<number>",
        Value::Ordinal(_) => "<ordinal>",
        Value::Option(_) => "<option>",
        Value::Code => "<code>",
        Value::LongNumber => "<long_number>",
        Value::Url => "<url>",
        Value::Word | Value::Mark(_) => term_symbol(unit),
    };
    if !fixed.is_empty() {
        return fixed.to_owned();
    }
    if knows(hash(&["w", &unit.stem])) { unit.stem.clone() } else { "<unk>".to_owned() }
}

fn term_symbol(unit: &Unit) -> &'static str {
    const ORDER: [(TermKind, &str); 8] = [
        (TermKind::Category, "<category>"),
        (TermKind::Colour, "<colour>"),
        (TermKind::Material, "<material>"),
        (TermKind::Brand, "<brand>"),
        (TermKind::BedSize, "<bed_size>"),
        (TermKind::Room, "<room>"),
        (TermKind::Style, "<style>"),
        (TermKind::Feature, "<feature>"),
    ];
    ORDER.iter().find(|(kind, _)| unit.has(*kind)).map_or("", |(_, name)| name)
}

/// Features of a row of units with its symbols.
pub(crate) fn features(line: &[&Unit], symbols: &[String], asks: bool) -> Vec<Feature> {
    let mut words = word_features(symbols);
    words.extend(shape_features(line, symbols, asks));
    words.extend(second_meanings(line));
    let mut parts = part_features(line);
    normalise(&mut words, WORD_NORM);
    normalise(&mut parts, PART_NORM);
    words.append(&mut parts);
    words
}

fn word_features(symbols: &[String]) -> Vec<Feature> {
    let mut features = Vec::with_capacity(symbols.len() * 4);
    let at = |index: usize| symbols.get(index).map_or("$", String::as_str);
    features.push((hash(&["b", "^", at(0)]), 1.0));
    for index in 0..symbols.len() {
        features.push((hash(&["w", at(index)]), 1.0));
        features.push((hash(&["b", at(index), at(index + 1)]), 0.8));
        if index + 2 < symbols.len() {
            features.push((hash(&["t", at(index), at(index + 1), at(index + 2)]), 0.6));
            features.push((hash(&["s", at(index), at(index + 2)]), 0.5));
        }
    }
    features
}

fn shape_features(line: &[&Unit], symbols: &[String], asks: bool) -> Vec<Feature> {
    let unknown = symbols.iter().filter(|symbol| *symbol == "<unk>").count();
    let length = match symbols.len() {
        short @ 0..=4 => short,
        5..=6 => 5,
        7..=9 => 6,
        10..=14 => 7,
        _ => 8,
    };
    let mut shape =
        vec![(hash(&["len", &length.to_string()]), 0.7), (hash(&["unk", &unknown.min(4).to_string()]), 0.7)];
    if asks {
        shape.push((hash(&["asks"]), 0.5));
    }
    let any = |test: &dyn Fn(&Unit) -> bool| line.iter().any(|unit| test(unit));
    if any(&|unit| unit.has(TermKind::Category)) {
        shape.push((hash(&["has category"]), 0.8));
    } else if any(&|unit| unit.is_term() || unit.is(Entity::Code)) {
        shape.push((hash(&["has term"]), 0.8));
    } else {
        shape.push((hash(&["no term"]), 0.8));
    }
    shape
}

/// The word behind a name that also has an everyday meaning ("light", "double", "office").
fn second_meanings(line: &[&Unit]) -> Vec<Feature> {
    let ambiguous = |unit: &&&Unit| unit.is_term() && unit.width == 1 && !unit.has(TermKind::Colour);
    line.iter().filter(ambiguous).take(MOST_UNITS).map(|unit| (hash(&["m", &unit.stem]), 0.6)).collect()
}

fn part_features(line: &[&Unit]) -> Vec<Feature> {
    let mut parts = Vec::new();
    for unit in line.iter().take(MOST_UNITS) {
        let plain = unit.value == Value::Word && !unit.is_term();
        if !plain {
            continue;
        }
        let most = unit.text.char_indices().nth(16).map_or(unit.text.len(), |(at, _)| at);
        let word = format!("^{}$", &unit.text[..most]);
        let ends: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
        for size in [3, 4] {
            let windows = ends.windows(size + 1).map(|ends| &word[ends[0]..ends[size]]);
            parts.extend(windows.map(|part| (hash(&["c", part]), 1.0)));
        }
    }
    parts
}

fn normalise(features: &mut Vec<Feature>, norm: f32) {
    features.sort_unstable_by_key(|(hash, _)| *hash);
    features.dedup_by(|later, earlier| {
        let same = later.0 == earlier.0;
        earlier.1 = if same { earlier.1.max(later.1) } else { earlier.1 };
        same
    });
    let length = features.iter().map(|(_, value)| value * value).sum::<f32>().sqrt();
    if length > 0.0 {
        features.iter_mut().for_each(|(_, value)| *value *= norm / length);
    }
}

/// FNV-1a over the parts with a separator; the same on every machine, because the model file is made of these.
pub(crate) fn hash(parts: &[&str]) -> u32 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        for byte in part.bytes().chain(std::iter::once(0x1f)) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    (hash ^ (hash >> 32)) as u32
}
