use std::thread;

use easymart_store::{Batch, StoreError, Table};

use crate::{CARTS, Cart, Fixture, NOTES, SCHEMA, notes, open, put_note};

const COUNTERS: Table<u64> = Table::new("counters");

fn set_counter(number: u64) -> Batch {
    let mut batch = Batch::new();
    batch.put(&COUNTERS, "n", &number).unwrap();
    batch
}

#[test]
fn the_last_change_of_a_batch_wins() {
    let Fixture { store, .. } = &Fixture::new();
    let mut batch = Batch::new();
    batch.put(&NOTES, "a", &"first".to_owned()).unwrap();
    batch.put(&NOTES, "a", &"second".to_owned()).unwrap();
    batch.put(&NOTES, "b", &"there".to_owned()).unwrap();
    batch.delete(&NOTES, "b");
    batch.delete(&NOTES, "c");
    batch.put(&NOTES, "c", &"x".repeat(50_000)).unwrap();
    store.commit_blocking(batch).unwrap();
    let expected = [("a".into(), "second".into()), ("c".into(), "x".repeat(50_000))];
    assert_eq!(notes(store, ""), expected);
}

#[test]
fn commits_take_effect_in_the_order_of_the_calls() {
    let Fixture { store, .. } = &Fixture::new();
    for last in [10, 200, 3000] {
        let commits: Vec<_> = (0..=last).map(|number| store.commit(set_counter(number))).collect();
        drop(commits); // nobody waits: they happen all the same
        store.commit_blocking(Batch::new()).unwrap();
        assert_eq!(store.get(&COUNTERS, "n").unwrap(), Some(last));
    }
}

#[test]
fn dropping_the_store_commits_what_was_on_its_way() {
    let fixture = Fixture::new();
    for number in 1..=500 {
        drop(fixture.store.commit(set_counter(number)));
    }
    let fixture = fixture.reopen();
    assert_eq!(fixture.store.get(&COUNTERS, "n").unwrap(), Some(500));
}

#[tokio::test]
async fn a_commit_outlives_its_store_handle() {
    let Fixture { store, clock, directory } = Fixture::new();
    let commit = store.commit(set_counter(7));
    drop(store);
    commit.await.unwrap();
    let store = open(directory.path(), SCHEMA, &clock).unwrap();
    assert_eq!(store.get(&COUNTERS, "n").unwrap(), Some(7));
}

#[test]
fn readers_never_see_half_a_large_value() {
    let Fixture { store, .. } = &Fixture::new();
    let value = |number: usize| ["a", "b", "c"][number % 3].repeat(30_000 + number * 100);
    put_note(store, "k", &value(0));
    thread::scope(|scope| {
        let readers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    let mut seen = 0;
                    while seen != value(200).len() {
                        let text = store.get(&NOTES, "k").unwrap().unwrap();
                        let first = text.get(..1).unwrap();
                        assert!(text.len() >= seen, "an older value came back");
                        assert!(text == first.repeat(text.len()), "values are mixed");
                        seen = text.len();
                    }
                })
            })
            .collect();
        for number in 1..=200 {
            put_note(store, "k", &value(number));
        }
        readers.into_iter().for_each(|reader| reader.join().unwrap());
    });
}

#[test]
fn many_threads_and_tasks_share_the_committer() {
    let Fixture { store, .. } = &Fixture::new();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let put = |key: String| {
        let mut batch = Batch::new();
        batch.put(&NOTES, &key, &key).unwrap();
        batch.put(&CARTS, &key, &Cart::of(&key)).unwrap();
        batch
    };
    thread::scope(|scope| {
        for thread in 0..8 {
            let runtime = &runtime;
            scope.spawn(move || {
                for number in 0..50 {
                    store.commit_blocking(put(format!("thread {thread}/{number}"))).unwrap();
                    let key = format!("task {thread}/{number}");
                    runtime.block_on(store.commit(put(key))).unwrap();
                }
            });
        }
    });
    assert_eq!(notes(store, "").len(), 800);
    assert_eq!(store.scan(&CARTS, "").count(), 800);
}

#[test]
fn a_batch_that_was_refused_leaves_the_others_alone() {
    let Fixture { store, .. } = &Fixture::new();
    let mut batch = Batch::new();
    let refused = batch.put(&NOTES, "large", &"x".repeat(9 * 1024 * 1024));
    assert!(matches!(refused, Err(StoreError::ValueTooLarge { .. })));
    batch.put(&NOTES, "small", &"x".to_owned()).unwrap();
    store.commit_blocking(batch).unwrap();
    assert_eq!(notes(store, "").len(), 1);
    assert!(store.is_healthy());
}
