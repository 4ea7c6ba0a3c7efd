//! What of a product is embedded: chosen by measurement (docs/search-quality.md).

use sha2::{Digest as _, Sha256};

use crate::domain::{product::Product, taxonomy::Taxonomy};

/// Changes when [`embedded_text`] does: vectors of another recipe are made anew.
pub(super) const RECIPE: u32 = 2;

/// Title, brand and what kind of thing it is (in the feed's words if it says, else in the taxonomy's), each said once.
#[must_use]
pub fn embedded_text(product: &Product, taxonomy: &Taxonomy) -> String {
    let stated = product.stated_path.last().map(String::as_str);
    let kind = stated.unwrap_or_else(|| taxonomy.categories.label(product.category()));
    let mut text = product.title.clone();
    for part in [product.brand.as_str(), kind] {
        if !part.is_empty() && !text.to_lowercase().contains(&part.to_lowercase()) {
            text.push(' ');
            text.push_str(part);
        }
    }
    text
}

/// Identifies a text; long enough that two texts never share one.
pub(super) fn key(text: &str) -> [u8; 16] {
    let hash: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    let mut key = [0; 16];
    key.copy_from_slice(&hash[..16]);
    key
}
