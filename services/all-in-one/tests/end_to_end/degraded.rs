//! A dead or hanging part never hangs a turn: the answer comes within the deadline, is honest, and names what was missing.

use std::time::{Duration, Instant};

use easymart_testkit::{ChaosProxy, LlmReply, ScriptedLlm, Weather, free_address};
use reqwest::Client;
use serde_json::{Value, json};

use crate::{process::Process, shopper::Shopper};

/// Well below the turn's deadline of 30 s: each part has a budget of its own.
const BOUND: Duration = Duration::from_secs(12);
const PARTS: [&str; 5] = ["llm-proxy", "catalog-search", "cart-sync", "conversation", "gateway"];
/// How a part can be missing: its machine says no, or says nothing.
const WAYS: [Weather; 2] = [Weather::Refuse, Weather::Blackhole];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_catalogue_a_turn_says_so() {
    let shop = SplitShop::start("catalog-search", &[]).await;
    for way in WAYS {
        let shopper = shop.shopper().await;
        shop.break_part(way).await;
        let search = timely(shopper.say("white desks")).await;
        assert_eq!(search["degraded"], json!(["catalog_search_unavailable"]), "{search}");
        assert_eq!(search["products"], json!([]));
        let policy = timely(shopper.say("what is your returns policy?")).await;
        assert_eq!(policy["degraded"], json!([]), "policies need no catalogue: {policy}");
        shop.mend().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_carts_a_turn_says_so_and_still_searches() {
    let shop = SplitShop::start("cart-sync", &[]).await;
    for way in WAYS {
        let shopper = shop.shopper().await;
        shop.break_part(way).await;
        let search = timely(shopper.say("white desks")).await;
        assert!(!search["products"].as_array().unwrap().is_empty(), "{search}");
        let add = timely(shopper.say("add option 1 to my cart")).await;
        assert_eq!(add["degraded"], json!(["cart_sync_unavailable"]), "{add}");
        assert!(!add["actions"].to_string().contains("cart_updated"), "nothing changed: {add}");
        shop.mend().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_language_model_the_rules_answer() {
    let llm = ScriptedLlm::start().await;
    llm.otherwise(LlmReply::Answer("I can help you find furniture.".to_owned()));
    let shop = SplitShop::start(
        "llm-proxy",
        &[("EASYMART_LLM_URL", llm.url()), ("EASYMART_LLM_MODEL", "scripted".to_owned())],
    )
    .await;
    for way in WAYS {
        let shopper = shop.shopper().await;
        shop.break_part(way).await;
        let help = timely(shopper.say("how does all of this work for somebody like me")).await;
        assert_eq!(help["answered_by"], "rules", "{help}");
        let search = timely(shopper.say("white desks")).await;
        assert!(!search["products"].as_array().unwrap().is_empty(), "{search}");
        shop.mend().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_conversation_the_gateway_says_so() {
    let shop = SplitShop::start("conversation", &[]).await;
    let shopper = shop.shopper().await;
    shop.break_part(Weather::Refuse).await;
    let (status, problem) = timely(shopper.say_with_key("k", "white desks")).await.unwrap();
    assert_eq!(status, 503, "{problem}");
    assert_eq!(problem["degraded"], json!(["conversation_unavailable"]), "{problem}");
    let cart = timely(shopper.cart()).await;
    assert_eq!(cart["item_count"], 0, "the cart works without the conversation");
}

/// A shop of which one part runs in another process, behind a network that can be broken.
struct SplitShop {
    main: Process,
    _part: Process,
    network: ChaosProxy,
    _data: tempfile::TempDir,
}

impl SplitShop {
    async fn start(part: &str, environment: &[(&str, String)]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let addresses = PARTS.map(|part| (part, free_address()));
        let address_of = |part: &str| addresses.iter().find(|(name, _)| *name == part).unwrap().1;
        let network = ChaosProxy::start(address_of(part)).await;
        let mut settings: Vec<(String, String)> = Vec::new();
        for (name, address) in addresses {
            let key = name.replace('-', "_").to_uppercase();
            let reached_at = if name == part { network.url() } else { format!("http://{address}") };
            settings.push((format!("EASYMART_{key}__LISTEN"), address.to_string()));
            if name != "gateway" {
                settings.push((format!("EASYMART_PEERS__{key}"), reached_at));
            }
        }
        settings.extend(environment.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let settings: Vec<_> = settings.iter().map(|(name, value)| (name.as_str(), value)).collect();
        let others: Vec<_> = PARTS.into_iter().filter(|other| *other != part).collect();
        let alone = Process::start_parts(&data.path().join("part"), &[part], &settings, address_of(part)).await;
        let main = Process::start_parts(&data.path().join("main"), &others, &settings, address_of("gateway")).await;
        main.wait_ready().await;
        Self { main, _part: alone, network, _data: data }
    }

    /// A shopper who has been answered once, so that connections and vocabulary are as in the middle of a day.
    async fn shopper(&self) -> Shopper {
        let shopper = Shopper::arrive(&Client::new(), self.main.http).await;
        let turn = shopper.say("bookcases").await;
        assert_eq!(turn["degraded"], json!([]), "{turn}");
        shopper
    }

    async fn break_part(&self, way: Weather) {
        self.network.set(way).await;
    }

    async fn mend(&self) {
        self.network.set(Weather::Pass).await;
        let shopper = Shopper::arrive(&Client::new(), self.main.http).await;
        easymart_testkit::wait_until(Duration::from_secs(60), "the shop is whole again", || async {
            let turn: Value = shopper.say("bookcases").await;
            let cart = shopper.say("show my cart").await;
            turn["degraded"] == json!([]) && cart["degraded"] == json!([])
        })
        .await;
    }
}

async fn timely<T>(answer: impl Future<Output = T>) -> T {
    let begin = Instant::now();
    let answer = answer.await;
    assert!(begin.elapsed() < BOUND, "the answer took {:?}", begin.elapsed());
    answer
}
