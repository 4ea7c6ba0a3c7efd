//! `/v1/sessions/{session_id}/cart`.

use std::sync::Arc;

use axum::{
    extract::{Extension, State},
    response::Response,
};
use easymart_core::reason;
use easymart_proto::cart_sync::v1::{BeginCheckoutRequest, Cart};
use http::{HeaderMap, HeaderValue, header};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    carts::{CartCall, Change, checked_quantity, checked_reference},
    edge::Call,
    extract::{InPath, Json, json},
    gateway::Gateway,
    openapi::{CartErrors, IdempotencyKey, IfMatch, SessionErrors},
    problem::{Failure, Result},
    session::Session,
    view::cart::{CartView, CheckoutView},
};

/// A product to add.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"sku": "DESK-120-OAK", "quantity": 1}))]
pub(crate) struct AddRequest {
    /// Id or handle of the product.
    #[serde(default)]
    product_id: Option<String>,
    /// Its stock keeping unit, instead.
    #[serde(default)]
    sku: Option<String>,
    /// Pieces to add, 1 to 99.
    #[serde(default = "one")]
    #[schema(minimum = 1, maximum = 99, default = 1)]
    quantity: i64,
}

fn one() -> i64 {
    1
}

/// How many pieces there shall be.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"quantity": 2}))]
pub(crate) struct SetRequest {
    /// Pieces, 0 to 99; 0 removes the line.
    #[schema(minimum = 0, maximum = 99)]
    quantity: i64,
}

/// Read the cart
#[utoipa::path(
    get, path = "/v1/sessions/{session_id}/cart", tag = "Cart",
    operation_id = "cart_read",
    params(("session_id" = String, Path, description = "The session's id")),
    responses((status = 200, description = "The cart", body = CartView), SessionErrors),
)]
pub(crate) async fn read(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    headers: HeaderMap,
    InPath(session_id): InPath<String>,
) -> Result<Response> {
    let (session, cart) = open(&gateway, &call, &headers, &session_id)?;
    answer(&cart.read().await?, &session)
}

/// Add to the cart
///
/// A product that is already in the cart gets more pieces on its line.
#[utoipa::path(
    post, path = "/v1/sessions/{session_id}/cart/items", tag = "Cart",
    operation_id = "cart_add",
    params(("session_id" = String, Path, description = "The session's id"), IdempotencyKey, IfMatch),
    request_body = AddRequest,
    responses((status = 200, description = "The cart after the change", body = CartView), CartErrors),
)]
pub(crate) async fn add(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    headers: HeaderMap,
    InPath(session_id): InPath<String>,
    Json(asked): Json<AddRequest>,
) -> Result<Response> {
    let (session, cart) = open(&gateway, &call, &headers, &session_id)?;
    let change = Change::Add {
        quantity: checked_quantity(asked.quantity, 1)?,
        product: checked_reference("product_id", asked.product_id.filter(|id| !id.is_empty()).or(asked.sku))?,
    };
    answer(&cart.change(change).await?, &session)
}

/// Set a line's quantity
#[utoipa::path(
    patch, path = "/v1/sessions/{session_id}/cart/items/{line_id}", tag = "Cart",
    operation_id = "cart_set_quantity",
    params(
        ("session_id" = String, Path, description = "The session's id"),
        ("line_id" = String, Path, description = "The line"),
        IdempotencyKey, IfMatch,
    ),
    request_body = SetRequest,
    responses((status = 200, description = "The cart after the change", body = CartView), CartErrors),
)]
pub(crate) async fn set(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    headers: HeaderMap,
    InPath((session_id, line_id)): InPath<(String, String)>,
    Json(asked): Json<SetRequest>,
) -> Result<Response> {
    let (session, cart) = open(&gateway, &call, &headers, &session_id)?;
    let change = Change::Set {
        line_id: checked_reference("line_id", Some(line_id))?,
        quantity: checked_quantity(asked.quantity, 0)?,
    };
    answer(&cart.change(change).await?, &session)
}

/// Remove a line
#[utoipa::path(
    delete, path = "/v1/sessions/{session_id}/cart/items/{line_id}", tag = "Cart",
    operation_id = "cart_remove",
    params(
        ("session_id" = String, Path, description = "The session's id"),
        ("line_id" = String, Path, description = "The line"),
        IdempotencyKey, IfMatch,
    ),
    responses((status = 200, description = "The cart after the change", body = CartView), CartErrors),
)]
pub(crate) async fn remove(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    headers: HeaderMap,
    InPath((session_id, line_id)): InPath<(String, String)>,
) -> Result<Response> {
    let (session, cart) = open(&gateway, &call, &headers, &session_id)?;
    let line_id = checked_reference("line_id", Some(line_id))?;
    answer(&cart.change(Change::Remove { line_id }).await?, &session)
}

/// Empty the cart
#[utoipa::path(
    delete, path = "/v1/sessions/{session_id}/cart", tag = "Cart",
    operation_id = "cart_clear",
    params(("session_id" = String, Path, description = "The session's id"), IdempotencyKey, IfMatch),
    responses((status = 200, description = "The cart after the change", body = CartView), CartErrors),
)]
pub(crate) async fn clear(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    headers: HeaderMap,
    InPath(session_id): InPath<String>,
) -> Result<Response> {
    let (session, cart) = open(&gateway, &call, &headers, &session_id)?;
    answer(&cart.change(Change::Clear).await?, &session)
}

/// Check out
///
/// Prepares the checkout and names the page to send the shopper to.
#[utoipa::path(
    post, path = "/v1/sessions/{session_id}/cart/checkout", tag = "Cart",
    operation_id = "cart_checkout",
    params(("session_id" = String, Path, description = "The session's id"), IdempotencyKey),
    responses((status = 200, description = "Where to check out", body = CheckoutView), CartErrors),
)]
pub(crate) async fn checkout(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    headers: HeaderMap,
    InPath(session_id): InPath<String>,
) -> Result<Response> {
    let (session, cart) = open(&gateway, &call, &headers, &session_id)?;
    let (ctx, cart_id, request_id) = cart.into_parts();
    let peers = gateway.peers.clone();
    let request = BeginCheckoutRequest { request_id, cart_id };
    let begun = gateway.see_through(async move { peers.begin_checkout(&ctx, request).await }).await?;
    if begun.checkout_url.is_empty() {
        return Err(Failure::new(reason::CHECKOUT_UNAVAILABLE, "the shop has no checkout page configured"));
    }
    json(&CheckoutView {
        checkout_url: &begun.checkout_url,
        cart: begun.cart.as_ref().map(|cart| CartView::new(cart, &session.public_id)),
    })
}

fn open(gateway: &Arc<Gateway>, call: &Call, headers: &HeaderMap, session_id: &str) -> Result<(Session, CartCall)> {
    let session = gateway.sessions.read(session_id, gateway.now())?.session();
    let cart = CartCall::new(gateway, call, headers, session.key)?;
    Ok((session, cart))
}

/// The whole cart, its version as the entity tag that `If-Match` takes.
fn answer(cart: &Cart, session: &Session) -> Result<Response> {
    let mut response = json(&CartView::new(cart, &session.public_id))?;
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", cart.version)) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}
