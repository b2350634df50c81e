//! What a document is about: the cities, first-level divisions and countries that it speaks of most.
//!
//! Every place speaks for itself and for what holds it: a city for its division and its country, a division for its
//! country. How loud it speaks is the square root of the sum over its mentions, so that a name said often counts more,
//! but not as much more: 1 for a mention, twice that in the first three sentences, as much again where it stands in the
//! title, half of it for the name of a people and for a name inside another ("Iraqi", "Mosul University"); each times the
//! confidence of its place. A score is the share of one among all of its kind, so that those of a kind add up to 1 at
//! most.
//!
//! The lists by kind are those of CLIFF-CLAVIN (D'Ignazio et al. 2014, "CLIFF-CLAVIN: Determining geographic focus for
//! news articles"), which counts mentions alike.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::outcome::{Method, ResolvedMention, ResolvedPlace};
use crate::document::Document;
use crate::gazetteer::name::fold;
use crate::gazetteer::{FeatureClass, Gazetteer, GazetteerPlace, PlaceIndex};
use crate::geo::LatLon;
use crate::sentence::sentences;

/// Places that are given of each kind, at most.
const MOST: usize = 3;

/// Places with a smaller share are not given.
const LEAST: f64 = 0.05;

/// Sentences that count more.
const LEAD_SENTENCES: usize = 3;

/// These are looked for in so many bytes at the beginning.
const LEAD_BYTES: usize = 4096;

/// How much more a mention counts there, and in the title.
const LEAD: f64 = 2.0;

/// How much a mention counts that names a place in passing: a people, or a name inside another.
const PASSING: f64 = 0.5;

/// A place that a document is about.
#[derive(Clone, Debug, PartialEq)]
pub struct FocusPlace {
    /// Its lasting name in the gazetteer.
    pub id: String,
    /// The name that the gazetteer knows it by.
    pub name: String,
    /// What kind of place it is.
    pub kind: FocusKind,
    /// Where it is.
    pub location: LatLon,
    /// ISO 3166-1 code of its country.
    pub country: Option<String>,
    /// How much of what the document says of places of this kind it says of this one, in 0..=1.
    pub score: f64,
}

/// The kinds of places that a document may be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FocusKind {
    /// A settlement.
    City,
    /// A first-level division, such as a state or a governorate.
    Region,
    /// A country.
    Country,
}

impl FocusKind {
    /// Every kind, in the order in which they are given.
    pub const ALL: [Self; 3] = [Self::City, Self::Region, Self::Country];

    /// The name in the output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::City => "city",
            Self::Region => "region",
            Self::Country => "country",
        }
    }
}

/// What a document with these mentions is about: at most three cities, then three first-level divisions, then three
/// countries, each by falling score.
pub fn focus(document: &Document, mentions: &[ResolvedMention], gazetteer: &Gazetteer) -> Vec<FocusPlace> {
    let mut tallies = FocusKind::ALL.map(|kind| (kind, Tally::default()));
    for (place, weight) in voices(document, mentions, gazetteer) {
        for (kind, tally) in &mut tallies {
            spoken_for(&place, *kind, gazetteer).into_iter().for_each(|index| tally.add(index, weight));
        }
    }
    tallies.iter().flat_map(|(kind, tally)| tally.best(*kind, gazetteer)).collect()
}

/// The distinct places of a document in the order in which they are named first, each with how loud it speaks.
fn voices<'g>(
    document: &Document,
    mentions: &[ResolvedMention],
    gazetteer: &'g Gazetteer,
) -> Vec<(GazetteerPlace<'g>, f64)> {
    let title = document.title.as_deref().map(|title| format!(" {} ", fold(title)));
    let in_title = |name: &str| title.as_ref().is_some_and(|title| title.contains(&format!(" {} ", fold(name))));
    let lead = lead(&document.text);
    let mut tally = Tally::default();
    let mut titled = Vec::new();
    let mut hear = |place: &ResolvedPlace, start: usize, name: &str, passing: bool| {
        let Some(index) = place.id.as_deref().and_then(|id| gazetteer.by_id(id)) else { return };
        let manner = if passing || place.method == Method::Demonym { PASSING } else { 1.0 };
        let mut weight = if start < lead { LEAD } else { 1.0 };
        if !titled.contains(&index) && in_title(name) {
            titled.push(index);
            weight += LEAD;
        }
        tally.add(index, weight * manner * place.confidence);
    };
    for resolved in mentions {
        let span = resolved.mention.span;
        if let Some(place) = resolved.place() {
            hear(place, span.start, span.of(&document.text), false);
        }
        for inner in &resolved.inner {
            if let Some(place) = &inner.resolution.place {
                hear(place, inner.span.start, inner.span.of(&document.text), true);
            }
        }
    }
    tally.votes.into_iter().filter_map(|(index, sum)| Some((gazetteer.get(index)?, sum.sqrt()))).collect()
}

