//! Why each name of a document was taken for what it was.

use super::outcome::{Facts, ResolvedPlace};
use super::pins::Pins;
use super::ranker::{Ranker, Reason};
use super::scoring::{Ranked, Ranking};
use super::toponym::{Role, Toponym};
use crate::document::Span;
use crate::gazetteer::Gazetteer;

/// Candidates that are explained of each name, at most.
const EXPLAINED: usize = 5;

/// Why the name of a place was taken for what it was.
#[derive(Clone, Debug, PartialEq)]
pub struct NameExplanation {
    /// The name.
    pub span: Span,
    /// The index of the mention that it is, or that it is in.
    pub mention: usize,
    /// How many candidates were scored.
    pub scored: usize,
    /// The most probable candidates, best first.
    pub candidates: Vec<CandidateExplanation>,
    /// The probability that it means none of the candidates.
    pub none: f64,
    /// The score of that.
    pub none_score: f64,
    /// What moved that score, the most important first.
    pub none_reasons: Vec<Reason>,
}

/// What speaks for a candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct CandidateExplanation {
    /// The candidate; its confidence is its probability.
    pub place: ResolvedPlace,
    /// Its score: probabilities are in proportion to the exponentials of the scores.
    pub score: f64,
    /// What its features add to the score, the most important first.
    pub reasons: Vec<Reason>,
}

/// Explains each name that was weighed by what it is called.
pub fn explain(
    toponyms: &[Toponym],
    ranked: &Ranking,
    pins: &Pins,
    ranker: &Ranker,
    gazetteer: &Gazetteer,
) -> Vec<NameExplanation> {
    let weighed = |toponym: &Toponym| toponym.role != Role::Coordinate && pins.of(toponym.span).is_none();
    let named = toponyms.iter().zip(ranked.iter()).filter(|(toponym, _)| weighed(toponym));
    let mut facts = Facts::new(gazetteer);
    named.filter_map(|(toponym, ranked)| explain_name(toponym, ranked, ranker, &mut facts)).collect()
}

/// `None` where what was weighed was not kept.
fn explain_name(toponym: &Toponym, ranked: &Ranked, ranker: &Ranker, facts: &mut Facts<'_>) -> Option<NameExplanation> {
    let (weights, grounds) = (&ranker.collective, ranked.grounds()?);
    let candidates = ranked.scored().zip(&grounds.candidates).take(EXPLAINED).filter_map(|(scored, features)| {
        Some(CandidateExplanation {
            place: scored.to_place(facts)?,
            score: weights.score(features),
            reasons: weights.reasons(features),
        })
    });
    Some(NameExplanation {
        span: toponym.span,
        mention: toponym.mention,
        scored: ranked.len(),
        candidates: candidates.collect(),
        none: ranked.none(),
        none_score: weights.none_score(&grounds.none),
        none_reasons: weights.none_reasons(&grounds.none),
    })
}
