//! What shoppers do with carts, and what they may not.

use easymart_core::{Code, reason};
use easymart_proto::cart_sync::v1::{
    AddItemRequest, BeginCheckoutRequest, ListUnsyncedRequest, ReconcileRequest, SyncState,
};
use easymart_testkit::{ChaosProxy, TestDir, Weather};

use crate::{
    catalogue::Catalogue,
    harness::{PATIENCE, Service, fresh_key, quantities, reason as why, refusal},
};

#[tokio::test]
async fn a_product_is_added_as_the_catalogue_has_it() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let service = Service::start(&dir, catalogue.address, |_| {}).await;
    let shopper = service.shopper("cart-1");
    assert_eq!(shopper.cart().await.version, 0);
    for reference in ["desk", "DESK-HANDLE", "desk-1"] {
        shopper.add(reference, 2).await.unwrap();
    }
    let cart = shopper.add("lamp", 1).await.unwrap();
    assert_eq!(quantities(&cart), [("DESK-1", 6), ("LAMP-1", 1)]);
    assert_eq!((cart.version, cart.item_count, cart.distinct_count), (4, 7, 2));
    let line = &cart.lines[0];
    assert_eq!(line.title, "The desk");
    assert_eq!(line.image_url, "https://shop.example/desk.svg");
    assert_eq!(line.unit_price.as_ref().unwrap().amount_minor, 12_950);
    assert_eq!(line.line_total.as_ref().unwrap().amount_minor, 77_700);
    let subtotal = cart.subtotal.clone().unwrap();
    assert_eq!((subtotal.amount_minor, subtotal.currency_code.as_str()), (82_699, "AUD"));
    assert_eq!(cart.sync.clone().unwrap().state(), SyncState::Local);
    assert_eq!(shopper.cart().await, cart);
    service.stop().await;
}

#[tokio::test]
async fn lines_are_set_removed_and_cleared() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let service = Service::start(&dir, catalogue.address, |_| {}).await;
    let shopper = service.shopper("cart-1");
    let cart = shopper.add("desk", 1).await.unwrap();
    let desk = cart.lines[0].line_id.clone();
    shopper.add("lamp", 3).await.unwrap();
    let cart = shopper.set(&desk, 5).await.unwrap();
    assert_eq!(quantities(&cart), [("DESK-1", 5), ("LAMP-1", 3)]);
    assert_eq!(shopper.set(&desk, 5).await.unwrap().version, cart.version);
    let cart = shopper.set(&desk, 0).await.unwrap();
    assert_eq!(quantities(&cart), [("LAMP-1", 3)]);
    assert_eq!(why(shopper.remove(&desk).await), reason::CART_LINE_UNKNOWN);
    let lamp = cart.lines[0].line_id.clone();
    assert!(shopper.remove(&lamp).await.unwrap().lines.is_empty());
    shopper.add("lamp", 1).await.unwrap();
    let cart = shopper.clear().await.unwrap();
    assert_eq!((cart.lines.len(), cart.item_count), (0, 0));
    assert_eq!(cart.subtotal.clone().unwrap().amount_minor, 0);
    assert_eq!(shopper.clear().await.unwrap().version, cart.version);
    service.stop().await;
}

#[tokio::test]
async fn what_cannot_be_sold_is_refused_with_its_reason() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let service = Service::start(&dir, catalogue.address, |_| {}).await;
    let shopper = service.shopper("cart-1");
    let expected = [
        ("nothing", reason::PRODUCT_UNKNOWN),
        ("twin", reason::SKU_AMBIGUOUS),
        ("sofa", reason::PRICE_ON_REQUEST),
        ("stool", reason::OUT_OF_STOCK),
    ];
    for (reference, expected) in expected {
        assert_eq!(why(shopper.add(reference, 1).await), expected);
    }
    assert!(refusal(shopper.add("twin", 1).await).message.contains("twin-1, twin-2"));
    assert_eq!(shopper.add("twin-2", 1).await.unwrap().lines[0].product_id, "twin-2");
    assert_eq!(shopper.cart().await.version, 1);
    service.stop().await;
}

#[tokio::test]
async fn a_variant_has_its_own_price() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let service = Service::start(&dir, catalogue.address, |_| {}).await;
    let shopper = service.shopper("cart-1");
    for reference in ["bed", "bed-king", "bed-queen", "BED-KING"] {
        shopper.add(reference, 1).await.unwrap();
    }
    let cart = shopper.cart().await;
    assert_eq!(quantities(&cart), [("BED-QUEEN", 2), ("BED-KING", 2)]);
    assert_eq!(cart.lines[1].unit_price.as_ref().unwrap().amount_minor, 90_000);
    assert_eq!(cart.lines[1].title, "The bed (King)");
    service.stop().await;
}

