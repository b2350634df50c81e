//! Passages that place a town by distance and direction from another, with the true coordinates of both: how many are read
//! rightly, and how far the points worked out from them are from the truth.
//!
//! A corpus has a JSON object on each line: `text`; `target` and `anchor`, each with `start` and `end` (characters), `lat`
//! and `lon`; `distance_km` and `direction` as the text states them ("north-west", "NNW", "westward").

use std::io::{self, BufRead};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::gold::BrokenLine;
use super::toponyms::Half;
use crate::document::{Document, Span};
use crate::geo::{Bearing, Kilometers, LatLon};
use crate::resolve::Resolved;
use crate::resolve::quantity;
use crate::resolve::relative::geometry::Anchor;
use crate::resolve::relative::{RelationKind, StatedRelation};

/// Broken lines that an error tells one by one.
const TOLD: usize = 10;

/// How much a distance that is read rightly may differ, as a share of the stated one.
pub const DISTANCE_TOLERANCE: f64 = 0.02;

/// How many degrees a bearing that is read rightly may differ.
pub const BEARING_TOLERANCE: f64 = 12.0;

/// Points count as near the truth within so many kilometres.
pub const NEAR_KM: f64 = 25.0;

/// A passage with what it states.
#[derive(Clone, Debug, PartialEq)]
pub struct GoldPassage {
    /// Its text; the id is the corpus and the line.
    pub document: Document,
    /// The half of the corpus that it falls into.
    pub half: Half,
    /// What lies there: where the text names it, and where it is.
    pub target: (Span, LatLon),
    /// What the distance is counted from.
    pub anchor: (Span, LatLon),
    /// The stated distance.
    pub distance: Kilometers,
    /// The stated direction.
    pub bearing: Bearing,
}

/// Why a corpus could not be read.
#[derive(Debug, thiserror::Error)]
pub enum RelativeError {
    /// Lines of it are broken. Nothing is scored: figures over the rest would be those of another corpus.
    #[error("{}", told(name, broken))]
    Broken {
        /// The corpus.
        name: String,
        /// All its broken lines.
        broken: Vec<BrokenLine>,
    },
    /// It has no passages.
    #[error(
        "{0}: has no passages; expected a JSON object with text, target, anchor, distance_km and direction on each line"
    )]
    Empty(String),
    /// The system cannot read it, or it is not UTF-8.
    #[error("{name}:{line}: cannot be read ({error}); expected a file of UTF-8 text")]
    Io {
        /// The corpus.
        name: String,
        /// The line, from 1.
        line: usize,
        /// What the system said.
        error: io::Error,
    },
}

fn told(name: &str, broken: &[BrokenLine]) -> String {
    let lines: Vec<String> = broken.iter().take(TOLD).map(|b| format!("{name}:{}: {}", b.line, b.why)).collect();
    let more = broken.len().saturating_sub(TOLD);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    format!("{}{more}; nothing of {name} is scored: mend it first", lines.join("; "))
}

#[derive(Deserialize)]
struct Line {
    text: String,
    target: Town,
    anchor: Town,
    distance_km: f64,
    direction: String,
}

#[derive(Deserialize)]
struct Town {
    start: usize,
    end: usize,
    lat: f64,
    lon: f64,
}

/// Reads a corpus. `name` stands for it in errors and ids. Lines of white space are passed over.
///
/// # Errors
///
/// If it cannot be read, has no passages, or has lines that are none; all of them are told.
pub fn read(name: &str, lines: impl BufRead) -> Result<Vec<GoldPassage>, RelativeError> {
    let (mut passages, mut broken) = (Vec::new(), Vec::new());
    for (line, text) in (1..).zip(lines.lines()) {
        let text = text.map_err(|error| RelativeError::Io { name: name.to_owned(), line, error })?;
        if text.trim().is_empty() {
            continue;
        }
        match passage(format!("{name}:{line}"), &text) {
            Ok(passage) => passages.push(passage),
            Err(why) => broken.push(BrokenLine { line, why }),
        }
    }
    match (passages.is_empty(), broken.is_empty()) {
        (_, false) => Err(RelativeError::Broken { name: name.to_owned(), broken }),
        (true, true) => Err(RelativeError::Empty(name.to_owned())),
        (false, true) => Ok(passages),
    }
}

