use std::{
    collections::{BTreeMap, VecDeque},
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Extension, Json, Router,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::{
    free_listener,
    http::{HangUp, HttpServer},
};

/// How the storefront treats a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Does what is asked.
    Normal,
    /// Changes nothing and answers with this status.
    Fail(u16),
    /// Changes nothing and never answers.
    Hang,
    /// Makes the change, then closes the connection without an answer.
    DropAnswer,
}

/// A shop's backend with carts of its own: `POST /api/cart/add` and `GET /api/cart`. It knows no idempotency: what arrives
/// twice is done twice, which is how a test finds out that it was sent twice.
pub struct FakeStorefront {
    server: Option<HttpServer>,
    address: SocketAddr,
    state: Shared,
}

type Shared = Arc<Mutex<Shop>>;

/// Product ids with their quantities.
type Cart = BTreeMap<String, u64>;

struct Shop {
    mood: Mood,
    next: VecDeque<Mood>,
    carts: BTreeMap<String, Cart>,
    requests: Vec<Value>,
}

impl Shop {
    fn take_mood(&mut self) -> Mood {
        self.next.pop_front().unwrap_or(self.mood)
    }
}

impl FakeStorefront {
    /// A storefront with no carts, in a normal mood.
    pub async fn start() -> Self {
        let state = Shared::new(Mutex::new(Shop {
            mood: Mood::Normal,
            next: VecDeque::new(),
            carts: BTreeMap::new(),
            requests: Vec::new(),
        }));
        let server = HttpServer::start(free_listener().await, router(&state));
        Self { address: server.address(), server: Some(server), state }
    }

    /// The base URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The mood from now on.
    pub fn set_mood(&self, mood: Mood) {
        lock(&self.state).mood = mood;
    }

    /// The mood for one request, after those already queued.
    pub fn next(&self, mood: Mood) -> &Self {
        lock(&self.state).next.push_back(mood);
        self
    }

    /// Every body of `POST /api/cart/add` so far, whatever became of it.
    #[must_use]
    pub fn requests(&self) -> Vec<Value> {
        lock(&self.state).requests.clone()
    }

    /// How many changes were asked for.
    #[must_use]
    pub fn calls(&self) -> usize {
        lock(&self.state).requests.len()
    }

    /// Product ids and quantities in a session's cart.
    #[must_use]
    pub fn cart(&self, session_id: &str) -> BTreeMap<String, u64> {
        lock(&self.state).carts.get(session_id).cloned().unwrap_or_default()
    }

    /// Puts a quantity into a cart behind everybody's back; 0 takes the product out.
    pub fn meddle(&self, session_id: &str, product_id: &str, quantity: u64) {
        let mut shop = lock(&self.state);
        let cart = shop.carts.entry(session_id.to_owned()).or_default();
        apply(cart, "set", product_id, quantity);
    }

    /// Closes the port and every connection. Carts are kept.
    pub async fn go_down(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
    }

    /// Opens the same port again.
    pub async fn come_back(&mut self) {
        let listener = TcpListener::bind(self.address).await.expect("the storefront's port is still free");
        self.server = Some(HttpServer::start(listener, router(&self.state)));
    }
}

fn router(state: &Shared) -> Router {
    Router::new().route("/api/cart/add", post(change)).route("/api/cart", get(read)).with_state(Arc::clone(state))
}

async fn change(
    State(state): State<Shared>,
    Extension(hang_up): Extension<HangUp>,
    Json(body): Json<Value>,
) -> Response {
    let mood = {
        let mut shop = lock(&state);
        shop.requests.push(body.clone());
        shop.take_mood()
    };
    match mood {
        Mood::Normal => make_change(&state, &body),
        Mood::Fail(status) => failure(status, "scripted failure"),
        Mood::Hang => std::future::pending().await,
        Mood::DropAnswer => {
            make_change(&state, &body);
            hang_up.now().await
        }
    }
}

fn make_change(state: &Shared, body: &Value) -> Response {
    let text = |name: &str| body[name].as_str().filter(|text| !text.is_empty());
    let action = text("action").unwrap_or("add");
    let Some(session) = text("session_id") else {
        return failure(400, "session_id is missing");
    };
    let product = match text("product_id") {
        Some(product) => product,
        None if action == "clear" => "",
        None => return failure(400, "product_id is missing"),
    };
    if !["add", "set", "remove", "clear"].contains(&action) {
        return failure(500, "unknown action");
    }
    let mut shop = lock(state);
    let cart = shop.carts.entry(session.to_owned()).or_default();
    apply(cart, action, product, body["quantity"].as_u64().unwrap_or(1));
    Json(described(cart)).into_response()
}

fn apply(cart: &mut Cart, action: &str, product: &str, quantity: u64) {
    match action {
        "add" => *cart.entry(product.to_owned()).or_default() += quantity,
        "set" if quantity > 0 => {
            cart.insert(product.to_owned(), quantity);
        }
        "set" | "remove" => {
            cart.remove(product);
        }
        _ => cart.clear(),
    }
}

async fn read(State(state): State<Shared>, Query(query): Query<BTreeMap<String, String>>) -> Response {
    let mood = lock(&state).take_mood();
    match (mood, query.get("session_id")) {
        (Mood::Normal, Some(session)) => {
            let cart = lock(&state).carts.get(session).cloned().unwrap_or_default();
            Json(described(&cart)).into_response()
        }
        (Mood::Normal, None) => failure(400, "session_id is missing"),
        (Mood::Fail(status), _) => failure(status, "scripted failure"),
        (Mood::Hang | Mood::DropAnswer, _) => std::future::pending().await,
    }
}

fn described(cart: &Cart) -> Value {
    let items: Vec<Value> = cart
        .iter()
        .map(|(product, quantity)| {
            json!({
                "product_id": product,
                "id": product,
                "title": product,
                "price": "0.00",
                "quantity": quantity,
                "image": null
            })
        })
        .collect();
    let count: u64 = cart.values().sum();
    json!({"success": true, "cart": {"items": items, "item_count": count, "total": "0.00"}})
}

fn failure(status: u16, error: &str) -> Response {
    let status = StatusCode::from_u16(status).expect("a mood names real statuses");
    (status, Json(json!({"success": false, "error": error}))).into_response()
}

fn lock(state: &Shared) -> MutexGuard<'_, Shop> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
