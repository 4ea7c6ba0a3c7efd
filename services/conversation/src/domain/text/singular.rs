//! The singular of an English noun, well enough to compare "bookshelves" with "bookshelf".

use std::borrow::Cow;

/// Nouns whose form tells nothing, and words that only look like plurals.
const UNCHANGED: [&str; 40] = [
    "this",
    "is",
    "was",
    "has",
    "does",
    "its",
    "us",
    "less",
    "plus",
    "glass",
    "brass",
    "mattress",
    "chess",
    "address",
    "yes",
    "always",
    "perhaps",
    "stainless",
    "seamless",
    "wireless",
    "canvas",
    "class",
    "express",
    "press",
    "pass",
    "cross",
    "across",
    "access",
    "business",
    "unless",
    "as",
    "gas",
    "bus",
    "his",
    "thus",
    "cordless",
    "backless",
    "status",
    "pus",
    "armless",
];

/// The singular of one lower-case word; a word that is no plural comes back unchanged.
#[must_use]
pub fn singular(word: &str) -> Cow<'_, str> {
    let irregular = match word {
        "children" => "child",
        "feet" => "foot",
        "people" => "person",
        _ => "",
    };
    if !irregular.is_empty() {
        return Cow::Borrowed(irregular);
    }
    if let Some(stem) = word.strip_suffix("helves") {
        return Cow::Owned(format!("{stem}helf"));
    }
    match word.strip_suffix("ies") {
        Some(stem) if stem.len() > 2 => Cow::Owned(format!("{stem}y")),
        _ => Cow::Borrowed(regular(word)),
    }
}

fn regular(word: &str) -> &str {
    if word.len() <= 3
        || !word.ends_with('s')
        || UNCHANGED.contains(&word)
        || word.ends_with("ss")
        || word.ends_with("us")
    {
        return word;
    }
    for ending in ["ches", "shes", "sses", "xes", "zes"] {
        if word.ends_with(ending) && word.len() > ending.len() + 1 {
            return &word[..word.len() - 2];
        }
    }
    &word[..word.len() - 1]
}

#[cfg(test)]
mod tests {
    use super::singular;

    #[test]
    fn plurals_lose_their_ending() {
        for (plural, one) in [
            ("desks", "desk"),
            ("benches", "bench"),
            ("shelves", "shelf"),
            ("boxes", "box"),
            ("tables", "table"),
            ("mattresses", "mattress"),
            ("glass", "glass"),
            ("less", "less"),
            ("bus", "bus"),
            ("gas", "gas"),
        ] {
            assert_eq!(singular(plural), one);
        }
    }
}
