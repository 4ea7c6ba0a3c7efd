//! Patterns over the units of a message, read from data files.
//!
//! A pattern is a row of elements: `word`, `one|or|another`, `[class]`, `<entity>`, each optional with a `?` behind it; `..` is a gap of at
//! most two units, `...` of at most six, `^` and `$` are the ends of the message without its courtesies.

mod index;

use std::{collections::BTreeMap, sync::LazyLock};

use rustc_hash::FxHashMap;

pub(crate) use self::index::Candidates;
use self::index::Index;
use super::{
    line::Line,
    reading::{Entity, Unit},
};
use crate::domain::{places::places, text::singular, understanding::Intent};

/// Set of word classes, one bit each.
pub(crate) type Classes = u64;

/// What the data files say about wording.
#[derive(Debug, Default)]
pub(crate) struct Grammar {
    words: FxHashMap<String, u32>,
    classes: FxHashMap<String, Classes>,
    class_names: FxHashMap<String, Classes>,
    /// Evidence for intents.
    pub(crate) rules: Vec<Rule>,
    /// Finer topics within an intent.
    pub(crate) topics: Vec<Topic>,
    /// Attributes that a product question can be about.
    pub(crate) attributes: Vec<Topic>,
    /// Places that goods can go to, by their proper names.
    pub(crate) places: Vec<Topic>,
    /// Purposes with the name of the kind of product that serves them.
    pub(crate) purposes: Vec<Topic>,
    /// Named groups of patterns that code asks for ("security", "vague" …).
    groups: FxHashMap<String, Vec<Pattern>>,
    /// Which patterns a word, a class or an entity makes possible.
    index: Index,
}

/// Evidence for one intent.
#[derive(Debug)]
pub(crate) struct Rule {
    /// What it speaks for.
    pub(crate) intent: Intent,
    /// How loud, in the classifier's log odds.
    pub(crate) weight: f32,
    /// Name in the trace.
    pub(crate) name: String,
    any: Vec<Pattern>,
    unless: Vec<Pattern>,
}

/// A finer topic within an intent, or an attribute.
#[derive(Debug)]
pub(crate) struct Topic {
    /// The intent it belongs to, when it does not fit every one.
    pub(crate) intent: Option<Intent>,
    /// Its key.
    pub(crate) key: String,
    any: Vec<Pattern>,
}

/// One compiled pattern.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// Its number in the index.
    number: u32,
    elements: Vec<Element>,
}

#[derive(Debug)]
enum Element {
    One { test: Test, optional: bool },
    Gap(usize),
    Start,
    End,
}

#[derive(Debug)]
struct Test {
    words: Vec<u32>,
    classes: Classes,
    entities: Vec<Entity>,
}

static GRAMMAR: LazyLock<Grammar> = LazyLock::new(Grammar::load);

/// The grammar of the data files, read once.
pub(crate) fn grammar() -> &'static Grammar {
    &GRAMMAR
}

impl Grammar {
    fn load() -> Self {
        let mut grammar = Self::default();
        grammar.read_classes(include_str!("../../../data/nlu/classes.toml"));
        grammar.read_rules(include_str!("../../../data/nlu/rules.toml"));
        grammar.topics = grammar.read_topics(include_str!("../../../data/nlu/topics.toml"));
        grammar.attributes = grammar.read_topics(include_str!("../../../data/nlu/attributes.toml"));
        grammar.read_purposes(include_str!("../../../data/nlu/purposes.toml"));
        grammar.read_groups(include_str!("../../../data/nlu/groups.toml"));
        grammar.read_places();
        grammar
    }

    /// The place that a line names, with where in the line it does.
    pub(crate) fn place(&self, line: &Line<'_>) -> Option<(&str, (usize, usize))> {
        let found = |place: &Topic| place.any.iter().find_map(|pattern| pattern.find(line));
        self.places.iter().find_map(|place| found(place).map(|span| (place.key.as_str(), span)))
    }

