//! The cart on the original's paths: one request form, products named by SKU.

use std::sync::Arc;

use axum::{
    extract::{Extension, State},
    response::Response,
};
use easymart_core::reason;
use easymart_proto::{
    cart_sync::v1::{Cart, CartLine},
    catalog_search::v1::{GetProductsRequest, ProductView},
};
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::known_or_new;
use crate::{
    carts::{CartCall, Change, checked_quantity, checked_reference},
    edge::Call,
    extract::{Json, Query, json},
    gateway::{Gateway, context},
    openapi::{CartErrors, IdempotencyKey, ReadErrors},
    problem::{Failure, Result},
    routes::products::the_one,
    view::legacy::OriginalCart,
};

/// What to do with the cart.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OriginalCartRequest, example = json!({"session_id": "…", "product_id": "DESK-120-OAK", "quantity": 1, "action": "add"}))]
pub(crate) struct CartRequest {
    /// The session's id.
    #[serde(default, alias = "sessionId")]
    session_id: Option<String>,
    /// SKU, id or handle of the product; not for `view` and `clear`.
    #[serde(default, alias = "productId")]
    product_id: Option<String>,
    /// Pieces; 1 when left out.
    #[serde(default)]
    quantity: Option<i64>,
    /// `add` (when left out), `remove`, `set`, `update_quantity`, `view` or `clear`.
    #[serde(default)]
    action: Option<String>,
}

/// Whose cart.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct CartParams {
    /// The session's id.
    #[serde(alias = "sessionId")]
    session_id: Option<String>,
}

/// A cart after something was done with it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OriginalCartAnswer)]
pub(crate) struct CartAnswer<'a> {
    /// Always true; failures are problem documents with `success: false`.
    success: bool,
    /// What was done.
    action: &'static str,
    /// The id to use from now on.
    session_id: &'a str,
    /// The product as it was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    product_id: Option<&'a str>,
    /// Pieces as they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<i64>,
    /// What to tell the shopper.
    message: &'static str,
    /// The whole cart.
    cart: OriginalCart<'a>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Add,
    Remove,
    Set,
    View,
    Clear,
}

impl Action {
    fn named(word: Option<&str>) -> Result<Self> {
        match word.unwrap_or("add") {
            "add" => Ok(Self::Add),
            "remove" => Ok(Self::Remove),
            "set" | "update_quantity" => Ok(Self::Set),
            "view" => Ok(Self::View),
            "clear" => Ok(Self::Clear),
            _ => Err(Failure::field(
                reason::FIELD_INVALID,
                "action",
                "must be add, remove, set, update_quantity, view or clear",
            )),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Set => "set",
            Self::View => "view",
            Self::Clear => "clear",
        }
    }

    fn message(self) -> &'static str {
        match self {
            Self::Add => "Added to your cart.",
            Self::Remove => "Removed from your cart.",
            Self::Set => "Quantity updated.",
            Self::View => "Here is your cart.",
            Self::Clear => "Your cart is empty now.",
        }
    }
}

/// Change the cart (storefront backend)
#[utoipa::path(
    post, path = "/api/cart/add", tag = "Original",
    operation_id = "original_cart_change",
    params(IdempotencyKey),
    request_body = CartRequest,
    responses((status = 200, description = "The cart after the change", body = CartAnswer), CartErrors),
)]
pub(super) async fn storefront_change(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    headers: HeaderMap,
    Json(asked): Json<CartRequest>,
) -> Result<Response> {
    perform(&gateway, &call, &headers, asked).await
}

/// Change or read the cart (assistant)
#[utoipa::path(
    post, path = "/assistant/cart", tag = "Original",
    operation_id = "original_assistant_cart_change",
    params(IdempotencyKey),
    request_body = CartRequest,
    responses((status = 200, description = "The cart after the change", body = CartAnswer), CartErrors),
)]
pub(super) async fn assistant_change(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    headers: HeaderMap,
    Json(asked): Json<CartRequest>,
) -> Result<Response> {
    perform(&gateway, &call, &headers, asked).await
}

/// Read the cart (storefront backend)
#[utoipa::path(
    get, path = "/api/cart", tag = "Original",
    operation_id = "original_cart_read",
    params(CartParams),
    responses((status = 200, description = "The cart", body = CartAnswer), ReadErrors),
)]
pub(super) async fn storefront_cart(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    headers: HeaderMap,
    Query(params): Query<CartParams>,
) -> Result<Response> {
    perform(&gateway, &call, &headers, view(params)).await
}

/// Read the cart (assistant)
#[utoipa::path(
    get, path = "/assistant/cart", tag = "Original",
    operation_id = "original_assistant_cart_read",
    params(CartParams),
    responses((status = 200, description = "The cart", body = CartAnswer), ReadErrors),
)]
pub(super) async fn assistant_cart(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    headers: HeaderMap,
    Query(params): Query<CartParams>,
) -> Result<Response> {
    perform(&gateway, &call, &headers, view(params)).await
}

fn view(params: CartParams) -> CartRequest {
    CartRequest { session_id: params.session_id, product_id: None, quantity: None, action: Some("view".to_owned()) }
}

