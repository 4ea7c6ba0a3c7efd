//! Building an index: one segment, its documents in the order of the products.

use std::{fs, path::Path};

use rust_stemmers::Stemmer;
use tantivy::{
    Index, TantivyDocument,
    directory::{Directory, MmapDirectory, RamDirectory},
    indexer::SingleSegmentIndexWriter,
    schema::{IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{PreTokenizedString, Token},
};

use super::{FIELDS, IndexError, VERSION_FILE, stem, stemmer};
use crate::domain::{attribute::name, product::Product, taxonomy::Taxonomy, text::tokens};

/// Memory for building; what does not fit goes to disk in between.
const BUDGET: usize = 64 << 20;

fn schema() -> Schema {
    let indexing = TextFieldIndexing::default().set_tokenizer("raw").set_index_option(IndexRecordOption::WithFreqs);
    let options = TextOptions::default().set_indexing_options(indexing);
    let mut schema = Schema::builder();
    for kind in &FIELDS {
        schema.add_text_field(kind.name, options.clone());
    }
    schema.build()
}

pub(super) fn on_disk(directory: &Path, products: &[Product], taxonomy: &Taxonomy) -> Result<Index, IndexError> {
    fs::create_dir_all(directory)?;
    let index = build(MmapDirectory::open(directory).map_err(tantivy::TantivyError::from)?, products, taxonomy)?;
    fs::write(directory.join(VERSION_FILE), &taxonomy.version)?;
    for entry in fs::read_dir(directory)? {
        fs::File::open(entry?.path())?.sync_all()?;
    }
    fs::File::open(directory)?.sync_all()?;
    Ok(index)
}

pub(super) fn in_memory(products: &[Product], taxonomy: &Taxonomy) -> Result<Index, IndexError> {
    build(RamDirectory::create(), products, taxonomy)
}

fn build(directory: impl Directory, products: &[Product], taxonomy: &Taxonomy) -> Result<Index, IndexError> {
    let schema = schema();
    let builder = Index::builder().schema(schema.clone());
    let directory: Box<dyn Directory> = Box::new(directory);
    let mut writer: SingleSegmentIndexWriter = builder.single_segment_index_writer(directory, BUDGET)?;
    let stemmer = stemmer();
    for product in products {
        let mut document = TantivyDocument::default();
        for (kind, text) in FIELDS.iter().zip(texts(product, taxonomy)) {
            document.add_pre_tokenized_text(schema.get_field(kind.name)?, pre_tokenized(&text, &stemmer));
        }
        writer.add_document(document)?;
    }
    Ok(writer.finalize()?)
}

/// Each word, and beside it its stem.
fn pre_tokenized(text: &str, stemmer: &Stemmer) -> PreTokenizedString {
    let mut both = Vec::new();
    for (position, word) in tokens(text).into_iter().enumerate() {
        let stem = stem(stemmer, &word);
        both.extend([word, stem].map(|text| Token { position, text, position_length: 1, ..Token::default() }));
    }
    PreTokenizedString { text: String::new(), tokens: both }
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
        product.features.join(" "),
        product.description.clone(),
    ]
}

/// Every way to say what the product is: this is how "couch" finds a sofa.
fn category_names(product: &Product, taxonomy: &Taxonomy) -> String {
    let paths = product.categories.iter().flat_map(|category| taxonomy.categories.path(category));
    let names = paths.filter_map(|id| taxonomy.categories.get(&id)).flat_map(|category| category.names.iter());
    names.cloned().collect::<Vec<_>>().join(" ")
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
