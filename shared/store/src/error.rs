use std::{io, path::PathBuf, sync::Arc};

use easymart_core::{Error, reason};

/// Why the store could not do something. Never names a key: a key may be a secret of somebody's.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Another process, or another part of this one, has the directory open.
    #[error(
        "the store {} is in use{}: one process per directory; stop that one, or give this one another data directory",
        path.display(),
        owner.map(|pid| format!(" by process {pid}")).unwrap_or_default()
    )]
    Locked {
        /// The store's directory.
        path: PathBuf,
        /// Process id that the owner left, when it could be read.
        owner: Option<u32>,
    },
    /// The directory cannot be opened as a store.
    #[error(
        "the store {} cannot be opened: {cause}; if this persists, move the directory away and restore it from a backup",
        path.display()
    )]
    Open {
        /// The store's directory.
        path: PathBuf,
        /// What was wrong.
        cause: Arc<str>,
    },
    /// The directory holds another service's store.
    #[error("the store holds `{found}`, not `{expected}`: check the data directory")]
    SchemaOther {
        /// Schema name of this build.
        expected: &'static str,
        /// Schema name on disk.
        found: String,
    },
    /// The store was written by a later release.
    #[error(
        "the store `{name}` has schema version {found}, this build knows {expected}: run a later release, or restore a backup that this one made"
    )]
    SchemaNewer {
        /// Schema name.
        name: &'static str,
        /// Version of this build.
        expected: u32,
        /// Version on disk.
        found: u32,
    },
    /// The store was written by an earlier release, and its format has changed since.
    #[error(
        "the store `{name}` has schema version {found}, this build needs {expected}: run the release that wrote it, or start with an empty directory"
    )]
    SchemaOlder {
        /// Schema name.
        name: &'static str,
        /// Version of this build.
        expected: u32,
        /// Version on disk.
        found: u32,
    },
    /// A key is too long.
    #[error("a key in `{table}` is longer than {limit} bytes")]
    KeyTooLong {
        /// Its table.
        table: &'static str,
        /// The most bytes a key may have.
        limit: usize,
    },
    /// A value is too large.
    #[error("a value in `{table}` has {bytes} bytes, more than {limit}")]
    ValueTooLarge {
        /// Its table.
        table: &'static str,
        /// Its bytes as JSON.
        bytes: usize,
        /// The most bytes a value may have.
        limit: usize,
    },
    /// A value cannot be written as JSON.
    #[error("a value in `{table}` cannot be written as JSON: {cause}")]
    Encode {
        /// Its table.
        table: &'static str,
        /// What serde said.
        cause: Arc<serde_json::Error>,
    },
    /// A stored value is not what the table's type says.
    #[error("a record in `{table}` cannot be read: {cause}")]
    Decode {
        /// Its table.
        table: String,
        /// What serde said.
        cause: Arc<serde_json::Error>,
    },
    /// Stored bytes are not what this crate writes.
    #[error("the store is damaged: {0}")]
    Damaged(&'static str),
    /// Reading or writing failed below.
    #[error("the store cannot be read: {0}")]
    Sled(#[from] sled::Error),
    /// An earlier write failed. What was acknowledged before is on disk; nothing is acknowledged any more.
    #[error("the store takes no more writes since one failed ({cause}): check the disk, then restart this process")]
    Poisoned {
        /// What failed first.
        cause: Arc<str>,
    },
    /// The store is being closed.
    #[error("the store is closing")]
    Closed,
    /// Import is for empty stores.
    #[error("the store is not empty: import into an empty directory")]
    NotEmpty,
    /// A line of an export is not understood.
    #[error("line {line} of the export: {cause}")]
    Import {
        /// Number of the line, from 1.
        line: u64,
        /// What is wrong with it.
        cause: Arc<str>,
    },
    /// The export could not be written, or read.
    #[error("the export cannot be {doing}: {cause}")]
    Transfer {
        /// `read` or `written`.
        doing: &'static str,
        /// What the system said.
        cause: Arc<io::Error>,
    },
}

impl From<StoreError> for Error {
    /// The caller reads one fixed sentence; the cause is for the log.
    fn from(error: StoreError) -> Self {
        Self::new(reason::STORE_FAILED, "stored state could not be read or written; please try again later")
            .caused_by(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callers_learn_the_reason_and_no_internals() {
        let cause: Arc<str> = "fdatasync: Input/output error".into();
        let error = Error::from(StoreError::Poisoned { cause });
        assert_eq!(error.reason, reason::STORE_FAILED);
        assert!(!error.message.contains("fdatasync"));
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.contains("fdatasync") && source.contains("restart"));
    }
}
