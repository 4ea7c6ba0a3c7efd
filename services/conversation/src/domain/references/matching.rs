//! When a description fits a product.

use easymart_core::Money;

use crate::domain::product::Brief;

/// Words that name no product.
const FILLER: [&str; 14] =
    ["the", "a", "an", "of", "in", "for", "with", "and", "one", "this", "that", "my", "your", "to"];

/// Lower-case words of a text, without their plural, that can tell one product from another.
#[must_use]
pub fn significant_words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !FILLER.contains(word))
        .map(stem)
        .collect()
}

fn stem(word: &str) -> String {
    let plural = word.len() > 3 && word.ends_with('s') && !word.ends_with("ss");
    word.get(..word.len() - usize::from(plural)).unwrap_or(word).to_owned()
}

/// Whether every significant word of a description stands in a title.
#[must_use]
pub fn contains_words(title: &str, description: &str) -> bool {
    let title = significant_words(title);
    let wanted = significant_words(description);
    !wanted.is_empty() && wanted.iter().all(|word| title.contains(word))
}

pub(super) fn has_price(product: &Brief, price: Money) -> bool {
    product.price.is_some_and(|own| {
        let unit = 10_i64.pow(own.currency.exponent());
        // "the $65 one" also means $65.50.
        own.minor == price.minor || (price.minor % unit == 0 && own.minor / unit == price.minor / unit)
    })
}

pub(super) fn has_attribute(product: &Brief, name: &str, value: &str) -> bool {
    let holds = |values: &[String]| values.iter().any(|own| own == value || contains_words(own, value));
    match name {
        "colour" => holds(&product.colours) || contains_words(&product.title, value),
        "material" => holds(&product.materials) || contains_words(&product.title, value),
        "brand" => product.brand.eq_ignore_ascii_case(value),
        _ => contains_words(&product.title, &value.replace('_', " ")),
    }
}

/// The first of the dearest products.
pub(super) fn dearest<'a>(products: impl Iterator<Item = &'a Brief>) -> Option<&'a Brief> {
    products.reduce(|best, product| {
        let price = |product: &Brief| product.price.map_or(i64::MIN, |price| price.minor);
        if price(product) > price(best) { product } else { best }
    })
}
