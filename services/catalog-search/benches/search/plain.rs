//! What one gets from tantivy with an afternoon's work: its English tokeniser, BM25 over the fields, a price filter, category facets.

use std::path::Path;

use serde_json::Value;
use tantivy::{
    Index, ReloadPolicy, Searcher, TantivyDocument, Term,
    collector::{Count, FacetCollector, TopDocs},
    query::{BooleanQuery, Occur, QueryParser, RangeQuery},
    schema::{FAST, Facet, FacetOptions, Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions},
};

use crate::queries::Query;

const PAGE: usize = 10;
/// Memory for building.
const BUDGET: usize = 256 << 20;
const TEXTS: [&str; 5] = ["title", "brand", "category", "features", "description"];

pub(crate) struct Plain {
    searcher: Searcher,
    parser: QueryParser,
    price: Field,
    stored: Field,
}

impl Plain {
    pub(crate) fn build(directory: &Path, feed: &[u8]) -> Self {
        let mut schema = Schema::builder();
        let indexing =
            TextFieldIndexing::default().set_tokenizer("en_stem").set_index_option(IndexRecordOption::WithFreqs);
        let text = TextOptions::default().set_indexing_options(indexing);
        let texts = TEXTS.map(|name| schema.add_text_field(name, text.clone()));
        let price = schema.add_u64_field("price", FAST);
        let category = schema.add_facet_field("kind", FacetOptions::default());
        let stored = schema.add_bytes_field("product", STORED);
        let directory = directory.join("plain");
        std::fs::create_dir_all(&directory).unwrap();
        let index = Index::create_in_dir(&directory, schema.build()).unwrap();
        let mut writer = index.writer_with_num_threads::<TantivyDocument>(2, BUDGET).unwrap();
        for line in feed.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let product: Value = serde_json::from_slice(line).unwrap();
            let mut document = TantivyDocument::default();
            let path = strings(&product["category_path"]);
            let parts = [
                product["title"].as_str().unwrap_or_default().to_owned(),
                product["brand"].as_str().unwrap_or_default().to_owned(),
                path.join(" "),
                strings(&product["features"]).join(" "),
                product["description"].as_str().unwrap_or_default().to_owned(),
            ];
            texts.iter().zip(parts).for_each(|(field, part)| document.add_text(*field, part));
            if let Some(cents) = cents(&product) {
                document.add_u64(price, cents);
            }
            document.add_facet(category, Facet::from_path(&path));
            document.add_bytes(stored, line);
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        let segments = index.searchable_segment_ids().unwrap();
        if segments.len() > 1 {
            // One segment, as the engine has one: searching several would count against it.
            writer.merge(&segments).wait().unwrap();
        }
        writer.wait_merging_threads().unwrap();
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().unwrap();
        let mut parser = QueryParser::for_index(&index, texts.to_vec());
        parser.set_field_boost(texts[0], 3.0);
        parser.set_field_boost(texts[2], 2.0);
        Self { searcher: reader.searcher(), parser, price, stored }
    }

    /// Searches and reads the page; the number of matches.
    pub(crate) fn search(&mut self, query: &Query) -> u64 {
        let (words, _errors) = self.parser.parse_query_lenient(&query.text);
        let words: Box<dyn tantivy::query::Query> = match query.price_max {
            Some(cents) => {
                let most = Term::from_field_u64(self.price, cents.into());
                let range = RangeQuery::new(std::ops::Bound::Unbounded, std::ops::Bound::Included(most));
                Box::new(BooleanQuery::new(vec![(Occur::Must, words), (Occur::Must, Box::new(range))]))
            }
            None => words,
        };
        let mut facets = FacetCollector::for_field("kind");
        facets.add_facet(Facet::root());
        let top = TopDocs::with_limit(PAGE).order_by_score();
        let (hits, total, counts) = self.searcher.search(&words, &(top, Count, facets)).unwrap();
        let shown = hits.iter().filter_map(|(_, address)| self.searcher.doc::<TantivyDocument>(*address).ok());
        let read = shown.filter(|document| document.get_first(self.stored).is_some()).count();
        let facets = counts.get("/").count();
        total as u64 + (read + facets) as u64 % 2
    }
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn cents(product: &Value) -> Option<u64> {
    product["price"]["amount"].as_str()?.replace('.', "").parse().ok()
}
