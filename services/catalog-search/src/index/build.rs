//! Building an index: one segment. Documents come in any order; when all are there, each gets the number of its product's place.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rust_stemmers::Stemmer;
use rustc_hash::FxHashMap;
use tantivy::{
    Index, IndexSettings, TantivyDocument,
    directory::{Directory, MmapDirectory, RamDirectory},
    indexer::{DocIdMapping, SingleSegmentIndexWriter},
    schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
    tokenizer::TokenizerManager,
};

use super::{
    FIELDS, IndexError, TextIndex, VERSION_FILE, denial_of,
    prepared::{NAME as TOKENIZER, PreparedText, PreparedTokenizer, distinct},
    stems::stemmer,
    version,
};
use crate::domain::{
    attribute::{Attribute, name},
    catalogue::Arrangement,
    product::Product,
    taxonomy::{Category, Taxonomy, Terms},
    text::{Token, number_and_unit},
    wording::{Wording, Words},
};

/// Facts whose values are indexed with all their names, in the order of the taxonomy's lists of values.
const NAMED: [&str; 6] = [name::COLOUR, name::MATERIAL, name::STYLE, name::ROOM, name::BED_SIZE, name::FEATURE];

/// Memory by which the library sizes its first tables; they grow with the catalogue, and all of it stays in memory until the end.
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

/// An index on its way.
pub struct IndexBuilder {
    writer: SingleSegmentIndexWriter,
    /// Where its files lie; none for an index in memory.
    directory: Option<PathBuf>,
    version: String,
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
        let settings = IndexSettings { manual_doc_id_mapping: true, ..IndexSettings::default() };
        let builder = Index::builder().schema(schema()).settings(settings).tokenizers(tokenizers);
        let writer = builder.single_segment_index_writer(files, BUDGET)?;
        Ok(Self { writer, directory, version: version(&taxonomy.version) })
    }

    /// Adds the document of the next product.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn add(&mut self, document: Document) -> Result<(), IndexError> {
        Ok(self.writer.add_document(document.0)?)
    }

    /// Completes the index, each document at its product's place. When this returns, all of it is there after a power cut.
    ///
    /// # Errors
    /// When the disk fails, or the arrangement is of more or fewer products than were added.
    pub fn finish(self, arrangement: &Arrangement) -> Result<TextIndex, IndexError> {
        let mapping = DocIdMapping::new_permutation(arrangement.numbers().to_vec())?;
        let index = self.writer.finalize_with_doc_id_mapping(&mapping)?;
        if let Some(directory) = &self.directory {
            fs::write(directory.join(VERSION_FILE), &self.version)?;
            for entry in fs::read_dir(directory)? {
                fs::File::open(entry?.path())?.sync_all()?;
            }
            fs::File::open(directory)?.sync_all()?;
        }
        TextIndex::open_index(&index, arrangement.numbers().len())
    }
}

/// A product cut into words, ready to be indexed.
pub struct Document(TantivyDocument);

/// Makes documents of products, in as many threads as one likes.
pub struct Documents<'t> {
    fields: Vec<Field>,
    cutter: Cutter<'t>,
    /// All names of each category and of what it is one of, cut into words: this is how "couch" finds a sofa.
    categories: FxHashMap<&'t str, String>,
    /// The same of each value of the facts in [`NAMED`].
    values: [FxHashMap<&'t str, String>; NAMED.len()],
}

impl<'t> Documents<'t> {
    /// For a taxonomy's names of things.
    #[must_use]
    pub fn new(taxonomy: &'t Taxonomy) -> Self {
        let schema = schema();
        let cutter = Cutter { taxonomy, stemmer: stemmer() };
        let categories = taxonomy.categories.iter().map(|category| (category.id.as_str(), cutter.category(category)));
        let lists = taxonomy.attribute_lists();
        Self {
            fields: schema.fields().map(|(field, _)| field).collect(),
            categories: categories.collect(),
            values: std::array::from_fn(|i| {
                let values = lists[i].iter().map(|term| term.value.as_str());
                values.map(|value| (value, cutter.value(NAMED[i], value, lists[i]))).collect()
            }),
            cutter,
        }
    }

    /// The document of a product, whose texts are cut into words already.
    #[must_use]
    pub fn of(&self, product: &Product, wording: &Wording) -> Document {
        let texts = [
            self.title(product, wording),
            self.category_names(product),
            self.cutter.cut_all([&product.brand]),
            self.value_names(product),
            self.features(product, wording),
            self.description(wording),
        ];
        let mut document = TantivyDocument::default();
        for (field, text) in self.fields.iter().zip(texts) {
            document.add_text(*field, text);
        }
        Document(document)
    }

    fn title(&self, product: &Product, wording: &Wording) -> String {
        let mut text = PreparedText::default();
        self.cutter.push_all(&wording.title, &mut text);
        let variants = product.variants.iter().map(|variant| Words::of(&variant.title, self.cutter.taxonomy));
        variants.for_each(|title| self.cutter.push_all(&title, &mut text));
        text.into_text()
    }

