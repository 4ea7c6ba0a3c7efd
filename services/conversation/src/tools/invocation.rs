//! Calls that come as JSON, from a language model or another protocol: read, checked against catalogue and session, run, and answered as JSON.

use easymart_core::{CallContext, Error, reason};
use serde_json::Value;

use super::{Occasion, RunTools as _, Toolbox, registry};
use crate::domain::{
    names::Names,
    product::Brief,
    state::SessionState,
    tool::{CartAction, CartChange, Tool, ToolCall},
};

/// What a call from outside is checked against.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The session: what was shown needs no look-up.
    pub state: &'a SessionState,
    /// The catalogue's categories.
    pub names: &'a Names,
    /// Of which turn it is.
    pub occasion: Occasion<'a>,
}

impl Toolbox {
    /// Runs a tool by its name with arguments as JSON; gives its result as JSON. Nothing runs before name, arguments and ids are known
    /// to be right.
    ///
    /// # Errors
    /// `FIELD_INVALID` (naming the argument), `PRODUCT_UNKNOWN`, `SKU_AMBIGUOUS` or `CART_LINE_UNKNOWN` before anything ran; the tool's own
    /// reason afterwards.
    pub async fn invoke(
        &self,
        ctx: &CallContext,
        name: &str,
        arguments: &Value,
        around: Surroundings<'_>,
    ) -> Result<Value, Error> {
        let tool = Tool::named(name).ok_or_else(|| invalid("name", "is no tool of ours"))?;
        let call = registry::parse(tool, arguments, self.profile.store.currency)?;
        let call = self.settle(ctx, call, around).await?;
        let run = self.run(ctx, call, around.occasion).await;
        let result = run.outcome.map_err(|failure| Error::new(failure.reason, failure.reason.entry().meaning))?;
        serde_json::to_value(result).map_err(Error::internal)
    }

    /// Replaces what a call says about products by their ids, and checks that they and the category exist.
    async fn settle(&self, ctx: &CallContext, call: ToolCall, around: Surroundings<'_>) -> Result<ToolCall, Error> {
        Ok(match call {
            ToolCall::SearchProducts(search) => {
                check_category("category", search.category.as_deref(), around.names)?;
                for category in &search.exclude.categories {
                    check_category("exclude.category", Some(category), around.names)?;
                }
                ToolCall::SearchProducts(search)
            }
            ToolCall::GetProductSpecs { product_id, question } => ToolCall::GetProductSpecs {
                product_id: self.product(ctx, "product_id", &product_id, around).await?,
                question,
            },
            ToolCall::CheckAvailability { product_id } => {
                ToolCall::CheckAvailability { product_id: self.product(ctx, "product_id", &product_id, around).await? }
            }
            ToolCall::CompareProducts { product_ids, options } => {
                ToolCall::CompareProducts { product_ids: self.different(ctx, &product_ids, around).await?, options }
            }
            ToolCall::FindSimilarProducts { product_id, exclude_ids } => ToolCall::FindSimilarProducts {
                product_id: self.product(ctx, "product_id", &product_id, around).await?,
                exclude_ids,
            },
            ToolCall::UpdateCart(change) if change.action != CartAction::Clear => {
                ToolCall::UpdateCart(self.change(ctx, change, around).await?)
            }
            call => call,
        })
    }

    /// The id of a product that was shown, is in the cart, or is in the catalogue.
    async fn product(
        &self,
        ctx: &CallContext,
        field: &'static str,
        key: &str,
        around: Surroundings<'_>,
    ) -> Result<String, Error> {
        if is_known(key, around) {
            return Ok(key.to_owned());
        }
        match self.catalogue.products(ctx, key).await?.as_slice() {
            [product] => Ok(product.product_id.clone()),
            [] => Err(Error::invalid(reason::PRODUCT_UNKNOWN, field, "names no product of the catalogue")),
            _ => Err(Error::invalid(reason::SKU_AMBIGUOUS, field, "stands on several products")),
        }
    }

    async fn different(
        &self,
        ctx: &CallContext,
        keys: &[String],
        around: Surroundings<'_>,
    ) -> Result<Vec<String>, Error> {
        let mut ids: Vec<String> = Vec::new();
        for key in keys {
            let id = self.product(ctx, "product_ids", key, around).await?;
            if ids.contains(&id) {
                return Err(invalid("product_ids", "names one product twice"));
            }
            ids.push(id);
        }
        Ok(ids)
    }

    /// A change with its product's id and, where it is about what is in the cart, its line.
    async fn change(
        &self,
        ctx: &CallContext,
        change: CartChange,
        around: Surroundings<'_>,
    ) -> Result<CartChange, Error> {
        let product_id = self.product(ctx, "product_id", &change.product_id, around).await?;
        if change.action == CartAction::Add {
            return Ok(CartChange { product_id, ..change });
        }
        let cart = self.carts.get(ctx, around.occasion.session_id).await?;
        let line = cart.line_of(&product_id).map(|line| line.line_id.clone());
        let line_id =
            line.ok_or_else(|| Error::invalid(reason::CART_LINE_UNKNOWN, "product_id", "is not in the cart"))?;
        Ok(CartChange { product_id, line_id, ..change })
    }
}

fn is_known(product_id: &str, around: Surroundings<'_>) -> bool {
    let state = around.state;
    let mut shown = state.lists.everything().chain(&state.focus).chain(&state.compared);
    shown.any(|product: &Brief| product.product_id == product_id)
        || around.occasion.cart.is_some_and(|cart| cart.line_of(product_id).is_some())
}

fn check_category(field: &'static str, category: Option<&str>, names: &Names) -> Result<(), Error> {
    match category {
        Some(category) if names.count(category).is_none() => Err(invalid(field, "is no category of the catalogue")),
        _ => Ok(()),
    }
}

fn invalid(field: &'static str, description: &str) -> Error {
    Error::invalid(reason::FIELD_INVALID, field, description)
}
