//! Tools as the dialogue sees them: calls with typed arguments, results with typed fields. Running them is the application's.

mod arguments;
mod result;

pub use arguments::{arguments, search_arguments};
pub use result::{
    CartResult, CategoryInfo, CategoryResult, CheckoutResult, ComparisonResult, ComparisonRow, ContactResult, Facet,
    FacetValue, Found, HandoffResult, OrderStatusResult, PolicyResult, ProductResult, Relaxation, SearchResult,
    SimilarResult, ToolFailure, ToolResult,
};

use easymart_core::Money;
use serde::{Deserialize, Serialize};

use super::search_state::SearchState;

/// A tool, by its name on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tool {
    /// Finds products.
    SearchProducts,
    /// Everything about one product.
    GetProductSpecs,
    /// Stock of one product.
    CheckAvailability,
    /// Products side by side.
    CompareProducts,
    /// Products like one.
    FindSimilarProducts,
    /// Changes the cart.
    UpdateCart,
    /// What the shop's policy is.
    GetPolicyInfo,
    /// How to reach the shop.
    GetContactInfo,
    /// What delivery costs and how long it takes.
    CalculateShipping,
    /// Reads the cart.
    GetCart,
    /// What there is to buy.
    ListCategories,
    /// Where to pay.
    GetCheckoutLink,
    /// Passes the shopper on to a person.
    HumanHandoff,
    /// How an order stands.
    GetOrderStatus,
}

impl Tool {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::SearchProducts,
        Self::GetProductSpecs,
        Self::CheckAvailability,
        Self::CompareProducts,
        Self::FindSimilarProducts,
        Self::UpdateCart,
        Self::GetPolicyInfo,
        Self::GetContactInfo,
        Self::CalculateShipping,
        Self::GetCart,
        Self::ListCategories,
        Self::GetCheckoutLink,
        Self::HumanHandoff,
        Self::GetOrderStatus,
    ];

    /// The tool of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.name() == name)
    }

    /// Whether it reads or changes the cart.
    #[must_use]
    pub fn is_about_cart(self) -> bool {
        matches!(self, Self::UpdateCart | Self::GetCart | Self::GetCheckoutLink)
    }

    /// Name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SearchProducts => "search_products",
            Self::GetProductSpecs => "get_product_specs",
            Self::CheckAvailability => "check_availability",
            Self::CompareProducts => "compare_products",
            Self::FindSimilarProducts => "find_similar_products",
            Self::UpdateCart => "update_cart",
            Self::GetPolicyInfo => "get_policy_info",
            Self::GetContactInfo => "get_contact_info",
            Self::CalculateShipping => "calculate_shipping",
            Self::GetCart => "get_cart",
            Self::ListCategories => "list_categories",
            Self::GetCheckoutLink => "get_checkout_link",
            Self::HumanHandoff => "human_handoff",
            Self::GetOrderStatus => "get_order_status",
        }
    }
}

/// A call with its arguments.
#[derive(Debug, Clone, PartialEq)]
pub enum ToolCall {
    /// Finds products by the search state, its page included.
    SearchProducts(Box<SearchState>),
    /// Looks one product up by id, handle or SKU.
    GetProductSpecs {
        /// Id, handle or SKU.
        product_id: String,
        /// Attribute asked for.
        question: Option<String>,
    },
    /// Asks for a product's stock.
    CheckAvailability {
        /// The product.
        product_id: String,
    },
    /// Compares products.
    CompareProducts {
        /// Two to four products.
        product_ids: Vec<String>,
        /// Their option numbers, where they have some.
        options: Vec<u32>,
    },
    /// Finds products like one.
    FindSimilarProducts {
        /// The one.
        product_id: String,
        /// Products to leave out.
        exclude_ids: Vec<String>,
    },
    /// Changes the cart.
    UpdateCart(CartChange),
    /// Reads a policy.
    GetPolicyInfo {
        /// returns, shipping, payment, warranty, promotions or services.
        policy_type: PolicyType,
        /// Finer topic.
        topic: Option<String>,
    },
    /// Reads how to reach the shop.
    GetContactInfo {
        /// all, phone, email, hours, location or chat.
        info_type: ContactType,
    },
    /// Quotes delivery.
    CalculateShipping {
        /// What the goods cost together; `None`: not known.
        order_total: Option<Money>,
        /// Postcode as typed; `None`: not known.
        postcode: Option<String>,
    },
    /// Reads the cart.
    GetCart,
    /// Lists the categories.
    ListCategories,
    /// Asks for the checkout page.
    GetCheckoutLink,
    /// Passes on to a person.
    HumanHandoff,
    /// Asks how an order stands.
    GetOrderStatus {
        /// The order's number, when said.
        order_number: Option<String>,
    },
}

/// One change of the cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartChange {
    /// What to do.
    pub action: CartAction,
    /// The product; empty for clear.
    pub product_id: String,
    /// The cart line, for changes of what is there.
    pub line_id: String,
    /// Pieces: to add, or to have in the end.
    pub quantity: u32,
    /// Place of the change within its turn, so that repeating the turn never repeats the change.
    pub step: u32,
}

/// What to do with a cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CartAction {
    /// More pieces.
    Add,
    /// Remove a line.
    Remove,
    /// Set a line's pieces.
    UpdateQuantity,
    /// Remove all lines.
    Clear,
}

/// Which policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PolicyType {
    /// Sending things back.
    Returns,
    /// Delivery.
    Shipping,
    /// Ways to pay.
    Payment,
    /// Warranty.
    Warranty,
    /// Offers.
    Promotions,
    /// Further services.
    Services,
}

/// Which way to reach the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContactType {
    /// Everything.
    All,
    /// Telephone.
    Phone,
    /// E-mail.
    Email,
    /// Opening hours.
    Hours,
    /// Where it is.
    Location,
    /// Chat with a person.
    Chat,
}

impl ToolCall {
    /// The tool called.
    #[must_use]
    pub fn tool(&self) -> Tool {
        match self {
            Self::SearchProducts(_) => Tool::SearchProducts,
            Self::GetProductSpecs { .. } => Tool::GetProductSpecs,
            Self::CheckAvailability { .. } => Tool::CheckAvailability,
            Self::CompareProducts { .. } => Tool::CompareProducts,
            Self::FindSimilarProducts { .. } => Tool::FindSimilarProducts,
            Self::UpdateCart(_) => Tool::UpdateCart,
            Self::GetPolicyInfo { .. } => Tool::GetPolicyInfo,
            Self::GetContactInfo { .. } => Tool::GetContactInfo,
            Self::CalculateShipping { .. } => Tool::CalculateShipping,
            Self::GetCart => Tool::GetCart,
            Self::ListCategories => Tool::ListCategories,
            Self::GetCheckoutLink => Tool::GetCheckoutLink,
            Self::HumanHandoff => Tool::HumanHandoff,
            Self::GetOrderStatus { .. } => Tool::GetOrderStatus,
        }
    }
}

/// A tool that ran: the call, what it gave, how long it took.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolRun {
    /// The call.
    pub call: ToolCall,
    /// What it gave.
    pub outcome: Result<ToolResult, ToolFailure>,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
}
