//! What a query's words ask for, before anything is looked up.

use super::{
    WordIndex,
    forms::{self, Form},
    spelt::{Spelt, spelt},
};
use crate::domain::{
    catalogue::{Catalogue, Exclusions, Filters},
    lexicon::WordNumber,
    negation,
    taxonomy::{Count, Taxonomy, Terms},
    text::{Token, singular, tokens},
};

/// A query taken apart.
#[derive(Debug, Default)]
pub struct QueryPlan {
    /// Words to look up, in order, each with how telling it is.
    pub words: Vec<PlanWord>,
    /// The query as it is searched, when spelling was corrected.
    pub corrected: Option<String>,
    /// Words that nothing in the catalogue has.
    pub unknown: Vec<Token>,
    /// Categories that the words name, as what is wanted. They constrain when the caller gave no category.
    pub categories: Vec<String>,
    /// Colours and materials that the words ask the wanted category for, and what they deny ("not leather", "without wheels").
    pub wishes: Wishes,
    /// What the words say must not be there, beyond what the wishes exclude: words that go together.
    pub denied: Vec<Vec<Token>>,
    /// Products that the whole query names by id, handle or SKU.
    pub references: Vec<u32>,
    /// Products whose title the whole query is.
    pub titled: Vec<u32>,
    /// How many of a part the words ask for ("5 doors").
    pub counts: Vec<Count>,
}

/// What the words say beside the thing itself.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Wishes {
    colours: Vec<String>,
    materials: Vec<String>,
    exclude: Exclusions,
}

/// A word of the query.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanWord {
    /// The word.
    pub text: Token,
    /// Ways to write it, itself first.
    pub forms: Vec<Form>,
    /// How many products may have it, near enough.
    pub count: u32,
    /// How telling it is: rare words are.
    pub weight: f32,
    /// Whether it is part of the name of a category in `categories`: every product there has it, whatever its title says.
    pub in_category: bool,
}

/// Longest query that is looked at, in words: what comes behind is ignored.
const LONGEST: usize = 32;

impl QueryPlan {
    /// Takes a query apart.
    #[must_use]
    pub fn new(text: &str, catalogue: &Catalogue, index: &dyn WordIndex) -> Self {
        let references = references(text, catalogue);
        if !references.is_empty() {
            return Self { references, ..Self::default() };
        }
        let taxonomy = catalogue.taxonomy;
        let Spelt { words, corrected, others } = spelt(&tokens(text), catalogue, index);
        let (words, exclude) = without_denied(words, catalogue);
        let (words, denied) = without_excluded(words, catalogue);
        let (categories, spans) =
            if catalogue.is_furniture() { wanted_categories(&words, catalogue) } else { Default::default() };
        let wishes = wishes(&words, &spans, exclude, catalogue);
        let (titled, counts) = (catalogue.with_title(text), counts(&words, catalogue));
        let mut plan = Self { categories, corrected, wishes, denied, titled, counts, ..Self::default() };
        for (at, word) in words.iter().enumerate().take(LONGEST) {
            if taxonomy.words.stop.contains(word) || plan.words.iter().any(|known| known.text == *word) {
                continue;
            }
            let spellings = others.get(word).map_or(&[][..], Vec::as_slice);
            let forms = forms::of(&words, at, spellings, taxonomy, index);
            let in_category = spans.iter().any(|(from, to)| (*from..*to).contains(&at));
            if !in_category && forms.is_empty() {
                plan.unknown.push(word.clone());
                continue;
            }
            let count = forms.iter().map(|form| form.count(index)).max().unwrap_or_default();
            let weight = Self::weight_of(count, catalogue.len());
            plan.words.push(PlanWord { text: word.clone(), forms, count, weight, in_category });
        }
        plan
    }

