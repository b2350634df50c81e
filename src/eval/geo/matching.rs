//! What became of each toponym of a corpus, and why.
//!
//! A found place belongs to a toponym if both have the same phrase without case and their middles are less than
//! [`APART`] characters apart. Each goes to one toponym at most: in the order of the corpus, the one whose middle is
//! nearest. Right is what lies within [`NEAR`] of the corpus's point. What lies farther off but is an area that reaches that far
//! is counted apart: two sources put the middle of Canada at quite different points of it.

use serde::Serialize;

use crate::annotation::spans::SpannedText;
use crate::annotation::{Annotation, Method, Place};
use crate::document::Span;
pub use crate::eval::coverage::NEAR;
use crate::eval::toponyms::{GoldArticle, GoldPlace, Toponym};
use crate::gazetteer::{Gazetteer, NameKind};
use crate::geo::{Kilometers, LatLon};
use crate::mention::{Label, Mention};
use crate::resolve;

/// Characters between the middles of a toponym and a found place of the same phrase must be fewer.
pub const APART: f64 = 10.0;

/// Candidates of a phrase that are looked at to tell whether the gazetteer knows its place.
const FIRST: usize = 250;

/// A place that a system found in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The words that name it.
    pub phrase: String,
    /// Where they begin, in characters of the text. Other systems write a negative one where they don't know.
    pub start: i64,
    /// Where they end.
    pub end: i64,
    /// Where it was put; `None` if it was recognised as a place but not put anywhere.
    pub place: Option<FoundPlace>,
}

/// Where a found place was put.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FoundPlace {
    /// What the system calls it.
    pub name: String,
    /// Its lasting name, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Where it is.
    #[serde(flatten)]
    pub location: LatLon,
    /// How sure the system is, in 0..=1, if it tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// How far the place itself reaches in kilometres, if it is an area of known size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub radius_km: Option<f64>,
}

impl From<&Place> for FoundPlace {
    fn from(place: &Place) -> Self {
        Self {
            name: place.name.to_string(),
            id: place.id.as_deref().map(str::to_owned),
            location: place.location(),
            confidence: Some(place.confidence),
            radius_km: place.radius_km,
        }
    }
}

/// The places of an annotation: every LOC, put somewhere or not; other names that were put somewhere, such as demonyms;
/// and the names of places inside other names. Positions in figures are left out: corpora mark names.
pub fn found(annotation: &Annotation) -> Vec<Found> {
    let text = SpannedText::of(annotation);
    let at = |(start, end): (usize, usize), phrase: &str, place: Option<&Place>| {
        let span = text.span(start, end)?;
        Some(Found {
            phrase: phrase.to_owned(),
            start: text.code_points(span.start) as i64,
            end: text.code_points(span.end) as i64,
            place: place.map(FoundPlace::from),
        })
    };
    let mut found = Vec::new();
    for entity in &annotation.entities {
        let place = entity.place.as_ref();
        if place.is_some_and(|place| place.method == Method::Coordinates) {
            continue;
        }
        if entity.label == Label::Loc || place.is_some() {
            found.extend(at((entity.start, entity.end), &entity.text, place));
        }
        let inner = entity.contains.iter();
        found.extend(inner.filter_map(|inner| at((inner.start, inner.end), &inner.text, inner.place.as_ref())));
    }
    found
}

/// The toponyms of an article as mentions, in order and without overlap, so that places can be resolved without a model;
/// and how many were left out because they overlap another or cover nothing.
pub fn gold_mentions(article: &GoldArticle) -> (Vec<Mention>, usize) {
    let mut spans: Vec<Span> = article.toponyms.iter().map(|toponym| toponym.span).collect();
    spans.sort();
    let mut mentions: Vec<Mention> = Vec::with_capacity(spans.len());
    for span in spans {
        let free = mentions.last().is_none_or(|before| before.span.end <= span.start);
        if free && !span.is_empty() {
            mentions.push(Mention::new(span, Label::Loc, 1.0));
        }
    }
    let left_out = article.toponyms.len() - mentions.len();
    (mentions, left_out)
}

