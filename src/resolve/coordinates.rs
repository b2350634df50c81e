//! Positions that a text gives in figures: "36°20′N 43°08′E", "36.335, 43.11889", "38SMB4488".
//!
//! What is read:
//!
//! - degrees, minutes and seconds with the letters or words of both hemispheres, before or behind, in either order:
//!   `36°20′24″N, 43°08′10″E`, `36 deg 20 min N 43 deg 8 min E`, `N36°20.4' E43°08.2'`, `36-20N 043-08E`,
//!   `36.34 N, 43.13 E`, and run together as pilots write them: `3620N 04308E`, `362024N0430810E`;
//! - `latitude 36.335, longitude 43.119`;
//! - pairs of decimal degrees, latitude first, that cannot be taken for other numbers: both with three decimals or more,
//!   or with two and a sign, or with two behind a word such as "coordinates"; not in a longer list of numbers, and not
//!   before a per cent sign or a unit;
//! - MGRS with a kilometre or better (`38SMB4488`, `38S MB 44500 88500`) and UTM (`38N 444500 3688500`), converted by
//!   the crate `mgrs-convert`. A UTM zone with S is band S where the northing lies in that band (32° to 40° N), or else
//!   the southern hemisphere.
//!
//! Positions that are not on the globe are no positions. How exact one is goes by the last digit that is given.

use std::sync::{Arc, LazyLock};

use mgrs_convert::{Mgrs, UtmUps};
use regex::{Captures, Regex};

use super::outcome::{KnownPlace, Method, ResolvedPlace};
use crate::document::Span;
use crate::geo::{Kilometers, LatLon};
use crate::mention::{Label, Mention};
use crate::sentence::same_paragraph;

/// Kilometres in a degree of latitude, for uncertainties.
const KM_IN_A_DEGREE: f64 = 111.2;

/// A position in figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coordinate {
    /// Where the text gives it.
    pub span: Span,
    /// The position.
    pub location: LatLon,
    /// How far from it the truth may be, by the last digit that is given.
    pub uncertainty: Kilometers,
}

/// The positions in figures of a text, in order and without overlap.
pub fn find(text: &str) -> Vec<Coordinate> {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let mut found: Vec<Coordinate> = FORMS.iter().flat_map(|form| form.find(text)).collect();
    found.sort_by_key(|coordinate| (coordinate.span.start, std::cmp::Reverse(coordinate.span.end)));
    let mut end = 0;
    found.retain(|coordinate| {
        let free = coordinate.span.start >= end;
        if free {
            end = coordinate.span.end;
        }
        free
    });
    found
}

/// The position that a text is as a whole, but for space around it.
pub fn whole(text: &str) -> Option<LatLon> {
    let text = text.trim();
    find(text)
        .into_iter()
        .find(|coordinate| coordinate.span == Span::new(0, text.len()))
        .map(|coordinate| coordinate.location)
}

/// The mentions of a document with its coordinates among them, as LOC. Coordinates replace the mentions that they overlap.
pub fn among(mut mentions: Vec<Mention>, coordinates: &[Coordinate]) -> Vec<Mention> {
    if coordinates.is_empty() {
        return mentions;
    }
    mentions.retain(|Mention { span, .. }| {
        let next = coordinates.partition_point(|coordinate| coordinate.span.end <= span.start);
        coordinates.get(next).is_none_or(|coordinate| span.end <= coordinate.span.start)
    });
    let written = coordinates.iter().map(|coordinate| Mention::new(coordinate.span, Label::Loc, 1.0));
    mentions.extend(written);
    mentions.sort_by_key(|mention| mention.span);
    mentions
}

impl Coordinate {
    /// The place that it gives. Its name is what the text has there.
    pub fn to_place(self, text: &str) -> ResolvedPlace {
        ResolvedPlace {
            known: Arc::new(KnownPlace::named(self.span.of(text), self.location)),
            confidence: 1.0,
            method: Method::Coordinates,
            uncertainty: self.uncertainty,
        }
    }
}

