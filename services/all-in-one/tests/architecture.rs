//! The house rules that a compiler does not check: which crate may use which.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{collections::BTreeMap, process::Command};

/// What each of our crates may depend on, besides crates that are not ours. One direction: core ← {store, runtime} ← rpc ← services.
const ALLOWED: &[(&str, &[&str])] = &[
    ("core", &[]),
    ("proto", &[]),
    ("store", &["core"]),
    ("runtime", &["core"]),
    ("rpc", &["core", "proto", "runtime"]),
    ("sample-shop", &[]),
    ("conversation", &SERVICE),
    ("catalog-search", &SERVICE),
    ("cart-sync", &SERVICE),
    ("llm-proxy", &SERVICE),
    ("gateway", &SERVICE),
    ("testkit", &["core", "proto", "rpc", "runtime", "store"]),
    (
        "all-in-one",
        &[
            "core",
            "proto",
            "store",
            "runtime",
            "rpc",
            "sample-shop",
            "conversation",
            "catalog-search",
            "cart-sync",
            "llm-proxy",
            "gateway",
        ],
    ),
];
const SERVICE: [&str; 5] = ["core", "proto", "store", "runtime", "rpc"];

#[test]
fn dependencies_point_one_way() {
    let allowed: BTreeMap<_, _> = ALLOWED.iter().copied().collect();
    let mut wrong = Vec::new();
    for (from, to) in edges() {
        match allowed.get(from.as_str()) {
            None => wrong.push(format!("easymart-{from} has no rule here")),
            Some(targets) if !targets.contains(&to.as_str()) => {
                wrong.push(format!("easymart-{from} must not use easymart-{to}"))
            }
            Some(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Our crates' normal dependencies on each other, without the prefix. Tests may use more.
fn edges() -> Vec<(String, String)> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version=1", "--no-deps", "--offline", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .expect("cargo metadata runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let ours = |name: &serde_json::Value| name.as_str().and_then(|n| n.strip_prefix("easymart-")).map(str::to_owned);
    let mut edges = Vec::new();
    for package in metadata["packages"].as_array().unwrap() {
        let from = ours(&package["name"]).expect("every member is easymart-…");
        for dependency in package["dependencies"].as_array().unwrap() {
            if let (Some(to), true) = (ours(&dependency["name"]), dependency["kind"].is_null()) {
                edges.push((from.clone(), to));
            }
        }
    }
    assert!(edges.len() > 20, "found only {} edges: the test looks in the wrong place", edges.len());
    edges
}
