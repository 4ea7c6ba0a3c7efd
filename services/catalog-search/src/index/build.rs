//! Building an index: one segment, its documents in the order of the products.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rust_stemmers::Stemmer;
use tantivy::{
    Index, TantivyDocument,
    directory::{Directory, MmapDirectory, RamDirectory},
    indexer::SingleSegmentIndexWriter,
    schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
    tokenizer::TokenizerManager,
};

use super::{
    DENIAL, FIELDS, IndexError, TextIndex, VERSION_FILE,
    prepared::{NAME as TOKENIZER, PreparedText, PreparedTokenizer},
    stems::stemmer,
    version,
};
use crate::domain::{
    attribute::name,
    negation::denied,
    product::Product,
    taxonomy::Taxonomy,
    text::{number_and_unit, tokens},
};

/// Facts whose values are indexed with all their names.
const NAMED: [&str; 6] = [name::COLOUR, name::MATERIAL, name::STYLE, name::ROOM, name::FEATURE, name::BED_SIZE];

/// Memory for building; what does not fit goes to disk in between.
const BUDGET: usize = 64 << 20;

fn schema() -> Schema {
    let mut schema = Schema::builder();
    for kind in &FIELDS {
        // Only the title's words are looked at in their order.
        let keep = if kind.ordered { IndexRecordOption::WithFreqsAndPositions } else { IndexRecordOption::WithFreqs };
        let indexing = TextFieldIndexing::default().set_tokenizer(TOKENIZER).set_index_option(keep);
        schema.add_text_field(kind.name, TextOptions::default().set_indexing_options(indexing));
    }
    schema.build()
}

/// An index on its way: products are taken in order, so that the document number is the place.
pub struct IndexBuilder {
    writer: SingleSegmentIndexWriter,
    /// Where its files lie; none for an index in memory.
    directory: Option<PathBuf>,
    version: String,
    added: usize,
}

impl IndexBuilder {
    /// Begins an index on disk.
    ///
    /// # Errors
    /// When the directory cannot be written.
    pub fn on_disk(directory: &Path, taxonomy: &Taxonomy) -> Result<Self, IndexError> {
        fs::create_dir_all(directory)?;
        let files = MmapDirectory::open(directory).map_err(tantivy::TantivyError::from)?;
        Self::new(files, Some(directory.to_owned()), taxonomy)
    }

    /// Begins an index in memory.
    ///
    /// # Errors
    /// When the index library fails.
    pub fn in_memory(taxonomy: &Taxonomy) -> Result<Self, IndexError> {
        Self::new(RamDirectory::create(), None, taxonomy)
    }

    fn new(files: impl Directory, directory: Option<PathBuf>, taxonomy: &Taxonomy) -> Result<Self, IndexError> {
        let files: Box<dyn Directory> = Box::new(files);
        let tokenizers = TokenizerManager::default();
        tokenizers.register(TOKENIZER, PreparedTokenizer::default());
        let builder = Index::builder().schema(schema()).tokenizers(tokenizers);
        let writer = builder.single_segment_index_writer(files, BUDGET)?;
        Ok(Self { writer, directory, version: version(&taxonomy.version), added: 0 })
    }

    /// Adds the document of the next place.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn add(&mut self, document: Document) -> Result<(), IndexError> {
        self.added += 1;
        Ok(self.writer.add_document(document.0)?)
    }

    /// Completes the index. When this returns, all of it is there after a power cut.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn finish(self) -> Result<TextIndex, IndexError> {
        let index = self.writer.finalize()?;
        if let Some(directory) = &self.directory {
            fs::write(directory.join(VERSION_FILE), &self.version)?;
            for entry in fs::read_dir(directory)? {
                fs::File::open(entry?.path())?.sync_all()?;
            }
            fs::File::open(directory)?.sync_all()?;
        }
        TextIndex::open_index(&index, self.added)
    }
}

/// A product cut into words, ready to be indexed.
pub struct Document(TantivyDocument);

/// Makes documents of products, in as many threads as one likes.
pub struct Documents<'t> {
    fields: Vec<Field>,
    stemmer: Stemmer,
    taxonomy: &'t Taxonomy,
}

