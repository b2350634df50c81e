//! When documents were published: what can be read of a date as its source writes it.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime};

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(pub(super) NaiveDate);

/// As ISO 8601 has it: "2018-02-06".
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A day, a month or a year: from its first day to its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// The first day.
    pub first: Day,
    /// The last day.
    pub last: Day,
}

/// Dates with the month in words, and those that leave no doubt about which number is the month.
const DAYS: [&str; 8] =
    ["%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d %B %Y", "%B %d, %Y", "%B %d %Y", "%A, %d %B %Y", "%A, %B %d, %Y"];

impl Period {
    /// One day.
    fn day(day: NaiveDate) -> Self {
        Self { first: Day(day), last: Day(day) }
    }

    fn new(first: NaiveDate, last: NaiveDate) -> Self {
        Self { first: Day(first), last: Day(last) }
    }

    /// Reads a date: ISO 8601 with or without a time, from a year to a second; RFC 2822, as in mails and feeds; and days
    /// in words, such as "6 February 2018" and "Feb. 6, 2018". `None` if it is none of these: whether 02/06/2018 lies in
    /// February or June is not guessed.
    ///
    /// Of a time, the day is the one that is written there, whatever its zone.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        // Longer texts are no dates, and shall not be tried in every form.
        if text.len() > 64 || !text.is_ascii() {
            return None;
        }
        iso(text).or_else(|| in_words(text).map(Self::day))
    }

    /// Whether a part of it lies in a range of days; either end may be open.
    pub fn overlaps(self, since: Option<Day>, until: Option<Day>) -> bool {
        since.is_none_or(|since| self.last >= since) && until.is_none_or(|until| self.first <= until)
    }
}

/// A day, or a part of one: "2018", "2018-02", "2018-02-06", "2018-02-06T10:00:00Z", "2018-02-06 10:00".
fn iso(text: &str) -> Option<Period> {
    let digits = |part: &str, width: usize| {
        (part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse::<u32>().ok())?
    };
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let mut parts = date.splitn(3, '-');
    // There is no year 0, and many programs cannot read one.
    let year = i32::try_from(digits(parts.next()?, 4)?).ok().filter(|&year| year > 0)?;
    let month = parts.next().map(|month| digits(month, 2)).map_or(Some(None), |month| month.map(Some))?;
    let day = parts.next().map(|day| digits(day, 2)).map_or(Some(None), |day| day.map(Some))?;
    match (month, day, time) {
        (Some(month), Some(day), None) => NaiveDate::from_ymd_opt(year, month, day).map(Period::day),
        (Some(month), Some(day), Some(time)) => {
            // Behind the day, only a time may stand.
            let clock = time.trim_start().bytes().next().is_some_and(|byte| byte.is_ascii_digit());
            NaiveDate::from_ymd_opt(year, month, day).filter(|_| clock).map(Period::day)
        }
        (Some(month), None, None) => {
            let first = NaiveDate::from_ymd_opt(year, month, 1)?;
            let next = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
            Some(Period::new(first, NaiveDate::from_ymd_opt(next.0, next.1, 1)?.pred_opt()?))
        }
        (None, None, None) => {
            Some(Period::new(NaiveDate::from_ymd_opt(year, 1, 1)?, NaiveDate::from_ymd_opt(year, 12, 31)?))
        }
        _ => None,
    }
}

fn in_words(text: &str) -> Option<NaiveDate> {
    if let Ok(time) = DateTime::parse_from_rfc2822(text) {
        return Some(time.date_naive());
    }
    // "Feb. 6" and "Sept 6" are "Feb 6" and "Sep 6".
    let plain = text.replace(". ", " ").replace("Sept ", "Sep ");
    let days = DAYS.iter().find_map(|form| NaiveDate::parse_from_str(&plain, form).ok());
    // As the C library writes times.
    let day =
        days.or_else(|| NaiveDateTime::parse_from_str(&plain, "%a %b %e %H:%M:%S %Y").ok().map(|time| time.date()));
    // A form of four digits takes "18" for the year 18.
    day.filter(|day| day.year() >= 1000)
}

/// A text that is no date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no date; expected one such as 2018-02-06, 2018-02 or 2018")]
pub struct PeriodError(String);

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text).ok_or_else(|| PeriodError(text.to_owned()))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.first == self.last {
            true => write!(f, "{}", self.first),
            false => write!(f, "{} to {}", self.first, self.last),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<String> {
        Period::parse(text).map(|period| period.to_string())
    }

    #[test]
    fn dates_of_many_sources_are_read() {
        for text in [
            "2018-02-06",
            " 2018-02-06 ",
            "2018-02-06T23:30:00Z",
            "2018-02-06T23:30:00.123+03:00",
            "2018-02-06 23:30",
            "2018/02/06",
            "2018.02.06",
            "20180206",
            "Tue, 06 Feb 2018 23:30:00 GMT",
            "Tue, 6 Feb 2018 23:30:00 -0500",
            "6 February 2018",
            "06 Feb 2018",
            "February 6, 2018",
            "Feb. 6, 2018",
            "Tuesday, February 6, 2018",
            "Tuesday, 6 February 2018",
            "Tue Feb  6 23:30:00 2018",
        ] {
            assert_eq!(read(text).as_deref(), Some("2018-02-06"), "{text}");
        }
        assert_eq!(read("Sept. 6, 2018").as_deref(), Some("2018-09-06"));
    }

    #[test]
    fn months_and_years_are_periods() {
        assert_eq!(read("1887").as_deref(), Some("1887-01-01 to 1887-12-31"));
        assert_eq!(read("2020-02").as_deref(), Some("2020-02-01 to 2020-02-29"));
        assert_eq!(read("2019-12").as_deref(), Some("2019-12-01 to 2019-12-31"));
        let day = |text: &str| Period::parse(text).map(|period| period.first);
        let year = Period::parse("1887").unwrap();
        assert!(year.overlaps(day("1887-06-01"), day("1887-06-02")) && year.overlaps(None, day("1887-01-01")));
        assert!(!year.overlaps(day("1888-01-01"), None) && !year.overlaps(None, day("1886-12-31")));
    }

    #[test]
    fn what_is_no_date_or_could_be_two_is_none() {
        for text in [
            "",
            "yesterday",
            "02/06/2018",
            "2018-13-01",
            "2018-02-30",
            "2018-2-6",
            "2018-02-06x",
            "2018-02-06 or later",
            "18",
            "123456789",
            "١٤٣٩",
            "-2018",
            "2018-",
            "0000",
            "0000-01-01",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_date_or_none(text in "\\PC{0,40}|[0-9A-Za-z ,.:/+-]{0,40}") {
            if let Some(period) = Period::parse(&text) {
                prop_assert!(period.first <= period.last);
            }
        }
    }
}