/// For each toponym the found place that belongs to it, by the rule at the head of this page.
pub fn matches(toponyms: &[Toponym], found: &[Found]) -> Vec<Option<usize>> {
    let middle = |start: f64, end: f64| (start + end) / 2.0;
    let lower: Vec<String> = found.iter().map(|found| found.phrase.to_lowercase()).collect();
    let mut taken = vec![false; found.len()];
    let belongs = |toponym: &Toponym| {
        let phrase = toponym.phrase.to_lowercase();
        let mut nearest: Option<(f64, usize)> = None;
        for (n, found) in found.iter().enumerate().filter(|(n, _)| lower[*n] == phrase) {
            let there = middle(found.start as f64, found.end as f64);
            let apart = (middle(toponym.start as f64, toponym.end as f64) - there).abs();
            if !taken[n] && apart < APART && nearest.is_none_or(|(least, _)| apart < least) {
                nearest = Some((apart, n));
            }
        }
        let (_, n) = nearest?;
        taken[n] = true;
        Some(n)
    };
    toponyms.iter().map(belongs).collect()
}

/// What became of a linked toponym.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// It was not found in the text.
    NotRecognised,
    /// It was found, but put nowhere.
    NoPlace,
    /// It was put this far from the corpus's point.
    Placed(Kilometers),
    /// It was put this far from the corpus's point, too far to be right, in an area that reaches as far.
    InArea(Kilometers),
}

impl Outcome {
    pub(super) fn of(gold: &GoldPlace, found: Option<&Found>) -> Self {
        match found.map(|found| &found.place) {
            None => Self::NotRecognised,
            Some(None) => Self::NoPlace,
            Some(Some(place)) => {
                let apart = place.location.distance(gold.location);
                let reaches = place.radius_km.is_some_and(|radius| apart.0 <= radius);
                if apart > NEAR && reaches { Self::InArea(apart) } else { Self::Placed(apart) }
            }
        }
    }

    /// Whether it was put where the corpus has it.
    pub fn is_near(self) -> bool {
        matches!(self, Self::Placed(apart) if apart <= NEAR)
    }
}

/// Why a linked toponym is not where the corpus has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// It was not found in the text.
    NotRecognised,
    /// None of the first 250 candidates that the gazetteer has for its phrase is near.
    NotInGazetteer,
    /// The gazetteer knows it, but it was put nowhere.
    NoPlace,
    /// The gazetteer knows it, but another place was preferred.
    RankedWrong,
    /// It was taken for an area that reaches as far as the corpus's point.
    InArea,
}

impl Cause {
    /// Every cause, in the order in which they are looked for.
    pub const ALL: [Self; 5] =
        [Self::NotRecognised, Self::InArea, Self::NotInGazetteer, Self::NoPlace, Self::RankedWrong];

    /// Why a toponym with this outcome is not where the corpus has it; `None` if it is.
    pub fn of(outcome: Outcome, phrase: &str, gold: &GoldPlace, gazetteer: &Gazetteer) -> Option<Self> {
        let is_known = || {
            let mut candidates = resolve::lookup::look_up_place(phrase, gazetteer).into_iter().take(FIRST);
            candidates.any(|candidate| {
                gazetteer.get(candidate.place).is_some_and(|place| place.location.distance(gold.location) <= NEAR)
            })
        };
        match outcome {
            Outcome::NotRecognised => Some(Self::NotRecognised),
            outcome if outcome.is_near() => None,
            Outcome::InArea(_) => Some(Self::InArea),
            _ if !is_known() => Some(Self::NotInGazetteer),
            Outcome::NoPlace => Some(Self::NoPlace),
            Outcome::Placed(_) => Some(Self::RankedWrong),
        }
    }

    /// As it is written in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotRecognised => "not recognised",
            Self::NotInGazetteer => "not in the gazetteer",
            Self::NoPlace => "no place given",
            Self::RankedWrong => "ranked wrong",
            Self::InArea => "in its own area",
        }
    }
}

