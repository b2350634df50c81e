//! Works out where the places of relative expressions are, and gives it to the names that lie there.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::expression::{RelationKind, RelativeExpression, StatedRelation, Target};
use super::geometry::Anchor;
use super::lines::Surroundings;
use crate::document::Span;
use crate::gazetteer::{CountryCode, Gazetteer, GazetteerPlace};
use crate::geo::Kilometers;
use crate::mention::Mention;
use crate::region::Region;
use crate::resolve::outcome::{ALTERNATIVES, KnownPlace, Method, Resolution, ResolvedPlace};
use crate::resolve::scoring::Ranked;
use crate::sentence::sentences;

/// How often what reads like a relative expression is one and holds; set by hand.
const STATED: f64 = 0.9;

/// How sure an anchor must be to move a name that the gazetteer has; set by hand.
const SURE: f64 = 0.8;

/// Mentions on either side of an expression that are looked at beside it.
const AROUND: usize = 500;

/// What the mentions of a document were taken for.
pub(in crate::resolve) struct Names<'a, 'g> {
    /// The number of the name of each mention.
    numbers: Vec<usize>,
    /// The mentions of each name.
    mentions: Vec<Vec<usize>>,
    /// The candidates of each mention that is the name of a place as a whole.
    ranked: Vec<Option<&'a Ranked>>,
    gazetteer: &'g Gazetteer,
}

impl<'a, 'g> Names<'a, 'g> {
    /// `ranked` and `number`, of each mention: its candidates if it is the name of a place as a whole, and the number of
    /// that name.
    pub fn new(
        ranked: Vec<Option<&'a Ranked>>,
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

/// Works out the regions of relative expressions and places what lies there. Gives what the mentions mean then, from what they
/// meant before, and the relations in the order of the text.
///
/// A name is placed by one expression at most, and not moved once another was worked out from it. Only a distance with a
/// direction moves a name that the gazetteer has; the other forms choose between its candidates, and place names that it
/// doesn't know. Coordinates and what was corrected are where they are.
pub(in crate::resolve) fn place_relative(
    text: &str,
    mentions: &[Mention],
    expressions: &[RelativeExpression],
    names: &Names<'_, '_>,
    mut resolutions: Vec<Option<Arc<Resolution>>>,
) -> (Vec<Option<Arc<Resolution>>>, Vec<StatedRelation>) {
    let mut relations = vec![None; expressions.len()];
    let sentences = OnceCell::new();
    let given = |n: &usize| {
        place_at(&resolutions, *n).is_some_and(|place| matches!(place.method, Method::Coordinates | Method::Correction))
    };
    let mut settled: HashSet<usize> = (0..mentions.len()).filter(given).map(|n| names.name(n)).collect();
    for n in in_order_of_need(expressions, names) {
        let RelativeExpression { span, stated, anchors, target, .. } = &expressions[n];
        let region = region(text, mentions, &expressions[n], names.gazetteer, &resolutions, &sentences);
        settled.extend(anchors.iter().map(|&anchor| names.name(anchor)));
        let is_anchor =
            |target: &Target| anchors.iter().any(|&anchor| names.name(anchor) == names.name(target.mention));
        let free = target.filter(|target| !settled.contains(&names.name(target.mention)));
        let mut bound = target.filter(|target| !is_anchor(target));
        if let (Some(target), Some(region)) = (free, &region) {
            let name = mentions[target.mention].span.of(text);
            let lying = Lying { name, target, anchors, region, names, resolutions: &resolutions };
            let found = if stated.kind == RelationKind::Offset { lying.place() } else { lying.choose(stated.kind) };
            match found {
                Found::At(place) => {
                    settled.insert(names.name(target.mention));
                    assign(&place, names.name(target.mention), names, &mut resolutions);
                }
                Found::AsBefore => {}
                Found::Elsewhere => bound = None,
            }
        }
        relations[n] = Some(StatedRelation {
            span: *span,
            stated: *stated,
            target: bound.map(|target| target.mention),
            anchors: anchors.clone(),
            region,
        });
    }
    (resolutions, relations.into_iter().flatten().collect())
}

/// The place that a mention means so far.
fn place_at(resolutions: &[Option<Arc<Resolution>>], mention: usize) -> Option<&ResolvedPlace> {
    resolutions[mention].as_ref()?.place.as_ref()
}

fn region(
    text: &str,
    mentions: &[Mention],
    expression: &RelativeExpression,
    gazetteer: &Gazetteer,
    resolutions: &[Option<Arc<Resolution>>],
    sentences: &OnceCell<Vec<Span>>,
) -> Option<Region> {
    if let Some(whole) = expression.whole {
        let whole = ResolvedPlace::of(&gazetteer.get(whole)?, 1.0, Method::Gazetteer, gazetteer);
        return expression.stated.region(&[Anchor::of(&whole)]);
    }
    let anchor = |&n: &usize| Some(Anchor::of(place_at(resolutions, n)?));
    let anchors = expression.anchors.iter().map(anchor).collect::<Option<Vec<Anchor>>>()?;
    match expression.stated.kind {
        RelationKind::Border | RelationKind::Coast => expression.stated.region_among(
            &anchors,
            &surroundings(sentences.get_or_init(|| self::sentences(text)), mentions, expression, resolutions),
        ),
        _ => expression.stated.region(&anchors),
    }
}

/// The places that a text names beside an expression, the nearest first: those of its sentence, then the others.
fn surroundings(
    sentences: &[Span],
    mentions: &[Mention],
    expression: &RelativeExpression,
    resolutions: &[Option<Arc<Resolution>>],
) -> Surroundings {
    let start = expression.span.start;
    let number = sentences.partition_point(|sentence| sentence.end <= start);
    let sentence = sentences.get(number).filter(|sentence| sentence.start <= start);
    let within = |span: Span| sentence.is_some_and(|sentence| sentence.start <= span.start && span.end <= sentence.end);
    let away = |span: Span| if span.end <= start { start - span.end } else { span.start.saturating_sub(start) };
    let is_target = |n: usize| expression.target.is_some_and(|target| target.mention == n);
    let here = mentions.partition_point(|mention| mention.span.start < start);
    let near = here.saturating_sub(AROUND)..mentions.len().min(here + AROUND);
    let target = expression.target.map(|target| target.mention).filter(|target| !near.contains(target));
    let mut others: Vec<usize> = near.chain(target).filter(|n| !expression.anchors.contains(n)).collect();
    others.sort_by_key(|&n| (!is_target(n), !within(mentions[n].span), away(mentions[n].span), n));
    let mut around = Surroundings::default();
    for (n, place) in others.into_iter().filter_map(|n| Some((n, place_at(resolutions, n)?))) {
        around.countries.extend(place.country.as_deref().and_then(|code| code.parse::<CountryCode>().ok()));
        if !Anchor::of(place).is_area {
            around.spots.push((place.location, is_target(n) || within(mentions[n].span)));
        }
    }
    around
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
            let anchors = expressions[needed].anchors.iter();
            next = anchors.filter_map(|&anchor| by_target.get(&names.name(anchor)).copied()).next();
        }
        ordered.extend(chain.into_iter().rev());
    }
    ordered
}

