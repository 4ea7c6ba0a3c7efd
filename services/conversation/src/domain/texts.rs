//! The sentences of replies: templates from a data file, one file a language.
//!
//! A template is text with `{slots}`. No template holds a number, an amount, an address or a fact: those come in slots, each
//! with its proof.

use std::{collections::BTreeMap, sync::Arc};

use super::fragment::Fragment;

/// English, the language every other one is measured by.
const ENGLISH: &str = include_str!("../../data/texts/en.toml");

/// Why a file of texts cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TextsError {
    /// Not TOML.
    #[error("the texts cannot be read: {0}")]
    Malformed(#[from] toml::de::Error),
    /// Something else than a text.
    #[error("the texts have {0:?}, which is no text")]
    NotText(String),
    /// A brace without its fellow.
    #[error("the text {0:?} has a slot without end")]
    Slot(String),
}

/// The templates of one language.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    templates: BTreeMap<Arc<str>, Template>,
}

#[derive(Debug, Clone)]
struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Text(String),
    Slot(String),
}

/// What fills the slots of a template.
pub type Slots<'a> = &'a [(&'a str, Fragment)];

impl Texts {
    /// The English texts.
    ///
    /// # Errors
    /// Never for the file that is built in; the type is the same for every language.
    pub fn english() -> Result<Self, TextsError> {
        Self::parse(ENGLISH)
    }

    /// Reads a file of texts.
    ///
    /// # Errors
    /// When it is no TOML of texts, or a slot does not end.
    pub fn parse(text: &str) -> Result<Self, TextsError> {
        let table: toml::Table = toml::from_str(text)?;
        let mut templates = BTreeMap::new();
        collect("", &table, &mut templates)?;
        Ok(Self { templates })
    }

    /// Whether there is a text of that name.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.templates.contains_key(key)
    }

    /// Names of all texts.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.templates.keys().map(AsRef::as_ref)
    }

    /// A text with its slots filled. A slot without filling, and a text that does not exist, give nothing: a test makes sure
    /// that neither happens.
    #[must_use]
    pub fn say(&self, key: &str, slots: Slots<'_>) -> Fragment {
        let mut fragment = Fragment::default();
        let found = self.templates.get_key_value(key);
        debug_assert!(found.is_some(), "no text {key}");
        let Some((key, template)) = found else {
            return fragment;
        };
        for part in &template.parts {
            match part {
                // A name that was cut short ends a sentence by itself.
                Part::Text(text) if fragment.text().ends_with('…') => {
                    fragment.push_str(text.strip_prefix('.').unwrap_or(text));
                }
                Part::Text(text) => fragment.push_str(text),
                Part::Slot(name) => {
                    let slot = slots.iter().find(|(slot, _)| slot == name);
                    debug_assert!(slot.is_some(), "no {name} for {key}");
                    if let Some((_, filling)) = slot {
                        fragment.push(filling);
                    }
                }
            }
        }
        fragment.made_from(Arc::clone(key));
        fragment
    }

    /// A text that differs for one and for many.
    #[must_use]
    pub fn count(&self, key: &str, count: u32, slots: Slots<'_>) -> Fragment {
        let form = if count == 1 { "one" } else { "many" };
        self.say(&format!("{key}.{form}"), slots)
    }

    /// A text without slots, as a string.
    #[must_use]
    pub fn word(&self, key: &str) -> String {
        self.say(key, &[]).text().to_owned()
    }

    /// Items as "a, b and c".
    #[must_use]
    pub fn all_of(&self, items: &[Fragment]) -> Fragment {
        Fragment::list(items, &self.word("list.comma"), &self.word("list.and"))
    }

    /// Items as "a, b or c".
    #[must_use]
    pub fn any_of(&self, items: &[Fragment]) -> Fragment {
        Fragment::list(items, &self.word("list.comma"), &self.word("list.or"))
    }
}

fn collect(prefix: &str, table: &toml::Table, templates: &mut BTreeMap<Arc<str>, Template>) -> Result<(), TextsError> {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::String(text) => {
                let template = template(&key, text)?;
                templates.insert(key.into(), template);
            }
            toml::Value::Table(table) => collect(&key, table, templates)?,
            _ => return Err(TextsError::NotText(key)),
        }
    }
    Ok(())
}

fn template(key: &str, text: &str) -> Result<Template, TextsError> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (slot, behind) = after.split_once('}').ok_or_else(|| TextsError::Slot(key.to_owned()))?;
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        parts.push(Part::Slot(slot.to_owned()));
        rest = behind;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    Ok(Template { parts })
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;
    use crate::domain::{
        check::{Sources, Watch, check},
        testing::{names, vocabulary},
    };

    #[test]
    fn no_text_claims_anything_by_itself() {
        let (texts, names) = (Texts::english().unwrap(), names());
        let sources = Sources::new(&[], &[], &names, &texts);
        for (key, template) in &texts.templates {
            let is_word_for_stock = matches!(key.as_ref(), "stock.in_stock" | "stock.out_of_stock");
            if key.starts_with("chip.") || is_word_for_stock {
                continue;
            }
            let text = template.parts.iter().filter_map(|part| match part {
                Part::Text(text) => Some(text.as_str()),
                Part::Slot(_) => None,
            });
            let bare = Fragment::plain(text.collect::<String>());
            assert_eq!(check(&bare, &sources, &Watch::build(&vocabulary())), [], "{key}");
        }
    }

    #[test]
    fn every_text_that_the_code_names_exists() {
        let texts = Texts::english().unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let named = regex::Regex::new(r#"(?:text|say|word)\(\s*"([a-z_]+(?:\.[a-z_]+)+)""#).unwrap();
        let counted = regex::Regex::new(r#"count\(\s*"([a-z_]+(?:\.[a-z_]+)+)""#).unwrap();
        let mut seen = 0;
        for file in files(&source) {
            let code = fs::read_to_string(&file).unwrap();
            for key in named.captures_iter(&code).filter_map(|found| found.get(1)) {
                seen += 1;
                assert!(texts.has(key.as_str()), "{} of {}", key.as_str(), file.display());
            }
            for key in counted.captures_iter(&code).filter_map(|found| found.get(1)) {
                seen += 1;
                for form in ["one", "many"] {
                    assert!(texts.has(&format!("{}.{form}", key.as_str())), "{} of {}", key.as_str(), file.display());
                }
            }
        }
        assert!(seen > 80, "only {seen} texts found in the code");
    }

    fn files(directory: &Path) -> Vec<std::path::PathBuf> {
        let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
        let (directories, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
        directories.iter().flat_map(|directory| self::files(directory)).chain(files).collect()
    }

    #[test]
    fn a_file_that_is_no_texts_is_refused() {
        assert!(matches!(Texts::parse("a = 1"), Err(TextsError::NotText(_))));
        assert!(matches!(Texts::parse("a = \"{b\""), Err(TextsError::Slot(_))));
        assert!(matches!(Texts::parse("a = "), Err(TextsError::Malformed(_))));
    }
}
