//! Changing a cart: once for each request, in the order of arrival, whole or not at all, whether or not the caller waits.

use std::sync::Arc;

use easymart_core::{CallContext, Code, Error, UnixMillis, reason};
use tracing::Instrument as _;

use super::{Answer, Answered, CartView, Carts, Key, Record, Request, Wish, after, check_deadline, new_key};
use crate::{
    config::CART_ID_PLACEHOLDER,
    domain::{Applied, Candidate, Cart, Change, Command, MAX_QUANTITY, Product, Refusal, Sync, choose},
    metrics as names,
    store::Keep,
};

/// What the catalogue said about the product to add; `None` for every other change.
type Found = Option<Result<Vec<Candidate>, Error>>;

/// How a change ended, for metrics.
type Outcome = &'static str;

impl Carts {
    /// Makes a change, or repeats the answer that the same request got before.
    pub(crate) async fn mutate(&self, ctx: CallContext, key: Key, request: Request) -> Result<Answer, Error> {
        let kind = request.wish.kind();
        let cart_id = key.cart_id.clone();
        let result = self.answer_or_change(ctx, key, request).await;
        let outcome = match &result {
            Ok((_, outcome)) => outcome,
            Err(error) => error.reason.name(),
        };
        metrics::counter!(names::MUTATIONS, "kind" => kind, "outcome" => outcome).increment(1);
        tracing::debug!(cart = cart_id.log_hash(), kind, outcome, "cart change");
        result.map(|(answer, _)| answer)
    }

    async fn answer_or_change(&self, ctx: CallContext, key: Key, request: Request) -> Result<(Answer, Outcome), Error> {
        if let Some(answer) = self.replay(&key, Some(&request)).await? {
            return Ok((answer, "replayed"));
        }
        // Asked before the cart is locked: a slow catalogue must not hold up the other changes of this cart.
        let found = self.look_up(&ctx, &request.wish).await?;
        let carts = self.clone();
        // A task of its own: a caller that hangs up now must not stop it half-way.
        let change = async move { carts.change(&ctx, &key, request, found).await };
        let task = self.0.changes.spawn(change.in_current_span());
        task.await.unwrap_or_else(|panic| Err(Error::internal(panic)))
    }

    /// The answer that this very request got before. `None` as request is a reconciliation.
    pub(super) async fn replay(&self, key: &Key, request: Option<&Request>) -> Result<Option<Answer>, Error> {
        let Some(answered) = self.0.store.answered(&key.cart_id, &key.request_id)? else {
            return Ok(None);
        };
        if answered.request.as_ref() != request {
            let message = "was used for another request on this cart";
            let reason = reason::IDEMPOTENCY_KEY_REUSED;
            return Err(Error::invalid(reason, "request_id", message));
        }
        // What can be read may not be on disk yet, and an answer promises that it is.
        self.0.store.settle().await?;
        Ok(Some(answered.answer))
    }

    async fn look_up(&self, ctx: &CallContext, wish: &Wish) -> Result<Found, Error> {
        let Wish::Add { product_id, quantity } = wish else {
            return Ok(None);
        };
        if !(1..=MAX_QUANTITY).contains(quantity) {
            let refusal = Refusal::QuantityOutOfRange { asked: *quantity, in_cart: 0 };
            return Err(refusal.into());
        }
        Ok(Some(self.0.catalogue.find(ctx, product_id).await))
    }

    async fn change(
        &self,
        ctx: &CallContext,
        key: &Key,
        request: Request,
        found: Found,
    ) -> Result<(Answer, Outcome), Error> {
        let _guard = self.0.locks.lock(&key.cart_id).await;
        check_deadline(ctx)?;
        if let Some(answer) = self.replay(key, Some(&request)).await? {
            return Ok((answer, "replayed"));
        }
        let Record { cart, sync, changed_at_ms } = self.0.store.load(&key.cart_id)?.unwrap_or_default();
        let version = cart.version();
        let command = command(&cart, &request.wish, found)?;
        let applied = Arc::unwrap_or_clone(cart).apply(command, request.expected_version)?;
        if applied.cart.version() == version {
            let record = Record { cart: Arc::new(applied.cart), sync, changed_at_ms };
            return Ok((self.keep_answer(key, request, &record).await?, "unchanged"));
        }
        let answer = self.save_change(key, request, applied, sync).await?;
        Ok((answer, "applied"))
    }

