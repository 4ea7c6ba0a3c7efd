//! What a thing is: told from the title by whole words, with the product type and the category path as help.
//!
//! The title up to its first break ("with", "for", a dash) names the thing; what comes behind only tells more about it. Titles that
//! are a soup of search words name the thing first as a rule.

use super::reading::Reading;
use crate::domain::{
    lexicon::WordNumber,
    taxonomy::{Category, Taxonomy},
    text::{Word, singular, words},
};

/// The product's categories, the main one first; empty when nothing tells.
pub(super) fn categories(reading: &Reading<'_>, taxonomy: &Taxonomy) -> Vec<String> {
    let title = &reading.record.title;
    let head = head(title, taxonomy);
    let named = named_in(&head, taxonomy);
    let Some(main) = main(reading, &named, taxonomy) else { return Vec::new() };
    let main = narrowed(main, reading, &head, taxonomy);
    let mut categories = vec![main.id.clone()];
    for candidate in candidates(reading, main, taxonomy) {
        let allowed = main.also.contains(&candidate.id) || taxonomy.categories.is_within(&candidate.id, &main.id);
        if allowed && !categories.contains(&candidate.id) {
            categories.push(candidate.id.clone());
        }
    }
    categories
}

/// What the title or the product type may name beside the main category.
fn candidates<'t>(reading: &Reading<'_>, main: &Category, taxonomy: &'t Taxonomy) -> Vec<&'t Category> {
    let tree = &taxonomy.categories;
    let mut candidates = tree.anywhere_in_title(&reading.title.numbers);
    let roots: Vec<&str> = candidates.iter().map(|category| category.id.as_str()).chain([main.id.as_str()]).collect();
    let qualifying = tree.qualifying(&reading.title.numbers);
    let kinds = roots.into_iter().map(|id| tree.root(id));
    let qualified: Vec<&Category> = kinds.flat_map(|root| tree.qualified(root, &qualifying)).collect();
    candidates.extend(qualified);
    candidates.extend(tree.of_type(&reading.record.product_type));
    candidates
}

fn main<'t>(reading: &Reading<'_>, named: &[&'t Category], taxonomy: &'t Taxonomy) -> Option<&'t Category> {
    let categories = &taxonomy.categories;
    let last = reading.record.category_path.last();
    let stated = last.and_then(|name| categories.of_type(name));
    let typed = categories.of_type(&reading.record.product_type);
    let tagged =
        || reading.record.tags.iter().find_map(|tag| categories.of_type(tag.strip_prefix("Type_").unwrap_or(tag)));
    let overriding = categories.overriding(&reading.title.stems);
    // A path that ends in one of our categories was put there on purpose; a title that names something narrower knows better still.
    let narrower =
        stated.and_then(|stated| named.iter().find(|named| categories.is_within(&named.id, &stated.id)).copied());
    narrower
        .or(stated.filter(|_| reading.record.product_type.is_empty()))
        .or(overriding)
        .or_else(|| telling(named))
        .or_else(|| telling(&named_in(&reading.title.numbers, taxonomy)))
        .or(stated)
        .or(typed)
        .or_else(tagged)
}

/// The first category that is named, a weak one only when there is no other.
fn telling<'t>(named: &[&'t Category]) -> Option<&'t Category> {
    named.iter().find(|category| !category.weak).or(named.first()).copied()
}

/// The main category, narrowed by qualifying words of the title or by the product type.
fn narrowed<'t>(
    main: &'t Category,
    reading: &Reading<'_>,
    head: &[WordNumber],
    taxonomy: &'t Taxonomy,
) -> &'t Category {
    let categories = &taxonomy.categories;
    let qualifying = categories.qualifying(head);
    let by_word = categories.qualified(&main.id, &qualifying).max_by_key(|category| categories.depth(&category.id));
    let by_type = || {
        let typed = categories.of_type(&reading.record.product_type)?;
        categories.is_within(&typed.id, &main.id).then_some(typed)
    };
    by_word.or_else(by_type).unwrap_or(main)
}

fn named_in<'t>(words: &[WordNumber], taxonomy: &'t Taxonomy) -> Vec<&'t Category> {
    taxonomy.categories.in_title(words).into_iter().map(|found| found.meaning).collect()
}

/// The words of a title that name the thing itself, by their numbers in the lexicon.
fn head(title: &str, taxonomy: &Taxonomy) -> Vec<WordNumber> {
    let mut head = Vec::new();
    let mut end = 0;
    for Word { text, start, end: word_end } in words(title) {
        let breaks = taxonomy.words.breaks.contains(&text) || ends_phrase(title.get(end..start).unwrap_or_default());
        if breaks && !head.is_empty() {
            break;
        }
        head.push(taxonomy.lexicon.number(&singular(&text)));
        end = word_end;
    }
    head
}

/// Whether what stands between two words parts them: a dash with blanks around it, a bar, a bracket.
fn ends_phrase(between: &str) -> bool {
    between.contains(" - ") || between.contains(['–', '—', '|', '(', '/', ';'])
}
