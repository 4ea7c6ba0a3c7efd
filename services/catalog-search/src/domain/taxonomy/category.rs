//! The tree of categories and the rules by which a title tells one.

use std::{iter, sync::Arc};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Deserializer};

use super::{TaxonomyError, Terms};
use crate::domain::{
    lexicon::{Lexicon, WordNumber},
    phrases::{Found, PhraseBook},
    text::{Token, singular, stems},
};

const FILE: &str = "categories.toml";
/// Most levels of the tree that are looked at.
const DEEPEST: usize = 6;

/// One kind of thing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Identifier.
    pub id: String,
    /// Broader category; empty at the root.
    #[serde(default)]
    pub parent: String,
    /// Plural name for people.
    pub label: String,
    /// Ways to say it.
    pub names: Vec<String>,
    /// Further phrases that tell it in a title.
    #[serde(default)]
    title: Vec<String>,
    /// Words that narrow the parent to this category.
    #[serde(default)]
    qualifiers: Vec<String>,
    /// A title with one word out of each list is this. In the singular.
    #[serde(default, rename = "override", deserialize_with = "lists_of_singulars")]
    overriding: Vec<Vec<Token>>,
    /// Phrases that keep the override from applying, cut into words.
    #[serde(default, deserialize_with = "phrases")]
    override_unless: Vec<Vec<Token>>,
    /// Product types that name it.
    #[serde(default)]
    types: Vec<String>,
    /// Categories that it may be filed under as well.
    #[serde(default)]
    pub also: Vec<String>,
    /// Counts in a title only when nothing else is named there.
    #[serde(default)]
    pub weak: bool,
    /// Where it usually stands.
    #[serde(default)]
    pub rooms: Vec<String>,
    /// What a length says about it.
    #[serde(default)]
    size: Option<SizedBy>,
    /// Words for a part that here name the thing itself.
    #[serde(default)]
    pub whole: Vec<Token>,
    /// What it carries.
    #[serde(default)]
    holds: Option<Held>,
}

/// What a length says about a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SizedBy {
    /// A bare length in the title is its width.
    Width,
    /// One lies on it: its length is head to foot.
    Lying,
}

/// What a thing carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Held {
    /// A screen, whose size is given in inches.
    Screen,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    category: Vec<Category>,
}

/// All categories.
#[derive(Debug)]
pub struct CategoryTree {
    categories: Vec<Category>,
    index: FxHashMap<String, usize>,
    names: PhraseBook<usize>,
    titles: PhraseBook<usize>,
    types: PhraseBook<usize>,
    qualifiers: PhraseBook<usize>,
}

impl CategoryTree {
    pub(super) fn read(text: &str, rooms: &Terms, lexicon: &Arc<Lexicon>) -> Result<Self, TaxonomyError> {
        let File { category: categories } =
            toml::from_str(text).map_err(|source| TaxonomyError::Syntax { file: FILE, source })?;
        let index: FxHashMap<String, usize> = categories.iter().enumerate().map(|(i, c)| (c.id.clone(), i)).collect();
        check(&categories, &index, rooms)?;
        let [mut names, mut titles, mut types, mut qualifiers] = std::array::from_fn(|_| PhraseBook::new(lexicon));
        for (i, category) in categories.iter().enumerate() {
            names.add(&category.id, i);
            titles.add(&category.id, i);
        }
        for (i, category) in categories.iter().enumerate() {
            for name in &category.names {
                names.add(name, i);
                titles.add(name, i);
            }
            names.add(&category.label, i);
            category.title.iter().for_each(|phrase| titles.add(phrase, i));
            category.types.iter().for_each(|name| types.add(name, i));
            category.qualifiers.iter().for_each(|word| qualifiers.add(word, i));
        }
        Ok(Self { categories, index, names, titles, types, qualifiers })
    }

    /// All categories, in the order of the data: parents before children.
    pub fn iter(&self) -> impl Iterator<Item = &Category> {
        self.categories.iter()
    }

