//! Stored conversations taken again.

use easymart_core::reason;
use easymart_testkit::TestDir;
use proptest::{prelude::*, sample::select};

use super::fakes::{Shopper, request};
use crate::{
    app::{Replay, TurnRequest},
    domain::tool::Tool,
};

/// Everything that a conversation does, in an order in which it does something.
const CONVERSATION: [&str; 20] = [
    "hello",
    "show me desks",
    "only black ones under $150",
    "more",
    "any colour",
    "tell me about option 2",
    "add it to my cart",
    "add option 1 and option 3, and show my cart",
    "make it 12",
    "yes",
    "remove the first thing in my cart",
    "undo that",
    "compare option 1 and option 2",
    "how much is delivery to 0800?",
    "are you open now?",
    "clear my cart",
    "yes please",
    "where is my order 48213?",
    "forget everything and start again",
    "checkout",
];

fn assert_identical(replay: &Replay) {
    for turn in &replay.turns {
        assert!(turn.differences.is_empty(), "{}: {:?}", turn.message, turn.differences);
    }
}

#[tokio::test]
async fn a_conversation_comes_out_the_same_and_changes_nothing() {
    let dir = TestDir::new();
    let shopper = Shopper::in_dir(&dir);
    for message in CONVERSATION {
        shopper.say(message).await;
    }
    let (world, state) = (shopper.world(), shopper.read().state);
    let replay = shopper.replay().await;
    assert_identical(&replay);
    assert_eq!((replay.turns.len(), replay.left_out), (CONVERSATION.len(), 0));
    assert_eq!((shopper.world().changes, shopper.world().cart), (world.changes, world.cart));
    assert_eq!(shopper.read().state, state);
}

#[tokio::test]
async fn what_was_down_and_what_a_model_wrote_are_taken_as_they_were() {
    let dir = TestDir::new();
    let shopper = Shopper::in_dir(&dir);
    shopper.answers(Some(Ok("I'd love to help you furnish your home.".to_owned())));
    shopper.say("can you help me?").await;
    shopper.answers(Some(Err(reason::LLM_TIMEOUT)));
    shopper.say("can you help me?").await;
    shopper.change(|world| world.down = vec![Tool::SearchProducts, Tool::GetCart]);
    let lost = shopper.say("show me desks, and show my cart").await;
    assert!(!lost.degraded.is_empty());
    shopper.change(|world| world.down.clear());
    let here = TurnRequest { page_product: "D3".to_owned(), ..request("page", "is this in stock?") };
    shopper.send(here).await.unwrap();
    assert_identical(&shopper.replay().await);
}

#[tokio::test]
async fn another_catalogue_shows() {
    let dir = TestDir::new();
    let shopper = Shopper::in_dir(&dir);
    shopper.say("hello").await;
    shopper.say("show me white desks").await;
    shopper.change(|world| world.products.retain(|product| product.product_id != "D2"));
    let replay = shopper.replay().await;
    let differing: Vec<Vec<&str>> =
        replay.turns.iter().map(|turn| turn.differences.iter().map(|difference| difference.what).collect()).collect();
    assert_eq!(differing.first(), Some(&Vec::new()));
    assert!(differing.get(1).is_some_and(|what| what.starts_with(&["reply", "products"])), "{differing:?}");
    let products = replay.turns.get(1).and_then(|turn| turn.differences.get(1)).unwrap();
    assert!(products.recorded.contains("D2") && !products.replayed.contains("D2"));
}

#[tokio::test]
async fn a_session_that_is_not_there_cannot_be_taken_again() {
    let dir = TestDir::new();
    let shopper = Shopper::in_dir(&dir);
    let ctx = easymart_core::CallContext::new(std::time::Duration::from_secs(5));
    let missing = shopper.conversations.replay(&ctx, "nobody").await.err().map(|error| error.reason);
    assert_eq!(missing, Some(reason::SESSION_EXPIRED));
}

fn message() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => select(CONVERSATION.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{1,60}",
        1 => select(vec!["４ black desks…", "mail me: jo@example.com", "4111 1111 1111 1111", "🛒 👍", "  ‘Desks’—white  "])
            .prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_conversation_comes_out_the_same(messages in proptest::collection::vec(message(), 1..8)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let dir = TestDir::new();
            let shopper = Shopper::in_dir(&dir);
            for message in messages.iter().filter(|message| !message.trim().is_empty()) {
                shopper.say(message).await;
            }
            if messages.iter().any(|message| !message.trim().is_empty()) {
                assert_identical(&shopper.replay().await);
            }
        });
    }
}
