//! Turns through the whole service but the wire: real understanding, real store, a small shop in memory.

mod fakes;
mod fuzzed;
mod invocations;
mod replays;
mod traces;

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use easymart_core::{CallContext, Clock, UnixMillis, reason};
use easymart_testkit::{TestDir, wait_until};
use tokio_util::sync::CancellationToken;

use super::{Observer, TurnRequest};
use crate::domain::{tool::Tool, turn::Turn, understanding::Intent};
use fakes::{Shopper, request};

fn ids(turn: &Turn) -> Vec<&str> {
    turn.cards.iter().map(|card| card.product.product_id.as_str()).collect()
}

#[tokio::test]
async fn a_conversation_runs_from_search_to_cart() {
    let dir = TestDir::new();
    let shopper = Shopper::in_dir(&dir);
    let found = shopper.say("show me desks").await;
    assert_eq!(ids(&found), ["D1", "D2", "D3", "D4", "D5"]);
    let black = shopper.say("in black").await;
    assert_eq!(ids(&black), ["D3", "D5", "D6", "D8"]);
    let added = shopper.say("add option 2 to my cart").await;
    assert_eq!(added.cart.map(|cart| cart.subtotal.minor), Some(6_000));
    let shown = shopper.say("show my cart").await;
    assert_eq!(shown.intents, [Intent::CartShow]);
    assert!(shown.reply.text().contains("$60.00"), "{}", shown.reply.text());
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_and_changes_nothing() {
    let dir = TestDir::new();
    let shopper = Shopper::in_dir(&dir);
    shopper.say("show me desks").await;
    let add = request("k1", "add option 1 to my cart");
    let first = shopper.send(add.clone()).await.unwrap();
    let again = shopper.send(add).await.unwrap();
    assert_eq!(first, again);
    assert_eq!(shopper.world().cart.item_count, 1);
    let reused = shopper.send(request("k1", "clear my cart")).await.unwrap_err();
    assert_eq!(reused.reason, reason::IDEMPOTENCY_KEY_REUSED);
}

#[tokio::test]
async fn messages_of_one_session_are_applied_one_after_the_other() {
    let dir = TestDir::new();
    let shopper = Shopper::in_dir(&dir);
    shopper.say("show me desks").await;
    let sends = (0..6).map(|n| shopper.send(request(&format!("p{n}"), "add option 1 to my cart")));
    let turns = futures::future::join_all(sends).await;
    assert!(turns.iter().all(Result::is_ok));
    assert_eq!(shopper.world().cart.item_count, 6);
    assert_eq!(shopper.read().turns.len(), 7);
    // Turns that overlapped would each have counted from the same state.
    assert_eq!(shopper.read().state.turn_count, 7);
}

/// A clock that a test moves.
#[derive(Default)]
struct ManualClock(AtomicI64);

impl Clock for ManualClock {
    fn now_ms(&self) -> UnixMillis {
        self.0.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn idle_sessions_are_swept_and_counted() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let metrics = recorder.handle();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let (dir, clock) = (TestDir::new(), Arc::new(ManualClock::default()));
    let shopper = Shopper::with_clock(&dir, clock.clone());
    shopper.say("show me desks").await;
    let (period, stop) = (Duration::from_millis(2), CancellationToken::new());
    let sweep = shopper.conversations.clone().sweep(period, stop.clone());
    let watch = async {
        assert!(shopper.conversations.read("session").is_ok());
        clock.0.fetch_add(2 * 86_400_000, Ordering::SeqCst);
        // The session, its turn, and where the turn is.
        let swept = || async { metrics.render().contains("easymart_conversation_swept_records_total 3") };
        wait_until(Duration::from_secs(10), "the records of the session are deleted", swept).await;
        stop.cancel();
    };
    tokio::join!(sweep, watch);
    let gone = shopper.conversations.read("session").err().map(|error| error.reason);
    assert_eq!(gone, Some(reason::SESSION_EXPIRED));
}

#[tokio::test]
async fn a_session_survives_a_restart_and_an_erasure_ends_it() {
    let dir = TestDir::new();
    let world = {
        let shopper = Shopper::in_dir(&dir);
        shopper.say("show me white desks").await;
        shopper.close().await
    };
    let shopper = Shopper::with_world(&dir, world);
    let details = shopper.say("details of option 2").await;
    assert_eq!(details.focus_product_id, "D2");
    assert!(shopper.conversations.erase("session").await.unwrap());
    assert!(!shopper.conversations.erase("session").await.unwrap());
    let gone = shopper.conversations.read("session").err().map(|error| error.reason);
    assert_eq!(gone, Some(reason::SESSION_EXPIRED));
}

#[tokio::test]
async fn the_words_of_the_catalogue_survive_a_start_without_it() {
    let dir = TestDir::new();
    Shopper::in_dir(&dir).close().await;
    let shopper = Shopper::without_catalogue(&dir);
    let turn = shopper.say("show me desks").await;
    assert_eq!(turn.intents, [Intent::ProductSearch]);
    assert_eq!(turn.degraded, ["catalog_search_unavailable"]);
    assert_eq!(turn.search.and_then(|search| search.category).as_deref(), Some("desk"));
}

#[tokio::test]
async fn a_missing_session_is_only_opened_when_asked_for() {
    let dir = TestDir::new();
    let shopper = Shopper::in_dir(&dir);
    let closed = TurnRequest { create_session: false, ..request("k", "hello") };
    assert_eq!(shopper.send(closed).await.unwrap_err().reason, reason::SESSION_EXPIRED);
    let opened = shopper.conversations.open("session", "en-AU").await.unwrap();
    assert!(!opened.greeting.is_empty() && !opened.chips.is_empty());
    let known = TurnRequest { create_session: false, ..request("k", "hello") };
    assert!(shopper.send(known).await.is_ok());
}

#[tokio::test]
async fn limits_of_a_message_hold() {
    let dir = TestDir::new();
    let shopper = Shopper::in_dir(&dir);
    for (message, expected) in [("  ", reason::MESSAGE_EMPTY), (&"x".repeat(1_001), reason::MESSAGE_TOO_LONG)] {
        assert_eq!(shopper.send(request("k", message)).await.unwrap_err().reason, expected);
    }
    assert!(shopper.send(request("k", &"é".repeat(1_000))).await.is_ok());
}

#[tokio::test]
async fn a_dependency_that_hangs_costs_its_facts_and_not_the_turn() {
    for tool in [Tool::SearchProducts, Tool::GetCart] {
        let dir = TestDir::new();
        let shopper = Shopper::in_dir(&dir);
        shopper.hang(tool);
        let message = if tool == Tool::GetCart { "show my cart" } else { "show me desks" };
        let ctx = CallContext::new(Duration::from_millis(600));
        let turn = shopper.conversations.converse(ctx, request("k", message), Observer::default());
        let turn = tokio::time::timeout(Duration::from_secs(5), turn).await.unwrap().unwrap();
        assert_eq!(turn.degraded.len(), 1, "{}", turn.reply.text());
    }
}

#[tokio::test]
async fn a_caller_that_hangs_up_does_not_stop_the_turn() {
    let dir = TestDir::new();
    let shopper = Shopper::in_dir(&dir);
    shopper.say("show me desks").await;
    let ctx = CallContext::new(Duration::from_secs(5));
    let mut turn =
        Box::pin(shopper.conversations.converse(ctx, request("k", "add option 1 to my cart"), Observer::default()));
    assert!(futures::poll!(&mut turn).is_pending());
    drop(turn);
    let world = shopper.close().await;
    assert_eq!(world.cart.item_count, 1);
}

#[tokio::test]
async fn a_model_may_phrase_help_and_nothing_that_could_be_checked() {
    let cases = [
        ("I'd love to help you furnish your home.", true),
        ("Our desks start at $49.", false),
        ("See https://shop.example for more.", false),
        ("We have black ones in stock.", false),
        ("", false),
    ];
    for (text, accepted) in cases {
        let dir = TestDir::new();
        let shopper = Shopper::in_dir(&dir);
        shopper.answers(Some(Ok(text.to_owned())));
        let turn = shopper.say("can you help me?").await;
        assert_eq!(turn.reply.text() == text, accepted, "{text}: {}", turn.reply.text());
        assert!(turn.degraded.is_empty());
    }
    let dir = TestDir::new();
    let shopper = Shopper::in_dir(&dir);
    shopper.answers(Some(Err(reason::LLM_UNAVAILABLE)));
    let turn = shopper.say("can you help me?").await;
    assert_eq!(turn.degraded, ["llm_unavailable"]);
    assert!(!turn.reply.text().is_empty());
}

#[tokio::test]
async fn what_belongs_to_people_is_not_kept() {
    let dir = TestDir::new();
    let shopper = Shopper::in_dir(&dir);
    shopper.say("my card is 4111 1111 1111 1111, mail jo@example.com, call 0412 345 678, show me desks").await;
    let kept = serde_json::to_string(&shopper.read().turns).unwrap();
    for secret in ["4111", "jo@example.com", "0412 345 678"] {
        assert!(!kept.contains(secret), "{secret} in {kept}");
    }
}

#[tokio::test]
async fn a_thumb_needs_its_turn() {
    let dir = TestDir::new();
    let shopper = Shopper::in_dir(&dir);
    let turn = shopper.say("hello").await;
    assert!(shopper.conversations.feedback("session", &turn.turn_id, true, "nice").await.is_ok());
    let unknown = shopper.conversations.feedback("session", "other", true, "").await.unwrap_err();
    assert_eq!(unknown.reason, reason::TURN_UNKNOWN);
}

#[tokio::test]
async fn every_chip_can_be_sent_where_it_is_offered() {
    let messages = [
        "hello",
        "show me desks",
        "details of option 1",
        "add option 1 to my cart",
        "clear my cart",
        "desks under $20",
        "how much is delivery?",
        "compare option 1 and option 2",
        "tell me about option 9",
    ];
    for start in 0..messages.len() {
        let dir = TestDir::new();
        let shopper = Shopper::in_dir(&dir);
        let mut chips = Vec::new();
        for message in messages.iter().take(start + 1) {
            chips = shopper.say(message).await.chips;
        }
        for chip in chips {
            let turn = shopper.probe(&chip.message).await;
            let lost = turn.intents.first().is_none_or(|intent| {
                matches!(intent, Intent::OutOfScope | Intent::ClarificationNeeded | Intent::LanguageUnsupported)
            });
            let failed = turn.intents.contains(&Intent::ClarificationNeeded) || turn.tools.iter().any(|tool| !tool.ok);
            assert!(!lost && !failed, "after {:?}: {chip:?} gave {:?}", messages.get(start), turn.reply.text());
        }
    }
}
