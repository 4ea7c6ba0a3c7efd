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

use super::{FIELDS, IndexError, VERSION_FILE, denial, stem, stemmer};
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
        let indexing = TextFieldIndexing::default().set_tokenizer("raw").set_index_option(keep);
        schema.add_text_field(kind.name, TextOptions::default().set_indexing_options(indexing));
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
            document.add_pre_tokenized_text(schema.get_field(kind.name)?, pre_tokenized(&text, taxonomy, &stemmer));
        }
        writer.add_document(document)?;
    }
    Ok(writer.finalize()?)
}

/// Each word, beside it its stem and, of "120cm", its parts; and what the text denies.
fn pre_tokenized(text: &str, taxonomy: &Taxonomy, stemmer: &Stemmer) -> PreTokenizedString {
    let words = tokens(text);
    let mut all = Vec::with_capacity(words.len() * 2);
    let mut add = |position: usize, text: String| {
        all.push(Token { position, text, position_length: 1, ..Token::default() });
    };
    for (position, word) in words.iter().enumerate() {
        let parts = number_and_unit(word).into_iter().flat_map(|(number, unit)| [number, unit]);
        for form in [word.as_str()].into_iter().chain(parts) {
            add(position, form.to_owned());
            add(position, stem(stemmer, form));
        }
    }
    for (position, word) in denied(&words, &taxonomy.words) {
        add(position, denial(stemmer, &word));
    }
    all.sort_by_key(|token| token.position);
    PreTokenizedString { text: String::new(), tokens: all }
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
