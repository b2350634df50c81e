//! Whether the difference between two systems on the same texts can be trusted: the paired bootstrap.
//!
//! The texts are drawn anew, as many as there are and each as often as it comes, and both systems are scored on what was drawn
//! (Efron and Tibshirani 1993; for F1, Berg-Kirkpatrick, Burkett and Klein 2012). How the difference spreads over the
//! draws says how far it hangs on which texts happen to be in the corpus.

use serde::Serialize;

use super::gold::GoldDocument;
use super::ner::Counts;
use crate::document::Span;
use crate::mention::Label;
use crate::rounding::rounded;

/// How often texts are drawn.
pub const RESAMPLES: usize = 1000;

/// Of a corpus with fewer documents, sentences are drawn: of a few documents, draws say nothing.
const LEAST_DOCUMENTS: usize = 10;

/// Where the draws begin: the same figures come out each time.
const SEED: u64 = 0x6461_7465_6c69_6e65;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Whole documents, whose names hang together.
    Documents,
    /// Sentences, of a corpus with fewer than ten documents.
    Sentences,
}

impl Unit {
    /// What is drawn of a corpus.
    pub const fn of(documents: usize) -> Self {
        if documents < LEAST_DOCUMENTS { Self::Sentences } else { Self::Documents }
    }

    /// The word for many of them.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Sentences => "sentences",
        }
    }

    /// The counts of what is drawn of a document: of the whole, or of each sentence, to which the names belong that begin in it.
    /// `found` is in order and without overlap.
    pub fn counts(self, gold: &GoldDocument, found: &[(Span, Label)]) -> Vec<Counts> {
        let starts: &[usize] = match self {
            Self::Documents => &[],
            Self::Sentences => &gold.sentences,
        };
        let mut counts = vec![Counts::default(); starts.len().max(1)];
        let place = |span: Span| starts.partition_point(|&start| start <= span.start).saturating_sub(1);
        for (span, _) in &gold.names {
            counts[place(*span)].gold += 1;
        }
        for name in found {
            let counts = &mut counts[place(name.0)];
            counts.found += 1;
            counts.right += usize::from(gold.names.binary_search(name).is_ok());
        }
        counts
    }
}

/// The difference between two systems, in points of F1: the second less the first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// On the corpus as it is.
    pub observed: f64,
    /// The least and the greatest of the middle 95 % of the draws.
    pub interval: (f64, f64),
    /// The share of the draws in which it is zero, or has not the sign that it has on the corpus; 1 if it is zero there.
    pub sign_differs: f64,
}

/// Which of two systems is the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Better {
    /// The first.
    A,
    /// The second.
    B,
}

impl Difference {
    /// Which of them is the better; `None` if the draws do not tell: zero is within the interval.
    pub fn better(&self) -> Option<Better> {
        match self.interval {
            (low, _) if low > 0.0 => Some(Better::B),
            (_, high) if high < 0.0 => Some(Better::A),
            _ => None,
        }
    }
}

impl Serialize for Difference {
    /// Points have two decimals, the share three.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Figures {
            f1: f64,
            interval: [f64; 2],
            sign_differs: f64,
            better: Option<Better>,
        }
        let figures = Figures {
            f1: rounded(self.observed, 2),
            interval: [rounded(self.interval.0, 2), rounded(self.interval.1, 2)],
            sign_differs: rounded(self.sign_differs, 3),
            better: self.better(),
        };
        figures.serialize(serializer)
    }
}

/// Compares two systems by the counts of each text, those of the first and those of the second. The outcome hangs on these and
/// their order alone.
pub fn paired_bootstrap(texts: &[(Counts, Counts)]) -> Difference {
    let difference = |(a, b): (Counts, Counts)| b.f1() - a.f1();
    let observed = difference(sum(texts.iter()));
    let mut draws = Draws(SEED);
    let mut differences: Vec<f64> =
        (0..RESAMPLES).map(|_| difference(sum((0..texts.len()).map(|_| &texts[draws.below(texts.len())])))).collect();
    differences.sort_by(f64::total_cmp);
    // 2.5 % of the draws are left out at either end.
    let left_out = RESAMPLES * 25 / 1000;
    let differs = differences.iter().filter(|&&drawn| observed == 0.0 || drawn * observed <= 0.0).count();
    Difference {
        observed,
        interval: (differences[left_out], differences[RESAMPLES - 1 - left_out]),
        sign_differs: differs as f64 / RESAMPLES as f64,
    }
}

