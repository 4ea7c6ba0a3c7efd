//! A browser on a shop of its own.

use std::{
    env,
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use easymart_testkit::{skip_without, wait_until};
use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource as _, KeyAction, KeyActions},
    elements::Element,
    key::Key,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::Process;

/// What the browser may need on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// More stops than the page has.
const MOST_TABS: usize = 400;
/// How often chromedriver is started before giving up.
const STARTS: usize = 5;

/// The shop page in a browser. Fields are dropped in this order: the browser goes before what it shows.
pub(crate) struct Shop {
    client: Client,
    driver: Driver,
    process: Process,
    _data: TempDir,
}

/// A running chromedriver, killed when dropped.
struct Driver {
    child: Child,
    url: String,
}

impl Shop {
    /// Starts the system and a browser on its page; none when this machine has no browser.
    pub(crate) async fn open() -> Option<Self> {
        let (browser, driver) = tools()?;
        let data = tempfile::tempdir().unwrap();
        let process = Process::start(data.path()).await;
        let driver = Driver::start(&driver);
        let client = driver.browse(&browser).await;
        let shop = Self { client, driver, process, _data: data };
        shop.client.goto(&shop.url("/")).await.unwrap();
        Some(shop)
    }

    pub(crate) async fn close(self) {
        self.client.clone().close().await.unwrap();
    }

    pub(crate) async fn reload(&self) {
        self.client.refresh().await.unwrap();
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.process.http)
    }

    // Looking

    /// Waits until the page has an element.
    pub(crate) async fn page_has(&self, selector: &str) {
        wait_until(PATIENCE, selector, || async { self.client.find(Locator::Css(selector)).await.is_ok() }).await;
    }

    /// Waits until the widget has an element.
    pub(crate) async fn widget_has(&self, selector: &str) {
        wait_until(PATIENCE, selector, || async { self.in_widget(selector).await.is_some() }).await;
    }

    /// Waits until a JavaScript expression is true.
    pub(crate) async fn holds(&self, what: &str, expression: &str) {
        wait_until(PATIENCE, what, || self.evaluates_to_true(expression)).await;
    }

    pub(crate) async fn evaluates_to_true(&self, expression: &str) -> bool {
        self.client.execute(&format!("return {expression};"), Vec::new()).await.unwrap() == json!(true)
    }

    pub(crate) async fn widget_text(&self, selector: &str) -> String {
        self.in_widget(selector).await.expect(selector).prop("textContent").await.unwrap().unwrap_or_default()
    }

    async fn in_widget(&self, selector: &str) -> Option<Element> {
        let widget = self.client.find(Locator::Css("easymart-chat")).await.ok()?;
        widget.shadow_root().await.ok()?.find(Locator::Css(selector)).await.ok()
    }

    // Acting

    pub(crate) async fn click_in_widget(&self, selector: &str) {
        wait_until(PATIENCE, selector, || async {
            match self.in_widget(selector).await {
                Some(element) => element.click().await.is_ok(),
                None => false,
            }
        })
        .await;
    }

    pub(crate) async fn type_into_widget(&self, selector: &str, text: &str) {
        self.in_widget(selector).await.expect(selector).send_keys(text).await.unwrap();
    }

    pub(crate) async fn type_into_page(&self, selector: &str, text: &str) {
        self.client.find(Locator::Css(selector)).await.unwrap().send_keys(text).await.unwrap();
    }

    /// Types on the keyboard, wherever the focus is.
    pub(crate) async fn type_keys(&self, text: &str) {
        let strokes = text.chars().flat_map(|value| [KeyAction::Down { value }, KeyAction::Up { value }]);
        let keyboard = strokes.fold(KeyActions::new("keyboard".to_owned()), |keyboard, stroke| keyboard.then(stroke));
        self.client.perform_actions(keyboard).await.unwrap();
    }

    pub(crate) async fn press(&self, key: Key) {
        self.type_keys(&char::from(key).to_string()).await;
    }

    /// Presses Tab until an element of the widget with this class has the focus.
    pub(crate) async fn tab_until_in_widget(&self, class: &str) {
        let reached = format!(
            "document.querySelector('easymart-chat').shadowRoot.activeElement?.classList.contains('{class}') === true"
        );
        for _ in 0..MOST_TABS {
            if self.evaluates_to_true(&reached).await {
                return;
            }
            self.press(Key::Tab).await;
        }
        panic!("Tab never reaches .{class}");
    }

    // What the browser noticed

    /// Errors and refusals that the console shows.
    pub(crate) async fn console_errors(&self) -> Vec<String> {
        let entries = self.driver.log(&self.client, "browser").await;
        let severe = entries.iter().filter(|entry| entry["level"] == "SEVERE");
        severe.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Addresses on other servers that the page asked for.
    pub(crate) async fn foreign_requests(&self) -> Vec<String> {
        let own = self.url("/");
        let entries = self.driver.log(&self.client, "performance").await;
        let events = entries.iter().filter_map(|entry| serde_json::from_str::<Value>(entry["message"].as_str()?).ok());
        let asked = events.filter(|event| event["message"]["method"] == "Network.requestWillBeSent");
        let urls: Vec<String> = asked
            .map(|event| event["message"]["params"]["request"]["url"].as_str().unwrap_or_default().to_owned())
            .collect();
        assert!(urls.contains(&own), "the log of requests is not being written");
        urls.into_iter().filter(|url| url.starts_with("http") && !url.starts_with(&own)).collect()
    }
}

impl Driver {
    /// Starts chromedriver on a port of its choice. It takes the one that IPv4 gave it for IPv6, too, and gives up when another one that
    /// starts at the same time has that: then it is started again.
    fn start(program: &PathBuf) -> Self {
        (0..STARTS).find_map(|_| Self::started(program)).expect("chromedriver says where it listens")
    }

    fn started(program: &PathBuf) -> Option<Self> {
        let mut child =
            Command::new(program).arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let Some(port) = lines.find_map(|line| port_of(&line.ok()?)) else {
            child.wait().unwrap();
            return None;
        };
        // It goes on writing: somebody has to read.
        std::thread::spawn(move || lines.for_each(drop));
        Some(Self { child, url: format!("http://127.0.0.1:{port}") })
    }

    async fn browse(&self, browser: &PathBuf) -> Client {
        let wishes = json!({
            "goog:chromeOptions": {
                "binary": browser,
                "args": [
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
                    "--window-size=1280,900",
                ],
            },
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        });
        let Value::Object(wishes) = wishes else { unreachable!("an object was written") };
        ClientBuilder::rustls().unwrap().capabilities(wishes).connect(&self.url).await.expect("the browser starts")
    }

    /// The entries of one of the browser's logs since the last time. Not a part of the WebDriver standard, hence by hand.
    async fn log(&self, client: &Client, kind: &str) -> Vec<Value> {
        let session = client.session_id().await.unwrap().expect("a session");
        let url = format!("{}/session/{session}/se/log", self.url);
        let answer = reqwest::Client::new().post(url).json(&json!({"type": kind})).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        answer["value"].as_array().expect("log entries").clone()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The port in "ChromeDriver was started successfully on port 40123."
fn port_of(line: &str) -> Option<u16> {
    line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
}

/// The browser and its driver, when this machine has them.
fn tools() -> Option<(PathBuf, PathBuf)> {
    let browser = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(on_path);
    let found = browser.zip(on_path("chromedriver"));
    if found.is_none() {
        skip_without("Chromium and chromedriver (`make setup-browser`)");
    }
    found
}

fn on_path(program: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders).map(|folder| folder.join(program)).find(|file| file.is_file())
}
