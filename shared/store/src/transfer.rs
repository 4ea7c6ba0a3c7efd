//! Export and import as JSON Lines: a way out when a data directory cannot be opened, and the way between schema versions.

use std::{
    io::{self, BufRead, Write},
    sync::Arc,
};

use easymart_core::UnixMillis;
use serde::{Deserialize, Serialize, de::IgnoredAny};

use crate::{Batch, Store, StoreError, keys::Address, read::Found, record::MAX_VALUE_BYTES, schema::Recorded, table};

/// Stands between a line's own fields and the record's JSON. Inside a JSON string its quotation marks would be escaped, so its first
/// occurrence is the field; that lets the value pass through byte for byte, without a parser's opinion on numbers or order.
const VALUE_FIELD: &str = ",\"value\":";

/// About how much is imported per commit.
const IMPORT_BYTES: usize = 512 * 1024;

/// A line of an export, as far as it says where the value belongs.
#[derive(Debug, Serialize)]
struct LineHead<'a> {
    table: &'a str,
    key: &'a str,
    expires_at: Option<UnixMillis>,
}

/// A whole line. The value is only checked to be JSON.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    table: String,
    key: String,
    expires_at: Option<UnixMillis>,
    #[serde(rename = "value")]
    _value: IgnoredAny,
}

pub(crate) fn export(store: &Store, out: &mut dyn Write) -> Result<u64, StoreError> {
    write_line(out, &to_json(&store.schema().to_record())?)?;
    let mut count = 0;
    for record in store.records() {
        let (address, found) = record?;
        write_line(out, &record_line(&address, &found)?)?;
        count += 1;
    }
    out.flush().map_err(|cause| failed("written", cause))?;
    Ok(count)
}

pub(crate) fn import(store: &Store, input: &mut dyn BufRead) -> Result<u64, StoreError> {
    if store.records().next().is_some() {
        return Err(StoreError::NotEmpty);
    }
    let mut lines = input.lines();
    let header =
        lines.next().ok_or_else(|| bad_line(1, "there is no header"))?.map_err(|cause| failed("read", cause))?;
    let header: Recorded =
        serde_json::from_str(&header).map_err(|_| bad_line(1, "this is not the header of an export"))?;
    store.schema().check_import(&header)?;
    import_records(store, lines)
}

fn import_records(store: &Store, lines: impl Iterator<Item = io::Result<String>>) -> Result<u64, StoreError> {
    let mut count = 0;
    let mut batch = Batch::new();
    for line in lines {
        let line = line.map_err(|cause| failed("read", cause))?;
        add_line(&mut batch, &line).map_err(|cause| bad_line(count + 2, cause))?;
        count += 1;
        if batch.bytes() >= IMPORT_BYTES {
            store.commit_blocking(std::mem::take(&mut batch))?;
        }
    }
    store.commit_blocking(batch)?;
    Ok(count)
}

fn add_line(batch: &mut Batch, text: &str) -> Result<(), String> {
    let line: Line = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if !table::is_valid_name(line.table.as_bytes()) {
        return Err("its table has no valid name".to_owned());
    }
    let value = value_text(text).ok_or("`value` must be the last field")?;
    if value.len() > MAX_VALUE_BYTES {
        return Err("its value is too large".to_owned());
    }
    let address = Address::checked(&line.table, &line.key).ok_or("its key is too long")?;
    batch.put_json(address, value.as_bytes().to_vec(), line.expires_at);
    Ok(())
}

/// The record's JSON within a line.
fn value_text(line: &str) -> Option<&str> {
    let (_, value) = line.split_once(VALUE_FIELD)?;
    let value = value.trim_end().strip_suffix('}')?;
    // Another field behind the value would end up inside it.
    serde_json::from_str::<IgnoredAny>(value).ok()?;
    Some(value)
}

fn record_line(address: &Address, found: &Found) -> Result<Vec<u8>, StoreError> {
    let (table, key) = address.parts().ok_or(StoreError::Damaged("a record has no key"))?;
    let mut line = to_json(&LineHead { table, key, expires_at: found.head.expires_at })?;
    line.pop(); // the closing brace
    line.extend_from_slice(VALUE_FIELD.as_bytes());
    line.extend_from_slice(found.json());
    line.push(b'}');
    Ok(line)
}

fn to_json(value: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(value).map_err(|_| StoreError::Damaged("a line cannot be written as JSON"))
}

fn write_line(out: &mut dyn Write, line: &[u8]) -> Result<(), StoreError> {
    out.write_all(line).and_then(|()| out.write_all(b"\n")).map_err(|cause| failed("written", cause))
}

fn failed(doing: &'static str, cause: io::Error) -> StoreError {
    let cause = Arc::new(cause);
    StoreError::Transfer { doing, cause }
}

fn bad_line(line: u64, cause: impl Into<Arc<str>>) -> StoreError {
    let cause = cause.into();
    StoreError::Import { line, cause }
}