#[tokio::test]
async fn quantities_and_lines_are_limited() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let service = Service::start(&dir, catalogue.address, |_| {}).await;
    let shopper = service.shopper("cart-1");
    for quantity in [0, 100, 99_999_999, u32::MAX] {
        assert_eq!(why(shopper.add("desk", quantity).await), reason::QUANTITY_OUT_OF_RANGE);
    }
    assert_eq!(catalogue.calls(), 0, "a wrong quantity is wrong before the catalogue is asked");
    let cart = shopper.add("desk", 98).await.unwrap();
    let refused = refusal(shopper.add("desk", 2).await);
    assert_eq!((refused.code, refused.reason), (Code::InvalidArgument, reason::QUANTITY_OUT_OF_RANGE));
    assert!(refused.message.contains("has 98"), "{}", refused.message);
    assert_eq!(refused.violations[0].field, "quantity");
    let desk = &cart.lines[0].line_id;
    assert_eq!(why(shopper.set(desk, 100).await), reason::QUANTITY_OUT_OF_RANGE);
    for number in 0..99 {
        shopper.add(&format!("item-{number}"), 1).await.unwrap();
    }
    assert_eq!(why(shopper.add("item-99", 1).await), reason::CART_FULL);
    assert_eq!(shopper.cart().await.distinct_count, 100);
    service.stop().await;
}

#[tokio::test]
async fn malformed_requests_name_the_field() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let service = Service::start(&dir, catalogue.address, |_| {}).await;
    let shopper = service.shopper("cart-1");
    let good = shopper.adding("desk", 1);
    let long = "x".repeat(129);
    let bad = [
        ("cart_id", AddItemRequest { cart_id: String::new(), ..good.clone() }),
        ("cart_id", AddItemRequest { cart_id: "a/b".to_owned(), ..good.clone() }),
        ("cart_id", AddItemRequest { cart_id: long.clone(), ..good.clone() }),
        ("request_id", AddItemRequest { request_id: String::new(), ..good.clone() }),
        ("product_id", AddItemRequest { product_id: long, ..good.clone() }),
        ("product_id", AddItemRequest { product_id: "a\u{7}".to_owned(), ..good }),
    ];
    for (field, request) in bad {
        let refused = refusal(shopper.send(request).await);
        assert_eq!((refused.reason, refused.violations[0].field.as_str()), (reason::FIELD_INVALID, field));
    }
    let limit = ListUnsyncedRequest { limit: 1_001 };
    assert_eq!(why(service.client.clone().list_unsynced(limit).await), reason::FIELD_INVALID);
    service.stop().await;
}

#[tokio::test]
async fn a_change_happens_only_at_the_expected_version() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let service = Service::start(&dir, catalogue.address, |_| {}).await;
    let shopper = service.shopper("cart-1");
    let at = |version| AddItemRequest { expected_version: Some(version), ..shopper.adding("desk", 1) };
    assert_eq!(why(shopper.send(at(1)).await), reason::CART_VERSION_CONFLICT);
    shopper.send(at(0)).await.unwrap();
    let refused = refusal(shopper.send(at(0)).await);
    assert_eq!((refused.code, refused.reason), (Code::Aborted, reason::CART_VERSION_CONFLICT));
    assert_eq!(shopper.send(at(1)).await.unwrap().lines[0].quantity, 2);
    service.stop().await;
}

#[tokio::test]
async fn fifty_hands_in_one_cart_add_up_exactly() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let service = Service::start(&dir, catalogue.address, |_| {}).await;
    let shopper = service.shopper("cart-1");
    let hands: Vec<_> = (0..50)
        .map(|number| {
            let shopper = shopper.clone();
            let product = if number % 2 == 0 { "desk" } else { "lamp" };
            tokio::spawn(async move { shopper.add(product, 1 + number % 3).await.unwrap() })
        })
        .collect();
    let mut versions = Vec::new();
    for hand in hands {
        versions.push(hand.await.unwrap().version);
    }
    versions.sort_unstable();
    assert_eq!(versions, (1..=50).collect::<Vec<_>>(), "each change has a version of its own");
    let cart = shopper.cart().await;
    let sum: u32 = (0..50).map(|number| 1 + number % 3).sum();
    assert_eq!((cart.version, cart.item_count, cart.distinct_count), (50, sum, 2));
    service.stop().await;
}