/// A way to write positions: what it looks like, and what it means if it means anything.
struct Form {
    pattern: Regex,
    read: fn(&Captures<'_>, &str) -> Option<(LatLon, Kilometers)>,
}

impl Form {
    fn find(&self, text: &str) -> Vec<Coordinate> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(captures) = self.pattern.captures_at(text, from) {
            let Some(all) = captures.get(0) else { break };
            let stands_alone = stands_alone(text, all.range().into()) && same_paragraph(all.as_str());
            match stands_alone.then(|| (self.read)(&captures, text)).flatten() {
                Some((location, uncertainty)) => {
                    found.push(Coordinate { span: all.range().into(), location, uncertainty });
                    from = all.end();
                }
                // What looks like a position may begin inside of what isn't one.
                None => from = text.ceil_char_boundary(all.start() + 1),
            }
        }
        found
    }
}

/// Whether neither a word nor a number goes on at either end of a stretch.
fn stands_alone(text: &str, span: Span) -> bool {
    let before = text[..span.start].chars().next_back();
    let mut after = text[span.end..].chars();
    let next = after.next();
    let goes_on = next.is_some_and(char::is_alphanumeric)
        || matches!(next, Some('.' | ',' | ':')) && after.next().is_some_and(|c| c.is_ascii_digit());
    !goes_on && !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '$' | '€' | '£'))
}

static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    // Word borders are those of ASCII: others would slow the search down in texts that have more letters.
    let form = |pattern: &str, read| {
        let pattern = pattern.replace(r"\b", r"(?-u:\b)");
        Form { pattern: Regex::new(&pattern).expect("the patterns are tested"), read }
    };
    // The marks that may stand behind degrees, minutes and seconds.
    let deg = r"[°º˚]|deg(?:rees?)?\b\.?|[-–]";
    let min = r"[′'’‘´]|min(?:utes?)?\b\.?|[-–]";
    let sec = "[″\"”“]|''|′′|’’|sec(?:onds?)?\\b\\.?";
    let number = |digits| format!(r"[0-9]{{1,{digits}}}(?:\.[0-9]+)?");
    let angle = |n: usize| {
        let (degrees, parts) = (number(3), number(2));
        format!(
            r"(?P<d{n}>{degrees})(?:\s?(?P<dm{n}>{deg}))?(?:\s?(?P<m{n}>{parts})(?:\s?(?P<mm{n}>{min}))?(?:\s?(?P<s{n}>{parts})(?:\s?(?:{sec}))?)?)?"
        )
    };
    let side = |n: usize| format!("(?P<h{n}>[NSEW]|[Nn]orth|[Ss]outh|[Ee]ast|[Ww]est)");
    let apart = r"\s{0,2}[,;/]?\s{0,2}(?:(?:and|by)\s)?(?:(?i:longitude|long|lon|lng)\b[.:]?\s?)?";
    let (first, second, side1, side2) = (angle(1), angle(2), side(1), side(2));
    let signed = |n: usize| format!(r"(?P<d{n}>[-+−–]?{})", number(3));
    let (lat, lon) = (signed(1), signed(2));
    [
        form(&format!(r"{first}\s?{side1}\b{apart}{second}\s?{side2}\b"), read_angles as _),
        form(&format!(r"\b{side1}\s?{first}{apart}{side2}\s?{second}"), read_angles as _),
        form(
            &format!(
                r"\b(?i:latitude|lat)\b[.:=]?\s{{0,2}}{lat}\s?°?\s?(?P<h1>[NS]\b)?\s{{0,2}}[,;/]?\s{{0,2}}(?:and\s)?(?i:longitude|long|lon|lng)\b[.:=]?\s{{0,2}}{lon}(?:\s?°)?(?:\s?(?P<h2>[EW])\b)?"
            ),
            read_named as _,
        ),
        form(
            r"\b(?P<d1>[0-9]{2})(?P<m1>[0-9]{2})(?P<s1>[0-9]{2})?(?P<h1>[NS])[\s,/-]{0,2}(?P<d2>[0-9]{3})(?P<m2>[0-9]{2})(?P<s2>[0-9]{2})?(?P<h2>[EW])\b",
            read_run_together as _,
        ),
        form(
            r"(?P<d1>[-+−–]?[0-9]{1,2}\.[0-9]{2,})\s?°?\s?,\s{0,2}(?P<d2>[-+−–]?[0-9]{1,3}\.[0-9]{2,})(?:\s?°)?",
            read_decimals as _,
        ),
        form(
            r"\b(?P<zone>[0-9]{1,2}[C-HJ-NP-X])\s?(?P<square>[A-HJ-NP-Z][A-HJ-NP-V])(?:\s(?P<east>[0-9]{3,5})\s(?P<north>[0-9]{3,5})\b|\s?(?P<run>[0-9]{4,10})\b)",
            read_mgrs as _,
        ),
        form(
            r"\b(?P<zone>[0-9]{1,2})\s?(?P<band>[C-HJ-NP-X]),?\s{1,2}(?P<east>[0-9]{6}(?:\.[0-9]+)?)\s?(?:m?\s?E)?[,\s]\s?(?P<north>[0-9]{6,7}(?:\.[0-9]+)?)(?:\s?m?\s?N\b)?",
            read_utm as _,
        ),
    ]
    .into()
});

