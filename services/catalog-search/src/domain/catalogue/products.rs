//! Where whole products come from when one is shown: searching, filtering, sorting and counting never ask for them.

use std::sync::Arc;

use crate::domain::product::Product;

/// The products of one generation, read one at a time by their place.
pub trait Products: Send + Sync {
    /// How many there are.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The product at a place; none when there is no such place or it cannot be read any more.
    fn get(&self, place: u32) -> Option<Arc<Product>>;
}

impl Products for Vec<Product> {
    fn len(&self) -> usize {
        self.len()
    }

    fn get(&self, place: u32) -> Option<Arc<Product>> {
        self.as_slice().get(place as usize).cloned().map(Arc::new)
    }
}
