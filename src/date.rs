//! When documents were published: what can be read of a date as its source writes it.
//!
//! | file | answers |
//! |---|---|
//! | `period.rs` | what is a day, and what is more than one? |
//! | `epoch.rs` | which numbers are moments? |
//! | `written.rs` | which forms of dates are read, and what is a date in the form of ISO 8601? |
//! | `own_format.rs` | what of a form that a user names? |

mod epoch;
mod own_format;
mod period;
mod written;

use std::str::FromStr;

pub use self::own_format::{FormatError, own_format};
pub use self::period::{Day, Period};
use self::written::Written;

impl Period {
    /// Reads a date: ISO 8601 with or without a time, from a year to a fraction of a second; RFC 2822, as in mails and feeds;
    /// what programs print of a moment, and numbers that count from 1970; and days in words, such as "6 February 2018" and
    /// "Feb. 6, 2018". `None` if it is none of these: whether 02/06/2018 lies in February or June is not guessed.
    ///
    /// Of a time, the day is the one that is written there, whatever its zone; of a number, that of UTC.
    pub fn parse(text: &str) -> Option<Self> {
        Written::read(text).map(|written| written.period)
    }
}

/// A date as ISO 8601 has it: "2024-03-05T13:00:00Z", "2024-03-05" where no time is written, "2024-03" or "2024" where no day
/// is. A zone becomes its offset from UTC; where none is written, or one whose name has several meanings, there is none, and a
/// number counts from 1970 in UTC. What is in the form of ISO 8601 already comes back as it is.
///
/// A form of the user's own ([`own_format()`]) goes before those that are known ([`Period::parse`]). `None` if it is in none of them.
pub fn normalised(text: &str, own_format: Option<&str>) -> Option<String> {
    let own = own_format.and_then(|format| own_format::read(text, format));
    match own {
        Some(written) => Some(written.to_string()),
        None if written::is_iso(text.trim()) => Period::parse(text).map(|_| text.trim().to_owned()),
        None => Written::read(text).map(|written| written.to_string()),
    }
}

