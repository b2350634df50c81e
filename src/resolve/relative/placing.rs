//! Works out where the places of relative expressions are, and gives it to the names that lie there.

use std::collections::{HashMap, HashSet};

use super::super::inference::Ranked;
use super::super::{ALTERNATIVES, place_of};
use super::{RelativeExpression, Target};
use crate::annotation::{Entity, Method, Relation, ResolvedPlace};
use crate::document::Document;
use crate::gazetteer::Gazetteer;
use crate::geo::{Kilometers, LatLon};

/// How often what reads like a relative expression is one and holds; set by hand.
const STATED: f64 = 0.9;

/// How sure an anchor must be to move a name that the gazetteer has; set by hand.
const SURE: f64 = 0.8;

/// What the mentions of a document were taken for.
pub(in crate::resolve) struct Names<'a, 'g> {
    /// The number of the name of each mention.
    numbers: Vec<usize>,
    /// The mentions of each name.
    mentions: Vec<Vec<usize>>,
    /// The candidates of each mention that is the name of a place as a whole.
    ranked: Vec<Option<&'a Ranked<'g>>>,
    gazetteer: &'g Gazetteer,
}

impl<'a, 'g> Names<'a, 'g> {
    /// `ranked` and `number`, of each mention: its candidates if it is the name of a place as a whole, and the number of
    /// that name.
    pub fn new(
        ranked: Vec<Option<&'a Ranked<'g>>>,
        number: impl Fn(usize) -> Option<usize>,
        gazetteer: &'g Gazetteer,
    ) -> Self {
        // The others are each a name of their own, behind those of places.
        let numbers: Vec<usize> = (0..ranked.len()).map(|n| number(n).map_or(2 * n + 1, |number| 2 * number)).collect();
        let mut mentions = vec![Vec::new(); numbers.iter().max().map_or(0, |most| most + 1)];
        numbers.iter().enumerate().for_each(|(n, &number)| mentions[number].push(n));
        Self { numbers, mentions, ranked, gazetteer }
    }

    /// The number of a mention's name.
    fn name(&self, mention: usize) -> usize {
        self.numbers[mention]
    }

    /// The mentions of a name, in order.
    fn mentions_of(&self, name: usize) -> &[usize] {
        &self.mentions[name]
    }
}

/// Works out the points of relative expressions and places what lies there. Returns the relations in the order of the
/// text.
///
/// A name is placed by one expression at most, and not moved once another was worked out from it.
pub(in crate::resolve) fn place_relative(
    document: &Document,
    expressions: &[RelativeExpression],
    names: &Names<'_, '_>,
    entities: &mut [Entity],
) -> Vec<Relation> {
    let mut relations = vec![None; expressions.len()];
    let mut settled: HashSet<usize> = HashSet::new();
    for n in in_order_of_need(expressions, names) {
        let RelativeExpression { offset, anchor, target, .. } = expressions[n];
        let point = anchor_point(entities, anchor).map(|(at, uncertainty)| offset.from(at, uncertainty));
        settled.insert(names.name(anchor));
        let free = target.filter(|target| !settled.contains(&names.name(target.mention)));
        let mut bound = target.filter(|target| names.name(target.mention) != names.name(anchor));
        if let (Some(target), Some(point)) = (free, point) {
            match place_target(document, target, anchor, point, names, entities) {
                Some(place) => {
                    settled.insert(names.name(target.mention));
                    assign(&place, names.name(target.mention), names, entities);
                }
                None => bound = None,
            }
        }
        let target = bound.map(|target| target.mention);
        relations[n] = Some(Relation { target, anchor, distance: offset.distance, bearing: offset.bearing, point });
    }
    relations.into_iter().flatten().collect()
}

/// The expressions in the order of the text, but each after the one that places the name of its anchor. Circles are cut.
fn in_order_of_need(expressions: &[RelativeExpression], names: &Names<'_, '_>) -> Vec<usize> {
    let by_target: HashMap<usize, usize> =
        expressions.iter().enumerate().filter_map(|(n, e)| Some((names.name(e.target?.mention), n))).collect();
    let mut taken = vec![false; expressions.len()];
    let mut ordered = Vec::with_capacity(expressions.len());
    for n in 0..expressions.len() {
        let mut chain = Vec::new();
        let mut next = Some(n);
        while let Some(needed) = next.filter(|&needed| !taken[needed]) {
            taken[needed] = true;
            chain.push(needed);
            next = by_target.get(&names.name(expressions[needed].anchor)).copied();
        }
        ordered.extend(chain.into_iter().rev());
    }
    ordered
}

/// Where distances are counted from. None from an area: what is 50 miles south of Canada is so of its border.
fn anchor_point(entities: &[Entity], anchor: usize) -> Option<(LatLon, Kilometers)> {
    let place = entities[anchor].resolution.as_ref()?.place.as_ref()?;
    let feature = place.feature.as_deref().unwrap_or_default();
    let is_area = place.radius.is_some() || feature.starts_with("PCL") || feature.starts_with("ADM");
    (!is_area).then_some((place.location, place.uncertainty))
}

/// What lies at a point: a candidate of the name within twice the uncertainty, the most probable one if there are
/// several, or else the point itself. `None` if the name has a place elsewhere and the phrase is not tied to it, or the
/// anchor is less sure than that place: then the phrase speaks of something else, or its anchor was misread.
fn place_target(
    document: &Document,
    target: Target,
    anchor: usize,
    (location, uncertainty): (LatLon, Kilometers),
    names: &Names<'_, '_>,
    entities: &[Entity],
) -> Option<ResolvedPlace> {
    let confidence = entities[anchor].resolution.as_ref()?.place.as_ref()?.confidence;
    let within = Kilometers(2.0 * uncertainty.0);
    let ranked = names.ranked[target.mention];
    let mut places = ranked.into_iter().flat_map(|ranked| &ranked.candidates).map(|weighed| &weighed.place);
    let near = places.find(|place| place.location.distance(location) <= within);
    if let Some(place) = near {
        // The name and the position agree: as sure as the anchor is.
        return Some(place_of(place, confidence, Method::Gazetteer, names.gazetteer));
    }
    let elsewhere = ranked.and_then(Ranked::best).map_or(0.0, |best| best.probability);
    let trusted = elsewhere == 0.0 || (target.tied && (confidence >= SURE || confidence >= elsewhere));
    trusted.then(|| ResolvedPlace {
        id: None,
        name: entities[target.mention].mention.span.of(&document.text).to_owned(),
        location,
        country: None,
        admin1: None,
        feature: None,
        population: None,
        confidence: confidence * STATED,
        method: Method::Relative,
        uncertainty,
        radius: None,
    })
}

/// Gives a place to all mentions of a name; what they were taken for becomes an alternative.
fn assign(place: &ResolvedPlace, name: usize, names: &Names<'_, '_>, entities: &mut [Entity]) {
    for &n in names.mentions_of(name) {
        let Some(resolution) = entities[n].resolution.as_mut() else { continue };
        let before = resolution.place.replace(place.clone());
        resolution.alternatives.retain(|other| other.id != place.id);
        if let Some(before) = before.filter(|before| before.id != place.id) {
            resolution.alternatives.insert(0, before);
            resolution.alternatives.truncate(ALTERNATIVES);
        }
        // What is left for the others is what the place leaves.
        let others: f64 = resolution.alternatives.iter().map(|other| other.confidence).sum();
        let left = (1.0 - place.confidence).max(0.0);
        if others > left {
            resolution.alternatives.iter_mut().for_each(|other| other.confidence *= left / others);
        }
    }
}