fn passage(id: String, json: &str) -> Result<GoldPassage, String> {
    let line: Line = serde_json::from_str(json).map_err(|error| format!("no passage ({error})"))?;
    let town = |name: &str, town: &Town| {
        let span = characters(&line.text, town.start, town.end).ok_or_else(|| {
            format!("{name} {}..{}: expected a stretch of the text, in characters", town.start, town.end)
        })?;
        let at = LatLon::new(town.lat, town.lon).ok_or_else(|| {
            format!("{name}: latitude {}, longitude {}: expected -90..=90 and -180..=180", town.lat, town.lon)
        })?;
        Ok::<_, String>((span, at))
    };
    if !(line.distance_km.is_finite() && line.distance_km >= 0.0) {
        return Err(format!("distance_km {}: expected kilometres", line.distance_km));
    }
    let bearing = bearing(&line.direction)
        .ok_or_else(|| format!("direction {:?}: expected a compass point such as north-west or NNW", line.direction))?;
    Ok(GoldPassage {
        half: half(json.trim()),
        target: town("target", &line.target)?,
        anchor: town("anchor", &line.anchor)?,
        distance: Kilometers(line.distance_km),
        bearing,
        document: Document::new(id, line.text),
    })
}

/// The half of a corpus that a line falls into, by the first bit of a SHA-256 of it with a fixed seed.
fn half(line: &str) -> Half {
    let hash = Sha256::digest(format!("dateline relative 1 {line}"));
    if hash[0] % 2 == 0 { Half::Read } else { Half::Report }
}

/// The bytes of a stretch of characters that isn't empty.
fn characters(text: &str, start: usize, end: usize) -> Option<Span> {
    let ends = |n: usize| text.char_indices().map(|(at, _)| at).chain([text.len()]).nth(n);
    (start < end).then(|| Some(Span::new(ends(start)?, ends(end)?)))?
}

/// The bearing of a direction as written: what [`quantity::direction`] reads, also with "-ward" and as "south-by-west".
fn bearing(written: &str) -> Option<Bearing> {
    let lower = written.trim().to_lowercase();
    let stem = lower.trim_end_matches("wards").trim_end_matches("ward");
    let written = if stem.len() <= 3 { written.trim() } else { stem };
    quantity::direction(written).map(|(bearing, _)| bearing)
}

/// What a tagged passage shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// A relation starts from the anchor.
    pub anchor: bool,
    /// Its distance is right, too.
    pub distance: bool,
    /// Its bearing is right.
    pub bearing: bool,
    /// It is bound to the target.
    pub target: bool,
    /// The point and uncertainty worked out from the anchor's true coordinates.
    pub from_true_anchor: Option<Point>,
    /// Those of the annotation: from the anchor as it was resolved.
    pub end_to_end: Option<Point>,
}

/// A point against the truth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// How far it is from the target's true coordinates.
    pub error: Kilometers,
    /// What was stated as its uncertainty.
    pub uncertainty: Kilometers,
}

impl Reading {
    /// Whether anchor, distance and bearing are right.
    pub fn found(&self) -> bool {
        self.anchor && self.distance && self.bearing
    }
}

/// Compares what was found with what the passage states. Of several relations from the anchor, the one that has the most
/// right counts.
pub fn compare(gold: &GoldPassage, resolved: &Resolved) -> Reading {
    let read = |relation: &StatedRelation| reading(gold, resolved, relation);
    let best = resolved.relations.iter().filter_map(read).max_by_key(|r| (r.found(), r.target, r.distance, r.bearing));
    best.unwrap_or(Reading {
        anchor: false,
        distance: false,
        bearing: false,
        target: false,
        from_true_anchor: None,
        end_to_end: None,
    })
}

