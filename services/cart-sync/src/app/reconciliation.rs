//! Comparing a cart with the backend's copy on an operator's demand.

use std::sync::Arc;

use easymart_core::{CallContext, Error, reason};
use tokio::time::timeout;

use super::{Answer, Answered, CartView, Carts, Key, RemoteAnswer, Storefront, delivery::learn, new_key};
use crate::{
    domain::{CartId, SyncState},
    metrics as names,
};

impl Carts {
    /// Reads the backend's copy, sends what differs and waits, for a bounded time, until that has arrived. Without a backend
    /// there is nothing to compare.
    pub(crate) async fn reconcile(&self, ctx: &CallContext, key: Key) -> Result<Answer, Error> {
        if let Some(answer) = self.replay(&key, None).await? {
            return Ok(answer);
        }
        let answer = match self.0.storefront.clone() {
            Some(storefront) => self.compare_and_mend(ctx, &key.cart_id, storefront).await?,
            None => Answer::of(self.get(&key.cart_id)?),
        };
        let answered = Answered { request: None, answer };
        let keep = self.keep(&key, &answered);
        self.0.store.keep(&key.cart_id, keep).await?;
        metrics::counter!(names::MUTATIONS, "kind" => "reconcile", "outcome" => "applied").increment(1);
        Ok(answered.answer)
    }

    async fn compare_and_mend(
        &self,
        ctx: &CallContext,
        cart_id: &CartId,
        storefront: Arc<dyn Storefront>,
    ) -> Result<Answer, Error> {
        let reading = timeout(ctx.remaining(), storefront.read(cart_id));
        let remote = match reading.await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => return Err(backend_unavailable(&error)),
            Err(_) => return Err(backend_unavailable("no answer in time")),
        };
        let corrections = self.correct(cart_id, &remote).await?;
        let view = self.wait_until_sent(ctx, cart_id).await?;
        Ok(Answer { corrections, ..Answer::of(view) })
    }

    /// Queues what differs and says it in words.
    async fn correct(&self, cart_id: &CartId, remote: &RemoteAnswer) -> Result<Vec<String>, Error> {
        let Some(copy) = &remote.cart else {
            return Err(backend_unavailable("its answer has no cart"));
        };
        let now = self.now();
        let found = self
            .update(cart_id, |record| {
                learn(&mut record.sync, remote);
                record.sync.reconcile(&record.cart, copy, now, new_key)
            })
            .await?;
        let found = found.unwrap_or_default();
        Ok(found.iter().map(ToString::to_string).collect())
    }

    /// The cart once nothing is pending any more, or as it is when the operator has waited long enough.
    async fn wait_until_sent(&self, ctx: &CallContext, cart_id: &CartId) -> Result<Arc<CartView>, Error> {
        let mut watcher = self.watch(cart_id).await?;
        // Half of what is left, so that the answer still gets through.
        let patience = self.0.settings.reconcile_wait.min(ctx.remaining() / 2);
        let sent = async {
            let mut view = watcher.current();
            while view.sync.state == SyncState::Pending {
                match watcher.next().await {
                    Some(next) => view = next,
                    None => break,
                }
            }
        };
        // Time that ran out is no failure: what is queued will be sent.
        let _ = timeout(patience, sent).await;
        self.get(cart_id)
    }
}

fn backend_unavailable(why: &str) -> Error {
    let message = format!("the shop's backend did not tell its cart: {why}");
    Error::new(reason::UNAVAILABLE, message)
}
