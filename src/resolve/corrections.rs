//! Corrections of people: a name means this place, or none, or is a name at all.
//!
//! A file has a JSON object a line. It says which name it speaks of: `name` as it is written, or `start` and `end` of a
//! `document`, or both; with a `document`, only there; with `context`, only where these words stand around it. And it says what
//! is so: `place` (an id of the gazetteer, an object with `name`, `lat`, `lon` and perhaps `country`, or null for no place),
//! `label` (it is a name of this kind), or `remove` (it is none). Of two that speak of the same name, the later counts.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Deserializer};

use super::outcome::{KnownPlace, Method, ResolvedPlace};
use super::pins::{Pin, Pins};
use crate::borders::Borders;
use crate::document::{Document, OffsetMap, OffsetUnit, Span};
use crate::gazetteer::{CountryCode, Gazetteer};
use crate::geo::{Kilometers, LatLon};
use crate::mention::{Label, Mention};
use crate::page::Page;
use crate::phrases::{self, Phrases};

/// Broken lines that an error tells one by one.
const TOLD: usize = 10;

/// Bytes on each side of a name in which the words of its context stand, about.
const AROUND: usize = 200;

/// What a line should be.
const EXPECTED: &str = "expected an object with \"name\", or \"document\", \"start\" and \"end\", and with \"place\", \"label\" or \
                        \"remove\"";

/// Why corrections cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CorrectionsError {
    /// The system cannot read them, or they are not UTF-8.
    #[error("{}: cannot be read ({error}); expected corrections in UTF-8, a JSON object a line", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// Lines are broken. Nothing of the file is used: what is missing would not be seen.
    #[error("{}; mend the corrections first", told(faults))]
    Broken {
        /// All faults, each with its file and line.
        faults: Vec<String>,
    },
}

fn told(faults: &[String]) -> String {
    let more = faults.len().saturating_sub(TOLD);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    faults.iter().take(TOLD).map(String::as_str).collect::<Vec<_>>().join("; ") + &more
}

/// Corrections, in their order.
#[derive(Debug, Default)]
pub struct Corrections {
    all: Vec<Correction>,
    /// The names of those that have no offsets, by their numbers.
    names: Phrases,
    /// The numbers of those that have.
    placed: Vec<usize>,
    /// What is corrected before.
    base: Option<Arc<Corrections>>,
}

#[derive(Debug)]
struct Correction {
    document: Option<String>,
    name: Option<String>,
    at: Option<(usize, usize)>,
    /// Words that stand around it.
    context: Vec<String>,
    says: Says,
    /// Whether it has matched something.
    matched: AtomicBool,
}

/// What is so.
#[derive(Debug)]
enum Says {
    /// It is no name.
    Remove,
    /// It is a name of this kind, if that is said, and means this place or none, if that is said.
    Is { label: Option<Label>, place: Option<Option<ResolvedPlace>> },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    document: Option<DocumentId>,
    name: Option<String>,
    start: Option<usize>,
    end: Option<usize>,
    context: Option<String>,
    #[serde(default, deserialize_with = "said")]
    place: Option<Option<PlaceLine>>,
    label: Option<Label>,
    #[serde(default)]
    remove: bool,
    /// A word of whoever made the line.
    #[serde(default, rename = "note")]
    _note: serde::de::IgnoredAny,
}

/// Ids may be written as numbers.
#[derive(Deserialize)]
#[serde(untagged)]
enum DocumentId {
    Text(String),
    Number(serde_json::Number),
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "\"place\" is neither an id, nor null, nor an object with \"name\", \"lat\" and \"lon\"")]
enum PlaceLine {
    Id(String),
    Given(GivenPlace),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenPlace {
    name: String,
    lat: f64,
    lon: f64,
    country: Option<String>,
}

/// Null says something that silence does not.
fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<PlaceLine>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl Corrections {
    /// Reads files of corrections, one after the other. `gazetteer`: where ids are looked up; without one, places have no
    /// effect.
    ///
    /// # Errors
    ///
    /// If a file cannot be read, or a line is broken or names a place that there is not; all of their faults are told.
    pub fn open(files: &[PathBuf], gazetteer: Option<&Gazetteer>) -> Result<Self, CorrectionsError> {
        let (mut corrections, mut faults) = (Self::default(), Vec::new());
        for file in files {
            let text =
                std::fs::read_to_string(file).map_err(|error| CorrectionsError::Io { file: file.clone(), error })?;
            corrections.read(&text, file, gazetteer, &mut faults);
        }
        if faults.is_empty() { Ok(corrections) } else { Err(CorrectionsError::Broken { faults }) }
    }

    /// Reads lines of corrections that stand in no file.
    ///
    /// # Errors
    ///
    /// As [`Corrections::open`].
    pub fn of_lines(lines: &str, gazetteer: Option<&Gazetteer>) -> Result<Self, CorrectionsError> {
        let (mut corrections, mut faults) = (Self::default(), Vec::new());
        corrections.read(lines, Path::new("corrections"), gazetteer, &mut faults);
        if faults.is_empty() { Ok(corrections) } else { Err(CorrectionsError::Broken { faults }) }
    }

    fn read(&mut self, text: &str, file: &Path, gazetteer: Option<&Gazetteer>, faults: &mut Vec<String>) {
        for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
            if line.trim().is_empty() {
                continue;
            }
            match correction(line, gazetteer) {
                Ok(correction) => self.add(correction),
                Err(why) => faults.push(format!("{}:{number}: {why}", file.display())),
            }
        }
    }

