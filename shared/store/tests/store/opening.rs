use std::fs;

use easymart_store::{Schema, StoreError};

use crate::{Fixture, NOTES, SCHEMA, notes, open, put_note};

#[test]
fn records_survive_a_restart() {
    let fixture = Fixture::new();
    put_note(&fixture.store, "k", "v");
    let fixture = fixture.reopen().reopen();
    assert_eq!(notes(&fixture.store, ""), [("k".into(), "v".into())]);
}

#[test]
fn a_second_opener_is_told_who_has_the_store_and_what_to_do() {
    let fixture = Fixture::new();
    let refused = open(fixture.directory.path(), SCHEMA, &fixture.clock);
    let error = refused.expect_err("the directory is in use");
    assert!(matches!(error, StoreError::Locked { .. }));
    let text = error.to_string();
    assert!(text.contains(&format!("process {}", std::process::id())), "{text}");
    assert!(text.contains("another data directory"), "{text}");
    put_note(&fixture.store, "k", "the first owner is not disturbed");
}

#[test]
fn schemas_that_do_not_fit_are_refused_with_advice() {
    let Fixture { store, clock, directory } = Fixture::new();
    put_note(&store, "k", "v");
    drop(store);
    let refusal = |name, version| {
        let schema = Schema { name, version };
        let refused = open(directory.path(), schema, &clock);
        refused.expect_err("the schema does not fit").to_string()
    };
    let newer_on_disk = refusal("test", 2);
    assert!(newer_on_disk.contains("later release"), "{newer_on_disk}");
    let older_on_disk = refusal("test", 4);
    assert!(older_on_disk.contains("run the release that wrote it"), "{older_on_disk}");
    let other = refusal("cart_sync", 3);
    assert!(other.contains("`test`, not `cart_sync`"), "{other}");
    let store = open(directory.path(), SCHEMA, &clock).unwrap();
    assert_eq!(store.get(&NOTES, "k").unwrap().as_deref(), Some("v"));
}

#[test]
fn damaged_files_are_an_error_with_advice() {
    let Fixture { store, clock, directory } = Fixture::new();
    put_note(&store, "k", "v");
    drop(store);
    let snapshot = directory.path().join("snap.00000000FFFFFFFF");
    fs::write(snapshot, b"this is not what sled writes").unwrap();
    let refused = open(directory.path(), SCHEMA, &clock);
    let text = refused.expect_err("the snapshot is damaged").to_string();
    assert!(text.contains("restore it from a backup"), "{text}");
}

#[test]
fn a_directory_of_another_program_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let foreign = sled::open(directory.path()).unwrap();
    foreign.insert("theirs", "value").unwrap();
    drop(foreign);
    // The second refusal shows that the first left no schema behind.
    for _ in 0..2 {
        let refused = open(directory.path(), SCHEMA, &Default::default());
        assert!(matches!(refused, Err(StoreError::Damaged(_))), "{refused:?}");
    }
}
