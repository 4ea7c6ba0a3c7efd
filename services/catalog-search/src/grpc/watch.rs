//! The stream of what is being served.

use std::pin::Pin;

use easymart_proto::catalog_search::v1::{ChangeKind, WatchCatalogueResponse};
use futures::{Stream, StreamExt as _, stream};
use tokio_util::sync::CancellationToken;
use tonic::Status;

use crate::{
    app::{Change, News, Watcher},
    metrics as names,
};

/// Product ids in one message.
const NAMED: usize = 1_000;

/// What the call answers with.
pub(super) type WatchStream = Pin<Box<dyn Stream<Item = Result<WatchCatalogueResponse, Status>> + Send>>;

/// Tells what is being served until the service stops.
pub(super) fn stream(watcher: Watcher, stop: CancellationToken) -> WatchStream {
    let open = Open::new();
    let news = stream::unfold((watcher, open), |(mut watcher, open)| async move {
        let news = watcher.next().await?;
        Some((Ok(message(&news)), (watcher, open)))
    });
    Box::pin(news.take_until(stop.cancelled_owned()))
}

fn message(news: &News) -> WatchCatalogueResponse {
    let News { generation, previous, change } = news;
    let kind = match change {
        Change::Current => ChangeKind::Current,
        Change::Imported => ChangeKind::Imported,
        Change::Offers(_) => ChangeKind::Offers,
    };
    let message = WatchCatalogueResponse {
        previous_generation: previous.clone(),
        change: kind.into(),
        ..WatchCatalogueResponse::default()
    };
    let Some(generation) = generation else { return message };
    let catalogue = &generation.catalogue;
    let changed: &[u32] = if let Change::Offers(places) = change { places } else { &[] };
    let named = changed.iter().take(NAMED).filter_map(|place| catalogue.id(*place));
    WatchCatalogueResponse {
        generation: generation.id.clone(),
        product_count: generation.record.product_count,
        changed_product_ids: named.collect(),
        changed_count: u32::try_from(changed.len()).unwrap_or(u32::MAX),
        currency_code: catalogue.currency.code().to_owned(),
        imported_at_ms: generation.record.imported_at_ms,
        ..message
    }
}

/// Counts a stream for as long as it is open.
struct Open;

impl Open {
    fn new() -> Self {
        metrics::gauge!(names::WATCHERS).increment(1);
        Self
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        metrics::gauge!(names::WATCHERS).decrement(1);
    }
}
