//! The cart and its lines. Only [`Cart::apply`](super::Cart::apply) changes one, so what is said here always holds.

use easymart_core::Money;
use serde::{Deserialize, Serialize};

use super::{Change, Product, Refusal, product::same_reference};

/// Most pieces of one line.
pub(crate) const MAX_QUANTITY: u32 = 99;
/// Most lines of one cart.
pub(crate) const MAX_LINES: usize = 100;

/// A shopper's cart: at most [`MAX_LINES`] lines, one for each product or variant, all in one currency, with exact totals.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Cart {
    pub(super) version: u64,
    pub(super) lines: Vec<Line>,
    /// Number of the newest line: a line's key is never given to another line of the same cart.
    pub(super) last_line: u32,
    pub(super) subtotal: Option<Money>,
}

/// One product, or variant of one, in a cart: 1 to [`MAX_QUANTITY`] pieces of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(super) line_id: String,
    pub(super) product: Product,
    pub(super) quantity: u32,
    pub(super) total: Money,
}

impl Cart {
    /// How many changes it has seen.
    #[must_use]
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// Its lines, in the order in which they were first added.
    #[must_use]
    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Sum of the line totals; `None` when it is empty and so has no currency.
    #[must_use]
    pub(crate) fn subtotal(&self) -> Option<Money> {
        self.subtotal
    }

    /// Sum of the quantities.
    #[must_use]
    pub(crate) fn item_count(&self) -> u32 {
        self.lines.iter().map(|line| line.quantity).sum()
    }

    /// The line of the product that `reference` names by id, handle or, when only one line has it, SKU.
    #[must_use]
    pub(crate) fn line_of(&self, reference: &str) -> Option<&Line> {
        let find = |field: fn(&Product) -> &str| {
            let same = move |line: &&Line| same_reference(field(&line.product), reference);
            let mut found = self.lines.iter().filter(same);
            let first = found.next();
            first.filter(|_| found.next().is_none())
        };
        find(|p| &p.product_id).or_else(|| find(|p| &p.handle)).or_else(|| find(|p| &p.sku))
    }

    /// The change that brings the shop's backend to what this cart holds under its key.
    ///
    /// Products that share a SKU are one thing to the backend: their quantities are summed.
    #[must_use]
    pub(crate) fn change_at(&self, remote_key: &str) -> Change {
        match self.quantity_at(remote_key) {
            0 => Change::Remove { key: remote_key.to_owned() },
            quantity => Change::Set { key: remote_key.to_owned(), quantity },
        }
    }

    fn quantity_at(&self, remote_key: &str) -> u32 {
        let same = |line: &&Line| line.product.remote_key() == remote_key;
        self.lines.iter().filter(same).map(|line| line.quantity).sum()
    }

    /// Adds the line totals up again.
    pub(super) fn retotal(&mut self) -> Result<(), Refusal> {
        let mut totals = self.lines.iter().map(|line| line.total);
        self.subtotal = match totals.next() {
            None => None,
            Some(first) => Some(totals.try_fold(first, Money::checked_add).ok_or(Refusal::TotalTooLarge)?),
        };
        Ok(())
    }
}

impl Line {
    pub(super) fn new(line_id: String, product: Product, quantity: u32) -> Result<Self, Refusal> {
        let total = total(&product, quantity)?;
        Ok(Self { line_id, product, quantity, total })
    }

    pub(super) fn set_quantity(&mut self, quantity: u32) -> Result<(), Refusal> {
        self.total = total(&self.product, quantity)?;
        self.quantity = quantity;
        Ok(())
    }

    /// Key within the cart.
    #[must_use]
    pub(crate) fn line_id(&self) -> &str {
        &self.line_id
    }

    /// The product, as the catalogue had it when it was last added.
    #[must_use]
    pub(crate) fn product(&self) -> &Product {
        &self.product
    }

    /// Pieces.
    #[must_use]
    pub(crate) fn quantity(&self) -> u32 {
        self.quantity
    }

    /// Price of all pieces.
    #[must_use]
    pub(crate) fn total(&self) -> Money {
        self.total
    }
}

fn total(product: &Product, quantity: u32) -> Result<Money, Refusal> {
    product.unit_price.checked_mul(quantity).ok_or(Refusal::TotalTooLarge)
}
