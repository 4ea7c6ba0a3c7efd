//! What an operator meets when a configuration is read.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use easymart_runtime::config::{Common, ConfigError, Secret, Sources, duration, load, redacted_toml};
use easymart_testkit::TestDir;
use serde::{Deserialize, Serialize};

/// A service's own process.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Alone {
    #[serde(flatten)]
    common: Common,
    cart_sync: Section,
}

/// A process with a section that aliases name.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Proxy {
    #[serde(flatten)]
    common: Common,
    llm_proxy: Llm,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Section {
    listen: SocketAddr,
    name: String,
    lines: u16,
    enabled: bool,
    #[serde(with = "duration")]
    timeout: Duration,
    ratio: f64,
    keys: Vec<String>,
    labels: BTreeMap<String, String>,
    model: Option<String>,
    limit: Option<u32>,
    inner: Inner,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Inner {
    burst: u8,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Llm {
    url: String,
    api_key: Secret,
    model: String,
}

impl Default for Section {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:7103".parse().unwrap(),
            name: "cart".to_owned(),
            lines: 50,
            enabled: false,
            timeout: Duration::from_secs(5),
            ratio: 0.5,
            keys: Vec::new(),
            labels: BTreeMap::new(),
            model: None,
            limit: None,
            inner: Inner::default(),
        }
    }
}

fn environment(variables: &[(&str, &str)]) -> Sources {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Sources { environment: variables.iter().map(owned).collect(), ..Sources::default() }
}

fn file(dir: &TestDir, text: &str) -> Sources {
    Sources { file: Some(dir.write("easymart.toml", text)), ..Sources::default() }
}

fn failure<T>(sources: &Sources) -> String
where
    T: Serialize + serde::de::DeserializeOwned + Default + std::fmt::Debug,
{
    load::<T>(sources).unwrap_err().to_string()
}

#[test]
fn later_sources_override_earlier_ones() {
    let dir = TestDir::new();
    let mut sources = file(&dir, "[cart_sync]\nname = 'file'\nlines = 1\ninner.burst = 3\n");
    assert_eq!(load::<Alone>(&Sources::default()).unwrap().cart_sync.name, "cart");
    assert_eq!(load::<Alone>(&sources).unwrap().cart_sync.name, "file");
    sources.environment = vec![("EASYMART_CART_SYNC__NAME".to_owned(), "environment".to_owned())];
    assert_eq!(load::<Alone>(&sources).unwrap().cart_sync.name, "environment");
    sources.set("cart_sync.name", "option");
    let section = load::<Alone>(&sources).unwrap().cart_sync;
    assert_eq!(section.name, "option");
    assert_eq!((section.lines, section.inner.burst), (1, 3), "what was not overridden stays");
}

#[test]
fn variables_are_read_as_what_their_key_takes() {
    let sources = environment(&[
        ("EASYMART_CART_SYNC__LISTEN", "0.0.0.0:1"),
        ("EASYMART_CART_SYNC__NAME", "12345"),
        ("EASYMART_CART_SYNC__LINES", "7"),
        ("EASYMART_CART_SYNC__ENABLED", "true"),
        ("EASYMART_CART_SYNC__TIMEOUT", "250ms"),
        ("EASYMART_CART_SYNC__RATIO", "1"),
        ("EASYMART_CART_SYNC__KEYS", "one, 2,true"),
        ("EASYMART_CART_SYNC__LABELS__SHOP", "1"),
        ("EASYMART_CART_SYNC__MODEL", "4"),
        ("EASYMART_CART_SYNC__LIMIT", "9"),
        ("EASYMART_CART_SYNC__INNER__BURST", "5"),
        ("EASYMART_LOG__FORMAT", "json"),
    ]);
    let config = load::<Alone>(&sources).unwrap();
    let section = config.cart_sync;
    assert_eq!(section.listen.port(), 1);
    assert_eq!(section.name, "12345");
    assert_eq!(section.lines, 7);
    assert!(section.enabled);
    assert_eq!(section.timeout, Duration::from_millis(250));
    assert!((section.ratio - 1.0).abs() < f64::EPSILON);
    assert_eq!(section.keys, ["one", "2", "true"]);
    assert_eq!(section.labels["shop"], "1");
    assert_eq!(section.model.as_deref(), Some("4"));
    assert_eq!(section.limit, Some(9));
    assert_eq!(section.inner.burst, 5);
    assert_eq!(config.common.log.format, easymart_runtime::telemetry::LogFormat::Json);
}

