//! Which place each name means.
//!
//! [`amend`] mends the mentions by what the whole document shows, [`toponym`] finds the names of places among and inside
//! them, with the places that they may mean. [`context`] reads the words beside each, [`features`] makes numbers of what
//! speaks for each candidate, [`ranker`] makes probabilities of these, and [`inference`] does so for all names of the
//! document together. Then the places that the text puts at an offset from another ([`relative`]) are worked out from the
//! places of their anchors.

pub mod coherence;
pub mod context;
pub mod coordinates;
pub mod correction;
pub mod features;
pub mod focus;
pub mod metonymy;
pub mod publisher;
pub mod quantity;
pub mod ranker;
pub mod relative;
pub mod scoring;
pub mod stated;
#[cfg(test)]
mod tests;
pub mod toponym;

use std::borrow::Cow;
use std::sync::Arc;

use crate::annotation::{
    Contained, Entity, ExplainedCandidate, Explanation, Method, Relation, Resolution, ResolvedPlace, StandsFor,
};
use crate::document::{Document, Span};
use crate::gazetteer::{Candidate, CountryCode, FeatureClass, Fold, Gazetteer, NameKind, Place, PlaceIndex};
use crate::geo::{Kilometers, LatLon};
use crate::mention::{Label, Mention};
use context::Context;
use features::{is_container, is_country, lies_in};
use publisher::{Publisher, Publishers};
use ranker::Ranker;
use relative::{Extent, Named, RelativeExpression};
use scoring::{Names, Ranked, Scored};
use stated::Positions;
use toponym::{Role, Toponym};

/// Alternatives that are given of each mention, at most.
const ALTERNATIVES: usize = 3;

/// Alternatives that are less probable than this are not given.
const UNLIKELY: f64 = 0.005;

/// Candidates that are explained of each name, at most.
const EXPLAINED: usize = 5;

/// What a caller knows of the documents, and wants to know.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where they were published.
    pub near: Option<LatLon>,
    /// The country where they were published.
    pub country: Option<CountryCode>,
    /// Where the documents of each source were published: goes before the two above.
    pub publishers: Arc<Publishers>,
    /// The mentions are known to name places, so that "none of these" is no answer where there is a candidate.
    pub certain: bool,
    /// Whether to tell why each place was chosen.
    pub explain: bool,
}

/// Resolves the names of documents. Cheap to share: every method takes `&self`.
#[derive(Debug)]
pub struct Resolver {
    gazetteer: Arc<Gazetteer>,
    ranker: Cow<'static, Ranker>,
    options: Options,
}

/// What became of a document's mentions.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    /// The mentions with their places.
    pub entities: Vec<Entity>,
    /// Places that the text puts at a distance from another, in order.
    pub relations: Vec<Relation>,
    /// Why, if that was asked for: one for each name that was scored.
    pub explanations: Vec<Explanation>,
}

/// What speaks for the candidates of one name: what the ranker is trained on.
#[derive(Clone, Debug)]
pub struct Trace<'g> {
    /// Where it stands.
    pub span: Span,
    /// What it is to its mention.
    pub role: Role,
    /// Its candidates, scored among the others of the document.
    pub ranked: Ranked<'g>,
}

impl Resolver {
    /// A resolver of the names of a gazetteer, with the ranker that comes with the crate.
    pub fn new(gazetteer: impl Into<Arc<Gazetteer>>) -> Self {
        Self { gazetteer: gazetteer.into(), ranker: Cow::Borrowed(Ranker::embedded()), options: Options::default() }
    }

    /// With other weights.
    pub fn with_ranker(self, ranker: Ranker) -> Self {
        Self { ranker: Cow::Owned(ranker), ..self }
    }

    /// With what the caller knows.
    pub fn with_options(self, options: Options) -> Self {
        Self { options, ..self }
    }

    /// Where places are looked up.
    pub fn gazetteer(&self) -> &Gazetteer {
        &self.gazetteer
    }

    /// Mends the mentions of a document: see [`amend`].
    pub fn amend(&self, document: &Document, mentions: Vec<Mention>) -> Vec<Mention> {
        correction::correct(&document.text, mentions, &self.gazetteer)
    }

