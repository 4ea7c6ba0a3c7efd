//! What operators type.

use std::{
    path::Path,
    process::{Command, Output},
};

use crate::process::{Process, QUIET_AND_UNLIMITED};

/// One product that can be kept and one that cannot.
const FEED: &str = r#"{"id": "stool-1", "title": "Stool", "price": {"amount": "25.00", "currency": "AUD"}}
{"id": "lamp-1", "title": "Lamp", "price": {"amount": "a lot", "currency": "AUD"}}
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_system_can_be_checked_and_given_another_catalogue() {
    let data = tempfile::tempdir().unwrap();
    let _process = Process::start(data.path()).await;

    let check = run(data.path(), &["check"]);
    assert!(check.status.success(), "{check:?}");
    assert_eq!(text(&check.stdout).lines().filter(|line| line.trim_end().ends_with(" ok")).count(), 5, "{check:?}");

    let feed = data.path().join("feed.jsonl");
    std::fs::write(&feed, FEED).unwrap();
    let feed = feed.to_str().unwrap();
    let refused = run(data.path(), &["import", feed]);
    assert!(!refused.status.success());
    assert!(text(&refused.stderr).contains("--allow-shrink"), "{refused:?}");

    let imported = run(data.path(), &["import", feed, "--allow-shrink"]);
    assert!(imported.status.success(), "{imported:?}");
    let report = text(&imported.stdout);
    assert!(report.contains("2 rows read, 1 products kept, 1 rejected"), "{report}");
    assert!(report.contains("rejected row 2, price"), "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_taken_address_is_named() {
    let data = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let started = run(data.path(), &["--http", &address]);
    assert!(!started.status.success());
    let error = text(&started.stderr);
    assert!(error.contains(&address) && error.contains("gateway.listen"), "{error}");
}

#[test]
fn nothing_running_is_said() {
    let data = tempfile::tempdir().unwrap();
    let check = run(data.path(), &["check"]);
    assert!(!check.status.success());
    assert!(text(&check.stderr).contains("no EasyMart runs on"), "{check:?}");
}

#[test]
fn the_configuration_is_printed_without_secrets() {
    let data = tempfile::tempdir().unwrap();
    let output =
        easymart_with(data.path(), &["config"]).env("EASYMART_LLM_API_KEY", "sk-very-secret").output().unwrap();
    let config = text(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    assert!(config.contains("[llm_proxy]") && config.contains("[redacted]"), "{config}");
    assert!(!config.contains("sk-very-secret"));
}

#[test]
fn a_wrong_key_is_named_with_its_place() {
    let data = tempfile::tempdir().unwrap();
    let output =
        easymart_with(data.path(), &["config"]).env("EASYMART_GATEWAY__LIMITS__SESION_BURST", "3").output().unwrap();
    assert!(!output.status.success());
    let error = text(&output.stderr);
    assert!(error.to_lowercase().contains("sesion_burst"), "{error}");
}

fn run(data: &Path, arguments: &[&str]) -> Output {
    easymart_with(data, arguments).output().unwrap()
}

fn easymart_with(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_easymart"));
    command.args(arguments).arg("--data-dir").arg(data).envs(QUIET_AND_UNLIMITED);
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
