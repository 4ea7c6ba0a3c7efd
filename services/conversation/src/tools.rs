//! The tools: one registry with each tool's name, arguments and checks, and the one place that runs them, for our own rules (typed calls)
//! and for whoever speaks JSON.

mod arguments;
mod cart;
mod invocation;
mod registry;

pub use invocation::Surroundings;
pub(crate) use registry::validate;
pub use registry::{Definition, definitions, parse};

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use easymart_core::{CallContext, Code, Error, reason};
use futures::future::BoxFuture;

use crate::{
    domain::{
        cart::Cart,
        policy::Profile,
        product::Product,
        tool::{
            CategoryResult, ComparisonResult, ContactResult, HandoffResult, OrderStatusResult, PolicyResult,
            ProductResult, SimilarResult, ToolCall, ToolFailure, ToolResult, ToolRun,
        },
    },
    ports::{Carts, Catalogue},
};

/// Time kept back from every tool, so that an answer can be written when the tool has used all it was given.
const RESERVE: Duration = Duration::from_millis(400);

/// Whoever runs a turn's tools: the services, or a record of what they gave.
pub(crate) trait RunTools: Send + Sync {
    /// Runs a call. Never fails: what goes wrong is the run's outcome.
    fn run<'a>(&'a self, ctx: &'a CallContext, call: ToolCall, occasion: Occasion<'a>) -> BoxFuture<'a, ToolRun>;
}

/// Runs tools.
#[derive(Clone)]
pub struct Toolbox {
    /// Knows the products.
    pub catalogue: Arc<dyn Catalogue>,
    /// Owns the carts.
    pub carts: Arc<dyn Carts>,
    /// Facts about the shop.
    pub profile: Arc<Profile>,
}

/// Of which turn a tool runs.
#[derive(Clone, Copy)]
pub struct Occasion<'a> {
    /// Key of the session, and of its cart.
    pub session_id: &'a str,
    /// Idempotency key of the turn; of the call, when it comes from outside.
    pub request_id: &'a str,
    /// The time, milliseconds since the Unix epoch.
    pub now_ms: i64,
    /// The cart as the turn last saw it.
    pub cart: Option<&'a Cart>,
}

impl RunTools for Toolbox {
    fn run<'a>(&'a self, ctx: &'a CallContext, call: ToolCall, occasion: Occasion<'a>) -> BoxFuture<'a, ToolRun> {
        Box::pin(self.check_and_execute(ctx, call, occasion))
    }
}

impl Toolbox {
    async fn check_and_execute(&self, ctx: &CallContext, call: ToolCall, occasion: Occasion<'_>) -> ToolRun {
        let begun = Instant::now();
        let ctx = ctx.capped(ctx.remaining().saturating_sub(RESERVE));
        let outcome = match validate(&call) {
            // The clients keep their own time; this holds for every port there may ever be.
            Ok(()) => match tokio::time::timeout(ctx.remaining(), self.execute(&ctx, &call, occasion)).await {
                Ok(outcome) => outcome,
                Err(_) => Err(Error::new(reason::DEADLINE_EXCEEDED, "the tool did not answer in time")),
            },
            Err(error) => Err(error),
        };
        let outcome = outcome.map_err(|error| failure(&call, &error));
        let duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        crate::metrics::tool_ran(call.tool(), outcome.is_ok(), begun.elapsed());
        ToolRun { call, outcome, duration_ms }
    }

    async fn execute(&self, ctx: &CallContext, call: &ToolCall, occasion: Occasion<'_>) -> Result<ToolResult, Error> {
        Ok(match call {
            ToolCall::SearchProducts(search) => ToolResult::Search(self.catalogue.search(ctx, search).await?),
            ToolCall::GetProductSpecs { product_id, .. } | ToolCall::CheckAvailability { product_id } => {
                ToolResult::Product(product_result(self.catalogue.products(ctx, product_id).await?))
            }
            ToolCall::CompareProducts { product_ids, .. } => {
                let (products, rows) = self.catalogue.compare(ctx, product_ids).await?;
                ToolResult::Comparison(comparison(products, rows))
            }
            ToolCall::FindSimilarProducts { product_id, exclude_ids } => {
                let (source, products) = self.catalogue.similar(ctx, product_id, exclude_ids).await?;
                let total = u32::try_from(products.len()).unwrap_or(u32::MAX);
                ToolResult::Similar(SimilarResult { source, products, total })
            }
            ToolCall::UpdateCart(change) => ToolResult::Cart(self.change_cart(ctx, change, occasion).await?),
            ToolCall::GetCart => ToolResult::Cart(self.read_cart(ctx, occasion).await?),
            ToolCall::GetCheckoutLink => ToolResult::Checkout(self.checkout(ctx, occasion).await?),
            ToolCall::ListCategories => {
                let categories = self.catalogue.categories(ctx).await?;
                let total = u32::try_from(categories.len()).unwrap_or(u32::MAX);
                ToolResult::Categories(CategoryResult { categories, total })
            }
            _ => self.about_shop(call, occasion.now_ms),
        })
    }

    /// What the store profile tells; needs nobody else.
    fn about_shop(&self, call: &ToolCall, now_ms: i64) -> ToolResult {
        let store = Arc::clone(&self.profile);
        match call {
            ToolCall::CalculateShipping { order_total, postcode } => {
                ToolResult::Shipping(store.quote(*order_total, postcode.as_deref()))
            }
            ToolCall::GetContactInfo { .. } => {
                ToolResult::Contact(ContactResult { now: store.hours_at(now_ms), store })
            }
            ToolCall::HumanHandoff => ToolResult::Handoff(HandoffResult { now: store.hours_at(now_ms), store }),
            ToolCall::GetOrderStatus { .. } => ToolResult::OrderStatus(OrderStatusResult { store }),
            _ => ToolResult::Policy(PolicyResult { shipping: store.quote(None, None), store }),
        }
    }
}

fn product_result(products: Vec<Product>) -> ProductResult {
    let count = u32::try_from(products.len()).unwrap_or(u32::MAX);
    ProductResult { products, count }
}

fn comparison(products: Vec<Product>, rows: Vec<crate::domain::tool::ComparisonRow>) -> ComparisonResult {
    let priced =
        || products.iter().enumerate().filter_map(|(index, product)| product.price.map(|price| (index, price)));
    let cheapest = priced().min_by_key(|(_, price)| price.minor);
    let dearest = priced().max_by_key(|(_, price)| price.minor);
    let both = cheapest.zip(dearest).filter(|_| priced().count() > 1);
    ComparisonResult {
        cheapest: both.map(|((index, _), _)| index),
        dearest: both.map(|(_, (index, _))| index),
        price_difference: both.and_then(|((_, low), (_, high))| high.checked_sub(low)),
        most: registry::MOST_COMPARED,
        products,
        rows,
    }
}

/// A failure as the dialogue tells it apart: a service that is not there, or a refusal with its reason.
fn failure(call: &ToolCall, error: &Error) -> ToolFailure {
    let unavailable =
        !matches!(error.code, Code::NotFound | Code::FailedPrecondition | Code::InvalidArgument | Code::Aborted)
            || error.reason == reason::CATALOGUE_EMPTY;
    if unavailable {
        tracing::warn!(tool = call.tool().name(), reason = %error.reason, "a tool's service is unavailable");
    }
    ToolFailure { reason: error.reason, unavailable }
}

#[cfg(test)]
pub(crate) mod tests;
