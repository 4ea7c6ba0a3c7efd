use serde_json::Value;

use crate::system::System;

#[tokio::test]
async fn the_description_is_served_as_it_is() {
    let system = System::start().await;
    let served = system.get("/openapi.json").await.json;
    let described = serde_json::to_value(easymart_gateway::description()).unwrap();
    assert_eq!(served, described);
}

#[test]
fn every_operation_says_what_it_answers() {
    let description = serde_json::to_value(easymart_gateway::description()).unwrap();
    let operations = operations(&description);
    assert!(operations.len() >= 30, "{}", operations.len());
    for (name, operation) in operations {
        assert!(operation["summary"].is_string(), "{name} has no summary");
        let answers = operation["responses"].as_object().unwrap();
        assert!(answers.keys().any(|status| status.starts_with('2')), "{name} names no success");
    }
}

#[test]
fn operation_ids_are_unique() {
    let description = serde_json::to_value(easymart_gateway::description()).unwrap();
    let operations = operations(&description);
    let ids: std::collections::BTreeSet<_> = operations.iter().map(|(_, one)| one["operationId"].to_string()).collect();
    assert_eq!(ids.len(), operations.len());
}

#[test]
fn every_reference_leads_somewhere() {
    let description = serde_json::to_value(easymart_gateway::description()).unwrap();
    let text = description.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(description.pointer(pointer).is_some(), "{pointer}");
    }
}

#[test]
fn paths_and_their_answers_do_not_change_unnoticed() {
    let description = serde_json::to_value(easymart_gateway::description()).unwrap();
    let lines: Vec<_> = operations(&description)
        .into_iter()
        .map(|(name, operation)| {
            let answers: Vec<_> = operation["responses"].as_object().unwrap().keys().cloned().collect();
            format!("{name} → {}", answers.join(" "))
        })
        .collect();
    insta::assert_snapshot!("operations", lines.join("\n"));
    insta::assert_json_snapshot!("description", description);
}

fn operations(description: &Value) -> Vec<(String, Value)> {
    let paths = description["paths"].as_object().unwrap();
    let mut operations = Vec::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            operations.push((format!("{} {path}", method.to_uppercase()), operation.clone()));
        }
    }
    operations
}
