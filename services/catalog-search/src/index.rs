//! The inverted index of one generation: tantivy keeps words and postings, in a directory or in memory; what they are worth is said here.
//!
//! A text is indexed by its words as they are. A query's word finds all words that share its stem, so that "shelves" finds "shelf" while the
//! exact form still counts for more. The document number is the product's place in its generation.

mod build;
mod prepared;
mod score;
mod stems;

pub use build::{Document, Documents, IndexBuilder};
use score::{LengthWeights, Reader};
use stems::Stems;

use std::path::Path;

use tantivy::{Index, IndexReader, Searcher, Term, schema::Field};

use crate::domain::{
    catalogue::{Arrangement, Places},
    product::Product,
    search::{Vocabulary, WordIndex, WordReader},
    taxonomy::Taxonomy,
    wording::Wording,
};

/// Stands before the stem of a word that a text denies ("no wheels"). No word contains it.
const DENIAL: &str = "!";

/// Holds the version of what lies in the index.
const VERSION_FILE: &str = "version";
/// Version of how a text is indexed.
const FORM: u32 = 4;

/// A field of the index.
struct FieldKind {
    name: &'static str,
    /// What a match in it is worth.
    boost: f32,
    /// How much its length counts: 0 not at all, 1 fully.
    length: f32,
    /// Whether its words are fit to correct spelling to.
    prominent: bool,
    /// Whether the order of its words is kept.
    ordered: bool,
}

const FIELDS: [FieldKind; 6] = [
    FieldKind { name: "title", boost: 3.0, length: 0.75, prominent: true, ordered: true },
    FieldKind { name: "category", boost: 2.0, length: 0.75, prominent: true, ordered: false },
    FieldKind { name: "brand", boost: 1.5, length: 0.75, prominent: true, ordered: false },
    FieldKind { name: "attributes", boost: 1.5, length: 0.75, prominent: true, ordered: false },
    FieldKind { name: "features", boost: 0.7, length: 0.75, prominent: false, ordered: false },
    FieldKind { name: "description", boost: 0.5, length: 0.75, prominent: false, ordered: false },
];
/// The field whose order is kept.
const TITLE: usize = 0;

/// Why an index cannot be built or opened.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The index library.
    #[error("the text index failed: {0}")]
    Index(#[from] tantivy::TantivyError),
    /// The disk.
    #[error("the text index cannot be read or written: {0}")]
    Disk(#[from] std::io::Error),
    /// It was made in another way, or with other names of things.
    #[error("the text index was made by another version of EasyMart, or with another taxonomy")]
    Outdated,
    /// Its files are not what was written.
    #[error("{0} files of the text index are damaged")]
    Damaged(usize),
    /// It is of another catalogue than it should be.
    #[error("the text index has {found} products instead of {expected}")]
    Mismatch {
        /// Products in the index.
        found: u64,
        /// Products in the catalogue.
        expected: usize,
    },
}

/// An open index.
pub struct TextIndex {
    searcher: Searcher,
    fields: Vec<Field>,
    vocabulary: Vocabulary,
    stems: Stems,
    /// What an occurrence counts in each field, by the code of the field's length.
    weights: Vec<LengthWeights>,
    /// The code of each product's length in each field: read for every match, and so kept as the plainest thing there is.
    lengths: Vec<Vec<u8>>,
    products: u64,
}

impl TextIndex {
    /// Builds an index in memory.
    ///
    /// # Errors
    /// When the index library fails.
    pub fn in_memory(products: &[Product], taxonomy: &Taxonomy) -> Result<Self, IndexError> {
        let documents = Documents::new(taxonomy);
        let mut builder = IndexBuilder::in_memory(taxonomy)?;
        products.iter().try_for_each(|product| builder.add(documents.of(product, &Wording::of(product, taxonomy))))?;
        builder.finish(&Arrangement::as_they_came(products.len() as u32))
    }

    /// Opens an index that was built before.
    ///
    /// # Errors
    /// When it is not there, damaged, of another number of products, or outdated.
    pub fn open(directory: &Path, products: usize, taxonomy_version: &str) -> Result<Self, IndexError> {
        if std::fs::read_to_string(directory.join(VERSION_FILE))? != version(taxonomy_version) {
            return Err(IndexError::Outdated);
        }
        let index = Index::open_in_dir(directory)?;
        let damaged = index.validate_checksum()?;
        if !damaged.is_empty() {
            return Err(IndexError::Damaged(damaged.len()));
        }
        Self::open_index(&index, products)
    }

    fn open_index(index: &Index, products: usize) -> Result<Self, IndexError> {
        let reader: IndexReader = index.reader_builder().reload_policy(tantivy::ReloadPolicy::Manual).try_into()?;
        let searcher = reader.searcher();
        let found = searcher.num_docs();
        if found != products as u64 {
            return Err(IndexError::Mismatch { found, expected: products });
        }
        let schema = index.schema();
        let fields = FIELDS.iter().map(|kind| schema.get_field(kind.name)).collect::<tantivy::Result<Vec<_>>>()?;
        let (vocabulary, stems) = score::words(&searcher, &fields)?;
        let weights = score::weights(&searcher, &fields)?;
        let lengths = score::lengths(&searcher, &fields)?;
        Ok(Self { searcher, fields, vocabulary, stems, weights, lengths, products: found })
    }
}

impl WordIndex for TextIndex {
    fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    fn count(&self, word: &str) -> u32 {
        let stem = self.stems.stem(word);
        self.stems.count(&stem).unwrap_or_else(|| self.vocabulary.count(&stem))
    }

    // An index that cannot be read any more finds nothing more; the failure is logged where it is met.

    fn holders(&self, word: &str, within: &Places) -> Places {
        self.places_of(&self.stems.forms(word), within).unwrap_or_else(|error| nowhere(&error, within))
    }

    fn read(&self, word: &str) -> Box<dyn WordReader + '_> {
        Box::new(self.in_all_fields(word).inspect_err(unreadable).unwrap_or_else(|_| Reader::of_nothing()))
    }

    fn denials(&self, word: &str, within: &Places) -> Places {
        let denial = denial_of(&self.stems.stem(word));
        self.places_of(&[&denial], within).unwrap_or_else(|error| nowhere(&error, within))
    }

    fn title_positions(&self, word: &str, places: &[u32]) -> Vec<Vec<u32>> {
        let found = self.positions_of(word, places).inspect_err(unreadable);
        found.unwrap_or_else(|_| vec![Vec::new(); places.len()])
    }

    fn matched_fields(&self, word: &str, place: u32) -> Vec<(&'static str, f32)> {
        self.fields_of(word, place).inspect_err(unreadable).unwrap_or_default()
    }
}

fn nowhere(error: &tantivy::TantivyError, within: &Places) -> Places {
    unreadable(error);
    Places::none(within.size())
}

fn unreadable(error: &tantivy::TantivyError) {
    tracing::error!(%error, "the text index cannot be read");
}

/// The version of an index made now with a version of the taxonomy.
fn version(taxonomy: &str) -> String {
    format!("{FORM} {taxonomy}")
}

/// What is indexed of a text that denies a word of this stem.
fn denial_of(stem: &str) -> String {
    [DENIAL, stem].concat()
}

fn term(field: Field, text: &str) -> Term {
    Term::from_field_text(field, text)
}
