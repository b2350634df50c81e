//! From what resolution gives to the form that everyone gets: offsets in the unit that was asked for, numbers rounded.

use super::{
    Annotation, Area, ContainedName, DISTANCE_PLACES, Entity, ExplainedCandidate, ExplainedNone, Explanation,
    FeatureValue, Focus, NestedName, Place, PlaceDistance, Relation,
};
use std::collections::HashSet;
use std::sync::Arc;

use crate::document::{Document, OffsetMap, OffsetUnit, Span};
use crate::geo::Kilometers;
use crate::mention::Mention;
use crate::region::Region;
use crate::resolve::Resolved;
use crate::resolve::explanation::NameExplanation;
use crate::resolve::focus::FocusPlace;
use crate::resolve::outcome::{InnerPlace, Method, Resolution, ResolvedMention, ResolvedPlace};
use crate::resolve::ranker::Reason;
use crate::resolve::relative::StatedRelation;
use crate::rounding::{COORDINATE_DECIMALS, KILOMETER_DECIMALS, SCORE_DECIMALS, rounded};

/// What the form is to hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FormOptions {
    /// The unit of offsets.
    pub offsets: OffsetUnit,
    /// Whether the distances between the places are given.
    pub distances: bool,
}

/// Puts what was found in a document into its form. `nested` has the names inside others, `full_names` the fullest form of each
/// mention's name, and `explanations` why places were chosen, if that was asked for.
pub fn annotation(
    document: Document,
    resolved: &Resolved,
    nested: &[Mention],
    full_names: Vec<Option<Arc<str>>>,
    focus: &[FocusPlace],
    explanations: Option<Vec<NameExplanation>>,
    options: FormOptions,
) -> Annotation {
    let (entities, nested, relations, explanations) = {
        let form = Form { text: &document.text, offsets: OffsetMap::new(&document.text, options.offsets) };
        let entities = resolved.mentions.iter().zip(full_names).map(|(mention, name)| form.entity(mention, name));
        let nested =
            nested.iter().filter(|name| is_inside(name.span, &resolved.mentions)).map(|name| form.nested(name));
        let relations = resolved.relations.iter().map(|relation| form.relation(relation));
        let explanations = explanations.map(|all| all.iter().map(|one| form.explanation(one)).collect());
        (entities.collect(), nested.collect(), relations.collect(), explanations)
    };
    let distances = options.distances.then(|| distances(&resolved.mentions));
    let (distances, left_out) = distances.unzip();
    Annotation {
        entities,
        nested,
        relations,
        explanations,
        distances,
        distances_left_out: left_out.filter(|&left_out| left_out > 0),
        focus: focus.iter().map(Focus::from).collect(),
        ..Annotation::of(document, options.offsets)
    }
}

/// Whether a name is a part of one of the mentions, which are in order and without overlap. Since the model found them, names may
/// have been mended, or corrected by the user: what was inside a name that is gone is gone with it.
fn is_inside(name: Span, mentions: &[ResolvedMention]) -> bool {
    let outer = mentions.get(mentions.partition_point(|outer| outer.mention.span.end < name.end));
    outer.is_some_and(|outer| outer.mention.span.start <= name.start && outer.mention.span != name)
}

/// The geodesic distances between the first distinct places, and how many places are left out.
fn distances(mentions: &[ResolvedMention]) -> (Vec<PlaceDistance>, usize) {
    let mut seen = HashSet::new();
    let placed = mentions.iter().enumerate().filter_map(|(n, mention)| Some((n, mention.place()?)));
    let mut places: Vec<(usize, &ResolvedPlace)> =
        placed.filter(|(_, place)| place.method != Method::Demonym && seen.insert(place.identity())).collect();
    let left_out = places.len().saturating_sub(DISTANCE_PLACES);
    places.truncate(DISTANCE_PLACES);
    let mut found = Vec::new();
    for (n, (from, a)) in places.iter().enumerate() {
        for (to, b) in &places[n + 1..] {
            found.push(PlaceDistance { from: *from, to: *to, km: kilometers(a.location.distance(b.location)) });
        }
    }
    (found, left_out)
}

struct Form<'t> {
    text: &'t str,
    offsets: OffsetMap<'t>,
}

impl Form<'_> {
    /// Where a span begins and ends, and what it says.
    fn part(&self, span: Span) -> (usize, usize, String) {
        (self.offsets.convert(span.start), self.offsets.convert(span.end), span.of(self.text).to_owned())
    }

    fn entity(&self, resolved: &ResolvedMention, name: Option<Arc<str>>) -> Entity {
        let (start, end, text) = self.part(resolved.mention.span);
        let (place, alternatives) = places(resolved.resolution.as_deref());
        Entity {
            start,
            end,
            text,
            label: resolved.mention.label,
            kind: resolved.mention.kind,
            score: score(resolved.mention.score.into()),
            name,
            stands_for: resolved.stands_for,
            place,
            alternatives,
            contains: resolved.inner.iter().map(|inner| self.contained(inner)).collect(),
        }
    }

    fn nested(&self, mention: &Mention) -> NestedName {
        let (start, end, text) = self.part(mention.span);
        NestedName { start, end, text, label: mention.label, kind: mention.kind, score: score(mention.score.into()) }
    }

    fn contained(&self, inner: &InnerPlace) -> ContainedName {
        let (start, end, text) = self.part(inner.span);
        let (place, alternatives) = places(Some(&inner.resolution));
        ContainedName { start, end, text, place, alternatives }
    }

    fn relation(&self, relation: &StatedRelation) -> Relation {
        let (start, end, text) = self.part(relation.span);
        let stated = relation.stated;
        Relation {
            kind: stated.kind,
            target: relation.target,
            anchors: relation.anchors.clone(),
            distance_km: stated.distance.map(|distance| kilometers(distance.length)),
            bearing_deg: stated.direction.map(|direction| rounded(direction.bearing.0, KILOMETER_DECIMALS)),
            place: relation.region.as_ref().map(Area::from),
            start,
            end,
            text,
        }
    }

    fn explanation(&self, explanation: &NameExplanation) -> Explanation {
        let (start, end, text) = self.part(explanation.span);
        let candidates = explanation.candidates.iter().map(|candidate| ExplainedCandidate {
            probability: score(candidate.place.confidence),
            score: score(candidate.score),
            place: Place::from(&candidate.place),
            features: features(&candidate.reasons),
        });
        Explanation {
            entity: explanation.mention,
            start,
            end,
            text,
            scored: explanation.scored,
            candidates: candidates.collect(),
            none: ExplainedNone {
                probability: score(explanation.none),
                score: score(explanation.none_score),
                features: features(&explanation.none_reasons),
            },
        }
    }
}

