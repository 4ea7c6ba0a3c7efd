//! Importing: a new generation is made beside the old one, complete and on disk, before one commit makes it the one that is served.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use easymart_core::{Currency, Error, reason};
use sha2::{Digest as _, Sha256};
use tokio::{
    sync::{OwnedMutexGuard, oneshot},
    task::spawn_blocking,
};

use super::{Catalogues, Generation, assembly::Assembly, workers};
use crate::{
    domain::{
        catalogue::Offer,
        import::{self, Format, Report},
        taxonomy::hex,
    },
    error::GenerationError,
    index::IndexError,
    metrics as names,
    products::ProductsError,
    store::{Answered, GenerationRecord, Keep, Revision},
};

/// How long the answer to an import is kept for those who repeat it.
const ANSWER_TTL: Duration = Duration::from_secs(24 * 3_600);
/// Rejections named in the message of a refused feed.
const NAMED_REJECTIONS: usize = 3;

/// A feed as it came in.
pub(crate) struct Feed {
    /// Idempotency key.
    pub(crate) request_id: String,
    /// Name for reports.
    pub(crate) source_name: String,
    /// Kind; `None`: recognised from the content.
    pub(crate) format: Option<Format>,
    /// Currency of prices that name none; `None`: the shop's.
    pub(crate) currency: Option<Currency>,
    /// Import although more than half of the products would disappear.
    pub(crate) allow_shrink: bool,
    /// What it says, in the pieces in which it came: they are joined where nobody who searches waits for it.
    pub(crate) pieces: Vec<Bytes>,
}

/// The whole of a feed. Takes the pieces, each of which is gone when it is copied: both together would be large.
fn joined(pieces: Vec<Bytes>) -> Vec<u8> {
    let mut whole = Vec::with_capacity(pieces.iter().map(Bytes::len).sum());
    pieces.into_iter().for_each(|piece| whole.extend_from_slice(&piece));
    whole
}

/// What an import led to.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    /// Generation that is served now.
    pub(crate) generation: String,
    /// Whether nothing had to be done.
    pub(crate) unchanged: bool,
    /// What happened to the rows.
    pub(crate) report: Report,
}

impl Catalogues {
    /// Imports a feed. It goes on to its end when the caller goes away.
    pub(crate) async fn import(&self, feed: Feed) -> Result<Outcome, Error> {
        let importing = Arc::clone(&self.inner.importing).try_lock_owned();
        let importing =
            importing.map_err(|_| Error::new(reason::IMPORT_BUSY, "another import is running; wait for it to end"))?;
        // The tidying after a start is short, and no reason to turn an import away.
        let writing = Arc::clone(&self.inner.writing).lock_owned().await;
        let (sender, receiver) = oneshot::channel();
        let this = self.clone();
        let running = spawn_blocking(move || {
            let outcome = this.import_in_background(feed);
            let made = outcome.as_ref().is_ok_and(|outcome| !outcome.unchanged);
            // Who has the answer may import again at once.
            drop(importing);
            // A caller that went away has no use for the outcome; the log has it.
            let _gone = sender.send(outcome);
            if made {
                this.prune_logged(&writing);
            }
        });
        *self.inner.last_import.lock().unwrap_or_else(PoisonError::into_inner) = Some(running);
        receiver.await.map_err(Error::internal)?
    }

    /// Deletes generations that are neither served nor kept: old ones, and what a crash left half-made.
    pub(crate) async fn prune(self) {
        let writing = Arc::clone(&self.inner.writing).lock_owned().await;
        if let Err(error) = spawn_blocking(move || self.prune_logged(&writing)).await {
            tracing::error!(%error, "deleting old generations broke off");
        }
    }

    fn import_in_background(&self, feed: Feed) -> Result<Outcome, Error> {
        let workers = workers::for_import(self.current().is_some()).map_err(Error::internal)?;
        workers.install(|| self.import_measured(feed))
    }

    fn import_measured(&self, feed: Feed) -> Result<Outcome, Error> {
        let started = Instant::now();
        let outcome = self.import_once(feed, started);
        let label = match &outcome {
            Ok(outcome) if outcome.unchanged => "unchanged",
            Ok(_) => "imported",
            Err(error) => error.reason.name(),
        };
        metrics::counter!(names::IMPORTS, "outcome" => label).increment(1);
        match &outcome {
            Ok(outcome) if !outcome.unchanged => {
                metrics::histogram!(names::IMPORT_SECONDS).record(started.elapsed());
                let Report { read, kept, rejected_count, .. } = outcome.report;
                tracing::info!(
                    generation = outcome.generation,
                    read,
                    kept,
                    rejected = rejected_count,
                    "a catalogue was imported"
                );
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "an import was refused"),
        }
        outcome
    }

