//! What is kept of a turn for those who have to explain it.

use easymart_core::reason;
use easymart_testkit::TestDir;
use serde_json::json;

use super::fakes::Shopper;
use crate::domain::{trace::Verdict, understanding::Intent};

#[tokio::test]
async fn a_trace_says_what_was_understood_and_what_changed() {
    let dir = TestDir::new();
    let shopper = Shopper::in_dir(&dir);
    shopper.say("show me desks").await;
    let turn = shopper.say("only balck ones under $150").await;
    let trace = shopper.explain(&turn.turn_id);
    assert_eq!(trace.message, "only balck ones under $150");
    assert_eq!(trace.corrections, [("balck".to_owned(), "black".to_owned())]);
    assert!(trace.words.iter().any(|word| word.meanings == ["colour: black"]), "{:?}", trace.words);
    let best = trace.scores.first().unwrap();
    assert_eq!(best.intent, Intent::ProductSearch);
    assert!(!best.evidence.is_empty());
    let changes: Vec<_> = trace.search.changes.iter().map(|change| (change.slot.as_str(), &change.after)).collect();
    assert_eq!(changes, [("colour", &json!("black")), ("price_max", &json!(150.0))]);
    assert_eq!(trace.search.before, json!({"category": "desk", "page": 1}));
}

#[tokio::test]
async fn a_trace_says_why_the_reply_is_what_it_is() {
    let dir = TestDir::new();
    let shopper = Shopper::in_dir(&dir);
    let turn = shopper.say("show me white desks").await;
    let trace = shopper.explain(&turn.turn_id);
    let tool = trace.tools.first().unwrap();
    assert_eq!((tool.name.as_str(), tool.ok, &tool.outcome["total"]), ("search_products", true, &json!(3)));
    assert_eq!(tool.outcome["product_ids"], json!(["D1", "D2", "D7"]));
    assert_eq!(trace.reply.verdict, Verdict::Proved);
    assert!(!trace.reply.templates.is_empty());
    let count = trace.reply.claims.iter().find(|claim| claim.source == "search_products.total").unwrap();
    assert_eq!((count.text.as_str(), count.kind.as_str()), ("3", "number"));
    for (template, text) in trace.reply.templates.iter().map(|used| (used, trace.reply.text.chars().count())) {
        assert!(template.start <= template.end && template.end <= text, "{template:?}");
    }
}

#[tokio::test]
async fn a_trace_names_what_a_reference_could_have_meant() {
    let dir = TestDir::new();
    let shopper = Shopper::in_dir(&dir);
    shopper.say("show me desks").await;
    let turn = shopper.say("tell me about option 2").await;
    let trace = shopper.explain(&turn.turn_id);
    let consulted = trace.references.first().unwrap();
    assert_eq!(
        (consulted.said.as_slice(), consulted.chosen.as_slice()),
        (&["option 2".to_owned()][..], &["D2".to_owned()][..])
    );
    assert_eq!(consulted.candidates.len(), 5);
    shopper.say("add option 1 and option 2 to my cart").await;
    let turn = shopper.say("remove the first thing in my cart").await;
    let trace = shopper.explain(&turn.turn_id);
    let consulted = trace.references.first().unwrap();
    assert_eq!(consulted.chosen, ["D1"]);
    assert_eq!(
        consulted.candidates.iter().map(|line| line.place.as_str()).collect::<Vec<_>>(),
        ["cart line 1", "cart line 2"]
    );
}

#[tokio::test]
async fn a_failed_tool_is_told() {
    let dir = TestDir::new();
    let shopper = Shopper::without_catalogue(&dir);
    let turn = shopper.say("show me desks").await;
    let tool = shopper.explain(&turn.turn_id).tools.remove(0);
    assert_eq!((tool.ok, &tool.outcome["unavailable"]), (false, &json!(true)));
}

#[tokio::test]
async fn a_trace_goes_with_its_session_and_belongs_to_no_other() {
    let dir = TestDir::new();
    let shopper = Shopper::in_dir(&dir);
    let turn = shopper.say("hello").await;
    let explain = |session: &str| shopper.conversations.explain(session, &turn.turn_id).map_err(|error| error.reason);
    assert_eq!(explain("").map(|found| found.0), Ok("session".to_owned()));
    assert!(explain("session").is_ok());
    assert_eq!(explain("another").err(), Some(reason::TURN_UNKNOWN));
    assert!(shopper.conversations.erase("session").await.unwrap());
    assert_eq!(explain("").err(), Some(reason::TURN_UNKNOWN));
}

#[tokio::test]
async fn a_trace_is_bounded_and_holds_no_personal_data() {
    let dir = TestDir::new();
    let shopper = Shopper::in_dir(&dir);
    let personal = "my card is 4111 1111 1111 1111, mail jo.bloggs@example.com, call 0412 345 678, show me desks";
    let turn = shopper.say(personal).await;
    let kept = serde_json::to_string(&shopper.explain(&turn.turn_id)).unwrap();
    for secret in ["4111 1111", "bloggs", "example.com", "0412 345", "345 678"] {
        assert!(!kept.contains(secret), "{secret} in {kept}");
    }
    // As a value of its own: times and keys hold such digits by chance.
    for word in ["4111", "1111", "0412", "345", "678"] {
        assert!(!kept.contains(&format!("\"{word}\"")), "{word} in {kept}");
    }
    for message in ["a ".repeat(500), "black desk ".repeat(90), "?".repeat(1_000), "option 2 and ".repeat(76)] {
        let turn = shopper.say(&message).await;
        let size = serde_json::to_string(&shopper.explain(&turn.turn_id)).unwrap().len();
        assert!(size < 64 * 1024, "{size} bytes for {message:?}");
    }
}
