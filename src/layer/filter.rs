//! Which mentions a map is made of.

use std::str::FromStr;

use super::article::PlaceMention;
use super::geometry::Bounds;
use crate::date::{Day, Period};
use crate::geo::LatLon;
use crate::mention::Label;

/// What a mention must be like. The default takes all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// How sure its place must be, in 0..=1.
    pub min_confidence: f64,
    /// The countries that its place may lie in, as ISO 3166-1 codes of two letters; none for all.
    pub countries: Vec<String>,
    /// Where its place must lie.
    pub bounds: Option<Bounds>,
    /// The first day on which its document may have been published.
    pub since: Option<Day>,
    /// The last day.
    pub until: Option<Day>,
    /// What it may name; none for all.
    pub labels: Vec<Label>,
    /// Keeps so many places: those that are named most often.
    pub top: Option<usize>,
}

impl Filter {
    /// Whether a document published then is wanted. Where days are asked for, one without a date is not.
    pub fn takes_date(&self, date: Option<Period>) -> bool {
        match date {
            Some(date) => date.overlaps(self.since, self.until),
            None => self.since.is_none() && self.until.is_none(),
        }
    }

    /// Whether a mention is wanted, of a document that is.
    pub fn takes(&self, mention: &PlaceMention) -> bool {
        (self.labels.is_empty() || self.labels.contains(&mention.label)) && self.takes_place(mention)
    }

    /// Whether the place of a mention is one that is wanted, whatever the mention is.
    pub fn takes_place(&self, mention: &PlaceMention) -> bool {
        let about = &mention.place.about;
        let country = self.countries.is_empty()
            || about.country.as_ref().is_some_and(|country| self.countries.iter().any(|wanted| **wanted == **country));
        country && about.confidence >= self.min_confidence && self.takes_position(mention.place.location)
    }

    /// Whether a position lies where it must.
    pub fn takes_position(&self, location: LatLon) -> bool {
        self.bounds.is_none_or(|bounds| bounds.contains(location))
    }
}

/// A text that is no box.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no box; expected west,south,east,north in degrees, such as 35.5,29,49,37.5; west may be the greater where it \
     crosses the antimeridian"
)]
pub struct BoundsError(String);

impl FromStr for Bounds {
    type Err = BoundsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || BoundsError(text.to_owned());
        let sides: Vec<f64> =
            text.split(',').map(|side| side.trim().parse()).collect::<Result<_, _>>().map_err(|_| error())?;
        let [west, south, east, north] = sides[..] else { return Err(error()) };
        let fits = [west, east].iter().all(|lon| (-180.0..=180.0).contains(lon))
            && [south, north].iter().all(|lat| (-90.0..=90.0).contains(lat))
            && south <= north;
        if fits { Ok(Self { west, south, east, north }) } else { Err(error()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_west_south_east_north() {
        assert_eq!("35.5, 29,49,37.5".parse(), Ok(Bounds { west: 35.5, south: 29.0, east: 49.0, north: 37.5 }));
        assert!("170,-20,-170,0".parse::<Bounds>().is_ok());
        for broken in ["", "1,2,3", "1,2,3,4,5", "1,4,3,2", "1,2,3,x", "1,NaN,3,4", "181,2,3,4", "1,2,3,91"] {
            assert!(broken.parse::<Bounds>().is_err(), "{broken}");
        }
    }

    #[test]
    fn undated_documents_are_in_no_range() {
        let filter = Filter { since: Period::parse("2018-01-01").map(|day| day.first), ..Filter::default() };
        assert!(!filter.takes_date(None) && Filter::default().takes_date(None));
        assert!(filter.takes_date(Period::parse("2018")) && !filter.takes_date(Period::parse("2017")));
    }
}
