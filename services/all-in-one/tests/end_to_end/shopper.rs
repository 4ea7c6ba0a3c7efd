//! A shopper's side of the HTTP contract.

use std::net::SocketAddr;

use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};

/// One session against one gateway.
#[derive(Clone)]
pub(crate) struct Shopper {
    client: Client,
    base: String,
    pub(crate) session: String,
}

/// An answer, or why there was none.
pub(crate) type Answer = Result<(StatusCode, Value), reqwest::Error>;

impl Shopper {
    /// Opens a session.
    pub(crate) async fn arrive(client: &Client, http: SocketAddr) -> Self {
        let base = format!("http://{http}");
        let answer = client.post(format!("{base}/v1/sessions")).json(&json!({})).send().await.unwrap();
        assert_eq!(answer.status(), 201);
        let body: Value = answer.json().await.unwrap();
        Self { client: client.clone(), base, session: body["session_id"].as_str().unwrap().to_owned() }
    }

    /// The same session at another gateway.
    pub(crate) fn at(&self, http: SocketAddr) -> Self {
        Self { base: format!("http://{http}"), ..self.clone() }
    }

    /// Takes a turn under an idempotency key.
    pub(crate) async fn say_with_key(&self, key: &str, message: &str) -> Answer {
        let body = json!({ "session_id": self.session, "message": message });
        send(self.client.post(format!("{}/v1/chat", self.base)).header("idempotency-key", key).json(&body)).await
    }

    /// Takes a turn that must succeed.
    pub(crate) async fn say(&self, message: &str) -> Value {
        let body = json!({ "session_id": self.session, "message": message });
        let (status, turn) = send(self.client.post(format!("{}/v1/chat", self.base)).json(&body)).await.unwrap();
        assert_eq!(status, 200, "{message:?} got {turn}");
        turn
    }

    /// Presses "add to cart" under an idempotency key.
    pub(crate) async fn add_with_key(&self, key: &str, product_id: &str) -> Answer {
        let body = json!({ "product_id": product_id, "quantity": 1 });
        send(self.client.post(self.path("/cart/items")).header("idempotency-key", key).json(&body)).await
    }

    /// The cart.
    pub(crate) async fn cart(&self) -> Value {
        self.get(&self.path("/cart")).await
    }

    /// Transcript and state.
    pub(crate) async fn transcript(&self) -> Value {
        self.get(&self.path("")).await
    }

    /// Ids of some products that can be bought.
    pub(crate) async fn products(&self, count: usize) -> Vec<String> {
        let page = self.get(&format!("{}/v1/products?q=chair&page_size=100", self.base)).await;
        let on_sale = page["products"].as_array().unwrap().iter();
        let on_sale = on_sale.filter(|p| p["price"].is_object() && p["availability"] != "out_of_stock");
        let ids: Vec<_> = on_sale.map(|p| p["product_id"].as_str().unwrap().to_owned()).take(count).collect();
        assert_eq!(ids.len(), count, "the sample shop sells too few chairs");
        ids
    }

    fn path(&self, rest: &str) -> String {
        format!("{}/v1/sessions/{}{rest}", self.base, self.session)
    }

    async fn get(&self, url: &str) -> Value {
        let (status, body) = send(self.client.get(url)).await.unwrap();
        assert_eq!(status, 200, "{body}");
        body
    }
}

async fn send(request: RequestBuilder) -> Answer {
    let answer = request.send().await?;
    let status = answer.status();
    Ok((status, answer.json().await?))
}
