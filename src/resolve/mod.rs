//! Which place each mention means.
//!
//! Every name of the document gets the evidence for each of its candidates ([`evidence`]), the ranker turns it into
//! probabilities ([`ranker`]). This is done twice: the first time every name for itself, the second time with the
//! support of the countries and divisions that the first time found. Then the places that the text puts at an offset
//! from another ([`relative`]) are worked out from the places of their anchors.

pub mod context;
pub mod evidence;
pub mod quantity;
pub mod ranker;
pub mod relative;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use crate::annotation::{Entity, Method, Relation, Resolution, ResolvedPlace};
use crate::document::{Document, Span};
use crate::gazetteer::{Candidate, FeatureClass, Fold, Gazetteer, NameKind, Place, PlaceIndex};
use crate::geo::Kilometers;
use crate::ner::decode::Mention;
use crate::ner::labels::Label;
use context::Context;
use evidence::{Evidence, Support, is_container, is_country, lies_in};
use relative::{Extent, Named};

/// Alternatives that are given of each mention, at most.
const ALTERNATIVES: usize = 3;

/// Alternatives that are less probable than this are not given.
const UNLIKELY: f64 = 0.005;

/// Candidates of a mention that are weighed, at most: of those that match equally well the gazetteer gives the largest
/// first.
const WEIGHED: usize = 250;

/// The places that each mention may mean, by the gazetteer alone: any place for a LOC, a place by the name of its
/// people for a MISC, none for the others.
pub fn candidates(document: &Document, mentions: &[Mention], gazetteer: &Gazetteer) -> Vec<Vec<Candidate>> {
    let of_mention = |mention: &Mention| {
        let name = mention.span.of(&document.text);
        let mut found = match mention.label {
            Label::Loc => look_up_place(name, gazetteer),
            Label::Misc => {
                let mut found = gazetteer.lookup(name);
                found.retain(|candidate| candidate.kind == NameKind::Demonym);
                found
            }
            Label::Per | Label::Org => Vec::new(),
        };
        found.truncate(WEIGHED);
        found
    };
    mentions.iter().map(of_mention).collect()
}

/// The places that a name may mean: looks it up whole; where that gives nothing, what stands before a comma ("Paris, Texas" as one mention), in what
/// stands behind it if that is a place that holds one of the name.
pub fn look_up_place(name: &str, gazetteer: &Gazetteer) -> Vec<Candidate> {
    let found = gazetteer.lookup(name);
    match name.split_once(',').filter(|_| found.is_empty()) {
        None => found,
        Some((head, tail)) => match look_up_in(head, tail, gazetteer) {
            held if held.is_empty() => gazetteer.lookup(head),
            held => held,
        },
    }
}

/// The places of a name that lie in a place of another.
fn look_up_in(name: &str, container: &str, gazetteer: &Gazetteer) -> Vec<Candidate> {
    let containers = gazetteer.lookup(container);
    let containers: Vec<Place<'_>> =
        containers.iter().filter_map(|c| gazetteer.get(c.place)).filter(is_container).collect();
    let is_held = |candidate: &Candidate| {
        let inner = gazetteer.get(candidate.place);
        inner.is_some_and(|inner| containers.iter().any(|outer| lies_in(&inner, outer)))
    };
    let mut found = gazetteer.lookup(name);
    found.retain(is_held);
    found
}

/// Resolves the mentions of a document together.
///
/// `candidates` are those of each mention, one for one.
pub fn resolve(
    document: &Document,
    mentions: &[Mention],
    candidates: &[Vec<Candidate>],
    gazetteer: &Gazetteer,
) -> (Vec<Entity>, Vec<Relation>) {
    let context = Context::read(&document.text, mentions);
    let alone = weigh(&context, candidates, gazetteer, None);
    let ranked = weigh(&context, candidates, gazetteer, Some(&named_areas(&context, &alone, gazetteer)));

    let entity = |(&mention, ranked): (&Mention, &Ranked)| {
        let placeable = mention.label == Label::Loc || !ranked.0.is_empty();
        Entity { mention, resolution: placeable.then(|| to_resolution(ranked, gazetteer)), contains: Vec::new() }
    };
    let mut entities: Vec<Entity> = mentions.iter().zip(&ranked).map(entity).collect();

    let named: Vec<Named> = ranked
        .iter()
        .enumerate()
        .map(|(n, ranked)| {
            let name = mentions[n].span.of(&document.text);
            Named {
                extent: ranked.extent(context.is_called_area(n), gazetteer),
                part_of: ranked.part_of(name, gazetteer),
            }
        })
        .collect();
    let expressions = relative::find(&document.text, mentions, &named);
    let relations =
        relative::placing::place_relative(document, &expressions, &ranked, &context, gazetteer, &mut entities);
    (entities, relations)
}

