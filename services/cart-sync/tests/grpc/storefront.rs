//! Keeping the shop's backend in step, whatever it does.

use std::{collections::BTreeMap, time::Duration};

use easymart_proto::cart_sync::v1::{
    ListUnsyncedRequest, ListUnsyncedResponse, ReconcileRequest, ReconcileResponse, SyncState,
};
use easymart_testkit::{FakeStorefront, Mood, TestDir, wait_until};

use crate::{
    catalogue::Catalogue,
    harness::{PATIENCE, Service, fresh_key, quantities},
};

/// What there is in most of these tests.
struct Scene {
    dir: TestDir,
    catalogue: Catalogue,
    shop: FakeStorefront,
    service: Service,
}

impl Scene {
    async fn set() -> Self {
        let (dir, catalogue) = (TestDir::new(), Catalogue::start().await);
        let shop = FakeStorefront::start().await;
        let service = Service::with_backend(&dir, catalogue.address, &shop.url()).await;
        Self { dir, catalogue, shop, service }
    }

    async fn unsynced(&self) -> ListUnsyncedResponse {
        let request = ListUnsyncedRequest::default();
        self.service.client.clone().list_unsynced(request).await.unwrap().into_inner()
    }

    async fn wait_for_unsynced(&self, total: u32) {
        wait_until(PATIENCE, &format!("{total} changes wait"), || async { self.unsynced().await.total == total }).await;
    }

    async fn reconcile(&self, cart_id: &str) -> ReconcileResponse {
        let request = ReconcileRequest { request_id: fresh_key(), cart_id: cart_id.to_owned() };
        self.service.client.clone().reconcile(request).await.unwrap().into_inner()
    }
}

fn goods(lines: &[(&str, u64)]) -> BTreeMap<String, u64> {
    lines.iter().map(|(sku, quantity)| ((*sku).to_owned(), *quantity)).collect()
}

#[tokio::test]
async fn changes_arrive_at_the_backend() {
    let scene = Scene::set().await;
    let shopper = scene.service.shopper("cart-1");
    shopper.add("desk", 2).await.unwrap();
    let cart = shopper.add("lamp", 1).await.unwrap();
    shopper.set(&cart.lines[0].line_id, 3).await.unwrap();
    let cart = shopper.wait_for(SyncState::Synced).await;
    assert_eq!(scene.shop.cart("cart-1"), goods(&[("DESK-1", 3), ("LAMP-1", 1)]));
    assert_eq!(cart.sync.unwrap().detail, "");
    shopper.remove(&cart.lines[0].line_id).await.unwrap();
    shopper.wait_for(SyncState::Synced).await;
    assert_eq!(scene.shop.cart("cart-1"), goods(&[("LAMP-1", 1)]));
    shopper.clear().await.unwrap();
    shopper.wait_for(SyncState::Synced).await;
    assert_eq!(scene.shop.cart("cart-1"), goods(&[]));
    scene.wait_for_unsynced(0).await;
    scene.service.stop().await;
}

#[tokio::test]
async fn products_that_share_a_sku_are_one_to_the_backend() {
    let scene = Scene::set().await;
    let shopper = scene.service.shopper("cart-1");
    shopper.add("twin-1", 2).await.unwrap();
    let cart = shopper.add("twin-2", 3).await.unwrap();
    shopper.wait_for(SyncState::Synced).await;
    assert_eq!(scene.shop.cart("cart-1"), goods(&[("TWIN", 5)]));
    shopper.remove(&cart.lines[0].line_id).await.unwrap();
    shopper.wait_for(SyncState::Synced).await;
    assert_eq!(scene.shop.cart("cart-1"), goods(&[("TWIN", 3)]));
    scene.service.stop().await;
}

#[tokio::test]
async fn a_lost_answer_never_doubles_anything() {
    let scene = Scene::set().await;
    let shopper = scene.service.shopper("cart-1");
    for _ in 0..5 {
        scene.shop.next(Mood::DropAnswer).next(Mood::DropAnswer);
        shopper.add("desk", 1).await.unwrap();
        shopper.wait_for(SyncState::Synced).await;
    }
    assert_eq!(scene.shop.cart("cart-1"), goods(&[("DESK-1", 5)]));
    assert!(scene.shop.calls() >= 15, "answers were lost: {}", scene.shop.calls());
    scene.service.stop().await;
}

