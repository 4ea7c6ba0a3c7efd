//! Opening hours, and whether the shop is open now, in its own time.

use jiff::{Timestamp, civil::Weekday, tz::Offset};
use serde::Serialize;

use super::profile::Profile;

const DAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// The week's hours, and where now lies in them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hours {
    /// Each day from Monday.
    pub days: Vec<DayHours>,
    /// Neighbouring days with the same hours, together.
    pub week: Vec<HoursSpan>,
    /// Place of today in `days`.
    pub today: usize,
    /// Whether the shop is open now.
    pub open_now: bool,
    /// Place in `days` of the next day that opens, when the shop is closed now.
    pub next: Option<usize>,
    /// What people call the shop's time.
    pub zone: String,
}

/// The hours of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DayHours {
    /// Name of the day.
    pub day: String,
    /// "9 am"; `None`: closed all day.
    pub opens: Option<String>,
    /// "6 pm".
    pub closes: Option<String>,
}

/// Neighbouring days with the same hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HoursSpan {
    /// "Monday to Friday".
    pub days: String,
    /// "9 am"; `None`: closed.
    pub opens: Option<String>,
    /// "6 pm".
    pub closes: Option<String>,
}

impl Profile {
    /// The hours as they stand at a time.
    #[must_use]
    pub fn hours_at(&self, now_ms: i64) -> Hours {
        let (today, minute) = self.local(now_ms);
        let days: Vec<DayHours> = DAYS.iter().map(|(name, _)| self.day(name)).collect();
        let bounds = |index: usize| {
            let opening = self.hours.get(DAYS.get(index)?.0)?;
            Some((minutes(&opening.opens)?, minutes(&opening.closes)?))
        };
        let open_now = bounds(today).is_some_and(|(opens, closes)| opens <= minute && minute < closes);
        let opens_later_today = bounds(today).is_some_and(|(opens, _)| minute < opens);
        let next = (usize::from(!opens_later_today)..=7)
            .map(|ahead| (today + ahead) % 7)
            .find(|index| bounds(*index).is_some());
        Hours {
            week: spans(&days),
            days,
            today,
            open_now,
            next: next.filter(|_| !open_now),
            zone: self.time.zone_name.clone(),
        }
    }

    fn day(&self, name: &str) -> DayHours {
        let opening = self.hours.get(name);
        DayHours {
            day: capitalised(name),
            opens: opening.and_then(|o| minutes(&o.opens)).map(clock),
            closes: opening.and_then(|o| minutes(&o.closes)).map(clock),
        }
    }

    /// Day of the week (0: Monday) and minute of the day in the shop's own time.
    fn local(&self, now_ms: i64) -> (usize, u32) {
        let offset = Offset::from_seconds(self.time.utc_offset_minutes.saturating_mul(60)).unwrap_or(Offset::UTC);
        let local = offset.to_datetime(Timestamp::from_millisecond(now_ms).unwrap_or_default());
        let day = usize::try_from(local.weekday().to_monday_zero_offset()).unwrap_or_default();
        let part = |value: i8| u32::try_from(value).unwrap_or_default();
        (day, part(local.hour()) * 60 + part(local.minute()))
    }
}

fn spans(days: &[DayHours]) -> Vec<HoursSpan> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for (index, day) in days.iter().enumerate() {
        let same = |first: &DayHours| first.opens == day.opens && first.closes == day.closes;
        match spans.last_mut() {
            Some((first, last)) if days.get(*first).is_some_and(same) => *last = index,
            _ => spans.push((index, index)),
        }
    }
    spans
        .into_iter()
        .filter_map(|(first, last)| {
            let (from, to) = (days.get(first)?, days.get(last)?);
            Some(HoursSpan {
                days: if first == last { from.day.clone() } else { format!("{} to {}", from.day, to.day) },
                opens: from.opens.clone(),
                closes: from.closes.clone(),
            })
        })
        .collect()
}

/// The day of that name, in lower case.
pub(super) fn weekday(name: &str) -> Option<Weekday> {
    DAYS.iter().find(|(day, _)| *day == name).map(|(_, weekday)| *weekday)
}

/// Minutes since midnight of "HH:MM"; "24:00" is the end of the day.
pub(super) fn minutes(time: &str) -> Option<u32> {
    let (hour, minute) = time.split_once(':')?;
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    (minute < 60 && hour * 60 + minute <= 24 * 60).then_some(hour * 60 + minute)
}

/// A time as people say it: "9 am", "5:30 pm", "midnight".
fn clock(minutes: u32) -> String {
    let (hour, minute) = (minutes / 60 % 24, minutes % 60);
    let half = if hour < 12 { "am" } else { "pm" };
    let twelve = if hour % 12 == 0 { 12 } else { hour % 12 };
    match (hour, minute) {
        (0, 0) => "midnight".to_owned(),
        (_, 0) => format!("{twelve} {half}"),
        _ => format!("{twelve}:{minute:02} {half}"),
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

impl Hours {
    /// Place of a day by its name.
    #[must_use]
    pub fn index_of(&self, day: &str) -> Option<usize> {
        self.days.iter().position(|hours| hours.day.eq_ignore_ascii_case(day))
    }
}