impl<'t> Documents<'t> {
    /// For a taxonomy's names of things.
    #[must_use]
    pub fn new(taxonomy: &'t Taxonomy) -> Self {
        let schema = schema();
        let fields = schema.fields().map(|(field, _)| field).collect();
        Self { fields, stemmer: stemmer(), taxonomy }
    }

    /// The document of a product.
    #[must_use]
    pub fn of(&self, product: &Product) -> Document {
        let mut document = TantivyDocument::default();
        for (field, text) in self.fields.iter().zip(texts(product, self.taxonomy)) {
            document.add_text(*field, prepared(&text, self.taxonomy, &self.stemmer));
        }
        Document(document)
    }
}

/// Each word, beside it, of "120cm", its parts; and what the text denies.
fn prepared(text: &str, taxonomy: &Taxonomy, stemmer: &Stemmer) -> String {
    let words = tokens(text);
    let mut denied = denied(&words, &taxonomy.words);
    denied.sort_by_key(|(position, _)| *position);
    let mut denied = denied.into_iter().peekable();
    let mut prepared = PreparedText::for_length(text.len());
    for (position, word) in words.iter().enumerate() {
        prepared.next_position();
        let parts = number_and_unit(word).into_iter().flat_map(|(number, unit)| [number, unit]);
        for form in [word.as_str()].into_iter().chain(parts) {
            prepared.push(&[form]);
        }
        while let Some((_, word)) = denied.next_if(|(at, _)| *at <= position) {
            prepared.push(&[DENIAL, &stemmer.stem(&word)]);
        }
    }
    prepared.into_text()
}

/// The texts of the fields, in the order of [`FIELDS`].
fn texts(product: &Product, taxonomy: &Taxonomy) -> [String; 6] {
    let variants = product.variants.iter().map(|variant| variant.title.as_str());
    let title = [product.title.as_str()].into_iter().chain(variants).collect::<Vec<_>>().join(" ");
    [
        title,
        category_names(product, taxonomy),
        product.brand.clone(),
        attribute_names(product, taxonomy),
        [product.features.join(" "), other_facts(product)].join(" "),
        product.description.clone(),
    ]
}

/// Every way to say what the product is: this is how "couch" finds a sofa.
fn category_names(product: &Product, taxonomy: &Taxonomy) -> String {
    let paths = product.categories.iter().flat_map(|category| taxonomy.categories.path(category));
    let names = paths.filter_map(|id| taxonomy.categories.get(&id)).flat_map(|category| category.names.iter());
    names.chain(&product.stated_path).cloned().collect::<Vec<_>>().join(" ")
}

/// Facts that the feed states under names of its own: name and words of the value. Bare numbers say nothing without their name.
fn other_facts(product: &Product) -> String {
    let own = product.attributes.iter().filter(|fact| fact.number.is_none() && !NAMED.contains(&fact.name.as_str()));
    let texts = own.flat_map(|fact| [fact.name.replace('_', " ")].into_iter().chain(fact.values.iter().cloned()));
    texts.collect::<Vec<_>>().join(" ")
}

/// Values of the facts in words, with their families and other names.
fn attribute_names(product: &Product, taxonomy: &Taxonomy) -> String {
    let lists = [
        (name::COLOUR, &taxonomy.colours),
        (name::MATERIAL, &taxonomy.materials),
        (name::STYLE, &taxonomy.styles),
        (name::ROOM, &taxonomy.rooms),
        (name::FEATURE, &taxonomy.features),
        (name::BED_SIZE, &taxonomy.bed_sizes),
    ];
    let mut names: Vec<String> = Vec::new();
    for (name, terms) in lists {
        for value in product.values(name).flat_map(|value| terms.with_ancestors(value)) {
            names.push(terms.label(&value).to_owned());
            // A shade has many names that say different things; other values' names say the same.
            if name != name::COLOUR {
                names.extend(terms.get(&value).map(|term| term.names.clone()).unwrap_or_default());
            }
        }
    }
    names.join(" ")
}
