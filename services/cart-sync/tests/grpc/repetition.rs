//! Requests that arrive more than once, and callers that do not wait.

use std::time::Duration;

use easymart_core::reason;
use easymart_proto::cart_sync::v1::{AddItemRequest, ClearCartRequest};
use easymart_testkit::{TestDir, wait_until};

use crate::{
    catalogue::Catalogue,
    harness::{PATIENCE, Service, quantities, reason as why},
};

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer_and_changes_nothing() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let service = Service::start(&dir, catalogue.address, |_| {}).await;
    let shopper = service.shopper("cart-1");
    let request = shopper.adding("desk", 2);
    let first = shopper.send(request.clone()).await.unwrap();
    shopper.add("lamp", 1).await.unwrap();
    let calls = catalogue.calls();
    assert_eq!(shopper.send(request.clone()).await.unwrap(), first);
    assert_eq!(catalogue.calls(), calls, "a repetition needs no catalogue");
    service.stop().await;
    let service = Service::start(&dir, catalogue.address, |_| {}).await;
    let shopper = service.shopper("cart-1");
    assert_eq!(shopper.send(request).await.unwrap(), first, "also after a restart");
    assert_eq!(quantities(&shopper.cart().await), [("DESK-1", 2), ("LAMP-1", 1)]);
    service.stop().await;
}

#[tokio::test]
async fn thirty_copies_of_a_request_at_once_are_one() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let service = Service::start(&dir, catalogue.address, |_| {}).await;
    let shopper = service.shopper("cart-1");
    let request = shopper.adding("desk", 1);
    let copies = (0..30).map(|_| {
        let (shopper, request) = (shopper.clone(), request.clone());
        tokio::spawn(async move { shopper.send(request).await.unwrap() })
    });
    let copies: Vec<_> = copies.collect();
    for copy in copies {
        assert_eq!(copy.await.unwrap().version, 1);
    }
    assert_eq!(quantities(&shopper.cart().await), [("DESK-1", 1)]);
    service.stop().await;
}

#[tokio::test]
async fn a_key_is_for_one_request() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let service = Service::start(&dir, catalogue.address, |_| {}).await;
    let shopper = service.shopper("cart-1");
    let request = shopper.adding("desk", 1);
    shopper.send(request.clone()).await.unwrap();
    let others = [
        AddItemRequest { quantity: 2, ..request.clone() },
        AddItemRequest { product_id: "lamp".to_owned(), ..request.clone() },
        AddItemRequest { expected_version: Some(0), ..request.clone() },
    ];
    for other in others {
        assert_eq!(why(shopper.send(other).await), reason::IDEMPOTENCY_KEY_REUSED);
    }
    let clear = ClearCartRequest { request_id: request.request_id, cart_id: request.cart_id, expected_version: None };
    let refused = service.client.clone().clear_cart(clear).await;
    assert_eq!(why(refused), reason::IDEMPOTENCY_KEY_REUSED);
    assert_eq!(shopper.cart().await.version, 1);
    service.stop().await;
}

#[tokio::test]
async fn a_refused_request_may_be_tried_again_under_its_key() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let service = Service::start(&dir, catalogue.address, |_| {}).await;
    let shopper = service.shopper("cart-1");
    let request = AddItemRequest { expected_version: Some(1), ..shopper.adding("desk", 1) };
    assert_eq!(why(shopper.send(request.clone()).await), reason::CART_VERSION_CONFLICT);
    shopper.add("lamp", 1).await.unwrap();
    assert_eq!(shopper.send(request).await.unwrap().version, 2);
    service.stop().await;
}

#[tokio::test]
async fn answers_are_forgotten_after_their_time() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let short = |config: &mut easymart_cart_sync::Config| config.idempotency_ttl = Duration::from_millis(50);
    let service = Service::start(&dir, catalogue.address, short).await;
    let shopper = service.shopper("cart-1");
    let request = shopper.adding("desk", 1);
    shopper.send(request.clone()).await.unwrap();
    wait_until(PATIENCE, "the key is free again", || async {
        shopper.send(request.clone()).await.unwrap().version == 2
    })
    .await;
    service.stop().await;
}

#[tokio::test]
async fn carts_are_forgotten_after_their_time() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let short = |config: &mut easymart_cart_sync::Config| {
        config.cart_ttl = Duration::from_millis(300);
        config.sweep_interval = Duration::from_millis(20);
    };
    let service = Service::start(&dir, catalogue.address, short).await;
    let shopper = service.shopper("cart-1");
    assert_eq!(shopper.add("desk", 1).await.unwrap().version, 1);
    wait_until(PATIENCE, "the cart is gone", || async { shopper.cart().await.version == 0 }).await;
    service.stop().await;
}

#[tokio::test]
async fn callers_that_hang_up_leave_whole_changes_or_none() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let service = Service::start(&dir, catalogue.address, |_| {}).await;
    let shopper = service.shopper("cart-1");
    let mut requests = Vec::new();
    for number in 0..40_u64 {
        let request = shopper.adding("desk", 1);
        requests.push(request.clone());
        // Each hangs up at another moment of the call.
        let patience = Duration::from_micros(150 * number);
        let _ = tokio::time::timeout(patience, shopper.send(request)).await;
    }
    // Said again, each is done once, whatever became of it before.
    for request in requests {
        shopper.send(request).await.unwrap();
    }
    let cart = shopper.cart().await;
    assert_eq!((cart.version, cart.item_count), (40, 40));
    service.stop().await;
}

/// A small generator of its own, so that a failing sequence can be had again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        u32::try_from(self.0 >> 33).unwrap() % most
    }
}

#[tokio::test]
async fn in_any_sequence_what_is_said_again_is_not_done_again() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let service = Service::start(&dir, catalogue.address, |_| {}).await;
    let shopper = service.shopper("cart-1");
    let (mut dice, mut done) = (Dice(20_261), Vec::new());
    for _ in 0..200 {
        let before = shopper.cart().await;
        if dice.below(3) == 0 && !done.is_empty() {
            let index = dice.below(u32::try_from(done.len()).unwrap()) as usize;
            let (request, answer): &(AddItemRequest, _) = &done[index];
            assert_eq!(&shopper.send(request.clone()).await.unwrap(), answer);
            assert_eq!(shopper.cart().await, before);
            continue;
        }
        let product = format!("item-{}", dice.below(5));
        let request = shopper.adding(&product, 1 + dice.below(30));
        match shopper.send(request.clone()).await {
            Ok(answer) => {
                assert_eq!(answer.version, before.version + 1);
                assert_eq!(answer.item_count, before.item_count + request.quantity);
                done.push((request, answer));
            }
            Err(_) => {
                assert_eq!(shopper.cart().await, before);
                shopper.clear().await.unwrap();
            }
        }
    }
    service.stop().await;
}
