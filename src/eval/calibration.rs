//! Whether scores mean something: of the names with score s, a share of s should be right.

use serde::Serialize;

use crate::rounding::rounded;

/// Bins of the expected calibration error.
const BINS: usize = 10;

/// A score and whether what it stands by was right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// The score, in 0..=1.
    pub score: f32,
    /// Whether it was right.
    pub right: bool,
}

/// How well scores agree with what turned out right.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Calibration {
    /// Expected calibration error: the mean distance between score and share of right ones, over ten bins of equal mass
    /// (Nixon et al. 2019, "Measuring Calibration in Deep Learning").
    pub ece: f64,
    /// Brier score: the mean squared distance between the score and 1 (right) or 0 (wrong).
    pub brier: f64,
    /// The Brier score if every score were the share of right ones.
    pub base_brier: f64,
    /// Mean negative logarithm of the probability given to what turned out.
    pub log_loss: f64,
    /// The bins, from the lowest scores to the highest.
    pub bins: Vec<Bin>,
}

/// One of the bins.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bin {
    /// How many scores it holds.
    pub count: usize,
    /// Their mean.
    pub score: f64,
    /// The share that was right.
    pub right: f64,
}

/// Compares scores with what turned out right; `None` if there are none.
pub fn calibration(judged: &[Judged]) -> Option<Calibration> {
    if judged.is_empty() {
        return None;
    }
    let mut judged = judged.to_vec();
    judged.sort_by(|a, b| a.score.total_cmp(&b.score));
    let count = judged.len();
    let mean = |of: &dyn Fn(&Judged) -> f64, some: &[Judged]| some.iter().map(of).sum::<f64>() / some.len() as f64;
    let hit = |j: &Judged| f64::from(u8::from(j.right));
    let score = |j: &Judged| f64::from(j.score);
    let (mut ece, mut bins) = (0.0, Vec::new());
    let mut begin = 0;
    for n in 1..=BINS {
        // Equal scores stay together: which of them comes first says nothing.
        let mut end = (n * count / BINS).max(begin);
        while end > begin && end < count && judged[end].score == judged[end - 1].score {
            end += 1;
        }
        let some = &judged[begin..end];
        begin = end;
        if some.is_empty() {
            continue;
        }
        let (score, right) = (mean(&score, some), mean(&hit, some));
        ece += (score - right).abs() * some.len() as f64 / count as f64;
        bins.push(Bin { count: some.len(), score: rounded(score, 3), right: rounded(right, 3) });
    }
    let base = mean(&hit, &judged);
    let log_loss = |j: &Judged| {
        let probability = if j.right { score(j) } else { 1.0 - score(j) };
        -probability.max(1e-6).ln()
    };
    Some(Calibration {
        ece: rounded(ece, 4),
        brier: rounded(mean(&|j| (score(j) - hit(j)).powi(2), &judged), 4),
        base_brier: rounded(base * (1.0 - base), 4),
        log_loss: rounded(mean(&log_loss, &judged), 4),
        bins,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(score: f32, right: usize, wrong: usize) -> Vec<Judged> {
        (0..right + wrong).map(|n| Judged { score, right: n < right }).collect()
    }

    #[test]
    fn scores_that_keep_their_word() {
        let all = [judged(0.5, 50, 50), judged(0.9, 90, 10)].concat();
        let found = calibration(&all).unwrap();
        assert_eq!((found.ece, found.bins.len()), (0.0, 2), "{found:?}");
        assert_eq!(found.brier, 0.17);
        assert_eq!(found.base_brier, 0.21);
    }

    #[test]
    fn the_error_is_the_distance() {
        // Right four times of five at a score of 0.9, in every bin.
        let all: Vec<Judged> = (0..1000).map(|n| Judged { score: 0.9 + n as f32 * 1e-6, right: n % 5 != 0 }).collect();
        let found = calibration(&all).unwrap();
        assert!((found.ece - 0.1005).abs() < 1e-3, "{found:?}");
        assert!(calibration(&[]).is_none());
    }
}