fn places(resolution: Option<&Resolution>) -> (Option<Place>, Vec<Place>) {
    let Some(Resolution { place, alternatives }) = resolution else { return (None, Vec::new()) };
    (place.as_ref().map(Place::from), alternatives.iter().map(Place::from).collect())
}

fn features(reasons: &[Reason]) -> Vec<FeatureValue> {
    let feature = |reason: &Reason| FeatureValue {
        feature: reason.feature.to_owned(),
        value: score(reason.value),
        adds: score(reason.adds),
    };
    reasons.iter().map(feature).collect()
}

impl From<&ResolvedPlace> for Place {
    fn from(place: &ResolvedPlace) -> Self {
        Self {
            id: place.id.clone(),
            name: place.name.clone(),
            lat: degrees(place.location.lat),
            lon: degrees(place.location.lon),
            country: place.country.clone(),
            admin1: place.admin1.clone(),
            feature: place.feature.clone(),
            population: place.population,
            confidence: score(place.confidence),
            method: place.method,
            uncertainty_km: kilometers(place.uncertainty),
            radius_km: place.radius.map(kilometers),
        }
    }
}

impl From<&Region> for Area {
    fn from(region: &Region) -> Self {
        Self {
            lat: degrees(region.point.lat),
            lon: degrees(region.point.lon),
            uncertainty_km: kilometers(region.uncertainty),
            polygon: region.outline.corners().iter().map(|corner| corner.map(degrees)).collect(),
        }
    }
}

impl From<&FocusPlace> for Focus {
    fn from(focus: &FocusPlace) -> Self {
        Self {
            id: focus.id.clone(),
            name: focus.name.clone(),
            kind: focus.kind,
            lat: degrees(focus.location.lat),
            lon: degrees(focus.location.lon),
            country: focus.country.clone(),
            score: score(focus.score),
        }
    }
}

fn score(value: f64) -> f64 {
    rounded(value, SCORE_DECIMALS)
}

fn degrees(value: f64) -> f64 {
    rounded(value, COORDINATE_DECIMALS)
}

fn kilometers(length: Kilometers) -> f64 {
    rounded(length.0, KILOMETER_DECIMALS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mention::{Kind, Label};

    fn mention((start, end): (usize, usize), label: Label) -> Mention {
        Mention::new(Span::new(start, end), label, 0.75)
    }

    /// The nested names of a text with some mentions.
    fn nested(offsets: OffsetUnit, mentions: &[(usize, usize)], inner: &[Mention]) -> Vec<NestedName> {
        let text = "In Zürich: Zürich FC, FC Ulm.";
        let outer = |&span: &(usize, usize)| ResolvedMention::unplaced(mention(span, Label::Org));
        let resolved = Resolved { mentions: mentions.iter().map(outer).collect(), ..Resolved::default() };
        let names = vec![None; mentions.len()];
        let options = FormOptions { offsets, distances: false };
        annotation(Document::new("a", text), &resolved, inner, names, &[], None, options).nested
    }

    #[test]
    fn nested_names_have_the_unit_of_the_entities() {
        let ulm = Mention { kind: Kind::named("city"), ..mention((27, 30), Label::Loc) };
        let told = |unit| {
            let found = nested(unit, &[(12, 22), (24, 30)], &[mention((12, 19), Label::Loc), ulm]);
            found.iter().map(|name| (name.start, name.end, name.text.clone(), name.kind)).collect::<Vec<_>>()
        };
        let expected = |ends: [usize; 4]| {
            let [a, b, c, d] = ends;
            vec![(a, b, "Zürich".to_owned(), None), (c, d, "Ulm".to_owned(), ulm.kind)]
        };
        assert_eq!(told(OffsetUnit::Utf8), expected([12, 19, 27, 30]));
        assert_eq!(told(OffsetUnit::CodePoints), expected([11, 17, 25, 28]));
    }

    #[test]
    fn what_is_inside_no_entity_is_not_nested() {
        let zurich = mention((12, 19), Label::Loc);
        let count = |mentions: &[(usize, usize)]| nested(OffsetUnit::Utf8, mentions, &[zurich]).len();
        assert_eq!(count(&[(3, 10), (12, 22)]), 1);
        // Its outer name is gone, is that name itself now, or begins or ends inside it.
        assert_eq!([&[(3, 10)][..], &[], &[(12, 19)], &[(16, 22)], &[(3, 15)]].map(count), [0; 5]);
    }
}
