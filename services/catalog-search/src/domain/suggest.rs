//! Completions of what a shopper has typed so far: categories, then brands, then products.

use std::collections::HashSet;

use super::{
    catalogue::Catalogue,
    taxonomy::TermKind,
    text::{Token, singular, tokens},
};

/// Kind of thing that a suggestion names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SuggestionKind {
    /// A category.
    Category,
    /// A maker.
    Brand,
    /// A product.
    Product,
}

/// One completion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Text to search for.
    pub text: String,
    /// What it names.
    pub kind: SuggestionKind,
    /// Product id or category id; a brand's name.
    pub id: String,
}

/// The best completions.
#[must_use]
pub fn suggest(catalogue: &Catalogue, prefix: &str, limit: usize) -> Vec<Suggestion> {
    let typed = tokens(prefix);
    if typed.is_empty() {
        return Vec::new();
    }
    let mut found = categories(catalogue, &typed);
    found.extend(brands(catalogue, &typed));
    let missing = limit.saturating_sub(found.len());
    found.extend(products(catalogue, &typed, missing));
    let mut seen = HashSet::new();
    found.retain(|suggestion| seen.insert(suggestion.text.to_lowercase()));
    found.truncate(limit);
    found
}

/// Categories one of whose names begins so, the largest first.
fn categories(catalogue: &Catalogue, typed: &[Token]) -> Vec<Suggestion> {
    let column = catalogue.values(TermKind::Category);
    let begins = |name: &String| starts(&tokens(name), typed);
    let mut found: Vec<(usize, Suggestion)> = catalogue
        .taxonomy
        .categories
        .iter()
        .filter(|category| begins(&category.label) || category.names.iter().any(begins))
        .map(|category| {
            let text = category.label.clone();
            (
                column.with(&category.id).len(),
                Suggestion { text, kind: SuggestionKind::Category, id: category.id.clone() },
            )
        })
        .filter(|(count, _)| *count > 0)
        .collect();
    found.sort_by(|(a_count, a), (b_count, b)| b_count.cmp(a_count).then_with(|| a.id.cmp(&b.id)));
    found.into_iter().map(|(_, suggestion)| suggestion).collect()
}

fn brands(catalogue: &Catalogue, typed: &[Token]) -> Vec<Suggestion> {
    let column = catalogue.values(TermKind::Brand).iter();
    let mut found: Vec<Suggestion> = column
        .filter(|(brand, _)| starts(&tokens(brand), typed))
        .map(|(brand, _)| catalogue.brand_name(brand))
        .map(|brand| Suggestion { text: brand.clone(), kind: SuggestionKind::Brand, id: brand })
        .collect();
    found.sort_by(|a, b| a.text.cmp(&b.text));
    found
}

/// Products whose title has every word that was typed, the last one perhaps unfinished, in the order of the shop window.
fn products(catalogue: &Catalogue, typed: &[Token], limit: usize) -> Vec<Suggestion> {
    if limit == 0 {
        return Vec::new();
    }
    let products = catalogue.titled(typed, limit).into_iter().filter_map(|place| catalogue.product(place));
    let texts = products.map(|product| (product.title.clone(), product.id.clone()));
    texts.map(|(text, id)| Suggestion { text, kind: SuggestionKind::Product, id }).collect()
}

/// Whether a name begins with what was typed, its last word perhaps unfinished.
fn starts(name: &[Token], typed: &[Token]) -> bool {
    let Some((last, whole)) = typed.split_last() else { return false };
    let Some(next) = name.get(whole.len()) else { return false };
    let same = |(a, b): (&Token, &Token)| a == b || singular(a) == singular(b);
    whole.iter().zip(name).all(same) && next.starts_with(last.as_str())
}