async fn perform(gateway: &Arc<Gateway>, call: &Call, headers: &HeaderMap, asked: CartRequest) -> Result<Response> {
    let session_id = asked.session_id.as_deref().map(str::trim).unwrap_or_default();
    if session_id.is_empty() {
        return Err(Failure::field(reason::FIELD_INVALID, "session_id", "is missing"));
    }
    let action = Action::named(asked.action.as_deref())?;
    let wanted = Wanted::new(action, asked.product_id, asked.quantity)?;
    let session = known_or_new(gateway, session_id);
    let cart = CartCall::new(gateway, call, headers, session.key)?;
    let cart = wanted.clone().perform(gateway, call, cart).await?;
    json(&CartAnswer {
        success: true,
        action: action.word(),
        session_id: &session.public_id,
        product_id: wanted.product_id(),
        quantity: wanted.quantity(),
        message: action.message(),
        cart: OriginalCart::from(&cart),
    })
}

/// A checked request.
#[derive(Debug, Clone)]
enum Wanted {
    Add(String, u32),
    Set(String, u32),
    Remove(String),
    View,
    Clear,
}

impl Wanted {
    fn new(action: Action, product_id: Option<String>, quantity: Option<i64>) -> Result<Self> {
        let quantity = quantity.unwrap_or(1);
        let product = |id| checked_reference("product_id", id);
        Ok(match action {
            Action::Add => Self::Add(product(product_id)?, checked_quantity(quantity, 1)?),
            Action::Set => Self::Set(product(product_id)?, checked_quantity(quantity, 0)?),
            Action::Remove => Self::Remove(product(product_id)?),
            Action::View => Self::View,
            Action::Clear => Self::Clear,
        })
    }

    fn product_id(&self) -> Option<&str> {
        match self {
            Self::Add(product, _) | Self::Set(product, _) | Self::Remove(product) => Some(product),
            Self::View | Self::Clear => None,
        }
    }

    fn quantity(&self) -> Option<i64> {
        match self {
            Self::Add(_, quantity) | Self::Set(_, quantity) => Some(i64::from(*quantity)),
            Self::Remove(_) | Self::View | Self::Clear => None,
        }
    }

    async fn perform(self, gateway: &Gateway, call: &Call, cart: CartCall) -> Result<Cart> {
        match self {
            Self::View => cart.read().await,
            Self::Clear => cart.change(Change::Clear).await,
            Self::Add(product, quantity) => cart.change(Change::Add { product, quantity }).await,
            Self::Set(product, quantity) => set(gateway, call, cart, product, quantity).await,
            Self::Remove(product) => remove(gateway, call, cart, product).await,
        }
    }
}

/// A product that is not in the cart yet gets a line. That and setting a line's quantity are different requests to the cart, so each
/// has a key of its own, made from the client's.
async fn set(gateway: &Gateway, call: &Call, cart: CartCall, product: String, quantity: u32) -> Result<Cart> {
    let now = cart.read().await?;
    match line_of(gateway, call, &now, &product).await? {
        Some(line_id) => cart.keyed_for("set").change(Change::Set { line_id, quantity }).await,
        None if quantity == 0 => Ok(now),
        None => cart.keyed_for("add").change(Change::Add { product, quantity }).await,
    }
}

async fn remove(gateway: &Gateway, call: &Call, cart: CartCall, product: String) -> Result<Cart> {
    let now = cart.read().await?;
    match line_of(gateway, call, &now, &product).await? {
        Some(line_id) => cart.change(Change::Remove { line_id }).await,
        // A repeat of a removal that was done finds nothing to remove: that is its first answer.
        None if cart.is_keyed() => Ok(now),
        None => Err(Failure::new(reason::CART_LINE_UNKNOWN, "the product is not in the cart")),
    }
}

/// The line that holds a product, named by SKU or id as the cart has it, or by anything else that the catalogue knows it by.
async fn line_of(gateway: &Gateway, call: &Call, cart: &Cart, product: &str) -> Result<Option<String>> {
    let named = |line: &&CartLine| line.product_id == product || line.sku.eq_ignore_ascii_case(product);
    if let Some(line) = cart.lines.iter().find(named) {
        return Ok(Some(line.line_id.clone()));
    }
    let ctx = context(call, gateway.config.deadlines.cart, None);
    let request = GetProductsRequest {
        references: vec![product.to_owned()],
        view: ProductView::Basic.into(),
        ..GetProductsRequest::default()
    };
    let found = gateway.peers.get_products(&ctx, request).await?;
    let found = the_one(product, found.matches)?;
    let line = cart.lines.iter().find(|line| line.product_id == found.product_id);
    Ok(line.map(|line| line.line_id.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(action: Action, product: Option<&str>, quantity: Option<i64>) -> Result<Wanted> {
        Wanted::new(action, product.map(str::to_owned), quantity)
    }

    #[test]
    fn requests_are_checked_by_their_action() {
        assert!(matches!(wanted(Action::Add, Some("D-1"), None).unwrap(), Wanted::Add(_, 1)));
        assert!(matches!(wanted(Action::Set, Some("D-1"), Some(0)).unwrap(), Wanted::Set(_, 0)));
        assert!(matches!(wanted(Action::Clear, None, Some(-5)).unwrap(), Wanted::Clear));
        for (action, product, quantity) in [
            (Action::Add, None, None),
            (Action::Add, Some("D-1"), Some(0)),
            (Action::Add, Some("D-1"), Some(-1)),
            (Action::Set, Some("D-1"), Some(100)),
            (Action::Remove, Some(" "), None),
        ] {
            assert!(wanted(action, product, quantity).is_err(), "{action:?} {product:?} {quantity:?}");
        }
    }

    #[test]
    fn actions_have_their_words() {
        assert_eq!(Action::named(None).unwrap(), Action::Add);
        assert_eq!(Action::named(Some("update_quantity")).unwrap(), Action::Set);
        assert_eq!(Action::named(Some("explode")).unwrap_err().reason(), reason::FIELD_INVALID);
    }
}
