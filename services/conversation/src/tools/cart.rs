//! The tools that work on the cart.

use easymart_core::{CallContext, Error};

use super::{Occasion, Toolbox};
use crate::{
    domain::{
        cart::CartLine,
        tool::{CartAction, CartChange, CartResult, CheckoutResult},
    },
    ports::CartKey,
};

impl Toolbox {
    pub(super) async fn read_cart(&self, ctx: &CallContext, occasion: Occasion<'_>) -> Result<CartResult, Error> {
        let cart = self.carts.get(ctx, occasion.session_id).await?;
        Ok(CartResult { quantity: cart.item_count, cart, line: None })
    }

    pub(super) async fn change_cart(
        &self,
        ctx: &CallContext,
        change: &CartChange,
        occasion: Occasion<'_>,
    ) -> Result<CartResult, Error> {
        // Derived from the turn's key, so that a turn that is repeated never changes the cart twice.
        let request_id = format!("{}-{}", occasion.request_id, change.step);
        let key = CartKey { cart_id: occasion.session_id, request_id: &request_id };
        let before = line_before(change, occasion);
        match change.action {
            CartAction::Add => {
                let (cart, line_id) = self.carts.add(ctx, key, &change.product_id, change.quantity).await?;
                let line = cart.lines.iter().find(|line| line.line_id == line_id).cloned();
                Ok(CartResult { cart, quantity: change.quantity, line })
            }
            CartAction::UpdateQuantity => {
                let cart = self.carts.set(ctx, key, &change.line_id, change.quantity).await?;
                let line = cart.lines.iter().find(|line| line.line_id == change.line_id).cloned();
                Ok(CartResult { cart, quantity: change.quantity, line })
            }
            CartAction::Remove => {
                let cart = self.carts.remove(ctx, key, &change.line_id).await?;
                let quantity = before.as_ref().map_or(0, |line| line.quantity);
                Ok(CartResult { cart, quantity, line: before })
            }
            CartAction::Clear => {
                let cart = self.carts.clear(ctx, key).await?;
                Ok(CartResult { cart, quantity: 0, line: None })
            }
        }
    }

    pub(super) async fn checkout(&self, ctx: &CallContext, occasion: Occasion<'_>) -> Result<CheckoutResult, Error> {
        let request_id = format!("{}-checkout", occasion.request_id);
        let key = CartKey { cart_id: occasion.session_id, request_id: &request_id };
        let (checkout_url, cart) = self.carts.checkout(ctx, key).await?;
        Ok(CheckoutResult { checkout_url, cart })
    }
}

/// The line that a change is about, as the turn last saw it.
fn line_before(change: &CartChange, occasion: Occasion<'_>) -> Option<CartLine> {
    let lines = &occasion.cart?.lines;
    lines.iter().find(|line| line.line_id == change.line_id).cloned()
}