/// Where the first sentences end.
fn lead(text: &str) -> usize {
    let beginning = &text[..text.floor_char_boundary(LEAD_BYTES)];
    sentences(beginning).into_iter().take(LEAD_SENTENCES).next_back().map_or(0, |sentence| sentence.end)
}

/// The places of a kind that a place speaks for.
fn spoken_for(place: &GazetteerPlace<'_>, kind: FocusKind, gazetteer: &Gazetteer) -> Vec<PlaceIndex> {
    let country = place.country.and_then(|code| gazetteer.country(code));
    match kind {
        FocusKind::City if place.class == FeatureClass::Populated => {
            // A part of a city speaks for it too.
            let around = place.parent.filter(|&parent| is_city(parent, gazetteer));
            [Some(place.index), around].into_iter().flatten().collect()
        }
        FocusKind::City => Vec::new(),
        FocusKind::Region => place.admin1.filter(|_| country != Some(place.index)).into_iter().collect(),
        FocusKind::Country => country.into_iter().collect(),
    }
}

fn is_city(place: PlaceIndex, gazetteer: &Gazetteer) -> bool {
    gazetteer.get(place).is_some_and(|place| place.class == FeatureClass::Populated)
}

/// Sums of votes, in the order in which each first got one.
#[derive(Default)]
struct Tally {
    votes: Vec<(PlaceIndex, f64)>,
    positions: HashMap<PlaceIndex, usize>,
}

impl Tally {
    fn add(&mut self, place: PlaceIndex, weight: f64) {
        let position = *self.positions.entry(place).or_insert(self.votes.len());
        match self.votes.get_mut(position) {
            Some((_, sum)) => *sum += weight,
            None => self.votes.push((place, weight)),
        }
    }

