//! Putting the products of a new generation away, in the order in which they are best kept: those of a category beside each other, the
//! cheap ones first. Most searches are for a category and many for a price; what they look at then lies together, in the columns as well
//! as in the text index, and whole stretches of the rest are passed over.

use std::{collections::HashMap, path::Path};

use crate::{
    domain::{
        catalogue::key_hash,
        import::{Format, Report, Settings, import_each},
        product::Product,
        taxonomy::Taxonomy,
    },
    products::{ProductsError, ProductsWriter, Record},
};

/// Products on their way to disk.
pub(super) struct Shelf {
    taxonomy: &'static Taxonomy,
    writer: ProductsWriter,
    /// Numbers of the main categories that were met.
    categories: HashMap<String, u32>,
    /// Category and price of each product, in the order of the feed.
    sorts: Vec<(u32, i64)>,
    ids: Vec<u64>,
}

impl Shelf {
    /// Begins the file of a generation.
    pub(super) fn create(path: &Path, taxonomy: &'static Taxonomy) -> Result<Self, ProductsError> {
        let writer = ProductsWriter::create(path)?;
        Ok(Self { taxonomy, writer, categories: HashMap::new(), sorts: Vec::new(), ids: Vec::new() })
    }

    /// Puts the products of a feed away.
    pub(super) fn fill(&mut self, feed: &[u8], format: Format, settings: &Settings) -> Result<Report, ProductsError> {
        let taxonomy = self.taxonomy;
        let put = |product: Product, record: Result<Record, ProductsError>| self.put(&product, &record?);
        import_each(feed, format, taxonomy, settings, Record::new, put)
    }

    fn put(&mut self, product: &Product, record: &Record) -> Result<(), ProductsError> {
        self.writer.push(record)?;
        self.ids.push(key_hash(&product.id));
        let next = self.categories.len() as u32;
        let category = match self.categories.get(product.category()) {
            Some(known) => *known,
            None => *self.categories.entry(product.category().to_owned()).or_insert(next),
        };
        self.sorts.push((category, product.price.map_or(i64::MAX, |price| price.minor)));
        Ok(())
    }

    /// Hashes of the ids, ascending.
    pub(super) fn ids(&mut self) -> &[u64] {
        self.ids.sort_unstable();
        &self.ids
    }

    /// Completes the file.
    pub(super) fn finish(self) -> Result<(), ProductsError> {
        let ranks = category_ranks(&self.categories, self.taxonomy);
        let mut order: Vec<u32> = (0..self.sorts.len() as u32).collect();
        order.sort_by_key(|product| {
            let (category, price) = self.sorts[*product as usize];
            (ranks[category as usize], price)
        });
        self.writer.finish(&order)
    }
}

/// Ranks of the categories by their path, so that a category stands beside its relatives.
fn category_ranks(categories: &HashMap<String, u32>, taxonomy: &Taxonomy) -> Vec<usize> {
    let mut sorted: Vec<(Vec<String>, u32)> =
        categories.iter().map(|(category, number)| (taxonomy.categories.path(category), *number)).collect();
    sorted.sort_unstable();
    let mut ranks = vec![0; sorted.len()];
    for (rank, (_, number)) in sorted.into_iter().enumerate() {
        ranks[number as usize] = rank;
    }
    ranks
}
