use easymart_core::UnixMillis;
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// What is counted per day, model and purpose.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Counters {
    /// Calls that asked the provider for something.
    pub(crate) calls: u64,
    /// Of them without an answer.
    pub(crate) failures: u64,
    /// Tokens of prompts, as far as the provider told.
    pub(crate) input_tokens: u64,
    /// Tokens of answers, as far as the provider told.
    pub(crate) output_tokens: u64,
}

impl Counters {
    pub(crate) fn add(&mut self, other: Self) {
        self.calls += other.calls;
        self.failures += other.failures;
        self.input_tokens += other.input_tokens;
        self.output_tokens += other.output_tokens;
    }
}

/// The day that `now` falls in, in UTC, as `2026-11-23`.
pub(crate) fn day_of(now: UnixMillis) -> String {
    let now = Timestamp::from_millisecond(now).unwrap_or_default();
    now.to_zoned(TimeZone::UTC).date().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_change_at_midnight_utc() {
        assert_eq!(day_of(0), "1970-01-01");
        assert_eq!(day_of(86_399_999), "1970-01-01");
        assert_eq!(day_of(86_400_000), "1970-01-02");
        assert_eq!(day_of(UnixMillis::MAX), "1970-01-01", "no time at all");
    }
}
