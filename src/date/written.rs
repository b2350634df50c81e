//! The forms of dates that are read, and dates in the form of ISO 8601.

use std::fmt;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, Timelike as _, Utc, Weekday};
use regex::Regex;

use super::epoch;
use super::period::{Day, Period};

/// A date as it was read.
pub(super) struct Written {
    /// The days that it names.
    pub period: Period,
    /// The time of the day, if it names one.
    pub time: Option<Time>,
}

/// A time of the day.
pub(super) struct Time {
    hour: u32,
    minute: u32,
    second: Option<u32>,
    /// The digits of its fraction.
    fraction: String,
    /// Seconds east of UTC.
    offset: Option<i32>,
}

/// Days with the month in words, and those that leave no doubt about which number is the month. Names of days of the week,
/// commas and dots behind words are taken away before.
const DAYS: [&str; 8] =
    ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d %B %Y", "%B %d %Y", "%Y %B %d", "%d-%B-%Y", "%d/%B/%Y"];

/// A day in eight digits.
const DIGITS: &str = "%Y%m%d";

/// Names of zones, with their hours from UTC: those of RFC 2822 and of Europe, Moscow, Japan and Korea. Some mean several
/// zones, and what time of the world it is where they are written is not told.
const ZONES: [(&str, Option<i32>); 31] = [
    ("UTC", Some(0)),
    ("GMT", Some(0)),
    ("UT", Some(0)),
    ("Z", Some(0)),
    ("EST", Some(-5)),
    ("EDT", Some(-4)),
    ("CST", Some(-6)),
    ("CDT", Some(-5)),
    ("MST", Some(-7)),
    ("MDT", Some(-6)),
    ("PST", Some(-8)),
    ("PDT", Some(-7)),
    ("WET", Some(0)),
    ("WEST", Some(1)),
    ("CET", Some(1)),
    ("CEST", Some(2)),
    ("EET", Some(2)),
    ("EEST", Some(3)),
    ("MSK", Some(3)),
    ("JST", Some(9)),
    ("KST", Some(9)),
    ("ET", None),
    ("CT", None),
    ("MT", None),
    ("PT", None),
    ("BST", None),
    ("IST", None),
    ("AST", None),
    ("SST", None),
    ("AEST", Some(10)),
    ("AEDT", Some(11)),
];

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a test compiles all of them")
}

/// The day of ISO 8601 with a time that is one.
static ISO: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^\d{4}(?:-\d{2}(?:-\d{2}(?:T(?:[01]\d|2[0-4])(?::[0-5]\d(?::[0-6]\d(?:[.,]\d+)?)?)?(?:Z|[+-][01]\d(?::[0-5]\d)?)?)?)?)?$",
    )
});

/// The name or the place of a zone, which stands behind its offset.
static COMMENT: LazyLock<Regex> = LazyLock::new(|| regex(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])$"));

/// A day and a time without signs between their digits.
static COMPACT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^(?<day>\d{8})[T ]?(?<hour>\d{2})(?<minute>\d{2})(?<second>\d{2})?(?<zone>Z)?(?:(?<sign>[+-])(?<hours>\d{2}):?(?<minutes>\d{2})?)?$",
    )
});

/// A time with its zone, inside of a date.
static TIME: LazyLock<Regex> = LazyLock::new(|| {
    let names = ZONES.map(|(name, _)| name).join("|");
    regex(&format!(
        r"(?i)(?:^|[T\s,:])(?:(?<hour>\d{{1,2}}):(?<minute>\d{{2}})(?::(?<second>\d{{2}})(?:[.,](?<fraction>\d{{1,9}}))?)?(?:\s?(?<half>[ap])\.?m\.?)?|(?<hour12>\d{{1,2}})\s?(?<half12>[ap])\.?m\.?)(?:\s?(?<zone>{names}))?(?:\s?(?<sign>[+-])(?<hours>\d{{1,2}})(?::?(?<minutes>\d{{2}}))?)?(?:$|[\s,])"
    ))
});

/// The day of the week, in front or behind.
static WEEKDAY: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i)^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6} | (?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}$")
});

/// "5th".
static ORDINAL: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)\b(\d{1,2})(?:st|nd|rd|th)\b"));