/// Degrees, and the size of their last digit.
#[derive(Clone, Copy)]
struct Angle {
    degrees: f64,
    step: f64,
}

impl Angle {
    /// Of degrees, minutes and seconds as they are written. Only the last of them may have decimals.
    fn new(parts: [Option<&str>; 3]) -> Option<Self> {
        let (mut degrees, mut step, mut is_last) = (0.0, 1.0, false);
        for (part, unit) in parts.into_iter().zip([1.0, 60.0, 3600.0]) {
            let Some(part) = part else { continue };
            let value: f64 = part.parse().ok()?;
            let bound = if unit == 1.0 { 180.0 } else { 59.999_999_999 };
            if is_last || value > bound {
                return None;
            }
            degrees += value / unit;
            step = last_digit(part) / unit;
            is_last = step * unit < 1.0;
        }
        Some(Self { degrees, step })
    }

    /// Of a number with a sign.
    fn signed(written: &str) -> Option<Self> {
        let digits = written.trim_start_matches(['-', '+', '−', '–']);
        let angle = Self::new([Some(digits), None, None])?;
        Some(if written.starts_with(['-', '−', '–']) { angle.turned() } else { angle })
    }

    fn turned(self) -> Self {
        Self { degrees: -self.degrees, ..self }
    }
}

/// What the last digit of a number counts.
fn last_digit(written: &str) -> f64 {
    let decimals = written.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    10_f64.powi(-i32::try_from(decimals).unwrap_or(i32::MAX))
}

/// The position of a latitude and a longitude, with what their last digits leave open.
fn position(lat: Angle, lon: Angle) -> Option<(LatLon, Kilometers)> {
    let location = LatLon::new(lat.degrees, lon.degrees)?;
    let north = lat.step / 2.0 * KM_IN_A_DEGREE;
    let east = lon.step / 2.0 * KM_IN_A_DEGREE * location.lat.to_radians().cos();
    Some((location, Kilometers(north.hypot(east))))
}

/// The position of two angles with their hemispheres, in either order.
fn by_hemispheres(angles: [Angle; 2], sides: [&str; 2]) -> Option<(LatLon, Kilometers)> {
    let letters = sides.map(|side| side.chars().next().map(|letter| letter.to_ascii_uppercase()));
    let turned = |n: usize| match letters[n] {
        Some('S' | 'W') => angles[n].turned(),
        _ => angles[n],
    };
    match letters {
        [Some('N' | 'S'), Some('E' | 'W')] => position(turned(0), turned(1)),
        [Some('E' | 'W'), Some('N' | 'S')] => position(turned(1), turned(0)),
        _ => None,
    }
}

fn group<'t>(captures: &Captures<'t>, name: &str, n: usize) -> Option<&'t str> {
    captures.name(&format!("{name}{n}")).map(|found| found.as_str())
}

