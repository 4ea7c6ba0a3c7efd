//! The conversation's table of questions and catalog-search's name the same attributes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{collections::BTreeSet, fs, path::Path};

use toml::{Table, Value};

fn table(service: &str) -> Table {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(service).join("data/specs.toml");
    fs::read_to_string(path).unwrap().parse().unwrap()
}

fn attributes(topic: &Value) -> Vec<&str> {
    topic["attributes"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect()
}

#[test]
fn both_tables_of_questions_name_the_same_attributes() {
    let (owner, phrasing) = (table("catalog-search"), table("conversation"));
    let known: BTreeSet<Vec<&str>> = owner.values().map(attributes).collect();
    for (id, topic) in &phrasing {
        let wanted = attributes(topic);
        if let Some(own) = owner.get(id) {
            assert_eq!(attributes(own), wanted, "{id}");
        }
        assert!(
            wanted.is_empty() || known.contains(&wanted),
            "no question of catalog-search's asks for {wanted:?} ({id})"
        );
    }
}
