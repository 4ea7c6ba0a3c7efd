//! Receiving a feed: first a header, then the file in pieces.

use easymart_core::{Currency, Error, reason};
use easymart_proto::catalog_search::v1::{
    FeedFormat, ImportCatalogueRequest, ImportHeader, import_catalogue_request::Part,
};
use tonic::{Status, Streaming};

use super::{status, validate};
use crate::{app::Feed, domain::import::Format};

/// Largest piece.
const MAX_CHUNK: usize = 1 << 20;
const LONGEST_REQUEST_ID: usize = 128;
const LONGEST_NAME: usize = 255;

/// Takes the whole feed in.
pub(super) async fn receive(mut stream: Streaming<ImportCatalogueRequest>, max_bytes: usize) -> Result<Feed, Status> {
    let Some(ImportCatalogueRequest { part: Some(Part::Header(header)) }) = stream.message().await? else {
        return Err(status(Error::invalid(reason::FIELD_INVALID, "header", "must be the first message")));
    };
    let mut feed = begin(header).map_err(status)?;
    let mut size = 0;
    while let Some(message) = stream.message().await? {
        let Some(Part::Chunk(chunk)) = message.part else {
            return Err(status(Error::invalid(
                reason::FIELD_INVALID,
                "chunk",
                "only pieces of the feed may follow the header",
            )));
        };
        validate::at_most("chunk", chunk.len(), MAX_CHUNK).map_err(status)?;
        size += chunk.len();
        if size > max_bytes {
            let message = format!("the feed is larger than {} MiB (catalog_search.max_feed_mb)", max_bytes >> 20);
            return Err(status(Error::new(reason::FEED_INVALID, message)));
        }
        feed.pieces.push(chunk);
    }
    Ok(feed)
}

fn begin(header: ImportHeader) -> Result<Feed, Error> {
    validate::present("header.request_id", &header.request_id)?;
    validate::length("header.request_id", &header.request_id, LONGEST_REQUEST_ID)?;
    validate::length("header.source_name", &header.source_name, LONGEST_NAME)?;
    Ok(Feed {
        format: format(header.format)?,
        currency: currency(&header.currency_code)?,
        // Where a file lay on somebody's disk is nobody's business.
        source_name: header.source_name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned(),
        allow_shrink: header.allow_shrink,
        request_id: header.request_id,
        pieces: Vec::new(),
    })
}

fn format(format: i32) -> Result<Option<Format>, Error> {
    match FeedFormat::try_from(format) {
        Ok(FeedFormat::Unspecified) => Ok(None),
        Ok(FeedFormat::JsonLines) => Ok(Some(Format::JsonLines)),
        Ok(FeedFormat::ShopifyCsv) => Ok(Some(Format::ShopifyCsv)),
        Ok(FeedFormat::EasymartCsv) => Ok(Some(Format::EasymartCsv)),
        Ok(FeedFormat::GoogleXml) => Ok(Some(Format::GoogleXml)),
        Ok(FeedFormat::GoogleTsv) => Ok(Some(Format::GoogleTsv)),
        Err(_) => Err(Error::invalid(reason::FIELD_INVALID, "header.format", format!("{format} is no kind of feed"))),
    }
}

fn currency(code: &str) -> Result<Option<Currency>, Error> {
    if code.is_empty() {
        return Ok(None);
    }
    let currency = code.parse().map_err(|error: easymart_core::MoneyError| {
        Error::invalid(reason::FIELD_INVALID, "header.currency_code", error.to_string())
    })?;
    Ok(Some(currency))
}