/// Whether a text is a date, in the user's own form or one that is known.
pub fn is_date(text: &str, own_format: Option<&str>) -> bool {
    own_format.is_some_and(|format| own_format::read(text, format).is_some()) || Written::read(text).is_some()
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<String> {
        Period::parse(text).map(|period| period.to_string())
    }

    fn iso(text: &str) -> Option<String> {
        normalised(text, None)
    }

    #[test]
    fn dates_of_many_sources_are_read() {
        for text in [
            "2018-02-06",
            " 2018-02-06 ",
            "2018-02-06T23:30:00Z",
            "2018-02-06T23:30:00.123+03:00",
            "2018-02-06T23",
            "2018-02-06T24:00:00Z",
            "2018-02-06 23:30",
            "2018-2-6",
            "2018/02/06",
            "2018.02.06",
            "20180206",
            "Tue, 06 Feb 2018 23:30:00 GMT",
            "Tue, 6 Feb 2018 23:30:00 -0500",
            "6 February 2018",
            "6th February 2018",
            "06 Feb 2018",
            "06-Feb-2018",
            "February 6, 2018",
            "Feb. 6, 2018",
            "Feb 6 2018",
            "Tuesday, February 6, 2018",
            "Tuesday, 6 February 2018",
            "Tue Feb  6 23:30:00 2018",
            "2018-037",
            "2018-W06-2",
        ] {
            assert_eq!(read(text).as_deref(), Some("2018-02-06"), "{text}");
        }
        assert_eq!(read("Sept. 6, 2018").as_deref(), Some("2018-09-06"));
    }

    #[test]
    fn moments_become_iso_8601() {
        for text in [
            "2024-03-05T13:00:00Z",
            "2024-03-05 13:00:00Z",
            "2024-03-05t13:00:00z",
            "2024-03-05 13:00:00 UTC",
            "2024-03-05 13:00:00+00:00",
            "2024-03-05T13:00:00+0000",
            "20240305T130000Z",
            "Tue, 05 Mar 2024 13:00:00 GMT",
            "Tue, 5 Mar 2024 13:00:00 +0000",
            "Tue Mar 05 13:00:00 +0000 2024",
            "Tue Mar 05 2024 13:00:00 GMT+0000 (Coordinated Universal Time)",
            "Tue Mar 05 2024 13:00:00 GMT+0000 (Koordinierte Weltzeit, für Köln)",
            "Tue Mar  5 13:00:00 UTC 2024",
            "05/Mar/2024:13:00:00 +0000",
            "1709643600",
            "1709643600.0",
            "1.7096436e+09",
            "1709643600000",
            "1709643600000.0",
            "1709643600000000",
            "1709643600000000000",
        ] {
            assert_eq!(iso(text).as_deref(), Some("2024-03-05T13:00:00Z"), "{text}");
        }
        for (text, expected) in [
            ("20240305130000", "2024-03-05T13:00:00"),
            ("20240305T130000", "2024-03-05T13:00:00"),
            ("202403051300", "2024-03-05T13:00"),
            ("Tue Mar  5 13:00:00 2024", "2024-03-05T13:00:00"),
            ("5 March 2024 13:00", "2024-03-05T13:00"),
            ("5 March 2024 at 13:00", "2024-03-05T13:00"),
            ("05-Mar-2024 13:00:05.25", "2024-03-05T13:00:05.25"),
            ("March 5, 2024 1:00 PM", "2024-03-05T13:00"),
            ("March 5, 2024, 1:00\u{202f}PM", "2024-03-05T13:00"),
            ("March 5, 2024, 1:00 p.m. EST", "2024-03-05T13:00-05:00"),
            ("March 5, 2024 12:30 am", "2024-03-05T00:30"),
            ("1 pm, 5 March 2024", "2024-03-05T13:00"),
            ("2024-03-05 13:00 CEST", "2024-03-05T13:00+02:00"),
            // Of three countries.
            ("2024-03-05 13:00 IST", "2024-03-05T13:00"),
            ("2024-03-05 13:00 UTC+5:30", "2024-03-05T13:00+05:30"),
            ("2024-03-05T13:00:00+01:00[Europe/Paris]", "2024-03-05T13:00:00+01:00"),
            ("1709643600.5", "2024-03-05T13:00:00.5Z"),
            ("-631152000000", "1950-01-01T00:00:00Z"),
            ("5th March 2024", "2024-03-05"),
            ("2024-065", "2024-03-05"),
            ("2024-W10-2", "2024-03-05"),
            ("March 2024", "2024-03"),
        ] {
            assert_eq!(iso(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn iso_8601_stays_as_it_is() {
        for text in [
            "1887",
            "2024-03",
            "2024-03-05",
            "2024-03-05T13",
            "2024-03-05T13:00Z",
            "2024-03-05T13:00:00.000+00:00",
            "2024-03-05T13:00:00.123456789-05:00",
            "2024-03-05T24:00:00Z",
        ] {
            assert_eq!(iso(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn a_form_of_ones_own_goes_before_the_known_ones() {
        let own = |text: &str, format: &str| normalised(text, Some(format));
        assert_eq!(own("05/03/2024", "%d/%m/%Y").as_deref(), Some("2024-03-05"));
        assert_eq!(own("05/03/2024 13:00 +0100", "%d/%m/%Y %H:%M %z").as_deref(), Some("2024-03-05T13:00:00+01:00"));
        assert_eq!(own("03.2024", "%m.%Y").as_deref(), Some("2024-03"));
        assert_eq!(own("20240305", "%Y%d%m").as_deref(), Some("2024-05-03"));
        assert_eq!(own("1709643600", "%s").as_deref(), Some("2024-03-05T13:00:00Z"));
        // What is in another form is read as ever.
        assert_eq!(own("2024-03-05", "%d/%m/%Y").as_deref(), Some("2024-03-05"));
        assert_eq!(own("5.3.2024", "%d/%m/%Y"), None);
        assert!(is_date("05/03/2024", Some("%d/%m/%Y")) && !is_date("05/03/2024", None));
    }

    #[test]
    fn a_form_of_ones_own_is_checked() {
        for good in ["%d/%m/%Y", "%d.%m.%y", "%s", "%m/%Y", "%Y", "%A, %d %B %Y %I:%M %p", "%c %z", "%Y-%j"] {
            assert_eq!(own_format(good).as_deref(), Ok(good));
        }
        for bad in ["", "%", "%Q", "%d/%m", "%H:%M", "dd/mm/yyyy", "%d %Z %Q"] {
            let error = own_format(bad).unwrap_err().to_string();
            assert!(error.contains(&format!("{bad:?}")) && error.contains("%d/%m/%Y"), "{error}");
        }
    }

    #[test]
    fn months_and_years_are_periods() {
        assert_eq!(read("1887").as_deref(), Some("1887-01-01 to 1887-12-31"));
        assert_eq!(read("2020-02").as_deref(), Some("2020-02-01 to 2020-02-29"));
        assert_eq!(read("2019-12").as_deref(), Some("2019-12-01 to 2019-12-31"));
        assert_eq!(read("December 2019").as_deref(), Some("2019-12-01 to 2019-12-31"));
        let day = |text: &str| Period::parse(text).map(|period| period.first);
        let year = Period::parse("1887").unwrap();
        assert!(year.overlaps(day("1887-06-01"), day("1887-06-02")) && year.overlaps(None, day("1887-01-01")));
        assert!(!year.overlaps(day("1888-01-01"), None) && !year.overlaps(None, day("1886-12-31")));
    }

    #[test]
    fn what_is_no_date_or_could_be_two_is_none() {
        for text in [
            "",
            "None",
            "yesterday",
            "02/06/2018",
            "05.03.2024",
            "2018-13-01",
            "2018-02-30",
            "2018-02-06x",
            "2018-02-06 or later",
            "2018-02-06 25:00",
            "2018-02-06 13:00 PM",
            "2018 13:00",
            "18",
            "12345678",
            "00000000000",
            "0000000000",
            // A moment of 2034, or an hour of 2024.
            "2024030513",
            "١٤٣٩",
            "-2018",
            "2018-",
            "0000",
            "0000-00-00",
            "0000-01-01",
            "Published: 2024-03-05",
        ] {
            assert_eq!((read(text), iso(text)), (None, None), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_date_or_none(
            text in "\\PC{0,40}|[0-9A-Za-z ,.:/+-]{0,40}|[0-9]{1,20}(\\.[0-9]{0,12})?(e\\+?[0-9]{1,3})?|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.+Z -]{0,20}",
            format in "\\PC{0,8}|(%[A-Za-z%:.#+-]{1,3}){0,4}",
        ) {
            if let Some(period) = Period::parse(&text) {
                prop_assert!(period.first <= period.last);
            }
            prop_assert_eq!(is_date(&text, None), iso(&text).is_some());
            // What was made ISO 8601 is that, of the same days.
            if let Some(made) = iso(&text) {
                prop_assert_eq!(iso(&made), Some(made.clone()), "{}", text);
                prop_assert_eq!(Period::parse(&made), Period::parse(&text), "{}", made);
            }
            if let Ok(format) = own_format(&format) {
                prop_assert_eq!(is_date(&text, Some(&format)), normalised(&text, Some(&format)).is_some());
            }
        }
    }
}
