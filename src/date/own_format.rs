//! Dates in a form that the user names, with the directives of `strftime`.

use std::fmt::Write as _;

use chrono::format::{Parsed, StrftimeItems, parse};
use chrono::{Datelike as _, FixedOffset, NaiveDate, TimeZone as _, Utc};

use super::period::Period;
use super::written::{Time, Written};

/// A text that is no form of dates.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// It has a directive that there is not.
    #[error("{0:?} has a % that is no directive of dates; expected those of strftime, such as %d/%m/%Y")]
    Directive(String),
    /// Not even the year can be read by it.
    #[error("{0:?} names no year; expected a form that tells the day, such as %d/%m/%Y, or at least the year")]
    NoDate(String),
}

/// Checks a form of dates: as [`chrono::format::strftime`] has it, with a year at least.
///
/// # Errors
///
/// If it has a directive that there is not, or no date can be read by it.
pub fn own_format(given: &str) -> Result<String, FormatError> {
    let directive = || FormatError::Directive(given.to_owned());
    let zone = FixedOffset::east_opt(3600).ok_or_else(directive)?;
    let moment = zone.with_ymd_and_hms(2024, 3, 5, 13, 14, 15).single().ok_or_else(directive)?;
    let mut written = String::new();
    write!(written, "{}", moment.format(given)).map_err(|_| directive())?;
    let found = read(&written, given);
    match found.is_some_and(|found| found.period.first.0.year() == 2024) {
        true => Ok(given.to_owned()),
        false => Err(FormatError::NoDate(given.to_owned())),
    }
}

/// Reads a date in a form that was checked. `%Y` takes "24" for the year 24, which no document is of.
pub(super) fn read(text: &str, format: &str) -> Option<Written> {
    let mut parsed = Parsed::new();
    parse(&mut parsed, text.trim(), StrftimeItems::new(format)).ok()?;
    if parsed.timestamp().is_some() {
        return parsed.to_datetime_with_timezone(&Utc).ok().and_then(Written::moment);
    }
    let period = match parsed.to_naive_date() {
        Ok(day) => Period::day(day),
        Err(_) => month_or_year(&parsed)?,
    };
    let time = parsed.to_naive_time().ok().map(|time| Time::of(time, parsed.offset()));
    Some(Written { period, time }).filter(|written| (1000..=9999).contains(&written.period.first.0.year()))
}

/// What there is of a date without a day.
fn month_or_year(parsed: &Parsed) -> Option<Period> {
    let year = match (parsed.year(), parsed.year_mod_100()) {
        (Some(year), _) => year,
        (None, Some(_)) => {
            // Which century it is, is as with days.
            let mut first = Parsed::new();
            first.set_year_mod_100(parsed.year_mod_100()?.into()).ok()?;
            first.set_ordinal(1).ok()?;
            first.to_naive_date().ok()?.year()
        }
        _ => return None,
    };
    match (parsed.month(), parsed.day()) {
        (Some(month), None) => Period::month(NaiveDate::from_ymd_opt(year, month, 1)?),
        (None, None) if parsed.ordinal().is_none() && parsed.isoweek().is_none() => Period::year(year),
        _ => None,
    }
}
