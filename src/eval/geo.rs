//! Scoring places: which toponyms of a corpus were found, and how far off they were put.
//!
//! A found place belongs to a toponym if both have the same phrase without case and their middles are less than
//! [`APART`] characters apart. Each goes to one toponym at most: in the order of the corpus, the one whose middle is
//! nearest. Right is what lies within [`NEAR`] of the corpus's point.

use serde::Serialize;

use super::calibration::Judged;
pub use super::coverage::NEAR;
use super::ner::Counts;
use super::toponyms::{GoldArticle, GoldPlace, Toponym};
use crate::annotation::{Annotation, Method, ResolvedPlace};
use crate::document::{OffsetMap, OffsetUnit, Span};
use crate::gazetteer::{Gazetteer, NameKind};
use crate::geo::{Kilometers, LatLon};
use crate::mention::{Label, Mention};
use crate::resolve;
use crate::rounding::rounded;

/// Characters between the middles of a toponym and a found place of the same phrase must be fewer.
pub const APART: f64 = 10.0;

/// Half the circumference of the earth, by which the logarithms of errors are divided: the error of a toponym without a
/// place where all are averaged.
pub const FARTHEST: Kilometers = Kilometers(20_039.0);

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

impl From<&ResolvedPlace> for FoundPlace {
    fn from(place: &ResolvedPlace) -> Self {
        let location = LatLon { lat: rounded(place.location.lat, 5), lon: rounded(place.location.lon, 5) };
        let confidence = Some(rounded(place.confidence, 3));
        Self {
            name: place.name.clone(),
            id: place.id.clone(),
            location,
            confidence,
            radius_km: place.radius.map(|radius| radius.0),
        }
    }
}

/// The places of an annotation: every LOC, put somewhere or not; other names that were put somewhere, such as demonyms;
/// and the names of places inside other names. Positions in figures are left out: corpora mark names.
pub fn found(annotation: &Annotation) -> Vec<Found> {
    let text = &annotation.document.text;
    let offsets = OffsetMap::new(text, OffsetUnit::CodePoints);
    let at = |span: Span, place: Option<&ResolvedPlace>| Found {
        phrase: span.of(text).to_owned(),
        start: offsets.convert(span.start) as i64,
        end: offsets.convert(span.end) as i64,
        place: place.map(FoundPlace::from),
    };
    let mut found = Vec::new();
    for entity in &annotation.entities {
        let place = entity.resolution.as_ref().and_then(|resolution| resolution.place.as_ref());
        if place.is_some_and(|place| place.method == Method::Coordinates) {
            continue;
        }
        if entity.mention.label == Label::Loc || place.is_some() {
            found.push(at(entity.mention.span, place));
        }
        found.extend(entity.contains.iter().map(|inner| at(inner.span, inner.resolution.place.as_ref())));
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
            mentions.push(Mention { span, label: Label::Loc, score: 1.0 });
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
}

impl Outcome {
    fn of(gold: &GoldPlace, found: Option<&Found>) -> Self {
        match found.map(|found| &found.place) {
            None => Self::NotRecognised,
            Some(None) => Self::NoPlace,
            Some(Some(place)) => Self::Placed(place.location.distance(gold.location)),
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
}

impl Cause {
    /// Every cause, in the order in which they are looked for.
    pub const ALL: [Self; 4] = [Self::NotRecognised, Self::NotInGazetteer, Self::NoPlace, Self::RankedWrong];

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
        }
    }
}

/// Whether a phrase is a word for the people of a place before it is the name of one.
pub fn is_demonym(phrase: &str, gazetteer: &Gazetteer) -> bool {
    gazetteer.lookup(phrase).first().is_some_and(|first| first.kind == NameKind::Demonym)
}

/// Everything counted over some toponyms.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// All toponyms, linked or not, against everything that was found.
    pub recognition: Counts,
    /// What became of the linked ones.
    pub outcomes: Vec<Outcome>,
}

/// The tallies of a corpus, with and without demonyms.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tallies {
    /// All toponyms.
    pub all: Tally,
    /// Those that are names of places.
    pub names: Tally,
    /// Those that are words for the people of a place.
    pub demonyms: Tally,
    /// The confidence of each place that belongs to a linked toponym, and whether it is right: near, or an area that
    /// reaches as far as the linked point. Two sources put the middle of Canada at quite different points of it, and a
    /// tagger that is sure of Canada is no worse for it.
    pub judged: Vec<Judged>,
}