#[tokio::test]
async fn carts_do_not_see_each_other() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let service = Service::start(&dir, catalogue.address, |_| {}).await;
    let (one, other) = (service.shopper("cart-1"), service.shopper("cart-2"));
    let request = one.adding("desk", 1);
    let same_key = AddItemRequest { cart_id: "cart-2".to_owned(), product_id: "lamp".to_owned(), ..request.clone() };
    one.send(request).await.unwrap();
    other.send(same_key).await.unwrap();
    assert_eq!(quantities(&one.cart().await), [("DESK-1", 1)]);
    assert_eq!(quantities(&other.cart().await), [("LAMP-1", 1)]);
    service.stop().await;
}

#[tokio::test]
async fn without_the_catalogue_only_new_products_are_refused() {
    let dir = TestDir::new();
    let catalogue = Catalogue::start().await;
    let service = Service::start(&dir, catalogue.address, |_| {}).await;
    let shopper = service.shopper("cart-1");
    shopper.add("desk", 1).await.unwrap();
    drop(catalogue);
    easymart_testkit::wait_until(PATIENCE, "the catalogue is gone", || async {
        shopper.add("nothing", 1).await.is_err_and(|status| status.code() == tonic::Code::Unavailable)
    })
    .await;
    for reference in ["desk", "desk-handle", "DESK-1"] {
        shopper.add(reference, 1).await.unwrap();
    }
    let refused = refusal(shopper.add("lamp", 1).await);
    assert_eq!((refused.code, refused.reason), (Code::Unavailable, reason::UNAVAILABLE));
    assert!(refused.message.contains("catalogue"), "{}", refused.message);
    let cart = shopper.cart().await;
    assert_eq!(quantities(&cart), [("DESK-1", 4)]);
    let desk = &cart.lines[0].line_id;
    shopper.set(desk, 2).await.unwrap();
    shopper.remove(desk).await.unwrap();
    shopper.clear().await.unwrap();
    service.stop().await;
}

#[tokio::test]
async fn a_catalogue_that_hangs_is_not_waited_for_long() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let proxy = ChaosProxy::start(catalogue.address).await;
    let service = Service::start(&dir, proxy.address(), |_| {}).await;
    let shopper = service.shopper("cart-1");
    shopper.add("desk", 1).await.unwrap();
    proxy.set(Weather::Blackhole).await;
    let (known, new) = tokio::join!(shopper.add("desk", 1), shopper.add("lamp", 1));
    assert_eq!(known.unwrap().item_count, 2);
    assert_eq!(why(new), reason::UNAVAILABLE);
    service.stop().await;
}

fn checkout(cart_id: &str) -> BeginCheckoutRequest {
    BeginCheckoutRequest { request_id: fresh_key(), cart_id: cart_id.to_owned() }
}

#[tokio::test]
async fn the_checkout_is_the_configured_page() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let page = "https://shop.example/checkout?cart={cart_id}".to_owned();
    let service = Service::start(&dir, catalogue.address, |c| c.checkout_url_template = page).await;
    let mut client = service.client.clone();
    let refused = client.begin_checkout(checkout("cart-1")).await;
    assert_eq!(why(refused), reason::CART_EMPTY);
    let cart = service.shopper("cart-1").add("desk", 1).await.unwrap();
    let answer = client.begin_checkout(checkout("cart-1")).await.unwrap().into_inner();
    assert_eq!(answer.checkout_url, "https://shop.example/checkout?cart=cart-1");
    assert_eq!(answer.cart.unwrap(), cart);
    service.stop().await;
}

#[tokio::test]
async fn a_shop_without_checkout_says_so() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let service = Service::start(&dir, catalogue.address, |_| {}).await;
    service.shopper("cart-1").add("desk", 1).await.unwrap();
    let refused = service.client.clone().begin_checkout(checkout("cart-1")).await;
    assert_eq!(why(refused), reason::CHECKOUT_UNAVAILABLE);
    service.stop().await;
}

#[tokio::test]
async fn without_a_backend_there_is_nothing_to_reconcile() {
    let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
    let service = Service::start(&dir, catalogue.address, |_| {}).await;
    service.shopper("cart-1").add("desk", 1).await.unwrap();
    let request = ReconcileRequest { request_id: fresh_key(), cart_id: "cart-1".to_owned() };
    let answer = service.client.clone().reconcile(request).await.unwrap().into_inner();
    assert!(answer.corrections.is_empty());
    assert_eq!(answer.cart.unwrap().sync.unwrap().state(), SyncState::Local);
    let unsynced = service.client.clone().list_unsynced(ListUnsyncedRequest::default()).await;
    assert_eq!(unsynced.unwrap().into_inner().total, 0);
    service.stop().await;
}