    /// Whether there is nothing to look up.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.unknown.is_empty() && self.references.is_empty()
    }

    /// How many entries of the index looking the words up reads at most, near enough.
    pub(super) fn holders(&self) -> u32 {
        self.words.iter().map(|word| word.count).fold(0, u32::saturating_add)
    }

    /// The caller's constraints and, where they leave it open, what the words say: the category, and within a category the colour, the
    /// material and what must not be there. A category of which the shop has nothing gives nothing: "rug" is no bench with a rug on it.
    #[must_use]
    pub fn constrained(&self, filters: &Filters) -> Filters {
        let mut filters = filters.clone();
        let or = |mine: &mut Vec<String>, said: &Vec<String>| {
            if mine.is_empty() {
                mine.clone_from(said);
            }
        };
        or(&mut filters.categories, &self.categories);
        if !filters.categories.is_empty() {
            or(&mut filters.colours, &self.wishes.colours);
            or(&mut filters.materials, &self.wishes.materials);
        }
        filters.exclude.colours.extend(self.wishes.exclude.colours.iter().cloned());
        filters.exclude.materials.extend(self.wishes.exclude.materials.iter().cloned());
        filters.exclude.features.extend(self.wishes.exclude.features.iter().cloned());
        filters
    }

    /// How telling a word is that `count` of the products have: rare words are.
    #[must_use]
    pub fn weight_of(count: u32, products: usize) -> f32 {
        let (count, products) = (f64::from(count), products as f64);
        (1.0 + (products - count + 0.5).max(0.5) / (count + 0.5)).ln() as f32
    }
}

/// "SL1 BR", "sku: SL1 BR", a handle or an id.
fn references(text: &str, catalogue: &Catalogue) -> Vec<u32> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Vec::new();
    }
    let without_label = || {
        let lower = trimmed.to_lowercase();
        let rest = lower.strip_prefix("sku").map(|rest| rest.trim_start_matches([':', '#', ' ']).to_owned());
        rest.filter(|rest| !rest.is_empty()).map(|rest| catalogue.find(&rest)).unwrap_or_default()
    };
    let found = catalogue.find(trimmed);
    if found.is_empty() { without_label() } else { found }
}

/// The categories that the words want, and where they are named. A category is wanted when it is the head of the phrase before the first
/// break ("a desk with drawers" wants desks), leaving aside colours, materials and the like behind it ("bed frame queen").
fn wanted_categories(words: &[Token], catalogue: &Catalogue) -> (Vec<String>, Vec<(usize, usize)>) {
    let taxonomy = catalogue.taxonomy;
    let from = words.iter().position(|word| !taxonomy.words.stop.contains(word)).unwrap_or(0);
    let broken = words.iter().skip(from).position(|word| taxonomy.words.breaks.contains(word));
    let head = &words[..broken.map_or(words.len(), |at| from + at)];
    let stems: Vec<Token> = head.iter().map(|word| singular(word)).collect();
    let found = taxonomy.categories.in_query(&taxonomy.lexicon.numbers(&stems));
    let Some(last) = found.last() else { return Default::default() };
    let behind = &stems[last.at + last.length..];
    if !behind.iter().all(|word| is_modifier(word, catalogue)) {
        return Default::default();
    }
    // "a desk and a chair": both; "chair desk": only the last.
    let wanted = found.iter().filter(|found| {
        let next = found.at + found.length;
        found.at == last.at || stems.get(next).is_some_and(|word| word == "and" || word == "or")
    });
    wanted.map(|found| (found.meaning.id.clone(), (found.at, found.at + found.length))).unzip()
}

/// The words without those that are denied, and what they deny: the colour, material or feature that follows a negation.
fn without_denied(words: Vec<Token>, catalogue: &Catalogue) -> (Vec<Token>, Exclusions) {
    let taxonomy = catalogue.taxonomy;
    let numbers = numbers(&words, taxonomy);
    let mut exclude = Exclusions::default();
    let mut dropped = vec![false; words.len()];
    for at in (0..words.len()).filter(|at| taxonomy.words.negations.contains(&words[*at])) {
        let rest = &numbers[at + 1..];
        // Elsewhere a feature's name may be the name of a thing ("without light"): it is a word like others.
        let features = catalogue.is_furniture().then_some((&taxonomy.features, &mut exclude.features));
        // Of what the lists know at this place the longest name is meant: "pu leather", not "pu".
        let lists = [(&taxonomy.colours, &mut exclude.colours), (&taxonomy.materials, &mut exclude.materials)];
        let named = lists
            .into_iter()
            .chain(features)
            .filter_map(|(terms, denied)| named_first(terms, rest).map(|named| (named, denied)));
        if let Some(((value, length), denied)) = named.max_by_key(|((_, length), _)| *length) {
            denied.push(value);
            dropped[at..=at + length].fill(true);
        }
    }
    let kept = words.into_iter().zip(dropped).filter(|(_, dropped)| !dropped).map(|(word, _)| word);
    (kept.collect(), exclude)
}