    /// The places with the most votes, those named earlier first of equals.
    fn best(&self, kind: FocusKind, gazetteer: &Gazetteer) -> Vec<FocusPlace> {
        let all: f64 = self.votes.iter().map(|(_, sum)| sum).sum();
        let mut ranked: Vec<(PlaceIndex, f64)> = self.votes.iter().map(|&(place, sum)| (place, sum / all)).collect();
        ranked.retain(|(_, share)| *share >= LEAST);
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        ranked.truncate(MOST);
        let focus = |(index, score): (PlaceIndex, f64)| {
            let place = gazetteer.get(index)?;
            Some(FocusPlace {
                id: place.id.to_string(),
                name: place.name.to_owned(),
                kind,
                location: place.location,
                country: place.country.map(|country| country.to_string()),
                score,
            })
        };
        ranked.into_iter().filter_map(focus).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::document::Span;
    use crate::gazetteer::testing::{gazetteer, ten_places};
    use crate::geo::Kilometers;
    use crate::mention::{Label, Mention};
    use crate::resolve::outcome::{InnerPlace, KnownPlace, Resolution};

    fn resolution(gazetteer: &Gazetteer, id: &str, method: Method) -> Arc<Resolution> {
        let place = gazetteer.place(gazetteer.by_id(id).unwrap());
        let known = KnownPlace { id: Some(id.into()), ..KnownPlace::named(place.name, place.location) };
        let place = ResolvedPlace { known: Arc::new(known), confidence: 1.0, method, uncertainty: Kilometers(0.0) };
        Arc::new(Resolution { place: Some(place), alternatives: Vec::new() })
    }

    /// What a text is about: names one after the other, with the ids of their places.
    fn about(document: &Document, names: &[(&str, &str)]) -> Vec<(String, f64)> {
        let gazetteer = gazetteer(ten_places());
        let mut from = 0;
        let entity = |&(name, id): &(&str, &str)| {
            let start = from + document.text[from..].find(name).unwrap();
            from = start + name.len();
            let span = Span::new(start, from);
            let mention = Mention::new(span, Label::Loc, 1.0);
            match name {
                "Mosul University" => ResolvedMention {
                    inner: vec![InnerPlace {
                        span: Span::new(start, start + 5),
                        resolution: resolution(&gazetteer, id, Method::Gazetteer),
                    }],
                    ..ResolvedMention::unplaced(mention)
                },
                "Iraqi" => ResolvedMention {
                    resolution: Some(resolution(&gazetteer, id, Method::Demonym)),
                    ..ResolvedMention::unplaced(mention)
                },
                _ => ResolvedMention {
                    resolution: Some(resolution(&gazetteer, id, Method::Gazetteer)),
                    ..ResolvedMention::unplaced(mention)
                },
            }
        };
        let mentions: Vec<ResolvedMention> = names.iter().map(entity).collect();
        let found = focus(document, &mentions, &gazetteer);
        found.into_iter().map(|focus| (format!("{:?} {}", focus.kind, focus.name), focus.score)).collect()
    }

    const MOSUL: &str = "geonames:99072";
    const IRAQ: &str = "geonames:99237";
    const ST_LOUIS: &str = "geonames:4407066";

    #[track_caller]
    fn assert_about(found: &[(String, f64)], expected: &[(&str, f64)]) {
        let names = |list: &[(String, f64)]| list.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(found), expected.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>(), "{found:?}");
        for ((name, found), (_, expected)) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-9, "{name}: {found}, expected {expected}");
        }
    }

    #[test]
    fn a_city_speaks_for_its_division_and_country() {
        let document = Document::new("", "Mosul and Al Bir and St. Louis.");
        let found = about(&document, &[("Mosul", MOSUL), ("Al Bir", "dateline:al-bir"), ("St. Louis", ST_LOUIS)]);
        assert_about(
            &found,
            &[
                ("City Mosul", 1.0 / 3.0),
                ("City Al Bir", 1.0 / 3.0),
                ("City St. Louis", 1.0 / 3.0),
                // Missouri is not in this gazetteer.
                ("Region Nineveh Governorate", 1.0),
                ("Country Iraq", 2.0 / 3.0),
                ("Country United States", 1.0 / 3.0),
            ],
        );
    }

    #[test]
    fn repeating_counts_by_its_root_and_the_beginning_twice() {
        let lead = "One. Two. Three. ";
        let text = format!("{lead}{}St. Louis", "Mosul ".repeat(9));
        let mut names = vec![("Mosul", MOSUL); 9];
        names.push(("St. Louis", ST_LOUIS));
        let cities = |document: &Document, names| about(document, names)[..2].to_vec();
        assert_about(&cities(&Document::new("", &text), &names), &[("City Mosul", 0.75), ("City St. Louis", 0.25)]);
        let text = format!("Mosul. {lead}St. Louis");
        let root = 2_f64.sqrt();
        let expected = [("City Mosul", root / (1.0 + root)), ("City St. Louis", 1.0 / (1.0 + root))];
        assert_about(&cities(&Document::new("", &text), &[("Mosul", MOSUL), ("St. Louis", ST_LOUIS)]), &expected);
        let text = format!("{lead}Mosul, St. Louis, St. Louis");
        let titled = Document { title: Some("Fire in ST LOUIS".into()), ..Document::new("", text) };
        let names = [("Mosul", MOSUL), ("St. Louis", ST_LOUIS), ("St. Louis", ST_LOUIS)];
        assert_about(&cities(&titled, &names), &[("City St. Louis", 2.0 / 3.0), ("City Mosul", 1.0 / 3.0)]);
    }

    #[test]
    fn peoples_and_names_inside_others_count_half() {
        let lead = "One. Two. Three. ";
        let document = Document::new("", format!("{lead}Iraqi Mosul University, United States"));
        let names = [("Iraqi", IRAQ), ("Mosul University", MOSUL), ("United States", "geonames:6252001")];
        let half = 0.5_f64.sqrt();
        assert_about(
            &about(&document, &names),
            &[
                ("City Mosul", 1.0),
                ("Region Nineveh Governorate", 1.0),
                ("Country Iraq", 2.0 * half / (2.0 * half + 1.0)),
                ("Country United States", 1.0 / (2.0 * half + 1.0)),
            ],
        );
    }

    #[test]
    fn without_places_there_is_none() {
        assert!(about(&Document::new("", ""), &[]).is_empty());
        let gulf = Document::new("", "the Persian Gulf");
        assert!(about(&gulf, &[("Persian Gulf", "dateline:persian-gulf")]).is_empty());
    }
}