impl Tallies {
    /// Counts an article, and gives what became of each toponym: the found place that belongs to it, and if it is linked
    /// the outcome.
    pub fn add<'f>(
        &mut self,
        toponyms: &[Toponym],
        found: &'f [Found],
        is_demonym: impl Fn(&str) -> bool,
    ) -> Vec<(Option<&'f Found>, Option<Outcome>)> {
        for found in found {
            self.both(is_demonym(&found.phrase), |tally| tally.recognition.found += 1);
        }
        let judge = |(toponym, belonging): (&Toponym, Option<usize>)| {
            let belonging = belonging.map(|n| &found[n]);
            let outcome = toponym.place.as_ref().map(|gold| Outcome::of(gold, belonging));
            self.both(is_demonym(&toponym.phrase), |tally| {
                tally.recognition.gold += 1;
                tally.recognition.right += usize::from(belonging.is_some());
                tally.outcomes.extend(outcome);
            });
            let place = belonging.and_then(|found| found.place.as_ref());
            if let (Some(outcome), Some(confidence)) = (outcome, place.and_then(|place| place.confidence)) {
                let reach = place.and_then(|place| place.radius_km).unwrap_or_default();
                let right = outcome.is_near() || matches!(outcome, Outcome::Placed(apart) if apart.0 <= reach);
                self.judged.push(Judged { score: confidence as f32, right });
            }
            (belonging, outcome)
        };
        toponyms.iter().zip(matches(toponyms, found)).map(judge).collect()
    }

    /// Counts in the tally of all, and in that of the kind.
    fn both(&mut self, demonym: bool, count: impl Fn(&mut Tally)) {
        count(&mut self.all);
        count(if demonym { &mut self.demonyms } else { &mut self.names });
    }
}

impl Tally {
    /// The figures over what was counted.
    pub fn figures(&self) -> Figures {
        let placed = self.outcomes.iter().filter_map(|outcome| match outcome {
            Outcome::Placed(apart) => Some(apart.0),
            _ => None,
        });
        let mut placed: Vec<f64> = placed.collect();
        placed.sort_by(f64::total_cmp);
        let mut all = placed.clone();
        all.resize(self.outcomes.len(), FARTHEST.0);
        all.sort_by(f64::total_cmp);
        Figures {
            recognition: Some(self.recognition),
            linked: self.outcomes.len(),
            recognised: self.outcomes.iter().filter(|outcome| **outcome != Outcome::NotRecognised).count(),
            near: self.outcomes.iter().filter(|outcome| outcome.is_near()).count(),
            errors: Errors::of(&all),
            errors_placed: Errors::of(&placed),
        }
    }
}

/// The figures over some toponyms.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// All toponyms, linked or not, against everything that was found: a toponym is right if something belongs to it.
    /// `None` where the spans were given.
    pub recognition: Option<Counts>,
    /// How many toponyms are linked.
    pub linked: usize,
    /// How many of the linked were found in the text.
    pub recognised: usize,
    /// How many of the linked were put within 161 km of the corpus's point.
    pub near: usize,
    /// The errors of all linked; [`FARTHEST`] for those that were put nowhere.
    pub errors: Option<Errors>,
    /// The errors of those that were put somewhere.
    pub errors_placed: Option<Errors>,
}

impl Figures {
    /// The share of the linked that was found in the text, in percent.
    pub fn recall_of_linked(&self) -> f64 {
        percent(self.recognised, self.linked)
    }

    /// The share of the linked that was found and put within 161 km, in percent. Where the spans are those of the corpus,
    /// this is the accuracy at 161 km.
    pub fn found_and_near(&self) -> f64 {
        percent(self.near, self.linked)
    }

    /// Of the linked that were found, the share that was put within 161 km, in percent.
    pub fn near_of_recognised(&self) -> f64 {
        percent(self.near, self.recognised)
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 }
}

impl Serialize for Figures {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Json<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            recognition: Option<Counts>,
            linked: usize,
            recognised: usize,
            recall_of_linked: f64,
            near: usize,
            found_and_near: f64,
            near_of_recognised: f64,
            errors: &'a Option<Errors>,
            errors_placed: &'a Option<Errors>,
        }
        let json = Json {
            recognition: self.recognition,
            linked: self.linked,
            recognised: self.recognised,
            recall_of_linked: rounded(self.recall_of_linked(), 2),
            near: self.near,
            found_and_near: rounded(self.found_and_near(), 2),
            near_of_recognised: rounded(self.near_of_recognised(), 2),
            errors: &self.errors,
            errors_placed: &self.errors_placed,
        };
        json.serialize(serializer)
    }
}

/// How far places were put from where they are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Errors {
    /// How many there are.
    pub count: usize,
    /// Their mean.
    pub mean_km: f64,
    /// Their median.
    pub median_km: f64,
    /// The area under their sorted logarithms, from 0 (all at the point) to 1 (all on the other side of the globe).
    pub auc: f64,
}