/// A name that the text puts in a region.
struct Lying<'a> {
    /// It, as the text has it.
    name: &'a str,
    target: Target,
    anchors: &'a [usize],
    region: &'a Region,
    names: &'a Names<'a, 'a>,
    resolutions: &'a [Option<Arc<Resolution>>],
}

/// What a stated position makes of a name.
enum Found {
    /// It is there.
    At(ResolvedPlace),
    /// It says nothing new.
    AsBefore,
    /// The phrase speaks of something else, or its anchor was misread.
    Elsewhere,
}

impl Lying<'_> {
    /// How sure the least sure anchor is.
    fn confidence(&self) -> f64 {
        let of = |&n: &usize| place_at(self.resolutions, n).map_or(0.0, |place| place.confidence);
        self.anchors.iter().map(of).fold(1.0, f64::min)
    }

    /// What lies at a point: a candidate of the name within twice the uncertainty, the most probable one if there are
    /// several, or else the point itself. Elsewhere if the name has a place elsewhere and the phrase is not tied to it, or
    /// the anchor is less sure than that place.
    fn place(&self) -> Found {
        let within = Kilometers(2.0 * self.region.uncertainty.0);
        if let Some(place) = self.candidate(|place| place.location.distance(self.region.point) <= within) {
            return Found::At(place);
        }
        let confidence = self.confidence();
        let elsewhere = self.ranked().and_then(Ranked::best).map_or(0.0, |best| best.probability);
        let trusted = elsewhere == 0.0 || (self.target.tied && (confidence >= SURE || confidence >= elsewhere));
        if trusted { Found::At(self.point()) } else { Found::Elsewhere }
    }

    /// The same for a region that is large: it chooses between the candidates if the best is not in it, and gives a point
    /// only to a name that the gazetteer doesn't know, and only where it is smaller than a part of a country or a sea.
    fn choose(&self, kind: RelationKind) -> Found {
        let agrees = |place: &GazetteerPlace<'_>| self.region.agreement(place.location) > 0.5;
        let best = self.ranked().and_then(Ranked::best).and_then(|best| best.place(self.names.gazetteer));
        if best.is_some_and(|best| agrees(&best)) || self.confidence() < SURE {
            return Found::AsBefore;
        }
        if let Some(place) = self.candidate(agrees) {
            return Found::At(place);
        }
        let small = !matches!(kind, RelationKind::Part | RelationKind::Coast | RelationKind::Border)
            && self.region.uncertainty.0 <= SMALL;
        let unknown = self.ranked().is_none_or(Ranked::is_empty) && small && self.target.tied;
        if unknown { Found::At(self.point()) } else { Found::AsBefore }
    }

    /// The most probable candidate of the name that meets a condition. The name and the position agree: it is as sure as
    /// the anchor is.
    fn candidate(&self, condition: impl Fn(&GazetteerPlace<'_>) -> bool) -> Option<ResolvedPlace> {
        let gazetteer = self.names.gazetteer;
        let mut places = self.ranked()?.candidates().filter_map(|candidate| gazetteer.get(candidate.place));
        let found = places.find(|place| condition(place))?;
        Some(ResolvedPlace::of(&found, self.confidence(), Method::Gazetteer, gazetteer))
    }

    /// The candidates of the name.
    fn ranked(&self) -> Option<&Ranked> {
        self.names.ranked[self.target.mention]
    }

    fn point(&self) -> ResolvedPlace {
        ResolvedPlace {
            known: Arc::new(KnownPlace::named(self.name, self.region.point)),
            confidence: self.confidence() * STATED,
            method: Method::Relative,
            uncertainty: self.region.uncertainty,
        }
    }
}

/// How far a position may be off that is given to a name by words without a direction and a distance.
const SMALL: f64 = 60.0;

/// Gives a place to all mentions of a name; what they were taken for becomes an alternative.
fn assign(place: &ResolvedPlace, name: usize, names: &Names<'_, '_>, resolutions: &mut [Option<Arc<Resolution>>]) {
    for &n in names.mentions_of(name) {
        let Some(resolution) = resolutions[n].as_mut().map(Arc::make_mut) else { continue };
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
