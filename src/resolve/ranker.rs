//! Turns the evidence for candidates into probabilities.
//!
//! The ranker is a conditional logit: each candidate has a score, the weighted sum of its evidence, and "none of these"
//! has one of its own; probabilities are their softmax. The weights were set by hand, by what the evidence means, and
//! changed by hand after results on the tests' articles and on news articles without gold had been read. They were not
//! fitted to gold, and no figure says yet how good they are; nor are the probabilities calibrated.

use super::evidence::Evidence;

/// The score of "none of these". A village of 500 with exactly this name scores 4.6 with nothing else to speak for it.
const NONE: f64 = 3.5;

/// The weighted sum of the evidence.
pub fn score(e: &Evidence) -> f64 {
    // How many live in a country or a division says less of how often it is in the news than that it is one.
    let population = match (e.country > 0.0, e.first_level > 0.0) {
        (true, _) => 0.35,
        (_, true) => 0.45,
        _ => 0.6,
    };
    0.5 * e.official_name + 1.5 * e.fixed_name
        - 1.5 * e.historic_name
        - 2.5 * e.unknown_name
        - 2.5 * e.loose_match
        - 2.5 * e.needless_liberty
        - 3.0 * e.transliterated_match
        + 0.4 * e.exact_match
        + population * e.log_importance
        + 5.0 * e.country
        + 0.3 * e.first_level
        - 0.6 * e.second_level
        - 1.8 * e.has_namesake_town
        + 2.5 * e.great_feature
        + 1.5 * e.capital
        + 4.2 * e.country_support
        + 3.0 * e.first_level_support
        + 6.0 * e.in_named_container
        + 4.0 * e.holds_named_place
        + 2.5 * e.type_word
        - 12.0 * e.other_type_word
        + 12.0 * e.priority
}

/// The probability of each candidate from its score; what is missing to 1 is that of "none of these".
pub fn probabilities(scores: &[f64]) -> Vec<f64> {
    let highest = scores.iter().copied().fold(NONE, f64::max);
    let sum: f64 = scores.iter().chain([&NONE]).map(|score| (score - highest).exp()).sum();
    scores.iter().map(|score| (score - highest).exp() / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_leave_room_for_none() {
        let found = probabilities(&[NONE, NONE]);
        assert!((found[0] - 1.0 / 3.0).abs() < 1e-12 && found[0] == found[1]);
        assert!(probabilities(&[]).is_empty());
        let far = probabilities(&[-1e308, 1e308]);
        assert_eq!(far, [0.0, 1.0]);
    }

    #[test]
    fn more_evidence_never_lowers_a_score() {
        let base = Evidence { official_name: 1.0, log_importance: 9.0, ..Evidence::default() };
        for more in [
            Evidence { country_support: 0.5, ..base },
            Evidence { in_named_container: 1.0, ..base },
            Evidence { type_word: 1.0, ..base },
            Evidence { exact_match: 1.0, ..base },
        ] {
            assert!(score(&more) > score(&base));
        }
    }
}
