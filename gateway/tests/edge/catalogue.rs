use reqwest::StatusCode;
use serde_json::json;

use crate::system::System;

#[tokio::test]
async fn a_search_answers_with_a_page() {
    let system = System::start().await;
    let page = system
        .get("/v1/products?q=oak%20desk&category=desk,table&colour=white&price_max=199.50&sort=price_low&page=2&page_size=1&utm=x")
        .await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.json);
    assert_eq!(page.json["total"], 2);
    assert_eq!(page.json["products"][0]["option"], 2, "options go on over the pages");
    assert_eq!(page.json["facets"][0]["values"][0], json!({"value": "desk", "label": "desks", "count": 1}));
    assert_eq!(page.json["generation"], "g1");
    let asked = system.catalogue.searches().remove(0);
    let filters = asked.filters.unwrap();
    assert_eq!(asked.query, "oak desk");
    assert_eq!(filters.categories, ["desk", "table"]);
    assert_eq!(filters.price_max_minor, Some(19_950));
}

#[tokio::test]
async fn one_product_is_found_by_any_of_its_names() {
    let system = System::start().await;
    for reference in ["p-chair", "chair", "C%2F1"] {
        let product = system.get(&format!("/v1/products/{reference}")).await;
        assert_eq!(product.text("/handle"), "chair");
        assert_eq!(product.json["price"]["display"], "$65.00");
        assert_eq!(product.json["description"], "");
    }
    system.get("/v1/products/none").await.assert_problem(404, "PRODUCT_UNKNOWN");
}

#[tokio::test]
async fn similar_compared_categories_and_completions() {
    let system = System::start().await;
    let similar = system.get("/v1/products/desk/similar?limit=3").await;
    assert_eq!(similar.json["source"]["handle"], "desk");
    assert_eq!(similar.json["products"][1]["why"], "It is furniture");
    system.get("/v1/products/none/similar").await.assert_problem(404, "PRODUCT_UNKNOWN");
    let compared = system.get("/v1/products/compare?ids=desk,chair").await;
    assert_eq!(compared.json["products"][1]["option"], 2);
    assert_eq!(compared.json["rows"][0]["differs"], true);
    let categories = system.get("/v1/categories").await;
    assert_eq!(categories.json["categories"][0]["parent_id"], json!(null));
    let completed = system.get("/v1/suggest?q=des").await;
    assert_eq!(completed.json["suggestions"][0], json!({"text": "desk", "kind": "query"}));
}

#[tokio::test]
async fn senseless_parameters_are_refused() {
    let system = System::start().await;
    let wrong = [
        ("/v1/products?page=0", "FIELD_INVALID"),
        ("/v1/products?page_size=101", "FIELD_INVALID"),
        ("/v1/products?sort=newest", "FIELD_INVALID"),
        ("/v1/products?price_min=cheap", "FIELD_INVALID"),
        ("/v1/products/compare?ids=desk", "FIELD_INVALID"),
        ("/v1/products/compare?ids=1,2,3,4,5,6,7", "FIELD_INVALID"),
        ("/v1/products/desk/similar?limit=21", "FIELD_INVALID"),
        ("/v1/products?page=first", "REQUEST_MALFORMED"),
        ("/v1/products?page=-1", "REQUEST_MALFORMED"),
        ("/v1/products?q=%FF", "REQUEST_MALFORMED"),
        ("/v1/products/%FF", "REQUEST_MALFORMED"),
        ("/v1/products?q=a&q=b", "REQUEST_MALFORMED"),
    ];
    for (path, reason) in wrong {
        let answer = system.get(path).await;
        answer.assert_problem(400, reason);
    }
    assert!(system.catalogue.searches().is_empty());
}