impl Errors {
    /// Of sorted errors in kilometres; `None` if there are none.
    ///
    /// The area is that of Gritta et al. 2018, "What's missing in geographical parsing?": under the trapezoids of the
    /// sorted ln(1 + km), divided by ln(20039) and the number of trapezoids.
    fn of(sorted: &[f64]) -> Option<Self> {
        let count = sorted.len();
        let (first, last) = (sorted.first()?, sorted.last()?);
        let log = |km: &f64| (1.0 + km).ln() / FARTHEST.0.ln();
        let area = match count {
            1 => log(first),
            _ => (sorted.iter().map(log).sum::<f64>() - (log(first) + log(last)) / 2.0) / (count - 1) as f64,
        };
        Some(Self {
            count,
            mean_km: rounded(sorted.iter().sum::<f64>() / count as f64, 1),
            median_km: rounded((sorted[(count - 1) / 2] + sorted[count / 2]) / 2.0, 1),
            auc: rounded(area, 4),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotation::{Contained, Entity, Resolution};
    use crate::document::Document;
    use crate::eval::toponyms::Alignment;
    use crate::gazetteer::testing;

    const MOSUL: LatLon = LatLon { lat: 36.335, lon: 43.11889 };
    const OSLO: LatLon = LatLon { lat: 59.9127, lon: 10.7461 };

    fn toponym(phrase: &str, start: usize, location: Option<LatLon>) -> Toponym {
        let end = start + phrase.chars().count();
        let place = location.map(|location| GoldPlace { name: phrase.to_owned(), location, feature: String::new() });
        let span = Span::new(start, start + phrase.len());
        Toponym { phrase: phrase.to_owned(), start, end, span, alignment: Alignment::AsGiven, place }
    }

    fn at(phrase: &str, start: i64, location: Option<LatLon>) -> Found {
        let place =
            |location| FoundPlace { name: String::new(), id: None, location, confidence: Some(0.75), radius_km: None };
        Found {
            phrase: phrase.to_owned(),
            start,
            end: start + phrase.chars().count() as i64,
            place: location.map(place),
        }
    }

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
    fn figures_over_all_linked_and_over_those_placed() {
        let gold = [
            toponym("Mosul", 0, Some(MOSUL)),
            toponym("Mosul", 100, Some(MOSUL)),
            toponym("Mosul", 200, Some(MOSUL)),
            toponym("Mosul", 300, Some(MOSUL)),
            toponym("Mosul", 400, None),
        ];
        let near = LatLon { lat: 37.0, ..MOSUL };
        let found = [
            at("Mosul", 0, Some(near)),
            at("Mosul", 100, Some(OSLO)),
            at("Mosul", 200, None),
            at("Mosul", 400, Some(MOSUL)),
            at("Ulm", 500, Some(MOSUL)),
        ];
        let mut tallies = Tallies::default();
        let outcomes = tallies.add(&gold, &found, |_| false);
        assert!(outcomes[0].1.unwrap().is_near() && !outcomes[1].1.unwrap().is_near());
        assert_eq!((outcomes[2].1, outcomes[3].1), (Some(Outcome::NoPlace), Some(Outcome::NotRecognised)));
        assert_eq!((outcomes[4].0.is_some(), outcomes[4].1), (true, None));
        let figures = tallies.all.figures();
        assert_eq!(figures.recognition, Some(Counts { gold: 5, found: 5, right: 4 }));
        assert_eq!((figures.linked, figures.recognised, figures.near), (4, 3, 1));
        assert_eq!((figures.found_and_near(), figures.recall_of_linked()), (25.0, 75.0));
        let (all, placed) = (figures.errors.unwrap(), figures.errors_placed.unwrap());
        assert_eq!((all.count, placed.count), (4, 2));
        let apart = [near, OSLO].map(|found| found.distance(MOSUL).0);
        assert!((placed.mean_km - (apart[0] + apart[1]) / 2.0).abs() < 0.1, "{placed:?}");
        assert!((all.median_km - (apart[1] + FARTHEST.0) / 2.0).abs() < 0.1, "{all:?}");
        let judged: Vec<_> = tallies.judged.iter().map(|judged| judged.right).collect();
        assert_eq!(judged, [true, false]);
    }

    #[test]
    fn demonyms_are_counted_apart() {
        let gazetteer = testing::gazetteer(testing::ten_places());
        let demonym = |phrase: &str| is_demonym(phrase, &gazetteer);
        assert_eq!(["Iraqi", "IRAQIS", "Iraq", "Nowhere"].map(demonym), [true, true, false, false]);
        let gold = [toponym("Iraqi", 0, Some(MOSUL)), toponym("Mosul", 10, Some(MOSUL))];
        let mut tallies = Tallies::default();
        tallies.add(&gold, &[at("Iraqi", 0, Some(MOSUL)), at("American", 30, None)], demonym);
        assert_eq!(tallies.demonyms.recognition, Counts { gold: 1, found: 2, right: 1 });
        assert_eq!(tallies.names.recognition, Counts { gold: 1, found: 0, right: 0 });
        assert_eq!((tallies.all.figures().near, tallies.names.figures().near), (1, 0));
    }

    /// The area computed by hand: trapezoids between 0, ln(1 + 100) and ln(20039), of width one half.
    #[test]
    fn area_under_the_logarithms() {
        let errors = |sorted: &[f64]| Errors::of(sorted).unwrap();
        let expected = (101.0_f64.ln() + 20_039.0_f64.ln() / 2.0) / 2.0 / 20_039.0_f64.ln();
        assert!((errors(&[0.0, 100.0, 20_038.0]).auc - expected).abs() < 1e-4);
        assert_eq!((errors(&[0.0; 5]).auc, errors(&[20_038.0; 5]).auc), (0.0, 1.0));
        assert_eq!(errors(&[20_038.0]).auc, 1.0);
        assert_eq!((errors(&[1.0, 2.0, 6.0]).median_km, errors(&[1.0, 2.0, 4.0, 6.0]).median_km), (2.0, 3.0));
        assert!(Errors::of(&[]).is_none());
    }

    #[test]
    fn causes() {
        let gazetteer = testing::gazetteer(testing::ten_places());
        let cause = |phrase: &str, location, outcome| {
            let gold = GoldPlace { name: String::new(), location, feature: String::new() };
            Cause::of(outcome, phrase, &gold, &gazetteer)
        };
        let far = Outcome::Placed(Kilometers(200.0));
        assert_eq!(cause("Mosul", MOSUL, Outcome::Placed(NEAR)), None);
        assert_eq!(cause("Mosul", MOSUL, far), Some(Cause::RankedWrong));
        assert_eq!(cause("Mosul", MOSUL, Outcome::NoPlace), Some(Cause::NoPlace));
        assert_eq!(cause("Mosul", OSLO, Outcome::NoPlace), Some(Cause::NotInGazetteer));
        assert_eq!(cause("Oslo", OSLO, far), Some(Cause::NotInGazetteer));
        assert_eq!(cause("Mosul", MOSUL, Outcome::NotRecognised), Some(Cause::NotRecognised));
    }

    #[test]
    fn mentions_of_the_corpus_do_not_overlap() {
        let toponyms = vec![toponym("York", 4, None), toponym("New York", 0, None), toponym("", 9, None)];
        let article = GoldArticle { id: "1".into(), domain: String::new(), text: "New York!".into(), toponyms };
        let (mentions, left_out) = gold_mentions(&article);
        assert_eq!(mentions, [Mention { span: Span::new(0, 8), label: Label::Loc, score: 1.0 }]);
        assert_eq!(left_out, 2);
    }

    #[test]
    fn places_of_an_annotation() {
        let place = |name: &str| ResolvedPlace {
            id: None,
            name: name.to_owned(),
            location: MOSUL,
            country: None,
            admin1: None,
            feature: None,
            population: None,
            confidence: 0.5,
            method: Method::Gazetteer,
            uncertainty: Kilometers(0.0),
            radius: None,
        };
        let resolved = |name: &str| Resolution { place: Some(place(name)), alternatives: Vec::new() };
        let text = "Österreich: Iraqi police of Mosul, and Anna in Bir";
        let entity = |name: &str, label, resolution: Option<Resolution>| {
            let start = text.find(name).unwrap();
            let mention = Mention { span: Span::new(start, start + name.len()), label, score: 1.0 };
            Entity { resolution, ..Entity::unplaced(mention) }
        };
        let inner = text.find("Mosul").unwrap();
        let police = Entity {
            contains: vec![Contained { span: Span::new(inner, inner + 5), resolution: resolved("Mosul") }],
            ..entity("police of Mosul", Label::Org, None)
        };
        let entities = vec![
            entity("Iraqi", Label::Misc, Some(resolved("Iraq"))),
            police,
            entity("Anna", Label::Per, None),
            entity("Bir", Label::Loc, Some(Resolution::default())),
        ];
        let annotation = Annotation { document: Document::new("", text), entities, ..Annotation::default() };
        let found = found(&annotation);
        let found: Vec<_> = found.iter().map(|found| (&*found.phrase, found.start, found.place.is_some())).collect();
        assert_eq!(found, [("Iraqi", 12, true), ("Mosul", 28, true), ("Bir", 47, false)]);
    }
}
