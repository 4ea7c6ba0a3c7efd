//! Ports over the small shop, and a shopper who talks through them.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use easymart_core::{CallContext, Clock, Error, Reason, SystemClock, reason};
use easymart_testkit::TestDir;
use futures::future::BoxFuture;

use super::super::{Conversations, KnowledgeBase, Observer, Parts, Replay, Transcript, TurnRequest};
use crate::{
    domain::{
        cart::Cart,
        dialogue::Shop,
        lexicon::Vocabulary,
        product::Product,
        search_state::SearchState,
        testing::{World, shop, vocabulary},
        tool::{
            CartAction, CartChange, CategoryInfo, ComparisonRow, Found, SearchResult, Tool, ToolCall, ToolFailure,
            ToolResult,
        },
        trace::Explanation,
        turn::Turn,
    },
    ports::{Answer, CartKey, Carts, Catalogue, Language, Words},
    store::SessionStore,
    tools::Toolbox,
};

/// What a model answers; none is configured without.
type Script = Option<Result<String, Reason>>;

/// The small shop behind the ports.
pub(super) struct Fakes {
    world: Mutex<World>,
    shop: Shop,
    hanging: Mutex<Vec<Tool>>,
    keys: Mutex<Vec<(String, ToolResult)>>,
    script: Mutex<Script>,
    calls: AtomicUsize,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn error(failure: &ToolFailure) -> Error {
    Error::new(failure.reason, "refused")
}

impl Fakes {
    async fn execute(&self, call: ToolCall) -> Result<ToolResult, Error> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if lock(&self.hanging).contains(&call.tool()) {
            return std::future::pending().await;
        }
        // Lets others run, as a call over the network would.
        tokio::task::yield_now().await;
        lock(&self.world).execute(&call, &self.shop).map_err(|failure| error(&failure))
    }

    /// A change under a key is made once.
    async fn change(&self, key: CartKey<'_>, change: CartChange) -> Result<(Cart, String), Error> {
        let known =
            lock(&self.keys).iter().find(|(known, _)| known == key.request_id).map(|(_, result)| result.clone());
        let result = match known {
            Some(result) => result,
            None => {
                let result = self.execute(ToolCall::UpdateCart(change)).await?;
                lock(&self.keys).push((key.request_id.to_owned(), result.clone()));
                result
            }
        };
        match result {
            ToolResult::Cart(result) => Ok((result.cart, result.line.map(|line| line.line_id).unwrap_or_default())),
            _ => Err(Error::internal("not a cart")),
        }
    }
}

fn other() -> Error {
    Error::internal("another kind of result")
}

impl Catalogue for Fakes {
    fn search<'a>(&'a self, _: &'a CallContext, search: &'a SearchState) -> Answer<'a, SearchResult> {
        Box::pin(async move {
            match self.execute(ToolCall::SearchProducts(Box::new(search.clone()))).await? {
                ToolResult::Search(result) => Ok(result),
                _ => Err(other()),
            }
        })
    }

    fn products<'a>(&'a self, _: &'a CallContext, key: &'a str) -> Answer<'a, Vec<Product>> {
        Box::pin(async move {
            let call = ToolCall::GetProductSpecs { product_id: key.to_owned(), question: None };
            match self.execute(call).await? {
                ToolResult::Product(result) => Ok(result.products),
                _ => Err(other()),
            }
        })
    }

    fn similar<'a>(
        &'a self,
        _: &'a CallContext,
        product_id: &'a str,
        exclude_ids: &'a [String],
    ) -> Answer<'a, (Product, Vec<Found>)> {
        Box::pin(async move {
            let product_id = product_id.to_owned();
            let call = ToolCall::FindSimilarProducts { product_id, exclude_ids: exclude_ids.to_vec() };
            match self.execute(call).await? {
                ToolResult::Similar(result) => Ok((result.source, result.products)),
                _ => Err(other()),
            }
        })
    }

    fn compare<'a>(
        &'a self,
        _: &'a CallContext,
        product_ids: &'a [String],
    ) -> Answer<'a, (Vec<Product>, Vec<ComparisonRow>)> {
        Box::pin(async move {
            let call = ToolCall::CompareProducts { product_ids: product_ids.to_vec(), options: Vec::new() };
            match self.execute(call).await? {
                ToolResult::Comparison(result) => Ok((result.products, result.rows)),
                _ => Err(other()),
            }
        })
    }

    fn categories<'a>(&'a self, _: &'a CallContext) -> Answer<'a, Vec<CategoryInfo>> {
        Box::pin(async move {
            match self.execute(ToolCall::ListCategories).await? {
                ToolResult::Categories(result) => Ok(result.categories),
                _ => Err(other()),
            }
        })
    }

    fn vocabulary<'a>(&'a self, _: &'a CallContext, _: &'a str) -> Answer<'a, Words> {
        Box::pin(async { Ok(Words::default()) })
    }
}

