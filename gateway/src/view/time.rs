//! Points in time as people and programs read them: RFC 3339, UTC.

use easymart_core::UnixMillis;
use jiff::Timestamp;

/// `2026-11-23T20:15:00.250Z`. A time beyond what a calendar can hold reads as the epoch.
pub(crate) fn rfc3339(at: UnixMillis) -> String {
    Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc_and_never_fail() {
        assert_eq!(rfc3339(1_700_000_000_250), "2023-11-14T22:13:20.25Z");
        assert_eq!(rfc3339(i64::MAX), "1970-01-01T00:00:00Z");
    }
}