fn reading(gold: &GoldPassage, resolved: &Resolved, relation: &StatedRelation) -> Option<Reading> {
    let names = |entity: usize, span: Span| {
        let found = resolved.mentions[entity].mention.span;
        found.start < span.end && span.start < found.end
    };
    if relation.stated.kind != RelationKind::Offset
        || !relation.anchors.iter().any(|&anchor| names(anchor, gold.anchor.0))
    {
        return None;
    }
    let (distance, bearing) = (relation.stated.distance?.length, relation.stated.direction?.bearing);
    // Any mention of the name will do: a name keeps its place through a document.
    let name = gold.target.0.of(&gold.document.text);
    let target = relation.target.is_some_and(|target| {
        names(target, gold.target.0) || resolved.mentions[target].mention.span.of(&gold.document.text) == name
    });
    let point =
        |(location, uncertainty): (LatLon, Kilometers)| Point { error: location.distance(gold.target.1), uncertainty };
    let again = relation.stated.region(&[Anchor::point(gold.anchor.1)]);
    Some(Reading {
        anchor: true,
        distance: (distance.0 - gold.distance.0).abs() <= DISTANCE_TOLERANCE * gold.distance.0,
        bearing: bearing.difference(gold.bearing) <= BEARING_TOLERANCE,
        target,
        from_true_anchor: again.map(|region| point((region.point, region.uncertainty))),
        end_to_end: relation.region.as_ref().map(|region| point((region.point, region.uncertainty))),
    })
}

/// Counts and measures over a corpus.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Scores {
    /// Passages.
    pub passages: usize,
    /// Those with a relation from the right anchor.
    pub anchor: usize,
    /// Those of them whose distance is right.
    pub distance: usize,
    /// Those of the first whose bearing is right.
    pub bearing: usize,
    /// Those with anchor, distance and bearing right.
    pub found: usize,
    /// Those of the found that are bound to the right target.
    pub target: usize,
    /// The points of the found, worked out from the anchors' true coordinates.
    pub from_true_anchor: Option<Measures>,
    /// The points of the found as they are in the annotation: from the anchors as they were resolved.
    pub end_to_end: Option<Measures>,
}

/// How points compare with the truth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Measures {
    /// How many.
    pub points: usize,
    /// Median distance from the truth, in km.
    pub median_error_km: f64,
    /// How many are within [`NEAR_KM`].
    pub near: usize,
    /// How many have the truth within their stated uncertainty.
    pub covered: usize,
    /// The median of the stated uncertainty, as a share of the stated distance.
    pub median_radius: f64,
}

impl Scores {
    /// Counts passages with what was read of them.
    pub fn of<'a>(read: impl IntoIterator<Item = (&'a GoldPassage, &'a Reading)>) -> Self {
        let mut scores = Self::default();
        let (mut from_true_anchor, mut end_to_end) = (Vec::new(), Vec::new());
        for (gold, reading) in read {
            scores.passages += 1;
            scores.anchor += usize::from(reading.anchor);
            scores.distance += usize::from(reading.distance);
            scores.bearing += usize::from(reading.bearing);
            if reading.found() {
                scores.found += 1;
                scores.target += usize::from(reading.target);
                from_true_anchor.extend(reading.from_true_anchor.map(|point| (point, gold.distance)));
                end_to_end.extend(reading.end_to_end.map(|point| (point, gold.distance)));
            }
        }
        Self { from_true_anchor: measure(&from_true_anchor), end_to_end: measure(&end_to_end), ..scores }
    }
}

