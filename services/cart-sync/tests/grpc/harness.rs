//! A cart-sync of the test's own and a shopper who uses it.

use std::{
    cell::RefCell,
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use easymart_cart_sync::{Config, Peers, serve};
use easymart_core::{Error, Reason};
use easymart_proto::cart_sync::v1::{
    AddItemRequest, Cart, ClearCartRequest, GetCartRequest, RemoveItemRequest, SetQuantityRequest, SyncState,
    cart_sync_service_client::CartSyncServiceClient,
};
use easymart_rpc::{Peer, PeerConfig, from_status};
use easymart_testkit::{TestDir, free_listener, wait_until};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::{Status, transport::Channel};

/// Longest that anything in a test may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) type Client = CartSyncServiceClient<Channel>;

/// A running cart-sync over a directory that outlives it.
pub(crate) struct Service {
    pub(crate) client: Client,
    stop: CancellationToken,
    serving: JoinHandle<anyhow::Result<()>>,
}

impl Service {
    /// Starts over `dir`, with short waits.
    pub(crate) async fn start(dir: &TestDir, catalogue: SocketAddr, configure: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config { data_dir: dir.join("carts"), ..Config::default() };
        config.storefront.retry_min = Duration::from_millis(5);
        config.storefront.retry_max = Duration::from_millis(50);
        config.storefront.breaker_pause = Duration::from_millis(20);
        configure(&mut config);
        let listener = free_listener().await;
        let url = format!("http://{}", listener.local_addr().unwrap());
        let peers = Peers { catalog_search: peer(catalogue) };
        let stop = CancellationToken::new();
        let serving = tokio::spawn(serve(config, listener, peers, stop.clone()));
        Self { client: connect(url).await, stop, serving }
    }

    /// Starts over `dir` with a backend.
    pub(crate) async fn with_backend(dir: &TestDir, catalogue: SocketAddr, url: &str) -> Self {
        let url = url.to_owned();
        Self::start(dir, catalogue, |config| config.storefront.url = url).await
    }

    /// Stops it in good order.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.serving.await.unwrap().unwrap();
    }

    /// A shopper with a cart.
    pub(crate) fn shopper(&self, cart_id: &str) -> Shopper {
        Shopper { client: self.client.clone(), cart_id: cart_id.to_owned() }
    }
}

fn peer(address: SocketAddr) -> Peer {
    let config = PeerConfig { breaker_failures: 1_000, ..PeerConfig::default() };
    Peer::new("catalog-search", &format!("http://{address}"), &config).unwrap()
}

/// Connects as soon as somebody listens.
pub(crate) async fn connect(url: String) -> Client {
    let endpoint = Channel::from_shared(url).unwrap().tcp_nodelay(true);
    let connected = tokio::sync::OnceCell::new();
    wait_until(PATIENCE, "the service listens", || async {
        match endpoint.connect().await {
            Ok(channel) => connected.set(channel).is_ok(),
            Err(_) => false,
        }
    })
    .await;
    CartSyncServiceClient::new(connected.into_inner().unwrap())
}

/// Uses one cart. Each change has a fresh key.
#[derive(Clone)]
pub(crate) struct Shopper {
    pub(crate) client: Client,
    pub(crate) cart_id: String,
}

impl Shopper {
    pub(crate) async fn cart(&self) -> Cart {
        let request = GetCartRequest { cart_id: self.cart_id.clone() };
        let answer = self.client.clone().get_cart(request).await;
        answer.unwrap().into_inner().cart.unwrap()
    }

    pub(crate) fn adding(&self, product_id: &str, quantity: u32) -> AddItemRequest {
        AddItemRequest {
            request_id: fresh_key(),
            cart_id: self.cart_id.clone(),
            product_id: product_id.to_owned(),
            quantity,
            expected_version: None,
        }
    }

    pub(crate) async fn send(&self, request: AddItemRequest) -> Result<Cart, Status> {
        let answer = self.client.clone().add_item(request).await?;
        Ok(answer.into_inner().cart.unwrap())
    }

    pub(crate) async fn add(&self, product_id: &str, quantity: u32) -> Result<Cart, Status> {
        self.send(self.adding(product_id, quantity)).await
    }

    pub(crate) async fn set(&self, line_id: &str, quantity: u32) -> Result<Cart, Status> {
        let request = SetQuantityRequest {
            request_id: fresh_key(),
            cart_id: self.cart_id.clone(),
            line_id: line_id.to_owned(),
            quantity,
            expected_version: None,
        };
        let answer = self.client.clone().set_quantity(request).await?;
        Ok(answer.into_inner().cart.unwrap())
    }

    pub(crate) async fn remove(&self, line_id: &str) -> Result<Cart, Status> {
        let request = RemoveItemRequest {
            request_id: fresh_key(),
            cart_id: self.cart_id.clone(),
            line_id: line_id.to_owned(),
            expected_version: None,
        };
        let answer = self.client.clone().remove_item(request).await?;
        Ok(answer.into_inner().cart.unwrap())
    }

    pub(crate) async fn clear(&self) -> Result<Cart, Status> {
        let request =
            ClearCartRequest { request_id: fresh_key(), cart_id: self.cart_id.clone(), expected_version: None };
        let answer = self.client.clone().clear_cart(request).await?;
        Ok(answer.into_inner().cart.unwrap())
    }

    /// Waits until the cart stands so with the backend.
    pub(crate) async fn wait_for(&self, state: SyncState) -> Cart {
        let what = format!("the cart is {state:?}");
        let found = RefCell::new(None);
        wait_until(PATIENCE, &what, || async {
            let cart = self.cart().await;
            let stands_so = cart.sync.as_ref().unwrap().state() == state;
            found.replace(Some(cart));
            stands_so
        })
        .await;
        found.into_inner().unwrap()
    }
}

/// A key that no request had before.
pub(crate) fn fresh_key() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("request-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// What a refused call says.
pub(crate) fn refusal<T: std::fmt::Debug>(answer: Result<T, Status>) -> Error {
    from_status(&answer.unwrap_err())
}

/// Why a call was refused.
pub(crate) fn reason<T: std::fmt::Debug>(answer: Result<T, Status>) -> Reason {
    refusal(answer).reason
}

/// SKUs and quantities of a cart.
pub(crate) fn quantities(cart: &Cart) -> Vec<(&str, u32)> {
    cart.lines.iter().map(|line| (line.sku.as_str(), line.quantity)).collect()
}