fn read_angles(captures: &Captures<'_>, _: &str) -> Option<(LatLon, Kilometers)> {
    let angle = |n| {
        let [degrees, mark, minutes, minutes_mark, seconds] =
            ["d", "dm", "m", "mm", "s"].map(|of| group(captures, of, n));
        // "1200 N 300 W" is an address, "36 N" too little to go by.
        let exact = |part: Option<&str>| part.is_some_and(|part| part.contains('.'));
        let is_angle = match (mark, minutes, minutes_mark) {
            (None, None, _) => exact(degrees),
            (None, Some(_), _) => exact(minutes) || exact(seconds),
            // "… E 43° 12 soldiers"
            (Some(_), Some(_), None) => exact(minutes) && seconds.is_none() || suffixed(captures, n),
            _ => true,
        };
        Angle::new([degrees, minutes, seconds]).filter(|_| is_angle)
    };
    by_hemispheres([angle(1)?, angle(2)?], [group(captures, "h", 1)?, group(captures, "h", 2)?])
}

/// Whether the letter of a hemisphere stands behind its angle.
fn suffixed(captures: &Captures<'_>, n: usize) -> bool {
    let starts = ["h", "d"].map(|name| captures.name(&format!("{name}{n}")).map(|found| found.start()));
    starts[0] > starts[1]
}

fn read_named(captures: &Captures<'_>, _: &str) -> Option<(LatLon, Kilometers)> {
    let angle = |n| Angle::signed(group(captures, "d", n)?);
    let sides = [group(captures, "h", 1).unwrap_or("N"), group(captures, "h", 2).unwrap_or("E")];
    by_hemispheres([angle(1)?, angle(2)?], sides)
}

fn read_run_together(captures: &Captures<'_>, _: &str) -> Option<(LatLon, Kilometers)> {
    let angle = |n| Angle::new(["d", "m", "s"].map(|of| group(captures, of, n)));
    by_hemispheres([angle(1)?, angle(2)?], [group(captures, "h", 1)?, group(captures, "h", 2)?])
}

fn read_decimals(captures: &Captures<'_>, text: &str) -> Option<(LatLon, Kilometers)> {
    static CUE: LazyLock<Regex> = LazyLock::new(|| {
        let words = "coordinates?|coords?|latitude|gps|geo|position|located at|location";
        Regex::new(&format!(r"(?i)\b(?:{words})\b[^.\n]{{0,20}}$")).expect("the pattern is tested")
    });
    static LIST_BEFORE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"[0-9]\s?°?\s?[,;:/]\s?$").expect("the pattern is tested"));
    static LIST_OR_UNIT_AFTER: LazyLock<Regex> = LazyLock::new(|| {
        let units = "per\\s?cent|percent|points?|million|billion|trillion|km|kilomet|miles?|met(?:er|re)s?|seconds?|kg|dollars?|euros?";
        Regex::new(&format!(r"(?i)^\s?(?:%|‰|(?:,\s?(?:(?:and|or)\s)?|(?:and|or|to)\s)[-+]?[0-9]+\.[0-9]|(?:{units}))"))
            .expect("the pattern is tested")
    });
    // The longest of these words with what may stand between.
    const REACH: usize = 40;
    let all = captures.get(0)?;
    let before = &text[text.ceil_char_boundary(all.start().saturating_sub(REACH))..all.start()];
    let after = &text[all.end()..];
    let written = [group(captures, "d", 1)?, group(captures, "d", 2)?];
    let [lat, lon] = [Angle::signed(written[0])?, Angle::signed(written[1])?];
    let is_signed = written.iter().any(|number| !number.starts_with(|c: char| c.is_ascii_digit()));
    // Both below 1 is in the sea off Ghana, and mostly a list of shares.
    let is_exact = lat.step.max(lon.step) < 0.005 && lat.degrees.abs().max(lon.degrees.abs()) >= 1.0;
    let is_likely = CUE.is_match(before)
        || (is_exact || is_signed) && !LIST_BEFORE.is_match(before) && !LIST_OR_UNIT_AFTER.is_match(after);
    position(lat, lon).filter(|_| is_likely)
}

