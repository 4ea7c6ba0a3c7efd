use easymart_core::{Error, reason};
use easymart_rpc::to_status;
use easymart_runtime::telemetry::install_metrics;
use easymart_testkit::wait_until;

use crate::support::{ONCE, PATIENCE, Running, Scripted, complete, unhurried};

#[tokio::test]
async fn calls_are_measured_on_both_sides() {
    let metrics = install_metrics().unwrap();
    let server = Running::start(&Scripted::unary(|_, text| async move {
        match text.as_str() {
            "missing" => Err(to_status(&Error::new(reason::PRODUCT_UNKNOWN, ""))),
            _ => Ok(text),
        }
    }))
    .await;
    let peer = server.peer();
    complete(&peer, &unhurried(), &ONCE, "").await.unwrap();
    complete(&peer, &unhurried(), &ONCE, "missing").await.unwrap_err();
    let wanted = [
        format!(
            "easymart_rpc_server_seconds_count{{service=\"{}\",method=\"Complete\",code=\"OK\"}}",
            crate::support::SERVICE
        ),
        format!(
            "easymart_rpc_server_seconds_count{{service=\"{}\",method=\"Complete\",code=\"NOT_FOUND\"}}",
            crate::support::SERVICE
        ),
        "easymart_rpc_client_seconds_count{peer=\"scripted\",method=\"Complete\",code=\"NOT_FOUND\"}".to_owned(),
        "easymart_rpc_client_attempts_total{peer=\"scripted\",method=\"Complete\"}".to_owned(),
        "easymart_rpc_server_in_flight{service=\"scripted\"}".to_owned(),
    ];
    wait_until(PATIENCE, "the measurements", || async {
        let text = metrics.render();
        wanted.iter().all(|line| text.contains(line.as_str()))
    })
    .await;
}
