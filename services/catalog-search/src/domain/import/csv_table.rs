//! Reading CSV by column name, with bytes that are no UTF-8 replaced rather than refused.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use csv::{ByteRecord, Reader, ReaderBuilder};

use super::report::Rejection;

/// A row of a table with access by column name.
pub(super) struct TableRow<'a> {
    columns: &'a HashMap<String, usize>,
    record: ByteRecord,
    /// Number of the record, the first behind the header being 1.
    pub(super) number: u32,
}

impl TableRow<'_> {
    /// The cell as it stands; empty when there is no such column.
    pub(super) fn raw(&self, column: &str) -> String {
        let cell = self.columns.get(column).and_then(|i| self.record.get(*i)).unwrap_or_default();
        String::from_utf8_lossy(cell).into_owned()
    }

    /// The cell, cleaned.
    pub(super) fn text(&self, column: &str) -> String {
        super::clean(&self.raw(column)).into_owned()
    }

    /// All cells by the names of their columns, as they stand, in no order.
    pub(super) fn cells(&self) -> impl Iterator<Item = (&str, String)> {
        self.columns.iter().map(|(name, at)| {
            (name.as_str(), String::from_utf8_lossy(self.record.get(*at).unwrap_or_default()).into_owned())
        })
    }

    /// The cell's parts between bars, cleaned, empty ones left out.
    pub(super) fn parts(&self, column: &str, separator: char) -> Vec<String> {
        let parts = self.raw(column);
        parts.split(separator).map(super::clean).filter(|part| !part.is_empty()).map(Cow::into_owned).collect()
    }
}

/// A table.
pub(super) struct Table<'a> {
    reader: Reader<&'a [u8]>,
    columns: HashMap<String, usize>,
    number: u32,
}

impl<'a> Table<'a> {
    /// A table with commas between its cells.
    pub(super) fn new(feed: &'a [u8]) -> Self {
        Self::with(reader(feed, b','), column_name)
    }

    /// A table with tabs between its cells, and what its columns are called here.
    pub(super) fn tabs(feed: &'a [u8], named: fn(&str) -> String) -> Self {
        Self::with(reader(feed, b'\t'), |name| named(&column_name(name)))
    }

    fn with(mut reader: Reader<&'a [u8]>, named: impl Fn(&[u8]) -> String) -> Self {
        let columns = reader
            .byte_headers()
            .map(|headers| headers.iter().enumerate().map(|(i, name)| (named(name), i)).collect())
            .unwrap_or_default();
        Self { reader, columns, number: 0 }
    }

    /// The next row; `None` at the end. A row that cannot be read is rejected and reading goes on behind it.
    pub(super) fn next(&mut self) -> Option<Result<TableRow<'_>, Rejection>> {
        let mut record = ByteRecord::new();
        let outcome = self.reader.read_byte_record(&mut record);
        self.number += 1;
        match outcome {
            Ok(false) => None,
            Ok(true) => Some(Ok(TableRow { columns: &self.columns, record, number: self.number })),
            Err(error) => Some(Err(Rejection::new(self.number, "", error.to_string()))),
        }
    }
}

/// Names of the columns of a feed.
pub(super) fn columns(feed: &[u8]) -> HashSet<String> {
    let mut reader = reader(feed, b',');
    reader.byte_headers().map(|headers| headers.iter().map(column_name).collect()).unwrap_or_default()
}

/// Names of the columns of a feed with tabs between its cells.
pub(super) fn tabbed_columns(feed: &[u8], named: fn(&str) -> String) -> HashSet<String> {
    let mut reader = reader(feed, b'\t');
    let headers = reader.byte_headers().map(|headers| headers.iter().map(|name| named(&column_name(name))).collect());
    headers.unwrap_or_default()
}

fn reader(feed: &[u8], delimiter: u8) -> Reader<&[u8]> {
    ReaderBuilder::new().flexible(true).delimiter(delimiter).from_reader(feed)
}

fn column_name(name: &[u8]) -> String {
    super::clean(&String::from_utf8_lossy(name)).into_owned()
}
