//! Carts, as cart-sync keeps them.

use std::time::Duration;

use easymart_core::CallContext;
use easymart_proto::cart_sync::v1::{
    AddItemRequest, BeginCheckoutRequest, ClearCartRequest, GetCartRequest, RemoveItemRequest, SetQuantityRequest,
    cart_sync_service_client::CartSyncServiceClient as Client,
};
use easymart_rpc::{Idempotency, MethodPolicy, Peer};

use super::convert;
use crate::{
    domain::cart::Cart,
    ports::{Answer, CartKey, Carts},
};

/// A shopper waits: what takes longer is said to be unavailable.
const PATIENCE: Duration = Duration::from_secs(3);

const fn change(method: &'static str) -> MethodPolicy {
    MethodPolicy { method, timeout: PATIENCE, idempotency: Idempotency::WithKey, attempts: 2 }
}

const GET_CART: MethodPolicy =
    MethodPolicy { method: "GetCart", timeout: PATIENCE, idempotency: Idempotency::Safe, attempts: 2 };
const ADD_ITEM: MethodPolicy = change("AddItem");
const SET_QUANTITY: MethodPolicy = change("SetQuantity");
const REMOVE_ITEM: MethodPolicy = change("RemoveItem");
const CLEAR_CART: MethodPolicy = change("ClearCart");
const BEGIN_CHECKOUT: MethodPolicy = change("BeginCheckout");

/// The carts behind a peer.
pub(crate) struct PeerCarts(pub(crate) Peer);

impl Carts for PeerCarts {
    fn get<'a>(&'a self, ctx: &'a CallContext, cart_id: &'a str) -> Answer<'a, Cart> {
        Box::pin(async move {
            let request = GetCartRequest { cart_id: cart_id.to_owned() };
            let call = |channel, request| async move { Client::new(channel).get_cart(request).await };
            convert::cart(self.0.call(ctx, &GET_CART, request, call).await?.cart)
        })
    }

    fn add<'a>(
        &'a self,
        ctx: &'a CallContext,
        key: CartKey<'a>,
        product_id: &'a str,
        quantity: u32,
    ) -> Answer<'a, (Cart, String)> {
        Box::pin(async move {
            let request = AddItemRequest {
                request_id: key.request_id.to_owned(),
                cart_id: key.cart_id.to_owned(),
                product_id: product_id.to_owned(),
                quantity,
                expected_version: None,
            };
            let call = |channel, request| async move { Client::new(channel).add_item(request).await };
            let answer = self.0.call(ctx, &ADD_ITEM, request, call).await?;
            Ok((convert::cart(answer.cart)?, answer.line_id))
        })
    }

    fn set<'a>(&'a self, ctx: &'a CallContext, key: CartKey<'a>, line_id: &'a str, quantity: u32) -> Answer<'a, Cart> {
        Box::pin(async move {
            let request = SetQuantityRequest {
                request_id: key.request_id.to_owned(),
                cart_id: key.cart_id.to_owned(),
                line_id: line_id.to_owned(),
                quantity,
                expected_version: None,
            };
            let call = |channel, request| async move { Client::new(channel).set_quantity(request).await };
            convert::cart(self.0.call(ctx, &SET_QUANTITY, request, call).await?.cart)
        })
    }

    fn remove<'a>(&'a self, ctx: &'a CallContext, key: CartKey<'a>, line_id: &'a str) -> Answer<'a, Cart> {
        Box::pin(async move {
            let request = RemoveItemRequest {
                request_id: key.request_id.to_owned(),
                cart_id: key.cart_id.to_owned(),
                line_id: line_id.to_owned(),
                expected_version: None,
            };
            let call = |channel, request| async move { Client::new(channel).remove_item(request).await };
            convert::cart(self.0.call(ctx, &REMOVE_ITEM, request, call).await?.cart)
        })
    }

    fn clear<'a>(&'a self, ctx: &'a CallContext, key: CartKey<'a>) -> Answer<'a, Cart> {
        Box::pin(async move {
            let request = ClearCartRequest {
                request_id: key.request_id.to_owned(),
                cart_id: key.cart_id.to_owned(),
                expected_version: None,
            };
            let call = |channel, request| async move { Client::new(channel).clear_cart(request).await };
            convert::cart(self.0.call(ctx, &CLEAR_CART, request, call).await?.cart)
        })
    }

    fn checkout<'a>(&'a self, ctx: &'a CallContext, key: CartKey<'a>) -> Answer<'a, (String, Cart)> {
        Box::pin(async move {
            let request =
                BeginCheckoutRequest { request_id: key.request_id.to_owned(), cart_id: key.cart_id.to_owned() };
            let call = |channel, request| async move { Client::new(channel).begin_checkout(request).await };
            let answer = self.0.call(ctx, &BEGIN_CHECKOUT, request, call).await?;
            Ok((answer.checkout_url, convert::cart(answer.cart)?))
        })
    }
}