    fn add(&mut self, correction: Correction) {
        match (&correction.name, correction.at) {
            (Some(name), None) => self.names.add(name, self.all.len()),
            _ => self.placed.push(self.all.len()),
        }
        self.all.push(correction);
    }

    /// The same after other ones, which hold where these say nothing else.
    #[must_use]
    pub fn upon(mut self, base: Arc<Self>) -> Self {
        self.base = Some(base);
        self
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// How many have matched nothing in all that was tagged so far.
    pub fn unmatched(&self) -> usize {
        self.all.iter().filter(|correction| !correction.matched.load(Ordering::Relaxed)).count()
    }

    /// The documents that those speak of which have matched nothing, each once.
    pub fn unmatched_documents(&self) -> Vec<&str> {
        let unmatched = self.all.iter().filter(|correction| !correction.matched.load(Ordering::Relaxed));
        let mut named: Vec<&str> = unmatched.filter_map(|correction| correction.document.as_deref()).collect();
        named.sort_unstable();
        named.dedup();
        named
    }

    /// Corrects the mentions of a document, which stay in order and without overlap, and gives the places that are said of
    /// names. `offsets`: the unit of `start` and `end`, which are places of the `page` where the text was read from one.
    pub fn apply(
        &self,
        document: &Document,
        page: Option<&Page>,
        mentions: Vec<Mention>,
        offsets: OffsetUnit,
    ) -> (Vec<Mention>, Pins) {
        let mut corrected = Corrected { mentions, pins: Pins::default() };
        let found = if self.is_empty() { Vec::new() } else { self.found(document, page, offsets) };
        if let Some(base) = &self.base {
            let of_base = if base.is_empty() { Vec::new() } else { base.found(document, page, offsets) };
            // Of what is said here, nothing is said before.
            let is_said = |span: Span| found.iter().any(|(_, own)| own.start < span.end && span.start < own.end);
            base.apply_all(&mut corrected, of_base.into_iter().filter(|(_, span)| !is_said(*span)));
        }
        self.apply_all(&mut corrected, found);
        (corrected.mentions, corrected.pins)
    }

    fn apply_all(&self, corrected: &mut Corrected, found: impl IntoIterator<Item = (usize, Span)>) {
        for (number, span) in found {
            let correction = &self.all[number];
            if corrected.apply(correction, span) {
                correction.matched.store(true, Ordering::Relaxed);
            }
        }
    }

    /// The names in a document that corrections speak of: by the order of the corrections, and then by that of the text.
    fn found(&self, document: &Document, page: Option<&Page>, offsets: OffsetUnit) -> Vec<(usize, Span)> {
        let text = &document.text;
        let map = OffsetMap::new(page.map_or(text, Page::text), offsets);
        let placed = self.placed.iter().filter_map(|&number| {
            let (start, end) = self.all[number].at?;
            let span = map.byte(start).zip(map.byte(end)).map(|(start, end)| Span::new(start, end))?;
            let read = page.map_or(Some(span), |page| page.read(span))?;
            (span.start < span.end).then_some((number, read))
        });
        let named = self.names.all(text).into_iter().map(|hit| (hit.number, hit.span));
        let mut found: Vec<(usize, Span)> =
            placed.chain(named).filter(|&(number, span)| self.all[number].is_of(document, page, span)).collect();
        found.sort();
        found
    }
}

impl Correction {
    /// Whether it speaks of a name of a document.
    fn is_of(&self, document: &Document, page: Option<&Page>, span: Span) -> bool {
        let text = &document.text;
        let same_name = || match (&self.name, self.at) {
            // As it is read, or as it was found on the page.
            (Some(name), Some(_)) => {
                name == span.of(text) || page.is_some_and(|page| name == page.place(span).of(page.text()))
            }
            _ => true,
        };
        let around = || {
            let from = text.floor_char_boundary(span.start.saturating_sub(AROUND));
            let to = text.ceil_char_boundary((span.end + AROUND).min(text.len()));
            let words: Vec<String> = phrases::words(&text[from..to]).collect();
            self.context.iter().all(|word| words.contains(word))
        };
        self.document.as_ref().is_none_or(|id| *id == document.id)
            && same_name()
            && (self.context.is_empty() || around())
    }
}

/// The mentions of a document while they are corrected.
struct Corrected {
    mentions: Vec<Mention>,
    pins: Pins,
}

impl Corrected {
    /// Does what a correction says of a name; whether there was something to do.
    fn apply(&mut self, correction: &Correction, span: Span) -> bool {
        let first = self.mentions.partition_point(|mention| mention.span.end <= span.start);
        let behind = self.mentions.partition_point(|mention| mention.span.start < span.end).max(first);
        let here = &self.mentions[first..behind];
        let is_mention = matches!(here, [there] if there.span == span);
        let pointed_at = correction.at.is_some();
        // People have no places in their names, unless somebody points at one.
        let is_inside = matches!(here, [there] if !is_mention && (there.label != Label::Per || pointed_at)
            && there.span.start <= span.start && span.end <= there.span.end);
        match &correction.says {
            Says::Remove => {
                if is_mention {
                    self.mentions.remove(first);
                    self.pins.forget(span);
                } else if is_inside {
                    self.pins.set(Pin { span, place: None, anywhere: false });
                }
                is_mention || is_inside
            }
            Says::Is { label, place } => {
                // Who points at letters means these; a name may also be a part of another.
                let label = label.or((pointed_at && here.is_empty()).then_some(Label::Loc));
                if let Some(label) = label.filter(|_| is_mention || here.is_empty() || pointed_at) {
                    self.mentions.splice(first..behind, [Mention::new(span, label, 1.0)]);
                } else if !is_mention && !is_inside {
                    return false;
                }
                if let Some(place) = place {
                    self.pins.set(Pin { span, place: place.clone(), anywhere: pointed_at });
                }
                place.is_some() || label.is_some()
            }
        }
    }
}

/// Reads a line. The error says what is wrong with it.
fn correction(line: &str, gazetteer: Option<&Gazetteer>) -> Result<Correction, String> {
    let line: Line = serde_json::from_str(line).map_err(|error| {
        let said = error.to_string();
        let what = said.split(" at line ").next().unwrap_or_default().to_owned();
        format!("{what} at column {}; {EXPECTED}", error.column().max(1))
    })?;
    let document = line.document.map(|id| match id {
        DocumentId::Text(id) => id,
        DocumentId::Number(id) => id.to_string(),
    });
    let at = match (line.start, line.end) {
        (None, None) => None,
        (Some(start), Some(end)) if start < end && document.is_some() => Some((start, end)),
        (Some(start), Some(end)) if start >= end => {
            return Err(format!("\"start\" {start}, \"end\" {end}: expected the end behind the start"));
        }
        (Some(_), Some(_)) => {
            return Err(
                "has \"start\" and \"end\" without the \"document\" that they are of; expected its id".to_owned()
            );
        }
        _ => return Err("has one of \"start\" and \"end\"; expected both or none".to_owned()),
    };
    let name = line.name.filter(|name| !name.trim().is_empty());
    if at.is_none() && !name.as_ref().is_some_and(|name| name.contains(char::is_alphanumeric)) {
        return Err(format!("names nothing; {EXPECTED}"));
    }
    let says = match (line.remove, line.place, line.label) {
        (true, None, None) => Says::Remove,
        (true, ..) => {
            return Err("says \"remove\" beside \"place\" or \"label\"; expected one or the other".to_owned());
        }
        (false, None, None) => return Err(format!("says nothing of the name; {EXPECTED}")),
        (false, _, Some(Label::Other(label))) => {
            return Err(format!("has the label {:?}; expected PER, ORG, LOC or MISC", label.name()));
        }
        (false, place, label) => {
            let place = place.map(|place| place.map(|place| resolved(place, gazetteer)).transpose()).transpose()?;
            // Without a gazetteer nothing is placed.
            Says::Is { label, place: place.map(Option::flatten) }
        }
    };
    let context = line.context.iter().flat_map(|context| phrases::words(context)).collect();
    Ok(Correction { document, name, at, context, says, matched: AtomicBool::new(false) })
}

/// The place that a line says; `None` without a gazetteer that knows it.
fn resolved(place: PlaceLine, gazetteer: Option<&Gazetteer>) -> Result<Option<ResolvedPlace>, String> {
    let Some(gazetteer) = gazetteer else { return Ok(None) };
    match place {
        PlaceLine::Id(id) => {
            let place = gazetteer.by_id(&id).and_then(|place| gazetteer.get(place)).ok_or_else(|| {
                format!(
                    "\"place\" {id:?}: the gazetteer has no place of this id; expected one such as geonames:99072, as `dateline \
                     gazetteer lookup` shows them"
                )
            })?;
            Ok(Some(ResolvedPlace::of(&place, 1.0, Method::Correction, gazetteer)))
        }
        PlaceLine::Given(GivenPlace { name, lat, lon, country }) => {
            let location = LatLon::new(lat, lon)
                .ok_or_else(|| format!("latitude {lat}, longitude {lon}: expected -90..=90 and -180..=180"))?;
            let country: Option<CountryCode> =
                country.map(|code| code.parse().map_err(|error| format!("country: {error}"))).transpose()?;
            // Where it is not said, the country that it lies in.
            let country = country.map(|country| country.to_string());
            let country = country.as_deref().or_else(|| Borders::embedded().country(location)).map(Into::into);
            let known = KnownPlace { country, ..KnownPlace::named(&name, location) };
            Ok(Some(ResolvedPlace {
                known: Arc::new(known),
                confidence: 1.0,
                method: Method::Correction,
                uncertainty: Kilometers(0.0),
            }))
        }
    }
}
