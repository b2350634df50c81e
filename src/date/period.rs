//! Days of the calendar, and what lasts more than one.

use std::fmt;

use chrono::{Datelike, NaiveDate};

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(pub(crate) NaiveDate);

/// As ISO 8601 has it: "2018-02-06".
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A day, a week, a month or a year: from its first day to its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// The first day.
    pub first: Day,
    /// The last day.
    pub last: Day,
}

impl Period {
    /// One day.
    pub(super) fn day(day: NaiveDate) -> Self {
        Self { first: Day(day), last: Day(day) }
    }

    /// The month that begins with a day.
    pub(super) fn month(first: NaiveDate) -> Option<Self> {
        let (year, month) = (first.year(), first.month());
        let next = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        Some(Self { first: Day(first), last: Day(NaiveDate::from_ymd_opt(next.0, next.1, 1)?.pred_opt()?) })
    }

    pub(super) fn year(year: i32) -> Option<Self> {
        let day = |month, day| NaiveDate::from_ymd_opt(year, month, day).map(Day);
        Some(Self { first: day(1, 1)?, last: day(12, 31)? })
    }

    /// Whether a part of it lies in a range of days; either end may be open.
    pub fn overlaps(self, since: Option<Day>, until: Option<Day>) -> bool {
        since.is_none_or(|since| self.last >= since) && until.is_none_or(|until| self.first <= until)
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