impl Carts for Fakes {
    fn get<'a>(&'a self, _: &'a CallContext, _: &'a str) -> Answer<'a, Cart> {
        Box::pin(async move {
            match self.execute(ToolCall::GetCart).await? {
                ToolResult::Cart(result) => Ok(result.cart),
                _ => Err(other()),
            }
        })
    }

    fn add<'a>(
        &'a self,
        _: &'a CallContext,
        key: CartKey<'a>,
        product_id: &'a str,
        quantity: u32,
    ) -> Answer<'a, (Cart, String)> {
        let product_id = product_id.to_owned();
        let change = CartChange { action: CartAction::Add, product_id, line_id: String::new(), quantity, step: 0 };
        Box::pin(self.change(key, change))
    }

    fn set<'a>(&'a self, _: &'a CallContext, key: CartKey<'a>, line_id: &'a str, quantity: u32) -> Answer<'a, Cart> {
        Box::pin(async move { Ok(self.change(key, on_line(CartAction::UpdateQuantity, line_id, quantity)).await?.0) })
    }

    fn remove<'a>(&'a self, _: &'a CallContext, key: CartKey<'a>, line_id: &'a str) -> Answer<'a, Cart> {
        Box::pin(async move { Ok(self.change(key, on_line(CartAction::Remove, line_id, 0)).await?.0) })
    }

    fn clear<'a>(&'a self, _: &'a CallContext, key: CartKey<'a>) -> Answer<'a, Cart> {
        Box::pin(async move { Ok(self.change(key, on_line(CartAction::Clear, "", 0)).await?.0) })
    }

    fn checkout<'a>(&'a self, _: &'a CallContext, _: CartKey<'a>) -> Answer<'a, (String, Cart)> {
        Box::pin(async move {
            match self.execute(ToolCall::GetCheckoutLink).await? {
                ToolResult::Checkout(result) => Ok((result.checkout_url, result.cart)),
                _ => Err(other()),
            }
        })
    }
}

fn on_line(action: CartAction, line_id: &str, quantity: u32) -> CartChange {
    CartChange { action, product_id: String::new(), line_id: line_id.to_owned(), quantity, step: 0 }
}

impl Language for Fakes {
    fn is_configured<'a>(&'a self, _: &'a CallContext) -> BoxFuture<'a, bool> {
        Box::pin(async move { lock(&self.script).is_some() })
    }

    fn phrase<'a>(&'a self, _: &'a CallContext, _: &'a str, _: &'a str) -> Answer<'a, String> {
        Box::pin(async move {
            match lock(&self.script).clone() {
                Some(Ok(text)) => Ok(text),
                Some(Err(reason)) => Err(Error::new(reason, "scripted")),
                None => Err(Error::new(reason::LLM_NOT_CONFIGURED, "none")),
            }
        })
    }
}

/// A message of the one session of a test.
pub(super) fn request(key: &str, message: &str) -> TurnRequest {
    TurnRequest {
        request_id: key.to_owned(),
        session_id: "session".to_owned(),
        message: message.to_owned(),
        locale: String::new(),
        page_product: String::new(),
        create_session: true,
    }
}

/// Somebody who talks.
pub(super) struct Shopper {
    pub(super) conversations: Conversations,
    store: SessionStore,
    fakes: Arc<Fakes>,
}

impl Shopper {
    pub(super) fn in_dir(dir: &TestDir) -> Self {
        Self::with_world(dir, World::new())
    }

    pub(super) fn with_world(dir: &TestDir, world: World) -> Self {
        Self::start(&dir.join("data"), world, &vocabulary(), Arc::new(SystemClock))
    }

