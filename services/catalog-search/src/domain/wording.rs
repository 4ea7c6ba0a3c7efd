//! The texts of a product cut into words: once, for those who derive facts from them and for those who index them.

use super::{
    lexicon::WordNumber,
    negation::denied,
    product::Product,
    taxonomy::Taxonomy,
    text::{Token, singular, tokens},
};

/// The words of a product's texts.
#[derive(Debug)]
pub struct Wording {
    /// Of the title.
    pub title: Words,
    /// Of each selling point.
    pub features: Vec<Words>,
    /// Of the running text.
    pub description: Words,
}

/// The words of a text.
#[derive(Debug)]
pub struct Words {
    /// As they are written.
    pub written: Vec<Token>,
    /// In the singular.
    pub stems: Vec<Token>,
    /// The lexicon's numbers of those in the singular.
    pub numbers: Vec<WordNumber>,
    /// Those that the text denies, each with the place of the word that it was read from, ascending.
    pub denied: Vec<(usize, Token)>,
}

impl Wording {
    /// Cuts a product's texts.
    #[must_use]
    pub fn of(product: &Product, taxonomy: &Taxonomy) -> Self {
        Self::new(&product.title, &product.features, &product.description, taxonomy)
    }

    /// Cuts texts.
    #[must_use]
    pub fn new(title: &str, features: &[String], description: &str, taxonomy: &Taxonomy) -> Self {
        Self {
            title: Words::of(title, taxonomy),
            features: features.iter().map(|feature| Words::of(feature, taxonomy)).collect(),
            description: Words::of(description, taxonomy),
        }
    }
}

impl Words {
    /// Cuts a text.
    #[must_use]
    pub fn of(text: &str, taxonomy: &Taxonomy) -> Self {
        let written = tokens(text);
        let stems: Vec<Token> = written.iter().map(|word| singular(word)).collect();
        let numbers = taxonomy.lexicon.numbers(&stems);
        let mut denied = denied(&written, &taxonomy.words);
        denied.sort_by_key(|(place, _)| *place);
        Self { written, stems, numbers, denied }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_for_all_who_read_it() {
        let taxonomy = Taxonomy::load().unwrap();
        let words = Words::of("Armless chairs, no wheels", &taxonomy);
        assert_eq!(words.written, ["armless", "chairs", "no", "wheels"]);
        assert_eq!(words.stems, ["armless", "chair", "no", "wheel"]);
        assert_eq!(words.numbers, taxonomy.lexicon.numbers(&words.stems));
        assert_eq!(words.denied, [(0, "arm".into()), (3, "wheels".into())]);
    }
}
