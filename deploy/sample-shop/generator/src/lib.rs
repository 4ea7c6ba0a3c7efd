//! The sample shop that `easymart` serves when it is given no catalogue: about three hundred invented products, a picture of each, and a
//! store profile.
//!
//! What is served are the committed files beside this crate. They are made by [`generate`] from the templates in `data/`; the binary
//! `generate-sample-shop` writes them, and a test proves that the committed files are what the generator makes.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod assortment;
pub mod bulk;
mod drawing;
mod feed;
mod pricing;
mod rng;
mod templates;
mod wording;

use std::collections::BTreeMap;

/// The catalogue, JSON Lines, one product a line.
pub const CATALOGUE: &[u8] = include_bytes!("../../catalogue.jsonl");

/// The store profile: policies, contact, hours and delivery areas, TOML.
pub const STORE_PROFILE: &str = include_str!("../../store.toml");

/// Path under which the catalogue's `images` expect the pictures to be served, with the closing slash.
pub const PICTURE_PATH: &str = "/sample-shop/pictures/";

/// Every picture, sorted by file name.
static PICTURES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/pictures.rs"));

/// The picture (`image/svg+xml`) with this file name, for example `tidal-round-coffee-table-oak.svg`.
#[must_use]
pub fn picture(name: &str) -> Option<&'static [u8]> {
    let index = PICTURES.binary_search_by_key(&name, |(name, _)| name).ok()?;
    PICTURES.get(index).map(|(_, bytes)| *bytes)
}

/// The files that the generator makes.
pub struct SampleShop {
    /// Text of `catalogue.jsonl`.
    pub catalogue: String,
    /// Text of each picture by file name.
    pub pictures: BTreeMap<String, String>,
}

/// Makes the catalogue and the pictures. The same templates always give the same bytes.
///
/// # Errors
/// When a template is malformed or names a colour, material or brand that does not exist.
pub fn generate() -> anyhow::Result<SampleShop> {
    let templates = templates::load()?;
    let products = assortment::assemble(&templates)?;
    let mut catalogue = String::new();
    let mut pictures = BTreeMap::new();
    for product in &products {
        catalogue.push_str(&feed::line(product)?);
        catalogue.push('\n');
        pictures.insert(feed::picture_name(product), drawing::draw(product));
    }
    Ok(SampleShop { catalogue, pictures })
}