    /// Every word that some pattern or class names.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.words.keys().map(String::as_str)
    }

    pub(crate) fn word_id(&self, stem: &str) -> u32 {
        self.words.get(stem).copied().unwrap_or(0)
    }

    pub(crate) fn classes_of(&self, stem: &str) -> Classes {
        self.classes.get(stem).copied().unwrap_or(0)
    }

    /// The bit of a class; 0, which nothing has, for an unknown name.
    pub(crate) fn class(&self, name: &str) -> Classes {
        self.class_names.get(name).copied().unwrap_or(0)
    }

    /// The patterns that can match a line of these units.
    pub(crate) fn candidates(&self, units: &[&Unit]) -> Candidates {
        self.index.candidates(units)
    }

    /// Where a pattern of the group matches first.
    pub(crate) fn find(&self, group: &str, line: &Line<'_>) -> Option<(usize, usize)> {
        self.groups.get(group)?.iter().find_map(|pattern| pattern.find(line))
    }

    /// Start of the longest match of the group that ends at `at`.
    pub(crate) fn ending_at(&self, group: &str, line: &Line<'_>, at: usize) -> Option<usize> {
        let before = line.units.get(..at)?;
        let patterns = self.groups.get(group)?;
        let possible: Vec<&Pattern> = patterns.iter().filter(|pattern| pattern.may_match(line)).collect();
        (at.saturating_sub(LONGEST_CUE)..at).find(|start| possible.iter().any(|pattern| pattern.covers(before, *start)))
    }

    /// End of the longest match of the group that starts at `at`.
    pub(crate) fn starting_at(&self, group: &str, line: &Line<'_>, at: usize) -> Option<usize> {
        if at >= line.len() {
            return None;
        }
        let possible = self.groups.get(group)?.iter().filter(|pattern| pattern.may_match(line));
        possible.filter_map(|pattern| matched(&pattern.elements, &line.units, at)).max()
    }

    /// Whether a pattern of the group matches somewhere.
    pub(crate) fn has(&self, group: &str, line: &Line<'_>) -> bool {
        self.find(group, line).is_some()
    }

    fn read_classes(&mut self, text: &str) {
        let file: ClassFile = toml::from_str(text).unwrap_or_default();
        for (index, (name, words)) in file.classes.into_iter().enumerate() {
            let bit = 1 << (index % 64);
            self.class_names.insert(name, bit);
            for word in words {
                let stem = singular(&word).into_owned();
                self.intern(&stem);
                *self.classes.entry(stem).or_default() |= bit;
            }
        }
    }

    fn read_rules(&mut self, text: &str) {
        let file: RuleFile = toml::from_str(text).unwrap_or_default();
        for rule in file.rule {
            let any = self.compile_all(&rule.any);
            let unless = self.compile_all(&rule.unless);
            let name = rule.name.unwrap_or_else(|| rule.any.first().cloned().unwrap_or_default());
            self.rules.push(Rule { intent: rule.intent, weight: rule.weight, name, any, unless });
        }
    }

    fn read_topics(&mut self, text: &str) -> Vec<Topic> {
        let file: TopicFile = toml::from_str(text).unwrap_or_default();
        file.topic
            .into_iter()
            .map(|topic| Topic { intent: topic.intent, any: self.compile_all(&topic.any), key: topic.key })
            .collect()
    }

    fn read_purposes(&mut self, text: &str) {
        let file: PurposeFile = toml::from_str(text).unwrap_or_default();
        let topic = |grammar: &mut Self, entry: PurposeEntry| Topic {
            intent: None,
            any: grammar.compile_all(&entry.any),
            key: entry.name,
        };
        self.purposes = file.purpose.into_iter().map(|entry| topic(self, entry)).collect();
    }

    fn read_places(&mut self) {
        for (name, proper) in places().names() {
            let pattern = self.compile(&name.to_lowercase());
            self.places.push(Topic { intent: None, any: vec![pattern], key: proper.to_owned() });
        }
    }

    fn read_groups(&mut self, text: &str) {
        let file: GroupFile = toml::from_str(text).unwrap_or_default();
        for (name, patterns) in file.groups {
            let compiled = self.compile_all(&patterns);
            self.groups.insert(name, compiled);
        }
    }

    fn compile_all(&mut self, sources: &[String]) -> Vec<Pattern> {
        sources.iter().map(|source| self.compile(source)).collect()
    }

    fn compile(&mut self, source: &str) -> Pattern {
        let elements: Vec<Element> = source.split_whitespace().map(|element| self.element(element)).collect();
        Pattern { number: self.index.add(&elements), elements }
    }

    fn element(&mut self, source: &str) -> Element {
        match source {
            "..." => Element::Gap(6),
            ".." => Element::Gap(2),
            "^" => Element::Start,
            "$" => Element::End,
            _ => {
                let (body, optional) = source.strip_suffix('?').map_or((source, false), |body| (body, true));
                Element::One { test: self.test(body), optional }
            }
        }
    }

    fn test(&mut self, body: &str) -> Test {
        let mut test = Test { words: Vec::new(), classes: 0, entities: Vec::new() };
        for choice in body.split('|') {
            if let Some(name) = choice.strip_prefix('[') {
                test.classes |= self.class(name.trim_end_matches(']'));
            } else if let Some(name) = choice.strip_prefix('<') {
                test.entities.extend(Entity::named(name.trim_end_matches('>')));
            } else {
                let id = self.intern(&singular(choice));
                test.words.push(id);
            }
        }
        test
    }

    fn intern(&mut self, word: &str) -> u32 {
        let next = u32::try_from(self.words.len()).unwrap_or(u32::MAX - 1) + 1;
        *self.words.entry(word.to_owned()).or_insert(next)
    }
}

impl Rule {
    /// Whether it speaks for its intent here.
    pub(crate) fn matches(&self, line: &Line<'_>) -> bool {
        let any = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.find(line).is_some());
        any(&self.any) && !any(&self.unless)
    }
}

