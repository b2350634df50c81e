//! How well candidates agree with the positions that the text states: of the Richmonds, the one 20 miles south of Bangor.

use super::context::Context;
use super::outcome::{Method, ResolvedPlace};
use super::positions::Positions;
use super::relative::expression::{RelationKind, RelativeExpression};
use super::relative::geometry::Anchor;
use super::scoring::{Ranking, Scored};
use crate::gazetteer::{FeatureClass, Gazetteer};

/// Candidates of an anchor for which the position is worked out, at most: each costs geodesics.
const ANCHORS: usize = 8;

/// How well a town agrees with a distance that is counted from its name: distances are counted from Elazığ, not from the
/// province of that name.
const COUNTED: f64 = 0.6;

/// What each expression says of the candidates of its target, from what its anchors were taken for, and the other way
/// round.
pub fn positions(
    expressions: &[RelativeExpression],
    whole: &[Option<usize>],
    context: &Context,
    ranked: &Ranking,
    gazetteer: &Gazetteer,
) -> Positions {
    let mut positions = Positions::default();
    let places = |n: usize| ranked[n].candidates().filter_map(|candidate| gazetteer.get(candidate.place));
    for expression in expressions.iter().filter(|expression| says_where(expression.stated.kind)) {
        if matches!(expression.stated.kind, RelationKind::Offset | RelationKind::Distance) {
            for from in expression.anchors.iter().filter_map(|&anchor| whole[anchor]) {
                let towns = places(from).filter(|place| place.class == FeatureClass::Populated);
                towns.for_each(|town| positions.add(context.name(from), town.index, COUNTED));
            }
        }
        let target = expression.target.and_then(|target| whole[target.mention]);
        let anchors: Option<Vec<usize>> = expression.anchors.iter().map(|&anchor| whole[anchor]).collect();
        let (Some(target), Some(anchors)) = (target, anchors) else { continue };
        let anchor = |scored: &Scored| {
            let place = scored.place(gazetteer)?;
            Some(Anchor::of(&ResolvedPlace::of(&place, scored.probability, Method::Gazetteer, gazetteer)))
        };
        let best: Option<Vec<Scored>> = anchors.iter().map(|&n| ranked[n].scored().next()).collect();
        let best = best.unwrap_or_default();
        let sure = best.iter().map(|scored| scored.probability).fold(1.0, f64::min);
        if let Some(region) = expression.stated.region(&best.iter().filter_map(anchor).collect::<Vec<_>>()) {
            for place in places(target) {
                let agreement = sure * region.agreement(place.location);
                positions.add(context.name(target), place.index, agreement);
            }
        }
        let there = || {
            let there = ranked[target].scored().next()?;
            Some((there.place(gazetteer)?, there.probability))
        };
        let (&[from], Some((there, sure))) = (&anchors[..], there()) else { continue };
        for scored in ranked[from].scored().take(ANCHORS) {
            if let Some(region) = anchor(&scored).and_then(|anchor| expression.stated.region(&[anchor])) {
                positions.add(context.name(from), scored.candidate.place, sure * region.agreement(there.location));
            }
        }
    }
    positions
}

/// Whether a kind of expression narrows down where its target is.
fn says_where(kind: RelationKind) -> bool {
    match kind {
        RelationKind::Offset
        | RelationKind::Distance
        | RelationKind::Between
        | RelationKind::Near
        | RelationKind::Outskirts => true,
        RelationKind::Direction | RelationKind::Part | RelationKind::Coast | RelationKind::Border => false,
    }
}
