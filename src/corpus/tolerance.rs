//! How many records of a corpus may fail.

use std::fmt;
use std::str::FromStr;

use super::checkpoint::Progress;

/// How many records may fail before a run is given up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tolerance {
    /// So many.
    Count(u64),
    /// This share of all, from 0 to 1. A run in which no more failed has done what was asked of it.
    Share(f64),
}

/// What a product of a share and a count may be off by: a share of 29 % of a hundred is 29.
const ROUNDING: f64 = 1e-6;

/// Records before a share is held to: among the first, a few that fail say nothing of all.
const ENOUGH: u64 = 10_000;

impl Tolerance {
    /// Whether more failed than may. `ended`: behind the last record.
    pub fn is_passed(self, progress: &Progress, ended: bool) -> bool {
        match self {
            Self::Count(most) => progress.failed > most,
            Self::Share(share) => {
                (ended || progress.records >= ENOUGH)
                    && progress.failed as f64 > share * progress.records as f64 + ROUNDING
            }
        }
    }

    /// Whether what failed is no more than was allowed for.
    pub fn forgives(self) -> bool {
        matches!(self, Self::Share(_))
    }
}

impl fmt::Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(most) => most.fmt(f),
            Self::Share(share) => write!(f, "{}%", crate::rounding::rounded(share * 100.0, 6)),
        }
    }
}

impl FromStr for Tolerance {
    type Err = String;

    fn from_str(given: &str) -> Result<Self, String> {
        let wrong = || "expected a number of records, or a share of them such as 1%".to_owned();
        match given.strip_suffix('%') {
            Some(percent) => {
                let percent: f64 = percent.trim().parse().map_err(|_| wrong())?;
                (0.0..=100.0).contains(&percent).then_some(Self::Share(percent / 100.0)).ok_or_else(wrong)
            }
            None => given.parse().map(Self::Count).map_err(|_| wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_counts_are_bounds() {
        let progress = |records, failed| Progress { records, failed, ..Progress::default() };
        let one: Tolerance = "1%".parse().unwrap();
        assert!(!one.is_passed(&progress(100, 1), true) && one.is_passed(&progress(100, 2), true));
        assert!(!one.is_passed(&progress(100, 50), false) && one.is_passed(&progress(10_000, 101), false));
        let two: Tolerance = "2".parse().unwrap();
        assert!(!two.is_passed(&progress(9, 2), false) && two.is_passed(&progress(9, 3), false));
        assert_eq!((one.to_string(), two.to_string()), ("1%".to_owned(), "2".to_owned()));
        for wrong in ["", "%", "-1%", "101%", "x", "1.5"] {
            assert!(wrong.parse::<Tolerance>().is_err(), "{wrong}");
        }
    }
}
