//! Which place each name means.
//!
//! [`correction`] mends the mentions by what the whole document shows, [`toponym`] finds the names of places among and inside
//! them, with the places that they may mean. [`context`] reads the words beside each, [`features`] makes numbers of what
//! speaks for each candidate ([`said`]) and for none of them ([`none`]), [`ranker`] makes probabilities of these, and [`scoring`] does so for each name by itself and
//! then for all names of the document together. Then the places that the text puts at an offset from another ([`relative`])
//! are worked out from the places of their anchors.

pub mod bearer;
pub mod coherence;
pub mod context;
pub mod coordinates;
pub mod correction;
pub mod corrections;
pub mod explanation;
pub mod features;
pub mod focus;
pub mod kinds;
pub mod known;
pub mod lists;
pub mod lookup;
pub mod memo;
pub mod metonymy;
pub mod names;
pub mod none;
pub mod outcome;
pub mod own_names;
pub mod period;
pub mod pins;
pub mod positions;
pub mod publisher;
pub mod quantity;
pub mod ranker;
pub mod relative;
pub mod said;
pub mod scoring;
pub mod stated;
#[cfg(test)]
mod tests;
pub mod toponym;
pub mod words;

use std::borrow::Cow;
use std::sync::Arc;

use crate::document::{Document, OffsetUnit, Span};
use crate::gazetteer::{Candidate, CountryCode, FeatureClass, Fold, Gazetteer, GazetteerPlace, PlaceIndex};
use crate::geo::LatLon;
use crate::mention::{Label, Mention};
use crate::page::Page;
use crate::phrases::Phrases;
use context::Context;
use corrections::Corrections;
use explanation::NameExplanation;
use features::{is_container, is_country};
use lookup::look_up_in;
use names::Names;
use outcome::{ALTERNATIVES, Facts, InnerPlace, Resolution, ResolvedMention, ResolvedPlace, StandsFor};
use pins::Pins;
use positions::Positions;
use publisher::{Publisher, Publishers};
use ranker::Ranker;
use relative::{Extent, Named, RelativeExpression, StatedRelation, placing};
use scoring::{Ranked, Ranking, Scored, Scoring};
use toponym::{Role, Toponym};

/// Alternatives that are less probable than this are not given.
const UNLIKELY: f64 = 0.005;

/// What a caller knows of a document.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// Where it was published.
    pub near: Option<LatLon>,
    /// The country where it was published.
    pub country: Option<CountryCode>,
    /// Who published it, if that is not its own source.
    pub publisher: Option<&'a str>,
    /// Its mentions are known to name places, so that "none of these" is no answer where there is a candidate.
    pub certain: bool,
    /// Whether what is weighed of each candidate is kept: to explain it, or to learn from it.
    pub keep_grounds: bool,
    /// What people have said of its names, with offsets in a unit.
    pub corrections: Option<(&'a Corrections, OffsetUnit)>,
    /// The page that its text was read from, if that is another text. Offsets of corrections are of the page.
    pub page: Option<&'a Page>,
}

/// Resolves the names of documents. Cheap to share: every method takes `&self`.
#[derive(Clone, Debug)]
pub struct Resolver {
    gazetteer: Arc<Gazetteer>,
    ranker: Cow<'static, Ranker>,
    publishers: Publishers,
    /// The names of places of the user's own.
    own_names: Arc<Phrases>,
}

/// What became of a document's mentions, and how.
#[derive(Debug, Default)]
pub struct Resolved {
    /// The mentions with their places.
    pub mentions: Vec<ResolvedMention>,
    /// Places that the text puts at a distance from another, in order.
    pub relations: Vec<StatedRelation>,
    /// The names of places among the mentions and inside them.
    pub toponyms: Vec<Toponym>,
    /// The candidates of each toponym, scored among the others of the document.
    pub ranked: Ranking,
    /// What was not weighed, since it was said.
    pub pins: Pins,
}

impl Resolved {
    /// Tells in places of the page what was found in the text that was read from it.
    pub fn put_on(&mut self, page: &Page) {
        let put = |span: &mut Span| *span = page.place(*span);
        for resolved in &mut self.mentions {
            put(&mut resolved.mention.span);
            resolved.inner.iter_mut().for_each(|inner| put(&mut inner.span));
        }
        self.relations.iter_mut().for_each(|relation| put(&mut relation.span));
        self.toponyms.iter_mut().for_each(|toponym| put(&mut toponym.span));
        self.pins.put_on(page);
    }
}

