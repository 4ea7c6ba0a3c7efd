//! The vocabulary of furniture: categories, colours, materials, styles, rooms, bed sizes and features. All of it is data (`data/*.toml`);
//! this module only reads it and answers questions about it.

mod category;
mod counts;
mod synonyms;
mod terms;
mod words;

use std::sync::{Arc, LazyLock};

use sha2::{Digest as _, Sha256};

pub use category::{Category, CategoryTree};
pub use counts::{Count, Counts, key as count_key};
pub use synonyms::Synonyms;
pub use terms::{Term, TermKind, Terms};
pub use words::{WordLists, WordSet};

use super::lexicon::Lexicon;

const CATEGORIES: &str = include_str!("../../data/categories.toml");
const COLOURS: &str = include_str!("../../data/colours.toml");
const MATERIALS: &str = include_str!("../../data/materials.toml");
const ATTRIBUTES: &str = include_str!("../../data/attributes.toml");
const SYNONYMS: &str = include_str!("../../data/synonyms.toml");
/// The files with names of things.
const NAMED: [&str; 4] = [CATEGORIES, COLOURS, MATERIALS, ATTRIBUTES];
const WORDS: &str = include_str!("../../data/words.toml");

/// Everything that the shop's words can mean.
#[derive(Debug)]
pub struct Taxonomy {
    /// The words of all names.
    pub lexicon: Arc<Lexicon>,
    /// Kinds of things.
    pub categories: CategoryTree,
    /// Colours in families.
    pub colours: Terms,
    /// Materials in families.
    pub materials: Terms,
    /// Styles.
    pub styles: Terms,
    /// Rooms.
    pub rooms: Terms,
    /// Bed sizes.
    pub bed_sizes: Terms,
    /// Features.
    pub features: Terms,
    /// Parts that can be counted.
    pub counts: Counts,
    /// Words with a part of their own.
    pub words: WordLists,
    /// Names that mean the same.
    pub synonyms: Synonyms,
    /// Changes when the data does: what was derived with another version has to be derived again.
    pub version: String,
}

/// Why the data files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TaxonomyError {
    /// Not the TOML that is expected.
    #[error("{file}: {source}")]
    Syntax {
        /// Data file.
        file: &'static str,
        /// What is wrong with it.
        source: toml::de::Error,
    },
    /// A reference to something that is not there.
    #[error("{file}: {entry:?} names {missing:?}, which does not exist")]
    Dangling {
        /// Data file.
        file: &'static str,
        /// The entry at fault.
        entry: String,
        /// What it names.
        missing: String,
    },
}

impl Taxonomy {
    /// Reads the data files that are part of the program.
    ///
    /// # Errors
    /// When one is malformed, which a test rules out for every build.
    pub fn load() -> Result<Self, TaxonomyError> {
        let lexicon = Arc::new(Lexicon::of(NAMED));
        let terms = |file, text, kind| Terms::read(file, text, kind, &lexicon);
        let rooms = terms("attributes.toml", ATTRIBUTES, TermKind::Room)?;
        let categories = CategoryTree::read(CATEGORIES, &rooms, &lexicon)?;
        Ok(Self {
            categories,
            rooms,
            colours: terms("colours.toml", COLOURS, TermKind::Colour)?,
            materials: terms("materials.toml", MATERIALS, TermKind::Material)?,
            styles: terms("attributes.toml", ATTRIBUTES, TermKind::Style)?,
            bed_sizes: terms("attributes.toml", ATTRIBUTES, TermKind::BedSize)?,
            features: terms("attributes.toml", ATTRIBUTES, TermKind::Feature)?,
            counts: Counts::read("attributes.toml", ATTRIBUTES, &lexicon)?,
            words: WordLists::read(WORDS)?,
            synonyms: Synonyms::read(SYNONYMS)?,
            version: version(),
            lexicon,
        })
    }

    /// The lists of attribute values.
    #[must_use]
    pub fn attribute_lists(&self) -> [&Terms; 6] {
        [&self.colours, &self.materials, &self.styles, &self.rooms, &self.bed_sizes, &self.features]
    }

    /// The built-in taxonomy, read once per process; `None` only if the build's own data were malformed.
    #[must_use]
    pub fn built_in() -> Option<&'static Self> {
        static BUILT_IN: LazyLock<Option<Taxonomy>> = LazyLock::new(|| Taxonomy::load().ok());
        BUILT_IN.as_ref()
    }
}

/// Bump when the derivation itself changes, so that stored products are derived anew.
const DERIVATION: &[u8] = b"3";

fn version() -> String {
    let mut digest = Sha256::new();
    digest.update(DERIVATION);
    NAMED.iter().for_each(|names| digest.update(names));
    digest.update(WORDS.as_bytes());
    hex(&digest.finalize()[..8])
}

/// Bytes as lower case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_files_are_well_formed() {
        let taxonomy = Taxonomy::load().unwrap();
        assert!(taxonomy.categories.iter().count() >= 31);
        assert_eq!(taxonomy.version.len(), 16);
    }

    #[test]
    fn families_include_their_members() {
        let taxonomy = Taxonomy::load().unwrap();
        assert_eq!(taxonomy.colours.with_ancestors("charcoal"), ["charcoal", "grey"]);
        assert_eq!(taxonomy.colours.resolve("Gray"), Some("grey"));
        assert_eq!(taxonomy.materials.resolve("faux leather"), Some("pu leather"));
        assert_eq!(taxonomy.materials.with_ancestors("genuine leather"), ["genuine leather", "leather"]);
        assert_eq!(taxonomy.materials.resolve("pu_leather"), Some("pu leather"));
        assert_eq!(taxonomy.bed_sizes.resolve("king single"), Some("king_single"));
        assert_eq!(taxonomy.categories.resolve("couches").as_deref(), Some("sofa"));
        assert_eq!(taxonomy.categories.path("gaming_chair"), ["chair", "office_chair", "gaming_chair"]);
    }
}