fn read_mgrs(captures: &Captures<'_>, _: &str) -> Option<(LatLon, Kilometers)> {
    let cell = |name: &str| captures.name(name).map_or("", |found| found.as_str());
    let [east, north] = ["east", "north"].map(cell);
    if east.len() != north.len() {
        return None;
    }
    let written = ["zone", "square", "run", "east", "north"].map(cell).concat();
    let reference: Mgrs = written.parse().ok().filter(is_in_its_zone)?;
    let center = reference.to_latlon();
    // No digits are a square of 100 km, five pairs one of a metre.
    let side = 100.0 / 10_f64.powi(reference.precision().get().into());
    Some((LatLon::new(center.lat(), center.lon())?, Kilometers((side / 2.0).hypot(side / 2.0))))
}

/// Whether a part of a cell lies in the zone and the band that its reference names: squares of 100 km end where the zone does,
/// and what is counted on beyond is of another zone.
fn is_in_its_zone(reference: &Mgrs) -> bool {
    // Corners are pulled in, so that they aren't those of the next cell.
    const SHARES: [f64; 3] = [0.0, -0.49, 0.49];
    let center = reference.to_utmups();
    let side = 100_000.0 / 10_f64.powi(reference.precision().get().into());
    let is_of_cell = |east: f64, north: f64| {
        let point = UtmUps::utm(center.zone(), center.is_north(), center.easting() + east, center.northing() + north);
        point.is_ok_and(|point| point.to_latlon().to_mgrs(reference.precision()) == *reference)
    };
    SHARES.iter().any(|east| SHARES.iter().any(|north| is_of_cell(east * side, north * side)))
}

