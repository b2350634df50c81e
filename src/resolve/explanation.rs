//! Why each name of a document was taken for what it was.

use super::outcome::ResolvedPlace;
use super::pins::Pins;
use super::ranker::{Ranker, Reason};
use super::scoring::Ranked;
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
    ranked: &[Ranked<'_>],
    pins: &Pins,
    ranker: &Ranker,
    gazetteer: &Gazetteer,
) -> Vec<NameExplanation> {
    let weighed = |toponym: &Toponym| toponym.role != Role::Coordinate && pins.of(toponym.span).is_none();
    let named = toponyms.iter().zip(ranked).filter(|(toponym, _)| weighed(toponym));
    named.map(|(toponym, ranked)| explain_name(toponym, ranked, ranker, gazetteer)).collect()
}

fn explain_name(toponym: &Toponym, ranked: &Ranked<'_>, ranker: &Ranker, gazetteer: &Gazetteer) -> NameExplanation {
    let weights = &ranker.collective;
    let candidates = ranked.candidates.iter().take(EXPLAINED).map(|scored| CandidateExplanation {
        place: scored.to_place(gazetteer),
        score: weights.score(&scored.features),
        reasons: weights.reasons(&scored.features),
    });
    NameExplanation {
        span: toponym.span,
        mention: toponym.mention,
        scored: ranked.candidates.len(),
        candidates: candidates.collect(),
        none: 1.0 - ranked.candidates.iter().map(|scored| scored.probability).sum::<f64>(),
        none_score: weights.none_score(&ranked.none),
        none_reasons: weights.none_reasons(&ranked.none),
    }
}