    /// One category.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Category> {
        self.index.get(id).and_then(|i| self.categories.get(*i))
    }

    /// The identifier that a name stands for.
    #[must_use]
    pub fn resolve(&self, name: &str) -> Option<String> {
        self.names.exactly(name).and_then(|i| self.categories.get(i)).map(|c| c.id.clone())
    }

    /// Plural name for people.
    #[must_use]
    pub fn label<'a>(&'a self, id: &'a str) -> &'a str {
        self.get(id).map_or(id, |category| &category.label)
    }

    /// Identifiers from the root to `id`.
    #[must_use]
    pub fn path(&self, id: &str) -> Vec<String> {
        let mut path: Vec<String> = self.upwards(id).map(str::to_owned).collect();
        path.reverse();
        path
    }

    /// The identifier of the root above `id`.
    #[must_use]
    pub fn root<'a>(&'a self, id: &'a str) -> &'a str {
        self.upwards(id).last().unwrap_or(id)
    }

    /// How many levels there are from the root to `id`.
    #[must_use]
    pub fn depth(&self, id: &str) -> usize {
        self.upwards(id).count()
    }

    /// Identifiers from `id` to the root. The depth is bounded so that a loop in the data could not hang the service.
    fn upwards<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a str> {
        let parent = |id: &&'a str| self.get(id).map(|category| category.parent.as_str());
        iter::successors(Some(id), move |id| parent(id).filter(|parent| !parent.is_empty())).take(DEEPEST)
    }

    /// Whether `id` is `ancestor` or below it.
    #[must_use]
    pub fn is_within(&self, id: &str, ancestor: &str) -> bool {
        self.upwards(id).any(|step| step == ancestor)
    }

    /// Categories named in a shopper's words.
    #[must_use]
    pub fn in_query(&self, words: &[WordNumber]) -> Vec<Found<&Category>> {
        self.found(&self.names, words)
    }

    /// Categories named in a title.
    #[must_use]
    pub fn in_title(&self, words: &[WordNumber]) -> Vec<Found<&Category>> {
        self.found(&self.titles, words)
    }

    /// Every category that a title names, also inside the longer name of another one.
    #[must_use]
    pub fn anywhere_in_title(&self, words: &[WordNumber]) -> Vec<&Category> {
        let from_each_word = (0..words.len()).flat_map(|at| self.titles.starting_at(words, at));
        from_each_word.filter_map(|i| self.categories.get(i)).collect()
    }

    /// The category of a product type or of the last element of a category path, when it is exactly one.
    #[must_use]
    pub fn of_type(&self, name: &str) -> Option<&Category> {
        let words = self.names.numbers(name);
        self.types.whole(&words).or_else(|| self.names.whole(&words)).and_then(|i| self.categories.get(i))
    }

    /// Categories whose qualifying words stand in the title.
    #[must_use]
    pub fn qualifying(&self, words: &[WordNumber]) -> Vec<&Category> {
        self.found(&self.qualifiers, words).into_iter().map(|found| found.meaning).collect()
    }

    /// Those of some categories that are below `id`.
    pub fn qualified<'a>(&self, id: &str, qualifying: &[&'a Category]) -> impl Iterator<Item = &'a Category> {
        qualifying.iter().copied().filter(move |category| category.id != id && self.is_within(&category.id, id))
    }

    /// The category that overrides everything else in a title.
    #[must_use]
    pub fn overriding(&self, words: &[Token]) -> Option<&Category> {
        self.categories.iter().find(|category| category.overrides(words))
    }

    fn found(&self, book: &PhraseBook<usize>, words: &[WordNumber]) -> Vec<Found<&Category>> {
        let found = book.find(words).into_iter();
        found
            .filter_map(|f| self.categories.get(f.meaning).map(|c| Found { meaning: c, at: f.at, length: f.length }))
            .collect()
    }
}

impl Category {
    /// Whether a bare length in the title is the width.
    #[must_use]
    pub fn sized_by_width(&self) -> bool {
        self.size == Some(SizedBy::Width)
    }

    /// Whether one lies on it, so that its length is head to foot.
    #[must_use]
    pub fn is_lain_on(&self) -> bool {
        self.size == Some(SizedBy::Lying)
    }

    /// Whether it carries a screen.
    #[must_use]
    pub fn holds_screen(&self) -> bool {
        self.holds == Some(Held::Screen)
    }

    fn overrides(&self, words: &[Token]) -> bool {
        let has = |list: &Vec<Token>| list.iter().any(|wanted| words.contains(wanted));
        let blocked = |phrase: &Vec<Token>| contains(words, phrase);
        !self.overriding.is_empty() && self.overriding.iter().all(has) && !self.override_unless.iter().any(blocked)
    }
}

fn lists_of_singulars<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Vec<Token>>, D::Error> {
    let lists = Vec::<Vec<String>>::deserialize(deserializer)?;
    Ok(lists.into_iter().map(|list| list.iter().map(|word| singular(word)).collect()).collect())
}

fn phrases<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Vec<Token>>, D::Error> {
    Ok(Vec::<String>::deserialize(deserializer)?.iter().map(|phrase| stems(phrase)).collect())
}

fn contains(words: &[Token], phrase: &[Token]) -> bool {
    !phrase.is_empty() && words.windows(phrase.len()).any(|window| window == phrase)
}

fn check(categories: &[Category], index: &FxHashMap<String, usize>, rooms: &Terms) -> Result<(), TaxonomyError> {
    for category in categories {
        let parent = Some(&category.parent).filter(|parent| !parent.is_empty());
        let missing = parent.into_iter().chain(&category.also).find(|named| !index.contains_key(*named));
        let missing = missing.or_else(|| category.rooms.iter().find(|room| rooms.get(room).is_none()));
        if let Some(missing) = missing {
            return Err(TaxonomyError::Dangling { file: FILE, entry: category.id.clone(), missing: missing.clone() });
        }
    }
    Ok(())
}
