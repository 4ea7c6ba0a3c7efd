//! The service on the wire: checks and converts what comes in, calls the use cases, converts what goes out.

use std::pin::Pin;

use easymart_core::{Error, reason};
use easymart_proto::cart_sync::v1::{
    AddItemRequest, AddItemResponse, BeginCheckoutRequest, BeginCheckoutResponse, ClearCartRequest, ClearCartResponse,
    GetCartRequest, GetCartResponse, ListUnsyncedRequest, ListUnsyncedResponse, ReconcileRequest, ReconcileResponse,
    RemoveItemRequest, RemoveItemResponse, SetQuantityRequest, SetQuantityResponse, WatchCartRequest,
    WatchCartResponse, cart_sync_service_server::CartSyncService,
};
use easymart_rpc::{context, to_status};
use futures::{Stream, StreamExt as _, stream};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, async_trait};

mod convert;

use crate::{
    app::{Answer, CartView, Carts, Key, Request as ChangeRequest, Watcher, Wish},
    domain::{CartId, RequestId, check_reference},
    metrics as names,
};

/// Entries that ListUnsynced returns when the caller does not say.
const DEFAULT_LIMIT: u32 = 100;
/// Most entries that ListUnsynced returns.
const MAX_LIMIT: u32 = 1_000;

/// cart-sync on the wire.
pub(crate) struct Grpc {
    carts: Carts,
    /// Ends the streams when the server stops.
    stop: CancellationToken,
}

type WatchStream = Pin<Box<dyn Stream<Item = Result<WatchCartResponse, Status>> + Send>>;

impl Grpc {
    /// Serves these carts until `stop`.
    pub(crate) fn new(carts: Carts, stop: CancellationToken) -> Self {
        Self { carts, stop }
    }

    async fn change<T>(
        &self,
        request: &Request<T>,
        key: (&str, &str),
        wish: Wish,
        expected_version: Option<u64>,
    ) -> Result<Answer, Status> {
        let (cart_id, request_id) = key;
        let key = parse_key(cart_id, request_id).map_err(status)?;
        check_wish(&wish).map_err(status)?;
        let change = ChangeRequest { wish, expected_version };
        let answer = self.carts.mutate(context(request), key, change).await;
        answer.map_err(status)
    }

    fn wire(&self, view: &CartView) -> easymart_proto::cart_sync::v1::Cart {
        convert::cart(view, self.carts.currency())
    }
}

#[async_trait]
impl CartSyncService for Grpc {
    type WatchCartStream = WatchStream;

    async fn get_cart(&self, request: Request<GetCartRequest>) -> Result<Response<GetCartResponse>, Status> {
        let cart_id = parse_cart_id(&request.get_ref().cart_id)?;
        let view = self.carts.get(&cart_id).map_err(status)?;
        let cart = Some(self.wire(&view));
        Ok(Response::new(GetCartResponse { cart }))
    }

    async fn add_item(&self, request: Request<AddItemRequest>) -> Result<Response<AddItemResponse>, Status> {
        let body = request.get_ref();
        let wish = Wish::Add { product_id: body.product_id.clone(), quantity: body.quantity };
        let key = (body.cart_id.as_str(), body.request_id.as_str());
        let answer = self.change(&request, key, wish, body.expected_version);
        let answer = answer.await?;
        Ok(Response::new(AddItemResponse {
            cart: Some(self.wire(&answer.view)),
            line_id: answer.line_id.unwrap_or_default(),
        }))
    }

    async fn set_quantity(
        &self,
        request: Request<SetQuantityRequest>,
    ) -> Result<Response<SetQuantityResponse>, Status> {
        let body = request.get_ref();
        let wish = Wish::Set { line_id: body.line_id.clone(), quantity: body.quantity };
        let key = (body.cart_id.as_str(), body.request_id.as_str());
        let answer = self.change(&request, key, wish, body.expected_version);
        let cart = Some(self.wire(&answer.await?.view));
        Ok(Response::new(SetQuantityResponse { cart }))
    }

    async fn remove_item(&self, request: Request<RemoveItemRequest>) -> Result<Response<RemoveItemResponse>, Status> {
        let body = request.get_ref();
        let wish = Wish::Remove { line_id: body.line_id.clone() };
        let key = (body.cart_id.as_str(), body.request_id.as_str());
        let answer = self.change(&request, key, wish, body.expected_version);
        let cart = Some(self.wire(&answer.await?.view));
        Ok(Response::new(RemoveItemResponse { cart }))
    }