    fn import_once(&self, mut feed: Feed, started: Instant) -> Result<Outcome, Error> {
        let bytes = joined(std::mem::take(&mut feed.pieces));
        let sha256 = hex(&Sha256::digest(&bytes));
        if let Some(answered) = self.inner.store.answered(&feed.request_id)? {
            return repeated(answered, &sha256);
        }
        let started_on = self.current();
        let currency = feed.currency.unwrap_or(self.inner.settings.currency);
        if let Some(current) = self.current().filter(|current| self.is_same(current, &sha256, currency)) {
            return self.unchanged(&feed, &current);
        }
        let now = self.inner.clock.now_ms();
        let id = format!("{now:013}-{}", &sha256[..8]);
        let (assembly, mut report) = self.assemble(&feed, &bytes, currency, &id)?;
        // A large feed takes as much room as completing the index does, and is not needed for that.
        drop(bytes);
        let record = GenerationRecord {
            id,
            product_count: report.kept,
            currency: currency.code().to_owned(),
            source_name: feed.source_name.clone(),
            content_sha256: sha256,
            taxonomy_version: self.inner.settings.taxonomy.version.clone(),
            imported_at_ms: now,
            report: Report::default(),
        };
        let generation = assembly.finish(record)?;
        report.duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let generation = generation.reported(report.clone());
        let generation = self.serve_from_now(&feed, generation, started_on.as_deref())?;
        Ok(Outcome { generation, unchanged: false, report })
    }

    /// Takes the feed's products beside those that are served.
    fn assemble(
        &self,
        feed: &Feed,
        bytes: &[u8],
        currency: Currency,
        id: &str,
    ) -> Result<(Assembly<'_>, Report), Error> {
        let format = feed.format.or_else(|| import::recognise(bytes)).ok_or_else(|| {
            Error::new(
                reason::FEED_INVALID,
                "the feed is none of the known kinds: EasyMart JSON Lines, Shopify product CSV, EasyMart CSV, Google Merchant XML or TSV",
            )
        })?;
        let settings = &self.inner.settings;
        let mut assembly = Assembly::begin(settings, id)?;
        let filled = self.fill(&mut assembly, bytes, format, currency);
        let checked = filled.and_then(|report| self.check_shrink(feed, assembly.ids()).map(|()| report));
        let report = checked.inspect_err(|_| settings.discard(id))?;
        Ok((assembly, report))
    }

    fn fill(
        &self,
        assembly: &mut Assembly<'_>,
        bytes: &[u8],
        format: Format,
        currency: Currency,
    ) -> Result<Report, Error> {
        let reading = import::Settings { currency, product_url_prefix: self.inner.settings.product_url_prefix.clone() };
        let report = assembly.fill(bytes, format, &reading)?;
        if report.kept == 0 {
            return Err(Error::new(reason::FEED_INVALID, nothing_usable(&report)));
        }
        Ok(report)
    }

    fn is_same(&self, current: &Generation, sha256: &str, currency: Currency) -> bool {
        let record = &current.record;
        record.content_sha256 == sha256
            && record.currency == currency.code()
            && record.taxonomy_version == self.inner.settings.taxonomy.version
    }

    fn unchanged(&self, feed: &Feed, current: &Generation) -> Result<Outcome, Error> {
        let outcome =
            Outcome { generation: current.id.clone(), unchanged: true, report: current.record.report.clone() };
        let answered = answered(&outcome, &current.record);
        self.inner.store.keep(self.keep(feed, &answered))?;
        Ok(outcome)
    }

    /// Refuses a feed that would take away more than half of what is served: it is more likely broken than meant.
    fn check_shrink(&self, feed: &Feed, ids: &[u64]) -> Result<(), Error> {
        let Some(current) = self.current().filter(|_| !feed.allow_shrink) else { return Ok(()) };
        let gone = current.catalogue.missing_from(ids);
        if gone * 2 <= current.catalogue.len() {
            return Ok(());
        }
        let message = format!(
            "{gone} of the {} products being served would disappear; if that is meant, allow it with --allow-shrink",
            current.catalogue.len()
        );
        Err(Error::new(reason::FEED_SHRINKS, message))
    }

