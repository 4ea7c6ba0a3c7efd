//! What happened to the rows of a feed.

use serde::{Deserialize, Serialize};

/// Rejections that are listed one by one; more are only counted.
const LISTED: usize = 1_000;

/// A row that was not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// Number of the record, the first product being 1.
    pub row: u32,
    /// Field at fault; empty when it is the whole row.
    pub field: String,
    /// What was wrong.
    pub reason: String,
}

impl Rejection {
    /// A rejection.
    pub fn new(row: u32, field: &str, reason: impl Into<String>) -> Self {
        Self { row, field: field.to_owned(), reason: reason.into() }
    }
}

/// A remark on kept rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Kind in snake case.
    pub kind: String,
    /// How often.
    pub count: u32,
    /// The first occurrence.
    pub example: String,
}

/// What happened to the rows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Report {
    /// Rows read.
    pub read: u32,
    /// Products kept.
    pub kept: u32,
    /// The first rows that were not kept.
    pub rejected: Vec<Rejection>,
    /// How many were not kept.
    pub rejected_count: u32,
    /// Products kept without a price.
    pub price_on_request: u32,
    /// Remarks by kind.
    pub warnings: Vec<Warning>,
    /// How long it took.
    #[serde(default)]
    pub duration_ms: u64,
}

impl Report {
    pub(super) fn reject(&mut self, rejection: Rejection) {
        self.rejected_count += 1;
        if self.rejected.len() < LISTED {
            self.rejected.push(rejection);
        }
    }

    pub(super) fn warn(&mut self, kind: &str, example: String) {
        match self.warnings.iter_mut().find(|warning| warning.kind == kind) {
            Some(warning) => warning.count += 1,
            None => self.warnings.push(Warning { kind: kind.to_owned(), count: 1, example }),
        }
    }
}