fn sum<'c>(texts: impl Iterator<Item = &'c (Counts, Counts)>) -> (Counts, Counts) {
    let mut all = (Counts::default(), Counts::default());
    for (a, b) in texts {
        all.0.add(*a);
        all.1.add(*b);
    }
    all
}

/// Numbers without a pattern, always the same (SplitMix64: Steele, Lea and Flood 2014).
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One of the numbers below `limit`, which is not 0. That some come oftener, by a share of limit / 2^64, is of no account.
    fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.next()) * limit as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    fn counts(gold: usize, found: usize, right: usize) -> Counts {
        Counts { gold, found, right }
    }

    #[test]
    fn the_same_system_twice() {
        let texts: Vec<_> = (0..50).map(|n| (counts(n % 7, 5, n % 3), counts(n % 7, 5, n % 3))).collect();
        let difference = paired_bootstrap(&texts);
        assert_eq!((difference.observed, difference.interval, difference.sign_differs), (0.0, (0.0, 0.0), 1.0));
        assert_eq!(difference.better(), None);
    }

    #[test]
    fn a_clear_difference_is_told() {
        let texts: Vec<_> = (0..100).map(|n| (counts(10, 10, 7 + n % 2), counts(10, 10, 8 + n % 3))).collect();
        let difference = paired_bootstrap(&texts);
        assert_eq!((difference.better(), difference.sign_differs), (Some(Better::B), 0.0));
        assert!((difference.observed - 14.9).abs() < 1e-9, "{difference:?}");
        let (low, high) = difference.interval;
        assert!(12.0 < low && low < 14.0 && 16.0 < high && high < 18.0, "{difference:?}");
        let turned: Vec<_> = texts.iter().map(|(a, b)| (*b, *a)).collect();
        assert_eq!(paired_bootstrap(&turned).better(), Some(Better::A));
        assert_eq!(paired_bootstrap(&texts), difference);
    }

    /// The better one by a single text of many is not told from luck.
    #[test]
    fn luck_is_not_told() {
        let even = (counts(10, 10, 8), counts(10, 10, 8));
        let texts = [vec![even; 30], vec![(counts(10, 10, 8), counts(10, 10, 9))]].concat();
        let difference = paired_bootstrap(&texts);
        assert!(difference.observed > 0.0 && difference.better().is_none(), "{difference:?}");
        // That text is not among the draws in (30/31)^31 = 36 % of cases.
        assert!((difference.sign_differs - 0.362).abs() < 0.05, "{difference:?}");
        assert_eq!(paired_bootstrap(&[]).better(), None);
    }

    /// The share of intervals that hold the true difference, of corpora that are drawn from the same source, is near 95 %.
    #[test]
    fn intervals_hold_what_they_say() {
        let mut draws = Draws(7);
        let mut held = 0;
        for _ in 0..200 {
            let texts: Vec<_> = (0..60)
                .map(|_| {
                    // Both are right in eight of ten names: in truth there is no difference.
                    let [a, b] = [0, 0].map(|_| (0..10).filter(|_| draws.below(10) < 8).count());
                    (counts(10, 10, a), counts(10, 10, b))
                })
                .collect();
            held += usize::from(paired_bootstrap(&texts).better().is_none());
        }
        assert!((178..=199).contains(&held), "{held} of 200");
    }

    #[test]
    fn names_belong_to_the_sentence_that_they_begin_in() {
        let name = |start, end| (Span::new(start, end), Label::Loc);
        let gold = GoldDocument {
            document: Document::new("a", "Ulm.\nBonn."),
            names: vec![name(0, 3), name(5, 9)],
            words: 4,
            sentences: vec![0, 5],
        };
        let found = [name(2, 7), name(5, 9)];
        assert_eq!(Unit::Documents.counts(&gold, &found), [counts(2, 2, 1)]);
        assert_eq!(Unit::Sentences.counts(&gold, &found), [counts(1, 1, 0), counts(1, 1, 1)]);
        assert_eq!((Unit::of(1), Unit::of(10)), (Unit::Sentences, Unit::Documents));
    }
}
