//! Everything that a shopper may name, with all the ways to say it: what the conversation builds its lexicon from.

use super::{
    catalogue::Catalogue,
    taxonomy::{TermKind, Terms},
    text::{singular, tokens},
};

/// One thing a shopper may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedTerm {
    /// What it is.
    pub kind: TermKind,
    /// Canonical value, as filters take it.
    pub value: String,
    /// Text for people; for a category its plural.
    pub label: String,
    /// Ways to say it, lower case, singular.
    pub names: Vec<String>,
    /// Broader value; empty at the top.
    pub parent: String,
    /// Products that have it.
    pub count: u32,
}

/// All terms, also those of which the shop has nothing: "we have no rugs" needs the word rug.
#[must_use]
pub fn terms(catalogue: &Catalogue) -> Vec<NamedTerm> {
    let taxonomy = catalogue.taxonomy;
    let mut terms = categories(catalogue);
    for (kind, list) in [
        (TermKind::Colour, &taxonomy.colours),
        (TermKind::Material, &taxonomy.materials),
        (TermKind::Style, &taxonomy.styles),
        (TermKind::Room, &taxonomy.rooms),
        (TermKind::Feature, &taxonomy.features),
        (TermKind::BedSize, &taxonomy.bed_sizes),
    ] {
        terms.extend(of_list(catalogue, kind, list));
    }
    terms.extend(brands(catalogue));
    terms
}

fn categories(catalogue: &Catalogue) -> Vec<NamedTerm> {
    let terms = catalogue.taxonomy.categories.iter().map(|category| NamedTerm {
        kind: TermKind::Category,
        value: category.id.clone(),
        label: category.label.clone(),
        names: names(&category.id, &category.names),
        parent: category.parent.clone(),
        count: count(catalogue, TermKind::Category, &category.id),
    });
    terms.collect()
}

fn of_list(catalogue: &Catalogue, kind: TermKind, list: &Terms) -> Vec<NamedTerm> {
    let terms = list.iter().map(|term| NamedTerm {
        kind,
        value: term.value.clone(),
        label: term.label().to_owned(),
        names: names(&term.value, &term.names),
        parent: term.parent.clone(),
        count: count(catalogue, kind, &term.value),
    });
    terms.collect()
}

fn brands(catalogue: &Catalogue) -> Vec<NamedTerm> {
    let mut terms: Vec<NamedTerm> = catalogue
        .values(TermKind::Brand)
        .iter()
        .map(|(brand, places)| {
            let written = catalogue.brand_name(brand);
            NamedTerm {
                kind: TermKind::Brand,
                value: written.clone(),
                label: written,
                names: vec![tokens(brand).join(" ")],
                parent: String::new(),
                count: u32::try_from(places.len()).unwrap_or(u32::MAX),
            }
        })
        .collect();
    terms.sort_by(|a, b| a.value.cmp(&b.value));
    terms
}

fn count(catalogue: &Catalogue, kind: TermKind, value: &str) -> u32 {
    u32::try_from(catalogue.values(kind).with(value).len()).unwrap_or(u32::MAX)
}

/// The canonical name first, then the others, each once, in words of the singular.
fn names(value: &str, others: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(others.len() + 1);
    for name in std::iter::once(value).chain(others.iter().map(String::as_str)) {
        let mut words = tokens(name);
        if let Some(last) = words.last_mut() {
            *last = singular(last);
        }
        let name = words.join(" ");
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