impl Topic {
    /// Whether the units speak of it.
    pub(crate) fn matches(&self, line: &Line<'_>) -> bool {
        self.any.iter().any(|pattern| pattern.find(line).is_some())
    }
}

impl Pattern {
    /// First place where it matches, as a range of units.
    pub(crate) fn find(&self, line: &Line<'_>) -> Option<(usize, usize)> {
        if !self.may_match(line) {
            return None;
        }
        (0..=line.len()).find_map(|start| matched(&self.elements, &line.units, start).map(|end| (start, end)))
    }

    /// Whether what it must have is there: most patterns fail here, and cheaply.
    fn may_match(&self, line: &Line<'_>) -> bool {
        line.candidates.has(self.number)
    }

    /// Whether it matches from `start` to the end of the line.
    fn covers(&self, line: &[&Unit], start: usize) -> bool {
        matched(&self.elements, line, start) == Some(line.len())
    }
}

/// Most units that a cue beside a number has.
const LONGEST_CUE: usize = 6;

/// End of the shortest match of `elements` at `at`.
fn matched(elements: &[Element], line: &[&Unit], at: usize) -> Option<usize> {
    let Some((first, rest)) = elements.split_first() else { return Some(at) };
    match first {
        Element::Start => line[..at].iter().all(|unit| unit.is_courtesy).then(|| matched(rest, line, at))?,
        Element::End => line[at..].iter().all(|unit| unit.is_courtesy).then(|| matched(rest, line, at))?,
        Element::Gap(most) => (at..=(at + most).min(line.len())).find_map(|from| matched(rest, line, from)),
        Element::One { test, optional } => {
            let here = line.get(at).is_some_and(|unit| test.holds(unit));
            let taken = if here { matched(rest, line, at + 1) } else { None };
            taken.or_else(|| if *optional { matched(rest, line, at) } else { None })
        }
    }
}

impl Test {
    fn holds(&self, unit: &Unit) -> bool {
        unit.classes & self.classes != 0
            || (unit.word != 0 && self.words.contains(&unit.word))
            || self.entities.iter().any(|entity| unit.is(*entity))
    }
}

#[derive(Default, serde::Deserialize)]
struct ClassFile {
    classes: BTreeMap<String, Vec<String>>,
}

#[derive(Default, serde::Deserialize)]
struct RuleFile {
    rule: Vec<RuleEntry>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleEntry {
    intent: Intent,
    weight: f32,
    name: Option<String>,
    any: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
}

#[derive(Default, serde::Deserialize)]
struct TopicFile {
    topic: Vec<TopicEntry>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicEntry {
    intent: Option<Intent>,
    key: String,
    any: Vec<String>,
}

#[derive(Default, serde::Deserialize)]
struct PurposeFile {
    purpose: Vec<PurposeEntry>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct PurposeEntry {
    name: String,
    any: Vec<String>,
}

#[derive(Default, serde::Deserialize)]
struct GroupFile {
    groups: BTreeMap<String, Vec<String>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_files_can_be_read() {
        assert!(
            toml::from_str::<ClassFile>(include_str!("../../../data/nlu/classes.toml"))
                .is_ok_and(|file| file.classes.len() <= 64)
        );
        for text in [include_str!("../../../data/nlu/topics.toml"), include_str!("../../../data/nlu/attributes.toml")] {
            toml::from_str::<TopicFile>(text).unwrap();
        }
        toml::from_str::<PurposeFile>(include_str!("../../../data/nlu/purposes.toml")).unwrap();
        toml::from_str::<RuleFile>(include_str!("../../../data/nlu/rules.toml")).unwrap();
        toml::from_str::<GroupFile>(include_str!("../../../data/nlu/groups.toml")).unwrap();
    }

    #[test]
    fn every_class_and_entity_of_a_pattern_exists() {
        let names = |text: &str, open: char, close: char| -> Vec<String> {
            let quoted =
                text.lines().filter(|line| !line.starts_with('#')).flat_map(|line| line.split('"').skip(1).step_by(2));
            quoted
                .flat_map(str::split_whitespace)
                .flat_map(|element| element.trim_end_matches('?').split('|'))
                .filter_map(|choice| choice.strip_prefix(open)?.strip_suffix(close))
                .map(str::to_owned)
                .collect()
        };
        for text in [
            include_str!("../../../data/nlu/rules.toml"),
            include_str!("../../../data/nlu/topics.toml"),
            include_str!("../../../data/nlu/attributes.toml"),
            include_str!("../../../data/nlu/groups.toml"),
        ] {
            for name in names(text, '[', ']') {
                assert!(grammar().class(&name) != 0, "class {name}");
            }
            for name in names(text, '<', '>') {
                assert!(!Entity::named(&name).is_empty(), "entity {name}");
            }
        }
    }
}
