//! What operators type.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

use crate::{
    process::{Process, QUIET_AND_UNLIMITED},
    shopper::Shopper,
};

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
    for command in [&["check"][..], &["chat"], &["explain", "a-turn"], &["replay", "a-session"]] {
        let output = run(data.path(), command);
        assert!(!output.status.success(), "{command:?}");
        assert!(text(&output.stderr).contains("no EasyMart runs on"), "{output:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_can_be_investigated() {
    let data = tempfile::tempdir().unwrap();
    let process =
        Process::start_with(data.path(), &[("EASYMART_GATEWAY__OPERATOR_KEYS", r#"["an operator's key"]"#)]).await;
    let client = reqwest::Client::new();
    let shopper = Shopper::arrive(&client, process.http).await;
    shopper.say("show me desks").await;
    let turn = shopper.say("only those under $300").await;
    shopper.say("add option 1 to my cart").await;
    shopper.say("is delivery to 3000 free?").await;
    let (turn_id, reply) = (turn["turn_id"].as_str().unwrap(), turn["reply"].as_str().unwrap());

    let explained = run(data.path(), &["explain", turn_id]);
    let report = text(&explained.stdout);
    assert!(explained.status.success(), "{explained:?}");
    for expected in [reply, "price_max: nothing → 300", "product_search", "search_products", "search_products.total = "]
    {
        assert!(report.contains(expected), "{expected:?} is not in\n{report}");
    }
    let json = run(data.path(), &["explain", turn_id, "--json"]);
    let trace: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(trace["reply"]["text"], reply);
    let url = format!("http://{}/v1/sessions/{}/turns/{turn_id}/trace", process.http, shopper.session);
    let answer = client.get(&url).header("x-operator-key", "an operator's key").send().await.unwrap();
    assert_eq!(answer.json::<Value>().await.unwrap(), trace);

    let unknown = run(data.path(), &["explain", "another"]);
    assert!(!unknown.status.success());
    assert!(text(&unknown.stderr).contains("TURN_UNKNOWN"), "{unknown:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_comes_out_the_same_until_the_catalogue_changes() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path()).await;
    let shopper = Shopper::arrive(&reqwest::Client::new(), process.http).await;
    for message in
        ["hello", "show me desks", "add option 2 to my cart", "show my cart", "remove it", "undo that", "are you open?"]
    {
        shopper.say(message).await;
    }
    let cart = shopper.cart().await;
    let same = run(data.path(), &["replay", &shopper.session]);
    assert!(same.status.success(), "{}", text(&same.stdout));
    assert!(text(&same.stdout).contains("7 turns came out the same"), "{same:?}");
    assert_eq!(shopper.cart().await, cart);

    let feed = data.path().join("feed.jsonl");
    std::fs::write(&feed, FEED).unwrap();
    assert!(run(data.path(), &["import", feed.to_str().unwrap(), "--allow-shrink"]).status.success());
    let different = run(data.path(), &["replay", &shopper.session]);
    assert_eq!(different.status.code(), Some(1));
    let report = text(&different.stdout);
    assert!(report.contains("different") && report.contains("- 1. "), "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_assistant_talks_in_a_terminal() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path()).await;
    let said = "show me desks\nadd option 1 to my cart\n/cart\n\n1\n/turn\n/new\n/cart\n/quit\nnever sent\n";
    for arguments in
        [vec!["chat".to_owned()], vec!["chat".to_owned(), "--url".to_owned(), format!("http://{}", process.http)]]
    {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = with_input(easymart_with(data.path(), &arguments), said);
        assert!(output.status.success(), "{output:?}");
        let shown = text(&output.stdout);
        for expected in ["[1] ", "product", "price", "cart: 1 piece, $", "together", "The cart is empty."] {
            assert!(shown.contains(expected), "{expected:?} is not in\n{shown}");
        }
        assert!(!shown.contains('\u{1b}'), "there is no terminal, so there are no colours");
    }
}

/// Runs a command with something on its standard input.
fn with_input(mut command: Command, input: &str) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
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