fn measure(points: &[(Point, Kilometers)]) -> Option<Measures> {
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        Some((values.get((values.len().checked_sub(1)?) / 2)? + values.get(values.len() / 2)?) / 2.0)
    };
    let share = |(point, distance): &(Point, Kilometers)| point.uncertainty.0 / distance.0.max(f64::MIN_POSITIVE);
    Some(Measures {
        points: points.len(),
        median_error_km: median(points.iter().map(|(point, _)| point.error.0).collect())?,
        near: points.iter().filter(|(point, _)| point.error.0 <= NEAR_KM).count(),
        covered: points.iter().filter(|(point, _)| point.error.0 <= point.uncertainty.0).count(),
        median_radius: median(points.iter().map(share).collect())?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mention::{Label, Mention};
    use crate::resolve::outcome::ResolvedMention;
    use crate::resolve::relative::{Stated, StatedDirection, StatedDistance};

    const LINE: &str = r#"{"text": "Añon is a town 45 km south-east of Mosul.", "target": {"start": 0, "end": 4, "lat": 36.05, "lon": 43.47}, "anchor": {"start": 35, "end": 40, "lat": 36.335, "lon": 43.11889}, "distance_km": 45.0, "direction": "south-east"}"#;

    fn read_str(corpus: &str) -> Result<Vec<GoldPassage>, RelativeError> {
        read("c", corpus.as_bytes())
    }

    #[test]
    fn passages_are_read() {
        let passages = read_str(&format!("{LINE}\n\n")).unwrap();
        let [passage] = &passages[..] else { panic!("{passages:?}") };
        let text = &passage.document.text;
        assert_eq!((passage.target.0.of(text), passage.anchor.0.of(text)), ("Añon", "Mosul"));
        assert_eq!((passage.bearing, passage.distance.0, &*passage.document.id), (Bearing(135.0), 45.0, "c:1"));
    }

    #[test]
    fn every_broken_line_is_told() {
        for (from, to, why) in [
            (r#""start": 35, "end": 40"#, r#""start": 35, "end": 400"#, "c:2: anchor 35..400: expected a stretch"),
            (r#""start": 0, "end": 4"#, r#""start": 4, "end": 4"#, "c:2: target 4..4"),
            ("36.05", "136.05", "c:2: target: latitude 136.05"),
            ("45.0", "-45.0", "c:2: distance_km -45"),
            ("south-east\"}", "sideways\"}", "c:2: direction \"sideways\""),
            ("\"text\"", "\"words\"", "c:2: no passage (missing field `text`"),
        ] {
            let message = read_str(&format!("{LINE}\n{}\n", LINE.replace(from, to))).unwrap_err().to_string();
            assert!(message.contains(why) && message.contains("nothing of c is scored"), "{message}");
        }
        assert!(read_str("\n").unwrap_err().to_string().contains("has no passages"));
    }

    #[test]
    fn directions_as_they_are_written() {
        for (written, degrees) in
            [("north-west", 315.0), ("NNW", 337.5), ("westward", 270.0), ("south-by-west", 191.25), ("north", 0.0)]
        {
            assert_eq!(bearing(written), Some(Bearing(degrees)), "{written}");
        }
        assert_eq!(bearing("up"), None);
    }

    fn resolved(gold: &GoldPassage, km: f64, target: Option<usize>) -> Resolved {
        let mention = |span| ResolvedMention::unplaced(Mention::new(span, Label::Loc, 1.0));
        let distance = StatedDistance { length: Kilometers(km), rounding: Kilometers(2.5) };
        let direction = StatedDirection { bearing: Bearing(135.0), sector: 22.5 };
        let stated =
            Stated { distance: Some(distance), direction: Some(direction), ..Stated::of(RelationKind::Offset) };
        Resolved {
            mentions: vec![mention(gold.target.0), mention(gold.anchor.0)],
            relations: vec![StatedRelation { span: gold.anchor.0, stated, target, anchors: vec![1], region: None }],
            ..Resolved::default()
        }
    }

    #[test]
    fn readings_are_compared_and_counted() {
        let gold = read_str(LINE).unwrap().remove(0);
        let right = compare(&gold, &resolved(&gold, 45.5, Some(0)));
        assert!(right.found() && right.target && right.end_to_end.is_none(), "{right:?}");
        let unbound = compare(&gold, &resolved(&gold, 45.0, None));
        assert!(unbound.found() && !unbound.target);
        let wrong = compare(&gold, &resolved(&gold, 46.0, Some(0)));
        assert!(wrong.anchor && wrong.bearing && !wrong.distance && !wrong.found());
        let none = compare(&gold, &Resolved { relations: Vec::new(), ..resolved(&gold, 45.0, None) });
        let scores = Scores::of([&right, &unbound, &wrong, &none].map(|reading| (&gold, reading)));
        assert_eq!((scores.passages, scores.anchor, scores.found, scores.target), (4, 3, 2, 1));
        let measures = scores.from_true_anchor.unwrap();
        assert_eq!((measures.points, measures.near, measures.covered), (2, 2, 2));
        assert!(measures.median_error_km < 1.0 && (measures.median_radius - 0.42).abs() < 0.01, "{measures:?}");
        assert_eq!(Scores::of([]).from_true_anchor, None);
    }
}
