use std::io::{self, Write};

use easymart_store::{Batch, Schema, StoreError, Table};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{Fixture, NOTES, SCHEMA, open, put_note};

const VALUES: Table<Value> = Table::new("values");

fn exported(fixture: &Fixture) -> String {
    let mut out = Vec::new();
    fixture.store.export(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn import(fixture: &Fixture, text: &str) -> Result<u64, StoreError> {
    fixture.store.import(&mut text.as_bytes())
}

#[test]
fn an_export_is_json_lines_with_a_header() {
    let fixture = Fixture::new();
    put_note(&fixture.store, "b", "two\nlines");
    let mut batch = Batch::new();
    batch.put_until(&NOTES, "a", &"x".to_owned(), 77).unwrap();
    fixture.store.commit_blocking(batch).unwrap();
    let text = exported(&fixture);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let expected = [
        json!({"schema": "test", "version": 3}),
        json!({"table": "notes", "key": "a", "expires_at": 77, "value": "x"}),
        json!({"table": "notes", "key": "b", "expires_at": null, "value": "two\nlines"}),
    ];
    assert_eq!(lines, expected);
}

#[test]
fn expired_records_stay_behind() {
    let fixture = Fixture::new();
    let mut batch = Batch::new();
    batch.put_until(&NOTES, "a", &"x".to_owned(), 77).unwrap();
    fixture.store.commit_blocking(batch).unwrap();
    fixture.clock.set(77);
    assert_eq!(exported(&fixture).lines().count(), 1);
}

#[test]
fn an_import_carries_expiry_over() {
    let from = Fixture::new();
    let mut batch = Batch::new();
    batch.put_until(&NOTES, "a", &"x".to_owned(), 77).unwrap();
    from.store.commit_blocking(batch).unwrap();
    let to = Fixture::new();
    assert_eq!(import(&to, &exported(&from)).unwrap(), 1);
    assert!(to.store.get(&NOTES, "a").unwrap().is_some());
    to.clock.set(77);
    assert_eq!(to.store.get(&NOTES, "a").unwrap(), None);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    assert_eq!(runtime.block_on(to.store.sweep(10)).unwrap(), 1);
}

#[test]
fn an_export_of_an_earlier_version_is_accepted_and_of_a_later_one_refused() {
    let from = Fixture::new();
    put_note(&from.store, "k", "v");
    let text = exported(&from);
    let into = |version| {
        let directory = tempfile::tempdir().unwrap();
        let schema = Schema { version, ..SCHEMA };
        let store = open(directory.path(), schema, &from.clock).unwrap();
        store.import(&mut text.as_bytes())
    };
    assert_eq!(into(4).unwrap(), 1);
    assert!(matches!(into(2), Err(StoreError::SchemaNewer { .. })));
}

#[test]
fn import_is_for_empty_stores() {
    let from = Fixture::new();
    put_note(&from.store, "k", "v");
    let text = exported(&from);
    assert!(matches!(import(&from, &text), Err(StoreError::NotEmpty)));
}

#[test]
fn a_bad_line_is_named() {
    let header = r#"{"schema":"test","version":3}"#;
    let good = r#"{"table":"notes","key":"k","expires_at":null,"value":"v"}"#;
    let bad = [
        "",
        "{",
        r#"{"table":"notes","key":"k","expires_at":null}"#,
        r#"{"table":"notes","key":"k","expires_at":null,"value":1"#,
        r#"{"table":"notes","value":"v","key":"k","expires_at":null}"#,
        r#"{"table":"No Tes","key":"k","expires_at":null,"value":"v"}"#,
        r#"{"table":"notes","key":"k","expires_at":null,"more":1,"value":"v"}"#,
    ];
    for line in bad {
        let result = import(&Fixture::new(), &format!("{header}\n{good}\n{line}\n"));
        let error = result.expect_err(line).to_string();
        assert!(error.starts_with("line 3 of the export"), "{line}: {error}");
    }
    for text in ["", "notes\n", good] {
        let error = import(&Fixture::new(), text).unwrap_err().to_string();
        assert!(error.starts_with("line 1 of the export"), "{text}: {error}");
    }
}

#[test]
fn a_target_that_fails_is_an_error() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let error = Fixture::new().store.export(&mut Full).unwrap_err();
    assert!(error.to_string().contains("cannot be written"), "{error}");
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,30}".prop_map(Value::from),
        Just(Value::from("x".repeat(30_000))),
        Just(Value::from(r#"tricky ,"value": text"#)),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(".{0,8}", inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_store_exported_and_imported_is_equal(
        records in prop::collection::btree_map(".{0,12}", (any_json(), prop::option::of(1..i64::MAX)), 0..20)
    ) {
        let from = Fixture::new();
        let mut batch = Batch::new();
        for (key, (value, expires_at)) in &records {
            match expires_at {
                Some(at) => batch.put_until(&VALUES, key, value, *at).unwrap(),
                None => batch.put(&VALUES, key, value).unwrap(),
            }
        }
        from.store.commit_blocking(batch).unwrap();
        let text = exported(&from);
        let to = Fixture::new();
        prop_assert_eq!(import(&to, &text).unwrap(), records.len() as u64);
        prop_assert_eq!(exported(&to), text);
    }
}
