//! Search by meaning with a real model, which `make embedding-model` fetches: does it run here, and does it know what is alike?

#![cfg(feature = "embedding")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{env, path::PathBuf, sync::Arc};

use easymart_catalog_search::embedding::{Encode, load};
use easymart_testkit::skip_without;

fn model() -> Option<Arc<dyn Encode>> {
    let folder =
        env::var_os("TEST_EMBEDDING_MODEL").map(PathBuf::from).filter(|folder| folder.join("model.onnx").exists());
    if folder.is_none() {
        skip_without("an embedding model in TEST_EMBEDDING_MODEL (make embedding-model)");
    }
    Some(load(&folder?).unwrap())
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[test]
fn another_word_for_a_thing_is_nearer_than_another_thing() {
    let Some(model) = model() else { return };
    for (query, same, other) in [
        ("somewhere to hang coats", "Freestanding garment hook rack", "Glass coffee table"),
        ("couch", "Three seater sofa", "Filing cabinet with lock"),
        ("place to work from home", "Compact computer desk", "Queen bed frame"),
    ] {
        let vectors = model.encode(&[query, same, other]).unwrap();
        let (near, far) = (cosine(&vectors[0], &vectors[1]), cosine(&vectors[0], &vectors[2]));
        assert!(near > far + 0.05, "{query}: {near} and {far}");
    }
}

#[test]
fn vectors_have_length_1_and_hardly_depend_on_the_company_they_are_made_in() {
    let Some(model) = model() else { return };
    let texts = [
        "Oak desk with drawers",
        "Bar stool",
        "A very long title of a sideboard with doors, drawers, shelves and legs of steel",
    ];
    let together = model.encode(&texts).unwrap();
    for (text, vector) in texts.iter().zip(&together) {
        let alone = model.encode(&[text]).unwrap().remove(0);
        assert_eq!(vector.len(), model.dimensions());
        assert!((cosine(vector, vector) - 1.0).abs() < 1e-3);
        let likeness = cosine(vector, &alone);
        assert!(likeness > 0.98, "{text}: {likeness}");
    }
}

#[test]
fn empty_and_endless_texts_are_encoded_too() {
    let Some(model) = model() else { return };
    let endless = "sofa ".repeat(10_000);
    assert_eq!(model.encode(&["", endless.as_str(), "沙发 🛋️"]).unwrap().len(), 3);
    assert!(model.encode(&[]).unwrap_or_default().is_empty());
}

#[test]
fn a_folder_without_a_model_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = load(folder.path()).err().unwrap().to_string();
    assert!(error.contains("model.onnx"), "{error}");
}