/// Whether a phrase is a word for the people of a place before it is the name of one.
pub fn is_demonym(phrase: &str, gazetteer: &Gazetteer) -> bool {
    gazetteer.lookup(phrase).first().is_some_and(|first| first.kind == NameKind::Demonym)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{MOSUL, OSLO, at, toponym};
    use super::*;
    use crate::annotation::ContainedName;
    use crate::annotation::testing::{annotated_in, place};
    use crate::document::OffsetUnit;
    use crate::gazetteer::testing;

    #[test]
    fn the_same_phrase_without_case_and_near() {
        let gold = [toponym("Mosul", 20, None)];
        for (phrase, start, expected) in [
            ("Mosul", 20, true),
            ("MOSUL", 29, true),
            ("mosul", 11, true),
            ("Mosul", 30, false),
            ("Mosul", 10, false),
            ("Mosul city", 20, false),
        ] {
            assert_eq!(matches(&gold, &[at(phrase, start, None)])[0].is_some(), expected, "{phrase} {start}");
        }
        assert_eq!(matches(&[toponym("ÖSTERSUND", 0, None)], &[at("Östersund", 0, None)]), [Some(0)]);
    }

    #[test]
    fn one_place_for_one_toponym_the_nearest_first() {
        let gold = [toponym("Ulm", 0, None), toponym("Ulm", 5, None), toponym("Ulm", 8, None)];
        let found = [at("Ulm", 5, None), at("Ulm", 0, None)];
        assert_eq!(matches(&gold, &found), [Some(1), Some(0), None]);
        assert_eq!(matches(&gold, &[]), [None; 3]);
    }

    #[test]
    fn causes() {
        let gazetteer = testing::gazetteer(testing::ten_places());
        let cause = |phrase: &str, location, outcome| {
            let gold = GoldPlace { name: String::new(), location, feature: String::new(), within: None };
            Cause::of(outcome, phrase, &gold, &gazetteer)
        };
        let far = Outcome::Placed(Kilometers(200.0));
        assert_eq!(cause("Mosul", MOSUL, Outcome::Placed(NEAR)), None);
        assert_eq!(cause("Mosul", MOSUL, far), Some(Cause::RankedWrong));
        assert_eq!(cause("Mosul", MOSUL, Outcome::NoPlace), Some(Cause::NoPlace));
        assert_eq!(cause("Mosul", OSLO, Outcome::NoPlace), Some(Cause::NotInGazetteer));
        assert_eq!(cause("Oslo", OSLO, far), Some(Cause::NotInGazetteer));
        assert_eq!(cause("Mosul", MOSUL, Outcome::NotRecognised), Some(Cause::NotRecognised));
        assert_eq!(cause("Mosul", MOSUL, Outcome::InArea(Kilometers(200.0))), Some(Cause::InArea));
    }

    #[test]
    fn mentions_of_the_corpus_do_not_overlap() {
        let toponyms = vec![toponym("York", 4, None), toponym("New York", 0, None), toponym("", 9, None)];
        let article =
            GoldArticle { id: "1".into(), domain: String::new(), kind: None, text: "New York!".into(), toponyms };
        let (mentions, left_out) = gold_mentions(&article);
        assert_eq!(mentions, [Mention::new(Span::new(0, 8), Label::Loc, 1.0)]);
        assert_eq!(left_out, 2);
    }

    #[test]
    fn places_of_an_annotation() {
        let text = "Österreich: Iraqi police of Mosul, and Anna in Bir";
        let names =
            [("Iraqi", Label::Misc), ("police of Mosul", Label::Org), ("Anna", Label::Per), ("Bir", Label::Loc)];
        for unit in [OffsetUnit::CodePoints, OffsetUnit::Utf8] {
            let mut annotation = annotated_in(unit, text, &names);
            let [iraqi, police, ..] = &mut annotation.entities[..] else { panic!("four names") };
            iraqi.place = Some(place("t:1", "Iraq", (33.0, 44.0), "IQ"));
            police.contains = vec![ContainedName {
                start: police.end - 5,
                end: police.end,
                text: "Mosul".to_owned(),
                place: Some(place("t:2", "Mosul", (36.3, 43.1), "IQ")),
                alternatives: Vec::new(),
            }];
            let found = found(&annotation);
            let found: Vec<_> =
                found.iter().map(|found| (&*found.phrase, found.start, found.place.is_some())).collect();
            assert_eq!(found, [("Iraqi", 12, true), ("Mosul", 28, true), ("Bir", 47, false)]);
        }
    }
}