    /// A shop with a time of its own.
    pub(super) fn with_clock(dir: &TestDir, clock: Arc<dyn Clock>) -> Self {
        Self::start(&dir.join("data"), World::new(), &vocabulary(), clock)
    }

    /// A shop whose sessions lie in a folder of their own.
    pub(super) fn with_world_at(folder: &Path, world: World) -> Self {
        Self::start(folder, world, &vocabulary(), Arc::new(SystemClock))
    }

    /// A shop whose catalogue is down from the start; the words are those that were kept.
    pub(super) fn without_catalogue(dir: &TestDir) -> Self {
        let mut world = World::new();
        world.down = vec![Tool::SearchProducts];
        let store = open(&dir.join("data"), Arc::new(SystemClock));
        let kept = store.vocabulary().unwrap().unwrap_or_default();
        drop(store);
        Self::start(&dir.join("data"), world, &kept, Arc::new(SystemClock))
    }

    fn start(folder: &Path, world: World, words: &Vocabulary, clock: Arc<dyn Clock>) -> Self {
        let store = open(folder, Arc::clone(&clock));
        let shop = shop();
        let knowledge = KnowledgeBase::new(words, shop.currency());
        let fakes = Arc::new(Fakes {
            world: Mutex::new(world),
            shop: shop.clone(),
            hanging: Mutex::default(),
            keys: Mutex::default(),
            script: Mutex::default(),
            calls: AtomicUsize::default(),
        });
        let conversations = Conversations::new(Parts {
            store: store.clone(),
            catalogue: fakes.clone(),
            carts: fakes.clone(),
            language: fakes.clone(),
            knowledge,
            shop: Arc::new(shop),
            clock,
            session_queue: 8,
            llm_timeout: Duration::from_secs(1),
        });
        Self { conversations, store, fakes }
    }

    /// Says something new; fails the test when no turn comes of it.
    pub(super) async fn say(&self, message: &str) -> Turn {
        let key = uuid::Uuid::now_v7().to_string();
        self.send(request(&key, message)).await.unwrap()
    }

    /// What would come of a message here, without anything remembering it.
    pub(super) async fn probe(&self, message: &str) -> Turn {
        let state = self.store.session("session").unwrap().unwrap();
        let world = lock(&self.fakes.world).clone();
        let turn = self.say(message).await;
        self.store.put_session("session", &state).await.unwrap();
        *lock(&self.fakes.world) = world;
        turn
    }

    pub(super) async fn send(&self, request: TurnRequest) -> Result<Turn, Error> {
        let ctx = CallContext::new(Duration::from_secs(10));
        self.conversations.converse(ctx, request, Observer::default()).await
    }

    pub(super) fn read(&self) -> Transcript {
        self.conversations.read("session").unwrap()
    }

    pub(super) fn world(&self) -> World {
        lock(&self.fakes.world).clone()
    }

    /// How often anything outside was asked.
    pub(super) fn calls(&self) -> usize {
        self.fakes.calls.load(Ordering::Relaxed)
    }

    pub(super) fn toolbox(&self) -> &Toolbox {
        &self.conversations.0.toolbox
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut World)) {
        change(&mut lock(&self.fakes.world));
    }

    pub(super) fn explain(&self, turn_id: &str) -> Explanation {
        self.conversations.explain("", turn_id).unwrap().1
    }

    pub(super) async fn replay(&self) -> Replay {
        self.conversations.replay(&CallContext::new(Duration::from_secs(10)), "session").await.unwrap()
    }

    pub(super) fn hang(&self, tool: Tool) {
        lock(&self.fakes.hanging).push(tool);
    }

    pub(super) fn answers(&self, script: Script) {
        *lock(&self.fakes.script) = script;
    }

    /// Waits for the turns in work, keeps the catalogue's words as the service does, and gives the world back.
    pub(super) async fn close(self) -> World {
        self.conversations.finish().await;
        self.store.put_vocabulary(&vocabulary()).await.unwrap();
        self.world()
    }
}

fn open(folder: &Path, clock: Arc<dyn Clock>) -> SessionStore {
    let day = Duration::from_secs(86_400);
    SessionStore::open(folder.to_owned(), 8, clock, day).unwrap()
}