    /// The names of places among the mentions and inside them.
    pub fn toponyms(&self, document: &Document, mentions: &[Mention]) -> Vec<Toponym> {
        toponym::find(&document.text, mentions, &self.gazetteer)
    }

    /// Resolves the names of a document together.
    pub fn resolve(&self, document: &Document, mentions: &[Mention], toponyms: &[Toponym]) -> Resolved {
        resolve(document, mentions, toponyms, &self.gazetteer, &self.ranker, &self.options)
    }

    /// What speaks for each candidate of each name.
    pub fn trace(&self, document: &Document, mentions: &[Mention], toponyms: &[Toponym]) -> Vec<Trace<'_>> {
        let context = Context::read(&document.text, mentions, toponyms);
        let publisher = publisher(document, &self.options, &self.gazetteer);
        let names = Names {
            text: &document.text,
            mentions,
            toponyms,
            context: &context,
            publisher: &publisher,
            gazetteer: &self.gazetteer,
            certain: self.options.certain,
        };
        let whole = whole_mentions(mentions, toponyms);
        let (ranked, _) = score(&names, &whole, &self.ranker);
        let traces = toponyms.iter().zip(ranked);
        traces.map(|(toponym, ranked)| Trace { span: toponym.span, role: toponym.role, ranked }).collect()
    }
}

/// The places that a name may mean: looks it up whole; where that gives nothing, what stands before a comma ("Paris,
/// Texas" as one mention), in what stands behind it if that is a place that holds one of the name.
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

/// Where a document was published: by the caller's table, by what the caller says of all, or by the name of its source.
fn publisher(document: &Document, options: &Options, gazetteer: &Gazetteer) -> Publisher {
    let source = document.source.as_deref();
    if let Some(known) = source.and_then(|source| options.publishers.of(source)) {
        return known.clone();
    }
    match (options.near, options.country, source) {
        (None, None, Some(source)) => Publisher::named(source, gazetteer),
        (near, country, _) => Publisher { places: near.into_iter().collect(), country },
    }
}

fn resolve(
    document: &Document,
    mentions: &[Mention],
    toponyms: &[Toponym],
    gazetteer: &Gazetteer,
    ranker: &Ranker,
    options: &Options,
) -> Resolved {
    let context = Context::read(&document.text, mentions, toponyms);
    let publisher = publisher(document, options, gazetteer);
    let names = Names {
        text: &document.text,
        mentions,
        toponyms,
        context: &context,
        publisher: &publisher,
        gazetteer,
        certain: options.certain,
    };
    let whole = whole_mentions(mentions, toponyms);
    let (ranked, read) = score(&names, &whole, ranker);
    let expressions = read.by(&names, named(&names, &whole, &ranked)).expressions;
    let mut entities = entities(&names, &ranked);
    let of_mentions = whole.iter().map(|toponym| toponym.map(|toponym| &ranked[toponym])).collect();
    let number = |mention: usize| whole[mention].map(|toponym| context.name(toponym));
    let resolved = relative::placing::Names::new(of_mentions, number, gazetteer);
    let relations = relative::placing::place_relative(document, &expressions, &resolved, &mut entities);
    let explanations = if options.explain {
        toponyms.iter().zip(&ranked).map(|(toponym, ranked)| explanation(toponym, ranked, ranker, gazetteer)).collect()
    } else {
        Vec::new()
    };
    Resolved { entities, relations, explanations }
}

