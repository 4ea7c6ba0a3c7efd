use std::time::Duration;

use jiff::{Timestamp, fmt::rfc2822};

/// Reads the value of HTTP's `Retry-After`: seconds, or a date. `None` when it is neither. Never more than `longest`; a date that
/// has passed is no wait at all.
#[must_use]
pub fn retry_after(header: &str, longest: Duration) -> Option<Duration> {
    read(header, Timestamp::now(), longest)
}

fn read(header: &str, now: Timestamp, longest: Duration) -> Option<Duration> {
    let header = header.trim();
    let seconds = match header.parse::<f64>() {
        // Fractions are not in the standard and are sent all the same.
        Ok(seconds) if seconds >= 0.0 => seconds,
        Ok(_) => return None,
        Err(_) => rfc2822::parse(header).ok()?.timestamp().duration_since(now).as_secs_f64().max(0.0),
    };
    Some(Duration::from_secs_f64(seconds.min(longest.as_secs_f64())))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONGEST: Duration = Duration::from_secs(3_600);

    #[test]
    fn it_is_seconds_or_a_date() {
        let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        let read = |header| read(header, now, LONGEST);
        let seconds = |s| Some(Duration::from_secs(s));
        assert_eq!(read("7"), seconds(7));
        assert_eq!(read(" 0.25 "), Some(Duration::from_millis(250)));
        assert_eq!(read("Mon, 23 Nov 2026 10:00:30 GMT"), seconds(30));
        assert_eq!(read("Mon, 23 Nov 2026 09:00:00 GMT"), seconds(0));
        for long in ["1e300", "inf", "Mon, 31 Dec 2998 23:59:59 GMT"] {
            assert_eq!(read(long), Some(LONGEST), "{long}");
        }
        for nonsense in ["", "soon", "-1", "NaN"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }
}
