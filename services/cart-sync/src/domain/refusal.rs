//! Why a change was not made. A refused change leaves the cart exactly as it was.

use easymart_core::Currency;

use super::{MAX_LINES, MAX_QUANTITY};

/// A change that the rules do not allow, with what the caller needs to put it right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// More pieces than a line may have, or fewer than one.
    #[error("{}", quantity_message(*asked, *in_cart))]
    QuantityOutOfRange {
        /// Pieces asked for.
        asked: u32,
        /// Pieces that the line has already.
        in_cart: u32,
    },
    /// As many lines as a cart may have.
    #[error("the cart has {MAX_LINES} different products, which is the most it can hold")]
    CartFull,
    /// No such line.
    #[error("the cart has no line {0:?}")]
    LineUnknown(String),
    /// The cart is at another version than the caller expects.
    #[error("the cart is at version {actual}, not {expected}")]
    VersionConflict {
        /// Version that the caller expects.
        expected: u64,
        /// Version that the cart has.
        actual: u64,
    },
    /// Nothing to check out.
    #[error("the cart is empty")]
    CartEmpty,
    /// One cart holds one currency.
    #[error("the product is priced in {product}, the cart in {cart}")]
    CurrencyMismatch {
        /// Currency of the cart.
        cart: Currency,
        /// Currency of the product.
        product: Currency,
    },
    /// The sum is beyond what can be counted exactly.
    #[error("the cart's total is too large")]
    TotalTooLarge,
    /// The catalogue has no such product.
    #[error("there is no product {0:?} in the catalogue")]
    ProductUnknown(String),
    /// Several products share the SKU.
    #[error("{count} products share the SKU {sku:?}: name one by its id ({})", candidates.join(", "))]
    SkuAmbiguous {
        /// The SKU.
        sku: String,
        /// How many products share it.
        count: usize,
        /// Ids of the first few.
        candidates: Vec<String>,
    },
    /// The product has no price to add up.
    #[error("the product has no online price; please contact the shop")]
    PriceOnRequest,
    /// The feed says that there is none left.
    #[error("the product is out of stock")]
    OutOfStock,
}

fn quantity_message(asked: u32, in_cart: u32) -> String {
    match in_cart {
        0 => format!("{asked} is not a quantity from 1 to {MAX_QUANTITY}"),
        _ => format!("the cart has {in_cart} of this product already; {asked} more would exceed {MAX_QUANTITY}"),
    }
}