#[tokio::test]
async fn a_shopper_never_waits_for_the_backend() {
    let scene = Scene::set().await;
    scene.shop.set_mood(Mood::Hang);
    let shopper = scene.service.shopper("cart-1");
    for _ in 0..3 {
        let adding = tokio::time::timeout(PATIENCE / 4, shopper.add("desk", 1));
        let cart = adding.await.expect("an answer").unwrap();
        assert_eq!(cart.sync.unwrap().state(), SyncState::Pending);
    }
    let unsynced = scene.unsynced().await;
    assert_eq!(unsynced.total, 1, "newer states replace older ones");
    let change = &unsynced.changes[0];
    assert_eq!((change.action.as_str(), change.sku.as_str(), change.quantity), ("set", "DESK-1", 3));
    scene.service.stop().await;
}

#[tokio::test]
async fn a_backend_that_hangs_is_given_up_and_tried_again() {
    let (dir, catalogue, shop) = (TestDir::new(), Catalogue::start().await, FakeStorefront::start().await);
    let url = shop.url();
    let service = Service::start(&dir, catalogue.address, |config| {
        config.storefront.url = url;
        config.storefront.timeout = Duration::from_millis(100);
    })
    .await;
    shop.next(Mood::Hang).next(Mood::Hang);
    let shopper = service.shopper("cart-1");
    shopper.add("desk", 1).await.unwrap();
    shopper.wait_for(SyncState::Synced).await;
    assert_eq!(shop.calls(), 3);
    service.stop().await;
}

#[tokio::test]
async fn a_backend_that_fails_is_tried_until_it_works() {
    let scene = Scene::set().await;
    scene.shop.set_mood(Mood::Fail(503));
    let shopper = scene.service.shopper("cart-1");
    shopper.add("desk", 2).await.unwrap();
    wait_until(PATIENCE, "several attempts", || async { scene.shop.calls() >= 4 }).await;
    let sync = shopper.cart().await.sync.unwrap();
    assert_eq!(sync.state(), SyncState::Pending);
    assert!(sync.detail.contains("503"), "{}", sync.detail);
    assert!(scene.unsynced().await.changes[0].attempts >= 3);
    scene.shop.set_mood(Mood::Normal);
    shopper.wait_for(SyncState::Synced).await;
    assert_eq!(scene.shop.cart("cart-1"), goods(&[("DESK-1", 2)]));
    scene.service.stop().await;
}

#[tokio::test]
async fn many_carts_get_through_once_the_backend_is_back() {
    let mut scene = Scene::set().await;
    scene.shop.go_down().await;
    let shoppers: Vec<_> = (0..40).map(|n| scene.service.shopper(&format!("cart-{n}"))).collect();
    for shopper in &shoppers {
        shopper.add("desk", 1).await.unwrap();
        shopper.add("lamp", 2).await.unwrap();
    }
    assert_eq!(scene.unsynced().await.total, 80);
    scene.shop.come_back().await;
    for shopper in &shoppers {
        shopper.wait_for(SyncState::Synced).await;
        assert_eq!(scene.shop.cart(&shopper.cart_id), goods(&[("DESK-1", 1), ("LAMP-1", 2)]));
    }
    scene.wait_for_unsynced(0).await;
    scene.service.stop().await;
}

#[tokio::test]
async fn what_was_not_sent_is_sent_after_a_restart() {
    let mut scene = Scene::set().await;
    scene.shop.go_down().await;
    let shopper = scene.service.shopper("cart-1");
    shopper.add("desk", 2).await.unwrap();
    shopper.add("lamp", 1).await.unwrap();
    let url = scene.shop.url();
    scene.service.stop().await;
    scene.service = Service::with_backend(&scene.dir, scene.catalogue.address, &url).await;
    let shopper = scene.service.shopper("cart-1");
    assert_eq!(scene.unsynced().await.total, 2);
    assert_eq!(shopper.cart().await.sync.unwrap().state(), SyncState::Pending);
    scene.shop.come_back().await;
    shopper.wait_for(SyncState::Synced).await;
    assert_eq!(scene.shop.cart("cart-1"), goods(&[("DESK-1", 2), ("LAMP-1", 1)]));
    scene.service.stop().await;
}