impl Resolver {
    /// A resolver of the names of a gazetteer, with the ranker that comes with the crate.
    pub fn new(gazetteer: impl Into<Arc<Gazetteer>>) -> Self {
        let ranker = Cow::Borrowed(Ranker::embedded());
        Self { gazetteer: gazetteer.into(), ranker, publishers: Publishers::default(), own_names: Arc::default() }
    }

    /// With other weights.
    #[must_use]
    pub fn with_ranker(self, ranker: Ranker) -> Self {
        Self { ranker: Cow::Owned(ranker), ..self }
    }

    /// With a table of where the documents of each source were published.
    #[must_use]
    pub fn with_publishers(self, publishers: Publishers) -> Self {
        Self { publishers, ..self }
    }

    /// With names that are those of places wherever they stand.
    #[must_use]
    pub fn with_own_names(self, own_names: Phrases) -> Self {
        Self { own_names: Arc::new(own_names), ..self }
    }

    /// Names that are those of places wherever they stand.
    pub fn own_names(&self) -> &Phrases {
        &self.own_names
    }

    /// Where places are looked up.
    pub fn gazetteer(&self) -> &Gazetteer {
        &self.gazetteer
    }

    /// Resolves the names of a document together, but for those whose places are said.
    pub fn resolve(
        &self,
        document: &Document,
        mentions: Vec<Mention>,
        toponyms: Vec<Toponym>,
        pins: Pins,
        known: Known<'_>,
    ) -> Resolved {
        let gazetteer = &*self.gazetteer;
        let text = &document.text;
        let context = Context::read(text, &mentions, &toponyms, gazetteer);
        let publisher = self.publisher(document, known);
        let names = Names {
            text,
            mentions: &mentions,
            toponyms: &toponyms,
            context: &context,
            publisher: &publisher,
            age: period::age(text, document.date.as_deref()),
            gazetteer,
            certain: known.certain,
        };
        let whole = whole_mentions(&mentions, &toponyms);
        let (ranked, expressions) = score(&names, &whole, &self.ranker, known.keep_grounds);
        let meant = meant(&names, &ranked);
        let mut resolutions = resolutions(&names, &ranked, &meant);
        pins.resolve(&mentions, &mut resolutions);
        let of_mentions = whole.iter().map(|toponym| toponym.map(|toponym| &ranked[toponym])).collect();
        let number = |mention: usize| whole[mention].map(|toponym| context.name(toponym));
        let placing_names = placing::Names::new(of_mentions, number, gazetteer);
        let (resolutions, relations) =
            placing::place_relative(text, &mentions, &expressions, &placing_names, resolutions);
        let mut resolved = resolved_mentions(&names, &ranked, &meant, resolutions);
        pins.put(&mut resolved, &toponyms);
        Resolved { mentions: resolved, relations, toponyms, ranked, pins }
    }

    /// Why each name was taken for what it was, where what was weighed was kept.
    pub fn explain(&self, resolved: &Resolved) -> Vec<NameExplanation> {
        let Resolved { toponyms, ranked, pins, .. } = resolved;
        explanation::explain(toponyms, ranked, pins, &self.ranker, &self.gazetteer)
    }

    /// Where a document was published: by the table of publishers, by what the caller says, or by the name of its source.
    fn publisher(&self, document: &Document, known: Known<'_>) -> Publisher {
        let source = known.publisher.or(document.source.as_deref());
        if let Some(known) = source.and_then(|source| self.publishers.of(source)) {
            return known.clone();
        }
        match (known.near, known.country, source) {
            (None, None, Some(source)) => Publisher::named(source, &self.gazetteer),
            (near, country, _) => Publisher { places: near.into_iter().collect(), country },
        }
    }
}