/// Weighs all names alone, and then together with what the others and the positions in the text say. Gives the relative
/// expressions as they were read beside.
fn score<'g>(names: &Names<'_, 'g>, whole: &[Option<usize>], ranker: &Ranker) -> (Vec<Ranked<'g>>, Read) {
    let alone = scoring::score_locally(names, ranker);
    let read = Read::new(names, named(names, whole, &alone));
    let positions =
        |ranked: &[Ranked<'_>]| stated::positions(&read.expressions, whole, names.context, ranked, names.gazetteer);
    (scoring::score_collectively(names, alone, ranker, &positions), read)
}

/// The relative expressions of a document, as they are read by what its mentions were taken for.
struct Read {
    named: Vec<Named>,
    expressions: Vec<RelativeExpression>,
}

impl Read {
    fn new(names: &Names<'_, '_>, named: Vec<Named>) -> Self {
        let expressions = relative::find(names.text, names.mentions, &named);
        Self { named, expressions }
    }

    /// The same by what the mentions are taken for now: they are read anew only if that has changed.
    fn by(self, names: &Names<'_, '_>, named: Vec<Named>) -> Self {
        if self.named == named { self } else { Self::new(names, named) }
    }
}

/// What each mention was taken for, as far as the reading of relative expressions needs it.
fn named(names: &Names<'_, '_>, whole: &[Option<usize>], ranked: &[Ranked<'_>]) -> Vec<Named> {
    let of_toponym = |n: usize| {
        let best = ranked[n].best();
        Named {
            extent: extent(best, names.context.is_called_area(n)),
            part_of: best.and_then(|best| part_of(names.toponyms[n].span.of(names.text), best, names.gazetteer)),
        }
    };
    whole.iter().map(|toponym| toponym.map_or_else(Named::default, of_toponym)).collect()
}

/// How much of the map a name means; `called_area`: the text calls it an area.
fn extent(best: Option<&Scored<'_>>, called_area: bool) -> Extent {
    match best.map(|best| best.place) {
        Some(place) if is_country(&place) => Extent::Country,
        Some(place) if place.feature.starts_with("ADM") || place.radius.is_some() => Extent::Area,
        Some(place) if place.class == FeatureClass::Area => Extent::Area,
        _ if called_area => Extent::Area,
        Some(place) if place.feature == "PPLC" => Extent::Capital,
        _ => Extent::Spot,
    }
}

/// The place that a name means a part of: its own place if words of direction in front of it were left off, else the country
/// or division around the region that it names ("northern Iraq" where the gazetteer has such a region).
fn part_of(name: &str, best: &Scored<'_>, gazetteer: &Gazetteer) -> Option<PlaceIndex> {
    let rest = relative::vague::without_direction(name)?;
    if relative::vague::without_direction(best.place.name).is_none() {
        return (best.candidate.fold >= Fold::Loose).then_some(best.place.index);
    }
    let is_region = best.place.feature == "RGN" && best.place.country.is_some();
    let whole = gazetteer.get(gazetteer.lookup(rest).first().filter(|_| is_region)?.place)?;
    (is_container(&whole) && whole.country == best.place.country).then_some(whole.index)
}

/// The toponym that each mention is as a whole, if it is one of a place.
fn whole_mentions(mentions: &[Mention], toponyms: &[Toponym]) -> Vec<Option<usize>> {
    let mut whole = vec![None; mentions.len()];
    for (n, toponym) in toponyms.iter().enumerate() {
        if toponym.role == Role::Place {
            whole[toponym.mention] = Some(n);
        }
    }
    whole
}

fn entities(names: &Names<'_, '_>, ranked: &[Ranked<'_>]) -> Vec<Entity> {
    let mut entities: Vec<Entity> = names.mentions.iter().copied().map(Entity::unplaced).collect();
    for (toponym, ranked) in names.toponyms.iter().zip(ranked) {
        let entity = &mut entities[toponym.mention];
        let resolution = || to_resolution(ranked, names.gazetteer);
        match toponym.role {
            Role::Place => {
                let governs = |best: &Scored<'_>| best.place.feature == "PPLC" || is_country(&best.place);
                let government =
                    ranked.best().is_some_and(governs) && metonymy::stands_for_government(names.text, toponym.span);
                entity.stands_for = government.then_some(StandsFor::Government);
                entity.resolution = Some(resolution());
            }
            Role::People => entity.resolution = Some(resolution()),
            Role::Organisation | Role::Within if ranked.best().is_some() => {
                entity.contains.push(Contained { span: toponym.span, resolution: resolution() });
            }
            Role::Organisation | Role::Within => {}
        }
    }
    entities
}

/// The place that a name means where nothing else is said: "Mosul", or "Paris, Texas" with what it is in.
pub fn place_named(name: &str, gazetteer: &Gazetteer) -> Option<ResolvedPlace> {
    let document = Document::new("", name);
    let mentions = [Mention { span: Span::new(0, name.len()), label: Label::Loc, score: 1.0 }];
    // "Washington, D.C." is a name as a whole.
    let whole = gazetteer.lookup(name);
    let candidates = match name.split_once(',').filter(|_| whole.is_empty()) {
        Some((head, tail)) => look_up_in(head, tail, gazetteer),
        None => whole,
    };
    let toponyms = [Toponym { span: mentions[0].span, mention: 0, role: Role::Place, candidates }];
    // Somebody who asks for a village by its name means it.
    let options = Options { certain: true, ..Options::default() };
    let resolved = resolve(&document, &mentions, &toponyms, gazetteer, Ranker::embedded(), &options);
    resolved.entities.into_iter().next()?.resolution?.place
}

/// What a resolver that sees nothing but a name makes of its candidates: each with its probability, the best first.
pub fn places_of(name: &str, candidates: &[Candidate], gazetteer: &Gazetteer) -> Vec<(Candidate, ResolvedPlace)> {
    let document = Document::new("", name);
    let mentions = [Mention { span: Span::new(0, name.len()), label: Label::Loc, score: 1.0 }];
    let toponyms = [Toponym { span: mentions[0].span, mention: 0, role: Role::Place, candidates: candidates.to_vec() }];
    let context = Context::read(&document.text, &mentions, &toponyms);
    let names = Names {
        text: &document.text,
        mentions: &mentions,
        toponyms: &toponyms,
        context: &context,
        publisher: &Publisher::default(),
        gazetteer,
        certain: false,
    };
    let ranked = scoring::score_locally(&names, Ranker::embedded());
    let ranked = scoring::score_collectively(&names, ranked, Ranker::embedded(), &|_| Positions::default());
    let found = ranked.into_iter().flat_map(|ranked| ranked.candidates);
    found.map(|scored| (scored.candidate, to_place(&scored, gazetteer))).collect()
}

/// How a candidate's name leads to its place.
fn method(candidate: Candidate) -> Method {
    if candidate.kind == NameKind::Demonym { Method::Demonym } else { Method::Gazetteer }
}

fn to_resolution(ranked: &Ranked<'_>, gazetteer: &Gazetteer) -> Resolution {
    let best = ranked.best();
    let others = ranked.candidates.iter().skip(usize::from(best.is_some()));
    let likely = others.filter(|scored| scored.probability >= UNLIKELY).take(ALTERNATIVES);
    Resolution {
        place: best.map(|best| to_place(best, gazetteer)),
        alternatives: likely.map(|scored| to_place(scored, gazetteer)).collect(),
    }
}

fn to_place(scored: &Scored<'_>, gazetteer: &Gazetteer) -> ResolvedPlace {
    place_of(&scored.place, scored.probability, method(scored.candidate), gazetteer)
}

fn place_of(place: &Place<'_>, confidence: f64, method: Method, gazetteer: &Gazetteer) -> ResolvedPlace {
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

fn explanation(toponym: &Toponym, ranked: &Ranked<'_>, ranker: &Ranker, gazetteer: &Gazetteer) -> Explanation {
    let weights = &ranker.collective;
    let candidates = ranked.candidates.iter().take(EXPLAINED).map(|scored| ExplainedCandidate {
        place: to_place(scored, gazetteer),
        score: weights.score(&scored.features),
        reasons: weights.reasons(&scored.features),
    });
    Explanation {
        span: toponym.span,
        mention: toponym.mention,
        scored: ranked.candidates.len(),
        candidates: candidates.collect(),
        none: 1.0 - ranked.candidates.iter().map(|scored| scored.probability).sum::<f64>(),
        none_score: weights.none_score(&ranked.none),
        none_reasons: weights.none_reasons(&ranked.none),
    }
}