    async fn clear_cart(&self, request: Request<ClearCartRequest>) -> Result<Response<ClearCartResponse>, Status> {
        let body = request.get_ref();
        let key = (body.cart_id.as_str(), body.request_id.as_str());
        let answer = self.change(&request, key, Wish::Clear, body.expected_version);
        let cart = Some(self.wire(&answer.await?.view));
        Ok(Response::new(ClearCartResponse { cart }))
    }

    async fn begin_checkout(
        &self,
        request: Request<BeginCheckoutRequest>,
    ) -> Result<Response<BeginCheckoutResponse>, Status> {
        let body = request.get_ref();
        let key = (body.cart_id.as_str(), body.request_id.as_str());
        let answer = self.change(&request, key, Wish::BeginCheckout, None);
        let answer = answer.await?;
        Ok(Response::new(BeginCheckoutResponse {
            cart: Some(self.wire(&answer.view)),
            checkout_url: answer.checkout_url.unwrap_or_default(),
        }))
    }

    async fn watch_cart(&self, request: Request<WatchCartRequest>) -> Result<Response<WatchStream>, Status> {
        let cart_id = parse_cart_id(&request.get_ref().cart_id)?;
        let watcher = self.carts.watch(&cart_id).await.map_err(status)?;
        let currency = self.carts.currency();
        let carts = views(watcher).map(move |view| {
            let cart = Some(convert::cart(&view, currency));
            Ok(WatchCartResponse { cart })
        });
        let until_stop = carts.take_until(self.stop.clone().cancelled_owned());
        Ok(Response::new(Box::pin(until_stop)))
    }

    async fn list_unsynced(
        &self,
        request: Request<ListUnsyncedRequest>,
    ) -> Result<Response<ListUnsyncedResponse>, Status> {
        let limit = parse_limit(request.get_ref().limit).map_err(status)?;
        let (changes, total) = self.carts.unsynced(limit).map_err(status)?;
        Ok(Response::new(ListUnsyncedResponse {
            changes: changes.into_iter().map(convert::unsynced).collect(),
            total: u32::try_from(total).unwrap_or(u32::MAX),
        }))
    }

    async fn reconcile(&self, request: Request<ReconcileRequest>) -> Result<Response<ReconcileResponse>, Status> {
        let body = request.get_ref();
        let key = parse_key(&body.cart_id, &body.request_id).map_err(status)?;
        let answer = self.carts.reconcile(&context(&request), key).await;
        let answer = answer.map_err(status)?;
        Ok(Response::new(ReconcileResponse { cart: Some(self.wire(&answer.view)), corrections: answer.corrections }))
    }
}

/// The cart now, then each later state.
fn views(watcher: Watcher) -> impl Stream<Item = std::sync::Arc<CartView>> + Send {
    let open = Open::new();
    stream::unfold((watcher, open, true), |(mut watcher, open, first)| async move {
        let view = match first {
            true => watcher.current(),
            false => watcher.next().await?,
        };
        Some((view, (watcher, open, false)))
    })
}

/// Counts a stream for as long as it is open.
struct Open;

impl Open {
    fn new() -> Self {
        metrics::gauge!(names::WATCHERS).increment(1);
        Self
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        metrics::gauge!(names::WATCHERS).decrement(1);
    }
}

fn parse_cart_id(text: &str) -> Result<CartId, Status> {
    CartId::parse(text).map_err(|error| status(error.into()))
}

fn parse_key(cart_id: &str, request_id: &str) -> Result<Key, Error> {
    Ok(Key { cart_id: CartId::parse(cart_id)?, request_id: RequestId::parse(request_id)? })
}

fn check_wish(wish: &Wish) -> Result<(), Error> {
    match wish {
        Wish::Add { product_id, .. } => check_reference("product_id", product_id)?,
        Wish::Set { line_id, .. } | Wish::Remove { line_id } => {
            check_reference("line_id", line_id)?;
        }
        Wish::Clear | Wish::BeginCheckout => {}
    }
    Ok(())
}

fn parse_limit(limit: u32) -> Result<usize, Error> {
    match limit {
        0 => Ok(DEFAULT_LIMIT as usize),
        1..=MAX_LIMIT => Ok(limit as usize),
        _ => Err(Error::invalid(reason::FIELD_INVALID, "limit", format!("must be at most {MAX_LIMIT}"))),
    }
}

fn status(error: Error) -> Status {
    to_status(&error)
}
