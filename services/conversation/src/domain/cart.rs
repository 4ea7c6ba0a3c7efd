//! A shopper's cart as its owner tells it.

use easymart_core::Money;
use serde::{Deserialize, Serialize};

/// Most pieces of one product in a cart.
pub const MOST_PIECES: u32 = 99;

/// A cart, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cart {
    /// Key; the session's.
    pub cart_id: String,
    /// Grows by one with each change.
    pub version: u64,
    /// Lines in the order they were first added.
    pub lines: Vec<CartLine>,
    /// Sum of the quantities.
    pub item_count: u32,
    /// Number of lines.
    pub distinct_count: u32,
    /// Sum of the line totals.
    pub subtotal: Money,
    /// How it stands with the shop's backend.
    pub sync: SyncState,
    /// The backend's own key of the cart.
    pub remote_cart_id: String,
    /// Page to check out at.
    pub checkout_url: String,
    /// What is wrong with the synchronisation, for people.
    pub sync_detail: String,
}

/// One product in a cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartLine {
    /// Key within the cart.
    pub line_id: String,
    /// Catalogue key of the product.
    pub product_id: String,
    /// Stock keeping unit.
    pub sku: String,
    /// Name when it was added.
    pub title: String,
    /// Price of one piece.
    pub unit_price: Money,
    /// Pieces.
    pub quantity: u32,
    /// unit_price × quantity.
    pub line_total: Money,
    /// Picture.
    pub image_url: String,
    /// Product page.
    pub url: String,
}

/// How a cart stands with the shop's backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncState {
    /// No backend: this cart is the cart.
    #[default]
    Local,
    /// Changes wait to be confirmed.
    Pending,
    /// The backend has everything.
    Synced,
    /// The backend's cart differs beyond mending.
    Conflict,
    /// The backend refused a change for good.
    Failed,
}

impl Cart {
    /// The line of a product.
    #[must_use]
    pub fn line_of(&self, product_id: &str) -> Option<&CartLine> {
        self.lines.iter().find(|line| line.product_id == product_id)
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}
