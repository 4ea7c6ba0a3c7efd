//! Changing offers: what several callers send at the same time becomes one revision, written in one commit, before any of them is
//! answered.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError},
    time::Duration,
};

use easymart_core::{
    Error,
    reason::{self, Reason},
};
use tokio::{
    sync::{OwnedMutexGuard, oneshot},
    task::spawn_blocking,
    time::{Instant, sleep_until},
};

use super::{Catalogues, Generation};
use crate::{
    domain::catalogue::{Offer, OfferChange},
    metrics as names,
    store::{OfferAnswer, OfferKeep, RefusedOffer, Revision},
};

/// Least time between two revisions. A change after a quiet time is taken at once, those that follow closely together; with the time
/// for the disk all are visible well within a second.
const INTERVAL: Duration = Duration::from_millis(250);
/// How long an answer is kept for those who repeat the request.
const ANSWER_TTL: Duration = Duration::from_secs(24 * 3_600);

/// Changes as they came in.
#[derive(Debug)]
pub(crate) struct OfferBatch {
    /// Idempotency key.
    pub(crate) request_id: String,
    /// SHA-256 of what is asked for: the same key for something else is a mistake.
    pub(crate) sha256: String,
    /// Generation that they were made for; empty: any.
    pub(crate) generation: String,
    /// The changes by product id, or what is wrong with one in itself.
    pub(crate) changes: Vec<(String, Result<OfferChange, Refusal>)>,
}

/// What is wrong with one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    reason: Reason,
    field: &'static str,
    message: String,
}

impl Refusal {
    /// A field has a value that is not allowed.
    pub(crate) fn field(field: &'static str, message: impl Into<String>) -> Self {
        Self { reason: reason::FIELD_INVALID, field, message: message.into() }
    }

    fn unknown(product_id: &str) -> Self {
        let message = format!("there is no product {product_id:?} in the catalogue");
        Self { reason: reason::PRODUCT_UNKNOWN, field: "product_id", message }
    }
}

/// A caller who waits.
pub(super) struct Waiting {
    batch: OfferBatch,
    answer: oneshot::Sender<Result<OfferAnswer, Error>>,
}

impl Catalogues {
    /// Changes offers. Durable and visible when it returns.
    pub(crate) async fn upsert_offers(&self, batch: OfferBatch) -> Result<OfferAnswer, Error> {
        let (sender, mut receiver) = oneshot::channel();
        self.inner.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(Waiting { batch, answer: sender });
        // Whoever gets in first takes all who wait with him.
        let revising = tokio::select! {
            biased;
            answer = &mut receiver => return answer.map_err(Error::internal)?,
            revising = Arc::clone(&self.inner.revising).lock_owned() => revising,
        };
        sleep_until(*revising + INTERVAL).await;
        let this = self.clone();
        spawn_blocking(move || this.revise(revising));
        receiver.await.map_err(Error::internal)?
    }