/// Whether a text has a form of ISO 8601: a year, a month, a day or a moment of one, not by its week.
pub(super) fn is_iso(text: &str) -> bool {
    ISO.is_match(text)
}

impl Written {
    /// A moment of the world.
    pub fn moment(moment: DateTime<Utc>) -> Option<Self> {
        let day = moment.date_naive();
        let time = Some(Time::of(moment.time(), Some(0)));
        (1..=9999).contains(&day.year()).then(|| Self { period: Period::day(day), time })
    }

    /// Reads a date in any of the known forms.
    pub fn read(text: &str) -> Option<Self> {
        // Longer texts are no dates, and shall not be tried in every form.
        if text.len() > 120 {
            return None;
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = COMMENT.replace(&text, "");
        if !text.is_ascii() {
            return None;
        }
        if is_iso(&text) {
            let period = iso_day(text.split('T').next()?)?;
            return Some(Self { period, time: in_words(&text).and_then(|written| written.time) });
        }
        compact(&text).or_else(|| epoch::moment(&text).and_then(Self::moment)).or_else(|| in_words(&text))
    }
}

impl Time {
    pub fn of(time: NaiveTime, offset: Option<i32>) -> Self {
        // A leap second has more nanoseconds than others.
        let (second, nanosecond) = match time.nanosecond() {
            more @ 1_000_000_000.. => (60, more - 1_000_000_000),
            nanosecond => (time.second(), nanosecond),
        };
        let fraction = format!("{nanosecond:09}").trim_end_matches('0').to_owned();
        Self { hour: time.hour(), minute: time.minute(), second: Some(second), fraction, offset }
    }