#[tokio::test]
async fn a_refused_change_is_told_and_holds_no_other_up() {
    let scene = Scene::set().await;
    let shopper = scene.service.shopper("cart-1");
    scene.shop.next(Mood::Fail(422));
    shopper.add("desk", 1).await.unwrap();
    let cart = shopper.wait_for(SyncState::Failed).await;
    let detail = cart.sync.clone().unwrap().detail;
    assert!(detail.contains("422"), "{detail}");
    shopper.add("lamp", 1).await.unwrap();
    wait_until(PATIENCE, "the other line arrives", || async { scene.shop.cart("cart-1") == goods(&[("LAMP-1", 1)]) })
        .await;
    scene.wait_for_unsynced(1).await;
    let unsynced = scene.unsynced().await;
    assert_eq!((unsynced.total, unsynced.changes[0].sku.as_str()), (1, "DESK-1"));
    assert_eq!(shopper.wait_for(SyncState::Failed).await.item_count, 2);
    // A newer state of the same line replaces what was refused.
    shopper.set(&cart.lines[0].line_id, 4).await.unwrap();
    shopper.wait_for(SyncState::Synced).await;
    assert_eq!(scene.shop.cart("cart-1"), goods(&[("DESK-1", 4), ("LAMP-1", 1)]));
    scene.service.stop().await;
}

#[tokio::test]
async fn what_others_did_to_the_backends_copy_is_mended() {
    let scene = Scene::set().await;
    let shopper = scene.service.shopper("cart-1");
    shopper.add("desk", 1).await.unwrap();
    shopper.wait_for(SyncState::Synced).await;
    scene.shop.meddle("cart-1", "DESK-1", 7);
    scene.shop.meddle("cart-1", "STRANGE", 2);
    shopper.add("lamp", 1).await.unwrap();
    let mended = goods(&[("DESK-1", 1), ("LAMP-1", 1)]);
    wait_until(PATIENCE, "the copy is mended", || async { scene.shop.cart("cart-1") == mended }).await;
    shopper.wait_for(SyncState::Synced).await;
    scene.service.stop().await;
}

#[tokio::test]
async fn an_operator_reconciles_what_differs() {
    let scene = Scene::set().await;
    let shopper = scene.service.shopper("cart-1");
    shopper.add("desk", 1).await.unwrap();
    shopper.wait_for(SyncState::Synced).await;
    assert!(scene.reconcile("cart-1").await.corrections.is_empty());
    scene.shop.meddle("cart-1", "DESK-1", 0);
    scene.shop.meddle("cart-1", "STRANGE", 2);
    let answer = scene.reconcile("cart-1").await;
    assert_eq!(
        answer.corrections,
        ["DESK-1: 1 in the cart, 0 at the backend", "STRANGE: 0 in the cart, 2 at the backend",]
    );
    assert_eq!(answer.cart.unwrap().sync.unwrap().state(), SyncState::Synced);
    assert_eq!(scene.shop.cart("cart-1"), goods(&[("DESK-1", 1)]));
    scene.service.stop().await;
}

#[tokio::test]
async fn an_operator_reconciles_what_was_refused() {
    let scene = Scene::set().await;
    let shopper = scene.service.shopper("cart-1");
    scene.shop.next(Mood::Fail(400));
    shopper.add("desk", 1).await.unwrap();
    shopper.wait_for(SyncState::Failed).await;
    let answer = scene.reconcile("cart-1").await;
    assert_eq!(answer.corrections.len(), 1);
    assert_eq!(answer.cart.unwrap().sync.unwrap().state(), SyncState::Synced);
    assert_eq!(scene.shop.cart("cart-1"), goods(&[("DESK-1", 1)]));
    scene.service.stop().await;
}

#[tokio::test]
async fn a_cart_from_before_the_backend_arrives_whole() {
    let (dir, catalogue, shop) = (TestDir::new(), Catalogue::start().await, FakeStorefront::start().await);
    let service = Service::start(&dir, catalogue.address, |_| {}).await;
    service.shopper("cart-1").add("desk", 1).await.unwrap();
    service.stop().await;
    let service = Service::with_backend(&dir, catalogue.address, &shop.url()).await;
    let shopper = service.shopper("cart-1");
    assert_eq!(shopper.cart().await.sync.unwrap().state(), SyncState::Pending);
    let cart = shopper.add("lamp", 1).await.unwrap();
    assert_eq!(quantities(&cart).len(), 2);
    shopper.wait_for(SyncState::Synced).await;
    assert_eq!(shop.cart("cart-1"), goods(&[("DESK-1", 1), ("LAMP-1", 1)]));
    service.stop().await;
}