/// Scores all names by themselves, and then together with what the others and the positions in the text say. Gives the
/// relative expressions as they are read beside, by what the names mean by themselves.
fn score(
    names: &Names<'_, '_>,
    whole: &[Option<usize>],
    ranker: &Ranker,
    keep_grounds: bool,
) -> (Ranking, Vec<RelativeExpression>) {
    let scoring = Scoring::new(names, ranker, keep_grounds);
    let alone = scoring.alone();
    let expressions = relative::find(names.text, names.mentions, &named(names, &alone));
    let positions = |ranked: &Ranking| stated::positions(&expressions, whole, names.context, ranked, names.gazetteer);
    (scoring.together(alone, &positions), expressions)
}

/// What each mention was taken for, as far as the reading of relative expressions needs it.
fn named(names: &Names<'_, '_>, ranked: &Ranking) -> Vec<Named> {
    let mut named = vec![Named::default(); names.mentions.len()];
    for (n, toponym) in names.toponyms.iter().enumerate() {
        if !matches!(toponym.role, Role::Place | Role::People | Role::Coordinate) {
            continue;
        }
        let best = ranked[n].best();
        let place = best.and_then(|best| best.place(names.gazetteer));
        let part_of = |(best, place): (Scored, &GazetteerPlace<'_>)| {
            part_of(toponym.span.of(names.text), best.candidate.fold, place, names.gazetteer)
        };
        named[toponym.mention] = Named {
            extent: extent(place.as_ref(), names.context.is_called_area(n)),
            part_of: best.zip(place.as_ref()).and_then(part_of),
        };
    }
    named
}

/// How much of the map a name means; `called_area`: the text calls it an area.
fn extent(best: Option<&GazetteerPlace<'_>>, called_area: bool) -> Extent {
    match best {
        Some(place) if is_country(place) => Extent::Country,
        Some(place) if place.feature.starts_with("ADM") || place.radius.is_some() => Extent::Area,
        Some(place) if place.class == FeatureClass::Area => Extent::Area,
        _ if called_area => Extent::Area,
        Some(place) if place.feature == "PPLC" => Extent::Capital,
        _ => Extent::Spot,
    }
}

/// The place that a name means a part of: its own place if words of direction in front of it were left off, else the country
/// or division around the region that it names ("northern Iraq" where the gazetteer has such a region).
fn part_of(name: &str, fold: Fold, place: &GazetteerPlace<'_>, gazetteer: &Gazetteer) -> Option<PlaceIndex> {
    let rest = relative::vague::without_direction(name)?;
    if relative::vague::without_direction(place.name).is_none() {
        return (fold >= Fold::Loose).then_some(place.index);
    }
    let is_region = place.feature == "RGN" && place.country.is_some();
    let whole = gazetteer.get(gazetteer.lookup(rest).first().filter(|_| is_region)?.place)?;
    (is_container(&whole) && whole.country == place.country).then_some(whole.index)
}

/// The toponym that each mention is as a whole, if it is one of a place.
fn whole_mentions(mentions: &[Mention], toponyms: &[Toponym]) -> Vec<Option<usize>> {
    let mut whole = vec![None; mentions.len()];
    for (n, toponym) in toponyms.iter().enumerate() {
        if matches!(toponym.role, Role::Place | Role::Coordinate) {
            whole[toponym.mention] = Some(n);
        }
    }
    whole
}

/// What toponyms mean, by what they are weighed as.
fn meant(names: &Names<'_, '_>, ranked: &Ranking) -> Vec<Arc<Resolution>> {
    let mut facts = Facts::new(names.gazetteer);
    ranked.cases().map(|ranked| Arc::new(to_resolution(ranked, &mut facts))).collect()
}

/// What each mention means by its name or its figures; `None` for one that is not of a place or a people. `meant` has what
/// toponyms mean by what they are weighed as.
fn resolutions(names: &Names<'_, '_>, ranked: &Ranking, meant: &[Arc<Resolution>]) -> Vec<Option<Arc<Resolution>>> {
    let mut found = vec![None; names.mentions.len()];
    for (n, toponym) in names.toponyms.iter().enumerate() {
        match (toponym.role, toponym.coordinate) {
            (Role::Place | Role::People, _) => found[toponym.mention] = Some(Arc::clone(&meant[ranked.case(n)])),
            (Role::Coordinate, Some(coordinate)) => {
                let place = Some(coordinate.to_place(names.text));
                found[toponym.mention] = Some(Arc::new(Resolution { place, alternatives: Vec::new() }));
            }
            _ => {}
        }
    }
    found
}

