//! What can be done to a cart, and what comes of it.

use super::{Cart, Change, Line, MAX_LINES, MAX_QUANTITY, Product, Refusal};

/// A wish to change a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    /// Put more pieces of a product in. The line then shows the product as given here.
    Add {
        /// The product.
        product: Product,
        /// Pieces to add, 1 to 99.
        quantity: u32,
    },
    /// Make a line have so many pieces; 0 removes it.
    Set {
        /// The line.
        line_id: String,
        /// Pieces, 0 to 99.
        quantity: u32,
    },
    /// Take a line out.
    Remove {
        /// The line.
        line_id: String,
    },
    /// Take everything out.
    Clear,
    /// Go to the checkout: needs something in the cart, changes nothing.
    BeginCheckout,
}

/// What came of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Applied {
    /// The cart after it.
    pub(crate) cart: Cart,
    /// The line that was added to.
    pub(crate) line_id: Option<String>,
    /// What the shop's backend has to be told. Empty exactly when the cart did not change.
    pub(crate) changes: Vec<Change>,
}

impl Cart {
    /// Carries a command out: the version grows by one if the cart changed, and stays when there was nothing to change
    /// (a line set to the quantity it has, an empty cart cleared).
    ///
    /// # Errors
    /// The [`Refusal`] that says which rule forbids it.
    pub(crate) fn apply(self, command: Command, expected_version: Option<u64>) -> Result<Applied, Refusal> {
        self.expect(expected_version)?;
        match command {
            Command::Add { product, quantity } => self.add(product, quantity),
            Command::Set { line_id, quantity: 0 } | Command::Remove { line_id } => self.remove(&line_id),
            Command::Set { line_id, quantity } => self.set(&line_id, quantity),
            Command::Clear => Ok(self.clear()),
            Command::BeginCheckout => self.begin_checkout(),
        }
    }

    fn expect(&self, expected_version: Option<u64>) -> Result<(), Refusal> {
        match expected_version {
            Some(expected) if expected != self.version => {
                Err(Refusal::VersionConflict { expected, actual: self.version })
            }
            _ => Ok(()),
        }
    }

    fn add(mut self, product: Product, quantity: u32) -> Result<Applied, Refusal> {
        let index = self.lines.iter().position(|line| line.product.is_same_thing(&product));
        let in_cart = index.map_or(0, |i| self.lines[i].quantity);
        let sum = sum_in_range(quantity, in_cart)?;
        self.check_currency(&product, index)?;
        let key = product.remote_key().to_owned();
        let line_id = match index {
            Some(index) => self.replace_line(index, product, sum)?,
            None => self.push_line(product, sum)?,
        };
        self.changed(&key, Some(line_id))
    }

    /// Gives a line what the catalogue says now, and a new quantity.
    fn replace_line(&mut self, index: usize, product: Product, quantity: u32) -> Result<String, Refusal> {
        let line = &mut self.lines[index];
        line.product = product;
        line.set_quantity(quantity)?;
        Ok(line.line_id.clone())
    }

    fn push_line(&mut self, product: Product, quantity: u32) -> Result<String, Refusal> {
        if self.lines.len() >= MAX_LINES {
            return Err(Refusal::CartFull);
        }
        self.last_line += 1;
        let line_id = format!("line-{}", self.last_line);
        self.lines.push(Line::new(line_id.clone(), product, quantity)?);
        Ok(line_id)
    }

    fn set(mut self, line_id: &str, quantity: u32) -> Result<Applied, Refusal> {
        let index = self.index_of_line(line_id)?;
        if quantity > MAX_QUANTITY {
            return Err(Refusal::QuantityOutOfRange { asked: quantity, in_cart: 0 });
        }
        let line = &mut self.lines[index];
        if line.quantity == quantity {
            return Ok(self.unchanged());
        }
        line.set_quantity(quantity)?;
        let key = line.product.remote_key().to_owned();
        self.changed(&key, None)
    }

    fn remove(mut self, line_id: &str) -> Result<Applied, Refusal> {
        let index = self.index_of_line(line_id)?;
        let line = self.lines.remove(index);
        self.changed(line.product.remote_key(), None)
    }

    fn clear(mut self) -> Applied {
        if self.lines.is_empty() {
            return self.unchanged();
        }
        self.lines.clear();
        self.subtotal = None;
        self.version += 1;
        Applied { cart: self, line_id: None, changes: vec![Change::Clear] }
    }

    fn begin_checkout(self) -> Result<Applied, Refusal> {
        if self.lines.is_empty() {
            return Err(Refusal::CartEmpty);
        }
        Ok(self.unchanged())
    }

    fn changed(mut self, remote_key: &str, line_id: Option<String>) -> Result<Applied, Refusal> {
        self.retotal()?;
        self.version += 1;
        let changes = vec![self.change_at(remote_key)];
        Ok(Applied { cart: self, line_id, changes })
    }

    fn unchanged(self) -> Applied {
        Applied { cart: self, line_id: None, changes: Vec::new() }
    }

    fn check_currency(&self, product: &Product, replaced: Option<usize>) -> Result<(), Refusal> {
        let others = self.lines.iter().enumerate();
        let other = others.filter(|(index, _)| Some(*index) != replaced).map(|(_, line)| line.total.currency).next();
        match other {
            Some(cart) if cart != product.unit_price.currency => {
                Err(Refusal::CurrencyMismatch { cart, product: product.unit_price.currency })
            }
            _ => Ok(()),
        }
    }

    fn index_of_line(&self, line_id: &str) -> Result<usize, Refusal> {
        let same = |line: &Line| line.line_id == line_id;
        let index = self.lines.iter().position(same);
        index.ok_or_else(|| Refusal::LineUnknown(line_id.to_owned()))
    }
}

fn sum_in_range(asked: u32, in_cart: u32) -> Result<u32, Refusal> {
    match asked.checked_add(in_cart) {
        Some(sum) if asked > 0 && sum <= MAX_QUANTITY => Ok(sum),
        // A quantity that is wrong by itself is wrong whatever the cart holds.
        _ if asked == 0 || asked > MAX_QUANTITY => Err(Refusal::QuantityOutOfRange { asked, in_cart: 0 }),
        _ => Err(Refusal::QuantityOutOfRange { asked, in_cart }),
    }
}
