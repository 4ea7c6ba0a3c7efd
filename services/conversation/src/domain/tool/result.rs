//! What tools give. Every field that a reply may state stands here, derived figures included, so that it can be proved.

use easymart_core::{Money, Reason, reason};
use serde::{Deserialize, Serialize};

use crate::domain::{
    cart::Cart,
    policy::{Hours, Profile, ShippingQuote},
    product::Product,
};

/// What a tool gives.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ToolResult {
    /// Of a search.
    Search(SearchResult),
    /// Of a look-up or a stock question.
    Product(ProductResult),
    /// Of a comparison.
    Comparison(ComparisonResult),
    /// Of a search by likeness.
    Similar(SimilarResult),
    /// Of reading or changing the cart.
    Cart(CartResult),
    /// Of a policy question.
    Policy(PolicyResult),
    /// Of a contact question.
    Contact(ContactResult),
    /// Of a delivery quote.
    Shipping(ShippingQuote),
    /// Of the list of categories.
    Categories(CategoryResult),
    /// Of the checkout.
    Checkout(CheckoutResult),
    /// Of passing on.
    Handoff(HandoffResult),
    /// Of an order question.
    OrderStatus(OrderStatusResult),
}

/// A product found, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Found {
    /// The product.
    pub product: Product,
    /// Why it is here; may be empty.
    pub why: String,
}

/// Products found by a search.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct SearchResult {
    /// The page, in order.
    pub products: Vec<Found>,
    /// All matches.
    pub total: u32,
    /// The page, from 1.
    pub page: u32,
    /// Products a page.
    pub page_size: u32,
    /// How many this page shows.
    pub shown: u32,
    /// Place of the page's first product among all matches, from 1.
    pub first: u32,
    /// Place of the page's last product.
    pub last: u32,
    /// How many come after this page.
    pub remaining: u32,
    /// The query as it was searched, when spelling was corrected.
    pub corrected_query: String,
    /// Words of the query, numbers of parts among them, that nothing found is known to have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unmatched_words: Vec<String>,
    /// Catalogue generation.
    pub generation: String,
    /// Cheapest of all matches.
    pub lowest_price: Option<Money>,
    /// Dearest of all matches.
    pub highest_price: Option<Money>,
    /// Counts among all matches.
    pub facets: Vec<Facet>,
    /// With no match: what dropping one constraint would give.
    pub relaxations: Vec<Relaxation>,
}

/// Counts of one attribute's values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facet {
    /// category, colour, material, brand or price_band.
    pub name: String,
    /// Values, most frequent first.
    pub values: Vec<FacetValue>,
}

/// One value and how many have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FacetValue {
    /// Canonical value.
    pub value: String,
    /// Text for people.
    pub label: String,
    /// Matches with it.
    pub count: u32,
}

/// What dropping one constraint would give.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Relaxation {
    /// The slot.
    pub constraint: String,
    /// Matches without it.
    pub total: u32,
    /// Nearest values that do match, in canonical text.
    pub nearest: Vec<String>,
    /// The nearest price, where the constraint is one.
    pub nearest_price: Option<Money>,
}

/// A product looked up. Several when a SKU stands on several.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ProductResult {
    /// Products behind the key; none when unknown.
    pub products: Vec<Product>,
    /// How many.
    pub count: u32,
}

/// Products side by side.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ComparisonResult {
    /// The products, in the order asked.
    pub products: Vec<Product>,
    /// One row an attribute.
    pub rows: Vec<ComparisonRow>,
    /// Place of the cheapest priced product.
    pub cheapest: Option<usize>,
    /// Place of the dearest priced product.
    pub dearest: Option<usize>,
    /// Difference between the two.
    pub price_difference: Option<Money>,
    /// Most products that can be compared at once.
    pub most: u32,
}

/// One attribute of all products compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComparisonRow {
    /// Attribute name.
    pub attribute: String,
    /// Text for people.
    pub label: String,
    /// A value for each product; empty: unknown.
    pub values: Vec<String>,
    /// Whether known values differ.
    pub differs: bool,
}

/// Products like another.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct SimilarResult {
    /// The product asked about.
    pub source: Product,
    /// Alike ones, nearest first.
    pub products: Vec<Found>,
    /// How many.
    pub total: u32,
}

/// The cart after reading or changing it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartResult {
    /// The cart.
    pub cart: Cart,
    /// Pieces that this change added, removed or set.
    pub quantity: u32,
    /// Line that was changed, as it is now or as it was before it went; nothing after a clear.
    pub line: Option<crate::domain::cart::CartLine>,
}

/// A policy, as the store profile has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PolicyResult {
    /// The whole profile: policies refer to one another.
    pub store: std::sync::Arc<Profile>,
    /// Delivery of an order of which nothing is known.
    pub shipping: ShippingQuote,
}

/// How to reach the shop.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ContactResult {
    /// The whole profile.
    pub store: std::sync::Arc<Profile>,
    /// The hours now.
    pub now: Hours,
}

/// What there is to buy.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct CategoryResult {
    /// Categories that hold products, parents before children.
    pub categories: Vec<CategoryInfo>,
    /// How many categories.
    pub total: u32,
}

/// One category.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CategoryInfo {
    /// Identifier.
    pub category: String,
    /// Parent's identifier; empty at the root.
    pub parent: String,
    /// Plural for people.
    pub label: String,
    /// Products in it and below.
    pub count: u32,
}

/// Where to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckoutResult {
    /// The page.
    pub checkout_url: String,
    /// The cart as it goes there.
    pub cart: Cart,
}

/// A person takes over: how to reach one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HandoffResult {
    /// The whole profile.
    pub store: std::sync::Arc<Profile>,
    /// The hours now.
    pub now: Hours,
}

/// How an order stands: this shop's assistant has no access to orders, so it tells whom to ask.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OrderStatusResult {
    /// The whole profile.
    pub store: std::sync::Arc<Profile>,
}

/// Why a tool gave nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolFailure {
    /// Word of the error catalogue.
    pub reason: Reason,
    /// Whether the service behind it could not be reached or did not answer in time, as against a refusal.
    pub unavailable: bool,
}

impl ToolFailure {
    /// Whether the call was refused for that reason.
    #[must_use]
    pub fn is(&self, reason: Reason) -> bool {
        self.reason == reason
    }

    /// A service that did not answer.
    #[must_use]
    pub fn unavailable() -> Self {
        Self { reason: reason::UNAVAILABLE, unavailable: true }
    }
}
