//! `docs/metrics.md` is written by hand; this keeps it complete: it names every metric that the sources name, and no other.
#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Folders with sources, below the workspace's root.
const ROOMS: &[&str] = &["gateway", "services", "shared"];
const PREFIX: &str = "easymart_";
/// Metrics that only exist in tests.
const OF_TESTS: &str = "easymart_test_";
const TYPES: &[&str] = &["counter", "gauge", "histogram"];

#[test]
fn the_document_names_every_metric_and_no_other() {
    let (in_sources, in_document) = (names_in_sources(), names_in_document());
    assert!(in_sources.len() > 40, "found only {}: the scan looks in the wrong place", in_sources.len());
    let missing: Vec<_> = in_sources.difference(&in_document).collect();
    assert!(missing.is_empty(), "docs/metrics.md lacks {missing:?}");
    let invented: Vec<_> = in_document.difference(&in_sources).collect();
    assert!(invented.is_empty(), "docs/metrics.md names what is not in the code: {invented:?}");
}

#[test]
fn names_say_what_they_count() {
    for (name, kind) in rows() {
        assert!(TYPES.contains(&kind.as_str()), "{name}: `{kind}` is no type");
        assert_eq!(
            kind == "counter",
            name.ends_with("_total"),
            "{name}: counters end in _total, and nothing else does"
        );
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn names_in_sources() -> BTreeSet<String> {
    let mut files = Vec::new();
    for room in ROOMS {
        collect(&root().join(room), false, &mut files);
    }
    let mut names = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        // A name is always a whole string literal.
        names.extend(text.split('"').filter(|piece| is_metric(piece)).map(str::to_owned));
    }
    names
}

fn is_metric(text: &str) -> bool {
    let is_word = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    is_word && text.starts_with(PREFIX) && text.len() > PREFIX.len() && !text.starts_with(OF_TESTS)
}

/// The Rust files in `src` folders, not those of tests.
fn collect(folder: &Path, is_src: bool, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let is_src = is_src || path.ends_with("src");
            collect(&path, is_src, files);
        } else if is_src && path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn names_in_document() -> BTreeSet<String> {
    rows().into_iter().map(|(name, _)| name).collect()
}

/// Name and type of each row of the tables.
fn rows() -> Vec<(String, String)> {
    let text = fs::read_to_string(root().join("docs/metrics.md")).unwrap();
    let row = |line: &str| {
        let mut cells = line.split('|').map(str::trim).skip(1);
        let name = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
        is_metric(name).then_some((name.to_owned(), cells.next()?.to_owned()))
    };
    text.lines().filter_map(row).collect()
}
