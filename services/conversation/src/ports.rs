//! What a conversation needs from outside, as small traits.

use easymart_core::{CallContext, Error};
use futures::future::BoxFuture;

use crate::domain::{
    cart::Cart,
    lexicon::Vocabulary,
    product::Product,
    search_state::SearchState,
    tool::{CategoryInfo, ComparisonRow, Found, SearchResult},
};

/// Answer of a port.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, Error>>;

/// Knows the products.
pub trait Catalogue: Send + Sync {
    /// One page of what matches.
    fn search<'a>(&'a self, ctx: &'a CallContext, search: &'a SearchState) -> Answer<'a, SearchResult>;
    /// The products behind an id, handle or SKU: several when a SKU stands on several, none when it is unknown.
    fn products<'a>(&'a self, ctx: &'a CallContext, key: &'a str) -> Answer<'a, Vec<Product>>;
    /// Products like one, and that one.
    fn similar<'a>(
        &'a self,
        ctx: &'a CallContext,
        product_id: &'a str,
        exclude_ids: &'a [String],
    ) -> Answer<'a, (Product, Vec<Found>)>;
    /// Products side by side.
    fn compare<'a>(
        &'a self,
        ctx: &'a CallContext,
        product_ids: &'a [String],
    ) -> Answer<'a, (Vec<Product>, Vec<ComparisonRow>)>;
    /// Categories that hold products.
    fn categories<'a>(&'a self, ctx: &'a CallContext) -> Answer<'a, Vec<CategoryInfo>>;
    /// The words of the catalogue, when they are others than those of `known_generation`.
    fn vocabulary<'a>(&'a self, ctx: &'a CallContext, known_generation: &'a str) -> Answer<'a, Words>;
}

/// The catalogue's words.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// Generation that they hold for.
    pub generation: String,
    /// The words; `None`: the same as those of the generation that was known.
    pub vocabulary: Option<Vocabulary>,
}

/// Owns the carts. Every change carries a key, so that a repeat changes nothing.
pub trait Carts: Send + Sync {
    /// The cart, empty when it was never used.
    fn get<'a>(&'a self, ctx: &'a CallContext, cart_id: &'a str) -> Answer<'a, Cart>;
    /// Adds pieces of a product; gives the cart and the line.
    fn add<'a>(
        &'a self,
        ctx: &'a CallContext,
        key: CartKey<'a>,
        product_id: &'a str,
        quantity: u32,
    ) -> Answer<'a, (Cart, String)>;
    /// Sets the pieces of a line.
    fn set<'a>(&'a self, ctx: &'a CallContext, key: CartKey<'a>, line_id: &'a str, quantity: u32) -> Answer<'a, Cart>;
    /// Removes a line.
    fn remove<'a>(&'a self, ctx: &'a CallContext, key: CartKey<'a>, line_id: &'a str) -> Answer<'a, Cart>;
    /// Removes all lines.
    fn clear<'a>(&'a self, ctx: &'a CallContext, key: CartKey<'a>) -> Answer<'a, Cart>;
    /// Prepares the checkout; gives its page and the cart.
    fn checkout<'a>(&'a self, ctx: &'a CallContext, key: CartKey<'a>) -> Answer<'a, (String, Cart)>;
}

/// Which cart, and the key of the change.
#[derive(Debug, Clone, Copy)]
pub struct CartKey<'a> {
    /// Key of the cart.
    pub cart_id: &'a str,
    /// Idempotency key.
    pub request_id: &'a str,
}

/// A language model that can phrase a sentence.
pub trait Language: Send + Sync {
    /// Whether one is configured; answers from memory where it can.
    fn is_configured<'a>(&'a self, ctx: &'a CallContext) -> BoxFuture<'a, bool>;
    /// What it writes to instructions and a message. Nothing has been checked.
    fn phrase<'a>(&'a self, ctx: &'a CallContext, instructions: &'a str, message: &'a str) -> Answer<'a, String>;
}