/// The words without those that a negation excludes, and what it excludes: whatever follows "without" up to the end of the phrase, and
/// the one word that follows "no" or "not". A longer tail behind these is a name or a saying ("not your mother's kitchen").
fn without_excluded(words: Vec<Token>, catalogue: &Catalogue) -> (Vec<Token>, Vec<Vec<Token>>) {
    let lists = &catalogue.taxonomy.words;
    let mut denied = Vec::new();
    let mut dropped = vec![false; words.len()];
    for at in (0..words.len()).filter(|at| lists.exclusions.contains(&words[*at])) {
        let scope = negation::scope(&words, at, lists);
        if scope.is_empty() || (words[at] != "without" && scope.len() > 1) {
            continue;
        }
        dropped[at] = true;
        scope.iter().for_each(|at| dropped[*at] = true);
        denied.push(scope.into_iter().map(|at| words[at].clone()).collect());
    }
    // A query that only denies names nothing to look for.
    if dropped.iter().zip(&words).all(|(dropped, word)| *dropped || lists.stop.contains(word)) {
        return (words, Vec::new());
    }
    let kept = words.into_iter().zip(dropped).filter(|(_, dropped)| !dropped).map(|(word, _)| word);
    (kept.collect(), denied)
}

/// The value that the words begin with, and how many words name it.
fn named_first(terms: &Terms, words: &[WordNumber]) -> Option<(String, usize)> {
    let found = terms.in_field(words).into_iter().next().filter(|found| found.at == 0)?;
    Some((found.meaning.value.clone(), found.length))
}

/// Colours and materials named beside the wanted category. What stands inside the category's name is part of that.
fn wishes(words: &[Token], spans: &[(usize, usize)], exclude: Exclusions, catalogue: &Catalogue) -> Wishes {
    let taxonomy = catalogue.taxonomy;
    let numbers = numbers(words, taxonomy);
    let beside = |terms: &Terms| -> Vec<String> {
        let found = terms.in_text(&numbers).into_iter();
        let outside = found.filter(|found| !spans.iter().any(|(from, to)| (*from..*to).contains(&found.at)));
        outside.map(|found| found.meaning.value.clone()).collect()
    };
    let colours = beside(&taxonomy.colours);
    // Finishes such as oak are both; the colour finds what looks like it, whatever it is made of.
    let materials = beside(&taxonomy.materials).into_iter().filter(|material| !colours.contains(material)).collect();
    Wishes { colours, materials, exclude }
}

fn counts(words: &[Token], catalogue: &Catalogue) -> Vec<Count> {
    let taxonomy = catalogue.taxonomy;
    let stems: Vec<Token> = words.iter().map(|word| singular(word)).collect();
    taxonomy.counts.in_text(&stems, &taxonomy.lexicon.numbers(&stems), &taxonomy.words)
}

/// The lexicon's numbers of words in any form.
fn numbers(words: &[Token], taxonomy: &Taxonomy) -> Vec<WordNumber> {
    words.iter().map(|word| taxonomy.lexicon.number(&singular(word))).collect()
}

fn is_modifier(word: &Token, catalogue: &Catalogue) -> bool {
    let taxonomy = catalogue.taxonomy;
    let one = &[taxonomy.lexicon.number(word)];
    taxonomy.words.stop.contains(word)
        || word.chars().any(|c| c.is_ascii_digit())
        || !taxonomy.colours.in_field(one).is_empty()
        || !taxonomy.materials.in_field(one).is_empty()
        || !taxonomy.bed_sizes.in_field(one).is_empty()
        || !taxonomy.styles.in_field(one).is_empty()
}
