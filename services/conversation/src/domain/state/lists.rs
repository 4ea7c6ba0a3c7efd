//! The lists that option numbers refer to.

use serde::{Deserialize, Serialize};

use crate::domain::product::Brief;

/// Most older lists kept.
const MAX_OLDER: usize = 5;
/// Most single products added to the newest list.
const MAX_EXTRAS: usize = 5;

/// The newest page and older ones. Numbers change only when a new page is shown: a product looked up on its own gets the
/// next free number instead of shifting the others.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Lists {
    current: ShownList,
    older: Vec<ShownList>,
}

/// One page as it was shown.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ShownList {
    /// Category that was searched, when one was.
    pub category: Option<String>,
    /// Products in order; option 1 is the first.
    pub products: Vec<Brief>,
    /// Products looked up since, numbered after the page.
    pub extras: Vec<Brief>,
}

impl ShownList {
    /// The product with an option number.
    #[must_use]
    pub fn option(&self, number: u32) -> Option<&Brief> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        self.products.iter().chain(&self.extras).nth(index)
    }

    /// The option number of a product.
    #[must_use]
    pub fn number_of(&self, product_id: &str) -> Option<u32> {
        let position = self.products.iter().chain(&self.extras).position(|product| product.product_id == product_id)?;
        u32::try_from(position + 1).ok()
    }

    /// Whether it shows a kind of furniture: by what was searched, or by what most of it is.
    #[must_use]
    pub fn is_about(&self, category: &str) -> bool {
        self.category.as_deref() == Some(category)
            || (!self.products.is_empty()
                && self.products.iter().filter(|p| p.is_in(category)).count() * 2 > self.products.len())
    }
}

impl Lists {
    /// The newest list; empty when nothing was shown.
    #[must_use]
    pub fn current(&self) -> &ShownList {
        &self.current
    }

    /// How many options can be named.
    #[must_use]
    pub fn options(&self) -> usize {
        self.current.products.len() + self.current.extras.len()
    }

    /// Products of the newest page.
    #[must_use]
    pub fn products(&self) -> &[Brief] {
        &self.current.products
    }

    /// Everything on the newest list, looked-up products included.
    pub fn everything(&self) -> impl Iterator<Item = &Brief> {
        self.current.products.iter().chain(&self.current.extras)
    }

    /// The newest list about a kind of furniture.
    #[must_use]
    pub fn about(&self, category: &str) -> Option<&ShownList> {
        std::iter::once(&self.current).chain(&self.older).find(|list| list.is_about(category))
    }

    /// Shows a new page: numbers start again from 1.
    pub fn show(&mut self, category: Option<String>, products: Vec<Brief>) {
        let list = ShownList { category, products, extras: Vec::new() };
        let old = std::mem::replace(&mut self.current, list);
        if !old.products.is_empty() {
            self.older.retain(|list| list.category.is_none() || list.category != old.category);
            self.older.insert(0, old);
            self.older.truncate(MAX_OLDER);
        }
    }

    /// Adds a product that was looked up on its own and returns its option number.
    pub fn add(&mut self, product: Brief) -> u32 {
        if let Some(number) = self.current.number_of(&product.product_id) {
            return number;
        }
        if self.current.products.is_empty() {
            self.show(None, vec![product]);
            return 1;
        }
        if self.current.extras.len() >= MAX_EXTRAS {
            self.current.extras.pop();
        }
        self.current.extras.push(product);
        u32::try_from(self.options()).unwrap_or(u32::MAX)
    }
}
