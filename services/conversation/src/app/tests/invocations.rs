//! Tools called with JSON, as a language model or another protocol would.

use std::time::Duration;

use easymart_core::{CallContext, Error, Reason, reason};
use easymart_testkit::TestDir;
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::{Value, json};

use super::fakes::Shopper;
use crate::{
    domain::{
        testing::names,
        tool::{Tool, arguments},
    },
    tools::{Occasion, Surroundings, parse, tests::any_arguments},
};

async fn invoke(shopper: &Shopper, name: &str, arguments: &Value) -> Result<Value, Error> {
    let ctx = CallContext::new(Duration::from_secs(10));
    let (state, names) = (shopper.read().state, names());
    let request_id = uuid::Uuid::now_v7().to_string();
    let occasion = Occasion { session_id: "session", request_id: &request_id, now_ms: 0, cart: None };
    let around = Surroundings { state: &state, names: &names, occasion };
    shopper.toolbox().invoke(&ctx, name, arguments, around).await
}

async fn refusal(shopper: &Shopper, name: &str, arguments: Value) -> (Reason, String) {
    let error = invoke(shopper, name, &arguments).await.unwrap_err();
    (error.reason, error.violations.first().map(|wrong| wrong.field.clone()).unwrap_or_default())
}

#[tokio::test]
async fn a_right_call_gives_the_tools_result() {
    let dir = TestDir::new();
    let shopper = Shopper::in_dir(&dir);
    shopper.say("show me desks").await;
    let found =
        invoke(&shopper, "search_products", &json!({"category": "desk", "colour": "white", "page": 1})).await.unwrap();
    assert_eq!((&found["total"], &found["products"][0]["product"]["product_id"]), (&json!(3), &json!("D1")));
    let added =
        invoke(&shopper, "update_cart", &json!({"action": "add", "product_id": "D2", "quantity": 2})).await.unwrap();
    assert_eq!(added["cart"]["item_count"], 2);
    let removed = invoke(&shopper, "update_cart", &json!({"action": "remove", "product_id": "D2"})).await.unwrap();
    assert_eq!(removed["cart"]["item_count"], 0);
}

#[tokio::test]
async fn what_does_not_exist_is_refused_before_anything_runs() {
    let dir = TestDir::new();
    let shopper = Shopper::in_dir(&dir);
    shopper.say("show me desks").await;
    let changes = shopper.world().changes;
    let add = json!({"action": "add", "product_id": "nothing"});
    assert_eq!(refusal(&shopper, "update_cart", add).await, (reason::PRODUCT_UNKNOWN, "product_id".to_owned()));
    let twice = json!({"product_ids": ["D1", "nothing"]});
    assert_eq!(refusal(&shopper, "compare_products", twice).await, (reason::PRODUCT_UNKNOWN, "product_ids".to_owned()));
    let absent = json!({"action": "remove", "product_id": "D3"});
    assert_eq!(refusal(&shopper, "update_cart", absent).await, (reason::CART_LINE_UNKNOWN, "product_id".to_owned()));
    let category = json!({"category": "spaceship"});
    assert_eq!(refusal(&shopper, "search_products", category).await, (reason::FIELD_INVALID, "category".to_owned()));
    assert_eq!(refusal(&shopper, "drop_tables", json!({})).await, (reason::FIELD_INVALID, "name".to_owned()));
    assert_eq!(shopper.world().changes, changes);
}

#[test]
fn whatever_cannot_be_read_runs_nothing() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let dir = TestDir::new();
    let shopper = runtime.block_on(async {
        let shopper = Shopper::in_dir(&dir);
        shopper.say("show me desks").await;
        shopper
    });
    let mut runner = TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) });
    let run = |(tool, given): (Tool, Value)| {
        let before = shopper.calls();
        let outcome = runtime.block_on(invoke(&shopper, tool.name(), &given));
        match parse(tool, &given, easymart_core::Currency::AUD) {
            Err(_) => prop_assert!(outcome.is_err() && shopper.calls() == before, "{} {given} ran", tool.name()),
            Ok(call) => prop_assert_eq!(call.tool(), tool, "{}", arguments(&call)),
        }
        Ok(())
    };
    runner.run(&any_arguments(), run).unwrap();
}