    fn category_names(&self, product: &Product) -> String {
        let mut text = PreparedText::default();
        let known = product.categories.iter().filter_map(|category| self.categories.get(category.as_str()));
        known.for_each(|names| text.append(names));
        product.stated_path.iter().for_each(|name| self.cutter.cut(name, &mut text));
        text.into_text()
    }

    fn description(&self, wording: &Wording) -> String {
        let mut text = PreparedText::default();
        self.cutter.push_telling(&wording.description, &mut text);
        text.into_text()
    }

    /// Values of the facts in words, with their families and other names.
    fn value_names(&self, product: &Product) -> String {
        let mut text = PreparedText::default();
        for (name, known) in NAMED.into_iter().zip(&self.values) {
            for value in product.values(name) {
                match known.get(value) {
                    Some(names) => text.append(names),
                    None => self.cutter.cut(value, &mut text),
                }
            }
        }
        text.into_text()
    }

    /// Features, and facts that the feed states under names of its own: name and words of the value. Bare numbers say nothing without
    /// their name.
    fn features(&self, product: &Product, wording: &Wording) -> String {
        let mut text = PreparedText::default();
        wording.features.iter().for_each(|feature| self.cutter.push_telling(feature, &mut text));
        let is_named = |fact: &Attribute| NAMED.contains(&fact.name.as_str());
        for fact in product.attributes.iter().filter(|fact| fact.number.is_none() && !is_named(fact)) {
            self.cutter.cut(&fact.name, &mut text);
            fact.values.iter().for_each(|value| self.cutter.cut(value, &mut text));
        }
        text.into_text()
    }
}

/// Cuts texts into the words by which they are indexed.
struct Cutter<'t> {
    taxonomy: &'t Taxonomy,
    stemmer: Stemmer,
}

impl Cutter<'_> {
    /// All names of a category and of what it is one of.
    fn category(&self, category: &Category) -> String {
        let categories = &self.taxonomy.categories;
        let path = categories.path(&category.id);
        self.names(path.iter().filter_map(|id| categories.get(id)).flat_map(|category| &category.names))
    }

    /// A value's label and those of its families, and all other names of each.
    fn value(&self, name: &str, value: &str, terms: &Terms) -> String {
        let mut names = Vec::new();
        for value in terms.with_ancestors(value) {
            names.push(terms.label(&value).to_owned());
            // A shade has many names that say different things; other values' names say the same.
            if name != name::COLOUR {
                names.extend(terms.get(&value).map(|term| term.names.clone()).unwrap_or_default());
            }
        }
        self.names(&names)
    }

    /// All names of a thing. A word that several of them have counts once: how many ways there are to say it tells nothing about the thing.
    fn names<'a>(&self, names: impl IntoIterator<Item = &'a String>) -> String {
        distinct(&self.cut_all(names))
    }

    /// Several texts, one behind the other.
    fn cut_all<'a>(&self, texts: impl IntoIterator<Item = &'a String>) -> String {
        let mut prepared = PreparedText::default();
        texts.into_iter().for_each(|text| self.cut(text, &mut prepared));
        prepared.into_text()
    }

    fn cut(&self, text: &str, prepared: &mut PreparedText) {
        self.push_telling(&Words::of(text, self.taxonomy), prepared);
    }

    /// All words of a text whose words are looked at in their order.
    fn push_all(&self, words: &Words, prepared: &mut PreparedText) {
        self.push(words, |_| true, prepared);
    }

    /// The words of a text that carry a meaning for a search: the others are never looked up.
    fn push_telling(&self, words: &Words, prepared: &mut PreparedText) {
        self.push(words, |word| !self.taxonomy.words.stop.contains(word), prepared);
    }

    /// Each word, beside it, of "120cm", its parts; and what the text denies.
    fn push(&self, words: &Words, is_kept: impl Fn(&Token) -> bool, prepared: &mut PreparedText) {
        prepared.reserve(words.written.len());
        let mut denied = words.denied.iter().peekable();
        for (position, word) in words.written.iter().enumerate() {
            prepared.next_position();
            if is_kept(word) {
                prepared.push(word);
            }
            if let Some((number, unit)) = number_and_unit(word) {
                prepared.push(number);
                prepared.push(unit);
            }
            while let Some((_, word)) = denied.next_if(|(at, _)| *at <= position) {
                prepared.push(&denial_of(&self.stemmer.stem(word)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::search::WordIndex as _;

    #[test]
    fn words_that_no_search_looks_up_are_indexed_in_titles_alone() {
        let product = serde_json::from_value(serde_json::json!({
            "id": "a", "handle": "a", "sku": "", "title": "Desk with hutch", "price": null,
            "description": "A place for the home office", "features": ["Cable tray in the back"],
        }))
        .unwrap();
        let index = TextIndex::in_memory(&[product], &Taxonomy::load().unwrap()).unwrap();
        let counts = ["with", "for", "the", "in", "home", "tray", "back"].map(|word| index.count(word));
        assert_eq!(counts, [1, 0, 0, 0, 1, 1, 1]);
    }
}