#[test]
fn a_list_can_be_written_as_one() {
    let sources = environment(&[("EASYMART_CART_SYNC__KEYS", r#"["a,b", "c"]"#)]);
    assert_eq!(load::<Alone>(&sources).unwrap().cart_sync.keys, ["a,b", "c"]);
}

#[test]
fn errors_name_key_value_expectation_and_place() {
    let dir = TestDir::new();
    let of_file = |text: &str| (failure::<Alone>(&file(&dir, text)), "easymart.toml");
    let of_variable = |name: &'static str, value: &str| (failure::<Alone>(&environment(&[(name, value)])), name);
    let mut option = Sources::default();
    option.set("cart_sync.listen", "nowhere");

    let cases = [
        (of_file("[cart_sync]\nlines = 'many'\n"), vec!["cart_sync.lines", "many", "u16"]),
        (of_file("[cart_sync]\nlines = 70000\n"), vec!["cart_sync.lines", "70000", "u16"]),
        (of_file("[cart_sync]\ntimeout = '5'\n"), vec!["cart_sync.timeout", "\"5\"", "250ms"]),
        (of_file("[cart_sync]\ntimeout = 5\n"), vec!["cart_sync.timeout", "5", "250ms"]),
        (of_file("[cart_sync]\nlins = 5\n"), vec!["cart_sync.lins", "unknown", "`lines`"]),
        (of_file("[cart_sync.inner]\nbrust = 5\n"), vec!["cart_sync.inner.brust", "unknown", "`burst`"]),
        (of_file("[cart_sink]\nlines = 5\n"), vec!["cart_sink", "unknown", "cart_sync"]),
        (of_file("[log]\nformat = 'xml'\n"), vec!["log.format", "xml", "`json`"]),
        (of_file("[log]\nlvel = 'info'\n"), vec!["log.lvel", "unknown", "`level`"]),
        (of_file("[cart_sync]\nlines = \n"), vec!["TOML", "line 2"]),
        (of_variable("EASYMART_CART_SYNC__LINES", "many"), vec!["cart_sync.lines", "many", "u16"]),
        (of_variable("EASYMART_CART_SYNC__LINES", "70000"), vec!["cart_sync.lines", "70000", "u16"]),
        (of_variable("EASYMART_CART_SYNC__LISTEN", "nowhere"), vec!["cart_sync.listen", "nowhere", "socket address"]),
        (of_variable("EASYMART_CART_SYNC__ENABLED", "maybe"), vec!["cart_sync.enabled", "maybe", "boolean"]),
        (of_variable("EASYMART_CART_SYNC__LINS", "5"), vec!["cart_sync.lins", "unknown", "`lines`"]),
        (of_variable("EASYMART_CART_SINK__LINES", "5"), vec!["cart_sink", "unknown", "cart_sync"]),
        ((failure::<Alone>(&option), "the command line"), vec!["cart_sync.listen", "nowhere", "socket address"]),
    ];
    for ((error, place), parts) in cases {
        for part in parts.into_iter().chain([place]) {
            assert!(error.contains(part), "`{part}` is missing in: {error}");
        }
    }
}

#[test]
fn a_file_that_is_named_must_exist() {
    let sources = Sources { file: Some("/nowhere/easymart.toml".into()), ..Sources::default() };
    let error = load::<Alone>(&sources).unwrap_err();
    assert!(matches!(error, ConfigError::Unreadable { .. }));
    assert!(error.to_string().contains("/nowhere/easymart.toml"), "{error}");
}

#[test]
fn sections_of_other_processes_are_skipped() {
    let dir = TestDir::new();
    let mut sources = file(&dir, "[cart_sync]\nlines = 1\n[gateway]\nnobody_checks = true\n[log]\nlevel = 'warn'\n");
    sources.environment =
        environment(&[("EASYMART_CATALOG_SEARCH__CACHE", "x"), ("EASYMART_LLM_URL", "http://127.0.0.1:9/v1")])
            .environment;
    let config = load::<Alone>(&sources).unwrap();
    assert_eq!(config.cart_sync.lines, 1);
    assert_eq!(config.common.log.level, "warn");
}

#[test]
fn short_names_of_the_language_model_work_and_yield_to_full_ones() {
    let mut variables = vec![
        ("EASYMART_LLM_URL", "http://127.0.0.1:9/v1"),
        ("EASYMART_LLM_API_KEY", "12345"),
        ("EASYMART_LLM_MODEL", ""),
    ];
    let config = load::<Proxy>(&environment(&variables)).unwrap();
    assert_eq!(config.llm_proxy.url, "http://127.0.0.1:9/v1");
    assert_eq!(config.llm_proxy.api_key.expose(), "12345");
    assert_eq!(config.llm_proxy.model, "", "empty counts as not set");
    variables.insert(0, ("EASYMART_LLM_PROXY__URL", "http://full/v1"));
    assert_eq!(load::<Proxy>(&environment(&variables)).unwrap().llm_proxy.url, "http://full/v1");
}

#[test]
fn secrets_are_never_shown() {
    let sources = environment(&[("EASYMART_LLM_PROXY__API_KEY", "hunter2")]);
    let config = load::<Proxy>(&sources).unwrap();
    let shown = redacted_toml(&config);
    assert!(shown.contains("api_key = \"[redacted]\""), "{shown}");
    assert!(!shown.contains("hunter2") && !format!("{config:?}").contains("hunter2"));

    let dir = TestDir::new();
    let error = failure::<Proxy>(&file(&dir, "[llm_proxy]\napi_key = 4242\n"));
    assert!(error.contains("llm_proxy.api_key") && error.contains("quotes"), "{error}");
    assert!(!error.contains("4242"), "{error}");
}

#[test]
fn what_is_shown_can_be_read_again() {
    let dir = TestDir::new();
    let mut given = load::<Alone>(&Sources::default()).unwrap();
    given.cart_sync.timeout = Duration::from_millis(1_500);
    let again = load::<Alone>(&file(&dir, &redacted_toml(&given))).unwrap();
    assert_eq!(again.cart_sync.timeout, given.cart_sync.timeout);
    assert_eq!(again.common, given.common);
}
