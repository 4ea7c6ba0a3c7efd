use easymart_store::{Batch, StoreError, Table};

use crate::{CARTS, Cart, Fixture, NOTES, notes, put_note};

#[test]
fn a_record_reads_back_with_its_type() {
    let Fixture { store, .. } = &Fixture::new();
    let mut batch = Batch::new();
    batch.put(&CARTS, "a", &Cart::of("ann")).unwrap();
    store.commit_blocking(batch).unwrap();
    assert_eq!(store.get(&CARTS, "a").unwrap(), Some(Cart::of("ann")));
    assert_eq!(store.get(&CARTS, "b").unwrap(), None);
}

#[test]
fn tables_do_not_see_each_other() {
    let Fixture { store, .. } = &Fixture::new();
    put_note(store, "a", "note");
    assert_eq!(store.get(&CARTS, "a").unwrap(), None);
    let longer: Table<String> = Table::new("notes_2");
    assert_eq!(store.scan(&longer, "").count(), 0);
}

#[test]
fn a_record_of_another_type_is_an_error_that_names_the_table_and_not_the_key() {
    let Fixture { store, .. } = &Fixture::new();
    put_note(store, "secret-key", "text");
    let as_cart: Table<Cart> = Table::new("notes");
    let error = store.get(&as_cart, "secret-key").unwrap_err();
    assert!(matches!(error, StoreError::Decode { .. }));
    assert!(error.to_string().contains("notes"));
    assert!(!error.to_string().contains("secret-key"));
}

#[test]
fn a_scan_is_ordered_and_stays_within_its_prefix() {
    let Fixture { store, .. } = &Fixture::new();
    for key in ["b/2", "a/2", "b/10", "b/1", "c", "b"] {
        put_note(store, key, key);
    }
    let keys = |prefix| {
        let found = notes(store, prefix).into_iter();
        found.map(|(key, _)| key).collect::<Vec<_>>()
    };
    assert_eq!(keys("b/"), ["b/1", "b/10", "b/2"]);
    assert_eq!(keys("b"), ["b", "b/1", "b/10", "b/2"]);
    assert_eq!(keys("x"), [""; 0]);
    assert_eq!(keys("").len(), 6);
}

#[test]
fn any_text_can_be_a_key() {
    let Fixture { store, .. } = &Fixture::new();
    let keys = ["", "\0", "a\0b", "ключ 🪑", "\u{10ffff}", "\"quoted\""];
    for key in keys {
        put_note(store, key, key);
    }
    for key in keys {
        assert_eq!(store.get(&NOTES, key).unwrap().as_deref(), Some(key));
    }
    assert_eq!(notes(store, "").len(), keys.len());
}

#[test]
fn an_expired_record_is_absent_before_it_is_swept() {
    let Fixture { store, clock, .. } = &Fixture::new();
    let mut batch = Batch::new();
    batch.put_until(&NOTES, "soon", &"s".to_owned(), 100).unwrap();
    batch.put(&NOTES, "never", &"n".to_owned()).unwrap();
    store.commit_blocking(batch).unwrap();
    clock.set(99);
    assert_eq!(notes(store, "").len(), 2);
    clock.set(100);
    assert_eq!(store.get(&NOTES, "soon").unwrap(), None);
    assert_eq!(notes(store, "").len(), 1);
}

#[tokio::test]
async fn a_sweep_deletes_what_expired_soonest_first_and_no_more_than_asked() {
    let Fixture { store, clock, .. } = &Fixture::new();
    let mut batch = Batch::new();
    for at in [50, 10, 40, 20, 30] {
        let text = "x".repeat(20_000);
        batch.put_until(&NOTES, &at.to_string(), &text, at).unwrap();
    }
    store.commit(batch).await.unwrap();
    clock.set(40);
    assert_eq!(store.sweep(3).await.unwrap(), 3);
    clock.set(0); // what was only expired would show again
    let left: Vec<_> = notes(store, "").into_iter().map(|(key, _)| key).collect();
    assert_eq!(left, ["40", "50"]);
    clock.set(40);
    assert_eq!(store.sweep(3).await.unwrap(), 1);
    assert_eq!(store.sweep(3).await.unwrap(), 0);
}

#[tokio::test]
async fn a_record_set_anew_is_judged_by_its_new_expiry() {
    let Fixture { store, clock, .. } = &Fixture::new();
    let expiries = [
        ("longer", Some(10), Some(1000)),
        ("shorter", Some(1000), Some(10)),
        ("kept", Some(10), None),
        ("dropped", None, Some(10)),
    ];
    for pick in [0, 1] {
        let mut batch = Batch::new();
        for (key, first, second) in expiries {
            let text = key.to_owned();
            match [first, second][pick] {
                Some(at) => batch.put_until(&NOTES, key, &text, at).unwrap(),
                None => batch.put(&NOTES, key, &text).unwrap(),
            }
        }
        store.commit(batch).await.unwrap();
    }
    clock.set(10);
    assert_eq!(store.sweep(100).await.unwrap(), 2);
    clock.set(0);
    let left: Vec<_> = notes(store, "").into_iter().map(|(key, _)| key).collect();
    assert_eq!(left, ["kept", "longer"]);
}

#[test]
fn large_values_are_whole_in_every_version() {
    let fixture = Fixture::new();
    let large = |letter: &str| letter.repeat(200_000);
    for letter in ["a", "b", "c"] {
        put_note(&fixture.store, "k", &large(letter));
        assert_eq!(notes(&fixture.store, ""), [("k".into(), large(letter))]);
    }
    put_note(&fixture.store, "k", "small again");
    let fixture = fixture.reopen();
    assert_eq!(notes(&fixture.store, ""), [("k".into(), "small again".into())]);
}

#[test]
fn what_is_too_large_is_refused_when_it_is_added() {
    let mut batch = Batch::new();
    let refused = batch.put(&NOTES, "k", &"x".repeat(9 * 1024 * 1024));
    assert!(matches!(refused, Err(StoreError::ValueTooLarge { .. })));
    let refused = batch.put(&NOTES, &"k".repeat(193), &String::new());
    assert!(matches!(refused, Err(StoreError::KeyTooLong { .. })));
    batch.delete(&NOTES, &"k".repeat(193));
    assert!(batch.is_empty());
    let Fixture { store, .. } = &Fixture::new();
    assert_eq!(store.get(&NOTES, &"k".repeat(193)).unwrap(), None);
}