fn read_utm(captures: &Captures<'_>, _: &str) -> Option<(LatLon, Kilometers)> {
    const BANDS: &str = "CDEFGHJKLMNPQRSTUVWX";
    let cell = |name: &str| captures.name(name).map_or("", |found| found.as_str());
    let zone: u8 = cell("zone").parse().ok().filter(|zone| (1..=60).contains(zone))?;
    let (east, north): (f64, f64) = (cell("east").parse().ok()?, cell("north").parse().ok()?);
    // Zones are at most six degrees wide: half a million metres around their middle, with some to spare.
    if !(100_000.0..900_000.0).contains(&east) {
        return None;
    }
    let point = |is_north| {
        let point = UtmUps::utm(zone, is_north, east, north).ok()?.to_latlon();
        LatLon::new(point.lat(), point.lon())
    };
    // Bands are eight degrees high, X twelve.
    let band = cell("band");
    let south_end = -80.0 + 8.0 * BANDS.find(band)? as f64;
    let north_end = if band == "X" { 84.0 } else { south_end + 8.0 };
    let in_band = point(south_end >= 0.0).filter(|point| (south_end..=north_end).contains(&point.lat));
    let location = match band {
        "N" => point(true),
        "S" => in_band.or_else(|| point(false)),
        _ => in_band,
    }?;
    let half = last_digit(cell("east")).max(last_digit(cell("north"))) / 2000.0;
    Some((location, Kilometers(half.hypot(half))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The only position of a text: what it is written as, latitude, longitude and uncertainty.
    fn only(text: &str) -> Option<(&str, f64, f64, f64)> {
        match find(text)[..] {
            [] => None,
            [Coordinate { span, location, uncertainty }] => {
                Some((span.of(text), location.lat, location.lon, uncertainty.0))
            }
            ref more => panic!("{text}: {more:?}"),
        }
    }

    #[track_caller]
    fn assert_position(text: &str, lat: f64, lon: f64) {
        let Some((_, found_lat, found_lon, _)) = only(text) else { panic!("nothing found in {text:?}") };
        let near = (found_lat - lat).abs() < 6e-6 && (found_lon - lon).abs() < 6e-6;
        assert!(near, "{text}: {found_lat}, {found_lon}");
    }

    #[test]
    fn degrees_minutes_and_seconds() {
        let (lat, lon) = (36.0 + 20.0 / 60.0, 43.0 + 8.0 / 60.0);
        for written in [
            "36°20′N 43°08′E",
            "36°20'N, 43°08'E",
            "36º 20’ N / 43º 08’ E",
            "36 deg 20 min N, 43 deg 8 min E",
            "36 degrees 20 minutes north and 43 degrees 8 minutes east",
            "N36°20' E43°08'",
            "N 36 20.000 E 043 08.000",
            "36-20N, 043-08E",
            "3620N 04308E",
            "362000N0430800E",
            "43°08′E 36°20′N",
            "36°20N 43°08E",
            "36°20'00\"N, 43°08'00\"E",
            "36°20′00.0″N 43°08′00.0″E",
            "36° 20′ N, longitude 43° 08′ E",
        ] {
            assert_position(written, lat, lon);
            assert_eq!(only(written).map(|found| found.0), Some(written));
            assert_position(&format!("The wreck ({written}) was found in 2003, 12 km off."), lat, lon);
        }
        assert_position("33°51′S 151°12′W", -33.85, -151.2);
        assert_position("S33°51.5' E151°12.6'", -33.858_333, 151.21);
        assert_position("34 degrees south, 18.4 degrees east", -34.0, 18.4);
    }

    #[test]
    fn decimal_degrees() {
        for written in [
            "36.335, 43.11889",
            "36.335° N, 43.11889° E",
            "36.335 N 43.11889 E",
            "+36.335,43.11889",
            "36.335°, 43.11889°",
        ] {
            assert_position(written, 36.335, 43.118_89);
            assert_eq!(only(written).map(|found| found.0), Some(written));
        }
        assert_position("Sydney (-33.86, 151.21) is", -33.86, 151.21);
        assert_position("Sydney (−33.86, 151.21) is", -33.86, 151.21);
        assert_position("at coordinates 36.34, 43.13.", 36.34, 43.13);
        assert_position("latitude 36.3, longitude 43.1", 36.3, 43.1);
        assert_position("lat: -33.86 lon: 151.21", -33.86, 151.21);
        assert_position("Latitude 33.86 S, longitude 151.21 E", -33.86, 151.21);
    }

    /// GeographicLib's manual page of GeoConvert converts 38SMB4488 to 33.33424 44.40363 and to 38n 444500 3688500.
    #[test]
    fn grid_references_agree_with_geoconvert_manual() {
        for written in ["38SMB4488", "38S MB 4488", "38SMB 4488"] {
            assert_position(written, 33.334_24, 44.403_63);
        }
        for written in [
            "38S MB 44500 88500",
            "38SMB4450088500",
            "38S 444500 3688500",
            "38N 444500 3688500",
            "38 S 444500mE 3688500mN",
        ] {
            assert_position(written, 33.334_24, 44.403_63);
        }
        // No northing of band S: the southern hemisphere.
        assert_eq!(whole("56S 334894 6252288"), whole("56H 334894 6252288"));
        assert!(whole("56S 334894 6252288").is_some_and(|sydney| sydney.lat < -33.0));
    }

    #[test]
    fn squares_reach_to_the_ends_of_their_zones() {
        // Both sides of 48° E, which ends zone 38.
        for (lon, zone) in [(47.999, "38S"), (48.001, "39S")] {
            let written = mgrs(36.0, lon, 2);
            let found = whole(&written).unwrap();
            assert!(written.starts_with(zone) && (found.lat - 36.0).abs() < 0.01, "{written} {found:?}");
        }
    }

    fn mgrs(lat: f64, lon: f64, digits: u8) -> String {
        let precision = mgrs_convert::Precision::new(digits).unwrap();
        mgrs_convert::LatLon::new(lat, lon).unwrap().to_mgrs(precision).to_string()
    }

    #[test]
    fn uncertainty_goes_by_the_last_digit() {
        let uncertainty = |text: &str| only(text).unwrap().3;
        // Half a minute of latitude, and less of longitude.
        assert!((uncertainty("0°20′N 43°08′E") - 0.5 / 60.0 * KM_IN_A_DEGREE * 2_f64.sqrt()).abs() < 1e-3);
        assert!((uncertainty("60°20′N 43°E") - 0.5 * KM_IN_A_DEGREE / 2.0).abs() < 1.0);
        assert!(uncertainty("36.33500, 43.11889") < 0.001);
        assert!((uncertainty("38SMB4488") - 0.707).abs() < 1e-3);
        assert!((uncertainty("38SMB4450088500") - 0.000_707).abs() < 1e-6);
    }

    #[test]
    fn other_numbers_are_no_positions() {
        for text in [
            "rose by 3.5, 4.5 and 6.1 per cent",
            "rose 3.51, 4.52 per cent",
            "by 3.512, 4.115 and 6.177 per cent",
            "by 3.512, 4.115, or 6.177",
            "shares of 0.512, 0.433",
            "laps of 12.345, 13.456, 14.567",
            "at $12.345, 43.112",
            "12.345, 43.112 %",
            "12.345, 43.112 miles",
            "1200 N 300 W",
            "50 N. 100 W.",
            "36 N, 43 E",
            "91°20′N 43°08′E",
            "36°61′N 43°08′E",
            "36°20′N 181°08′E",
            "36°20′N 43°08′N",
            "36.335, 243.118",
            "-95.33, 43.11",
            "36°20′N\n\n43°08′E",
            "highs of 36.5°, 43.1°",
            "1.4.36.335, 43.118",
            "38SMB448",
            "38SZZ4488",
            "61SMB4488",
            // A square beside zone 38.
            "38SJB4488",
            "the 10K NY 2024 2025",
            "38C 444500 3688500",
            "38S 000500 3688500",
            "call 555-0134 N or 555-0135 E",
            "0.0000000000000000000000000001, 0.00000000000000000000000000000001",
            "",
        ] {
            assert_eq!(only(text), None, "{text}");
        }
    }

    #[test]
    fn whole_texts() {
        assert_eq!(whole(" 36.335, 43.11889\n"), LatLon::new(36.335, 43.118_89));
        assert_eq!(whole("at 36.335, 43.11889"), None);
    }

    #[test]
    fn positions_replace_what_they_overlap() {
        let text = "Mosul (36.335° N, 43.119° E) and E";
        let coordinates = find(text);
        let mention = |start, end, label| Mention::new(Span::new(start, end), label, 0.5);
        let north = text.find('N').unwrap();
        let (e, end) = (text.len() - 1, text.len());
        let mentions =
            vec![mention(0, 5, Label::Loc), mention(north, north + 1, Label::Org), mention(e, end, Label::Misc)];
        let all = among(mentions, &coordinates);
        let names: Vec<_> = all.iter().map(|mention| mention.span.of(text)).collect();
        assert_eq!(names, ["Mosul", "36.335° N, 43.119° E", "E"]);
        let place = coordinates[0].to_place(text);
        assert_eq!((&*place.name, place.method, place.confidence), ("36.335° N, 43.119° E", Method::Coordinates, 1.0));
    }

    fn piece() -> impl Strategy<Value = String> {
        let known = |piece: &'static str| Just(piece.to_owned());
        prop_oneof![
            "[0-9]{1,11}",
            "[0-9]{1,3}\\.[0-9]{1,6}",
            known("°"),
            known("′"),
            known("''"),
            known("N"),
            known("E"),
            known("S"),
            known("W"),
            known("-"),
            known(","),
            known(" "),
            known(" "),
            known("38SMB"),
            known("lat "),
            known("lon "),
            known("deg"),
            known("\n"),
            known("é"),
            "\\PC{0,4}",
        ]
    }

    proptest! {
        #[test]
        fn every_reference_that_exists_is_read(lat in -79.9..83.9f64, lon in -179.9..179.9f64, digits in 2u8..=5) {
            let written = mgrs(lat, lon, digits);
            let found = whole(&written);
            let away = found.map_or(f64::INFINITY, |found| found.distance(LatLon { lat, lon }).0);
            prop_assert!(away < 0.8, "{written} {lat} {lon} {found:?}");
        }

        #[test]
        fn any_text_gives_positions_on_the_globe_inside_it(pieces in proptest::collection::vec(piece(), 0..40)) {
            let text = pieces.concat();
            let mut end = 0;
            for coordinate in find(&text) {
                prop_assert!(coordinate.span.start >= end && !coordinate.span.of(&text).is_empty());
                end = coordinate.span.end;
                prop_assert!(LatLon::new(coordinate.location.lat, coordinate.location.lon).is_some());
                prop_assert!(coordinate.uncertainty.0.is_finite() && coordinate.uncertainty.0 >= 0.0);
            }
        }
    }
}
