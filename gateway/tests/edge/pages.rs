use reqwest::{Method, StatusCode};

use crate::system::{System, send};

#[tokio::test]
async fn a_picture_cannot_act() {
    let system = System::start().await;
    let picture = system.get("/sample-shop/pictures/desk.svg").await;
    assert_eq!(picture.status, StatusCode::OK);
    assert_eq!(picture.header("content-type"), "image/svg+xml");
    assert!(picture.header("content-security-policy").contains("default-src 'none'"));
    let known = system.request(Method::GET, "/sample-shop/pictures/desk.svg");
    let again = send(known.header("If-None-Match", picture.header("etag"))).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    system.get("/sample-shop/pictures/sofa.svg").await.assert_problem(404, "ROUTE_UNKNOWN");
    system.get("/sample-shop/pictures/desk.png").await.assert_problem(404, "ROUTE_UNKNOWN");
}

#[tokio::test]
async fn the_shop_page_runs_only_its_own_scripts() {
    let system = System::with(|config| config.frame_ancestors = vec!["https://cms.example".to_owned()]).await;
    let page = system.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.header("content-type").starts_with("text/html"));
    let policy = page.header("content-security-policy");
    assert!(policy.contains("script-src 'self';"), "{policy}");
    assert!(policy.ends_with("frame-ancestors 'self' https://cms.example"), "{policy}");
    let widget = system.get("/widget.js").await;
    assert!(widget.header("content-type").starts_with("text/javascript"));
    assert_eq!(widget.header("access-control-allow-origin"), "*");
    assert!(!widget.header("etag").is_empty());
    system.get("/assets/../../Cargo.toml").await.assert_problem(404, "ROUTE_UNKNOWN");
    system.get("/assets/no-such-file.js").await.assert_problem(404, "ROUTE_UNKNOWN");
}

#[tokio::test]
async fn the_documentation_works_offline() {
    let system = System::start().await;
    let page = system.request(Method::GET, "/docs/").send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("script-src 'self'"), "{policy}");
    let html = page.text().await.unwrap();
    assert!(!html.contains("src=\"http"), "nothing is loaded from elsewhere: {html}");
    let script = system.get("/docs/swagger-initializer.js").await;
    assert_eq!(script.status, StatusCode::OK);
    let errors = system.request(Method::GET, "/docs/errors").send().await.unwrap().text().await.unwrap();
    assert!(errors.contains("id=\"SESSION_EXPIRED\""));
    system.get("/docs/no-such-page").await.assert_problem(404, "ROUTE_UNKNOWN");
}
