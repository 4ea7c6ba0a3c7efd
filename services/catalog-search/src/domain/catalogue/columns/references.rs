//! Finding products by id, handle or SKU without keeping those texts in memory: by their hashes, each hit being checked against the
//! product itself.

use serde::{Deserialize, Serialize};

use crate::domain::{
    catalogue::{Arrangement, Products},
    product::Product,
    text::{fold, reference_key, tokens},
};

/// Hashes of references with the places that they name.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::domain::catalogue) struct References {
    ids: HashTable,
    /// Ids, handles and SKUs in the form of [`reference_key`].
    keys: HashTable,
    /// Titles, folded, with and without the brand before them.
    titles: HashTable,
}

/// Places by hash, ascending.
#[derive(Debug, Default, Serialize, Deserialize)]
struct HashTable {
    hashes: Vec<u64>,
    places: Vec<u32>,
}

/// A reference's hash (FNV-1a, 64 bits): the same in every build, because it is kept on disk.
#[must_use]
pub fn key_hash(key: &str) -> u64 {
    key.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

impl References {
    /// Places that a reference names: an id, else a handle or SKU.
    pub(in crate::domain::catalogue) fn find(&self, reference: &str, products: &dyn Products) -> Vec<u32> {
        if let Some(place) = self.with_id(reference.trim(), products) {
            return vec![place];
        }
        let key = reference_key(reference);
        let has_key = |place: &u32| products.get(*place).is_some_and(|product| keys(&product).any(|own| own == key));
        self.keys.with(key_hash(&key)).filter(has_key).collect()
    }

    /// Places whose whole title a text is, whatever its case and signs.
    pub(in crate::domain::catalogue) fn titled(&self, text: &str, products: &dyn Products) -> Vec<u32> {
        let title = fold(text);
        let has_title =
            |place: &u32| products.get(*place).is_some_and(|product| titles(&product).any(|own| own == title));
        let found: Vec<u32> = self.titles.with(key_hash(&title)).filter(has_title).collect();
        // The very title, brand and all, is nobody else's.
        let words = tokens(text);
        let is_whole = |place: &&u32| products.get(**place).is_some_and(|product| tokens(&product.title) == words);
        let whole: Vec<u32> = found.iter().filter(is_whole).copied().collect();
        if whole.is_empty() { found } else { whole }
    }

    /// The place of an id, exactly.
    pub(in crate::domain::catalogue) fn with_id(&self, id: &str, products: &dyn Products) -> Option<u32> {
        let has_id = |place: &u32| products.get(*place).is_some_and(|product| product.id == id);
        self.ids.with(key_hash(id)).find(has_id)
    }

    /// How many ids are not among these ascending hashes.
    pub(in crate::domain::catalogue) fn missing_from(&self, ids: &[u64]) -> usize {
        self.ids.hashes.iter().filter(|id| ids.binary_search(id).is_err()).count()
    }
}

/// Every way to refer to a product, in the form in which references are compared.
fn keys(product: &Product) -> impl Iterator<Item = String> + '_ {
    let skus = product.variants.iter().map(|variant| &variant.sku);
    let references = [&product.id, &product.handle, &product.sku].into_iter().chain(skus);
    references.map(|reference| reference_key(reference)).filter(|key| !key.is_empty())
}

/// The title as it is looked up, with and without the brand that it begins with. One word is the name of a kind of thing, not a title.
fn titles(product: &Product) -> impl Iterator<Item = String> {
    let title = fold(&product.title);
    let brand = fold(&product.brand);
    let without = title.strip_prefix(&brand).and_then(|rest| rest.strip_prefix(' ')).map(str::to_owned);
    [Some(title), without].into_iter().flatten().filter(|title| title.contains(' '))
}

/// The hashes of a product's references.
#[derive(Debug)]
pub(super) struct Hashes {
    pub(super) id: u64,
    keys: Vec<u64>,
    titles: Vec<u64>,
}

impl Hashes {
    pub(super) fn of(product: &Product) -> Self {
        Self {
            id: key_hash(&product.id),
            keys: keys(product).map(|key| key_hash(&key)).collect(),
            titles: titles(product).map(|title| key_hash(&title)).collect(),
        }
    }
}

/// Gathers references: hashes with the numbers of the products that they name.
#[derive(Debug, Default)]
pub(super) struct ReferencesBuilder {
    ids: Vec<(u64, u32)>,
    keys: Vec<(u64, u32)>,
    titles: Vec<(u64, u32)>,
}

impl ReferencesBuilder {
    pub(super) fn add(&mut self, hashes: &Hashes, number: u32) {
        self.ids.push((hashes.id, number));
        self.keys.extend(hashes.keys.iter().map(|key| (*key, number)));
        self.titles.extend(hashes.titles.iter().map(|title| (*title, number)));
    }

    pub(super) fn finish(self, arrangement: &Arrangement) -> References {
        let [ids, keys, titles] =
            [self.ids, self.keys, self.titles].map(|entries| HashTable::new(entries, arrangement));
        References { ids, keys, titles }
    }
}

impl HashTable {
    fn new(mut entries: Vec<(u64, u32)>, arrangement: &Arrangement) -> Self {
        entries.iter_mut().for_each(|(_, product)| *product = arrangement.place(*product));
        entries.sort_unstable();
        entries.dedup();
        let (hashes, places) = entries.into_iter().unzip();
        Self { hashes, places }
    }

    fn with(&self, hash: u64) -> impl Iterator<Item = u32> + '_ {
        let from = self.hashes.partition_point(|known| *known < hash);
        let same = self.hashes.iter().zip(&self.places).skip(from).take_while(move |(known, _)| **known == hash);
        same.map(|(_, place)| *place)
    }
}
