//! From logits to names, as gliner decides it.
//!
//! A candidate is a stretch of words with a label and a probability above the threshold. The most probable ones are taken
//! first, and of what overlaps with one that was taken only what [`Choice`] allows.

use std::cmp::Reverse;
use std::collections::HashMap;

use ndarray::{ArrayView3, ArrayView4, Axis};

use super::config::Mode;
use crate::mention::Mention;
use crate::model_error::GlinerError;

/// A stretch of words that may be a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The first word.
    pub first: usize,
    /// The last word.
    pub last: usize,
    /// The label, as a place in those that were asked for.
    pub label: usize,
    /// How probable it is, by the model.
    pub score: f32,
}

/// Which candidates are names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// Only what is more probable than this; the same number, in 64 bits, as in Python.
    pub threshold: f64,
    /// Whether names may not stand inside others (gliner's `flat_ner`). Never may one begin inside another and end behind it.
    pub flat: bool,
    /// Whether the same words may have several labels.
    pub multi_label: bool,
}

impl Default for Choice {
    /// As gliner's `predict_entities`.
    fn default() -> Self {
        Self { threshold: 0.5, flat: true, multi_label: false }
    }
}

/// The candidates of the logits of a run: `[1, words, width, labels]` or, in [`Mode::Token`], `[1, words, labels, 3]`.
///
/// They are in the order in which gliner finds them, which decides between equal ones: by their first word, then by their length
/// and label, or in token mode by label and then by length. Words are counted within the run.
///
/// # Errors
///
/// If the logits are not those of so many words, labels, and words of a span at most.
pub fn candidates(
    mode: Mode,
    logits: ArrayView4<f32>,
    (words, width, labels): (usize, usize, usize),
    threshold: f64,
) -> Result<Vec<Candidate>, GlinerError> {
    let expected = match mode {
        Mode::Span => [1, words, width, labels],
        Mode::Token => [1, words, labels, 3],
    };
    if logits.shape() != expected {
        return Err(GlinerError::Logits { expected, got: logits.shape().to_vec() });
    }
    let logits = logits.index_axis_move(Axis(0), 0);
    Ok(match mode {
        Mode::Span => of_spans(logits, threshold),
        Mode::Token => of_tokens(logits, threshold),
    })
}

fn of_spans(logits: ArrayView3<f32>, threshold: f64) -> Vec<Candidate> {
    let words = logits.shape()[0];
    let scores = logits.indexed_iter().map(|(at, &logit)| (at, sigmoid(logit)));
    // What would end behind the text is only there to fill the array.
    let inside = scores.filter(|&((first, longer, _), score)| first + longer < words && exceeds(score, threshold));
    inside.map(|((first, longer, label), score)| Candidate { first, last: first + longer, label, score }).collect()
}

/// A name begins where that is probable and ends where that is, and all its words are probably in one; it is as probable as the
/// least of all that.
fn of_tokens(logits: ArrayView3<f32>, threshold: f64) -> Vec<Candidate> {
    const START: usize = 0;
    const END: usize = 1;
    const INSIDE: usize = 2;
    let scores = logits.mapv(sigmoid);
    let (words, labels, _) = scores.dim();
    let mut found = Vec::new();
    for first in 0..words {
        for label in 0..labels {
            let start = scores[(first, label, START)];
            if !exceeds(start, threshold) {
                continue;
            }
            let mut least = start;
            for last in first..words {
                let inside = scores[(last, label, INSIDE)];
                if f64::from(inside) < threshold {
                    break;
                }
                least = least.min(inside);
                let end = scores[(last, label, END)];
                if exceeds(end, threshold) {
                    found.push(Candidate { first, last, label, score: least.min(end) });
                }
            }
        }
    }
    found
}

/// A threshold is compared in the precision of the scores.
fn exceeds(score: f32, threshold: f64) -> bool {
    score > threshold as f32
}

fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

/// Chooses names among candidates: the most probable first, of equal ones the first. They come out by their first word, and
/// those that begin together by their probability.
pub fn choose(mut candidates: Vec<Candidate>, choice: Choice) -> Vec<Candidate> {
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut chosen: Vec<Candidate> = Vec::new();
    // What was chosen on each word: two stretches that overlap have a word in common.
    let mut on_word: HashMap<usize, Vec<usize>> = HashMap::new();
    for candidate in candidates {
        let mut rivals = (candidate.first..=candidate.last).filter_map(|word| on_word.get(&word)).flatten();
        if rivals.any(|&rival| excludes(&chosen[rival], &candidate, choice)) {
            continue;
        }
        for word in candidate.first..=candidate.last {
            on_word.entry(word).or_default().push(chosen.len());
        }
        chosen.push(candidate);
    }
    chosen.sort_by_key(|candidate| candidate.first);
    chosen
}

/// Whether of two stretches that have a word in common only one can be a name.
fn excludes(a: &Candidate, b: &Candidate, choice: Choice) -> bool {
    if (a.first, a.last) == (b.first, b.last) {
        return !choice.multi_label;
    }
    let holds = |outer: &Candidate, inner: &Candidate| outer.first <= inner.first && inner.last <= outer.last;
    choice.flat || !(holds(a, b) || holds(b, a))
}

/// Parts names into the outermost ones and those inside them. Of any two, one holds the other or they do not overlap, as
/// [`choose`] sees to. Both lists come by where names begin, and of those that begin together the longer first.
pub fn outermost(mut names: Vec<Mention>) -> (Vec<Mention>, Vec<Mention>) {
    names.sort_by_key(|name| (name.span.start, Reverse(name.span.end)));
    let mut behind = 0;
    names.into_iter().partition(|name| {
        let is_outermost = name.span.start >= behind;
        if is_outermost {
            behind = name.span.end;
        }
        is_outermost
    })
}