    /// Puts a change and its answer on disk and tells everybody.
    async fn save_change(&self, key: &Key, request: Request, applied: Applied, sync: Sync) -> Result<Answer, Error> {
        let Applied { cart, line_id, changes } = applied;
        let was_unsynced = sync.outbox.oldest_ms().is_some();
        let now = self.now();
        let record = Record { sync: self.queue(sync, &cart, changes, now), cart: Arc::new(cart), changed_at_ms: now };
        let view = self.view(&key.cart_id, &record);
        let answered = Answered { request: Some(request), answer: Answer { line_id, ..Answer::of(Arc::clone(&view)) } };
        let keep = Some(self.keep(key, &answered));
        let until = self.expiry(&record);
        let saved = (&record, until);
        let saving = self.0.store.save(&key.cart_id, saved, was_unsynced, keep);
        saving.await?;
        self.announce(&record, &view);
        Ok(answered.answer)
    }

    fn queue(&self, mut sync: Sync, cart: &Cart, changes: Vec<Change>, now: UnixMillis) -> Sync {
        if self.0.storefront.is_none() {
            // A backend that is configured later knows nothing of this cart.
            return Sync::default();
        }
        sync.enqueue(cart, changes, now, new_key);
        sync
    }

    /// Answers a request that leaves the cart as it is.
    async fn keep_answer(&self, key: &Key, request: Request, record: &Record) -> Result<Answer, Error> {
        let view = self.view(&key.cart_id, record);
        let checkout_url = match request.wish {
            Wish::BeginCheckout => Some(self.checkout_url(&view)?),
            _ => None,
        };
        let answered = Answered { request: Some(request), answer: Answer { checkout_url, ..Answer::of(view) } };
        let keep = self.keep(key, &answered);
        self.0.store.keep(&key.cart_id, keep).await?;
        Ok(answered.answer)
    }

    /// How long an answer is kept for those who repeat the request.
    pub(super) fn keep<'a>(&self, key: &'a Key, answered: &'a Answered) -> Keep<'a> {
        Keep { request_id: &key.request_id, answered, until: after(self.now(), self.0.settings.idempotency_ttl) }
    }

    fn checkout_url(&self, view: &CartView) -> Result<String, Error> {
        let template = &self.0.settings.checkout_url_template;
        if !view.sync.checkout_url.is_empty() {
            return Ok(view.sync.checkout_url.clone());
        }
        if template.is_empty() {
            let message = "this shop has no online checkout; please contact the shop to order";
            return Err(Error::new(reason::CHECKOUT_UNAVAILABLE, message));
        }
        // Every character of a cart's key may stand in an address as it is.
        Ok(template.replace(CART_ID_PLACEHOLDER, view.cart_id.as_str()))
    }
}

fn command(cart: &Cart, wish: &Wish, found: Found) -> Result<Command, Error> {
    Ok(match wish {
        Wish::Add { product_id, quantity } => {
            Command::Add { product: product(cart, product_id, found)?, quantity: *quantity }
        }
        Wish::Set { line_id, quantity } => Command::Set { line_id: line_id.clone(), quantity: *quantity },
        Wish::Remove { line_id } => Command::Remove { line_id: line_id.clone() },
        Wish::Clear => Command::Clear,
        Wish::BeginCheckout => Command::BeginCheckout,
    })
}

/// The product to add as the catalogue has it; while the catalogue cannot be reached, as the cart has it already.
fn product(cart: &Cart, reference: &str, found: Found) -> Result<Product, Error> {
    match found {
        Some(Ok(candidates)) => Ok(choose(reference, candidates)?),
        Some(Err(error)) if !is_outage(&error) => Err(error),
        outage => match cart.line_of(reference) {
            Some(line) => Ok(line.product().clone()),
            None => Err(catalogue_unavailable(outage.and_then(Result::err))),
        },
    }
}

fn is_outage(error: &Error) -> bool {
    !matches!(error.code, Code::InvalidArgument | Code::NotFound | Code::FailedPrecondition)
}

fn catalogue_unavailable(cause: Option<Error>) -> Error {
    let message = "the catalogue cannot be reached, so nothing new can be added; please try again shortly";
    let mut error = Error::new(reason::UNAVAILABLE, message);
    error.retry_after = cause.as_ref().and_then(|cause| cause.retry_after);
    match cause {
        Some(cause) => error.caused_by(cause),
        None => error,
    }
}