    /// Takes all who wait. The guard shows that nobody else does.
    fn revise(&self, mut revising: OwnedMutexGuard<Instant>) {
        let mut waiting = std::mem::take(&mut *self.inner.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        // Who went away before anything was done has no changes any more.
        waiting.retain(|waiting| !waiting.answer.is_closed());
        if waiting.is_empty() {
            return;
        }
        *revising = Instant::now();
        let (batches, callers): (Vec<_>, Vec<_>) =
            waiting.into_iter().map(|waiting| (waiting.batch, waiting.answer)).unzip();
        let answers = self.revise_with(&batches);
        drop(revising);
        for (caller, answer) in callers.into_iter().zip(answers) {
            // A caller that went away meanwhile finds the answer by its request_id.
            let _gone = caller.send(answer);
        }
    }

    fn revise_with(&self, batches: &[OfferBatch]) -> Vec<Result<OfferAnswer, Error>> {
        let _changing = self.inner.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let current = match self.generation() {
            Ok(current) => current,
            Err(error) => return batches.iter().map(|_| Err(again(&error))).collect(),
        };
        let mut draft = Draft::new(&current);
        let answers: Vec<Result<OfferAnswer, Error>> =
            batches.iter().map(|batch| self.answer(&mut draft, batch)).collect();
        match self.publish(&current, draft) {
            Ok(()) => answers,
            Err(error) => batches.iter().map(|_| Err(again(&error))).collect(),
        }
    }

    fn answer(&self, draft: &mut Draft<'_>, batch: &OfferBatch) -> Result<OfferAnswer, Error> {
        let known = match draft.answers.get(&batch.request_id) {
            Some(answered) => Some(answered.clone()),
            None => self.inner.store.offers_answered(&batch.request_id)?,
        };
        match known {
            Some(answered) if answered.sha256 == batch.sha256 => Ok(answered),
            Some(_) => Err(Error::new(
                reason::IDEMPOTENCY_KEY_REUSED,
                "this request_id was used for other changes; use a new one for each request",
            )),
            None => draft.take(batch),
        }
    }

    /// Writes what was gathered and serves it from now on.
    fn publish(&self, current: &Arc<Generation>, draft: Draft<'_>) -> Result<(), Error> {
        let Draft { offers, answers, revision, .. } = draft;
        let now = self.inner.clock.now_ms();
        let until = now.saturating_add(ANSWER_TTL.as_millis() as i64);
        let keep: Vec<OfferKeep<'_>> =
            answers.iter().map(|(request_id, answer)| OfferKeep { request_id, answer, until }).collect();
        if offers.is_empty() {
            return Ok(self.inner.store.keep_offer_answers(&keep)?);
        }
        let revised = Revision { number: revision, revised_at_ms: now };
        self.inner.store.put_offers(&current.record.id, revised, &offers, &keep)?;
        let changes = offers.len();
        metrics::counter!(names::OFFERS_CHANGED).increment(changes as u64);
        self.serve(Arc::new(current.revised(revision, offers)), changes);
        Ok(())
    }
}

/// The same failure for another caller; its cause is logged once.
fn again(error: &Error) -> Error {
    Error::new(error.reason, error.message.clone())
}

/// The next revision while it is put together.
struct Draft<'g> {
    current: &'g Generation,
    revision: u32,
    offers: BTreeMap<u32, Offer>,
    /// Answers by request, to be kept.
    answers: HashMap<String, OfferAnswer>,
}

impl<'g> Draft<'g> {
    fn new(current: &'g Generation) -> Self {
        Self { current, revision: current.revision + 1, offers: BTreeMap::new(), answers: HashMap::new() }
    }

    fn take(&mut self, batch: &OfferBatch) -> Result<OfferAnswer, Error> {
        if !batch.generation.is_empty() && !self.current.is_of_same_import(&batch.generation) {
            let message = format!("an import has replaced generation {}; read the products again", batch.generation);
            return Err(Error::new(reason::GENERATION_REPLACED, message));
        }
        let mut answer = OfferAnswer { sha256: batch.sha256.clone(), ..OfferAnswer::default() };
        for (index, (product_id, change)) in (0..).zip(&batch.changes) {
            match change.clone().and_then(|change| self.change(product_id, &change)) {
                Ok(()) => answer.applied += 1,
                Err(Refusal { reason, field, message }) => answer.rejected.push(RefusedOffer {
                    index,
                    product_id: product_id.clone(),
                    reason: reason.name().to_owned(),
                    field: field.to_owned(),
                    message,
                }),
            }
        }
        answer.generation = if answer.applied == 0 {
            self.current.id.clone()
        } else {
            format!("{}.{}", self.current.record.id, self.revision)
        };
        self.answers.insert(batch.request_id.clone(), answer.clone());
        Ok(answer)
    }

    fn change(&mut self, product_id: &str, change: &OfferChange) -> Result<(), Refusal> {
        let catalogue = &self.current.catalogue;
        let place = catalogue.with_id(product_id).ok_or_else(|| Refusal::unknown(product_id))?;
        for (field, money) in [("price", change.price), ("was_price", change.was_price)] {
            if let Some(other) = money.flatten().filter(|money| money.currency != catalogue.currency) {
                let message =
                    format!("is in {}; the catalogue is in {}", other.currency.code(), catalogue.currency.code());
                return Err(Refusal::field(field, message));
            }
        }
        let known = self.offers.get(&place).or_else(|| catalogue.offer(place));
        let mut offer = known.cloned().unwrap_or_default();
        offer.state(change, self.revision);
        let price = offer.price(catalogue.price(place));
        if let Some(was) = change.was_price.flatten().filter(|was| price.is_none_or(|price| was.minor <= price.minor)) {
            return Err(Refusal::field("was_price", format!("{was} is not above the price")));
        }
        self.offers.insert(place, offer);
        Ok(())
    }
}
