//! Any message at all gets an answer: no panic, no error, never an empty reply, and the session can be read again.

use easymart_testkit::TestDir;
use futures::future::join_all;
use proptest::{prelude::*, test_runner::TestCaseError};

use super::super::TurnRequest;
use super::fakes::{Shopper, request};
use crate::domain::testing::{
    World,
    generate::{message, products},
    prove,
};

/// Sessions that talk at the same time.
const SESSIONS: usize = 16;

fn dialogues() -> impl Strategy<Value = Vec<Vec<String>>> {
    prop::collection::vec(prop::collection::vec(message(), 1..10), SESSIONS)
}

#[test]
fn whatever_is_sent_there_is_an_answer_and_the_session_can_be_read_again() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let dir = TestDir::new();
    let strategy = (products(), dialogues());
    prove("fuzzed messages", 1_500, &strategy, |(products, dialogues), tally| {
        dialogues.iter().flatten().for_each(|_| tally.turn(0));
        runtime.block_on(async {
            let folder = dir.join(uuid::Uuid::now_v7().to_string());
            let shopper = Shopper::with_world_at(&folder, World { products, ..World::new() });
            let talks = dialogues.iter().enumerate().map(|(n, messages)| talk(&shopper, format!("s{n}"), messages));
            let outcome = join_all(talks).await.into_iter().collect::<Result<Vec<()>, _>>();
            shopper.close().await;
            std::fs::remove_dir_all(&folder).unwrap();
            outcome.map(drop)
        })
    });
}

async fn talk(shopper: &Shopper, session_id: String, messages: &[String]) -> Result<(), TestCaseError> {
    for (n, message) in messages.iter().enumerate() {
        let request = TurnRequest { session_id: session_id.clone(), ..request(&format!("{session_id}-{n}"), message) };
        let turn = shopper.send(request).await.map_err(|error| TestCaseError::fail(format!("{message:?}: {error}")))?;
        prop_assert!(!turn.reply.text().trim().is_empty(), "{message:?}");
        prop_assert!(!turn.chips.is_empty(), "{message:?}");
    }
    let transcript = shopper.conversations.read(&session_id).map_err(|error| TestCaseError::fail(error.to_string()))?;
    for record in &transcript.turns {
        prop_assert!(record.trace.problems.is_empty(), "{:?} after {:?}", record.trace.problems, record.trace.message);
    }
    prop_assert_eq!(transcript.state.turn_count as usize, messages.len());
    Ok(())
}
