//! The admin endpoint of a running process.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use easymart_runtime::{Readiness, admin, telemetry::install_metrics};
use easymart_testkit::free_listener;
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn operators_see_metrics_health_and_readiness() {
    let metrics = install_metrics().unwrap();
    metrics::counter!("easymart_test_total").increment(1);
    let listener = free_listener().await;
    let url = format!("http://{}", listener.local_addr().unwrap());
    let get = |path: &str| {
        let url = format!("{url}{path}");
        async move {
            let answer = reqwest::get(url).await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        }
    };
    let readiness = Readiness::new(false);
    let stop = CancellationToken::new();
    let served = tokio::spawn(admin::serve(listener, metrics, readiness.clone(), stop.clone()));

    assert_eq!(get("/healthz").await.0, 200);
    assert_eq!(get("/readyz").await.0, 503);
    readiness.set(true);
    assert_eq!(get("/readyz").await.0, 200);
    let (status, text) = get("/metrics").await;
    assert_eq!(status, 200);
    assert!(text.contains("easymart_test_total 1"), "{text}");
    assert_eq!(get("/other").await.0, 404);

    stop.cancel();
    tokio::time::timeout(PATIENCE, served).await.unwrap().unwrap().unwrap();
}