    /// The time that a regular expression has found.
    fn found(found: &regex::Captures<'_>) -> Option<Self> {
        let number = |name| found.name(name).map(|digits| digits.as_str().parse::<u32>()).transpose().ok();
        let hour = number("hour")?.or(number("hour12")?)?;
        let half = found.name("half").or_else(|| found.name("half12")).map(|half| half.as_str().to_ascii_lowercase());
        let hour = match half.as_deref() {
            None => hour,
            Some(_) if hour > 12 => return None,
            Some("p") => hour % 12 + 12,
            Some(_) => hour % 12,
        };
        let minute = number("minute")?.unwrap_or(0);
        let second = number("second")?;
        let fraction = found.name("fraction").map_or(String::new(), |digits| digits.as_str().to_owned());
        let midnight = hour == 24 && minute == 0 && second.unwrap_or(0) == 0;
        if (hour > 23 && !midnight) || minute > 59 || second.is_some_and(|second| second > 60) {
            return None;
        }
        let named = found.name("zone").and_then(|zone| {
            let zone = ZONES.iter().find(|(name, _)| name.eq_ignore_ascii_case(zone.as_str()));
            zone.and_then(|(_, hours)| hours.map(|hours| hours * 3600))
        });
        let offset = match found.name("sign") {
            None => named,
            Some(sign) => {
                let (hours, minutes) = (number("hours")??, number("minutes")?.unwrap_or(0));
                if hours > 18 || minutes > 59 {
                    return None;
                }
                let offset = i32::try_from(hours * 3600 + minutes * 60).ok()?;
                Some(if sign.as_str() == "-" { -offset } else { offset })
            }
        };
        Some(Self { hour, minute, second, fraction, offset })
    }
}

/// 20240305T130000Z, 20240305130000, 202403051300.
fn compact(text: &str) -> Option<Written> {
    let found = COMPACT.captures(text)?;
    let period = day(&found["day"]).map(Period::day)?;
    Some(Written { period, time: Some(Time::found(&found)?) })
}

fn in_words(text: &str) -> Option<Written> {
    let Some((found, whole)) = TIME.captures(text).and_then(|found| Some((found.get(0)?.range(), found))) else {
        return Some(Written { period: plain_day(text)?, time: None });
    };
    let time = Time::found(&whole)?;
    let rest = [&text[..found.start], &text[found.end..]].map(|part| part.trim_matches([' ', ',', '-', '|'])).join(" ");
    let rest = rest.trim();
    let rest = rest.strip_suffix(" at").unwrap_or(rest);
    // A time is one of a day.
    let period = plain_day(rest).filter(|period| period.first == period.last)?;
    Some(Written { period, time: Some(time) })
}

/// A day without a time, or a longer period.
fn plain_day(text: &str) -> Option<Period> {
    if let Some(period) = iso_day(text) {
        return Some(period);
    }
    // "Feb. 6" and "Sept 6" are "Feb 6" and "Sep 6".
    let plain = text.replace(", ", " ").replace(". ", " ").replace("Sept ", "Sep ");
    let plain = WEEKDAY.replace(&plain, "");
    let plain = ORDINAL.replace(&plain, "$1");
    let month = || {
        let first = NaiveDate::parse_from_str(&format!("1 {plain}"), "%d %B %Y").ok().filter(in_our_years)?;
        plain.starts_with(|c: char| c.is_ascii_alphabetic()).then(|| Period::month(first))?
    };
    day(&plain).map(Period::day).or_else(month)
}

fn day(plain: &str) -> Option<NaiveDate> {
    let digits = plain.len() == 8 && plain.bytes().all(|byte| byte.is_ascii_digit());
    // A form of four digits takes "18" for the year 18.
    [DIGITS]
        .iter()
        .filter(|_| digits)
        .chain(&DAYS)
        .find_map(|form| NaiveDate::parse_from_str(plain, form).ok().filter(in_our_years))
}

fn in_our_years(day: &NaiveDate) -> bool {
    (1000..=9999).contains(&day.year())
}

/// A day, or more of the calendar, in the forms of ISO 8601: "2018", "2018-02", "2018-02-06", "2018-037", "2018-W06-2",
/// "2018-W06".
fn iso_day(text: &str) -> Option<Period> {
    let digits = |part: &str, width: usize| {
        (part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse::<u32>().ok())?
    };
    let mut parts = text.splitn(3, '-');
    // There is no year 0, and many programs cannot read one.
    let year = i32::try_from(digits(parts.next()?, 4)?).ok().filter(|&year| year > 0)?;
    match (parts.next(), parts.next()) {
        (None, _) => Period::year(year),
        (Some(month), None) if month.len() == 2 => Period::month(NaiveDate::from_ymd_opt(year, digits(month, 2)?, 1)?),
        (Some(day), None) if day.len() == 3 && !day.starts_with('W') => {
            NaiveDate::from_yo_opt(year, digits(day, 3)?).map(Period::day)
        }
        (Some(week), day) if week.starts_with('W') => {
            let week = digits(&week[1..], 2)?;
            let date = |day| NaiveDate::from_isoywd_opt(year, week, day).filter(in_our_years);
            match day {
                None => Some(Period { first: Day(date(Weekday::Mon)?), last: Day(date(Weekday::Sun)?) }),
                Some(day) => {
                    let day = digits(day, 1)?.checked_sub(1).and_then(|day| u8::try_from(day).ok())?;
                    date(Weekday::try_from(day).ok()?).map(Period::day)
                }
            }
        }
        (Some(month), Some(day)) => NaiveDate::from_ymd_opt(year, digits(month, 2)?, digits(day, 2)?).map(Period::day),
        _ => None,
    }
}

/// As ISO 8601 has it.
impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Period { first, last } = self.period;
        match last.0.signed_duration_since(first.0).num_days() {
            0 => write!(f, "{first}"),
            6 => write!(f, "{}", first.0.format("%G-W%V")),
            1..=30 => write!(f, "{}", first.0.format("%Y-%m")),
            _ => write!(f, "{}", first.0.format("%Y")),
        }?;
        let Some(Time { hour, minute, second, fraction, offset }) = &self.time else { return Ok(()) };
        write!(f, "T{hour:02}:{minute:02}")?;
        if let Some(second) = second {
            write!(f, ":{second:02}")?;
        }
        if !fraction.is_empty() {
            write!(f, ".{fraction}")?;
        }
        match offset {
            None => Ok(()),
            Some(0) => write!(f, "Z"),
            Some(offset) => {
                let sign = if *offset < 0 { '-' } else { '+' };
                let minutes = offset.abs() / 60;
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_regular() {
        for pattern in [&ISO, &COMMENT, &COMPACT, &TIME, &WEEKDAY, &ORDINAL] {
            assert!(!pattern.as_str().is_empty());
        }
    }
}
