use std::{
    collections::HashMap,
    pin::Pin,
    sync::{Arc, Mutex},
};

use easymart_core::reason;
use easymart_proto::cart_sync::v1::{
    AddItemRequest, AddItemResponse, BeginCheckoutRequest, BeginCheckoutResponse, Cart, CartLine, ClearCartRequest,
    ClearCartResponse, GetCartRequest, GetCartResponse, ListUnsyncedRequest, ListUnsyncedResponse, ReconcileRequest,
    ReconcileResponse, RemoveItemRequest, RemoveItemResponse, SetQuantityRequest, SetQuantityResponse,
    WatchCartRequest, WatchCartResponse, cart_sync_service_server::CartSyncService,
};
use futures::Stream;
use tonic::{Request, Response, Status, async_trait};

use super::{aud, product, refuse};

/// Carts in memory: versioned, and idempotent by request id.
#[derive(Clone, Default)]
pub struct FakeCarts(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    carts: HashMap<String, Cart>,
    done: HashMap<String, Cart>,
    unsynced: u32,
}

impl FakeCarts {
    /// Pretends that so many changes wait for the shop's backend.
    pub fn set_unsynced(&self, count: u32) {
        self.0.lock().unwrap().unsynced = count;
    }

    fn cart(&self, cart_id: &str) -> Cart {
        let state = self.0.lock().unwrap();
        let unused = Cart { cart_id: cart_id.to_owned(), ..Default::default() };
        state.carts.get(cart_id).cloned().unwrap_or(unused)
    }

    fn change(
        &self,
        request_id: &str,
        cart_id: &str,
        expected: Option<u64>,
        change: impl FnOnce(&mut Cart) -> Result<(), Status>,
    ) -> Result<Cart, Status> {
        if let Some(first) = self.0.lock().unwrap().done.get(request_id) {
            return Ok(first.clone());
        }
        let mut cart = self.cart(cart_id);
        if expected.is_some_and(|expected| expected != cart.version) {
            return Err(refuse(reason::CART_VERSION_CONFLICT, "the cart changed"));
        }
        change(&mut cart)?;
        settle(&mut cart);
        let mut state = self.0.lock().unwrap();
        state.carts.insert(cart_id.to_owned(), cart.clone());
        state.done.insert(request_id.to_owned(), cart.clone());
        Ok(cart)
    }
}

fn settle(cart: &mut Cart) {
    cart.version += 1;
    cart.lines.retain(|line| line.quantity > 0);
    for line in &mut cart.lines {
        let unit = line.unit_price.as_ref().map_or(0, |price| price.amount_minor);
        line.line_total = Some(aud(unit * i64::from(line.quantity)));
    }
    cart.item_count = cart.lines.iter().map(|line| line.quantity).sum();
    cart.distinct_count = cart.lines.len().try_into().unwrap();
    let total = cart.lines.iter().filter_map(|line| line.line_total.as_ref()).map(|total| total.amount_minor).sum();
    cart.subtotal = Some(aud(total));
}

fn line<'a>(cart: &'a mut Cart, line_id: &str) -> Result<&'a mut CartLine, Status> {
    cart.lines
        .iter_mut()
        .find(|line| line.line_id == line_id)
        .ok_or_else(|| refuse(reason::CART_LINE_UNKNOWN, "no such line"))
}

#[async_trait]
impl CartSyncService for FakeCarts {
    type WatchCartStream = Pin<Box<dyn Stream<Item = Result<WatchCartResponse, Status>> + Send>>;

    async fn get_cart(&self, request: Request<GetCartRequest>) -> Result<Response<GetCartResponse>, Status> {
        let cart = Some(self.cart(&request.into_inner().cart_id));
        Ok(Response::new(GetCartResponse { cart }))
    }

    async fn add_item(&self, request: Request<AddItemRequest>) -> Result<Response<AddItemResponse>, Status> {
        let asked = request.into_inner();
        let sold =
            product(&asked.product_id).ok_or_else(|| refuse(reason::PRODUCT_UNKNOWN, "no product of this name"))?;
        let line_id = format!("line-{}", sold.handle);
        let cart = self.change(&asked.request_id, &asked.cart_id, asked.expected_version, |cart| {
            if let Ok(line) = line(cart, &line_id) {
                line.quantity += asked.quantity;
                return Ok(());
            }
            cart.lines.push(CartLine {
                line_id: line_id.clone(),
                product_id: sold.product_id.clone(),
                sku: sold.sku.clone(),
                title: sold.title.clone(),
                unit_price: sold.price.clone(),
                quantity: asked.quantity,
                ..Default::default()
            });
            Ok(())
        })?;
        Ok(Response::new(AddItemResponse { cart: Some(cart), line_id }))
    }

    async fn set_quantity(
        &self,
        request: Request<SetQuantityRequest>,
    ) -> Result<Response<SetQuantityResponse>, Status> {
        let asked = request.into_inner();
        let cart = self.change(&asked.request_id, &asked.cart_id, asked.expected_version, |cart| {
            line(cart, &asked.line_id)?.quantity = asked.quantity;
            Ok(())
        })?;
        Ok(Response::new(SetQuantityResponse { cart: Some(cart) }))
    }

    async fn remove_item(&self, request: Request<RemoveItemRequest>) -> Result<Response<RemoveItemResponse>, Status> {
        let asked = request.into_inner();
        let cart = self.change(&asked.request_id, &asked.cart_id, asked.expected_version, |cart| {
            line(cart, &asked.line_id)?.quantity = 0;
            Ok(())
        })?;
        Ok(Response::new(RemoveItemResponse { cart: Some(cart) }))
    }

    async fn clear_cart(&self, request: Request<ClearCartRequest>) -> Result<Response<ClearCartResponse>, Status> {
        let asked = request.into_inner();
        let cart = self.change(&asked.request_id, &asked.cart_id, asked.expected_version, |cart| {
            cart.lines.clear();
            Ok(())
        })?;
        Ok(Response::new(ClearCartResponse { cart: Some(cart) }))
    }

    async fn begin_checkout(
        &self,
        request: Request<BeginCheckoutRequest>,
    ) -> Result<Response<BeginCheckoutResponse>, Status> {
        let cart = self.cart(&request.into_inner().cart_id);
        if cart.lines.is_empty() {
            return Err(refuse(reason::CART_EMPTY, "nothing to check out"));
        }
        let checkout_url = "https://shop.example/checkout".to_owned();
        Ok(Response::new(BeginCheckoutResponse { checkout_url, cart: Some(cart) }))
    }

    async fn watch_cart(&self, _: Request<WatchCartRequest>) -> Result<Response<Self::WatchCartStream>, Status> {
        Err(Status::unimplemented("not in miniature"))
    }

    async fn list_unsynced(&self, _: Request<ListUnsyncedRequest>) -> Result<Response<ListUnsyncedResponse>, Status> {
        let total = self.0.lock().unwrap().unsynced;
        Ok(Response::new(ListUnsyncedResponse { changes: Vec::new(), total }))
    }

    async fn reconcile(&self, _: Request<ReconcileRequest>) -> Result<Response<ReconcileResponse>, Status> {
        Err(Status::unimplemented("not in miniature"))
    }
}