    /// Serves the import from now on, with the offers that changed while it was made: they are newer than the feed. Older ones are not
    /// taken over, the feed knows better. Gives the name of what is served.
    fn serve_from_now(
        &self,
        feed: &Feed,
        imported: Generation,
        started_on: Option<&Generation>,
    ) -> Result<String, Error> {
        let _changing = self.inner.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let newer = self.offers_since(started_on, &imported);
        let revised = (!newer.is_empty()).then(|| Revision { number: 1, revised_at_ms: self.inner.clock.now_ms() });
        let generation = match revised {
            Some(Revision { number, .. }) => imported.revised(number, newer.iter().cloned()),
            None => imported,
        };
        let record = &generation.record;
        let outcome = Outcome { generation: generation.id.clone(), unchanged: false, report: record.report.clone() };
        let answered = answered(&outcome, record);
        let revised = revised.map(|revision| (revision, newer.as_slice()));
        self.inner.store.flip(record, revised, self.keep(feed, &answered))?;
        let (generation, previous) = (Arc::new(generation), self.current());
        self.serve(Arc::clone(&generation), newer.len());
        self.see_to_vectors(&generation, previous.as_deref());
        Ok(outcome.generation)
    }

    /// Offers that changed since the import began, where the imported catalogue has the products.
    fn offers_since(&self, started_on: Option<&Generation>, imported: &Generation) -> Vec<(u32, Offer)> {
        let Some(current) = self.current() else { return Vec::new() };
        let (from, to) = (&current.catalogue, &imported.catalogue);
        if from.currency != to.currency {
            return Vec::new();
        }
        let newer = from.offers_since(started_on.map_or(0, |started_on| started_on.revision)).into_iter();
        let moved = newer.filter_map(|(place, offer)| Some((to.with_id(&from.id(place)?)?, offer.restated(1))));
        moved.collect()
    }

    fn keep<'a>(&self, feed: &'a Feed, answered: &'a Answered) -> Keep<'a> {
        let until = self.inner.clock.now_ms().saturating_add(ANSWER_TTL.as_millis() as i64);
        Keep { request_id: &feed.request_id, answered, until }
    }

    fn prune_logged(&self, writing: &OwnedMutexGuard<()>) {
        if let Err(error) = self.prune_blocking(writing) {
            tracing::warn!(%error, "old generations could not be deleted; the next import or start tries again");
        }
    }

    /// The guard shows that nobody is making a generation meanwhile, which would look like a stale one.
    fn prune_blocking(&self, _writing: &OwnedMutexGuard<()>) -> Result<(), GenerationError> {
        let mut needed = self.inner.kept.imports();
        for stale in self.inner.store.stale(&needed)? {
            self.inner.store.delete(&stale)?;
        }
        needed.extend(self.current().map(|current| current.record.id.clone()));
        let settings = &self.inner.settings;
        for stale in others(&settings.index_dir, &needed).map_err(IndexError::from)? {
            fs::remove_dir_all(stale).map_err(IndexError::from)?;
        }
        for stale in others(&settings.products_dir, &needed).map_err(ProductsError::from)? {
            fs::remove_file(stale).map_err(ProductsError::from)?;
        }
        Ok(())
    }
}

/// What lies in a directory beside the generations that are needed.
fn others(directory: &Path, needed: &HashSet<String>) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let stale = entries.flatten().filter(|entry| !needed.contains(entry.file_name().to_string_lossy().as_ref()));
    Ok(stale.map(|entry| entry.path()).collect())
}

fn answered(outcome: &Outcome, record: &GenerationRecord) -> Answered {
    Answered {
        content_sha256: record.content_sha256.clone(),
        generation: outcome.generation.clone(),
        unchanged: outcome.unchanged,
        report: outcome.report.clone(),
    }
}

fn repeated(answered: Answered, sha256: &str) -> Result<Outcome, Error> {
    if answered.content_sha256 != sha256 {
        let message = "this request_id was used for another feed; use a new one for each import";
        return Err(Error::new(reason::IDEMPOTENCY_KEY_REUSED, message));
    }
    let Answered { generation, unchanged, report, .. } = answered;
    Ok(Outcome { generation, unchanged, report })
}

fn nothing_usable(report: &Report) -> String {
    let named = report.rejected.iter().take(NAMED_REJECTIONS).map(|row| match row.field.as_str() {
        "" => format!("row {}: {}", row.row, row.reason),
        field => format!("row {}, {field}: {}", row.row, row.reason),
    });
    let reasons = named.collect::<Vec<_>>().join("; ");
    match report.read {
        0 => "the feed has no rows".to_owned(),
        read => format!("none of the {read} rows is a usable product ({reasons})"),
    }
}