/// The mentions with all that is known of their places.
fn resolved_mentions(
    names: &Names<'_, '_>,
    ranked: &Ranking,
    meant: &[Arc<Resolution>],
    resolutions: Vec<Option<Arc<Resolution>>>,
) -> Vec<ResolvedMention> {
    let mut inner: Vec<Vec<InnerPlace>> = vec![Vec::new(); names.mentions.len()];
    let mut stands_for = vec![None; names.mentions.len()];
    for (n, toponym) in names.toponyms.iter().enumerate() {
        let best = ranked[n].best();
        match toponym.role {
            Role::Place => {
                let place = best.and_then(|best| best.place(names.gazetteer));
                let governs = place.is_some_and(|place| place.feature == "PPLC" || is_country(&place));
                let government = governs && metonymy::stands_for_government(names.text, toponym.span);
                stands_for[toponym.mention] = government.then_some(StandsFor::Government);
            }
            Role::Organisation | Role::Within if best.is_some() => {
                let resolution = Arc::clone(&meant[ranked.case(n)]);
                inner[toponym.mention].push(InnerPlace { span: toponym.span, resolution });
            }
            Role::Organisation | Role::Within | Role::People | Role::Coordinate => {}
        }
    }
    let mentions = names.mentions.iter().zip(resolutions).zip(inner).zip(stands_for);
    let mentions = mentions.map(|(((&mention, resolution), inner), stands_for)| ResolvedMention {
        mention,
        resolution,
        inner,
        stands_for,
    });
    mentions.collect()
}

/// The place that a name means where nothing else is said: "Mosul", or "Paris, Texas" with what it is in.
pub fn place_named(name: &str, gazetteer: &Gazetteer) -> Option<ResolvedPlace> {
    // "Washington, D.C." is a name as a whole.
    let whole = gazetteer.lookup(name);
    let candidates = match name.split_once(',').filter(|_| whole.is_empty()) {
        Some((head, tail)) => look_up_in(head, tail, gazetteer),
        None => whole,
    };
    // Somebody who asks for a village by its name means it.
    rank_by_name(name, &candidates, gazetteer, true).best()?.to_place(&mut Facts::new(gazetteer))
}

/// What a resolver that sees nothing but a name makes of its candidates: each with its probability, the best first.
pub fn places_of(name: &str, candidates: &[Candidate], gazetteer: &Gazetteer) -> Vec<(Candidate, ResolvedPlace)> {
    let mut facts = Facts::new(gazetteer);
    let ranked = rank_by_name(name, candidates, gazetteer, false);
    ranked.scored().filter_map(|scored| Some((scored.candidate, scored.to_place(&mut facts)?))).collect()
}

/// Scores the candidates of a name that stands by itself.
fn rank_by_name(name: &str, candidates: &[Candidate], gazetteer: &Gazetteer, certain: bool) -> Ranked {
    let candidates = candidates.into();
    let mentions = [Mention::new(Span::new(0, name.len()), Label::Loc, 1.0)];
    let toponyms = [Toponym { span: mentions[0].span, mention: 0, role: Role::Place, candidates, coordinate: None }];
    let context = Context::read(name, &mentions, &toponyms, gazetteer);
    let names = Names {
        text: name,
        mentions: &mentions,
        toponyms: &toponyms,
        context: &context,
        publisher: &Publisher::default(),
        age: 0.0,
        gazetteer,
        certain,
    };
    // All are asked for, however many there are.
    let scoring = Scoring::new(&names, Ranker::embedded(), true);
    scoring.together(scoring.alone(), &|_| Positions::default())[0].clone()
}

fn to_resolution(ranked: &Ranked, facts: &mut Facts<'_>) -> Resolution {
    let best = ranked.best();
    let others = ranked.scored().skip(usize::from(best.is_some()));
    let likely = others.filter(|scored| scored.probability >= UNLIKELY).take(ALTERNATIVES);
    Resolution {
        place: best.and_then(|best| best.to_place(facts)),
        alternatives: likely.filter_map(|scored| scored.to_place(facts)).collect(),
    }
}