/// The place that a name means where nothing else is said: "Mosul", or "Paris, Texas" with what it is in.
pub fn place_named(name: &str, gazetteer: &Gazetteer) -> Option<ResolvedPlace> {
    let document = Document::new("", name);
    let mention = Mention { span: Span::new(0, name.len()), label: Label::Loc, score: 1.0 };
    // "Washington, D.C." is a name as a whole.
    let whole = gazetteer.lookup(name);
    let found = match name.split_once(',').filter(|_| whole.is_empty()) {
        Some((head, tail)) => look_up_in(head, tail, gazetteer),
        None => whole,
    };
    let (entities, _) = resolve(&document, &[mention], &[found], gazetteer);
    let resolution = entities.into_iter().next()?.resolution?;
    // Somebody who asks for a village by its name means it.
    resolution.place.or_else(|| resolution.alternatives.into_iter().next())
}

/// What a resolver that sees nothing but a name makes of its candidates: each with its probability, in their order.
pub fn places_of(candidates: &[Candidate], gazetteer: &Gazetteer) -> Vec<(Candidate, ResolvedPlace)> {
    let known = candidates.iter().filter_map(|&candidate| Some((candidate, gazetteer.get(candidate.place)?)));
    let known: Vec<_> = known.collect();
    let score = |(candidate, place): &(Candidate, Place<'_>)| ranker::score(&evidence::intrinsic(*candidate, place));
    let probabilities = ranker::probabilities(&known.iter().map(score).collect::<Vec<_>>());
    let place = |((candidate, place), probability): ((Candidate, Place<'_>), f64)| {
        (candidate, to_place(&place, probability, method(candidate), gazetteer))
    };
    known.into_iter().zip(probabilities).map(place).collect()
}

/// How a candidate's name leads to its place.
fn method(candidate: Candidate) -> Method {
    if candidate.kind == NameKind::Demonym { Method::Demonym } else { Method::Gazetteer }
}

/// The candidates of one mention with their probabilities, best first.
#[derive(Clone, Debug, Default)]
struct Ranked(Vec<(Candidate, f64)>);

impl Ranked {
    /// The best candidate, unless "none of these" is more probable.
    fn best(&self) -> Option<(Candidate, f64)> {
        let none = 1.0 - self.0.iter().map(|(_, p)| p).sum::<f64>();
        self.0.first().copied().filter(|(_, p)| *p >= none)
    }

    fn best_place<'a>(&self, gazetteer: &'a Gazetteer) -> Option<(Candidate, Place<'a>)> {
        self.best().and_then(|(candidate, _)| Some((candidate, gazetteer.get(candidate.place)?)))
    }

    /// How much of the map the name means; `called_area`: the text calls it an area.
    fn extent(&self, called_area: bool, gazetteer: &Gazetteer) -> Extent {
        match self.best_place(gazetteer) {
            Some((_, place)) if is_country(&place) => Extent::Country,
            Some((_, place)) if place.feature.starts_with("ADM") || place.radius.is_some() => Extent::Area,
            Some((_, place)) if place.class == FeatureClass::Area => Extent::Area,
            _ if called_area => Extent::Area,
            Some((_, place)) if place.feature == "PPLC" => Extent::Capital,
            _ => Extent::Spot,
        }
    }

    /// The place that a name means a part of: its own place if words of direction in front of it were left off, else the
    /// country or division around the region that it names ("northern Iraq" where the gazetteer has such a region).
    fn part_of(&self, name: &str, gazetteer: &Gazetteer) -> Option<PlaceIndex> {
        let rest = relative::vague::without_direction(name)?;
        let (candidate, place) = self.best_place(gazetteer)?;
        if relative::vague::without_direction(place.name).is_none() {
            return (candidate.fold >= Fold::Loose).then_some(place.index);
        }
        let is_region = place.feature == "RGN" && place.country.is_some();
        let whole = gazetteer.get(gazetteer.lookup(rest).first().filter(|_| is_region)?.place)?;
        (is_container(&whole) && whole.country == place.country).then_some(whole.index)
    }
}

/// Ranks the candidates of every mention, with the support of the document's other names where it is known.
fn weigh(
    context: &Context,
    candidates: &[Vec<Candidate>],
    gazetteer: &Gazetteer,
    support: Option<&NamedAreas>,
) -> Vec<Ranked> {
    let is = |yes: bool| if yes { 1.0 } else { 0.0 };
    let weigh_one = |(n, found): (usize, &Vec<Candidate>)| {
        let said = context.said(n, candidates, gazetteer);
        let strictly = found.iter().any(|candidate| candidate.fold <= Fold::Folded);
        let known = found.iter().filter_map(|&candidate| Some((candidate, gazetteer.get(candidate.place)?)));
        let known: Vec<(Candidate, Place<'_>)> = known.collect();
        let scored = known.iter().map(|(candidate, place)| {
            let (country, first_level) = support.map_or((0.0, 0.0), |support| support.beyond(context.name(n), place));
            let evidence = Evidence {
                country_support: country,
                first_level_support: first_level,
                needless_liberty: is(strictly && candidate.fold > Fold::Folded),
                has_namesake_town: is(known
                    .iter()
                    .any(|(other, town)| other.fold <= candidate.fold && evidence::is_division_around(place, town))),
                ..said.evidence(evidence::intrinsic(*candidate, place), place)
            };
            (*candidate, ranker::score(&evidence))
        });
        let (found, scores): (Vec<Candidate>, Vec<f64>) = scored.unzip();
        let mut ranked: Vec<_> = found.into_iter().zip(ranker::probabilities(&scores)).collect();
        // Stable: equals stay in the gazetteer's order.
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        Ranked(ranked)
    };
    candidates.iter().enumerate().map(weigh_one).collect()
}

/// The countries and divisions that a document's names mean, each name counted once.
struct NamedAreas {
    all: Support,
    /// What each name added.
    by_name: HashMap<usize, Support>,
}

impl NamedAreas {
    fn beyond(&self, name: usize, place: &Place<'_>) -> (f64, f64) {
        self.by_name.get(&name).map_or((0.0, 0.0), |own| self.all.beyond(own, place))
    }
}

fn named_areas(context: &Context, ranked: &[Ranked], gazetteer: &Gazetteer) -> NamedAreas {
    let mut areas = NamedAreas { all: Support::default(), by_name: HashMap::new() };
    for (n, ranked) in ranked.iter().enumerate() {
        let name = context.name(n);
        if areas.by_name.contains_key(&name) {
            continue;
        }
        let mut own = Support::default();
        let best = ranked.best().and_then(|(candidate, p)| Some((gazetteer.get(candidate.place)?, p)));
        if let Some((place, probability)) = best {
            own.add(&place, probability);
            areas.all.add(&place, probability);
        }
        areas.by_name.insert(name, own);
    }
    areas
}

fn to_resolution(ranked: &Ranked, gazetteer: &Gazetteer) -> Resolution {
    let place = |&(candidate, confidence): &(Candidate, f64)| {
        let place = gazetteer.get(candidate.place)?;
        Some(to_place(&place, confidence, method(candidate), gazetteer))
    };
    let best = ranked.best();
    let others = ranked.0.iter().skip(usize::from(best.is_some())).filter(|(_, p)| *p >= UNLIKELY);
    Resolution {
        place: best.as_ref().and_then(place),
        alternatives: others.take(ALTERNATIVES).filter_map(place).collect(),
    }
}

fn to_place(place: &Place<'_>, confidence: f64, method: Method, gazetteer: &Gazetteer) -> ResolvedPlace {
    let division = place.admin1.filter(|&parent| parent != place.index).and_then(|parent| gazetteer.get(parent));
    ResolvedPlace {
        id: Some(place.id.to_string()),
        name: place.name.to_owned(),
        location: place.location,
        country: place.country.map(|country| country.to_string()),
        admin1: division.map(|division| division.name.to_owned()),
        feature: Some(place.feature).filter(|feature| !feature.is_empty()).map(str::to_owned),
        population: place.population.filter(|&population| population > 0),
        confidence,
        method,
        uncertainty: Kilometers(0.0),
        radius: place.radius,
    }
}
