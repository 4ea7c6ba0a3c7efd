use std::{path::Path, sync::Arc};

use easymart_core::SystemClock;
use easymart_proto::llm_proxy::v1::Prompt;
use easymart_store::{Schema, Store, StoreConfig, Table};
use easymart_testkit::{LlmReply, ScriptedLlm};
use serde_json::Value;

use crate::support::{PATIENCE, Service, config, question};

/// What a stopped service left on disk: purpose, calls, failures, input and output tokens.
fn stored(data_dir: &Path) -> Vec<(String, [u64; 4])> {
    let config = StoreConfig { path: data_dir.to_owned(), cache_mb: 1 };
    let schema = Schema { name: "llm_proxy", version: 1 };
    let store = Store::open(&config, schema, Arc::new(SystemClock)).unwrap();
    let table: Table<Value> = Table::new("usage");
    let count = |record: &Value, field: &str| record[field].as_u64().unwrap();
    store
        .scan(&table, "")
        .map(|record| {
            let (_, record) = record.unwrap();
            let counts = ["calls", "failures", "input_tokens", "output_tokens"].map(|field| count(&record, field));
            (record["purpose"].as_str().unwrap().to_owned(), counts)
        })
        .collect()
}

#[tokio::test]
async fn usage_is_kept_per_purpose_and_over_restarts() {
    let llm = ScriptedLlm::start().await;
    let service = Service::before(&llm.url()).await;
    service.complete().await.unwrap();
    let shouted = Prompt { purpose: "Phrase Help!".to_owned(), ..question("hello") };
    service.complete_within(PATIENCE, shouted).await.unwrap();
    let service = Service::start_in(service.stop().await, config(&llm.url())).await;
    llm.then(LlmReply::Status(400));
    service.complete().await.unwrap_err();
    let (_, end) = service.open().await.unwrap().read().await;
    end.unwrap();
    let data_dir = service.data_dir();
    let _dir = service.stop().await;
    let expected = [("phrase_help".to_owned(), [1, 0, 7, 3]), ("test".to_owned(), [3, 1, 14, 6])];
    assert_eq!(stored(&data_dir), expected);
}
