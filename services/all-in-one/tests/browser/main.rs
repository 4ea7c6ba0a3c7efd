//! The demo shop and the chat widget in a real browser, against the real binary.
//!
//! Needs Chromium and chromedriver. Without them the tests say so and pass, except where `CI=true`: there they fail.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../end_to_end/process.rs"]
#[allow(dead_code, reason = "the end-to-end tests use more of it")]
mod process;

mod driver;

use driver::Shop;
use fantoccini::key::Key;

const CARD: &str = ".card";
const FIRST_ADD: &str = ".card .add";
const ANSWERED: &str = ".feedback";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_loads_quietly_and_only_from_its_own_server() {
    let Some(shop) = Shop::open().await else { return };
    shop.page_has(".product .add").await;
    let pictures = "[...document.querySelectorAll('.product img')].slice(0, 4).every((image) => image.complete && image.naturalWidth > 0)";
    shop.holds("the pictures are there", pictures).await;

    shop.type_into_page("#query", "desk").await;
    shop.press(Key::Enter).await;
    shop.holds("the search is in the address", "location.hash.includes('q=desk')").await;
    shop.holds("it found something", "document.querySelectorAll('#grid .product').length > 0").await;

    assert_eq!(shop.console_errors().await, Vec::<String>::new());
    assert_eq!(shop.foreign_requests().await, Vec::<String>::new());
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_brings_cards_and_a_card_fills_the_cart() {
    let Some(shop) = Shop::open().await else { return };
    shop.click_in_widget(".launcher").await;
    shop.widget_has(".bubble").await;
    shop.type_into_widget("textarea", "show me desks").await;
    shop.press(Key::Enter).await;
    shop.widget_has(CARD).await;
    shop.widget_has(ANSWERED).await;

    shop.click_in_widget(FIRST_ADD).await;
    let badge = "document.querySelector('#cart-button').getAttribute('aria-label') === 'Cart, 1 item'";
    shop.holds("the page's cart counts it", badge).await;
    shop.click_in_widget("header .icon-button[aria-label='Cart, 1 item']").await;
    shop.widget_has(".lines li").await;

    shop.reload().await;
    shop.holds("the cart is still there after a reload", badge).await;
    shop.click_in_widget(".launcher").await;
    shop.widget_has(".bubble.mine").await;
    assert_eq!(shop.console_errors().await, Vec::<String>::new());
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_keyboard_alone_is_enough() {
    let Some(shop) = Shop::open().await else { return };
    shop.page_has(".product .add").await;
    shop.tab_until_in_widget("launcher").await;
    shop.press(Key::Enter).await;
    shop.widget_has(".bubble").await;
    shop.holds("the message box has the focus", &focused_in_widget("textarea")).await;

    shop.type_keys("show me sofas").await;
    shop.press(Key::Enter).await;
    shop.widget_has(ANSWERED).await;
    shop.widget_has(FIRST_ADD).await;
    shop.tab_until_in_widget("add").await;
    shop.press(Key::Enter).await;
    shop.holds(
        "the cart counts it",
        "document.querySelector('#cart-button').getAttribute('aria-label') === 'Cart, 1 item'",
    )
    .await;

    shop.press(Key::Escape).await;
    shop.holds("Escape closes the chat and gives the focus back", &focused_in_widget(".launcher")).await;
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn markup_in_a_message_is_shown_as_text() {
    const MARKUP: &str = "<script>window.harm=1</script><img src=x onerror=window.harm=1>";
    let Some(shop) = Shop::open().await else { return };
    shop.click_in_widget(".launcher").await;
    shop.widget_has(".bubble").await;
    shop.type_into_widget("textarea", MARKUP).await;
    shop.press(Key::Enter).await;
    shop.widget_has(ANSWERED).await;

    assert!(shop.widget_text(".bubble.mine").await.contains(MARKUP));
    assert!(!shop.evaluates_to_true("'harm' in window").await, "markup of a message ran");
    let inert =
        "document.querySelector('easymart-chat').shadowRoot.querySelector('.log script, .log img[src=x]') === null";
    assert!(shop.evaluates_to_true(inert).await, "markup of a message became elements");
    shop.close().await;
}

fn focused_in_widget(selector: &str) -> String {
    format!("document.querySelector('easymart-chat').shadowRoot.activeElement?.matches('{selector}') === true")
}
