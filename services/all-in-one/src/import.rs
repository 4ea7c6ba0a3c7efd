//! Sends a catalogue feed to catalog-search and tells people what became of it.

use std::{
    fmt::Write as _,
    io::{self, IsTerminal as _},
    path::{Path, PathBuf},
    pin::Pin,
    time::Duration,
};

use anyhow::Context as _;
use easymart_proto::catalog_search::v1::{
    ImportCatalogueRequest, ImportCatalogueResponse, ImportHeader, ImportReport,
    catalog_search_service_client::CatalogSearchServiceClient, import_catalogue_request::Part,
};
use futures::{Stream, StreamExt as _, future, stream};
use indicatif::{ProgressBar, ProgressStyle};
use tokio::{io::AsyncRead, sync::oneshot};
use tokio_util::io::ReaderStream;
use tonic::{Request, transport::Endpoint};

/// Longer than the largest feed that is known to work takes; a stuck import still ends.
const DEADLINE: Duration = Duration::from_secs(30 * 60);
const CHUNK_BYTES: usize = 256 * 1024;
/// Rows named on the terminal; the report holds more.
const SHOWN_ROWS: usize = 10;

/// A feed to import.
#[derive(Debug, Clone)]
pub enum Feed {
    /// A file.
    File(PathBuf),
    /// Bytes that are part of the binary, with a name for reports.
    Bundled(&'static str, &'static [u8]),
}

impl Feed {
    /// Name for reports.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
            Self::Bundled(name, _) => (*name).to_owned(),
        }
    }

    async fn open(&self) -> anyhow::Result<(Pin<Box<dyn AsyncRead + Send>>, u64)> {
        match self {
            Self::File(path) => {
                open_file(path).await.with_context(|| format!("cannot read the catalogue {}", path.display()))
            }
            Self::Bundled(_, bytes) => Ok((Box::pin(*bytes), bytes.len() as u64)),
        }
    }
}

async fn open_file(path: &Path) -> anyhow::Result<(Pin<Box<dyn AsyncRead + Send>>, u64)> {
    let file = tokio::fs::File::open(path).await?;
    let metadata = file.metadata().await?;
    anyhow::ensure!(metadata.is_file(), "it is not a file");
    Ok((Box::pin(file), metadata.len()))
}

/// Imports a feed into the catalog-search at `url`. Shows a progress bar when standard error is a terminal.
///
/// # Errors
/// When the feed cannot be read, catalog-search cannot be reached, or it refuses the feed.
pub async fn import(
    url: &str,
    feed: &Feed,
    currency: &str,
    allow_shrink: bool,
) -> anyhow::Result<ImportCatalogueResponse> {
    let (reader, length) = feed.open().await?;
    let channel = Endpoint::from_shared(url.to_owned())?
        .tcp_nodelay(true)
        .connect_timeout(Duration::from_secs(5))
        .connect()
        .await
        .with_context(|| format!("cannot reach catalog-search at {url}: is EasyMart running?"))?;
    let header = ImportHeader {
        request_id: easymart_core::CallContext::new(DEADLINE).request_id,
        source_name: feed.name(),
        currency_code: currency.to_owned(),
        allow_shrink,
        ..ImportHeader::default()
    };
    let bar = progress_bar(length);
    let (broken, read_failed) = oneshot::channel();
    let mut request = Request::new(messages(header, reader, bar.clone(), broken));
    request.set_timeout(DEADLINE);
    let mut client = CatalogSearchServiceClient::new(channel);
    let answer = tokio::select! {
        answer = client.import_catalogue(request) => answer.map_err(|status| easymart_rpc::from_status(&status))?,
        Ok(error) = read_failed => return Err(error).context("reading the catalogue failed in the middle; nothing was changed"),
    };
    bar.finish_and_clear();
    Ok(answer.into_inner())
}

/// The header, then the file. A read error is reported and the stream then hangs instead of ending: a clean end would pass off half a
/// file as a whole one.
fn messages(
    header: ImportHeader,
    reader: Pin<Box<dyn AsyncRead + Send>>,
    bar: ProgressBar,
    broken: oneshot::Sender<io::Error>,
) -> impl Stream<Item = ImportCatalogueRequest> + Send {
    let mut broken = Some(broken);
    let chunks = ReaderStream::with_capacity(reader, CHUNK_BYTES).filter_map(move |chunk| match chunk {
        Ok(bytes) => {
            bar.inc(bytes.len() as u64);
            future::Either::Left(future::ready(Some(ImportCatalogueRequest { part: Some(Part::Chunk(bytes)) })))
        }
        Err(error) => {
            broken.take().map(|sender| sender.send(error));
            future::Either::Right(future::pending())
        }
    });
    stream::iter([ImportCatalogueRequest { part: Some(Part::Header(header)) }]).chain(chunks)
}

fn progress_bar(length: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(length);
    if let Ok(style) = ProgressStyle::with_template("importing {bar:30} {bytes}/{total_bytes} {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// What became of a feed, for people.
#[must_use]
pub fn describe(name: &str, answer: &ImportCatalogueResponse) -> String {
    let report = answer.report.clone().unwrap_or_default();
    if answer.unchanged {
        return format!("catalogue {name}: unchanged, {} products are being served\n", report.kept);
    }
    let mut text = String::new();
    let ImportReport { read, kept, rejected_count, duration_ms, .. } = report;
    let _ = writeln!(
        text,
        "catalogue {name}: {read} rows read, {kept} products kept, {rejected_count} rejected ({duration_ms} ms)"
    );
    if report.price_on_request > 0 {
        let _ = writeln!(text, "  {} without a price: shown as \"price on request\"", report.price_on_request);
    }
    for warning in &report.warnings {
        let _ =
            writeln!(text, "  {} × {}, for example {}", warning.count, warning.kind.replace('_', " "), warning.example);
    }
    for row in report.rejected.iter().take(SHOWN_ROWS) {
        let field = if row.field.is_empty() { String::new() } else { format!(", {}", row.field) };
        let _ = writeln!(text, "  rejected row {}{field}: {}", row.row, row.reason);
    }
    let hidden = (rejected_count as usize).saturating_sub(SHOWN_ROWS);
    if hidden > 0 {
        let _ = writeln!(text, "  … and {hidden} more rejected rows");
    }
    text
}

#[cfg(test)]
mod tests {
    use easymart_proto::catalog_search::v1::RejectedRow;

    use super::*;

    #[test]
    fn a_report_names_the_rows_that_were_rejected() {
        let rejected = (1..=12)
            .map(|row| RejectedRow { row, field: "price".to_owned(), reason: "\"abc\" is not an amount".to_owned() })
            .collect();
        let report = ImportReport { read: 20, kept: 8, rejected, rejected_count: 12, ..ImportReport::default() };
        let answer = ImportCatalogueResponse { report: Some(report), ..ImportCatalogueResponse::default() };
        let text = describe("feed.csv", &answer);
        assert!(text.starts_with("catalogue feed.csv: 20 rows read, 8 products kept, 12 rejected"), "{text}");
        assert!(text.contains("rejected row 10, price: \"abc\" is not an amount"), "{text}");
        assert!(text.contains("… and 2 more rejected rows"), "{text}");
    }

    #[tokio::test]
    async fn a_missing_file_is_named() {
        let feed = Feed::File("no/such/feed.csv".into());
        let error = import("http://127.0.0.1:9", &feed, "AUD", false)
            .await
            .map_or_else(|e| format!("{e:#}"), |_| String::new());
        assert!(error.contains("no/such/feed.csv"), "{error}");
    }
}