#[cfg(test)]
mod tests {
    use ndarray::Array4;

    use super::*;
    use crate::document::Span;
    use crate::mention::Label;

    fn at(first: usize, last: usize, label: usize, score: f32) -> Candidate {
        Candidate { first, last, label, score }
    }

    fn shapes(chosen: &[Candidate]) -> Vec<(usize, usize, usize)> {
        chosen.iter().map(|candidate| (candidate.first, candidate.last, candidate.label)).collect()
    }

    #[test]
    fn spans_are_found_in_order_and_within_the_text() {
        let mut logits = Array4::from_elem((1, 3, 2, 2), -5.0);
        for (at, logit) in [([0, 0, 1, 0], 1.0), ([0, 0, 0, 1], 2.0), ([0, 2, 0, 0], 0.5), ([0, 2, 1, 0], 9.0)] {
            logits[at] = logit;
        }
        let found = candidates(Mode::Span, logits.view(), (3, 2, 2), 0.5).unwrap();
        // The last would end behind the text.
        assert_eq!(shapes(&found), [(0, 0, 1), (0, 1, 0), (2, 2, 0)]);
        assert!((found[0].score - 0.880_797).abs() < 1e-6);
    }

    #[test]
    fn a_score_equal_to_the_threshold_is_not_enough() {
        let logits = Array4::zeros((1, 1, 1, 1));
        assert!(candidates(Mode::Span, logits.view(), (1, 1, 1), 0.5).unwrap().is_empty());
        assert_eq!(candidates(Mode::Span, logits.view(), (1, 1, 1), 0.49).unwrap().len(), 1);
    }

    #[test]
    fn tokens_make_names_whose_words_are_all_inside() {
        // Of each of four words: begins, ends, inside.
        let rows = [[3.0, -3.0, 2.0], [-3.0, 2.0, 0.0], [3.0, -3.0, -1.0], [-3.0, 3.0, 3.0]];
        let logits = Array4::from_shape_fn((1, 4, 1, 3), |(_, word, _, n)| rows[word][n]);
        let found = candidates(Mode::Token, logits.view(), (4, 9, 1), 0.5).unwrap();
        // A word inside may be at the threshold; the third begins a name, but is in none.
        assert_eq!(found, [at(0, 1, 0, 0.5)]);
    }

    #[test]
    fn logits_of_another_form_are_an_error() {
        let error = candidates(Mode::Span, Array4::zeros((1, 3, 2, 2)).view(), (3, 12, 2), 0.5).unwrap_err();
        assert!(error.to_string().contains("[1, 3, 2, 2]") && error.to_string().contains("[1, 3, 12, 2]"), "{error}");
    }

    #[test]
    fn what_overlaps_is_chosen_by_score() {
        let all = || vec![at(0, 1, 0, 0.6), at(0, 1, 1, 0.9), at(1, 2, 0, 0.8), at(1, 1, 0, 0.7), at(4, 4, 0, 0.6)];
        let chosen = |flat, multi_label| shapes(&choose(all(), Choice { flat, multi_label, threshold: 0.5 }));
        assert_eq!(chosen(true, false), [(0, 1, 1), (4, 4, 0)]);
        assert_eq!(chosen(false, false), [(0, 1, 1), (1, 1, 0), (4, 4, 0)]);
        assert_eq!(chosen(true, true), [(0, 1, 1), (0, 1, 0), (4, 4, 0)]);
        assert_eq!(chosen(false, true), [(0, 1, 1), (0, 1, 0), (1, 1, 0), (4, 4, 0)]);
    }

    #[test]
    fn of_equal_candidates_the_first_is_chosen() {
        let chosen =
            choose(vec![at(0, 1, 2, 0.7), at(1, 1, 0, 0.7), at(3, 3, 1, 0.7), at(3, 3, 0, 0.7)], Choice::default());
        assert_eq!(shapes(&chosen), [(0, 1, 2), (3, 3, 1)]);
    }
    /// The outermost of names, and those inside them.
    fn parted(spans: &[(usize, usize)]) -> [Vec<(usize, usize)>; 2] {
        let name = |&(start, end): &(usize, usize)| Mention::new(Span::new(start, end), Label::Org, 0.9);
        let (outer, inner) = outermost(spans.iter().map(name).collect());
        [outer, inner].map(|names| names.iter().map(|name| (name.span.start, name.span.end)).collect())
    }

    #[test]
    fn names_inside_names_are_parted_from_the_outermost() {
        // As they come: of those that begin together, the more probable first.
        let [outer, inner] = parted(&[(0, 4), (0, 9), (5, 7), (5, 9), (10, 14), (14, 20), (16, 20)]);
        assert_eq!(outer, [(0, 9), (10, 14), (14, 20)]);
        assert_eq!(inner, [(0, 4), (5, 9), (5, 7), (16, 20)]);
    }

    #[test]
    fn without_its_outer_name_an_inner_one_is_outermost() {
        assert_eq!(parted(&[(0, 4), (5, 9), (5, 7)]), [vec![(0, 4), (5, 9)], vec![(5, 7)]]);
        assert_eq!(parted(&[(0, 4), (5, 7)]), [vec![(0, 4), (5, 7)], vec![]]);
        assert_eq!(parted(&[]), [vec![], vec![]]);
    }
}
