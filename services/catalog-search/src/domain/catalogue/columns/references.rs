//! Finding products by id, handle or SKU without keeping those texts in memory: by their hashes, each hit being checked against the
//! product itself.

use serde::{Deserialize, Serialize};

use crate::domain::{catalogue::Products, product::Product, text::reference_key};

/// Hashes of references with the places that they name.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::domain::catalogue) struct References {
    ids: HashTable,
    /// Ids, handles and SKUs in the form of [`reference_key`].
    keys: HashTable,
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

/// Gathers references.
#[derive(Debug, Default)]
pub(super) struct ReferencesBuilder {
    ids: Vec<(u64, u32)>,
    keys: Vec<(u64, u32)>,
}

impl ReferencesBuilder {
    pub(super) fn add(&mut self, product: &Product, place: u32) {
        self.ids.push((key_hash(&product.id), place));
        self.keys.extend(keys(product).map(|key| (key_hash(&key), place)));
    }

    pub(super) fn finish(self) -> References {
        References { ids: HashTable::new(self.ids), keys: HashTable::new(self.keys) }
    }
}

impl HashTable {
    fn new(mut entries: Vec<(u64, u32)>) -> Self {
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
