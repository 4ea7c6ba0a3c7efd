//! Catalogues to test with.

use easymart_catalog_search::{
    domain::{
        catalogue::Catalogue,
        import::{Imported, Settings, import, recognise},
        product::Product,
        search::{SearchQuery, SearchResult, search},
        taxonomy::Taxonomy,
    },
    index::TextIndex,
};
use easymart_core::Currency;

pub(crate) const SHOP: &[u8] = include_bytes!("../fixtures/shop.jsonl");
pub(crate) const BROKEN: &[u8] = include_bytes!("../fixtures/broken.jsonl");
pub(crate) const SHOPIFY: &[u8] = include_bytes!("../fixtures/shopify.csv");
pub(crate) const EASYMART: &[u8] = include_bytes!("../fixtures/easymart.csv");

pub(crate) fn taxonomy() -> &'static Taxonomy {
    Taxonomy::built_in().expect("the data files are well formed")
}

pub(crate) fn settings() -> Settings {
    Settings { currency: Currency::AUD, product_url_prefix: "https://shop.example/products/".to_owned() }
}

pub(crate) fn imported(feed: &[u8]) -> Imported {
    let format = recognise(feed).expect("a feed of a known kind");
    import(feed, format, taxonomy(), &settings())
}

/// The product of one JSON line.
pub(crate) fn product(line: serde_json::Value) -> Product {
    let mut line = line;
    line["id"] = "p".into();
    imported(line.to_string().as_bytes()).products.remove(0)
}

/// A searchable catalogue.
pub(crate) struct Shop {
    pub(crate) catalogue: Catalogue,
    pub(crate) index: TextIndex,
    /// Ids by place.
    ids: Vec<String>,
}

impl Shop {
    pub(crate) fn new(feed: &[u8]) -> Self {
        let products = imported(feed).products;
        let index = TextIndex::in_memory(&products, taxonomy()).expect("an index in memory");
        let ids = products.iter().map(|product| product.id.clone()).collect();
        Self { catalogue: Catalogue::new(products, taxonomy(), Currency::AUD), index, ids }
    }

    pub(crate) fn search(&self, query: &SearchQuery) -> SearchResult {
        search(&self.catalogue, &self.index, query)
    }

    /// Ids of the first hundred results of a query without filters.
    pub(crate) fn ids(&self, text: &str) -> Vec<&str> {
        self.filtered(text, |_| {})
    }

    /// Ids of the first hundred results of a query that `change` adds to.
    pub(crate) fn filtered(&self, text: &str, change: impl FnOnce(&mut SearchQuery)) -> Vec<&str> {
        let mut query = SearchQuery { text: text.to_owned(), limit: 100, ..SearchQuery::default() };
        change(&mut query);
        let hits = self.search(&query).hits;
        hits.iter().map(|(place, _)| self.ids[*place as usize].as_str()).collect()
    }
}
