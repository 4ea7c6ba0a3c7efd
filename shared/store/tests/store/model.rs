//! The store against the simplest thing that could be right: a map with expiry times.

use std::collections::BTreeMap;

use easymart_core::UnixMillis;
use easymart_store::{Batch, Table};
use proptest::prelude::*;

use crate::Fixture;

const TABLES: [Table<String>; 2] = [Table::new("one"), Table::new("two")];

#[derive(Debug, Clone)]
enum Step {
    Commit(Vec<Change>),
    Tick(UnixMillis),
    Sweep(usize),
    Reopen,
}

#[derive(Debug, Clone)]
enum Change {
    Put(usize, String, String, Option<UnixMillis>),
    Delete(usize, String),
}

/// Expiry times are relative to zero, and time only goes forward: an expired record never comes back.
#[derive(Default)]
struct Model {
    records: BTreeMap<(usize, String), (String, Option<UnixMillis>)>,
    now: UnixMillis,
}

impl Model {
    fn apply(&mut self, change: &Change) {
        match change.clone() {
            Change::Put(table, key, value, expires_at) => {
                self.records.insert((table, key), (value, expires_at));
            }
            Change::Delete(table, key) => {
                self.records.remove(&(table, key));
            }
        }
    }

    fn is_expired(&self, expires_at: Option<UnixMillis>) -> bool {
        expires_at.is_some_and(|at| at <= self.now)
    }

    fn sweep(&mut self, limit: usize) -> usize {
        let mut expired: Vec<_> = self
            .records
            .iter()
            .filter(|(_, (_, expires_at))| self.is_expired(*expires_at))
            .map(|(address, (_, expires_at))| (*expires_at, address.clone()))
            .collect();
        expired.sort();
        expired.truncate(limit);
        for (_, address) in &expired {
            self.records.remove(address);
        }
        expired.len()
    }

    fn visible(&self, table: usize, prefix: &str) -> Vec<(String, String)> {
        self.records
            .iter()
            .filter(|((of, key), (_, expires_at))| {
                *of == table && key.starts_with(prefix) && !self.is_expired(*expires_at)
            })
            .map(|((_, key), (value, _))| (key.clone(), value.clone()))
            .collect()
    }
}

fn batch_of(changes: &[Change]) -> Batch {
    let mut batch = Batch::new();
    for change in changes {
        match change {
            Change::Put(table, key, value, Some(at)) => {
                batch.put_until(&TABLES[*table], key, value, *at).unwrap();
            }
            Change::Put(table, key, value, None) => {
                batch.put(&TABLES[*table], key, value).unwrap();
            }
            Change::Delete(table, key) => batch.delete(&TABLES[*table], key),
        }
    }
    batch
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[ab]{0,2}", 1 => "[ab\0é]{0,3}"]
}

fn value() -> impl Strategy<Value = String> {
    // Around the sizes at which a value is cut into pieces.
    let sizes = prop_oneof![4 => 0..40_usize, 1 => 5_110..5_125_usize, 1 => 10_000..40_000_usize];
    (sizes, "[x-z]").prop_map(|(size, letter)| letter.repeat(size))
}

fn change() -> impl Strategy<Value = Change> {
    let put = (0..2_usize, key(), value(), prop::option::of(0..60_i64));
    prop_oneof![
        3 => put.prop_map(|(table, key, value, at)| Change::Put(table, key, value, at)),
        1 => (0..2_usize, key()).prop_map(|(table, key)| Change::Delete(table, key)),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => prop::collection::vec(change(), 0..6).prop_map(Step::Commit),
        3 => (1..10_i64).prop_map(Step::Tick),
        2 => (0..4_usize).prop_map(Step::Sweep),
        1 => Just(Step::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_store_does_what_the_model_does(steps in prop::collection::vec(step(), 1..30)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut fixture = Fixture::new();
        let mut model = Model::default();
        for step in steps {
            match step {
                Step::Commit(changes) => {
                    fixture.store.commit_blocking(batch_of(&changes)).unwrap();
                    changes.iter().for_each(|change| model.apply(change));
                }
                Step::Tick(by) => {
                    model.now += by;
                    fixture.clock.set(model.now);
                }
                Step::Sweep(limit) => {
                    let swept = runtime.block_on(fixture.store.sweep(limit)).unwrap();
                    prop_assert_eq!(swept, model.sweep(limit));
                }
                Step::Reopen => fixture = fixture.reopen(),
            }
            for (index, table) in TABLES.iter().enumerate() {
                for prefix in ["", "a"] {
                    let found: Vec<_> = fixture.store.scan(table, prefix).map(Result::unwrap).collect();
                    prop_assert_eq!(&found, &model.visible(index, prefix));
                    for (key, value) in found {
                        prop_assert_eq!(fixture.store.get(table, &key).unwrap(), Some(value));
                    }
                }
            }
        }
    }
}
