//! Following a cart.

use std::time::Duration;

use easymart_proto::cart_sync::v1::{Cart, WatchCartRequest, WatchCartResponse};
use easymart_testkit::TestDir;
use tokio::time::timeout;
use tonic::{Request, Streaming};

use crate::{
    catalogue::Catalogue,
    harness::{PATIENCE, Service},
};

async fn watch(service: &Service, deadline: Duration) -> Streaming<WatchCartResponse> {
    let mut request = Request::new(WatchCartRequest { cart_id: "cart-1".to_owned() });
    request.set_timeout(deadline);
    let stream = service.client.clone().watch_cart(request).await;
    stream.unwrap().into_inner()
}

async fn next(stream: &mut Streaming<WatchCartResponse>) -> Cart {
    let message = timeout(PATIENCE, stream.message()).await.unwrap();
    message.unwrap().unwrap().cart.unwrap()
}

#[tokio::test]
async fn a_watcher_gets_the_cart_at_once_and_after_each_change() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let service = Service::start(&dir, catalogue.address, |_| {}).await;
    let shopper = service.shopper("cart-1");
    shopper.add("desk", 1).await.unwrap();
    let mut stream = watch(&service, PATIENCE).await;
    assert_eq!(next(&mut stream).await.version, 1);
    let cart = shopper.add("lamp", 1).await.unwrap();
    assert_eq!(next(&mut stream).await, cart);
    shopper.clear().await.unwrap();
    assert_eq!(next(&mut stream).await.version, 3);
    drop(stream);
    service.stop().await;
}

#[tokio::test]
async fn a_watcher_ends_with_its_deadline_and_with_the_service() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let service = Service::start(&dir, catalogue.address, |_| {}).await;
    let mut short = watch(&service, Duration::from_secs(1)).await;
    assert_eq!(next(&mut short).await.version, 0);
    let ended = timeout(PATIENCE, short.message()).await.unwrap();
    assert_eq!(ended.unwrap_err().code(), tonic::Code::DeadlineExceeded);
    let mut long = watch(&service, PATIENCE).await;
    assert_eq!(next(&mut long).await.version, 0);
    let stopping = tokio::spawn(service.stop());
    let ended = timeout(PATIENCE, long.message()).await.unwrap();
    assert!(matches!(ended, Ok(None) | Err(_)), "{ended:?}");
    timeout(PATIENCE, stopping).await.unwrap().unwrap();
}
